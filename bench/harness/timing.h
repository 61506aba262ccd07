/*
 * timing: contenders side by side in one process.
 *
 *   round 0 (first):  A  B  C      what a cold start costs; not in the median
 *   round 1:          A  B  C
 *   ...
 *   round reps:       A  B  C      median of rounds 1..reps, each its own
 *
 * Rounds are interleaved so that a slow minute of the machine hits everybody.
 */
#ifndef REBATO_BENCH_HARNESS_TIMING_H
#define REBATO_BENCH_HARNESS_TIMING_H

#include <stddef.h>

/* Rounds that are kept. */
#define TIMING_REPS_MAX 1000

struct contender {
    /* Set by the caller. One round over the material; returns how many units (mentions) it did,
     * more than none. */
    const char *name;
    size_t (*round)(void *state);
    void *state;

    /* Filled by timing_run(): ns a unit. */
    double first_ns, median_ns, lowest_ns, highest_ns;
    size_t units; /* of one round */
};

/* False when out of memory. `reps` is 1..TIMING_REPS_MAX. */
int timing_run(struct contender *contenders, size_t count, unsigned reps);

#endif
