#include "story.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pace calm = { .others = 0.8,
    .complaints = 0.05,
    .signal = SIGNAL_OUTAGE,
    .accounts = ACCOUNTS_OF_ALL_AGES,
    .wordings = 30 };
static const struct pace outage = { .others = 1.0,
    .complaints = 1.5,
    .signal = SIGNAL_OUTAGE,
    .accounts = ACCOUNTS_OF_ALL_AGES,
    .wordings = 30 };

static struct story *
story_fresh(enum story_folding folding)
{
    struct story *story = calloc(1, sizeof *story);
    story_init(story, 21);
    story->folding = folding;
    story->thresholds[0] = (struct judge_threshold){ .signal = SIGNAL_OUTAGE,
        .threshold = { .window_ms = 600000, .min_count = 60, .for_ms = 60000 } };
    story->settings.threshold_count = 1;
    story_begin(story);
    return story;
}

static void
story_free(struct story *story)
{
    story_end(story);
    free(story);
}

static unsigned char *
save(const struct story *story, size_t *size)
{
    *size = brand_judge_save(story->judge, NULL, 0);
    unsigned char *bytes = malloc(*size);
    cr_assert_eq(brand_judge_save(story->judge, bytes, *size), *size);
    return bytes;
}

/* Another judge takes over in the middle. */
static void
hand_over(struct story *story)
{
    size_t size = 0;
    size_t size_again = 0;
    unsigned char *bytes = save(story, &size);
    struct brand_judge *other = brand_judge_create(&story->settings, &story->brand);
    cr_assert(brand_judge_load(other, bytes, size));
    brand_judge_destroy(&story->judge);
    story->judge = other;
    unsigned char *again = save(story, &size_again);
    cr_assert_eq(size, size_again);
    cr_assert_eq(memcmp(bytes, again, size), 0, "the same state is the same bytes");
    free(bytes);
    free(again);
}

/* Another judge by other settings: to and fro between a set in which the threshold is the only rule, and one
 * in which it is the third, and behind another threshold. */
static void
move_on(struct story *story)
{
    static const uint32_t to[] = { 2 };
    static const uint32_t fro[] = { RULE_GONE, RULE_GONE, 0 };
    static struct judge_settings sides[2];
    static size_t moves;
    size_t there = moves++ % 2; /* are we there already? */
    struct rule_numbers numbers = { .now = there ? fro : to, .count = there ? 3 : 1 };

    story->thresholds[1] = story->thresholds[0];
    story->thresholds[1].rule = 1;
    story->thresholds[1].threshold.min_count = UINT32_MAX;
    if (story->thresholds[3].threshold.window_ms != 0) {
        story->thresholds[1].threshold.window_ms = story->thresholds[3].threshold.window_ms;
    }
    story->thresholds[2] = story->thresholds[0];
    story->thresholds[2].rule = 2;
    sides[there] = story->settings;
    sides[there].thresholds = there ? story->thresholds : story->thresholds + 1;
    sides[there].threshold_count = there ? 1 : 2;
    uint32_t due = brand_judge_next(story->judge);
    cr_assert(brand_judge_use(&story->judge, &sides[there], &story->brand, &numbers));
    cr_assert_eq(brand_judge_next(story->judge), due);
}

/* The same, and the other threshold asks for a window that has to be made. */
static void
move_on_and_widen(struct story *story)
{
    story->thresholds[3].threshold.window_ms = INT64_C(4) * 3600 * 1000;
    move_on(story);
}

