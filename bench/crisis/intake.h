/*
 * intake: one brand's mentions as they arrive → its closed buckets, as the product would count them.
 *
 * A bucket closes when the clock has left it by the lateness allowed; what is older than that when it comes is
 * late and counted aside. A mention that comes twice counts once.
 */
#ifndef REBATO_BENCH_CRISIS_INTAKE_H
#define REBATO_BENCH_CRISIS_INTAKE_H

#include "judge/judge.h"

#define ALLOW_MS INT64_C(30000)

struct heard {
    int64_t time_ms;
    uint64_t id; /* 0: unknown, never taken for a duplicate */
    uint64_t author;
    enum signal signal; /* SIGNAL_COUNT: no complaint */
    int reshared;
    int32_t age_days; /* of the account; AGE_UNKNOWN */
    uint64_t
            wording; /* the same or nearly the same digits, the same words: fold/sketch.h; 0: no words */
};

#define AGE_UNKNOWN (-1)

struct intake;

/* `take` is given every closed bucket that holds anything. NULL when out of memory. */
struct intake *intake_create(
        void (*take)(void *context, const struct brand_bucket *bucket), void *context);
void intake_destroy(struct intake **intake);

/* `clock_ms` does not go back. False when out of memory. */
int intake_hear(struct intake *intake, const struct heard *heard, int64_t clock_ms);
/* Nothing more will come: all that is open closes. */
void intake_end(struct intake *intake);

#endif
