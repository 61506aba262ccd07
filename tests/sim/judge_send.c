/* What a judge asks for in each phase of its turn, and the fold. */
#include "sim/judge_private.h"

#include <string.h>

/* Wall time beyond which nothing is closed: a world has so many buckets and no more. */
#define CLOSE_MAX (BUCKETS - 4)

static int64_t
now_of(const struct world *world, const struct judge *judge)
{
    return world->wall_ms + judge->skew_ms;
}

/* How far the shard can be closed; see closable() of the docket. */
uint32_t
judge_closable(const struct world *world, const struct judge *judge, const struct reply *progress)
{
    uint32_t bucket = 0;

    if (progress->partitions == 0 || progress->latest_ms == INT64_MIN ||
            progress->watermark_ms == INT64_MIN) {
        return 0;
    }
    if (progress->watermark_ms != INT64_MAX) {
        bucket = bucket_at(progress->watermark_ms - ALLOW_MS) - 1;
    } else {
        int64_t safe_ms = world->closing_ms + judge->skew_ms - ALLOW_MS;
        uint32_t latest = bucket_at(progress->latest_ms);
        uint32_t by_wall = safe_ms > TIME_BASE ? bucket_at(safe_ms) : 0;
        bucket = by_wall > latest + 1 ? by_wall - 1 : latest;
    }
    return bucket < CLOSE_MAX ? bucket : CLOSE_MAX;
}

static uint64_t
notices_of(const struct counts *folded, uint32_t from, uint32_t through)
{
    uint64_t notices = 0;

    for (uint32_t bucket = from; bucket <= through; bucket++) {
        if (folded->on[bucket][0] >= NOTICE_COUNT) {
            notices |= UINT64_C(1) << bucket;
        }
    }
    return notices;
}

/* Takes the closed buckets of the page into the state that is to be committed. */
static void
fold(struct judge *judge)
{
    const struct memory *memory = &judge->brands[judge->brand];
    const struct counts *cells = &judge->page.brands[judge->brand];

    judge->next = memory->folded;
    for (uint32_t b = memory->folded_through + 1; b <= judge->through; b++) {
        memcpy(judge->next.on[b], cells->on[b], sizeof cells->on[b]);
        memcpy(judge->next.late[b], cells->late[b], sizeof cells->late[b]);
        /* A set is looked for where its cell is. */
        for (uint32_t s = 0; s < SIGNALS; s++) {
            judge->next.authors[b][s] = cells->on[b][s + 1] != 0 ? cells->authors[b][s] : 0;
        }
    }
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

/* The next bucket of the slice to publish, above `bucket`; 0: none. */
uint32_t
judge_slice_next(const struct judge *judge, uint32_t bucket)
{
    for (uint32_t b = bucket + 1; b <= judge->through; b++) {
        if (slice_holds(&judge->page.brands[judge->brand], b)) {
            return b;
        }
    }
    return 0;
}

/* A brand that nobody speaks of is folded now and then. */
int
judge_is_due(const struct judge *judge)
{
    uint32_t folded = judge->brands[judge->brand].folded_through;
    int empty = judge_slice_next(judge, 0) == 0;

    if (folded >= judge->through) {
        return folded == judge->through && !empty;
    }
    return !empty || folded == 0 || judge->through - folded >= 4;
}

static void
send(struct world *world, struct judge *judge, struct request request)
{
    request.client = judge->client;
    request.shard = judge->shard;
    request.token = judge->shards[judge->shard].token;
    judge->epoch = network_open(world, judge->client);
    judge->waiting = 1;
    network_send(world, &request);
}

static void
send_slice(struct world *world, struct judge *judge, enum op op, uint32_t bucket)
{
    struct request request = { .op = op, .brand = judge->brand, .bucket = bucket };

    request.counts = judge->page.brands[judge->brand];
    send(world, judge, request);
}

static void
send_commit(struct world *world, struct judge *judge)
{
    uint32_t before = judge->brands[judge->brand].folded_through;
    struct request request = {
        .op = OP_COMMIT, .brand = judge->brand, .before = before, .bucket = judge->through
    };

    fold(judge);
    request.notices = notices_of(&judge->next, before + 1, judge->through);
    request.counts = judge->next;
    send(world, judge, request);
}

/* The lease is ours over this connection and no other. */
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
                    .time_ms = now_of(world, judge) });
}

void
judge_send(struct world *world, struct judge *judge)
{
    struct request request = { .brand = judge->brand, .bucket = judge->bucket };

    switch (judge->phase) {
    case PHASE_LEASE:
        send_lease(world, judge);
        return;
    case PHASE_LOAD:
        request.op = OP_LOAD;
        break;
    case PHASE_PROGRESS:
        request.op = OP_PROGRESS;
        break;
    case PHASE_CLOSE:
        request.op = OP_CLOSE;
        request.bucket = judge->through;
        request.time_ms = judge->watermark_ms;
        break;
    case PHASE_READ:
        request.op = OP_READ;
        break;
    case PHASE_COMMIT:
        send_commit(world, judge);
        return;
    case PHASE_PUBLISH:
        send_slice(world, judge, OP_PUBLISH, judge->bucket);
        return;
    case PHASE_UNLINK:
        send_slice(world, judge, OP_UNLINK, judge->through);
        return;
    case PHASE_ERASE:
        send_slice(world, judge, OP_ERASE, judge->through);
        return;
    case PHASE_OUTBOX:
        request.op = OP_OUTBOX;
        break;
    case PHASE_DELIVERED:
        request.op = OP_DELIVERED;
        break;
    }
    send(world, judge, request);
}
