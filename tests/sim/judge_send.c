/* What a judge sends for each thing that its machine asks for, and the fold. */
#include "sim/judge_private.h"

#include <string.h>

/* Notices of a brand in one turn; then it goes on in the next. */
#define TURN_NOTICES 2

/* ---- the fold ---- */

static int
is_notice(const struct counts *folded, uint32_t bucket)
{
    return folded->on[bucket][0] >= NOTICE_COUNT;
}

static uint64_t
notices_of(const struct counts *folded, uint32_t from, uint32_t through)
{
    uint64_t notices = 0;

    for (uint32_t bucket = from; bucket <= through; bucket++) {
        notices |= (uint64_t)is_notice(folded, bucket) << bucket;
    }
    return notices;
}

static void
fold_bucket(struct counts *into, const struct counts *cells, uint32_t b)
{
    memcpy(into->on[b], cells->on[b], sizeof cells->on[b]);
    memcpy(into->late[b], cells->late[b], sizeof cells->late[b]);
    /* A set is looked for where its cell is. */
    for (uint32_t s = 0; s < SIGNALS; s++) {
        into->authors[b][s] = cells->on[b][s + 1] != 0 ? cells->authors[b][s] : 0;
    }
}

uint32_t
judge_fold(struct judge *judge, uint32_t brand, uint32_t before, uint32_t through)
{
    uint32_t notices = 0;
    uint32_t bucket = before;

    judge->next = judge->brands[brand].folded;
    while (bucket < through && notices < TURN_NOTICES) {
        fold_bucket(&judge->next, &judge->page.brands[brand], ++bucket);
        notices += is_notice(&judge->next, bucket) ? 1U : 0U;
    }
    return bucket;
}

static int
slice_holds(const struct counts *cells, uint32_t bucket)
{
    uint32_t sum = 0;

    for (uint32_t s = 0; s < SERIES; s++) {
        sum += (uint32_t)cells->on[bucket][s] + cells->late[bucket][s];
    }
    return sum > 0;
}

uint32_t
judge_slice_next(const struct judge *judge, uint32_t brand, uint32_t bucket, uint32_t through)
{
    for (uint32_t b = bucket + 1; b <= through; b++) {
        if (slice_holds(&judge->page.brands[brand], b)) {
            return b;
        }
    }
    return 0;
}

/* ---- requests ---- */

static void
send(struct world *world, struct judge *judge, struct request request)
{
    request.client = judge->client;
    request.shard = judge->shard;
    request.token = judge->shards[judge->shard].token;
    judge->op = request.op;
    judge->epoch = network_open(world, judge->client);
    judge->waiting = 1;
    network_send(world, &request);
}

static void
send_slice(struct world *world, struct judge *judge, enum op op, uint32_t bucket)
{
    uint32_t brand = judge_brand(world, judge);
    struct request request = {
        .op = op, .brand = brand, .bucket = bucket, .before = judge->brands[brand].newest
    };

    request.counts = judge->page.brands[brand];
    send(world, judge, request);
}

/* What is kept of the published series goes with the state. */
static void
send_mend(struct world *world, struct judge *judge)
{
    uint32_t brand = judge_brand(world, judge);
    struct request request = {
        .op = OP_MEND, .brand = brand, .bucket = bucket_meant(judge->request.through)
    };

    request.counts = judge->brands[brand].folded;
    send(world, judge, request);
}

static void
send_commit(struct world *world, struct judge *judge)
{
    struct request request = { .op = OP_COMMIT,
        .brand = judge_brand(world, judge),
        .before = bucket_meant(judge->request.before),
        .bucket = bucket_meant(judge->request.through) };

    request.notices = notices_of(&judge->next, request.before + 1, request.bucket);
    request.counts = judge->next;
    send(world, judge, request);
}

int
judge_lease_ready(const struct world *world, const struct judge *judge)
{
    const struct held *held = &judge->shards[judge->shard];

    return held->epoch != 0 && held->epoch == network_epoch(world, judge->client);
}

static void
send_lease(struct world *world, struct judge *judge)
{
    judge->token_asked = ++world->tokens;
    send(world, judge,
            (struct request){ .op = OP_LEASE,
                    .keep = judge_lease_ready(world, judge),
                    .token_new = judge->token_asked,
                    .time_ms = judge_now(world, judge) });
}

static void
send_close(struct world *world, struct judge *judge)
{
    send(world, judge,
            (struct request){ .op = OP_CLOSE,
                    .bucket = bucket_meant(judge->request.through),
                    .time_ms = judge->request.watermark_ms });
}

/* Sets first, then the cells that lead to them. */
static void
send_erase(struct world *world, struct judge *judge)
{
    enum op op = judge->op == OP_UNLINK ? OP_ERASE : OP_UNLINK;

    send_slice(world, judge, op, bucket_meant(judge->request.through));
}

static void
send_relay(struct world *world, struct judge *judge)
{
    if (judge->relay == RELAY_MARK) {
        send(world, judge, (struct request){ .op = OP_MARK, .bucket = judge->bucket });
        return;
    }
    send(world, judge,
            (struct request){ .op = judge->relay == RELAY_OUTBOX ? OP_OUTBOX : OP_DELIVERED,
                    .brand = judge->brand,
                    .bucket = judge->bucket });
}

void
judge_send(struct world *world, struct judge *judge)
{
    if (judge->relay != RELAY_NONE) {
        send_relay(world, judge);
        return;
    }
    switch (judge->request.ask) {
    case SHARD_LEASE:
        send_lease(world, judge);
        return;
    case SHARD_LOAD:
        send_slice(world, judge, OP_LOAD, 0);
        return;
    case SHARD_MEND:
        send_mend(world, judge);
        return;
    case SHARD_PROGRESS:
        send(world, judge, (struct request){ .op = OP_PROGRESS });
        return;
    case SHARD_CLOSE:
        send_close(world, judge);
        return;
    case SHARD_READ:
        send(world, judge, (struct request){ .op = OP_READ });
        return;
    case SHARD_COMMIT:
        send_commit(world, judge);
        return;
    case SHARD_PUBLISH:
        send_slice(world, judge, OP_PUBLISH, judge->bucket);
        return;
    case SHARD_ERASE:
        send_erase(world, judge);
        return;
    case SHARD_REST:
    case SHARD_FORGET:
    case SHARD_LOOK:
    case SHARD_FOLD:
        return; /* nothing to send */
    }
}
