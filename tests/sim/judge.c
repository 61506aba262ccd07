#include "sim/judge.h"

#include "sim/judge_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Wall time beyond which nothing is closed: a world has so many buckets and no more. */
#define CLOSE_MAX    (BUCKETS - 4)
#define CLOSE_MAX_MS (TIME_BASE + (CLOSE_MAX + 1) * BUCKET_MS + ALLOW_MS)
/* Longer than a lease. */
#define STAND_STILL_STEPS 300
/* A brand that nobody speaks of is folded after so many buckets. */
#define IDLE_BUCKETS 4

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

static uint32_t
brands_of(const struct world *world, uint32_t shard)
{
    return world->brands > shard ? (world->brands - shard - 1) / world->shards + 1 : 0;
}

static void
begin_turn(struct world *world, struct judge *judge)
{
    int64_t wall_ms = world->closing_ms + judge->skew_ms;

    shard_judge_begin(
            &judge->shards[judge->shard].machine, wall_ms < CLOSE_MAX_MS ? wall_ms : CLOSE_MAX_MS);
}

void
judge_reset(struct world *world, struct judge *judge, uint32_t number)
{
    struct shard_judge_options options = { .allow_ms = ALLOW_MS, .lease_ms = LEASE_MS };

    memset(judge, 0, sizeof *judge);
    judge->client = WORKERS + number;
    for (uint32_t s = 0; s < world->shards; s++) {
        struct held *held = &judge->shards[s];
        shard_judge_init(&held->machine, &options);
        shard_judge_use(&held->machine, held->known, brands_of(world, s));
    }
    begin_turn(world, judge);
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

/* ---- notices ---- */

static void
next_shard(struct world *world, struct judge *judge)
{
    judge->relay = RELAY_NONE;
    judge->shard = (judge->shard + 1) % world->shards;
    begin_turn(world, judge);
}

/* The outbox of the next brand of the shard, from `brand` on. */
static void
relay_from(struct world *world, struct judge *judge, uint32_t brand)
{
    judge->relay = RELAY_OUTBOX;
    judge->brand = brand;
    if (brand >= world->brands) {
        next_shard(world, judge);
    }
}

static void
tell_once(struct world *world, struct judge *judge, uint32_t bucket)
{
    uint64_t bit = UINT64_C(1) << bucket;

    if ((judge->brands[judge->brand].handed & bit) == 0) {
        world->tallied.notices++;
        if (world->told[judge->brand][bucket] > 0) {
            world->tallied.notices_again++;
            meet(world, CORNER_told_again);
        }
        world->told[judge->brand][bucket]++;
        judge->brands[judge->brand].handed |= bit;
    }
}

/* The first notice of the outbox; what this process has told already it does not tell twice. */
static void
take_outbox(struct world *world, struct judge *judge)
{
    for (uint32_t b = 1; b < BUCKETS; b++) {
        if ((judge->incoming.outbox >> b & 1) != 0) {
            tell_once(world, judge, b);
            judge->bucket = b;
            judge->relay = RELAY_DELIVERED;
            return;
        }
    }
    relay_from(world, judge, judge->brand + world->shards);
}

static void
take_relay(struct world *world, struct judge *judge, enum code code)
{
    if (judge->relay == RELAY_MARK && code != CODE_ERROR) {
        relay_from(world, judge, judge->shard);
    } else if (code != CODE_DONE) {
        network_drop(world, judge->client);
        next_shard(world, judge);
    } else if (judge->relay == RELAY_OUTBOX) {
        take_outbox(world, judge);
    } else {
        judge->brands[judge->brand].handed &= ~(UINT64_C(1) << judge->bucket);
        judge->relay = RELAY_OUTBOX;
    }
}

/* ---- answers ---- */

static struct held *
held_of(struct judge *judge)
{
    return &judge->shards[judge->shard];
}

/* A renewed token stays ours even when the shard has to be loaded again. */
static void
take_lease(struct judge *judge, const struct reply *reply, struct shard_answer *answer)
{
    held_of(judge)->epoch = judge->epoch;
    if (reply->touched) {
        held_of(judge)->token = judge->token_asked;
    }
    answer->fresh = reply->touched;
}

static uint32_t
due_after(uint32_t folded_through)
{
    return bucket_told(folded_through + IDLE_BUCKETS);
}

static void
take_load(struct world *world, struct judge *judge, struct shard_answer *answer)
{
    judge->brands[judge_brand(world, judge)].folded = judge->incoming.state;
    answer->folded_through = bucket_told(judge->incoming.folded_through);
    answer->stored_through = answer->folded_through;
    answer->next_due = due_after(judge->incoming.folded_through);
}

static void
take_progress(const struct reply *reply, struct shard_answer *answer)
{
    answer->closed = bucket_told(reply->closed);
    answer->watermark_ms = reply->partitions == 0 ? INT64_MIN : reply->watermark_ms;
    answer->latest_ms = reply->latest_ms;
}

/* One bucket is one slice. */
static void
take_publish(struct world *world, struct judge *judge, struct shard_answer *answer)
{
    uint32_t through = bucket_meant(judge->request.through);
    struct memory *memory = &judge->brands[judge_brand(world, judge)];

    memory->newest = judge->bucket > memory->newest ? judge->bucket : memory->newest;
    judge->bucket = judge_slice_next(judge, judge_brand(world, judge), judge->bucket, through);
    answer->has_more = judge->bucket != 0;
    answer->next_due = due_after(through);
}

static void
take_done(struct world *world,
        struct judge *judge,
        const struct reply *reply,
        struct shard_answer *answer)
{
    switch (judge->request.ask) {
    case SHARD_LEASE:
        take_lease(judge, reply, answer);
        return;
    case SHARD_LOAD:
        take_load(world, judge, answer);
        return;
    case SHARD_PROGRESS:
        take_progress(reply, answer);
        return;
    case SHARD_READ:
        judge->page = judge->incoming;
        return;
    case SHARD_COMMIT:
        judge->brands[judge_brand(world, judge)].folded = judge->next;
        return;
    case SHARD_PUBLISH:
        take_publish(world, judge, answer);
        return;
    case SHARD_MEND:
        judge->brands[judge_brand(world, judge)].newest = reply->newest;
        return;
    case SHARD_CLOSE:
    case SHARD_ERASE:
    case SHARD_FORGET:
    case SHARD_LOOK:
    case SHARD_FOLD:
    case SHARD_REST:
        return;
    }
}

static void
fail(struct world *world, struct judge *judge, enum code code, struct shard_answer *answer)
{
    answer->outcome = SHARD_CLASH;
    if (code == CODE_LOST) {
        answer->outcome = SHARD_LOST;
        held_of(judge)->epoch = 0;
    } else if (code == CODE_ERROR) {
        answer->outcome = SHARD_AWAY;
        network_drop(world, judge->client);
    }
}

static void
take_code(struct world *world, struct judge *judge, enum code code, const struct reply *reply)
{
    struct shard_answer answer = { .outcome = SHARD_OK };

    judge->waiting = 0;
    if (judge->relay != RELAY_NONE) {
        take_relay(world, judge, code);
        return;
    }
    if (code == CODE_DONE && judge->op == OP_UNLINK) {
        return; /* the other half of an erase */
    }
    if (code == CODE_DONE) {
        take_done(world, judge, reply, &answer);
    } else {
        fail(world, judge, code, &answer);
    }
    judge->op = OP_COUNT;
    shard_judge_answer(&held_of(judge)->machine, &answer);
}

/* ---- steps ---- */

static void
forget(struct world *world, struct judge *judge)
{
    for (uint32_t b = judge->shard; b < world->brands; b += world->shards) {
        memset(&judge->brands[b].folded, 0, sizeof judge->brands[b].folded);
    }
}

static void
fold(struct world *world, struct judge *judge, struct shard_answer *answer)
{
    uint32_t reached = judge_fold(judge, judge_brand(world, judge),
            bucket_meant(judge->request.before), bucket_meant(judge->request.through));

    answer->folded_through = bucket_told(reached);
}

/* What the machine asks of this process alone. True when there was something to do. */
static int
answer_at_once(struct world *world, struct judge *judge)
{
    struct shard_answer answer = { .outcome = SHARD_OK };

    if (judge->request.ask == SHARD_FORGET) {
        forget(world, judge);
    } else if (judge->request.ask == SHARD_LOOK) {
        judge->bucket = 0;
        answer.holds = judge_slice_next(judge, judge_brand(world, judge), 0,
                               bucket_meant(judge->request.through)) != 0;
    } else if (judge->request.ask == SHARD_FOLD) {
        fold(world, judge, &answer);
    } else {
        return 0;
    }
    shard_judge_answer(&held_of(judge)->machine, &answer);
    return 1;
}

/* The next thing that has to be sent. */
static void
ask_machine(struct world *world, struct judge *judge)
{
    do {
        judge->request = shard_judge_next(&held_of(judge)->machine, judge_now(world, judge));
    } while (answer_at_once(world, judge));
}

/* What needs the lease is not sent without it. */
static int
needs_lease(enum shard_ask ask)
{
    return ask == SHARD_CLOSE || ask == SHARD_COMMIT || ask == SHARD_ERASE;
}

/* A connection that broke while nobody waited is noticed by the first request over it. A lease is asked
 * for over a new one. */
static int
is_cut_off(const struct world *world, const struct judge *judge)
{
    return judge->request.ask != SHARD_LEASE && network_epoch(world, judge->client) != judge->epoch;
}

/* A brand of which nothing is to be published has no first slice either. */
static int
has_nothing_to_publish(struct world *world, struct judge *judge)
{
    struct reply none = { .code = CODE_DONE };

    if (judge->request.ask != SHARD_PUBLISH || judge->bucket != 0) {
        return 0;
    }
    judge->bucket = judge_slice_next(
            judge, judge_brand(world, judge), 0, bucket_meant(judge->request.through));
    if (judge->bucket != 0) {
        return 0;
    }
    take_code(world, judge, CODE_DONE, &none);
    return 1;
}

/* Between the decision to send something and the sending a process may be made to stand still, as anywhere; it is
 * where the lease is of no help any more, so worlds in which judges stand still at all have it happen here. */
static int
is_stopped_short(struct world *world, struct judge *judge)
{
    if (!judge->decided) {
        ask_machine(world, judge);
    }
    judge->decided = !judge->decided && chance(world, 50);
    if (judge->decided && world->weather.rates[FAULT_pause_judge] > 0 && chance(world, 3)) {
        judge_pause(judge, world->step + STAND_STILL_STEPS);
    }
    return judge->decided;
}

/* Where all that is closed is judged. */
static int
leaves_mark(const struct world *world, struct judge *judge)
{
    struct held *held = held_of(judge);
    uint32_t judged = held->machine.judged;

    if (!held->machine.ours || judged == held->marked || shard_judge_is_behind(&held->machine) ||
            !judge_lease_ready(world, judge)) {
        return 0;
    }
    held->marked = judged;
    judge->bucket = bucket_meant(judged);
    return 1;
}

static void
step_turn(struct world *world, struct judge *judge)
{
    if (is_stopped_short(world, judge)) {
        return;
    }
    if (judge->request.ask == SHARD_REST) {
        if (leaves_mark(world, judge)) {
            judge->relay = RELAY_MARK;
        } else if (held_of(judge)->machine.ours) {
            relay_from(world, judge, judge->shard);
        } else {
            next_shard(world, judge);
        }
    } else if (is_cut_off(world, judge)) {
        take_code(world, judge, CODE_ERROR, NULL);
    } else if (needs_lease(judge->request.ask) && !judge_lease_ready(world, judge)) {
        take_code(world, judge, CODE_LOST, NULL);
    } else if (!has_nothing_to_publish(world, judge)) {
        judge_send(world, judge);
    }
}

void
judge_step(struct world *world, struct judge *judge)
{
    struct reply reply;

    if (judge->paused_until > world->step && !world->calm) {
        return;
    }
    if (!judge->waiting && judge->relay == RELAY_MARK && !judge_lease_ready(world, judge)) {
        take_relay(world, judge, CODE_LOST);
    } else if (!judge->waiting && judge->relay != RELAY_NONE) {
        judge_send(world, judge);
    } else if (!judge->waiting) {
        step_turn(world, judge);
    } else if (network_epoch(world, judge->client) != judge->epoch) {
        take_code(world, judge, CODE_ERROR, NULL);
    } else if (network_receive(world, judge->client, &reply)) {
        take_code(world, judge, reply.code, &reply);
    }
}

int
judge_is_committing(
        const struct world *world, const struct judge *judge, uint32_t *brand, uint32_t *through)
{
    if (!judge->decided || judge->waiting || judge->relay != RELAY_NONE ||
            judge->request.ask != SHARD_COMMIT || !judge_lease_ready(world, judge)) {
        return 0;
    }
    *brand = judge_brand(world, judge);
    *through = bucket_meant(judge->request.through);
    return 1;
}