static void
tell_all(struct story *story, void (*hand)(struct story *))
{
    for (int day = 0; day < 6; day++) {
        story_run(story, DAYS(1), &calm);
        if (hand != NULL) {
            hand(story);
        }
    }
    for (int part = 0; part < 10; part++) {
        story_run(story, MINUTES(3) + 1, &outage);
        if (part == 4) {
            story_official(
                    story, SIGNAL_BIT(SIGNAL_OFFICIAL_ACKNOWLEDGE) | SIGNAL_BIT(SIGNAL_OUTAGE), 1);
        }
        if (part == 6) {
            story_official(
                    story, SIGNAL_BIT(SIGNAL_OFFICIAL_APOLOGY) | SIGNAL_BIT(SIGNAL_OUTAGE), 0);
        }
        if (hand != NULL) {
            hand(story);
        }
    }
    for (int part = 0; part < 10; part++) {
        story_quiet(story, MINUTES(7));
        if (hand != NULL) {
            hand(story);
        }
    }
    story_run(story, MINUTES(30), &outage);
    story_quiet(story, HOURS(1));
    story_run(story, DAYS(1), &calm);
}

static void
expect_same_events(const struct story *a, const struct story *b)
{
    cr_assert_gt(a->event_count, 5u);
    cr_assert_eq(a->event_count, b->event_count);
    for (size_t i = 0; i < a->event_count; i++) {
        const struct judge_event *left = &a->events[i];
        const struct judge_event *right = &b->events[i];
        cr_assert_eq(left->kind, right->kind, "event %zu", i);
        cr_assert_eq(left->time_ms, right->time_ms, "event %zu", i);
        cr_assert_eq(left->incident.authors, right->incident.authors, "event %zu", i);
        cr_assert_eq(left->incident.posts, right->incident.posts, "event %zu", i);
        cr_assert_eq(left->incident.why.expected, right->incident.why.expected, "event %zu", i);
        cr_assert_eq(left->incident.why.p_log10, right->incident.why.p_log10, "event %zu", i);
        cr_assert_str_eq(left->incident.id, right->incident.id, "event %zu", i);
    }
}

Test(save, a_judge_that_takes_over_says_the_same)
{
    struct story *whole = story_fresh(FOLD_WHEN_DUE);
    struct story *handed = story_fresh(FOLD_WHEN_DUE);
    tell_all(whole, NULL);
    tell_all(handed, hand_over);
    expect_same_events(whole, handed);
    story_free(whole);
    story_free(handed);
}

static const struct pace burst = { .others = 1.0, .complaints = 0.5, .signal = SIGNAL_DEGRADED };

/* For two hours it is down, and some say that it is slow: three at the beginning, many at the end. */
static void
tell_late_joining(struct story *story, void (*hand)(struct story *))
{
    for (int day = 0; day < 6; day++) {
        story_run(story, DAYS(1), &calm);
    }
    story_run(story, MINUTES(12), &outage);
    story_burst(story, SIGNAL_DEGRADED, 3, 1);
    story_run(story, MINUTES(80), &outage);
    story_burst(story, SIGNAL_DEGRADED, 2, 1);
    if (hand != NULL) {
        hand(story);
    }
    story_run(story, MINUTES(20), &burst);
    story_quiet(story, HOURS(3));
}

/* Whoever spoke longer ago than a series remembers may still stand in its table, and is not in its state. */
Test(save, a_signal_that_joins_late_brings_the_same_people)
{
    struct story *whole = story_fresh(FOLD_WHEN_DUE);
    struct story *handed = story_fresh(FOLD_WHEN_DUE);
    tell_late_joining(whole, NULL);
    tell_late_joining(handed, hand_over);
    expect_same_events(whole, handed);
    cr_expect((whole->events[whole->event_count - 1].incident.signals &
                      SIGNAL_BIT(SIGNAL_DEGRADED)) != 0);
    story_free(whole);
    story_free(handed);
}

static void
expect_same_by_other_rules(void (*move)(struct story *))
{
    struct story *whole = story_fresh(FOLD_WHEN_DUE);
    struct story *moved = story_fresh(FOLD_WHEN_DUE);
    size_t renamed = 0;

    whole->settings.judged = 0; /* only the threshold decides */
    moved->settings.judged = 0;
    tell_all(whole, NULL);
    tell_all(moved, move);
    expect_same_events(whole, moved);
    for (size_t i = 0; i < whole->event_count; i++) {
        uint32_t before = whole->events[i].incident.why.rule;
        uint32_t now = moved->events[i].incident.why.rule;
        cr_expect(before == now || (before == 0 && now == 2), "event %zu: %u", i, now);
        renamed += before != now;
    }
    cr_expect_gt(renamed, 0u);
    story_free(whole);
    story_free(moved);
}

