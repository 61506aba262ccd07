/* What a score has to reach: the sensitivity, a calendar and verdicts together. */
#include "judge/statistic/page_limits.h"

#include "story.h"
#include "window/cell.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define OFTEN     100.0                                   /* people an hour who complain */
#define START_MS  (INT64_C(1704067200000) + 20 * HOUR_MS) /* Monday 20:00 */
#define OUTAGE    SIGNAL_BIT(SIGNAL_OUTAGE)
#define BILLING   SIGNAL_BIT(SIGNAL_BILLING)

/* A final of two hours that brings complaints of outages; a sale of an hour, ten minutes later. */
static const struct planned_event evening[] = {
    { .name = VIEW("final de Copa"),
            .start_ms = START_MS,
            .end_ms = START_MS + 2 * HOUR_MS,
            .signals = OUTAGE },
    { .name = VIEW("sale"),
            .start_ms = START_MS + 130 * MINUTE_MS,
            .end_ms = START_MS + 190 * MINUTE_MS,
            .signals = OUTAGE | BILLING },
};

struct limit_row {
    const char *sentence;
    enum signal signal;
    int64_t until_ms; /* since the start of the final */
    int64_t span_ms;
    int32_t verdicts;
    int32_t scan;     /* at the balanced sensitivity, which asks 5.3 */
    int32_t cusum;    /* and 12.3: the same evidence in natural logarithms */
    const char *name; /* "": nothing is planned for then */
};

/* clang-format off */
static const struct limit_row limit_rows[] = {
    { "a window that ends before it", SIGNAL_OUTAGE, -MINUTE_MS, 10 * MINUTE_MS, 0, 560, 1230, "" },
    { "a window that ends as it starts", SIGNAL_OUTAGE, 0, 10 * MINUTE_MS, 0, 560, 1230, "" },
    { "its first bucket", SIGNAL_OUTAGE, 10000, 10 * MINUTE_MS, 0, 760, 1690, "final de Copa" },
    { "in the middle of it", SIGNAL_OUTAGE, HOUR_MS, 10 * MINUTE_MS, 0, 760, 1690, "final de Copa" },
    { "a day's window that only just reaches it", SIGNAL_OUTAGE, 10000, DAY_MS, 0, 760, 1690, "final de Copa" },
    { "a window that still holds its last minutes", SIGNAL_OUTAGE, 125 * MINUTE_MS, 10 * MINUTE_MS, 0, 760, 1690, "final de Copa" },
    { "a window that begins where it ends", SIGNAL_OUTAGE, 130 * MINUTE_MS, 10 * MINUTE_MS, 0, 560, 1230, "" },
    { "an hour that holds both says the later one, and adds nothing", SIGNAL_OUTAGE, 140 * MINUTE_MS, HOUR_MS, 0, 760, 1690, "sale" },
    { "a day later the day's window is free", SIGNAL_OUTAGE, 190 * MINUTE_MS + DAY_MS, DAY_MS, 0, 560, 1230, "" },
    { "a signal that it does not concern", SIGNAL_BILLING, HOUR_MS, 10 * MINUTE_MS, 0, 560, 1230, "" },
    { "a verdict of noise", SIGNAL_BILLING, HOUR_MS, 10 * MINUTE_MS, 50, 610, 1345, "" },
    { "calendar and verdict add up", SIGNAL_OUTAGE, HOUR_MS, 10 * MINUTE_MS, 150, 910, 2036, "final de Copa" },
};
/* clang-format on */

Test(limits, are_what_the_sensitivity_asks_moved_by_calendar_and_verdicts)
{
    for (size_t i = 0; i < sizeof limit_rows / sizeof limit_rows[0]; i++) {
        const struct limit_row *row = &limit_rows[i];
        int32_t offsets[SIGNAL_COUNT] = { 0 };
        offsets[row->signal] = row->verdicts;
        struct brand_settings brand = {
            .id = "acme", .planned = evening, .planned_count = 2, .score_offsets = offsets
        };
        struct page_view view = { .brand = &brand,
            .sensitivity = SENSITIVITY_BALANCED,
            .signal = row->signal,
            .until_ms = START_MS + row->until_ms,
            .span_ms = row->span_ms,
            .usual = OFTEN };
        struct page_limits asked = page_limits_at(&view);
        struct limit_shift shift = page_shift_at(&view);
        cr_expect_eq(asked.scan, row->scan, "%s: %d", row->sentence, asked.scan);
        cr_expect_eq(asked.cusum, row->cusum, "%s: %d", row->sentence, asked.cusum);
        cr_expect_str_eq(shift.name, row->name, "%s: %s", row->sentence, shift.name);
        cr_expect_eq(shift.planned + shift.verdicts, row->scan - 560, "%s", row->sentence);
        cr_expect_eq(shift.verdicts, row->verdicts, "%s", row->sentence);
    }
}

Test(limits, without_calendar_and_verdicts_are_those_of_the_sensitivity)
{
    static const struct {
        enum sensitivity sensitivity;
        int32_t scan, cusum;
    } rows[] = { { SENSITIVITY_FEWER, 770, 1600 }, { SENSITIVITY_BALANCED, 560, 1230 },
        { SENSITIVITY_MORE, 500, 900 } };
    struct brand_settings brand = { .id = "acme" };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct page_view view = { .brand = &brand,
            .sensitivity = rows[i].sensitivity,
            .signal = SIGNAL_OUTAGE,
            .until_ms = START_MS,
            .span_ms = HOUR_MS,
            .usual = OFTEN };
        cr_expect_eq(page_limits_at(&view).scan, rows[i].scan);
        cr_expect_eq(page_limits_at(&view).cusum, rows[i].cusum);
    }
}

