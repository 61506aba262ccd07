/*
 * judge: the machine of src/fence/shard_judge.c at work on a model of Redis, as the docket is on a real one.
 *
 * It decides nothing itself. The fold is a sum here: what the judge of a brand makes of its buckets is a pure
 * function and is tested elsewhere. Each step is one request; between two of them anything may happen.
 */
#ifndef REBATO_TESTS_SIM_JUDGE_H
#define REBATO_TESTS_SIM_JUDGE_H

#include "sim/store.h"

struct judge *judge_create(void);
void judge_destroy(struct judge **judge);
/* A new process; nothing is remembered. */
void judge_reset(struct world *world, struct judge *judge, uint32_t number);

void judge_step(struct world *world, struct judge *judge);
void judge_pause(struct judge *judge, uint64_t until_step);
void judge_skew(struct judge *judge, int64_t skew_ms);
/* Where the answer of its next read goes. */
struct page *judge_page(struct judge *judge);

/* 1: it has decided on a commit, of this brand up to that bucket, and not sent it. */
int judge_is_committing(
        const struct world *world, const struct judge *judge, uint32_t *brand, uint32_t *through);

#endif
