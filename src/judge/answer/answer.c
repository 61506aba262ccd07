#include "judge/answer/answer.h"

#include "judge/answer/about.h"

#include <assert.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    (INT64_C(24) * 60 * MINUTE_MS)
/* Replies shown of an incident: the rest of the list is kept for broadcasts. */
#define REPLIES_SHOWN 8

struct grade_row {
    int64_t before_ms;
    char grade;
};

static const struct grade_row grades[] = {
    { 15 * MINUTE_MS, 'A' },
    { 30 * MINUTE_MS, 'B' },
    { 120 * MINUTE_MS, 'C' },
    { 240 * MINUTE_MS, 'D' },
};
#define GRADE_COUNT (sizeof grades / sizeof grades[0])

static const enum signal step_signals[PLAYBOOK_COUNT] = {
    [PLAYBOOK_ACKNOWLEDGE] = SIGNAL_OFFICIAL_ACKNOWLEDGE,
    [PLAYBOOK_APOLOGISE] = SIGNAL_OFFICIAL_APOLOGY,
    [PLAYBOOK_EXPLAIN] = SIGNAL_OFFICIAL_EXPLAIN,
    [PLAYBOOK_INSTRUCT] = SIGNAL_OFFICIAL_INSTRUCT,
    [PLAYBOOK_CORRECT] = SIGNAL_OFFICIAL_CORRECT,
    [PLAYBOOK_SCOPE] = SIGNAL_OFFICIAL_SCOPE,
    [PLAYBOOK_REMEDY] = SIGNAL_OFFICIAL_REMEDY,
    [PLAYBOOK_RESOLVED] = SIGNAL_OFFICIAL_RESOLVED,
};

/* What answers, and what beside it spoils the answer. */
struct answer_row {
    enum signal signal;
    signal_set spoiled_by;
};

static const struct answer_row answers[] = {
    { SIGNAL_OFFICIAL_ACKNOWLEDGE, SIGNAL_BIT(SIGNAL_OFFICIAL_DENIAL) },
    { SIGNAL_OFFICIAL_INSTRUCT, 0 },
    { SIGNAL_OFFICIAL_RESOLVED, SIGNAL_BIT(SIGNAL_OFFICIAL_DENIAL) },
    { SIGNAL_OFFICIAL_EXPLAIN, SIGNAL_BIT(SIGNAL_OFFICIAL_DENIAL) },
    { SIGNAL_OFFICIAL_APOLOGY,
            SIGNAL_BIT(SIGNAL_OFFICIAL_DENIAL) | SIGNAL_BIT(SIGNAL_OFFICIAL_EVASION) },
};

void
answer_copy(const struct official_post *post, struct incident_post *copy)
{
    *copy = (struct incident_post){ .time_ms = post->time_ms,
        .signals = post->signals,
        .broadcast = post->broadcast != 0,
        .impostor = post->impostor != 0,
        .topics = post->topics };
    if (!view_copy(post->id, copy->id, sizeof copy->id)) {
        copy->id[0] = '\0';
    }
    if (!view_copy(post->link, copy->link, sizeof copy->link)) {
        copy->link[0] = '\0'; /* half a link leads nowhere */
    }
}

/* Marketing goes on during crises too. */
static int
says_something(const struct incident_post *post)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((post->signals & SIGNAL_BIT(i)) != 0 &&
                signal_kind_of((enum signal)i) == SIGNAL_KIND_OFFICIAL) {
            return 1;
        }
    }
    return 0;
}

void
answer_remember(struct answer_log *log, const struct incident_post *post)
{
    if (!(post->broadcast || post->impostor) || !says_something(post)) {
        return;
    }
    size_t gone = 0;
    while (gone < log->count && (log->posts[gone].time_ms < post->time_ms - DAY_MS ||
                                        log->count - gone == INCIDENT_POSTS_MAX)) {
        gone++;
    }
    memmove(log->posts, log->posts + gone, (log->count - gone) * sizeof log->posts[0]);
    log->count -= gone;
    log->posts[log->count++] = *post;
}

int
judge_is_answer(signal_set said)
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if ((said & SIGNAL_BIT(answers[i].signal)) != 0 && (said & answers[i].spoiled_by) == 0) {
            return 1;
        }
    }
    return 0;
}

