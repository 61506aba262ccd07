#include "crisis/truth.h"

#include "judge/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define VISIBLE_LN (-13.815510557964274) /* ln 1e-6 */

/* Nobody calls three people a crisis. */
#define PEOPLE_LEAST 4

static const size_t spans[] = { 1, 2, 6, 18, 36, 72, 144, 288 }; /* slots of 10 minutes */

/* The largest term of the tail decides its size; those after it fall faster than a geometric series. */
int
truth_is_visible(double usual, double came)
{
    double mean = usual > 1e-9 ? usual : 1e-9;
    if (came < 1 || came <= mean) {
        return 0;
    }
    int sign;
    double first = came * log(mean) - mean - lgamma_r(came + 1, &sign);
    double ratio = mean / (came + 1);
    return first - log(1 - ratio) < VISIBLE_LN;
}

static int
visible_in(const struct stream *stream, const struct event *event, size_t span)
{
    size_t from = (size_t)((event->start_ms - stream->era.from_ms) / SLOT_MS);
    size_t until = (size_t)((event->end_ms - stream->era.from_ms) / SLOT_MS) + 1;
    double usual = 0;
    double came = 0;

    until = until < stream->slots ? until : stream->slots;
    for (size_t i = from; i < until; i++) {
        usual += stream->usual[i];
        came += stream->came[i];
        if (i >= from + span) {
            usual -= stream->usual[i - span];
            came -= stream->came[i - span];
        }
        if (truth_is_visible(usual, came)) {
            return 1;
        }
    }
    return 0;
}

static int
is_visible(const struct stream *stream, const struct event *event)
{
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        if (visible_in(stream, event, spans[i])) {
            return 1;
        }
    }
    return 0;
}

/* Complaining people expected between the two, without the event. */
static double
usual_between(const struct stream *stream, int64_t from_ms, int64_t until_ms)
{
    double sum = 0;

    for (int64_t at_ms = from_ms; at_ms < until_ms;) {
        size_t slot = (size_t)((at_ms - stream->era.from_ms) / SLOT_MS);
        int64_t end_ms = stream->era.from_ms + (int64_t)(slot + 1) * SLOT_MS;
        int64_t to_ms = end_ms < until_ms ? end_ms : until_ms;
        sum += slot < stream->slots
                       ? stream->usual[slot] * (double)(to_ms - at_ms) / (double)SLOT_MS
                       : 0;
        at_ms = to_ms;
    }
    return sum;
}

/* Nobody can tell earlier: he counts from the very beginning, and what is usual came exactly as usual. */
static int64_t
first_seen(const struct truth *truth, const struct stream *stream, size_t number)
{
    const struct event *event = &truth->events[number];
    double usual = 0;
    int64_t from_ms = event->start_ms;

    for (size_t i = truth->first[number]; i < truth->first[number + 1]; i++) {
        double told = (double)(i - truth->first[number] + 1);
        int64_t now_ms = truth->told[i] > from_ms ? truth->told[i] : from_ms;
        usual += usual_between(stream, from_ms, now_ms);
        from_ms = now_ms;
        if (told >= PEOPLE_LEAST && truth_is_visible(usual, usual + told)) {
            return now_ms;
        }
    }
    return TIME_NONE;
}

static int
by_time(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

static int
is_told(const struct post *post)
{
    return post->event != NO_EVENT && post->signal != SIGNAL_COUNT;
}

int
truth_find(struct truth *truth, struct stream *stream)
{
    size_t next[EVENTS_MAX + 1] = { 0 };

    *truth = (struct truth){ .events = stream->plan.events,
        .event_count = stream->plan.count,
        .tier = traits_tier(&stream->traits),
        .scored_ms = stream->era.scored_ms,
        .until_ms = stream->era.until_ms };
    for (size_t i = 0; i < stream->plan.count; i++) {
        stream->plan.events[i].visible = is_visible(stream, &stream->plan.events[i]);
    }
    for (size_t i = 0; i < stream->count; i++) {
        if (is_told(&stream->posts[i])) {
            truth->first[stream->posts[i].event + 1]++;
        }
    }
    for (size_t i = 0; i < EVENTS_MAX; i++) {
        truth->first[i + 1] += truth->first[i];
    }
    memcpy(next, truth->first, sizeof next);
    truth->told = calloc(truth->first[EVENTS_MAX] + 1, sizeof *truth->told);
    for (size_t i = 0; truth->told != NULL && i < stream->count; i++) {
        if (is_told(&stream->posts[i])) {
            truth->told[next[stream->posts[i].event]++] = stream->posts[i].time_ms;
        }
    }
    for (size_t i = 0; truth->told != NULL && i < stream->plan.count; i++) {
        qsort(truth->told + truth->first[i], truth->first[i + 1] - truth->first[i],
                sizeof *truth->told, by_time);
    }
    for (size_t i = 0; truth->told != NULL && i < stream->plan.count; i++) {
        stream->plan.events[i].seen_ms = first_seen(truth, stream, i);
    }
    return truth->told != NULL;
}

void
truth_fini(struct truth *truth)
{
    free(truth->told);
    *truth = (struct truth){ 0 };
}

size_t
truth_told(const struct truth *truth, size_t event, int64_t time_ms)
{
    size_t count = 0;
    for (size_t i = truth->first[event]; i < truth->first[event + 1]; i++) {
        count += truth->told[i] <= time_ms;
    }
    return count;
}
