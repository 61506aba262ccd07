/* Claims, first fences, idleness: where the worker waits for the ledger. */
#include "sim/worker_private.h"

#include <assert.h>

/* A claim that failed waits so many steps. */
#define RETRY_STEPS 20

static struct source *
asked(struct worker *worker)
{
    return &worker->sources[worker->asked];
}

static void
ask_shards(struct world *world, struct worker *worker, struct request request)
{
    request.client = worker->client;
    request.partition = worker->asked;
    request.token = asked(worker)->token;
    worker->epoch = network_open(world, worker->client);
    worker->answers = 0;
    worker->clashes = 0;
    for (request.shard = 0; request.shard < world->shards; request.shard++) {
        request.keep = asked(worker)->claim.shards[request.shard].wake;
        network_send(world, &request);
    }
}

/* ---- claiming ---- */

static void
begin(struct world *world, struct source *source, uint32_t number)
{
    const struct log_partition *log = &world->logs[number];
    int64_t from = mutated(world, MUTATE_no_warm) ? source->position : source->position - DEDUPE;

    source->state = SOURCE_READING;
    if (mutated(world, MUTATE_stale_queue) && source->queue_count > 0 &&
            log->records[source->queue[0]].offset >= source->position) {
        return;
    }
    source->queue_count = 0;
    source->next = 0;
    while (source->next < log->count && log->records[source->next].offset < from) {
        source->next++;
    }
}

/* All that wait are claimed before one is read. */
static void
begin_claimed(struct world *world, struct worker *worker)
{
    for (uint32_t i = 0; i < world->partitions; i++) {
        if (worker->sources[i].state == SOURCE_CLAIMED) {
            begin(world, &worker->sources[i], i);
        }
    }
}

int
worker_claim_waiting(struct world *world, struct worker *worker)
{
    for (uint32_t i = 0; i < world->partitions; i++) {
        struct source *source = &worker->sources[i];
        if (source->state != SOURCE_CLAIMING || source->retry_step > world->step) {
            continue;
        }
        worker->asked = i;
        source->token = ++world->tokens;
        worker->await = AWAIT_CLAIM;
        claim_ask(&source->claim, world->shards);
        ask_shards(world, worker, (struct request){ .op = OP_CLAIM });
        return 1;
    }
    begin_claimed(world, worker);
    return 0;
}

/* Counts from the lowest fence; what is in the counts of a shard already is left out there. */
static void
adopt(struct world *world, struct worker *worker)
{
    struct source *source = asked(worker);
    const struct claim *claim = &source->claim;

    source->lowest = claim->lowest_fence;
    for (uint32_t s = 0; s < world->shards; s++) {
        const struct claim_answer *answer = &claim->shards[s].answer;
        source->fence[s] = answer->fence;
        source->late_below[s] = answer->late_below == 0 ? 0 : BUCKET_BASE + answer->late_below;
        if (mutated(world, MUTATE_resume_max) && answer->fence > source->lowest) {
            source->lowest = answer->fence;
        }
    }
    source->position = source->lowest;
    source->end_offset = -1;
    source->idle = 0;
    source->state = SOURCE_CLAIMED;
    partition_reset(
            source->partition, mutated(world, MUTATE_no_max) ? INT64_MIN : claim->max_time_ms);
    world_note(world, "worker %u claimed p=%u at %lld", worker->client, worker->asked,
            (long long)source->position);
}

static void
ask_start(struct world *world, struct worker *worker)
{
    struct request request = {
        .op = OP_START, .client = worker->client, .partition = worker->asked
    };

    worker->await = AWAIT_START;
    network_send(world, &request);
}

