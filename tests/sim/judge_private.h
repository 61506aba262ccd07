/*
 * The judge's own structures, shared by judge.c (steps, answers) and judge_send.c (requests, the fold).
 * Nobody else includes this.
 */
#ifndef REBATO_TESTS_SIM_JUDGE_PRIVATE_H
#define REBATO_TESTS_SIM_JUDGE_PRIVATE_H

#include "fence/shard_judge.h"
#include "sim/judge.h"
#include "sim/network.h"

/* One shard as this process sees it. */
struct held {
    uint32_t marked; /* judged so far when a mark was left */
    struct shard_judge machine;
    struct shard_brand known[BRANDS];
    uint64_t token;
    uint64_t epoch; /* of the connection over which it was taken; 0: not ours */
};

struct memory {
    struct counts folded;
    uint32_t newest; /* bucket of the entry published last */
    uint64_t handed; /* notices told by this process */
};

/* After a turn: notices of the shard's brands, one after the other. */
enum relay {
    RELAY_NONE,
    RELAY_MARK,
    RELAY_OUTBOX,
    RELAY_DELIVERED,
};

struct judge {
    uint32_t client;
    uint64_t paused_until;
    int64_t skew_ms;

    int decided; /* what the machine asks for is known, and not sent yet */
    int waiting;
    uint64_t epoch; /* of the request waited for */
    uint64_t token_asked;
    enum op op; /* of the request waited for */
    uint32_t shard;
    struct shard_request request; /* what the machine asks for */
    enum relay relay;
    uint32_t brand;  /* whose notices are told */
    uint32_t bucket; /* the notice told, the bucket published last */

    struct held shards[SHARDS];
    struct memory brands[BRANDS];
    struct counts next; /* state to be committed */
    struct page page;   /* the last read, whole */
    struct page incoming;
};

/* The machine numbers buckets from 1970, a world from BUCKET_BASE; 0 is none in both. */
static inline uint32_t
bucket_told(uint32_t bucket)
{
    return bucket == 0 ? 0 : bucket + BUCKET_BASE;
}

static inline uint32_t
bucket_meant(uint32_t bucket)
{
    return bucket < BUCKET_BASE ? 0 : bucket - BUCKET_BASE;
}

static inline int64_t
judge_now(const struct world *world, const struct judge *judge)
{
    return world->wall_ms + judge->skew_ms;
}

/* The brand that the machine speaks of. */
static inline uint32_t
judge_brand(const struct world *world, const struct judge *judge)
{
    return judge->shard + (uint32_t)judge->request.brand * world->shards;
}

/* ---- judge_send.c ---- */

/* Sends what the machine asks for, or what the relay does. */
void judge_send(struct world *world, struct judge *judge);
/* The lease is ours over this connection and no other. */
int judge_lease_ready(const struct world *world, const struct judge *judge);
/* Takes closed buckets of the page into the state that is to be committed; returns how far it came. */
uint32_t judge_fold(struct judge *judge, uint32_t brand, uint32_t before, uint32_t through);
/* The next bucket of a brand's slice above `bucket`, up to `through`; 0: none. */
uint32_t judge_slice_next(
        const struct judge *judge, uint32_t brand, uint32_t bucket, uint32_t through);

#endif
