#include "story.h"
#include "window/cell.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define BIT(name) SIGNAL_BIT(SIGNAL_OFFICIAL_##name)
#define NAMED     SIGNAL_BIT(SIGNAL_OUTAGE)

/* About 5 mentions a minute, one complaint in fifteen. */
static const struct pace calm = { .others = 0.8, .complaints = 0.05, .signal = SIGNAL_OUTAGE };
static const struct pace outage = { .others = 1.0, .complaints = 1.5, .signal = SIGNAL_OUTAGE };

static struct story *
story_after_days(uint32_t days, uint64_t seed)
{
    struct story *story = calloc(1, sizeof *story);
    story_init(story, seed);
    story_begin(story);
    story_run(story, DAYS(days), &calm);
    return story;
}

/* A brand that is spoken of twice a day, known for four days. */
static struct story *
story_of_tiny_brand(void)
{
    struct story *story = calloc(1, sizeof *story);
    struct pace tiny = { .others = 2.0 / 8640, .signal = SIGNAL_OUTAGE };
    story_init(story, 5);
    story_begin(story);
    story_run(story, DAYS(4), &tiny);
    return story;
}

static void
story_free(struct story *story)
{
    story_end(story);
    free(story);
}

Test(judge, calm_weeks_raise_nothing)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct story *story = story_after_days(14, seed);
        cr_assert_eq(story->event_count, 0u, "seed %lu", (unsigned long)seed);
        cr_assert_null(brand_judge_incident(story->judge));
        story_free(story);
    }
}

Test(judge, an_outage_opens_within_minutes_says_why_and_ends)
{
    struct story *story = story_after_days(5, 1);
    int64_t began_ms = story_now_ms(story);
    story_run(story, MINUTES(40), &outage);
    story_run(story, HOURS(5), &calm);

    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    const struct judge_event *opened = story_last(story, EVENT_OPENED);
    const struct incident *incident = &opened->incident;
    cr_assert_lt(opened->time_ms, began_ms + 5 * MINUTE_MS);
    cr_assert_geq(incident->onset_ms, began_ms - 5 * MINUTE_MS);
    cr_assert_leq(incident->onset_ms, opened->time_ms);
    cr_assert_eq(incident->signals, SIGNAL_BIT(SIGNAL_OUTAGE));
    cr_assert_eq(incident->why.rule, UINT32_MAX);
    cr_assert(incident->why.fired != 0 && incident->why.p_log10 < -5);
    cr_assert_gt((double)incident->why.authors, 3 * incident->why.expected);
    cr_assert_gt(incident->why.share, incident->why.usual_share);
    cr_assert_eq(strlen(incident->id), 16u);

    cr_assert_eq(story_count(story, EVENT_COOLING), 1u);
    cr_assert_eq(story_count(story, EVENT_RESOLVED), 1u);
    cr_assert_eq(story_count(story, EVENT_REOPENED), 0u);
    const struct incident *last = &story_last(story, EVENT_RESOLVED)->incident;
    cr_assert_str_eq(last->id, incident->id);
    cr_assert(last->authors > 250 && last->authors < 500, "%lu", (unsigned long)last->authors);
    cr_assert_geq(last->posts, last->authors * 9 / 10);
    cr_assert_eq(last->clock.grade, 'F', "nobody answered");
    story_free(story);
}

/* The evidence of the worst hour wears off over half a day; the usual few complaints of a quiet brand must
 * not live on it. */
Test(judge, a_trickle_after_an_outage_does_not_keep_it_open)
{
    static const struct pace quiet = { .others = 0.3,
        .complaints = 0.008, /* about three an hour */
        .signal = SIGNAL_OUTAGE };
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct story *story = calloc(1, sizeof *story);
        story_init(story, seed);
        story_begin(story);
        story_run(story, DAYS(5), &quiet);
        story_run(story, HOURS(1), &outage);
        uint32_t over = story->bucket;
        story_run(story, HOURS(8), &quiet);
        cr_assert_eq(story_count(story, EVENT_RESOLVED), 1u, "seed %lu", (unsigned long)seed);
        int64_t resolved_ms = story_last(story, EVENT_RESOLVED)->time_ms;
        cr_assert_leq(
                resolved_ms, bucket_start_ms(over + HOURS(4)), "seed %lu", (unsigned long)seed);
        story_free(story);
    }
}

