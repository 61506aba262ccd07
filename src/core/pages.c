#include "core/pages.h"

#include "core/line.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

/* At the head of each chunk, a line to itself. */
struct chunk {
    size_t used;   /* bytes, this head included */
    size_t blocks; /* in use */
};

/* What stands in a block that was given back. */
struct block {
    struct block *next, *previous; /* of its size */
    size_t size;
};

static_assert(sizeof(struct chunk) <= LINE_SIZE, "the first block begins with a line");
static_assert(sizeof(struct block) <= LINE_SIZE, "the smallest block has room for it");

static struct {
    pthread_mutex_t lock;
    struct chunk *newest; /* the only one with room that was never used */
    size_t chunk_count;
    struct block *given[PAGES_BLOCK_MAX / LINE_SIZE + 1]; /* by their size in lines */
} pages = { .lock = PTHREAD_MUTEX_INITIALIZER };

static size_t
whole_lines(size_t size)
{
    return (size + LINE_SIZE - 1) / LINE_SIZE * LINE_SIZE;
}

/* Who looks for mistakes in the use of memory has to see each block. */
static int
is_watched(void)
{
#if defined(REBATO_SANITIZED)
    return 1;
#elif defined(RUNNING_ON_VALGRIND)
    return RUNNING_ON_VALGRIND != 0;
#else
    return 0;
#endif
}

static int
is_plain(size_t size)
{
    return size > PAGES_BLOCK_MAX || is_watched();
}

static void *
take_plain(size_t size)
{
    void *memory = aligned_alloc(LINE_SIZE, size);

    return memory == NULL ? NULL : memset(memory, 0, size);
}

/* ---- chunks ---- */

/* NULL when out of memory. It begins at a multiple of its size: so the system can make it one page, and so the chunk
 * of a block is known. */
static void *
map_chunk(void)
{
    char *memory = mmap(
            NULL, 2 * PAGES_CHUNK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED) {
        return NULL;
    }
    size_t before = (PAGES_CHUNK_SIZE - (uintptr_t)memory % PAGES_CHUNK_SIZE) % PAGES_CHUNK_SIZE;
    char *chunk = memory + before;
    if (before > 0) {
        (void)munmap(memory, before);
    }
    (void)munmap(chunk + PAGES_CHUNK_SIZE, PAGES_CHUNK_SIZE - before);
    return chunk;
}

static int
open_chunk(void)
{
    struct chunk *chunk = map_chunk();

    if (chunk == NULL) {
        return 0;
    }
    if (pages.chunk_count > 0) {
        (void)madvise(chunk, PAGES_CHUNK_SIZE, MADV_HUGEPAGE); /* a wish: refused, it is slower */
    }
    chunk->used = LINE_SIZE;
    pages.newest = chunk;
    pages.chunk_count++;
    return 1;
}

static struct chunk *
chunk_of(void *at)
{
    return (struct chunk *)(void *)((char *)at - (uintptr_t)at % PAGES_CHUNK_SIZE);
}

/* ---- blocks that were given back ---- */

static void
list(void *at, size_t size)
{
    struct block **first = &pages.given[size / LINE_SIZE];
    struct block *block = at;

    *block = (struct block){ .next = *first, .size = size };
    if (*first != NULL) {
        (*first)->previous = block;
    }
    *first = block;
}

static void
unlist(struct block *block)
{
    if (block->previous == NULL) {
        pages.given[block->size / LINE_SIZE] = block->next;
    } else {
        block->previous->next = block->next;
    }
    if (block->next != NULL) {
        block->next->previous = block->previous;
    }
}

/* Nothing of it is in use: all its blocks are listed, side by side. */
static void
close_chunk(struct chunk *chunk)
{
    for (size_t at = LINE_SIZE; at < chunk->used;) {
        struct block *block = (struct block *)(void *)((char *)chunk + at);
        at += block->size;
        unlist(block);
    }
    (void)munmap(chunk, PAGES_CHUNK_SIZE);
    pages.chunk_count--;
}

/* ---- taking and giving, the lock held ---- */

static void *
take_again(size_t size)
{
    struct block *block = pages.given[size / LINE_SIZE];

    if (block != NULL) {
        unlist(block);
        chunk_of(block)->blocks++;
    }
    return block;
}

/* Of memory that was never used and is zero. */
static void *
take_new(size_t size)
{
    struct chunk *chunk = pages.newest;

    if (chunk == NULL || PAGES_CHUNK_SIZE - chunk->used < size) {
        if (!open_chunk()) {
            return NULL;
        }
        chunk = pages.newest;
    }
    void *block = (char *)chunk + chunk->used;
    chunk->used += size;
    chunk->blocks++;
    return block;
}

static void
give(void *at, size_t size)
{
    struct chunk *chunk = chunk_of(at);

    assert(chunk->blocks > 0);
    list(at, size);
    chunk->blocks--;
    /* The newest stays: who takes and gives back in turn does not pay for a chunk each time. */
    if (chunk->blocks == 0 && chunk != pages.newest) {
        close_chunk(chunk);
    }
}

void *
pages_take(size_t size)
{
    assert(size > 0 && size <= SIZE_MAX - LINE_SIZE);

    size = whole_lines(size);
    if (is_plain(size)) {
        return take_plain(size);
    }
    pthread_mutex_lock(&pages.lock);
    void *used = take_again(size);
    void *fresh = used == NULL ? take_new(size) : NULL;
    pthread_mutex_unlock(&pages.lock);
    return used == NULL ? fresh : memset(used, 0, size);
}

void
pages_give(void *at, size_t size)
{
    size = whole_lines(size);
    if (at == NULL || is_plain(size)) {
        free(at);
        return;
    }
    pthread_mutex_lock(&pages.lock);
    give(at, size);
    pthread_mutex_unlock(&pages.lock);
}

size_t
pages_chunk_count(void)
{
    pthread_mutex_lock(&pages.lock);
    size_t count = pages.chunk_count;
    pthread_mutex_unlock(&pages.lock);
    return count;
}