Test(save, a_judge_by_other_rules_says_the_same_in_their_words)
{
    expect_same_by_other_rules(move_on);
}

Test(save, and_so_it_does_when_they_ask_for_longer_windows)
{
    expect_same_by_other_rules(move_on_and_widen);
}

struct number_row {
    uint32_t before, after;
};

Test(save, an_incident_names_its_rule_in_the_other_set)
{
    static const uint32_t now[] = { 7, RULE_GONE };
    static const struct rule_numbers numbers = { .now = now, .count = 2 };
    static const struct number_row rows[] = {
        { 0, 7 }, { 1, RULE_GONE }, { 2, RULE_GONE }, { RULE_GONE, RULE_GONE },
        { UINT32_MAX, UINT32_MAX }, /* the statistic decided */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct incident incident = { .why = { .rule = rows[i].before } };
        incident_renumber(&incident, &numbers);
        cr_expect_eq(incident.why.rule, rows[i].after, "row %zu", i);
    }
}

Test(save, empty_buckets_make_no_difference_folded_or_left_out)
{
    struct story *due = story_fresh(FOLD_WHEN_DUE);
    struct story *lazy = story_fresh(FOLD_ONLY_MENTIONS);
    struct story *every = story_fresh(FOLD_EVERY_BUCKET);
    tell_all(due, NULL);
    tell_all(lazy, NULL);
    tell_all(every, NULL);
    expect_same_events(due, lazy);
    expect_same_events(due, every);
    size_t sizes[2];
    unsigned char *bytes[2] = { save(due, &sizes[0]), save(every, &sizes[1]) };
    cr_assert_eq(sizes[0], sizes[1]);
    cr_assert_eq(memcmp(bytes[0], bytes[1], sizes[0]), 0);
    free(bytes[0]);
    free(bytes[1]);
    story_free(due);
    story_free(lazy);
    story_free(every);
}

Test(save, damaged_bytes_are_refused_and_change_nothing)
{
    struct story *story = story_fresh(FOLD_WHEN_DUE);
    size_t size = 0;
    story_run(story, DAYS(1), &calm);
    unsigned char *bytes = save(story, &size);

    cr_assert_not(brand_judge_load(story->judge, bytes, 0));
    cr_assert_not(brand_judge_load(story->judge, bytes, 7));
    cr_assert_not(brand_judge_load(story->judge, bytes, size - 1));
    for (size_t at = 0; at < size; at += 1 + size / 97) {
        bytes[at] ^= 0x10;
        cr_assert_not(brand_judge_load(story->judge, bytes, size), "byte %zu", at);
        bytes[at] ^= 0x10;
    }
    struct brand_settings other = story->brand;
    snprintf(other.id, sizeof other.id, "other");
    struct brand_judge *stranger = brand_judge_create(&story->settings, &other);
    cr_assert_not(brand_judge_load(stranger, bytes, size), "another brand's state");
    brand_judge_destroy(&stranger);
    size_t size_after = 0;
    unsigned char *after = save(story, &size_after);
    cr_assert_eq(size, size_after);
    cr_assert_eq(memcmp(bytes, after, size), 0);
    free(after);
    free(bytes);
    story_free(story);
}

Test(save, a_quiet_brand_is_small)
{
    struct story *story = story_fresh(FOLD_WHEN_DUE);
    struct pace plain = {
        .others = 0.01, .signal = SIGNAL_OUTAGE, .accounts = ACCOUNTS_OF_ALL_AGES, .wordings = 30
    };
    story_run(story, DAYS(2), &plain);
    cr_assert_lt(brand_judge_save(story->judge, NULL, 0), 16000u);
    story_free(story);
}
