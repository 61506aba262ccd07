#include "judge/answer/replies.h"

#include "fold/sketch.h"
#include "judge/answer/about.h"

#include <assert.h>
#include <string.h>

#define DAY_MS  (INT64_C(24) * 60 * 60 * 1000)
#define HOUR_MS (INT64_C(60) * 60 * 1000)
/* A day before counts this much less than the day behind it: two weeks are remembered. */
#define DAY_KEPT 0.93
/* Different replies within the hour that say: this is an answer. */
#define REPLIES_LEAST 6
/* A busy hour has an eighth of a day's replies; four times that is above the usual rate. */
#define BUSY_HOURS  8
#define ABOVE_USUAL 4

#define ACTS                                                                                       \
    (SIGNAL_BIT(SIGNAL_OFFICIAL_ACKNOWLEDGE) | SIGNAL_BIT(SIGNAL_OFFICIAL_APOLOGY) |               \
            SIGNAL_BIT(SIGNAL_OFFICIAL_EXPLAIN) | SIGNAL_BIT(SIGNAL_OFFICIAL_INSTRUCT) |           \
            SIGNAL_BIT(SIGNAL_OFFICIAL_RESOLVED))
#define REFUSALS (SIGNAL_BIT(SIGNAL_OFFICIAL_DENIAL) | SIGNAL_BIT(SIGNAL_OFFICIAL_EVASION))

static signal_set
named_of(signal_set signals)
{
    signal_set named = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        int names = signal_kind_of((enum signal)i) == SIGNAL_KIND_COMPLAINT;
        named |= names ? signals & SIGNAL_BIT(i) : 0;
    }
    return named;
}

/* A reply that does something about what it names. */
static int
is_named(signal_set said)
{
    return named_of(said) != 0 && (said & ACTS) != 0 && (said & REFUSALS) == 0;
}

int
judge_reply_names(signal_set said, signal_set signals)
{
    return is_named(said) && (named_of(said) & about_signals(signals)) != 0;
}

static void
close_day(struct reply_log *log)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        log->usual[i] = log->usual[i] * DAY_KEPT + log->today[i];
        log->today[i] = 0;
    }
    log->days = log->days * DAY_KEPT + 1;
}

void
replies_day(struct reply_log *log, int64_t now_ms)
{
    uint32_t day = (uint32_t)(now_ms / DAY_MS);

    if (log->day == 0) {
        log->day = day;
    }
    for (; log->day < day; log->day++) {
        close_day(log);
    }
}

int
replies_hear(struct reply_log *log, const struct official_post *post, enum reply_day day)
{
    signal_set names = named_of(post->signals);

    if (post->broadcast || post->impostor || !is_named(post->signals)) {
        return 0;
    }
    for (size_t i = 0; i < SIGNAL_COUNT && day == REPLY_CALM; i++) {
        log->today[i] += (names & SIGNAL_BIT(i)) != 0;
    }
    if (log->count == REPLIES_KEPT) {
        log->count--;
        memmove(log->recent, log->recent + 1, log->count * sizeof log->recent[0]);
    }
    log->recent[log->count++] = (struct named_reply){
        .time_ms = post->time_ms, .names = names, .sketch = post->sketch
    };
    return 1;
}

/* How many a day name one of these. */
static double
usual_a_day(const struct reply_log *log, signal_set about)
{
    double sum = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        sum += (about & SIGNAL_BIT(i)) != 0 ? log->usual[i] : 0;
    }
    return sum / log->days;
}

static int
is_one_of(const struct named_reply *reply, signal_set about, int64_t from_ms)
{
    return reply->time_ms >= from_ms && (reply->names & about) != 0;
}

/* Is it said in other words than those before it? */
static int
is_new(const struct reply_log *log, size_t at, signal_set about, int64_t from_ms)
{
    for (size_t i = 0; i < at; i++) {
        if (is_one_of(&log->recent[i], about, from_ms) &&
                sketch_near(log->recent[i].sketch, log->recent[at].sketch)) {
            return 0;
        }
    }
    return 1;
}

int64_t
replies_answer(const struct reply_log *log, const struct incident *incident)
{
    if (log->count == 0 || log->days < 1) {
        return TIME_NONE; /* nobody knows yet what is usual */
    }
    signal_set about = about_signals(incident->signals);
    int64_t answer_ms = TIME_NONE;
    int64_t hour_ms = log->recent[log->count - 1].time_ms - HOUR_MS;
    int64_t from_ms = hour_ms > incident->onset_ms ? hour_ms : incident->onset_ms;
    double usual = usual_a_day(log, about) * ABOVE_USUAL / BUSY_HOURS;
    int different = 0;

    for (size_t i = 0; i < log->count; i++) {
        const struct named_reply *reply = &log->recent[i];
        if (is_one_of(reply, about, from_ms) && is_new(log, i, about, from_ms)) {
            different++;
            answer_ms = reply->time_ms;
        }
    }
    return different >= REPLIES_LEAST && different > usual ? answer_ms : TIME_NONE;
}

static void
count_one(const struct reply_log *log, size_t at, struct incident *incident)
{
    signal_set about = about_signals(incident->signals);

    if (is_one_of(&log->recent[at], about, incident->onset_ms)) {
        incident->replies.count++;
        incident->replies.different += (uint32_t)is_new(log, at, about, incident->onset_ms);
    }
}

void
replies_count_kept(const struct reply_log *log, struct incident *incident)
{
    incident->replies = (struct incident_replies){ .heard = log->count > 0,
        .more = log->count == REPLIES_KEPT && log->recent[0].time_ms >= incident->onset_ms };
    for (size_t i = 0; i < log->count; i++) {
        count_one(log, i, incident);
    }
}

void
replies_count_last(const struct reply_log *log, struct incident *incident)
{
    assert(log->count > 0);
    incident->replies.heard = 1;
    count_one(log, log->count - 1, incident);
}
