#include "crisis/rivals.h"

#include <criterion/criterion.h>
#include <math.h>

#define DAY 1440

enum { STATIC, DAY_OVER_WEEK = RIVAL_COUNT - 1 };

/* One complaint every half hour, and so many in the ten minutes from `at` on. */
static void
fill(struct minutes *minutes, size_t at, size_t many)
{
    cr_assert(minutes_init(minutes, 10 * DAY, 8 * DAY));
    for (size_t t = 0; t < minutes->count; t += 30) {
        minutes_note(minutes, t);
    }
    for (size_t i = 0; i < many; i++) {
        minutes_note(minutes, at + i % 10);
    }
    minutes_sum(minutes);
}

Test(rivals, each_threshold_of_a_ladder_rings_once_for_an_episode)
{
    struct minutes minutes;
    struct ladder ladder = { 0 };
    fill(&minutes, 9 * DAY, 50);
    rival_run(STATIC, &minutes, &ladder);
    cr_assert_eq(ladder.counts[0], 1u); /* 20 */
    cr_assert_eq(ladder.counts[1], 1u); /* 30 */
    cr_assert_eq(ladder.counts[2], 1u); /* 45 */
    cr_assert_eq(ladder.counts[3], 0u); /* 67.5 */
    cr_assert(ladder.alarms[0][0] < ladder.alarms[2][0]);
    ladder_fini(&ladder);
    minutes_fini(&minutes);
}

Test(rivals, what_is_before_the_scored_days_rings_for_nobody)
{
    struct minutes minutes;
    struct ladder ladder = { 0 };
    fill(&minutes, 3 * DAY, 50);
    rival_run(STATIC, &minutes, &ladder);
    cr_assert_eq(ladder.counts[0], 0u);
    ladder_fini(&ladder);
    minutes_fini(&minutes);
}

/* One looks at whole days only. */
Test(rivals, all_but_one_see_a_hundred_in_ten_minutes)
{
    for (size_t rival = 0; rival < DAY_OVER_WEEK; rival++) {
        struct minutes minutes;
        struct ladder ladder = { 0 };
        fill(&minutes, 9 * DAY + 7, 100);
        rival_run(rival, &minutes, &ladder);
        cr_assert_eq(ladder.counts[0], 1u, "%s", rival_name(rival));
        cr_assert_eq(
                ladder.alarms[0][0] / 60, 9 * DAY / 60 + (rival == 6), "%s", rival_name(rival));
        ladder_fini(&ladder);
        minutes_fini(&minutes);
    }
}

Test(rivals, a_day_above_its_week_is_seen_after_a_while)
{
    struct minutes minutes;
    struct ladder ladder = { 0 };
    cr_assert(minutes_init(&minutes, 10 * DAY, 8 * DAY));
    for (size_t t = 0; t < minutes.count; t += t < 9 * DAY ? 30 : 5) {
        minutes_note(&minutes, t);
    }
    minutes_sum(&minutes);
    rival_run(DAY_OVER_WEEK, &minutes, &ladder);
    cr_assert_eq(ladder.counts[0], 1u);
    cr_assert_gt(ladder.alarms[0][0], 9 * DAY);
    ladder_fini(&ladder);
    minutes_fini(&minutes);
}

Test(rivals, none_of_them_rings_for_a_steady_trickle)
{
    for (size_t rival = 0; rival < RIVAL_COUNT; rival++) {
        struct minutes minutes;
        struct ladder ladder = { 0 };
        fill(&minutes, 0, 0);
        rival_run(rival, &minutes, &ladder);
        cr_assert_eq(ladder.counts[0], 0u, "%s", rival_name(rival));
        ladder_fini(&ladder);
        minutes_fini(&minutes);
    }
}

Test(rivals, an_episode_ends_after_three_quiet_hours)
{
    struct ladder ladder = { .thresholds = { 5 } };
    for (size_t i = 1; i < LADDER_STEPS; i++) {
        ladder.thresholds[i] = INFINITY;
    }
    ladder.last[0] = INT64_MIN / 2;
    ladder_note(&ladder, 100, 6);
    ladder_note(&ladder, 200, 4);
    ladder_note(&ladder, 280, 5);
    ladder_note(&ladder, 461, 5);
    cr_assert_eq(ladder.counts[0], 2u);
    cr_assert_eq(ladder.alarms[0][1], 461u);
    ladder_fini(&ladder);
}
