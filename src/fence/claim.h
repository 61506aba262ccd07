/*
 * claim: what a writer of the ledger knows of one partition in all shards, and what it may send.
 *
 *   asks every shard ─▶ claim_take() each answer ─▶ claim_conclude() ─▶ held, new, in doubt, broken
 *   held ─▶ ranges from claim_shard.fence on, over this connection only ─▶ claim_advance() or claim_end()
 *
 * A claim holds for the connection it was made on: behind another there may be a server that knows
 * less, so what was built for the first is never sent to it.
 *
 * Pure; one thread.
 */
#ifndef REBATO_FENCE_CLAIM_H
#define REBATO_FENCE_CLAIM_H

#include "core/limits.h"

#include <stdint.h>

/* What one shard says of the partition. */
struct claim_answer {
    int known;           /* it has a fence; without one the rest means nothing */
    int counted;         /* something was applied since the fence was made */
    int64_t fence;       /* offsets below are counted */
    int64_t max_time_ms; /* greatest event time below it; INT64_MIN: none */
    uint32_t late_below; /* buckets up to this one are late here; 0: none */
};

struct claim_shard {
    struct claim_answer answer; /* its fence moves on with what is applied */
    int wake; /* a range met a closed bucket: the next claim says from where on it is late */
};

/* From an offset above its fence on buckets up to `late_below` are late in a shard. It has lost its counts and
 * begun again further back, and what was late for idleness since then has to be so again. */
struct claim_lapse {
    uint32_t shard;
    uint32_t late_below;
    int64_t from;
};

/* More than one or two in a shard would take a judge that closes for long what it does not get to judging. */
#define CLAIM_LAPSES_MAX SHARDS_MAX

struct claim {
    uint64_t epoch; /* of the connection it was made on; 0: not held */
    uint32_t shard_count;
    uint32_t known;   /* shards that have a fence, */
    uint32_t counted; /* and counts behind it */
    uint32_t doubts;  /* claims in a row about which the shards did not agree */
    int64_t lowest_fence;
    int64_t highest_fence;
    int64_t max_time_ms; /* at the lowest fence */
    struct claim_shard shards[SHARDS_MAX];
    uint32_t lapse_count;
    struct claim_lapse lapses[CLAIM_LAPSES_MAX];
};

enum claim_verdict {
    CLAIM_HELD,   /* every shard has a fence */
    CLAIM_NEW,    /* some have none and none has counts: a fence is to be made where none is */
    CLAIM_DOUBT,  /* some have counts and others no fence: claim once more, a moment later */
    CLAIM_BROKEN, /* and still so: a shard lost its fences */
};

/* Doubtful claims in a row, the last of which is believed. */
#define CLAIM_DOUBTS_MAX 3

/* The shards are asked, to claim or to make fences; every one of them will answer. Nothing is held until
 * they have. */
void claim_ask(struct claim *claim, uint32_t shard_count);
void claim_take(struct claim *claim, uint32_t shard, const struct claim_answer *answer);
/* What the answer says besides. One that finds no room is left out. */
void claim_take_lapse(struct claim *claim, const struct claim_lapse *lapse);
/* All have answered, over the connection `epoch`. */
enum claim_verdict claim_conclude(struct claim *claim, uint64_t epoch);

/* Ranges of the partition may be sent over the connection `epoch`. */
int claim_is_held(const struct claim *claim, uint64_t epoch);
/* Something of a range that ends at `to` is still to be counted in the shard. */
int claim_wants(const struct claim *claim, uint32_t shard, int64_t to);
/* Buckets up to this one are late in the shard for what stands at `offset`, at the fence or above; 0: none. */
uint32_t claim_late_below(const struct claim *claim, uint32_t shard, int64_t offset);
/* A range up to `to` is in the shard's counts. */
void claim_advance(struct claim *claim, uint32_t shard, int64_t to);
/* The shard refused a range because of a bucket that is closed. */
void claim_meet_closed(struct claim *claim, uint32_t shard);
/* A range failed: ask again before anything is sent. */
void claim_end(struct claim *claim);

#endif