Test(judge, revisions_grow_and_times_do_not_go_back)
{
    struct story *story = story_after_days(5, 2);
    story_run(story, HOURS(2), &outage);
    story_run(story, HOURS(5), &calm);
    for (size_t i = 1; i < story->event_count; i++) {
        cr_assert_eq(
                story->events[i].incident.revision, story->events[i - 1].incident.revision + 1);
        cr_assert_geq(story->events[i].time_ms, story->events[i - 1].time_ms);
    }
    cr_assert_gt(story->event_count, 4u);
    story_free(story);
}

/* Deluges, each loud and none a crisis. */
Test(judge, what_is_no_crisis_opens_nothing)
{
    static const struct {
        const char *name;
        struct pace pace;
        uint32_t buckets;
    } rows[] = {
        { "football: everything times twenty",
                { .others = 16, .complaints = 1, .signal = SIGNAL_OUTAGE }, HOURS(2) },
        { "football, and more than twice as much grumbling: six hours hold it, too",
                { .others = 16, .complaints = 2.4, .signal = SIGNAL_OUTAGE }, HOURS(2) },
        { "newsletter: much said, nothing complained of",
                { .others = 12, .complaints = 0.05, .signal = SIGNAL_OUTAGE }, MINUTES(20) },
        { "one insistent author",
                { .others = 0.8, .complaints = 2, .signal = SIGNAL_OUTAGE, .author_pool = 1 },
                HOURS(1) },
        { "300 posts of five accounts",
                { .others = 0.8, .complaints = 3, .signal = SIGNAL_OUTAGE, .author_pool = 5 },
                MINUTES(17) },
        { "five accounts, a signal never heard before",
                { .others = 0.8, .complaints = 3, .signal = SIGNAL_PRIVACY, .author_pool = 5 },
                MINUTES(17) },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            struct story *story = story_after_days(5, seed);
            story_run(story, rows[i].buckets, &rows[i].pace);
            story_run(story, HOURS(2), &calm);
            cr_assert_eq(story->event_count, 0u, "%s, seed %lu", rows[i].name, (unsigned long)seed);
            story_free(story);
        }
    }
}

Test(judge, the_same_crowd_of_different_people_does_open)
{
    struct story *story = story_after_days(5, 1);
    struct pace crowd = { .others = 0.8, .complaints = 3, .signal = SIGNAL_PRIVACY };
    story_run(story, MINUTES(17), &crowd);
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    story_free(story);
}

Test(judge, one_resharing_chain_is_one_complaint)
{
    struct story *story = story_after_days(5, 1);
    struct pace quiet = { .others = 0 };
    struct pace chain = { .complaints = 0.25, .signal = SIGNAL_REPUTATION, .reposts = 0.999 };
    story_run(story, HOURS(2), &quiet);
    story_run(story, MINUTES(4), &chain);
    cr_assert_eq(story_count(story, EVENT_OPENED), 0u);
    story_free(story);
}

Test(judge, a_gap_and_its_late_delivery_open_nothing_and_teach_nothing)
{
    struct story *story = story_after_days(7, 3);
    struct brand_status before;
    struct brand_status after;
    brand_judge_status(story->judge, story->bucket, &before);
    story_quiet(story, HOURS(3));
    for (int i = 0; i < 60; i++) {
        story_late(story, 20);
    }
    brand_judge_status(story->judge, story->bucket, &after);
    cr_assert_eq(after.state, BRAND_STALE, "late data is never calm");
    story_run(story, HOURS(6), &calm);
    cr_assert_eq(story->event_count, 0u);
    brand_judge_status(story->judge, story->bucket, &after);
    cr_assert_eq(after.state, BRAND_CALM);
    cr_assert(after.expected_10m > before.expected_10m / 3, "%g, %g", after.expected_10m,
            before.expected_10m);
    story_free(story);
}

