#include "sim/judge.h"

#include "sim/judge_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct judge *
judge_create(void)
{
    return calloc(1, sizeof(struct judge));
}

void
judge_destroy(struct judge **judge)
{
    free(*judge);
    *judge = NULL;
}

void
judge_reset(struct judge *judge, uint32_t number)
{
    memset(judge, 0, sizeof *judge);
    judge->client = WORKERS + number;
}

void
judge_pause(struct judge *judge, uint64_t until_step)
{
    judge->paused_until = until_step;
}

void
judge_skew(struct judge *judge, int64_t skew_ms)
{
    judge->skew_ms = skew_ms;
}

struct page *
judge_page(struct judge *judge)
{
    return &judge->incoming;
}

/* ---- turns ---- */

static void
next_shard(struct world *world, struct judge *judge)
{
    judge->shard = (judge->shard + 1) % world->shards;
    judge->phase = PHASE_LEASE;
}

static void
forget_shard(struct world *world, struct judge *judge)
{
    struct held *held = &judge->shards[judge->shard];

    held->ours = 0;
    held->judged = 0;
    for (uint32_t b = 0; b < world->brands; b++) {
        if (shard_of(world, b) == judge->shard) {
            memset(&judge->brands[b].folded, 0, sizeof judge->brands[b].folded);
            judge->brands[b].folded_through = 0;
        }
    }
}

/* The next brand of the shard from `brand` on; BRANDS: none. */
static uint32_t
brand_from(const struct world *world, const struct judge *judge, uint32_t brand)
{
    while (brand < world->brands && shard_of(world, brand) != judge->shard) {
        brand++;
    }
    return brand < world->brands ? brand : BRANDS;
}

static void
tell_once(struct world *world, struct judge *judge, uint32_t bucket)
{
    uint64_t bit = UINT64_C(1) << bucket;

    if ((judge->brands[judge->brand].handed & bit) == 0) {
        world->tallied.notices++;
        world->tallied.notices_again += world->told[judge->brand][bucket] > 0;
        world->told[judge->brand][bucket]++;
        judge->brands[judge->brand].handed |= bit;
    }
}

/* The first notice of the outbox; what this process has told already it does not tell twice. */
static void
tell(struct world *world, struct judge *judge)
{
    for (uint32_t b = 1; b < BUCKETS; b++) {
        uint64_t bit = UINT64_C(1) << b;
        if ((judge->incoming.outbox & bit) != 0) {
            tell_once(world, judge, b);
            judge->bucket = b;
            return;
        }
    }
    judge->bucket = 0;
}

/* ---- phases ---- */

static void
brand_done(struct world *world, struct judge *judge)
{
    judge->brand = brand_from(world, judge, judge->brand + 1);
    while (judge->brand < BRANDS && !judge_is_due(judge)) {
        judge->brand = brand_from(world, judge, judge->brand + 1);
    }
    judge->phase = mutated(world, MUTATE_delete_before_fold) ? PHASE_UNLINK : PHASE_COMMIT;
    if (judge->brand == BRANDS) {
        judge->shards[judge->shard].judged = judge->through;
        judge->brand = brand_from(world, judge, 0);
        judge->phase = PHASE_OUTBOX;
        if (judge->brand == BRANDS) {
            next_shard(world, judge);
        }
    }
}

/* Before the first brand. */
static void
begin_brands(struct world *world, struct judge *judge)
{
    judge->page = judge->incoming;
    judge->brand = UINT32_MAX;
    brand_done(world, judge);
}

static void
begin_publish(struct judge *judge)
{
    judge->bucket = judge_slice_next(judge, 0);
    judge->phase = judge->bucket != 0 ? PHASE_PUBLISH : PHASE_UNLINK;
}

/* ---- answers ---- */

static void
take_lease(struct world *world, struct judge *judge, const struct reply *reply)
{
    struct held *held = &judge->shards[judge->shard];

    held->epoch = judge->epoch;
    if (!reply->touched && held->ours) {
        judge->phase = PHASE_PROGRESS;
        return;
    }
    /* A renewed token stays ours even when the shard has to be loaded again. */
    if (reply->touched) {
        held->token = judge->token_asked;
    }
    held->judged = 0;
    judge->brand = brand_from(world, judge, 0);
    judge->phase = judge->brand < BRANDS ? PHASE_LOAD : PHASE_PROGRESS;
    held->ours = 1;
}

static void
take_load(struct world *world, struct judge *judge)
{
    judge->brands[judge->brand].folded = judge->incoming.state;
    judge->brands[judge->brand].folded_through = judge->incoming.folded_through;
    judge->brand = brand_from(world, judge, judge->brand + 1);
    judge->phase = judge->brand < BRANDS ? PHASE_LOAD : PHASE_PROGRESS;
}

static void
take_progress(struct world *world, struct judge *judge, const struct reply *reply)
{
    struct held *held = &judge->shards[judge->shard];
    uint32_t through = judge_closable(world, judge, reply);

    held->closed = reply->closed;
    judge->through = held->closed;
    if (through > held->closed) {
        judge->through = through;
        judge->watermark_ms = reply->watermark_ms;
        judge->phase = mutated(world, MUTATE_read_before_close) ? PHASE_READ : PHASE_CLOSE;
    } else if (held->closed > held->judged) {
        judge->phase = PHASE_READ;
    } else {
        judge->brand = brand_from(world, judge, 0);
        judge->phase = PHASE_OUTBOX;
        if (judge->brand == BRANDS) {
            next_shard(world, judge);
        }
    }
}

