#include "judge/answer/answer.h"

#include "window/topics.h"

#include <criterion/criterion.h>
#include <string.h>

#define MINUTE    INT64_C(60000)
#define BIT(name) SIGNAL_BIT(SIGNAL_OFFICIAL_##name)
#define NAMED     SIGNAL_BIT(SIGNAL_OUTAGE)

static struct incident
opened_at(int64_t opened_ms)
{
    struct incident incident = {
        .state = INCIDENT_OPEN, .signals = SIGNAL_BIT(SIGNAL_OUTAGE), .opened_ms = opened_ms
    };
    incident.clock.answered_ms = TIME_NONE;
    incident.clock.last_official_ms = TIME_NONE;
    for (size_t step = 0; step < PLAYBOOK_COUNT; step++) {
        incident.playbook[step].time_ms = TIME_NONE;
    }
    return incident;
}

Test(answer, grades_change_on_their_boundaries)
{
    static const struct {
        int64_t after_ms;
        char grade;
    } rows[] = {
        { -5 * MINUTE, 'A' },
        { 0, 'A' },
        { 15 * MINUTE - 1, 'A' },
        { 15 * MINUTE, 'B' },
        { 30 * MINUTE - 1, 'B' },
        { 30 * MINUTE, 'C' },
        { 120 * MINUTE - 1, 'C' },
        { 120 * MINUTE, 'D' },
        { 240 * MINUTE - 1, 'D' },
        { 240 * MINUTE, 'F' },
        { 9000 * MINUTE, 'F' },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct incident incident = opened_at(1000 * MINUTE);
        int64_t at_ms = incident.opened_ms + rows[i].after_ms;
        cr_assert_eq(answer_grade(&incident, at_ms), rows[i].grade, "silent, row %zu", i);
        incident.clock.answered_ms = at_ms;
        incident.state = INCIDENT_RESOLVED;
        cr_assert_eq(answer_grade(&incident, at_ms + 99999 * MINUTE), rows[i].grade,
                "answered, row %zu", i);
    }
    struct incident never = opened_at(0);
    never.state = INCIDENT_RESOLVED;
    cr_assert_eq(answer_grade(&never, MINUTE), 'F', "over, and never a word");
}

Test(answer, only_a_broadcast_with_content_stops_the_clock)
{
    static const struct {
        signal_set signals;
        int broadcast;
        int stops;
    } rows[] = {
        { BIT(ACKNOWLEDGE), 1, 1 }, { BIT(APOLOGY), 1, 1 }, { BIT(EXPLAIN), 1, 1 },
        { BIT(INSTRUCT), 1, 1 }, { BIT(RESOLVED), 1, 1 }, { BIT(ACKNOWLEDGE) | BIT(EVASION), 1, 1 },
        { BIT(ACKNOWLEDGE), 0, 0 }, /* to one customer */
        { BIT(APOLOGY) | BIT(EXPLAIN), 0, 0 },
        { BIT(APOLOGY) | BIT(EVASION), 1, 0 }, /* canned regret */
        { BIT(EXPLAIN) | BIT(DENIAL), 1, 0 }, { BIT(APOLOGY) | BIT(DENIAL), 1, 0 },
        { BIT(ACKNOWLEDGE) | BIT(DENIAL), 1, 0 },
        { BIT(RESOLVED) | BIT(DENIAL), 1, 0 }, /* "all systems operate normally" */
        { BIT(DENIAL), 1, 0 }, { BIT(EVASION), 1, 0 },
        { BIT(SCOPE) | BIT(REMEDY) | BIT(CORRECT), 1, 0 }, { 0, 1, 0 }, /* marketing */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct incident incident = opened_at(0);
        struct incident_post post = {
            .time_ms = MINUTE, .signals = rows[i].signals | NAMED, .broadcast = rows[i].broadcast
        };
        cr_assert_eq(answer_note(&incident, &post), rows[i].stops, "row %zu", i);
        cr_assert_eq(incident.clock.answered_ms == MINUTE, rows[i].stops, "row %zu", i);
        post.time_ms = 2 * MINUTE;
        cr_assert_eq(answer_note(&incident, &post), 0, "it stops once, row %zu", i);
    }
}

