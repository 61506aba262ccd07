/*
 * truth: the oracle. What must be counted, computed from the logs alone by the plainest means.
 *
 * It shares no code with the machines it watches: fates are found by looking back over the log, sums by
 * adding up from the first record, each time anew. It believes two things of the store: where a fence
 * stands, and what its `k:` fields say is late; the rest it compares. So what it adds up is what a replay of
 * the log with the control log counts.
 */
#ifndef REBATO_TESTS_SIM_TRUTH_H
#define REBATO_TESTS_SIM_TRUTH_H

#include "sim/store.h"

struct truth *truth_create(void);
void truth_destroy(struct truth **truth);
/* The logs are made. */
void truth_begin(struct world *world);

/* Around every request that is executed. */
void truth_before(struct world *world, const struct request *request);
void truth_after(struct world *world, const struct request *request, enum code code);
/* `before`: as it was. */
void truth_rolled_back(struct world *world, const struct tables *before);

/* The shard has lost its counts: it is compared again once its fences are where they were. */
void truth_lost(struct world *world, uint32_t shard);

/* Everything is read, folded, published, told. */
int truth_is_reached(const struct world *world);
/* All records of all partitions are behind all fences. */
int truth_is_counted(const struct world *world);
/* Records of a partition that are late whoever reads them. */
uint64_t truth_late_by_log(const struct world *world, uint32_t partition);
void truth_end(struct world *world);

#endif
