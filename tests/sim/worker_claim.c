/* Claims, first fences, idleness: where the worker waits for the ledger. */
#include "sim/worker_private.h"

#include <assert.h>

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

/* As the consumer does: what was fetched before is dropped. */
static void
begin(struct world *world, struct source *source, uint32_t number)
{
    const struct log_partition *log = &world->logs[number];

    holding_begin(&source->hold);
    if (mutated(world, MUTATE_stale_queue) && source->queue_count > 0 &&
            log->records[source->queue[0]].offset >= source->hold.position) {
        return;
    }
    source->queue_count = 0;
    source->next = 0;
    while (source->next < log->count && log->records[source->next].offset < source->hold.begin) {
        source->next++;
    }
}

static void
begin_claimed(struct world *world, struct worker *worker)
{
    for (uint32_t i = 0; i < world->partitions; i++) {
        if (worker->sources[i].hold.state == HOLDING_CLAIMED) {
            begin(world, &worker->sources[i], i);
        }
    }
}

int
worker_claim_waiting(struct world *world, struct worker *worker)
{
    for (uint32_t i = 0; i < world->partitions; i++) {
        struct source *source = &worker->sources[i];
        if (!holding_is_due(&source->hold, world->wall_ms)) {
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

/* It had counted up to `counted`: did its filter go back, or did it start over? */
static void
meet_rewind(struct world *world, const struct holding *hold, int64_t counted)
{
    if (hold->position < counted) {
        meet(world, hold->begin == hold->position ? CORNER_rewound : CORNER_begun_anew);
    }
}

static void
adopt(struct world *world, struct worker *worker)
{
    struct source *source = asked(worker);
    const struct claim *claim = &source->claim;
    int64_t counted = source->hold.position;

    holding_claimed(&source->hold, &worker_holding, claim->lowest_fence, 0);
    struct partition_stand stand = { .log = 1,
        .begin = source->hold.begin,
        .offset = source->hold.position,
        .max_time_ms = claim->max_time_ms };
    holding_skip(&source->hold, partition_resume(source->partition, &stand));
    meet_rewind(world, &source->hold, counted);
    world_note(world, "worker %u claimed p=%u at %lld", worker->client, worker->asked,
            (long long)source->hold.position);
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

/* Shards without a fence are asked whether they have a mark. */
static void
ask_remake(struct world *world, struct worker *worker, enum claim_verdict verdict)
{
    const struct claim *claim = &asked(worker)->claim;
    struct request request = {
        .op = OP_REMAKE, .client = worker->client, .partition = worker->asked
    };

    worker->await = AWAIT_REMAKE;
    worker->verdict = verdict;
    worker->answers = 0;
    worker->made = 0;
    worker->unmarked = 0;
    for (request.shard = 0; request.shard < world->shards; request.shard++) {
        if (!claim->shards[request.shard].answer.known) {
            network_send(world, &request);
            worker->answers++;
        }
    }
}

static void
conclude(struct world *world, struct worker *worker)
{
    enum claim_verdict verdict = claim_conclude(&asked(worker)->claim, worker->epoch);

    worker->await = AWAIT_NOTHING;
    if (verdict == CLAIM_HELD) {
        adopt(world, worker);
    } else {
        ask_remake(world, worker, verdict);
    }
}

static void
take_remake(struct world *world, struct worker *worker, const struct reply *reply)
{
    worker->made += reply->code == CODE_DONE || reply->touched;
    worker->unmarked += reply->code == CODE_NO_FENCE;
    if (--worker->answers > 0) {
        return;
    }
    worker->await = AWAIT_NOTHING;
    if (worker->made == 0 && worker->verdict == CLAIM_BROKEN && worker->unmarked > 0) {
        world_violate(world, VIOLATION_REFUSED, "fences in some shards only, with counts behind");
    } else if (worker->made == 0 && worker->verdict != CLAIM_DOUBT) {
        ask_start(world, worker); /* the partition is new to the shards without a fence */
    } else {
        holding_claim_failed(
                &asked(worker)->hold, &worker_holding, HOLDING_CLASH, world->wall_ms, &world->rng);
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
    int fine = reply->code == CODE_DONE || reply->code == CODE_NO_FENCE ||
               (worker->await == AWAIT_REMAKE && reply->code == CODE_MOVED);

    if (!fine) {
        network_drop(world, worker->client);
        worker_fail_claim(world, worker);
        return;
    }
    if (worker->await == AWAIT_REMAKE) {
        take_remake(world, worker, reply);
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
    for (uint32_t i = 0; i < reply->lapse_count; i++) {
        claim_take_lapse(&asked(worker)->claim, &reply->lapses[i]);
    }
    if (++worker->answers == world->shards) {
        conclude(world, worker);
    }
}

static void
idleness_said(struct world *world, struct worker *worker, enum holding_outcome outcome)
{
    worker->await = AWAIT_NOTHING;
    if (holding_said_idle(&asked(worker)->hold, outcome, world->wall_ms) == HOLDING_RESYNC) {
        worker_resync(world, worker, worker->asked);
    }
}

void
worker_fail_claim(struct world *world, struct worker *worker)
{
    if (worker->await == AWAIT_IDLE) {
        idleness_said(world, worker, HOLDING_AWAY);
        return;
    }
    worker->await = AWAIT_NOTHING;
    holding_claim_failed(
            &asked(worker)->hold, &worker_holding, HOLDING_AWAY, world->wall_ms, &world->rng);
    for (uint32_t i = 0; i < world->partitions; i++) {
        holding_postpone(&worker->sources[i].hold, &worker_holding, world->wall_ms);
    }
    begin_claimed(world, worker);
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

int
worker_note_idle(struct world *world, struct worker *worker)
{
    for (uint32_t i = 0; i < world->partitions; i++) {
        struct source *source = &worker->sources[i];
        if (!holding_is_quiet(&source->hold, &worker_holding, world->wall_ms) ||
                is_filling(worker, i) || !(world->weather.idle || world->calm)) {
            continue;
        }
        worker->asked = i;
        if (!claim_is_held(&source->claim, network_epoch(world, worker->client))) {
            idleness_said(world, worker, HOLDING_CLASH);
            continue;
        }
        worker->await = AWAIT_IDLE;
        ask_shards(world, worker, (struct request){ .op = OP_IDLE, .to = source->hold.end_offset });
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
    if (++worker->answers == world->shards) {
        idleness_said(world, worker, worker->clashes > 0 ? HOLDING_CLASH : HOLDING_OK);
    }
}
