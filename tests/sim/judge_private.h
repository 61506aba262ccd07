/*
 * The judge's own structures, shared by judge.c (turns, answers) and judge_send.c (requests, the fold).
 * Nobody else includes this.
 */
#ifndef REBATO_TESTS_SIM_JUDGE_PRIVATE_H
#define REBATO_TESTS_SIM_JUDGE_PRIVATE_H

#include "sim/judge.h"
#include "sim/network.h"

enum phase {
    PHASE_LEASE,
    PHASE_LOAD,
    PHASE_PROGRESS,
    PHASE_CLOSE,
    PHASE_READ,
    PHASE_COMMIT,
    PHASE_PUBLISH,
    PHASE_UNLINK,
    PHASE_ERASE,
    PHASE_OUTBOX,
    PHASE_DELIVERED,
};

/* What is remembered of a shard. */
struct held {
    int ours;
    uint64_t token;
    uint64_t epoch; /* of the connection over which it was taken; 0: not ours */
    uint32_t closed;
    uint32_t judged;
};

struct memory {
    struct counts folded;
    uint32_t folded_through;
    uint64_t handed; /* notices told by this process */
};

struct judge {
    uint32_t client;
    uint64_t paused_until;
    int64_t skew_ms;

    enum phase phase;
    int waiting;
    uint64_t epoch; /* of the request waited for */
    uint32_t shard;
    uint32_t brand;
    uint32_t bucket;
    uint32_t through;
    int64_t watermark_ms;
    uint64_t token_asked;

    struct held shards[SHARDS];
    struct memory brands[BRANDS];
    struct counts next; /* state to be committed */
    struct page page;   /* the last read, whole */
    struct page incoming;
};

/* ---- judge_send.c ---- */

/* Sends what the phase asks for. */
void judge_send(struct world *world, struct judge *judge);
/* The lease is ours over this connection and no other. */
int judge_lease_ready(const struct world *world, const struct judge *judge);
/* How far the shard can be closed. */
uint32_t judge_closable(
        const struct world *world, const struct judge *judge, const struct reply *progress);
/* The next bucket of the brand's slice to publish, above `bucket`; 0: none. */
uint32_t judge_slice_next(const struct judge *judge, uint32_t bucket);
/* Something of the brand is to be folded, or was left to publish. */
int judge_is_due(const struct judge *judge);

#endif
