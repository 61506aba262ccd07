/*
 * stream: every mention of one brand, in the order of arrival, with what happened as the truth beside it.
 */
#ifndef REBATO_BENCH_CRISIS_STREAM_H
#define REBATO_BENCH_CRISIS_STREAM_H

#include "crisis/plan.h"

#define NO_EVENT UINT16_MAX

struct post {
    int64_t time_ms, arrived_ms;
    uint64_t id, author;
    uint64_t root;     /* of the post that is passed on; 0: an original */
    uint16_t event;    /* of the plan, that made it; NO_EVENT: none */
    uint16_t age_days; /* of the account */
    uint16_t text;     /* number of its wording: the same number, the same words */
    uint8_t signal;    /* SIGNAL_COUNT: no complaint */
    uint8_t fresh;     /* the first of its author in this burst or thread */
};

struct stream {
    struct traits traits;
    struct plan plan;
    struct era era;
    struct post *posts;
    size_t count, capacity;
    int failed; /* out of memory */
    /* By 10 minutes since era.from_ms: complaining people as expected without events, and as they came. */
    double *usual;
    uint32_t *came;
    size_t slots;
};

/* False when out of memory. `scored_ms` and `until_ms` of the era are given, `from_ms` is found. */
int stream_make(struct stream *stream, const struct world *world, const struct era *era);
void stream_fini(struct stream *stream);

/* emit.c: the mentions that one event brings of its own. */
void emit_event(struct stream *stream, const struct world *world, uint16_t number);

/* What every mention needs, whoever makes it. */
struct sink {
    struct stream *stream;
    const struct world *world;
    struct rng *rng;
};

/* Adds the post and whatever arrives of it twice; counts who complains. `post` has everything but the arrival
 * and its id. Returns the id. */
uint64_t sink_post(struct sink *sink, struct post *post);
/* Somebody of these: the same number, the same person. */
uint64_t stream_person(const struct stream *stream, const char *of, uint64_t number);

#endif