Test(answer, only_what_is_about_the_incident_stops_its_clock)
{
#define NAMES(name) SIGNAL_BIT(SIGNAL_##name)
    static const struct {
        signal_set incident, named;
        const char *topic;
        int impostor;
        int stops;
    } rows[] = {
        { NAMES(OUTAGE), NAMES(OUTAGE), "", 0, 1 },
        { NAMES(OUTAGE), NAMES(DEGRADED), "", 0, 1 }, /* one trouble, two words */
        { NAMES(SECURITY), NAMES(OUTAGE), "", 0, 1 }, /* "we have found an issue" */
        { NAMES(OUTAGE) | NAMES(COMPLAINT), NAMES(OUTAGE), "", 0, 1 },
        { NAMES(COMPLAINT), NAMES(BILLING), "", 0, 1 }, /* of complaints about anything */
        { NAMES(DEMAND_ANSWER), NAMES(REPUTATION), "", 0, 1 },
        { NAMES(BILLING), 0, "network.fibra", 0, 1 },
        { NAMES(OUTAGE), 0, "", 0, 0 }, /* names nothing */
        { NAMES(OUTAGE), NAMES(BILLING), "", 0, 0 },
        { NAMES(OUTAGE), NAMES(PRIVACY) | NAMES(REPUTATION), "", 0, 0 },
        { NAMES(PRIVACY), NAMES(OUTAGE), "", 0, 0 },
        { NAMES(OUTAGE) | NAMES(COMPLAINT), NAMES(MISTREATMENT), "", 0, 0 },
        { NAMES(OUTAGE), 0, "network.movil", 0, 0 },
        { NAMES(OUTAGE), 0, "whatsapp", 0, 0 },
        { NAMES(OUTAGE), NAMES(OUTAGE), "", 1, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct incident incident = opened_at(0);
        incident.signals = rows[i].incident;
        incident.dims[incident.dim_count++] = (struct incident_dim){ "f.network.fibra", 3 };
        incident.dims[incident.dim_count++] = (struct incident_dim){ "whatsapp", 9 };
        struct incident_post post = { .time_ms = MINUTE,
            .signals = BIT(APOLOGY) | rows[i].named,
            .broadcast = 1,
            .impostor = rows[i].impostor };
        if (rows[i].topic[0] != '\0') {
            post.topics = topics_with(0, view_of(rows[i].topic));
        }
        cr_assert_eq(answer_note(&incident, &post), rows[i].stops, "row %zu", i);
        cr_assert_eq(incident.official_count, 1u, "shown all the same, row %zu", i);
        cr_assert_eq(incident.playbook[PLAYBOOK_APOLOGISE].time_ms != TIME_NONE, rows[i].stops);
    }
#undef NAMES
}

Test(answer, after_its_answer_the_brand_goes_on_about_it)
{
    struct incident incident = opened_at(0);
    struct incident_post answer = {
        .time_ms = 5, .signals = BIT(ACKNOWLEDGE) | NAMED, .broadcast = 1
    };
    struct incident_post remedy = { .time_ms = 9, .signals = BIT(REMEDY), .broadcast = 1 };
    answer_note(&incident, &remedy);
    cr_assert_eq(incident.playbook[PLAYBOOK_REMEDY].time_ms, TIME_NONE, "of what?");
    answer_note(&incident, &answer);
    answer_note(&incident, &remedy);
    cr_assert_eq(incident.playbook[PLAYBOOK_REMEDY].time_ms, 9);
}

Test(answer, the_playbook_ticks_each_step_once_with_its_evidence)
{
    struct incident incident = opened_at(0);
    struct incident_post first = {
        .time_ms = 5, .signals = BIT(ACKNOWLEDGE) | NAMED, .broadcast = 1, .id = "p1"
    };
    struct incident_post second = {
        .time_ms = 9, .signals = BIT(ACKNOWLEDGE) | BIT(REMEDY), .broadcast = 1, .id = "p2"
    };
    struct incident_post reply = { .time_ms = 3, .signals = BIT(SCOPE) | NAMED, .id = "p0" };
    answer_note(&incident, &reply);
    answer_note(&incident, &first);
    answer_note(&incident, &second);
    cr_assert_eq(incident.playbook[PLAYBOOK_ACKNOWLEDGE].time_ms, 5);
    cr_assert_str_eq(incident.playbook[PLAYBOOK_ACKNOWLEDGE].post_id, "p1");
    cr_assert_str_eq(incident.playbook[PLAYBOOK_REMEDY].post_id, "p2");
    cr_assert_eq(incident.playbook[PLAYBOOK_SCOPE].time_ms, TIME_NONE, "replies tick nothing");
    cr_assert_eq(incident.playbook[PLAYBOOK_RESOLVED].time_ms, TIME_NONE);
    cr_assert_eq(incident.official_count, 3u);
    cr_assert_eq(incident.clock.last_official_ms, 9);
}

Test(answer, replies_do_not_crowd_out_broadcasts)
{
    struct incident incident = opened_at(0);
    struct incident_post reply = { .signals = BIT(APOLOGY) };
    struct incident_post broadcast = { .signals = BIT(APOLOGY), .broadcast = 1 };
    for (int i = 0; i < 100; i++) {
        answer_note(&incident, &reply);
    }
    cr_assert_lt(incident.official_count, (size_t)INCIDENT_POSTS_MAX);
    for (int i = 0; i < 100; i++) {
        answer_note(&incident, &broadcast);
    }
    cr_assert_eq(incident.official_count, (size_t)INCIDENT_POSTS_MAX);
}

Test(answer, reminders_come_at_the_target_at_the_boundaries_and_every_four_hours)
{
    static const struct {
        int64_t target_minutes;
        int64_t minutes[7];
    } rows[] = {
        { 15, { 15, 30, 120, 240, 480, 720, 960 } },
        { 5, { 5, 30, 120, 240, 480, 720, 960 } },
        { 45, { 45, 120, 240, 480, 720, 960, 1200 } },
        { 300, { 300, 540, 780, 1020, 1260, 1500, 1740 } },
    };
    for (size_t row = 0; row < 4; row++) {
        struct incident incident = opened_at(7 * MINUTE);
        for (uint32_t i = 0; i < 7; i++) {
            incident.clock.reminders = i;
            cr_assert_eq(answer_reminder_at(&incident, rows[row].target_minutes * MINUTE),
                    (7 + rows[row].minutes[i]) * MINUTE, "row %zu, reminder %u", row, i);
        }
    }
}

Test(answer, an_announcement_needs_the_fault_and_its_limits_within_a_day)
{
    static const struct {
        signal_set first, second;
        int64_t hours_before;
        int announced;
    } rows[] = {
        { BIT(ACKNOWLEDGE) | BIT(SCOPE), 0, 2, 1 }, { BIT(ACKNOWLEDGE), BIT(REMEDY), 2, 1 },
        { BIT(EXPLAIN), BIT(REMEDY), 23, 1 }, { BIT(ACKNOWLEDGE), BIT(APOLOGY), 2, 0 },
        { BIT(SCOPE) | BIT(REMEDY), 0, 2, 0 }, { BIT(ACKNOWLEDGE) | BIT(SCOPE), 0, 25, 0 },
        { BIT(ACKNOWLEDGE) | BIT(SCOPE), 0, -1, 0 }, /* after: that is an answer */
    };
    int64_t onset = 100000 * MINUTE;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer_log log = { 0 };
        struct incident incident = opened_at(onset);
        struct incident_post post = { .broadcast = 1, .signals = rows[i].first | NAMED };
        incident.onset_ms = onset;
        post.time_ms = onset - rows[i].hours_before * 60 * MINUTE;
        answer_remember(&log, &post);
        post.signals = rows[i].second | NAMED;
        answer_remember(&log, &post);
        cr_assert_eq(answer_announced(&log, &incident, TIME_NONE), rows[i].announced, "row %zu", i);
        cr_assert_eq(answer_announced(&log, &incident, post.time_ms), 0, "of the one before");
        incident.signals = SIGNAL_BIT(SIGNAL_BILLING);
        cr_assert_eq(answer_announced(&log, &incident, TIME_NONE), 0, "of something else");
    }
}

Test(answer, the_log_keeps_the_newest_broadcasts_of_a_day)
{
    struct answer_log log = { 0 };
    struct incident_post post = { .signals = BIT(APOLOGY) };
    answer_remember(&log, &post);
    cr_assert_eq(log.count, 0u, "replies are not kept");
    post.broadcast = 1;
    for (int64_t i = 0; i < 40; i++) {
        post.time_ms = i * MINUTE;
        answer_remember(&log, &post);
    }
    cr_assert_eq(log.count, (size_t)INCIDENT_POSTS_MAX);
    cr_assert_eq(log.posts[INCIDENT_POSTS_MAX - 1].time_ms, 39 * MINUTE);
    post.time_ms = 39 * MINUTE + 25 * 60 * MINUTE;
    answer_remember(&log, &post);
    cr_assert_eq(log.count, 1u);
}
