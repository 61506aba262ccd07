/* An incident that is not the first of its kind says so. */
#include "judge/state/kin.h"

#include "story.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define BEGIN  INT64_C(1392768000000) /* 2014-02-19 */

static struct incident
incident_on(int day, enum signal signal)
{
    struct incident incident = { .state = INCIDENT_RESOLVED,
        .signals = SIGNAL_BIT(signal) | SIGNAL_BIT(SIGNAL_DEMAND_ANSWER),
        .opened_ms = BEGIN + day * DAY_MS,
        .resolved_ms = BEGIN + day * DAY_MS + 3600000,
        .clock = { .grade = 'F' },
        .why = { .signal = signal } };

    snprintf(incident.id, sizeof incident.id, "%016x", (unsigned)day);
    return incident;
}

static void
remember(struct kin_log *log, int day, enum signal signal)
{
    struct incident incident = incident_on(day, signal);

    kin_remember(log, &incident);
}

Test(kin, names_how_many_since_when_and_how_the_last_one_closed)
{
    struct kin_log log = { .count = 0 };
    struct incident third = incident_on(40, SIGNAL_OUTAGE);

    remember(&log, 0, SIGNAL_OUTAGE);
    remember(&log, 3, SIGNAL_OUTAGE);
    struct incident_kin kin = kin_of(&log, &third);
    cr_expect_eq(kin.before, 2);
    cr_expect_eq(kin.since_ms, BEGIN);
    cr_expect_eq(kin.last_resolved_ms, BEGIN + 3 * DAY_MS + 3600000);
    cr_expect_eq(kin.last_grade, 'F');
    cr_expect_str_eq(kin.last_id, "0000000000000003");
}

Test(kin, another_matter_or_another_season_is_none)
{
    struct kin_log log = { .count = 0 };
    struct incident outage = incident_on(100, SIGNAL_OUTAGE);

    cr_expect_eq(kin_of(&log, &outage).before, 0);
    remember(&log, 9, SIGNAL_OUTAGE);
    remember(&log, 50, SIGNAL_PRIVACY);
    cr_expect_eq(kin_of(&log, &outage).before, 0);
    remember(&log, 60, SIGNAL_OUTAGE);
    cr_expect_eq(kin_of(&log, &outage).before, 1);
}

Test(kin, the_oldest_of_many_gives_way)
{
    struct kin_log log = { .count = 0 };
    struct incident last = incident_on(30, SIGNAL_OUTAGE);

    for (int day = 0; day < KIN_KEPT + 5; day++) {
        remember(&log, day, SIGNAL_OUTAGE);
    }
    cr_expect_eq(log.count, (size_t)KIN_KEPT);
    cr_expect_eq(kin_of(&log, &last).before, KIN_KEPT);
    cr_expect_eq(kin_of(&log, &last).since_ms, BEGIN + 5 * DAY_MS);
}

/* Two outages and what is saved in between. */
Test(kin, a_reopened_incident_is_not_its_own_kin_and_a_saved_judge_remembers)
{
    static struct story story;
    static unsigned char bytes[1 << 20];

    story_init(&story, 3);
    story_begin(&story);
    story_run(&story, DAYS(4),
            &(struct pace){ .others = 0.1, .complaints = 0.002, .signal = SIGNAL_OUTAGE });
    story_burst(&story, SIGNAL_OUTAGE, 40, 1);
    story_quiet(&story, MINUTES(100));
    story_burst(&story, SIGNAL_OUTAGE, 40, 1);
    cr_assert_eq(story_count(&story, EVENT_REOPENED), 1);
    cr_expect_eq(story_last(&story, EVENT_REOPENED)->incident.kin.before, 0);
    story_quiet(&story, HOURS(8));
    cr_assert_not_null(story_last(&story, EVENT_RESOLVED));
    int64_t resolved_ms = story_last(&story, EVENT_RESOLVED)->time_ms;

    size_t size = brand_judge_save(story.judge, bytes, sizeof bytes);
    cr_assert(size > 0 && size <= sizeof bytes);
    cr_assert(brand_judge_load(story.judge, bytes, size));
    story_burst(&story, SIGNAL_OUTAGE, 40, 1);
    const struct incident *second = &story_last(&story, EVENT_OPENED)->incident;
    cr_assert_eq(story_count(&story, EVENT_OPENED), 2);
    cr_expect_eq(second->kin.before, 1);
    cr_expect_eq(second->kin.last_resolved_ms, resolved_ms);
    story_quiet(&story, HOURS(8));

    size = brand_judge_save(story.judge, bytes, sizeof bytes);
    cr_assert(brand_judge_load(story.judge, bytes, size));
    story_burst(&story, SIGNAL_OUTAGE, 40, 1);
    cr_expect_eq(story_last(&story, EVENT_OPENED)->incident.kin.before, 2);
    story_end(&story);
}