Test(judge, years_of_nothing_cost_nothing_and_what_comes_after_is_judged)
{
    struct story *story = story_after_days(5, 4);
    story->bucket += DAYS(2200);
    story_run(story, HOURS(6), &calm);
    cr_assert_eq(story->event_count, 0u);
    story_run(story, MINUTES(30), &outage);
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    story_free(story);
}

Test(judge, a_handful_against_zero_is_a_crisis_of_a_small_brand)
{
    struct story *story = story_of_tiny_brand();
    cr_assert_eq(story->event_count, 0u);
    for (int person = 0; person < 6; person++) {
        story_burst(story, SIGNAL_PRIVACY, 1, 1);
        story_quiet(story, MINUTES(9));
    }
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    cr_assert_leq(story_last(story, EVENT_OPENED)->incident.why.authors, 6u);
    story_free(story);
}

Test(judge, three_rude_replies_are_no_crisis_of_a_small_brand)
{
    struct story *story = story_of_tiny_brand();
    for (int person = 0; person < 3; person++) {
        story_burst(story, SIGNAL_MISTREATMENT, 1, 2);
        story_quiet(story, MINUTES(9));
    }
    story_quiet(story, DAYS(2));
    cr_assert_eq(story->event_count, 0u);
    story_free(story);
}

Test(judge, a_new_brand_learns_first_and_pages_only_for_a_crowd)
{
    struct story *story = calloc(1, sizeof *story);
    struct brand_status status;
    struct pace few = { .others = 0.8, .complaints = 0.12, .signal = SIGNAL_SECURITY };
    story_init(story, 6);
    story_begin(story);
    story_run(story, HOURS(3), &calm);
    brand_judge_status(story->judge, story->bucket, &status);
    cr_assert_eq(status.state, BRAND_LEARNING);
    story_run(story, MINUTES(25), &few);
    cr_assert_eq(story_count(story, EVENT_OPENED), 0u);
    story_run(story, MINUTES(15), &outage);
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    cr_assert_geq(story_last(story, EVENT_OPENED)->incident.why.authors, 10u);
    story_free(story);
}

Test(judge, after_a_day_a_new_brand_pages_for_what_can_hardly_be_chance)
{
    struct pace few = { .others = 0.8, .complaints = 0.12, .signal = SIGNAL_SECURITY };
    struct pace fewer = { .others = 0.8, .complaints = 0.005, .signal = SIGNAL_SECURITY };
    struct story *story = story_after_days(1, 6);
    story_run(story, MINUTES(25), &fewer);
    cr_assert_eq(story_count(story, EVENT_OPENED), 0u);
    story_run(story, MINUTES(40), &few);
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    story_free(story);
}

/* Two people with each word: too few for any signal alone. */
Test(judge, a_crisis_told_in_many_words_is_one_crisis)
{
    static const enum signal words[] = { SIGNAL_OUTAGE, SIGNAL_DEGRADED, SIGNAL_BILLING,
        SIGNAL_COMPLAINT };
    struct story *story = story_of_tiny_brand();
    for (int person = 0; person < 8; person++) {
        story_burst(story, words[person % 4], 1, 1);
        story_quiet(story, MINUTES(2));
    }
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    story_free(story);
}

Test(judge, other_signals_join_the_incident_of_the_brand)
{
    struct story *story = story_after_days(5, 8);
    struct pace angry = { .others = 1, .complaints = 1, .signal = SIGNAL_DEMAND_ANSWER };
    story_run(story, MINUTES(10), &outage);
    story_run(story, MINUTES(30), &angry);
    story_run(story, MINUTES(30), &outage);
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    cr_assert_geq(story_count(story, EVENT_ESCALATED), 1u);
    cr_assert_leq(story_count(story, EVENT_ESCALATED), 5u, "at most one in 15 min and level");
    cr_assert_eq(brand_judge_incident(story->judge)->signals,
            SIGNAL_BIT(SIGNAL_OUTAGE) | SIGNAL_BIT(SIGNAL_DEMAND_ANSWER));
    cr_assert_eq(brand_judge_incident(story->judge)->severity, SEVERITY_CRITICAL, "a crowd");
    story_free(story);
}