static void
show(struct incident *incident, const struct incident_post *post)
{
    size_t replies = 0;
    for (size_t i = 0; i < incident->official_count; i++) {
        replies += !incident->official[i].broadcast;
    }
    if (incident->official_count < INCIDENT_POSTS_MAX &&
            (post->broadcast || replies < REPLIES_SHOWN)) {
        incident->official[incident->official_count++] = *post;
    }
}

/* "There is no outage: everything works normally" resolves nothing. */
static void
tick(struct incident *incident, const struct incident_post *post)
{
    if ((post->signals & SIGNAL_BIT(SIGNAL_OFFICIAL_DENIAL)) != 0) {
        return;
    }
    for (size_t step = 0; step < PLAYBOOK_COUNT; step++) {
        struct playbook_tick *row = &incident->playbook[step];
        if (row->time_ms == TIME_NONE && (post->signals & SIGNAL_BIT(step_signals[step])) != 0) {
            row->time_ms = post->time_ms;
            memcpy(row->post_id, post->id, sizeof row->post_id);
        }
    }
}

static int
stop_clock(struct incident_clock *clock, int64_t time_ms)
{
    if (clock->last_official_ms == TIME_NONE || time_ms > clock->last_official_ms) {
        clock->last_official_ms = time_ms;
    }
    if (clock->answered_ms != TIME_NONE) {
        return 0;
    }
    clock->answered_ms = time_ms;
    return 1;
}

int
answer_note(struct incident *incident, const struct incident_post *post)
{
    struct incident_clock *clock = &incident->clock;

    if (!says_something(post)) {
        return 0;
    }
    show(incident, post);
    if (!post->broadcast || post->impostor ||
            (clock->answered_ms == TIME_NONE && !about_incident(incident, post))) {
        return 0;
    }
    tick(incident, post);
    return judge_is_answer(post->signals) && stop_clock(clock, post->time_ms);
}

int
answer_note_replies(struct incident *incident, const struct reply_log *replies)
{
    int64_t time_ms = incident->clock.answered_ms == TIME_NONE ? replies_answer(replies, incident)
                                                               : TIME_NONE;
    return time_ms != TIME_NONE && stop_clock(&incident->clock, time_ms);
}

int
answer_announced(const struct answer_log *log, const struct incident *incident, int64_t since_ms)
{
    signal_set said = 0;
    for (size_t i = 0; i < log->count; i++) {
        const struct incident_post *post = &log->posts[i];
        if (post->time_ms < incident->onset_ms && post->time_ms >= incident->onset_ms - DAY_MS &&
                post->time_ms > since_ms && !post->impostor && about_incident(incident, post)) {
            said |= post->signals;
        }
    }
    signal_set admits =
            SIGNAL_BIT(SIGNAL_OFFICIAL_ACKNOWLEDGE) | SIGNAL_BIT(SIGNAL_OFFICIAL_EXPLAIN);
    signal_set limits = SIGNAL_BIT(SIGNAL_OFFICIAL_SCOPE) | SIGNAL_BIT(SIGNAL_OFFICIAL_REMEDY);
    return (said & admits) != 0 && (said & limits) != 0;
}

char
answer_grade(const struct incident *incident, int64_t now_ms)
{
    int64_t until_ms = incident->clock.answered_ms;
    if (until_ms == TIME_NONE && incident->state == INCIDENT_RESOLVED) {
        return 'F'; /* over, and never a word */
    }
    int64_t silent_ms = (until_ms == TIME_NONE ? now_ms : until_ms) - incident->opened_ms;
    for (size_t i = 0; i < GRADE_COUNT; i++) {
        if (silent_ms < grades[i].before_ms) {
            return grades[i].grade;
        }
    }
    return 'F';
}

int64_t
answer_reminder_at(const struct incident *incident, int64_t ack_target_ms)
{
    assert(incident->state != INCIDENT_CALM);

    uint32_t left = incident->clock.reminders;
    if (left == 0) {
        return incident->opened_ms + ack_target_ms;
    }
    for (size_t i = 1; i < GRADE_COUNT; i++) {
        if (grades[i].before_ms > ack_target_ms && --left == 0) {
            return incident->opened_ms + grades[i].before_ms;
        }
    }
    /* A target beyond the last boundary counts on from itself. */
    int64_t last_ms = grades[GRADE_COUNT - 1].before_ms;
    int64_t from_ms = ack_target_ms > last_ms ? ack_target_ms : last_ms;
    return incident->opened_ms + from_ms + (int64_t)left * 240 * MINUTE_MS;
}
