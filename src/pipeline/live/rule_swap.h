/*
 * rule_swap: a rule set into one of the slots of judge and workers while they run.
 *
 *   main ─ makes ready ─▶ judge takes ─▶ workers take, each between two batches ─▶ main takes apart
 *
 * The judge comes first: a brand that is counted is a brand that is judged. Nobody waits for anybody: the
 * main thread asks now and then how far it is. At the end no thread refers to what was in the slot before: what
 * alerts, page and ledger hold was copied when it was made. When a set is used is another matter: see
 * fence/revisions.h.
 */
#ifndef REBATO_PIPELINE_LIVE_RULE_SWAP_H
#define REBATO_PIPELINE_LIVE_RULE_SWAP_H

#include "pipeline/live/judge_thread.h"
#include "pipeline/worker/worker.h"

enum rule_swap_stage { RULE_SWAP_NONE, RULE_SWAP_JUDGE, RULE_SWAP_WORKERS };

struct rule_swap {
    struct judge_thread *judge;
    struct worker *const *workers;
    uint32_t worker_count;
    enum rule_swap_stage stage;
    struct docket_rules rules;
    struct engine_rules **ready; /* by worker; new ones, or those it has left */
};

/* False, and nothing has begun, when out of memory. The first three members are filled in. */
int rule_swap_begin(struct rule_swap *swap, const struct docket_rules *rules, uint32_t shards);
/* Moves it on. True when everybody has left the former rules. */
int rule_swap_step(struct rule_swap *swap);
/* Ends it; before its end only when the threads have ended. */
void rule_swap_fini(struct rule_swap *swap);

#endif
