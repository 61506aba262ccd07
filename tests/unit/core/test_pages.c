#include "core/line.h"
#include "core/pages.h"
#include "core/rng.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define BLOCKS  600
#define THREADS 4
#define ROUNDS  20000

static const size_t sizes[] = { 1, 64, 65, 1024, 15000, 48000, PAGES_BLOCK_MAX,
    PAGES_BLOCK_MAX + 1 };
#define SIZES (sizeof sizes / sizeof sizes[0])

struct held {
    unsigned char *at;
    size_t size;
    unsigned char mark; /* in all its bytes */
};

static int
is_all(const unsigned char *at, size_t size, unsigned char byte)
{
    return size == 0 || (at[0] == byte && memcmp(at, at + 1, size - 1) == 0);
}

static int
take(struct held *held, size_t size, unsigned char mark)
{
    *held = (struct held){ .at = pages_take(size), .size = size, .mark = mark };
    if (held->at == NULL || (uintptr_t)held->at % LINE_SIZE != 0 || !is_all(held->at, size, 0)) {
        return 0;
    }
    memset(held->at, mark, size);
    return 1;
}

/* False when somebody else wrote into it. */
static int
give(struct held *held)
{
    int whole = held->at == NULL || is_all(held->at, held->size, held->mark);

    pages_give(held->at, held->size);
    *held = (struct held){ 0 };
    return whole;
}

/* Takes and gives back as chance has it. False when a block was not zero, not aligned, or not its own. */
static int
live(uint64_t seed, size_t rounds, size_t block_count)
{
    struct held held[BLOCKS] = { 0 };
    struct rng rng = rng_seeded(seed);
    int good = 1;

    for (size_t i = 0; i < rounds; i++) {
        struct held *one = &held[rng_below(&rng, (uint32_t)block_count)];
        good &= one->at != NULL ? give(one)
                                : take(one, sizes[rng_below(&rng, SIZES)], (unsigned char)(i | 1));
    }
    for (size_t i = 0; i < block_count; i++) {
        good &= give(&held[i]);
    }
    return good;
}

static void *
live_aside(void *seed)
{
    return live(*(uint64_t *)seed, ROUNDS / THREADS, BLOCKS / THREADS) ? NULL : seed;
}

Test(pages, a_block_is_zero_begins_with_a_line_and_is_nobody_elses)
{
    cr_assert(live(1, ROUNDS, BLOCKS));
}

Test(pages, threads_take_and_give_back_side_by_side)
{
    uint64_t seeds[THREADS];
    pthread_t threads[THREADS];

    for (size_t i = 0; i < THREADS; i++) {
        seeds[i] = i + 1;
        cr_assert_eq(pthread_create(&threads[i], NULL, live_aside, &seeds[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *failed = NULL;
        pthread_join(threads[i], &failed);
        cr_assert_null(failed);
    }
}

/* One chunk is kept for whoever comes next. */
Test(pages, what_nobody_uses_goes_back_to_the_system)
{
    struct held held[BLOCKS] = { 0 };

    for (size_t i = 0; i < BLOCKS; i++) {
        cr_assert(take(&held[i], sizes[i % SIZES], 7));
    }
    size_t most = pages_chunk_count();
    for (size_t i = 0; i < BLOCKS; i++) {
        cr_assert(give(&held[i]));
    }
    cr_assert(most == 0 || most > 10); /* 0: a sanitizer watches each block */
    cr_assert_leq(pages_chunk_count(), 1);
}

Test(pages, a_block_that_was_given_back_is_taken_by_the_next_of_its_size)
{
    struct held held;

    for (size_t i = 0; i < 100000; i++) {
        cr_assert(take(&held, 1000, 7));
        cr_assert(give(&held));
    }
    cr_assert_leq(pages_chunk_count(), 1);
}

Test(pages, nothing_may_be_given_back_without_harm)
{
    pages_give(NULL, 0);
    pages_give(NULL, 100);
    cr_assert_eq(pages_chunk_count(), 0);
}
