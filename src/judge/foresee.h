/*
 * foresee: the incident a brand would have if its open buckets closed as they are now.
 *
 *   judge ── copy ──▶ foresight ◀── open buckets, in rising order ──▶ an early notice, or nothing
 *
 * A bucket closes only when every source has passed it: half a minute after it began. People can be told
 * before. The copy is folded and thrown away; the judge itself learns nothing, so an early look changes no
 * verdict. More may come into the open buckets: the notice has to be confirmed by the close, under the same
 * id, or withdrawn.
 *
 * Pure, like the judge. One foresight serves all brands, one after the other.
 */
#ifndef REBATO_JUDGE_FORESEE_H
#define REBATO_JUDGE_FORESEE_H

#include "judge/judge.h"

struct foresight;

struct foresight *foresight_create(void);
void foresight_destroy(struct foresight **foresight);

/* Complaints in all the open buckets of a brand. The last place takes signals nobody knows. */
struct open_counts {
    uint64_t posts[SIGNAL_COUNT + 1];
    uint64_t authors[SIGNAL_COUNT + 1];
};

/* A cheap question before a dear one: could so many open an incident? Never for a brand that has one. */
int foresight_is_worth(const struct brand_judge *judge, const struct open_counts *open);

/* Starts from what is folded of a brand. False when out of memory. The judge's settings are looked at
 * until the next start. */
int foresight_start(struct foresight *foresight, const struct brand_judge *judge);
/* Folds one open bucket. True when an incident opens, or opens again, with it: `*early` says which. */
int foresight_fold(
        struct foresight *foresight, const struct brand_bucket *in, struct judge_event *early);

#endif