static void
take_close(struct world *world, struct judge *judge)
{
    judge->shards[judge->shard].closed = judge->through;
    judge->phase = PHASE_READ;
    if (mutated(world, MUTATE_read_before_close)) {
        begin_brands(world, judge);
    }
}

static void
take_read(struct world *world, struct judge *judge)
{
    if (mutated(world, MUTATE_read_before_close) &&
            judge->through > judge->shards[judge->shard].closed) {
        judge->phase = PHASE_CLOSE;
        return;
    }
    begin_brands(world, judge);
}

static void
take_commit(struct world *world, struct judge *judge)
{
    struct memory *memory = &judge->brands[judge->brand];

    memory->folded = judge->next;
    memory->folded_through = judge->through;
    if (mutated(world, MUTATE_delete_before_publish)) {
        judge->phase = PHASE_UNLINK;
    } else if (mutated(world, MUTATE_delete_before_fold)) {
        brand_done(world, judge);
    } else {
        begin_publish(judge);
    }
}

static void
take_publish(struct world *world, struct judge *judge)
{
    judge->bucket = judge_slice_next(judge, judge->bucket);
    if (judge->bucket != 0) {
        return;
    }
    judge->phase = PHASE_UNLINK;
    if (mutated(world, MUTATE_delete_before_publish)) {
        brand_done(world, judge);
    }
}

static void
take_erase(struct world *world, struct judge *judge)
{
    if (mutated(world, MUTATE_delete_before_fold)) {
        judge->phase = PHASE_COMMIT;
    } else if (mutated(world, MUTATE_delete_before_publish)) {
        begin_publish(judge);
        if (judge->phase == PHASE_UNLINK) {
            brand_done(world, judge);
        }
    } else {
        brand_done(world, judge);
    }
}

static void
take_outbox(struct world *world, struct judge *judge)
{
    tell(world, judge);
    judge->phase = PHASE_DELIVERED;
    if (judge->bucket == 0) {
        judge->phase = PHASE_OUTBOX;
        judge->brand = brand_from(world, judge, judge->brand + 1);
        if (judge->brand == BRANDS) {
            next_shard(world, judge);
        }
    }
}

static void
take_reply(struct world *world, struct judge *judge, const struct reply *reply)
{
    switch (judge->phase) {
    case PHASE_LEASE:
        take_lease(world, judge, reply);
        return;
    case PHASE_LOAD:
        take_load(world, judge);
        return;
    case PHASE_PROGRESS:
        take_progress(world, judge, reply);
        return;
    case PHASE_CLOSE:
        take_close(world, judge);
        return;
    case PHASE_READ:
        take_read(world, judge);
        return;
    case PHASE_COMMIT:
        take_commit(world, judge);
        return;
    case PHASE_PUBLISH:
        take_publish(world, judge);
        return;
    case PHASE_UNLINK:
        judge->phase = PHASE_ERASE;
        return;
    case PHASE_ERASE:
        take_erase(world, judge);
        return;
    case PHASE_OUTBOX:
        take_outbox(world, judge);
        return;
    case PHASE_DELIVERED:
        judge->brands[judge->brand].handed &= ~(UINT64_C(1) << judge->bucket);
        judge->phase = PHASE_OUTBOX;
        return;
    }
}

/* The answer is no, or there is none. A partition that woke while we closed is no trouble; anything else
 * ends what is known of the shard. */
static void
fail(struct world *world, struct judge *judge, enum code code)
{
    if (code != CODE_MOVED || judge->phase != PHASE_CLOSE) {
        forget_shard(world, judge);
    }
    if (code == CODE_LOST) {
        judge->shards[judge->shard].epoch = 0;
    }
    if (code == CODE_ERROR) {
        network_drop(world, judge->client);
    }
    next_shard(world, judge);
}

/* What needs the lease is not sent without it. */
static int
needs_lease(enum phase phase)
{
    return phase == PHASE_CLOSE || phase == PHASE_COMMIT || phase == PHASE_UNLINK ||
           phase == PHASE_ERASE;
}

/* A connection that broke while nobody waited is noticed by the first request over it. A lease is asked
 * for over a new one. */
static int
is_cut_off(const struct world *world, const struct judge *judge)
{
    return judge->phase != PHASE_LEASE && network_epoch(world, judge->client) != judge->epoch &&
           !(judge->phase == PHASE_PUBLISH && mutated(world, MUTATE_publish_reconnects));
}

void
judge_step(struct world *world, struct judge *judge)
{
    struct reply reply;

    if (judge->paused_until > world->step && !world->calm) {
        return;
    }
    if (!judge->waiting) {
        if (is_cut_off(world, judge)) {
            fail(world, judge, CODE_ERROR);
            return;
        }
        if (needs_lease(judge->phase) && !judge_lease_ready(world, judge)) {
            fail(world, judge, CODE_LOST);
            return;
        }
        judge_send(world, judge);
        return;
    }
    if (network_epoch(world, judge->client) != judge->epoch) {
        judge->waiting = 0;
        fail(world, judge, CODE_ERROR);
        return;
    }
    if (!network_receive(world, judge->client, &reply)) {
        return;
    }
    judge->waiting = 0;
    if (reply.code != CODE_DONE) {
        fail(world, judge, reply.code);
        return;
    }
    take_reply(world, judge, &reply);
}
