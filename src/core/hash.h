/* hash: XXH3, the one hash of the project. The only file that knows the library is hash.c. */
#ifndef REBATO_CORE_HASH_H
#define REBATO_CORE_HASH_H

#include "core/view.h"

#include <stdint.h>

/* The same on every host and in every version: ids and shards are made from it. */
uint64_t hash_bytes(const void *at, size_t size);
uint64_t hash_view(struct view text, uint64_t seed);

/* Digest of larger inputs in pieces (an archive, a rule file set). */
struct hash_stream;
struct hash_stream *hash_stream_create(void);
void hash_stream_destroy(struct hash_stream **stream);
void hash_stream_add(struct hash_stream *stream, const void *at, size_t size);
uint64_t hash_stream_value(const struct hash_stream *stream);

#endif
