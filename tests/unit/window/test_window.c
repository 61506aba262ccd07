#include "core/rng.h"
#include "window/window.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t spans[] = { SPAN_1M, SPAN_10M, SPAN_1H, SPAN_24H };

#define RINGS 3

/* Three rings, bucket by bucket. */
static uint64_t ring_bits[RINGS][WINDOW_WORDS(SPAN_24H)];
static uint32_t ring_counts[RINGS * SPAN_24H];

static void
init(struct window *window, size_t ring, const uint32_t *own_spans, size_t span_count)
{
    window_init(window, own_spans, span_count);
    window_place(window,
            &(struct window_ring){
                    .filled = ring_bits[ring], .counts = &ring_counts[ring], .stride = RINGS });
}

Test(window, counts_leave_each_span_on_the_bucket_they_should)
{
    struct window window;
    init(&window, 1, spans, 4);
    window_advance(&window, 1000);
    window_add(&window, 7);

    static const struct {
        uint32_t bucket;
        uint64_t minute, ten, hour, day;
    } steps[] = {
        { 1000, 7, 7, 7, 7 },
        { 1005, 7, 7, 7, 7 },
        { 1006, 0, 7, 7, 7 },
        { 1059, 0, 7, 7, 7 },
        { 1060, 0, 0, 7, 7 },
        { 1359, 0, 0, 7, 7 },
        { 1360, 0, 0, 0, 7 },
        { 9639, 0, 0, 0, 7 },
        { 9640, 0, 0, 0, 0 },
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        cr_assert_eq(window_sum_at(&window, steps[i].bucket, SPAN_10M), steps[i].ten);
        window_advance(&window, steps[i].bucket);
        cr_assert_eq(window_sum(&window, SPAN_1M), steps[i].minute, "row %zu", i);
        cr_assert_eq(window_sum(&window, SPAN_10M), steps[i].ten, "row %zu", i);
        cr_assert_eq(window_sum(&window, SPAN_1H), steps[i].hour, "row %zu", i);
        cr_assert_eq(window_sum(&window, SPAN_24H), steps[i].day, "row %zu", i);
    }
}

Test(window, running_sums_equal_a_plain_recount_over_a_random_life)
{
    static uint32_t truth[40000];
    struct window window;
    struct rng rng = rng_seeded(7);
    uint32_t now = 100;

    memset(truth, 0, sizeof truth);
    init(&window, 1, spans, 4);
    while (now < 39000) {
        now += rng_below(&rng, 10) == 0 ? rng_below(&rng, 600) : rng_below(&rng, 4);
        uint32_t count = rng_below(&rng, 50);
        window_advance(&window, now);
        window_add(&window, count);
        truth[now] += count;
        static const uint32_t asked[] = { SPAN_1M, SPAN_1H, SPAN_24H, 17 };
        for (size_t i = 0; i < 4; i++) {
            uint64_t sum = 0;
            for (uint32_t age = 0; age < asked[i] && age <= now; age++) {
                sum += truth[now - age];
            }
            cr_assert_eq(window_sum(&window, asked[i]), sum, "at %u, span %u", now, asked[i]);
        }
        uint32_t later = now + rng_below(&rng, 400);
        for (size_t i = 0; i < 4; i++) {
            uint64_t sum = 0;
            for (uint32_t age = later - now; age < asked[i] && age <= later; age++) {
                sum += truth[later - age];
            }
            cr_assert_eq(window_sum_at(&window, later, asked[i]), sum, "as of %u", later);
        }
    }
}

Test(window, what_is_filled_is_found_by_age_and_nothing_else)
{
    static const uint32_t odd_spans[] = { SPAN_1M, 333 };
    struct window window;
    struct rng rng = rng_seeded(11);

    init(&window, 1, odd_spans, 2);
    cr_assert_eq(window_next_filled(&window, 0), 333u, "an empty one has none");
    for (uint32_t now = 1; now < 3000; now += 1 + rng_below(&rng, 90)) {
        window_advance(&window, now);
        window_add(&window, rng_below(&rng, 3));
        uint32_t found = window_next_filled(&window, 0);
        for (uint32_t age = 0; age < 333; age++) {
            int filled = window_count(&window, age) != 0;
            cr_assert_eq(found == age, filled, "at %u, age %u", now, age);
            found = filled ? window_next_filled(&window, age + 1) : found;
        }
        cr_assert_eq(found, 333u);
    }
}

Test(window, time_does_not_move_back_and_a_leap_of_years_costs_nothing)
{
    struct window window;
    init(&window, 1, spans, 4);
    window_advance(&window, 500);
    window_add(&window, 3);
    window_advance(&window, 400);
    cr_assert_eq(window.newest, 500u);
    cr_assert_eq(window_sum(&window, SPAN_1M), 3u);
    window_advance(&window, 400000000);
    cr_assert_eq(window_sum(&window, SPAN_24H), 0u);
}

