/*
 * agreement: is what the judge is measured on what the product would have counted?
 *
 * A stream is written as JSON, with texts, and goes through the product's reader, shipped rules and engine. What
 * these count by bucket (mentions, reposts, late ones, posts and distinct authors of each signal) is held
 * against what the intake made of the same stream. The clock of both is the latest event time, as in a file.
 */
#ifndef REBATO_BENCH_CRISIS_AGREEMENT_H
#define REBATO_BENCH_CRISIS_AGREEMENT_H

#include "crisis/stream.h"
#include "match/rule_set.h"

struct agreement {
    uint64_t brands, mentions;
    uint64_t numbers; /* compared: counts of a dimension in a bucket */
    uint64_t differences;
};

/* The shipped rules; said on stderr when they do not compile. */
const struct rule_set *agreement_rules(void);
/* Adds to `sum`. False when out of memory. */
int agreement_check(
        const struct stream *stream, const struct rule_set *rules, struct agreement *sum);

#endif
