/*
 * What has no spike: people who complain a little more than usual for a day.
 */
#include "story.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* About 5 mentions a minute, one complaint in fifteen. */
static const struct pace calm = { .others = 0.8, .complaints = 0.05, .signal = SIGNAL_OUTAGE };
/* A brand that is spoken of twice a day. */
static const struct pace tiny = { .others = 2.0 / 8640, .signal = SIGNAL_OUTAGE };

static struct story *
story_of(const struct pace *usual, uint32_t days, uint64_t seed)
{
    struct story *story = calloc(1, sizeof *story);
    story_init(story, seed);
    story_begin(story);
    story_run(story, DAYS(days), usual);
    return story;
}

static void
story_free(struct story *story)
{
    story_end(story);
    free(story);
}

Test(slow, six_people_in_more_than_a_day_are_no_crisis)
{
    struct story *story = story_of(&tiny, 4, 5);
    for (int person = 0; person < 3; person++) {
        story_burst(story, SIGNAL_OUTAGE, 1, 1);
        story_quiet(story, HOURS(1));
        story_burst(story, SIGNAL_BILLING, 1, 1);
        story_quiet(story, HOURS(9));
    }
    cr_assert_eq(story_count(story, EVENT_OPENED), 0u);
    story_free(story);
}

Test(slow, a_slow_burn_is_found_without_a_spike)
{
    struct story *story = story_of(&calm, 10, 7);
    struct pace burn = { .others = 0.8, .complaints = 0.2, .signal = SIGNAL_OUTAGE };
    story_run(story, HOURS(24), &burn);
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    story_free(story);
}

/* Two in three hours, never four in one: it counts who wrote something of their own in the window that is unusual. */
Test(slow, a_slow_burn_of_a_few_is_found_unless_they_pass_one_post_on)
{
    struct pace few = { .complaints = 16.0 / DAYS(1), .signal = SIGNAL_BILLING };

    for (int passed_on = 0; passed_on < 2; passed_on++) {
        struct story *story = story_of(&tiny, 28, 5);
        few.reposts = passed_on ? 0.999 : 0;
        story_run(story, HOURS(14), &few);
        cr_expect_eq(story_count(story, EVENT_OPENED), passed_on ? 0u : 1u, "%d: %zu", passed_on,
                story_count(story, EVENT_OPENED));
        story_free(story);
    }
}

Test(slow, a_slow_burn_is_not_believed_while_learning)
{
    struct story *story = story_of(&calm, 1, 7);
    struct pace burn = { .others = 0.8, .complaints = 0.2, .signal = SIGNAL_OUTAGE };
    story_run(story, HOURS(24), &burn);
    for (size_t i = 0; i < story->event_count; i++) {
        cr_assert_eq(story->events[i].incident.why.fired & DETECTOR_CUSUM, 0u);
    }
    story_free(story);
}

/* By the time it opened it had lasted for most of a day, and that counts: a night is no end. */
Test(slow, a_slow_burn_is_the_same_one_after_a_night)
{
    struct pace usual = { .others = 0.08, .complaints = 0.003, .signal = SIGNAL_BILLING };
    struct pace burn = { .others = 0.08, .complaints = 0.012, .signal = SIGNAL_BILLING };
    struct pace crowd = { .others = 0.08, .complaints = 0.3, .signal = SIGNAL_BILLING };
    struct story *story = story_of(&usual, 20, 3);
    for (int step = 0; step < 600 && story_count(story, EVENT_OPENED) == 0; step++) {
        story_run(story, MINUTES(5), &burn);
    }
    for (int step = 0; step < 300 && story_count(story, EVENT_RESOLVED) == 0; step++) {
        story_run(story, MINUTES(5), &usual);
    }
    cr_assert_eq(story_count(story, EVENT_RESOLVED), 1u);
    struct incident over = story_last(story, EVENT_RESOLVED)->incident;
    cr_assert_gt(over.resolved_ms - over.onset_ms, INT64_C(9) * 3600000);
    cr_assert_lt(over.resolved_ms - over.opened_ms, INT64_C(6) * 3600000);
    story_run(story, HOURS(7), &usual);
    story_run(story, MINUTES(30), &crowd);
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    cr_assert_eq(story_count(story, EVENT_REOPENED), 1u);
    story_free(story);
}
