#include "ledger/link/bytes.h"

#include <stdlib.h>

/* A buffer that a rare large submission has grown does not stay that large. */
#define KEEP_SIZE_MAX (4UL * 1024 * 1024)

void
redis_bytes_fini(struct redis_bytes *bytes)
{
    free(bytes->at);
    *bytes = (struct redis_bytes){ 0 };
}

void
redis_bytes_clear(struct redis_bytes *bytes)
{
    if (bytes->room > KEEP_SIZE_MAX) {
        redis_bytes_fini(bytes);
    }
    bytes->size = 0;
    bytes->short_of_memory = 0;
}

static int
reserve(struct redis_bytes *bytes, size_t size)
{
    if (size <= bytes->room) {
        return 1;
    }
    size_t room = bytes->room == 0 ? 4096 : bytes->room;
    while (room < size) {
        room *= 2;
    }
    char *larger = realloc(bytes->at, room);
    if (larger == NULL) {
        return 0;
    }
    bytes->at = larger;
    bytes->room = room;
    return 1;
}

void
redis_bytes_add(struct redis_bytes *bytes, struct view piece)
{
    if (!reserve(bytes, bytes->size + piece.size)) {
        bytes->short_of_memory = 1;
        return;
    }
    if (piece.size > 0) {
        memcpy(bytes->at + bytes->size, piece.at, piece.size);
        bytes->size += piece.size;
    }
}

struct view
redis_bytes_view(const struct redis_bytes *bytes)
{
    return (struct view){ bytes->at, bytes->size };
}

int
view_to_i64_strict(struct view text, int64_t *number)
{
    uint64_t value = 0;
    int negative = view_starts(text, VIEW("-"));

    if (!view_to_u64(view_slice(text, (size_t)negative, text.size), &value) ||
            value > (uint64_t)INT64_MAX + (uint64_t)negative) {
        return 0;
    }
    *number = (int64_t)(negative ? 0 - value : value);
    return 1;
}

int
view_to_u32_strict(struct view text, uint32_t *number)
{
    uint64_t value = 0;

    if (!view_to_u64(text, &value) || value > UINT32_MAX) {
        return 0;
    }
    *number = (uint32_t)value;
    return 1;
}
