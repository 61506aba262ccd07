/*
 * partition: what the order of a log decides about each of its records.
 *
 * Whether a record is a duplicate, too old or late depends on the records before it in its own
 * partition and on nothing else: not on other partitions, not on the clock, not on who reads. So any
 * worker that reads the same range computes the same counts. A file is one partition.
 *
 *   bad_time   its time is outside [ingest - max_age, ingest + 5 min]; a file's: outside 2004-2100
 *   duplicate  same platform and id among the previous `dedupe_records` offsets
 *   late       older than (greatest time at lower offsets) - allow
 *
 * A bad_time never moves the greatest time. What a shard of the ledger has closed while the partition was
 * idle is late there and may be on time elsewhere: see admission_in_shard().
 */
#ifndef REBATO_FENCE_PARTITION_H
#define REBATO_FENCE_PARTITION_H

#include "mention/mention.h"

#include <stdint.h>

struct partition_options {
    int64_t allow_ms;        /* lateness allowed, default 30 s */
    int64_t max_age_ms;      /* before ingest; 0 = any age */
    uint32_t dedupe_records; /* offsets looked back on; 0 = off */
};

struct partition;

/* A file or another source without an ingest time. */
#define INGEST_UNKNOWN INT64_MIN

struct partition *partition_create(const struct partition_options *options);
void partition_destroy(struct partition **partition);

/* Starts over: nothing was before the next record. `max_time_ms` is the greatest time there was all the same
 * (INT64_MIN: none). */
void partition_reset(struct partition *partition, int64_t max_time_ms);

/* Where somebody counts who has claimed a partition. */
struct partition_stand {
    uint64_t log;        /* which log it is, not 0: what is known of another one is of no use */
    int64_t begin;       /* a new owner reads from here, to warm the duplicate filter, */
    int64_t offset;      /* and counts from here, */
    int64_t max_time_ms; /* with this stored greatest time; INT64_MIN: none */
};

/* Goes on there, with what the filter still knows of lower offsets. Returns the first offset that it has yet to
 * be shown: `begin`, if it knows nothing of use, or one on the way to `offset`. What is shown of lower offsets
 * than `offset` moves no time back. */
int64_t partition_resume(struct partition *partition, const struct partition_stand *stand);

struct admission {
    enum rebato_fate fate;   /* unmatched = go on; late, duplicate, bad_time */
    uint32_t bucket;         /* the event's */
    uint32_t arrived_bucket; /* a late record counts here: what its partition had reached */
};

/* All that a partition asks of a record. */
struct arrival {
    int64_t offset;
    int64_t ingest_ms; /* or INGEST_UNKNOWN */
    int64_t time_ms;
    uint64_t id_hash; /* mention_id_hash() */
};

/* A bad_time whatever the partition's options: nobody needs to look further. */
int arrival_time_impossible(int64_t ingest_ms, int64_t time_ms);

/* Judges a record; offsets only rise. */
struct admission partition_arrive(struct partition *partition, const struct arrival *arrival);
struct admission partition_admit(struct partition *partition,
        int64_t offset,
        int64_t ingest_ms,
        const struct mention *mention);
/* The same record where buckets up to `late_below` are closed for its partition (0: none). */
struct admission admission_in_shard(struct admission admission, uint32_t late_below);

/* Brings what partition_arrive() will look at into the cache, a few records before it is called: the
 * filter is larger than a core's own. Changes nothing. */
void partition_prefetch(const struct partition *partition, uint64_t id_hash);

/* Greatest event time so far; INT64_MIN before the first. */
int64_t partition_max_time(const struct partition *partition);

#endif
