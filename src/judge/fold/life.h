/*
 * life: the one incident of a brand, from opening to resolved, and what people are told of it.
 *
 *   calm ── a finding ──▶ open ── its reason gone 10 min ──▶ cooling ── quiet 60 min ──▶ resolved
 *                          ▲ ◀────────── a finding ────────────┘                           │
 *                          └── a finding within 120 min; of its own matter, as long as ────┘
 *                              it lasted, since its onset (24 h at most)
 *
 * Signals join the brand's incident; none opens a second one. Every change is told once.
 */
#ifndef REBATO_JUDGE_FOLD_LIFE_H
#define REBATO_JUDGE_FOLD_LIFE_H

#include "judge/state/state.h"

/* After counting and detecting in this bucket; `in` is what it held. */
void life_turn(struct brand_judge *judge,
        const struct findings *findings,
        const struct brand_bucket *in,
        const struct moment *moment,
        struct event_sink *sink);

/* Resolved so short ago that it may come back, and that the brand's word still belongs to it? */
int life_may_return(const struct brand_judge *judge, int64_t now_ms);

/* The earliest time at which something is due though nothing is said; INT64_MAX: never. */
int64_t life_due_ms(const struct brand_judge *judge);

#endif
