#include "core/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

struct hash_stream {
    XXH3_state_t *state; /* the library's own allocator: it needs 64-byte alignment */
};

uint64_t
hash_bytes(const void *at, size_t size)
{
    return XXH3_64bits(size == 0 ? "" : at, size);
}

uint64_t
hash_view(struct view text, uint64_t seed)
{
    return XXH3_64bits_withSeed(text.size == 0 ? "" : text.at, text.size, seed);
}

struct hash_stream *
hash_stream_create(void)
{
    struct hash_stream *stream = calloc(1, sizeof *stream);

    if (stream == NULL) {
        return NULL;
    }
    stream->state = XXH3_createState();
    if (stream->state == NULL || XXH3_64bits_reset(stream->state) != XXH_OK) {
        hash_stream_destroy(&stream);
    }
    return stream;
}

void
hash_stream_destroy(struct hash_stream **stream)
{
    if (*stream == NULL) {
        return;
    }
    XXH3_freeState((*stream)->state);
    free(*stream);
    *stream = NULL;
}

void
hash_stream_add(struct hash_stream *stream, const void *at, size_t size)
{
    if (size == 0) {
        return;
    }
    XXH_errorcode added = XXH3_64bits_update(stream->state, at, size);
    assert(added == XXH_OK); /* fails only for a NULL input */
}

uint64_t
hash_stream_value(const struct hash_stream *stream)
{
    return XXH3_64bits_digest(stream->state);
}
