#include "core/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 65536

struct block {
    struct block *next;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks; /* the newest first; only that one has room */
    size_t used;
};

struct arena *
arena_create(void)
{
    return calloc(1, sizeof(struct arena));
}

static void
free_blocks(struct block *blocks)
{
    while (blocks != NULL) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

void
arena_destroy(struct arena **arena)
{
    if (*arena == NULL) {
        return;
    }
    free_blocks((*arena)->blocks);
    free(*arena);
    *arena = NULL;
}

void
arena_clear(struct arena *arena)
{
    struct block *kept = arena->blocks;

    if (kept == NULL) {
        return;
    }
    free_blocks(kept->next);
    kept->next = NULL;
    memset(kept->bytes, 0, arena->used);
    arena->used = 0;
}

static int
add_block(struct arena *arena, size_t size)
{
    size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct block *block = calloc(1, sizeof *block + size);
    if (block == NULL) {
        return 0;
    }
    block->next = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->used = 0;
    return 1;
}

void *
arena_take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    if ((arena->blocks == NULL || arena->blocks->size - arena->used < size) &&
            !add_block(arena, size)) {
        return NULL;
    }
    void *piece = arena->blocks->bytes + arena->used;
    arena->used += size;
    return piece;
}

struct view
arena_copy(struct arena *arena, struct view text)
{
    char *copy = arena_take(arena, text.size + 1);

    if (copy == NULL) {
        return (struct view){ 0 };
    }
    view_copy(text, copy, text.size + 1);
    return (struct view){ .at = copy, .size = text.size };
}
