/*
 * pages: memory for state that lives long and is read from everywhere, in large pages.
 *
 *   chunk of 2 MiB    | head | judge | series | table | judge | ...              not yet used |
 *                                └── given back: waits for the next of its size
 *
 * Of what thousands of brands have, more is read than the cache holds, and from more pages than the processor
 * remembers the addresses of: then each line is waited for twice, for its place and for itself. What is taken one
 * after the other lies side by side, so what belongs together shares pages; and the system is asked for large ones.
 * Where it refuses, pages are ordinary and all else is the same.
 *
 * The first chunk is of ordinary pages: a small installation has what it touches and no more. Later ones are whole
 * pages of 2 MiB. A chunk of which nothing is in use goes back to the system, the newest aside. Blocks are neither
 * divided nor joined: this is for few sizes that come again and again, not for text.
 *
 * Any thread; what one has taken, another may give back. Sanitizers and valgrind see each block by itself: with them it
 * comes from malloc, as larger blocks always do.
 */
#ifndef REBATO_CORE_PAGES_H
#define REBATO_CORE_PAGES_H

#include <stddef.h>

#define PAGES_CHUNK_SIZE ((size_t)2 << 20)
#define PAGES_BLOCK_MAX  (PAGES_CHUNK_SIZE / 8)

/* `size` > 0 bytes of zeros that begin with a line (core/line.h). NULL when out of memory. */
void *pages_take(size_t size);
/* `at` may be NULL; `size` is what was asked for. */
void pages_give(void *at, size_t size);

/* Chunks that the system has given and not got back. */
size_t pages_chunk_count(void);

#endif
