/*
 * cell: one number of the ledger: how often a dimension of a brand occurred in one bucket.
 *
 * Buckets are BUCKET_SECONDS of event time, numbered from 1970. Dimensions are short texts; their
 * grammar, the same in memory, in Redis and in the published keys:
 *
 *   total            mentions of the brand, its own posts left out
 *   first            of these, the author is affected
 *   repost           of these, reposts
 *   official         posts by the brand itself
 *   s.<signal>       mentions with the signal
 *   voices           mentions that complain of anything
 *   lang.<xx>        language, plat.<name> platform
 *   f.<facet>.<val>  a rule's named capture: f.os.android
 */
#ifndef REBATO_WINDOW_CELL_H
#define REBATO_WINDOW_CELL_H

#include "core/limits.h"
#include "core/view.h"

#include <stdint.h>

#define DIM_TOTAL    "total"
#define DIM_FIRST    "first"
#define DIM_REPOST   "repost"
#define DIM_OFFICIAL "official"
#define DIM_SIGNAL   "s."
#define DIM_VOICES   "voices"
#define DIM_LANG     "lang."
#define DIM_PLATFORM "plat."
#define DIM_FACET    "f."

/* Beside a count on time of these stands a set: the authors, or how they spoke (voice.h). */
static inline int
dim_has_set(struct view dim)
{
    return view_starts(dim, VIEW(DIM_SIGNAL)) || view_equal(dim, VIEW(DIM_VOICES));
}

static inline uint32_t
bucket_of(int64_t time_ms)
{
    return (uint32_t)(time_ms / (BUCKET_SECONDS * INT64_C(1000)));
}

static inline int64_t
bucket_start_ms(uint32_t bucket)
{
    return (int64_t)bucket * BUCKET_SECONDS * 1000;
}

#endif
