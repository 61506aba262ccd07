/*
 * cusum: evidence collected against calm, for the slow burn that no window shows.
 *
 *   steps ── bin (5 minutes where hardly anybody complains, else an hour) ── log likelihood of five times the
 *   usual against the usual ──▶ evidence, never below zero
 *
 * The sum takes bins for independent of each other. Where many complain they are not: what moves all of them
 * lasts for hours, and twelve steps would say one thing twelve times. An hour says it once.
 */
#ifndef REBATO_JUDGE_STATISTIC_CUSUM_H
#define REBATO_JUDGE_STATISTIC_CUSUM_H

#include "judge/statistic/baseline.h"

#include <stdint.h>

struct cusum {
    double evidence; /* natural logarithm of a likelihood ratio */
    uint32_t from;   /* first bucket after it was last zero: the onset it suggests */
    uint32_t steps;  /* in the bin being filled */
    uint64_t counted;
    double expected;
};

/* What is collected from `bucket` on counts. */
void cusum_restart(struct cusum *cusum, uint32_t bucket);
/* A step closes with so many people where `expected` was. */
void cusum_add(struct cusum *cusum,
        const struct baseline *baseline,
        uint32_t step,
        double expected,
        uint64_t counted);

#endif
