/*
 * The worker's own structures, shared by worker.c (turns, records), worker_claim.c (claim, found, idle) and
 * worker_flight.c (hand-over, answers). Nobody else includes this.
 */
#ifndef REBATO_TESTS_SIM_WORKER_PRIVATE_H
#define REBATO_TESTS_SIM_WORKER_PRIVATE_H

#include "fence/claim.h"
#include "fence/holding.h"
#include "sim/network.h"
#include "sim/worker.h"

#define QUEUE_MAX 6

/* A claim that failed waits so long: some twenty steps. */
#define RETRY_MS INT64_C(2000)

struct source {
    /* The real ones. */
    struct holding hold;
    struct claim claim;
    struct partition *partition;

    /* The consumer's: what is fetched and not taken yet. */
    size_t next; /* index of the record to fetch */
    size_t queue[QUEUE_MAX];
    size_t queue_count;

    uint64_t token;
    int told_assign;
    int told_revoke;
};

enum await {
    AWAIT_NOTHING,
    AWAIT_CLAIM,
    AWAIT_REMAKE,
    AWAIT_START,
    AWAIT_FOUND,
    AWAIT_IDLE,
    AWAIT_AUTHORS,
    AWAIT_APPLIES
};

/* A request whose answer is due. */
struct due {
    uint32_t range;
    uint32_t shard;
};

struct worker {
    uint32_t client;
    uint64_t paused_until;
    struct source sources[PARTITIONS];
    struct tally *filling;
    struct tally *flying;

    enum await await;
    uint64_t epoch; /* of the connection that owes us answers */
    uint32_t asked; /* the source of a claim or of idleness */
    uint32_t answers;
    uint32_t clashes;
    enum claim_verdict verdict; /* of the claim that lacks fences */
    uint32_t made;              /* shards that have theirs again, */
    uint32_t unmarked;          /* and that have nothing at all */

    struct due due[IN_FLIGHT_MAX];
    uint32_t due_count;
    uint32_t due_done;
    enum code ranges[PARTITIONS]; /* how they ended so far; CODE_DONE: well */
};

extern const struct holding_options worker_holding;

/* ---- worker.c ---- */

/* Something we believed is not so: forget it, claim, count again from the fences. */
void worker_resync(struct world *world, struct worker *worker, uint32_t number);

/* ---- worker_claim.c ---- */

/* Each: 1 when a request was sent. */
int worker_claim_waiting(struct world *world, struct worker *worker);
int worker_note_idle(struct world *world, struct worker *worker);
void worker_take_claim(struct world *world, struct worker *worker, const struct reply *reply);
void worker_take_idle(struct world *world, struct worker *worker, const struct reply *reply);
void worker_fail_claim(struct world *world, struct worker *worker);

/* ---- worker_flight.c ---- */

void worker_hand_over(struct world *world, struct worker *worker);
void worker_take_flight(struct world *world, struct worker *worker, const struct reply *reply);
/* The connection is gone. */
void worker_fail_flight(struct world *world, struct worker *worker);

#endif
