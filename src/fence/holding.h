/*
 * holding: a partition in a worker's hands: when to claim it, where its reading begins, what each record is
 * for, when it is idle, and what follows from the ledger's answers.
 *
 *         assign               claim is held           all are claimed
 *   FREE ───────▶ CLAIMING ───────────────▶ CLAIMED ───────────────▶ READING (and idle, at its end)
 *     ▲ revoke       ▲ │ fails: a while later  │ cannot be begun       │ clash, closed, away, woken
 *     └───────────────┴─┴───────────────────────┴───────────────────────┘
 *
 *   - Reading begins as far before the lowest fence as duplicates are looked for: records below the fence
 *     warm the filter and count nothing. What the filter still knows from before need not be read again.
 *   - All are claimed before one is read. What is not claimed is not in the watermark: if the others were read
 *     to their ends meanwhile the judge would close their time, and all that this one holds would be late.
 *   - A record is for nothing while its partition is not read, or waits to be read again from its position.
 *   - A partition that was idle is claimed again before its next record is counted: the judge may have closed
 *     what that belongs to.
 *   - Idleness is said again and again: a rollback of the ledger, or the claim of a former owner, may have taken
 *     it back, and no record comes by which that would be noticed.
 *   - Whatever goes wrong, the answer is one: forget, claim, count again from the fences.
 *
 * Pure: it reads and asks nothing. The worker drives it against Kafka and the ledger, the simulator against
 * models of both. Time comes from the caller's monotonic clock; one thread.
 */
#ifndef REBATO_FENCE_HOLDING_H
#define REBATO_FENCE_HOLDING_H

#include "core/rng.h"

#include <stdint.h>

struct holding_options {
    int64_t window; /* offsets that duplicates are looked for in */
    int64_t idle_ms; /* at the log's end for so long: it leaves the watermark; and so often it is said */
    int64_t retry_ms; /* a claim that failed waits so long */
};

enum holding_state { HOLDING_FREE, HOLDING_CLAIMING, HOLDING_CLAIMED, HOLDING_READING };

struct holding {
    enum holding_state state;

    /* Claiming. */
    int64_t retry_ms; /* not before */

    /* Since the last claim. */
    int64_t lowest_fence;
    int64_t begin;    /* where reading starts */
    int64_t position; /* the next offset to count */
    int held_back; /* records were dropped for want of room: to be read again from the position */
    int64_t end_offset; /* the log's end when it was reached; -1: not at the end */
    int64_t end_since_ms;
    int idle;
    int64_t idle_said_ms;

    int64_t committed; /* last offset told to Kafka; -1: none */
};

/* The ledger's, or Kafka's, as far as it matters here. */
enum holding_outcome {
    HOLDING_OK,
    HOLDING_CLASH,   /* it stands elsewhere than we thought */
    HOLDING_CLOSED,  /* a bucket of the range is closed */
    HOLDING_AWAY,    /* no answer: unknown what arrived */
    HOLDING_REFUSED, /* a person must act */
};

/* What the worker has to do next. */
enum holding_step {
    HOLDING_GO_ON,
    HOLDING_WAIT,   /* with every claim: nobody would fare better */
    HOLDING_RESYNC, /* drop what was counted of it and is not handed over, then holding_resync() */
    HOLDING_STOP,   /* say why, and end */
};

/* ---- what the group decides ---- */

void holding_assign(struct holding *holding);
/* 1 when it was ours. */
int holding_revoke(struct holding *holding);

/* ---- claims ---- */

int holding_is_due(const struct holding *holding, int64_t now_ms);
/* Another's claim failed, or this one's. */
void holding_postpone(
        struct holding *holding, const struct holding_options *options, int64_t now_ms);
/* The claim was not to be had. `jitter` parts two workers that claim against each other. */
enum holding_step holding_claim_failed(struct holding *holding,
        const struct holding_options *options,
        enum holding_outcome outcome,
        int64_t now_ms,
        struct rng *jitter);
/* It is held; `log_start` is the first offset that the log still has. Returns how many offsets retention has
 * taken before they were counted: they are lost, and the fence moves over them with the next hand-over. */
int64_t holding_claimed(struct holding *holding,
        const struct holding_options *options,
        int64_t lowest_fence,
        int64_t log_start);
/* The filter knows what is below `offset`: reading begins there. */
void holding_skip(struct holding *holding, int64_t offset);
/* Claimed, and now it is read from `begin` on. */
void holding_begin(struct holding *holding);
/* Something believed of it is not so: claim it again at once. */
void holding_resync(struct holding *holding);

/* ---- records ---- */

enum holding_use {
    HOLDING_DROPS, /* it comes again from the position, or is somebody else's */
    HOLDING_WARMS, /* it is in the counts of every shard: only the duplicate filter wants it */
    HOLDING_COUNTS,
    HOLDING_WAKES, /* resync: it comes again */
};
/* What a record that has arrived is for. */
enum holding_use holding_use_of(const struct holding *holding, int64_t offset);
/* The same, now that it is its turn: unless it is dropped, the log goes on. */
enum holding_use holding_take(struct holding *holding, int64_t offset);
/* It is in the tally: everything below `to` is. */
void holding_cover(struct holding *holding, int64_t to);
/* There is no room for the record in hand. */
void holding_hold_back(struct holding *holding);
/* There is room again: 1 when it has to be read from `position` on. */
int holding_release(struct holding *holding);

/* ---- hand-over ---- */

/* A range of it has ended so. */
enum holding_step holding_landed(const struct holding *holding, enum holding_outcome outcome);
/* All below `to` is counted: 1 when Kafka is to be told. */
int holding_commits(struct holding *holding, int64_t to);

/* ---- the end of the log ---- */

/* The log ends at `offset`, as far as it has been read. */
void holding_reach_end(struct holding *holding, int64_t offset, int64_t now_ms);
/* Whether it still ends there nobody can say. */
void holding_lose_end(struct holding *holding);
/* Nothing is left to read, and the position has not reached the end: the rest are gaps, to be covered. */
int holding_has_gap(const struct holding *holding);
/* It is time to say that it is idle, once all of it is counted. */
int holding_is_quiet(
        const struct holding *holding, const struct holding_options *options, int64_t now_ms);
/* The ledger was told. */
enum holding_step holding_said_idle(
        struct holding *holding, enum holding_outcome outcome, int64_t now_ms);

#endif
