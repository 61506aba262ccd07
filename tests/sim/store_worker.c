/* The scripts that workers send: claim, found, authors, apply, idle. */
#include "sim/store.h"

#include <string.h>

static struct source_row *
row_of(struct world *world, const struct request *request)
{
    return &world->store->tables.shards[request->shard].sources[request->partition];
}

static struct shard_row *
shard_row_of(struct world *world, const struct request *request)
{
    return &world->store->tables.shards[request->shard];
}

static struct reply
answer(enum code code)
{
    return (struct reply){ .code = code };
}

static void
begin(struct world *world, uint32_t shard)
{
    store_begin(world->store, store_node_of_shard(world, shard));
}

/* What makes records late that are on time by their log stays for a replay. */
static void
raise_late_below(struct world *world, const struct request *request, struct source_row *next)
{
    struct shard_row *shard = shard_row_of(world, request);
    uint32_t *field = &shard->raised[request->partition].late_below[next->fence];

    if (shard->closed > next->late_below) {
        next->late_below = shard->closed;
        if (!mutated(world, MUTATE_claim_leaves_no_evidence)) {
            store_put_u32(world->store, field, shard->closed);
        }
    }
}

/* The end of claim and found: a partition that was idle, or met a closed bucket, is told. */
static struct reply
take(struct world *world, const struct request *request, int wake)
{
    struct source_row *row = row_of(world, request);
    struct source_row next = *row;

    begin(world, request->shard);
    if ((row->idle || wake) && !mutated(world, MUTATE_claim_tells_nothing)) {
        raise_late_below(world, request, &next);
    }
    next.idle = 0;
    next.token = request->token;
    store_put(world->store, row, &next, sizeof next);
    return (struct reply){ .code = CODE_DONE,
        .fence = next.fence,
        .max_time_ms = next.max_time_ms,
        .late_below = next.late_below,
        .touched = next.touched };
}

struct reply
store_claim(struct world *world, const struct request *request)
{
    if (!row_of(world, request)->known) {
        return answer(CODE_NO_FENCE);
    }
    return take(world, request, request->keep);
}

/* The first offset of a partition is decided once. */
struct reply
store_start(struct world *world, const struct request *request)
{
    int64_t *start = &world->store->tables.starts[request->partition];

    if (*start < 0) {
        begin(world, 0);
        store_put_i64(world->store, start, request->to);
    }
    return (struct reply){ .code = CODE_DONE, .fence = *start };
}

struct reply
store_found(struct world *world, const struct request *request)
{
    struct source_row *row = row_of(world, request);

    if (row->known) {
        return take(world, request, 0);
    }
    struct source_row next = {
        .known = 1, .fence = request->to, .max_time_ms = INT64_MIN, .token = request->token
    };
    begin(world, request->shard);
    raise_late_below(world, request, &next);
    store_put(world->store, row, &next, sizeof next);
    return (struct reply){ .code = CODE_DONE,
        .fence = next.fence,
        .max_time_ms = next.max_time_ms,
        .late_below = next.late_below };
}

/* Nobody owns what comes back, and an idle partition holds time up until its owner has spoken. */
struct reply
store_remake(struct world *world, const struct request *request)
{
    struct shard_row *shard = shard_row_of(world, request);
    struct mark mark = shard->safe;

    for (uint32_t p = 0; p < PARTITIONS; p++) {
        if (shard->sources[p].known) {
            return answer(CODE_MOVED);
        }
        mark.sources[p].idle = 0;
        mark.sources[p].token = 0;
    }
    if (mark.top == 0) {
        return answer(CODE_NO_FENCE);
    }
    begin(world, request->shard);
    store_put(world->store, shard->sources, mark.sources, sizeof mark.sources);
    store_put(world->store, shard->raised, mark.raised, sizeof mark.raised);
    store_put_u32(world->store, &shard->closed, mark.closed);
    return answer(CODE_DONE);
}

static void
lose_cells(struct world *world, uint32_t brand)
{
    struct counts *cells = &world->store->tables.brands[brand].cells;
    struct counts none = { .on = { { 0 } } };

    store_put(world->store, cells->on, none.on, sizeof none.on);
    store_put(world->store, cells->late, none.late, sizeof none.late);
}