/* Long enough ago it is another one; what lasted all day is the same one after a night, if it is the same matter. */
Test(judge, it_reopens_within_two_hours_or_as_long_as_it_lasted)
{
    static const struct pace demands = {
        .others = 1, .complaints = 1, .signal = SIGNAL_DEMAND_ANSWER
    };
    static const struct {
        uint32_t lasts_min, most_hours, calm_min;
        const struct pace *then;
        size_t opened, reopened;
    } rows[] = {
        { 20, 12, 60, &outage, 1, 1 },
        { 20, 12, 60, &demands, 1, 1 },
        { 20, 12, 180, &outage, 2, 0 },
        { 360, 12, 300, &outage, 1, 1 },
        { 360, 12, 300, &demands, 2, 0 },
        { 360, 12, 600, &outage, 2, 0 },
        { 360, 4, 300, &outage, 2, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story *story = story_after_days(5, 9);
        story->settings.reopen_most_ms = rows[i].most_hours * INT64_C(3600000);
        story_run(story, MINUTES(rows[i].lasts_min), &outage);
        while (story_count(story, EVENT_RESOLVED) == 0) {
            story_run(story, MINUTES(1), &calm);
        }
        story_run(story, MINUTES(rows[i].calm_min), &calm);
        story_run(story, MINUTES(20), rows[i].then);
        cr_expect_eq(story_count(story, EVENT_OPENED), rows[i].opened, "row %zu", i);
        cr_expect_eq(story_count(story, EVENT_REOPENED), rows[i].reopened, "row %zu", i);
        cr_expect_eq(strcmp(story->events[0].incident.id,
                             story->events[story->event_count - 1].incident.id) == 0,
                rows[i].reopened == 1, "row %zu", i);
        story_free(story);
    }
}

Test(judge, the_brand_that_answers_is_graded_and_left_alone)
{
    struct story *story = story_after_days(5, 10);
    story_run(story, MINUTES(8), &outage);
    story_official(story, BIT(APOLOGY), 0);
    cr_assert_eq(story_count(story, EVENT_ANSWERED), 0u, "a reply answers one");
    story_official(story, BIT(ACKNOWLEDGE) | BIT(INSTRUCT) | NAMED, 1);
    cr_assert_eq(story_count(story, EVENT_ANSWERED), 1u);
    story_run(story, MINUTES(20), &outage);
    story_official(story, BIT(EXPLAIN) | BIT(RESOLVED) | NAMED, 1);
    story_run(story, HOURS(4), &calm);

    const struct incident *last = &story_last(story, EVENT_RESOLVED)->incident;
    cr_assert_eq(last->clock.grade, 'A');
    cr_assert_eq(story_count(story, EVENT_ANSWERED), 1u);
    cr_assert_eq(story_count(story, EVENT_SILENCE), 0u);
    cr_assert_neq(last->playbook[PLAYBOOK_RESOLVED].time_ms, TIME_NONE);
    cr_assert_eq(last->playbook[PLAYBOOK_REMEDY].time_ms, TIME_NONE);
    story_free(story);
}

Test(judge, silence_is_reminded_of_on_schedule)
{
    static const int64_t minutes[] = { 15, 30, 120, 240 };
    struct story *story = story_after_days(5, 11);
    story_run(story, MINUTES(270), &outage);
    int64_t opened_ms = story_last(story, EVENT_OPENED)->time_ms;
    size_t seen = 0;
    for (size_t i = 0; i < story->event_count; i++) {
        if (story->events[i].kind == EVENT_SILENCE) {
            cr_assert_lt(seen, 4u);
            cr_assert_eq(story->events[i].time_ms, opened_ms + minutes[seen] * MINUTE_MS);
            seen++;
        }
    }
    cr_assert_eq(seen, 4u);
    story_free(story);
}

Test(judge, overdue_updates_are_asked_for_once_a_gap_and_three_times_at_most)
{
    struct story *story = story_after_days(5, 12);
    story_run(story, MINUTES(8), &outage);
    story_official(story, BIT(ACKNOWLEDGE) | NAMED, 1);
    int64_t answered_ms = story_last(story, EVENT_ANSWERED)->incident.clock.answered_ms;
    story_run(story, MINUTES(100), &outage);
    cr_assert_eq(story_count(story, EVENT_SILENCE), 1u);
    cr_assert_eq(story_last(story, EVENT_SILENCE)->time_ms / 10000,
            (answered_ms + 30 * MINUTE_MS + 9999) / 10000);
    for (int i = 0; i < 4; i++) {
        story_official(story, BIT(EXPLAIN) | NAMED, 1);
        story_run(story, MINUTES(40), &outage);
    }
    cr_assert_eq(story_count(story, EVENT_SILENCE), 3u);
    story_free(story);
}

Test(judge, a_late_word_after_the_end_is_still_its_answer)
{
    struct story *story = story_after_days(5, 13);
    story_run(story, MINUTES(15), &outage);
    while (story_count(story, EVENT_RESOLVED) == 0) {
        story_run(story, MINUTES(1), &calm);
    }
    cr_assert_eq(story_last(story, EVENT_RESOLVED)->incident.clock.grade, 'F');
    story_run(story, MINUTES(60), &calm);
    story_official(story, BIT(EXPLAIN) | NAMED, 1);
    cr_assert_eq(story_count(story, EVENT_ANSWERED), 1u);
    const struct incident *late = &story_last(story, EVENT_ANSWERED)->incident;
    cr_assert_eq(late->state, INCIDENT_RESOLVED);
    cr_assert(late->clock.grade == 'C' || late->clock.grade == 'D', "%c", late->clock.grade);
    story_free(story);
}

Test(judge, a_surge_that_the_brand_announced_is_information)
{
    struct story *story = story_after_days(5, 14);
    story_official(story, BIT(ACKNOWLEDGE) | BIT(SCOPE) | BIT(REMEDY) | NAMED, 1);
    story_run(story, MINUTES(30), &calm);
    story_run(story, MINUTES(40), &outage);
    const struct incident *incident = &story_last(story, EVENT_OPENED)->incident;
    cr_assert_eq(incident->severity, SEVERITY_INFO);
    cr_assert_neq(incident->playbook[PLAYBOOK_SCOPE].time_ms, TIME_NONE);
    cr_assert_eq(brand_judge_incident(story->judge)->severity, SEVERITY_INFO, "whatever its size");
    cr_assert_eq(story_count(story, EVENT_SILENCE), 0u);
    story_free(story);
}

Test(judge, plain_thresholds_hold_as_written)
{
    /* 10 people, 2 posts each, in one bucket of an otherwise quiet brand. */
    static const struct {
        const char *name;
        struct threshold threshold;
        size_t opened;
    } rows[] = {
        { "count met", { .window_ms = 60000, .min_count = 20 }, 1 },
        { "count missed", { .window_ms = 60000, .min_count = 21 }, 0 },
        { "authors met", { .window_ms = 60000, .min_authors = 10 }, 1 },
        { "authors missed", { .window_ms = 60000, .min_authors = 11 }, 0 },
        { "both", { .window_ms = 60000, .min_count = 20, .min_authors = 11 }, 0 },
        { "share met", { .window_ms = 60000, .min_count = 5, .share = 0.9 }, 1 },
        { "share diluted over a day", { .window_ms = 86400000, .min_count = 5, .share = 0.9 }, 0 },
        { "ratio met", { .window_ms = 600000, .min_count = 5, .ratio = 10 }, 1 },
        { "ratio missed", { .window_ms = 600000, .min_count = 5, .ratio = 25 }, 0 },
        { "a minute without a break, in a window of one",
                { .window_ms = 60000, .min_count = 20, .for_ms = 60000 }, 0 },
        { "and in a longer one", { .window_ms = 120000, .min_count = 20, .for_ms = 60000 }, 1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct story *story = calloc(1, sizeof *story);
        struct pace plain = { .others = 0.8, .signal = SIGNAL_BILLING };
        story_init(story, 1);
        story->settings.judged = 0; /* the statistic is not asked */
        story->thresholds[0] = (struct judge_threshold){ .signal = SIGNAL_BILLING,
            .rule = 7,
            .threshold = rows[i].threshold,
            .severity = SEVERITY_CRITICAL };
        story->settings.threshold_count = 1;
        story_begin(story);
        story_run(story, DAYS(1), &plain);
        story_quiet(story, MINUTES(2));
        story_burst(story, SIGNAL_BILLING, 10, 2);
        story_quiet(story, HOURS(3));
        cr_assert_eq(story_count(story, EVENT_OPENED), rows[i].opened, "%s", rows[i].name);
        if (rows[i].opened > 0) {
            const struct incident *incident = &story->events[0].incident;
            cr_assert_eq(incident->why.rule, 7u);
            cr_assert_eq(incident->why.fired, (uint32_t)DETECTOR_THRESHOLD);
            cr_assert_eq(incident->severity, SEVERITY_CRITICAL);
            cr_assert_eq(incident->why.posts, 20u);
            cr_assert_eq(story_count(story, EVENT_RESOLVED),
                    rows[i].threshold.window_ms < 86400000 ? 1u : 0u);
        }
        story_free(story);
    }
}

Test(judge, a_broken_condition_starts_its_clock_again)
{
    struct story *story = calloc(1, sizeof *story);
    story_init(story, 1);
    story->settings.judged = 0;
    story->thresholds[0] = (struct judge_threshold){ .signal = SIGNAL_BILLING,
        .threshold = { .window_ms = 60000, .min_count = 3, .for_ms = 120000 } };
    story->settings.threshold_count = 1;
    story_begin(story);
    for (int i = 0; i < 5; i++) {
        story_burst(story, SIGNAL_BILLING, 3, 1);
        story_quiet(story, 6); /* it lapses for one bucket each time */
    }
    cr_assert_eq(story->event_count, 0u);
    for (int i = 0; i < 4; i++) {
        story_burst(story, SIGNAL_BILLING, 3, 1);
        story_quiet(story, 5); /* and now it does not */
    }
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    story_free(story);
}

Test(judge, the_quiet_times_are_settings)
{
    struct story *story = calloc(1, sizeof *story);
    story_init(story, 1);
    story->settings.judged = 0;
    story->settings.cool_after_ms = MINUTE_MS;
    story->settings.resolve_after_ms = 2 * MINUTE_MS;
    story->thresholds[0] = (struct judge_threshold){ .signal = SIGNAL_BILLING,
        .threshold = { .window_ms = 60000, .min_count = 3 } };
    story->settings.threshold_count = 1;
    story_begin(story);
    story_burst(story, SIGNAL_BILLING, 5, 1);
    int64_t opened_ms = story_now_ms(story);
    story_quiet(story, MINUTES(10));
    cr_assert_eq(story_last(story, EVENT_COOLING)->time_ms, opened_ms + MINUTE_MS);
    cr_assert_eq(story_last(story, EVENT_RESOLVED)->time_ms, opened_ms + 3 * MINUTE_MS);
    story_free(story);
}

Test(judge, a_more_sensitive_brand_is_told_sooner)
{
    int64_t opened_ms[3];
    for (int level = 0; level < 3; level++) {
        struct story *story = calloc(1, sizeof *story);
        struct pace ramp = { .others = 0.8, .complaints = 0.25, .signal = SIGNAL_OUTAGE };
        story_init(story, 15);
        story->settings.sensitivity[SIGNAL_OUTAGE] = (enum sensitivity)level;
        story_begin(story);
        story_run(story, DAYS(5), &calm);
        story_run(story, HOURS(12), &ramp);
        cr_assert_eq(story_count(story, EVENT_OPENED), 1u, "level %d", level);
        opened_ms[level] = story_last(story, EVENT_OPENED)->time_ms;
        story_free(story);
    }
    cr_assert_leq(opened_ms[SENSITIVITY_MORE], opened_ms[SENSITIVITY_BALANCED]);
    cr_assert_leq(opened_ms[SENSITIVITY_BALANCED], opened_ms[SENSITIVITY_FEWER]);
    cr_assert_lt(opened_ms[SENSITIVITY_MORE], opened_ms[SENSITIVITY_FEWER]);
}
