/*
 * worker: the worker's thread as a machine of steps, around the real partition and the real tally.
 *
 *   log ─▶ partition_arrive() ─▶ filling tally ══ hand-over ══▶ tally in flight ─ authors, applies ─▶ store
 *
 * It follows src/pipeline/worker and src/ledger/redis/submit.c turn for turn: one submission in flight,
 * claims only between two, all claimed before one is read, whatever fails is dropped, claimed and read
 * again.
 */
#ifndef REBATO_TESTS_SIM_WORKER_H
#define REBATO_TESTS_SIM_WORKER_H

#include "sim/store.h"

struct worker *worker_create(void);
void worker_destroy(struct worker **worker);
/* A new process; nothing is remembered. */
void worker_reset(struct worker *worker, uint32_t number);

void worker_step(struct world *world, struct worker *worker);
void worker_pause(struct worker *worker, uint64_t until_step);
/* What the group says; heard in the next step. */
void worker_assign(struct worker *worker, uint32_t partition);
void worker_revoke(struct worker *worker, uint32_t partition);
int worker_has(const struct worker *worker, uint32_t partition);
/* All below the log's end is counted or on its way, and that the partition is idle is not said yet. */
int worker_rests(const struct worker *worker, uint32_t partition, int64_t end);

#endif
