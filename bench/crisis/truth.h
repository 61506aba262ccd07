/*
 * truth: what really happened in a stream, as the measures need it: who could have seen it, and when each
 * complaint of an event was written.
 *
 * An event is visible when an observer who knows the true mean of complaining people would have seen, in some
 * window of 10 minutes to 2 days within it, so many that a Poisson tail is below 1e-6.
 */
#ifndef REBATO_BENCH_CRISIS_TRUTH_H
#define REBATO_BENCH_CRISIS_TRUTH_H

#include "crisis/stream.h"

struct truth {
    const struct event *events;
    size_t event_count;
    enum volume_tier tier;
    int64_t scored_ms, until_ms;
    int64_t *told;                /* times of the events' complaints, by event, then time */
    size_t first[EVENTS_MAX + 1]; /* in told */
};

/* Notes in the stream's plan which events are visible. False when out of memory. */
int truth_find(struct truth *truth, struct stream *stream);
void truth_fini(struct truth *truth);

/* Complaints of this event up to `time_ms`. */
size_t truth_told(const struct truth *truth, size_t event, int64_t time_ms);

/* Would one who expects `usual` people call `came` impossible? */
int truth_is_visible(double usual, double came);

#endif
