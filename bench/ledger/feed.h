/*
 * feed: matched mentions out of a seed, held in memory, and the truth about them.
 *
 *   mention ──▶ total, first, repost, a language, a platform, a signal ──▶ tally
 *                                                    └─ a complaint: its author too
 *
 * A brand has FEED_DIMS series. Mentions come from partitions in runs, as a consumer hands them over, and
 * event time goes on by the rate. The truth is counted from the mentions themselves, not from a tally.
 */
#ifndef REBATO_BENCH_LEDGER_FEED_H
#define REBATO_BENCH_LEDGER_FEED_H

#include "window/tally.h"

#include <stddef.h>
#include <stdint.h>

#define FEED_BRANDS_MAX 20 /* 200 series */
#define FEED_DIMS       10
#define FEED_COMPLAINTS 2 /* signals whose authors are written; the last of the dimensions */

struct feed_shape {
    size_t mentions;
    uint32_t brands;
    uint32_t partitions;
    uint32_t complaints; /* of 100 mentions */
    uint32_t authors;    /* as many accounts exist */
    uint64_t rate;       /* mentions in a second of event time */
    uint64_t seed;
};

struct feed_mention {
    uint32_t author;
    uint16_t dims; /* bit per dimension */
    uint8_t brand;
    uint8_t complaint; /* dimension of the complaint; 0: none */
};

struct feed {
    struct feed_shape shape;
    struct feed_mention *mentions;
    struct names *names;
    uint32_t brands[FEED_BRANDS_MAX]; /* name numbers */
    uint32_t dims[FEED_DIMS];
    uint32_t first_bucket;
    uint32_t buckets;

    /* The truth, by bucket, brand, dimension. */
    uint64_t *counts;
    uint64_t *authors; /* distinct ones, of complaints */
};

/* False when out of memory. */
int feed_init(struct feed *feed, const struct feed_shape *shape);
void feed_fini(struct feed *feed);

/* Adds a mention to the tally, in one of `ranges` ranges: as many as partitions, or 1. */
void feed_add(const struct feed *feed, size_t mention, uint32_t ranges, struct tally *tally);
/* Offset behind the last mention of a partition. */
int64_t feed_end(const struct feed *feed, uint32_t partition);
/* Where the truth of a series stands. */
size_t feed_place(const struct feed *feed, uint32_t bucket, uint32_t brand, uint32_t dim);

/* The account as it is written to a set. */
uint64_t feed_author(uint32_t author);

#endif
