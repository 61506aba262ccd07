#include "core/rng.h"
#include "window/window.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t spans[] = { SPAN_1M, SPAN_10M, SPAN_1H, SPAN_24H };

Test(window, counts_leave_each_span_on_the_bucket_they_should)
{
    struct window window;
    cr_assert(window_init(&window, spans, 4));
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
    window_fini(&window);
}

Test(window, running_sums_equal_a_plain_recount_over_a_random_life)
{
    static uint32_t truth[40000];
    struct window window;
    struct rng rng = rng_seeded(7);
    uint32_t now = 100;

    memset(truth, 0, sizeof truth);
    cr_assert(window_init(&window, spans, 4));
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
    window_fini(&window);
}

Test(window, what_is_filled_is_found_by_age_and_nothing_else)
{
    static const uint32_t odd_spans[] = { SPAN_1M, 333 };
    struct window window;
    struct rng rng = rng_seeded(11);

    cr_assert(window_init(&window, odd_spans, 2));
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
    window_fini(&window);
}

Test(window, time_does_not_move_back_and_a_leap_of_years_costs_nothing)
{
    struct window window;
    cr_assert(window_init(&window, spans, 4));
    window_advance(&window, 500);
    window_add(&window, 3);
    window_advance(&window, 400);
    cr_assert_eq(window.newest, 500u);
    cr_assert_eq(window_sum(&window, SPAN_1M), 3u);
    window_advance(&window, 400000000);
    cr_assert_eq(window_sum(&window, SPAN_24H), 0u);
    window_fini(&window);
}

Test(window, a_bucket_saturates_instead_of_wrapping)
{
    struct window window;
    cr_assert(window_init(&window, spans, 1));
    window_advance(&window, 1);
    window_add(&window, UINT64_MAX);
    window_add(&window, 5);
    cr_assert_eq(window_sum(&window, SPAN_1M), (uint64_t)UINT32_MAX);
    window_advance(&window, 7);
    cr_assert_eq(window_sum(&window, SPAN_1M), 0u);
    window_fini(&window);
}

Test(window, restored_counts_give_the_same_sums_and_misfits_are_refused)
{
    struct window window;
    struct window copy;
    cr_assert(window_init(&window, spans, 4));
    cr_assert(window_init(&copy, spans, 4));
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
    window_fini(&window);
    window_fini(&copy);
}
