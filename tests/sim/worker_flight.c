/*
 * A submission on its way: first the authors of all ranges, and only when each was answered well the
 * applies; every range to every shard, also where it has no count.
 */
#include "sim/worker_private.h"

#include <assert.h>

static const struct tally_range *
range_at(const struct worker *worker, uint32_t range)
{
    return tally_range_at(worker->flying, range);
}

static struct source *
source_at(struct worker *worker, uint32_t range)
{
    return &worker->sources[range_at(worker, range)->source];
}

/* The worse outcome stays. */
static void
range_fail(struct worker *worker, uint32_t range, enum code code)
{
    enum code *have = &worker->ranges[range];

    if (*have == CODE_DONE || (*have == CODE_CLOSED && code != CODE_CLOSED)) {
        *have = code;
    }
}

static int
wanted(const struct world *world, struct worker *worker, uint32_t range, uint32_t shard)
{
    const struct claim *claim = &source_at(worker, range)->claim;
    int64_t to = range_at(worker, range)->to;

    return worker->ranges[range] == CODE_DONE &&
           (claim_wants(claim, shard, to) ||
                   (mutated(world, MUTATE_no_to_guard) && to != claim->shards[shard].answer.fence));
}

static void
send(struct world *world, struct worker *worker, struct request *request, uint32_t range)
{
    request->client = worker->client;
    request->partition = range_at(worker, range)->source;
    request->token = source_at(worker, range)->token;
    worker->due[worker->due_count++] = (struct due){ range, request->shard };
    network_send(world, request);
}

/* ---- authors ---- */

static void
send_authors(struct world *world, struct worker *worker)
{
    for (size_t i = 0; i < tally_author_count(worker->flying); i++) {
        const struct tally_author *author = tally_author_at(worker->flying, i);
        struct request request = { .op = OP_AUTHORS,
            .shard = shard_of(world, author->brand),
            .brand = author->brand,
            .bucket = author->bucket - BUCKET_BASE,
            .signal = author->dim - 1,
            .authors = 1U << author->author };
        if (wanted(world, worker, author->range, request.shard)) {
            send(world, worker, &request, author->range);
        }
    }
}

/* ---- applies ---- */

static void
add_cells(struct world *world, struct worker *worker, struct request *request, uint32_t range)
{
    for (size_t i = 0; i < tally_cell_count(worker->flying); i++) {
        const struct tally_cell *cell = tally_cell_at(worker->flying, i);
        if (cell->range != range || shard_of(world, cell->brand) != request->shard) {
            continue;
        }
        assert(request->cell_count < CELLS_MAX && cell->bucket - BUCKET_BASE < BUCKETS);
        if (cell->kind == CELL_ON_TIME && cell->bucket - BUCKET_BASE < request->lowest) {
            request->lowest = cell->bucket - BUCKET_BASE;
        }
        request->cells[request->cell_count++] = (struct cell){ .brand = cell->brand,
            .bucket = cell->bucket - BUCKET_BASE,
            .series = cell->dim,
            .kind = cell->kind,
            .count = cell->count };
    }
}

static void
send_apply(struct world *world, struct worker *worker, uint32_t range, uint32_t shard)
{
    const struct tally_range *covered = range_at(worker, range);
    const struct source *source = source_at(worker, range);
    const struct claim_answer *stand = &source->claim.shards[shard].answer;
    struct request request = { .op = OP_APPLY,
        .shard = shard,
        .expect = stand->fence,
        .to = covered->to,
        .time_ms = covered->max_time_ms,
        .late_below = stand->late_below,
        .late_next = claim_late_below(&source->claim, shard, covered->to),
        .lowest = UINT32_MAX };

    if (wanted(world, worker, range, shard)) {
        add_cells(world, worker, &request, range);
        send(world, worker, &request, range);
    }
}

static void
send_applies(struct world *world, struct worker *worker)
{
    worker->await = AWAIT_APPLIES;
    for (uint32_t range = 0; range < tally_range_count(worker->flying); range++) {
        for (uint32_t shard = 0; shard < world->shards; shard++) {
            send_apply(world, worker, range, shard);
        }
    }
}

/* ---- the end of a flight ---- */

static enum holding_outcome
outcome_of(enum code code)
{
    switch (code) {
    case CODE_DONE:
        return HOLDING_OK;
    case CODE_CLOSED:
        return HOLDING_CLOSED;
    case CODE_ERROR:
        return HOLDING_AWAY;
    case CODE_MOVED:
    case CODE_AHEAD:
    case CODE_NO_FENCE:
    case CODE_LOST:
        break;
    }
    return HOLDING_CLASH;
}

static void
land(struct world *world, struct worker *worker)
{
    for (uint32_t range = 0; range < tally_range_count(worker->flying); range++) {
        struct source *source = source_at(worker, range);
        if (worker->ranges[range] != CODE_DONE) {
            claim_end(&source->claim);
        }
        if (holding_landed(&source->hold, outcome_of(worker->ranges[range])) == HOLDING_RESYNC) {
            worker_resync(world, worker, range_at(worker, range)->source);
        }
    }
    tally_clear(worker->flying);
    worker->await = AWAIT_NOTHING;
}

static void
go_on(struct world *world, struct worker *worker)
{
    if (worker->due_done == worker->due_count && worker->await == AWAIT_AUTHORS) {
        send_applies(world, worker);
    }
    if (worker->due_done == worker->due_count && worker->await == AWAIT_APPLIES) {
        land(world, worker);
    }
}

void
worker_hand_over(struct world *world, struct worker *worker)
{
    struct tally *full = worker->filling;

    worker->filling = worker->flying;
    worker->flying = full;
    worker->due_count = 0;
    worker->due_done = 0;
    worker->await = AWAIT_AUTHORS;
    worker->epoch = network_epoch(world, worker->client);
    for (uint32_t range = 0; range < tally_range_count(full); range++) {
        const struct source *source = source_at(worker, range);
        worker->ranges[range] =
                claim_is_held(&source->claim, worker->epoch) ? CODE_DONE : CODE_MOVED;
    }
    if (worker->epoch == 0) {
        land(world, worker);
        return;
    }
    send_authors(world, worker);
    if (mutated(world, MUTATE_authors_not_awaited)) {
        send_applies(world, worker);
    }
    go_on(world, worker);
}

void
worker_take_flight(struct world *world, struct worker *worker, const struct reply *reply)
{
    struct due due = worker->due[worker->due_done++];

    assert(due.shard == reply->shard);
    if (reply->code == CODE_ERROR) {
        network_drop(world, worker->client);
        worker_fail_flight(world, worker);
        return;
    }
    /* Who takes a fence for a high-water mark takes "already there" for "done". */
    int taken = reply->code == CODE_AHEAD && mutated(world, MUTATE_high_water);
    if (reply->code == CODE_CLOSED) {
        claim_meet_closed(&source_at(worker, due.range)->claim, due.shard);
    }
    if (reply->code != CODE_DONE && !taken) {
        range_fail(worker, due.range, reply->code);
        world->tallied.ghost_authors += tally_author_count(worker->flying) > 0;
    } else if (reply->op == OP_APPLY) {
        claim_advance(
                &source_at(worker, due.range)->claim, due.shard, range_at(worker, due.range)->to);
    }
    go_on(world, worker);
}

void
worker_fail_flight(struct world *world, struct worker *worker)
{
    for (uint32_t range = 0; range < tally_range_count(worker->flying); range++) {
        range_fail(worker, range, CODE_ERROR);
    }
    land(world, worker);
}
