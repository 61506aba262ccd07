/*
 * arena: memory that is taken piece by piece and given back all at once.
 *
 * For things built at start-up and kept whole (a parsed file, a rule set), or made again and again. Pieces are zeroed and aligned
 * for any object; none can be freed alone. Not for the hot path, not shared between threads.
 */
#ifndef REBATO_CORE_ARENA_H
#define REBATO_CORE_ARENA_H

#include "core/view.h"

struct arena;

/* NULL when out of memory. */
struct arena *arena_create(void);
void arena_destroy(struct arena **arena);
/* Gives all pieces back and keeps the memory of a block, for the next ones. */
void arena_clear(struct arena *arena);

/* `size` bytes of zeros, or NULL when out of memory. */
void *arena_take(struct arena *arena, size_t size);

/* A copy with a NUL behind it; `at` is NULL when out of memory. */
struct view arena_copy(struct arena *arena, struct view text);

#endif
