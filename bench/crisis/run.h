/*
 * run: one seed's brands, made, judged and measured one at a time by a few threads.
 */
#ifndef REBATO_BENCH_CRISIS_RUN_H
#define REBATO_BENCH_CRISIS_RUN_H

#include "crisis/agreement.h"
#include "crisis/panel.h"
#include "crisis/rivals.h"
#include "crisis/sheet.h"

#include <stdio.h>

struct run_options {
    uint64_t seed;
    uint32_t first; /* number of the first brand */
    uint32_t brands;
    uint32_t days; /* that are scored */
    unsigned threads;
    const struct world *world;
    const struct rule_set *rules; /* NULL: nothing goes through them */
    FILE *stream;  /* every mention, as --attributes reads them, brand by brand; NULL: not wanted */
    FILE *details; /* every page and every crisis that was missed, a line each; NULL: not wanted */
};

struct results {
    struct sheet tiers[TIERS];
    struct sheet rivals[RIVAL_COUNT][LADDER_STEPS];
    struct agreement agreement; /* of one brand in 20 */
    uint64_t mentions;
    int failed; /* out of memory */
};

/* The results begin as zeroes, or with what other seeds gave. False: they are not to be used. */
int run_seed(const struct run_options *options, struct results *results);
void results_add(struct results *to, const struct results *from);
void results_fini(struct results *results);

#endif
