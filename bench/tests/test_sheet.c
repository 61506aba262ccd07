#include "crisis/sheet.h"

#include <criterion/criterion.h>
#include <math.h>

#define DAY(n)    ((int64_t)((n) * (double)DAY_MS))
#define MINUTE(n) ((n)*MINUTE_MS)

/* Thirty days: an outage on the 10th, a few accounts on the 20th, a newsletter every day at noon. */
static const struct event events[] = {
    { .kind = HAPPENING_OUTAGE,
            .start_ms = DAY(10),
            .end_ms = DAY(10) + 60 * MINUTE_MS,
            .people = 12,
            .visible = 1 },
    { .kind = HAPPENING_BOTS, .start_ms = DAY(20), .end_ms = DAY(20) + 15 * MINUTE_MS },
    { .kind = HAPPENING_NEWSLETTER, .start_ms = DAY(0.5), .end_ms = DAY(0.5) + 20 * MINUTE_MS },
};

static int64_t told[] = { DAY(10), DAY(10) + 60000, DAY(10) + 600000 };

static struct truth
truth(void)
{
    struct truth truth = { .events = events,
        .event_count = 3,
        .tier = TIER_SMALL,
        .scored_ms = 0,
        .until_ms = DAY(30),
        .told = told };
    for (size_t i = 1; i <= EVENTS_MAX; i++) {
        truth.first[i] = 3;
    }
    return truth;
}

static void
judge(struct sheet *sheet, const int64_t *alarms, size_t count)
{
    struct truth all = truth();
    sheet_judge(sheet, &all, alarms, count);
}

static void
expect(double found, double wanted)
{
    cr_assert(fabs(found - wanted) < 1e-9, "%.9f is not %.9f", found, wanted);
}

Test(sheet, a_crisis_is_found_once_and_the_rest_are_duplicates)
{
    struct sheet sheet = { 0 };
    judge(&sheet, (const int64_t[]){ DAY(10) + MINUTE(5), DAY(10) + MINUTE(80) }, 2);
    expect(found_rate(sheet_found(&sheet, HAPPENING_OUTAGE)), 1);
    expect(found_rate(sheet.visible[HAPPENING_OUTAGE]), 1);
    expect(found_rate(sheet.crowds[HAPPENING_OUTAGE][CROWD_UNDER_20]), 1);
    cr_assert_eq(sheet.duplicates, 1u);
    expect(sheet_delay_minutes(&sheet, HAPPENING_OUTAGE, 0.5), 5);
    expect(sheet_delay_mentions(&sheet, HAPPENING_OUTAGE, 0.5), 2);
    expect(sheet_false_rate(&sheet), 0);
    expect(sheet_precision_here(&sheet), 1);
    sheet_fini(&sheet);
}

Test(sheet, an_alarm_before_or_long_after_a_crisis_is_false)
{
    struct sheet sheet = { 0 };
    judge(&sheet, (const int64_t[]){ DAY(10) - 1, DAY(10) + MINUTE(91) }, 2);
    expect(found_rate(sheet_found(&sheet, HAPPENING_OUTAGE)), 0);
    expect(sheet_delay_minutes(&sheet, HAPPENING_OUTAGE, 0.5), -1);
    expect(sheet_false_rate_by(&sheet, HAPPENING_OUTAGE), 1);
    expect(sheet_false_rate_by(&sheet, CAUSE_NOTHING), 1);
    expect(sheet_false_rate(&sheet), 2);
    expect(sheet_precision_here(&sheet), 0);
    sheet_fini(&sheet);
}

Test(sheet, false_alarms_have_their_cause)
{
    struct sheet sheet = { 0 };
    judge(&sheet,
            (const int64_t[]){
                    DAY(3), DAY(5.5) + MINUTE(10), DAY(5.5) + MINUTE(70), DAY(20) + MINUTE(3) },
            4);
    expect(sheet_false_rate_by(&sheet, HAPPENING_NEWSLETTER), 1);
    expect(sheet_false_rate_by(&sheet, HAPPENING_BOTS), 1);
    expect(sheet_false_rate_by(&sheet, CAUSE_NOTHING), 2);
    expect(found_rate(sheet_found(&sheet, HAPPENING_BOTS)), 1);
    expect(sheet_false_rate_of(&sheet, TIER_SMALL), 4);
    expect(sheet_false_rate_of(&sheet, TIER_LARGE), 0);
    sheet_fini(&sheet);
}

Test(sheet, alarms_outside_the_scored_days_are_not_looked_at)
{
    struct sheet sheet = { 0 };
    judge(&sheet, (const int64_t[]){ -1, DAY(30) }, 2);
    expect(sheet_false_rate(&sheet), 0);
    sheet_fini(&sheet);
}

Test(sheet, what_four_people_complain_of_is_neither_crisis_nor_false)
{
    static const struct event few = { .kind = HAPPENING_OUTAGE,
        .start_ms = DAY(10),
        .end_ms = DAY(10) + 60 * MINUTE_MS,
        .people = 4 };
    struct sheet sheet = { 0 };
    struct truth all = truth();
    all.events = &few;
    all.event_count = 1;
    sheet_judge(&sheet, &all, (const int64_t[]){ DAY(10) + MINUTE(5) }, 1);
    cr_assert_eq(sheet_found(&sheet, HAPPENING_OUTAGE).seen, 0u);
    expect(sheet_false_rate(&sheet), 0);
    sheet_fini(&sheet);
}

Test(sheet, sums_do_not_depend_on_the_order)
{
    struct sheet parts[2] = { 0 };
    struct sheet sums[2] = { 0 };
    judge(&parts[0], (const int64_t[]){ DAY(10) + MINUTE(5) }, 1);
    judge(&parts[1], (const int64_t[]){ DAY(3), DAY(10) + MINUTE(15) }, 2);
    for (int i = 0; i < 2; i++) {
        sheet_add(&sums[i], &parts[i]);
        sheet_add(&sums[i], &parts[1 - i]);
        expect(sheet_false_rate(&sums[i]), 0.5);
        expect(found_rate(sheet_crisis(&sums[i])), 1);
        expect(sheet_delay_minutes(&sums[i], HAPPENING_OUTAGE, 0.9), 15);
        /* Crises as rare as one in ten brand-months: 0.1 right ones to half a false one. */
        expect(sheet_precision(&sums[i], 0.1), 0.1 / 0.6);
        sheet_fini(&sums[i]);
    }
    sheet_fini(&parts[0]);
    sheet_fini(&parts[1]);
}

Test(sheet, visible_is_what_cannot_be_chance)
{
    cr_assert(truth_is_visible(1, 13));
    cr_assert(truth_is_visible(0.1, 6));
    cr_assert_not(truth_is_visible(1, 8));
    cr_assert_not(truth_is_visible(100, 130));
    cr_assert_not(truth_is_visible(5, 0));
}