static void
conclude(struct world *world, struct worker *worker)
{
    worker->await = AWAIT_NOTHING;
    switch (claim_conclude(&asked(worker)->claim, worker->epoch)) {
    case CLAIM_HELD:
        adopt(world, worker);
        break;
    case CLAIM_NEW:
        ask_start(world, worker);
        break;
    case CLAIM_DOUBT:
        asked(worker)->retry_step = world->step + rng_below(&world->rng, RETRY_STEPS);
        break;
    case CLAIM_BROKEN:
        world_violate(world, VIOLATION_REFUSED, "fences in some shards only, with counts behind");
        break;
    }
}

static struct claim_answer
answer_of(const struct reply *reply)
{
    return (struct claim_answer){ .known = reply->code == CODE_DONE,
        .counted = reply->touched,
        .fence = reply->fence,
        .max_time_ms = reply->max_time_ms,
        .late_below = reply->late_below };
}

void
worker_take_claim(struct world *world, struct worker *worker, const struct reply *reply)
{
    if (reply->code != CODE_DONE && reply->code != CODE_NO_FENCE) {
        network_drop(world, worker->client);
        worker_fail_claim(world, worker);
        return;
    }
    if (worker->await == AWAIT_START) {
        worker->await = AWAIT_FOUND;
        claim_ask(&asked(worker)->claim, world->shards);
        ask_shards(world, worker, (struct request){ .op = OP_FOUND, .to = reply->fence });
        return;
    }
    struct claim_answer answer = answer_of(reply);
    claim_take(&asked(worker)->claim, reply->shard, &answer);
    if (++worker->answers == world->shards) {
        conclude(world, worker);
    }
}

void
worker_fail_claim(struct world *world, struct worker *worker)
{
    if (worker->await == AWAIT_IDLE) {
        worker_resync(world, worker, worker->asked);
    } else {
        for (uint32_t i = 0; i < world->partitions; i++) {
            worker->sources[i].retry_step = world->step + RETRY_STEPS;
        }
        begin_claimed(world, worker);
    }
    worker->await = AWAIT_NOTHING;
}

/* ---- idleness ---- */

static int
is_filling(const struct worker *worker, uint32_t number)
{
    for (size_t i = 0; i < tally_range_count(worker->filling); i++) {
        if (tally_range_at(worker->filling, i)->source == number) {
            return 1;
        }
    }
    return 0;
}

/* Idleness is said again and again: a rollback, or a former owner's claim, may have taken it back, and no
 * record comes by which it would be noticed. */
static int
is_quiet(const struct world *world, const struct worker *worker, uint32_t number)
{
    const struct source *source = &worker->sources[number];
    int64_t since_ms = source->idle ? source->idle_said_ms : source->end_since_ms;

    if (source->state != SOURCE_READING || source->end_offset < 0 || is_filling(worker, number) ||
            (source->idle && mutated(world, MUTATE_idle_said_once))) {
        return 0;
    }
    return (world->weather.idle || world->calm) && world->wall_ms - since_ms >= IDLE_MS;
}

int
worker_note_idle(struct world *world, struct worker *worker)
{
    for (uint32_t i = 0; i < world->partitions; i++) {
        struct source *source = &worker->sources[i];
        if (!is_quiet(world, worker, i)) {
            continue;
        }
        if (!claim_is_held(&source->claim, network_epoch(world, worker->client))) {
            worker_resync(world, worker, i);
            continue;
        }
        worker->asked = i;
        worker->await = AWAIT_IDLE;
        ask_shards(world, worker, (struct request){ .op = OP_IDLE, .to = source->end_offset });
        return 1;
    }
    return 0;
}

void
worker_take_idle(struct world *world, struct worker *worker, const struct reply *reply)
{
    if (reply->code == CODE_ERROR) {
        network_drop(world, worker->client);
        worker_fail_claim(world, worker);
        return;
    }
    worker->clashes += reply->code != CODE_DONE;
    if (++worker->answers < world->shards) {
        return;
    }
    worker->await = AWAIT_NOTHING;
    if (worker->clashes > 0) {
        worker_resync(world, worker, worker->asked);
    } else {
        asked(worker)->idle = 1;
        asked(worker)->idle_said_ms = world->wall_ms;
    }
}