Test(window, a_bucket_saturates_instead_of_wrapping)
{
    struct window window;
    init(&window, 1, spans, 1);
    window_advance(&window, 1);
    window_add(&window, UINT64_MAX);
    window_add(&window, 5);
    cr_assert_eq(window_sum(&window, SPAN_1M), (uint64_t)UINT32_MAX);
    window_advance(&window, 7);
    cr_assert_eq(window_sum(&window, SPAN_1M), 0u);
}

Test(window, restored_counts_give_the_same_sums_and_misfits_are_refused)
{
    struct window window;
    struct window copy;
    init(&window, 0, spans, 4);
    init(&copy, 2, spans, 4);
    for (uint32_t bucket = 20000; bucket < 30000; bucket += 13) {
        window_advance(&window, bucket);
        window_add(&window, bucket % 11);
    }
    window_advance(&copy, window.newest);
    for (uint32_t age = 0; age < SPAN_24H; age++) {
        cr_assert(window_restore(&copy, age, window_count(&window, age)));
    }
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(window_sum(&copy, spans[i]), window_sum(&window, spans[i]));
    }
    cr_assert_not(window_restore(&copy, SPAN_24H, 1));
}

Test(window, windows_that_share_an_array_do_not_see_each_other)
{
    struct window windows[RINGS];
    uint64_t sums[RINGS] = { 0 };
    struct rng rng = rng_seeded(13);

    for (size_t i = 0; i < RINGS; i++) {
        init(&windows[i], i, spans, 3);
    }
    for (uint32_t now = 1000; now < 1000 + SPAN_1H; now++) {
        size_t chosen = rng_below(&rng, RINGS);
        uint32_t count = rng_below(&rng, 9);
        window_advance(&windows[chosen], now);
        window_add(&windows[chosen], count);
        sums[chosen] += count;
    }
    for (size_t i = 0; i < RINGS; i++) {
        cr_assert_eq(window_sum_at(&windows[i], 999 + SPAN_1H, SPAN_1H), sums[i], "ring %zu", i);
    }
}

Test(window, a_window_and_its_ring_may_be_moved)
{
    static uint64_t bits[WINDOW_WORDS(SPAN_24H)];
    static uint32_t alone[SPAN_24H];
    struct window window;

    init(&window, 0, spans, 4);
    window_advance(&window, 7000);
    window_add(&window, 5);
    memcpy(bits, ring_bits[0], sizeof bits);
    for (size_t i = 0; i < SPAN_24H; i++) {
        alone[i] = ring_counts[i * RINGS];
    }
    window_place(&window, &(struct window_ring){ .filled = bits, .counts = alone, .stride = 1 });
    cr_assert_eq(window_count(&window, 0), 5u);
    window_advance(&window, 7000 + SPAN_10M);
    cr_assert_eq(window_sum(&window, SPAN_10M), 0u);
    cr_assert_eq(window_sum(&window, SPAN_1H), 5u);
}

Test(window, spans_come_in_any_order)
{
    static const uint32_t mixed[] = { SPAN_10M, SPAN_1H, SPAN_1M, SPAN_10M };
    struct window window;

    init(&window, 0, mixed, 4);
    cr_assert_eq(window.capacity, SPAN_1H);
    window_advance(&window, 5000);
    window_add(&window, 2);
    window_advance(&window, 5000 + SPAN_1M);
    cr_assert_eq(window_sum(&window, SPAN_1M), 0u);
    cr_assert_eq(window_sum(&window, SPAN_10M), 2u);
    window_advance(&window, 5000 + SPAN_10M);
    cr_assert_eq(window_sum(&window, SPAN_10M), 0u);
    cr_assert_eq(window_sum(&window, SPAN_1H), 2u);
    window_advance(&window, 5000 + SPAN_1H);
    cr_assert_eq(window_sum(&window, SPAN_1H), 0u);
}

Test(window, one_less_leaves_every_span_that_holds_it)
{
    struct window window;

    init(&window, 0, spans, 4);
    window_advance(&window, 5000);
    window_add(&window, 2);
    window_advance(&window, 5000 + SPAN_1M);
    window_drop(&window, SPAN_1M);
    cr_assert_eq(window_sum(&window, SPAN_1M), 0u);
    cr_assert_eq(window_sum(&window, SPAN_10M), 1u);
    cr_assert_eq(window_filled(&window), 1u);
    window_drop(&window, SPAN_1M);
    cr_assert_eq(window_sum(&window, SPAN_24H), 0u);
    cr_assert_eq(window_filled(&window), 0u);
}
