#include "pipeline/live/rule_swap.h"

#include <assert.h>
#include <stdlib.h>

static int
make_ready(struct rule_swap *swap, uint32_t shards)
{
    swap->ready = calloc(swap->worker_count + 1, sizeof(struct engine_rules *));
    for (uint32_t i = 0; swap->ready != NULL && i < swap->worker_count; i++) {
        swap->ready[i] = engine_rules_create(swap->rules.rules, shards);
        if (swap->ready[i] == NULL) {
            return 0;
        }
    }
    return swap->ready != NULL;
}

int
rule_swap_begin(struct rule_swap *swap, const struct docket_rules *rules, uint32_t shards)
{
    assert(swap->stage == RULE_SWAP_NONE);
    swap->rules = *rules;
    if (!make_ready(swap, shards)) {
        rule_swap_fini(swap);
        return 0;
    }
    swap->stage = RULE_SWAP_JUDGE;
    judge_thread_offer_rules(swap->judge, &swap->rules);
    return 1;
}

static void
go_on_with_workers(struct rule_swap *swap)
{
    swap->stage = RULE_SWAP_WORKERS;
    for (uint32_t i = 0; i < swap->worker_count; i++) {
        worker_offer_rules(swap->workers[i], swap->rules.slot, swap->ready[i]);
    }
}

static int
workers_have_taken(const struct rule_swap *swap)
{
    for (uint32_t i = 0; i < swap->worker_count; i++) {
        if (!worker_has_taken_rules(swap->workers[i])) {
            return 0;
        }
    }
    return 1;
}

int
rule_swap_step(struct rule_swap *swap)
{
    if (swap->stage == RULE_SWAP_JUDGE && judge_thread_has_taken_rules(swap->judge)) {
        go_on_with_workers(swap);
    }
    if (swap->stage == RULE_SWAP_WORKERS && workers_have_taken(swap)) {
        rule_swap_fini(swap);
    }
    return swap->stage == RULE_SWAP_NONE;
}

void
rule_swap_fini(struct rule_swap *swap)
{
    for (uint32_t i = 0; swap->ready != NULL && i < swap->worker_count; i++) {
        engine_rules_destroy(&swap->ready[i]);
    }
    free(swap->ready);
    swap->ready = NULL;
    swap->stage = RULE_SWAP_NONE;
}