int
store_lose_shard(struct world *world, uint32_t s)
{
    struct shard_row *shard = &world->store->tables.shards[s];
    struct shard_row none = { .closed = 0 };

    if (shard->safe.top == 0 ||
            memcmp(shard->raised, shard->safe.raised, sizeof shard->raised) != 0) {
        return 0;
    }
    begin(world, s);
    store_put(world->store, shard->sources, none.sources, sizeof none.sources);
    store_put(world->store, shard->raised, none.raised, sizeof none.raised);
    store_put_u32(world->store, &shard->closed, 0);
    for (uint32_t brand = s; brand < world->brands; brand += world->shards) {
        lose_cells(world, brand);
    }
    return 1;
}

struct reply
store_authors(struct world *world, const struct request *request)
{
    const struct source_row *row = row_of(world, request);

    if (!row->known) {
        return answer(CODE_NO_FENCE);
    }
    if (row->token != request->token) {
        return answer(CODE_MOVED);
    }
    if (row->idle || request->bucket <= shard_row_of(world, request)->closed) {
        return answer(CODE_CLOSED);
    }
    uint16_t *set = &world->store->tables.brands[request->brand]
                             .cells.authors[request->bucket][request->signal];
    begin(world, request->shard);
    store_put_u16(world->store, set, *set | request->authors);
    return answer(CODE_DONE);
}

/* ---- apply ---- */

/* CODE_DONE: may be written. */
static enum code
judge_apply(const struct world *world, const struct request *request)
{
    const struct shard_row *shard = &world->store->tables.shards[request->shard];
    const struct source_row *row = &shard->sources[request->partition];

    if (!row->known) {
        return CODE_NO_FENCE;
    }
    if (request->to <= row->fence && !mutated(world, MUTATE_no_to_guard)) {
        return CODE_AHEAD;
    }
    if (row->fence != request->expect && !mutated(world, MUTATE_high_water)) {
        return CODE_MOVED;
    }
    if (row->token == 0) {
        return CODE_MOVED; /* nobody has claimed it since it came back */
    }
    if ((row->idle || row->late_below != request->late_below || request->lowest <= shard->closed) &&
            !mutated(world, MUTATE_ignore_closed)) {
        return CODE_CLOSED;
    }
    return CODE_DONE;
}

/* Late counts of a bucket that is closed go to the first that is open. */
static void
put_cell(struct world *world, const struct request *request, const struct cell *cell)
{
    uint32_t closed = shard_row_of(world, request)->closed;
    struct counts *counts = &world->store->tables.brands[cell->brand].cells;
    uint32_t open = cell->bucket > closed ? cell->bucket : closed + 1;
    uint16_t *field = cell->kind == CELL_LATE ? &counts->late[open][cell->series]
                                              : &counts->on[cell->bucket][cell->series];

    store_put_u16(world->store, field, *field + cell->count);
}

struct reply
store_apply(struct world *world, const struct request *request)
{
    enum code code = judge_apply(world, request);
    struct source_row *row = row_of(world, request);

    if (code == CODE_CLOSED) {
        meet(world, CORNER_closed_apply);
    }
    if (code != CODE_DONE) {
        return answer(code);
    }
    struct source_row next = *row;
    next.fence = request->to;
    next.max_time_ms = request->time_ms;
    next.touched = 1;
    begin(world, request->shard);
    store_put(world->store, row, &next, sizeof next);
    for (uint32_t i = 0; i < request->cell_count; i++) {
        put_cell(world, request, &request->cells[i]);
    }
    world->tallied.applies++;
    return answer(CODE_DONE);
}

struct reply
store_idle(struct world *world, const struct request *request)
{
    struct source_row *row = row_of(world, request);

    if (!row->known) {
        return answer(CODE_NO_FENCE);
    }
    if (row->fence != request->to || row->token != request->token) {
        return answer(CODE_MOVED);
    }
    int idle = 1;
    begin(world, request->shard);
    store_put(world->store, &row->idle, &idle, sizeof idle);
    world->tallied.idles++;
    return answer(CODE_DONE);
}
