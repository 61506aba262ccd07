#include "core/arena.h"

#include <criterion/criterion.h>
#include <string.h>

static int
is_zero(const unsigned char *at, size_t size)
{
    size_t i = 0;

    while (i < size && at[i] == 0) {
        i++;
    }
    return i == size;
}

/* Pieces of all sizes, some larger than a block, cleared between rounds: what was written in one round must
 * not be seen in the next. */
Test(arena, every_piece_is_zero_however_often_the_arena_was_cleared)
{
    static const size_t sizes[] = { 1, 16, 100, 4000, 40000, 70000, 200000, 3 };
    struct arena *arena = arena_create();

    cr_assert_not_null(arena);
    for (size_t round = 0; round < 20; round++) {
        for (size_t i = 0; i < 10 + round; i++) {
            size_t size = sizes[(i + round) % (sizeof sizes / sizeof sizes[0])];
            unsigned char *piece = arena_take(arena, size);
            cr_assert_not_null(piece);
            cr_assert(is_zero(piece, size), "round %zu, piece %zu", round, i);
            memset(piece, 0xA5, size);
        }
        arena_clear(arena);
    }
    arena_destroy(&arena);
}

Test(arena, clearing_an_arena_that_gave_nothing_changes_nothing)
{
    struct arena *arena = arena_create();

    cr_assert_not_null(arena);
    arena_clear(arena);
    arena_clear(arena);
    struct view copy = arena_copy(arena, VIEW("kept"));
    cr_assert(view_equal(copy, VIEW("kept")));
    arena_destroy(&arena);
}