Test(limits, a_brand_of_which_people_seldom_complain_is_asked_less)
{
    static const struct {
        double usual;
        int32_t signal, day, anything;
    } rows[] = { { 0, 490, 530, 420 }, { 0.19, 490, 530, 420 }, { 0.2, 530, 530, 460 },
        { 1.9, 530, 530, 460 }, { 2, 560, 560, 490 }, { OFTEN, 560, 560, 490 } };
    struct brand_settings brand = { .id = "acme" };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct page_view view = { .brand = &brand,
            .sensitivity = SENSITIVITY_BALANCED,
            .signal = SIGNAL_OUTAGE,
            .until_ms = START_MS,
            .span_ms = HOUR_MS,
            .usual = rows[i].usual };
        cr_expect_eq(page_limits_at(&view).scan, rows[i].signal, "%g", rows[i].usual);
        cr_expect_eq(page_limits_at(&view).cusum, 1230, "the CUSUM adds up, and does not leap");
        cr_expect_eq(page_shift_at(&view).verdicts, 0, "nobody moved it");
        view.span_ms = DAY_MS; /* a day's people are never so few that one more is a leap */
        cr_expect_eq(page_limits_at(&view).scan, rows[i].day, "%g", rows[i].usual);
        view.span_ms = HOUR_MS;
        view.anything = 1; /* one of seven signals has seven chances, all who complain have one */
        cr_expect_eq(page_limits_at(&view).scan, rows[i].anything, "%g", rows[i].usual);
        cr_expect_eq(page_limits_at(&view).cusum, 1230);
    }
}

/* ---- told to a judge ---- */

static const struct pace calm = { .others = 0.8, .complaints = 0.05, .signal = SIGNAL_OUTAGE };
/* People grumble a little more than usual for half an hour: enough to open on an ordinary evening. */
static const struct pace grumbling = { .others = 0.9, .complaints = 0.24, .signal = SIGNAL_OUTAGE };
static const struct pace outage = { .others = 1.0, .complaints = 1.5, .signal = SIGNAL_OUTAGE };

enum calendar { NOTHING_PLANNED, FINAL_PLANNED, SALE_PLANNED };

/* Five calm days and a burst of `pace` for half an hour, with or without a final planned for it. */
static struct story *
evening_with(const struct pace *pace, enum calendar calendar, struct planned_event *final)
{
    struct story *story = calloc(1, sizeof *story);

    story_init(story, 3);
    *final = (struct planned_event){ .name = VIEW("final"),
        .start_ms = bucket_start_ms(story->bucket + DAYS(5)),
        .end_ms = bucket_start_ms(story->bucket + DAYS(5) + HOURS(2)),
        .signals = calendar == SALE_PLANNED ? BILLING : OUTAGE };
    story->brand.planned = final;
    story->brand.planned_count = calendar != NOTHING_PLANNED;
    story_begin(story);
    story_run(story, DAYS(5), &calm);
    story_run(story, MINUTES(30), pace);
    story_run(story, HOURS(30), &calm);
    return story;
}

struct evening_row {
    const char *sentence;
    const struct pace *pace;
    enum calendar calendar;
    size_t opened;
};

static const struct evening_row evening_rows[] = {
    { "grumbling opens on any evening", &grumbling, NOTHING_PLANNED, 1 },
    { "it does not while a final is on, nor when that is over", &grumbling, FINAL_PLANNED, 0 },
    { "a sale that brings other complaints is no reason to wait", &grumbling, SALE_PLANNED, 1 },
    { "an outage opens", &outage, NOTHING_PLANNED, 1 },
    { "and does so during a final: nothing is muted", &outage, FINAL_PLANNED, 1 },
};

Test(limits, a_planned_event_asks_for_more_and_never_mutes)
{
    for (size_t i = 0; i < sizeof evening_rows / sizeof evening_rows[0]; i++) {
        const struct evening_row *row = &evening_rows[i];
        struct planned_event final;
        struct story *story = evening_with(row->pace, row->calendar, &final);
        size_t opened = story_count(story, EVENT_OPENED);
        cr_expect_eq(opened, row->opened, "%s: %zu", row->sentence, opened);
        if (opened > 0 && row->opened > 0) {
            const struct judge_event *event = story_last(story, EVENT_OPENED);
            cr_expect_eq(event->shift.planned, row->calendar == FINAL_PLANNED ? 200 : 0, "%s",
                    row->sentence);
            cr_expect_str_eq(event->shift.name, row->calendar == FINAL_PLANNED ? "final" : "", "%s",
                    row->sentence);
        }
        story_end(story);
        free(story);
    }
}

Test(limits, a_plain_threshold_is_what_a_person_asked_for_and_stays)
{
    struct story *story = calloc(1, sizeof *story);
    struct planned_event final = { .name = VIEW("final"), .signals = OUTAGE };

    cr_assert_not_null(story);
    story_init(story, 1);
    final.start_ms = bucket_start_ms(story->bucket);
    final.end_ms = final.start_ms + DAY_MS;
    story->brand.planned = &final;
    story->brand.planned_count = 1;
    story->thresholds[0] = (struct judge_threshold){ .signal = SIGNAL_OUTAGE,
        .rule = 7,
        .threshold = { .window_ms = 10 * MINUTE_MS, .min_count = 5 },
        .severity = SEVERITY_WARNING };
    story->settings.threshold_count = 1;
    story_begin(story);
    story_run(story, MINUTES(10), &calm);
    story_burst(story, SIGNAL_OUTAGE, 5, 1);
    cr_assert_eq(story_count(story, EVENT_OPENED), 1u);
    cr_expect_eq(story_last(story, EVENT_OPENED)->shift.planned, 0);
    story_end(story);
    free(story);
}
