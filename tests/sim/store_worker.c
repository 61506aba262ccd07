/* The scripts that workers send: claim, found, authors, apply, idle. */
#include "sim/store.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

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
raise_late_below(struct world *world,
        const struct request *request,
        struct source_row *next,
        uint32_t closed)
{
    struct shard_row *shard = shard_row_of(world, request);
    uint32_t *field = &shard->raised[request->partition].late_below[next->fence];

    if (closed > next->late_below) {
        next->late_below = closed;
        if (!mutated(world, MUTATE_claim_leaves_no_evidence)) {
            store_put_u32(world->store, field, closed);
        }
    }
}

/* What is late above the fence: the shard has begun again below. */
static void
tell_lapses(struct world *world, const struct request *request, struct reply *reply)
{
    const struct raised *raised = &shard_row_of(world, request)->raised[request->partition];

    for (size_t from = (size_t)reply->fence + 1; from < LENGTH(raised->late_below); from++) {
        if (raised->late_below[from] != 0 && reply->lapse_count < LAPSES_MAX) {
            reply->lapses[reply->lapse_count++] = (struct claim_lapse){ .shard = request->shard,
                .late_below = raised->late_below[from],
                .from = (int64_t)from };
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
        raise_late_below(world, request, &next, shard_row_of(world, request)->closed);
    }
    next.idle = 0;
    next.token = request->token;
    store_put(world->store, row, &next, sizeof next);
    struct reply reply = { .code = CODE_DONE,
        .fence = next.fence,
        .max_time_ms = next.max_time_ms,
        .late_below = next.late_below,
        .touched = next.touched };
    tell_lapses(world, request, &reply);
    return reply;
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

/* What was counted when the mark was left is without this partition. */
static void
enter_in_mark(struct world *world, const struct request *request, struct mark *mark)
{
    const struct shard_row *shard = shard_row_of(world, request);
    uint32_t p = request->partition;

    if (mark->top != 0 && !mark->sources[p].known && !mutated(world, MUTATE_found_unmarked)) {
        store_put(world->store, &mark->sources[p], &shard->sources[p], sizeof mark->sources[p]);
        store_put(world->store, &mark->raised[p], &shard->raised[p], sizeof mark->raised[p]);
    }
}

static int
has_partitions(const struct world *world, const struct shard_row *shard)
{
    int known = 0;

    for (uint32_t p = 0; p < world->partitions; p++) {
        known |= shard->sources[p].known;
    }
    return known;
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
    const struct shard_row *shard = shard_row_of(world, request);
    if (shard->safe.top != 0 && !has_partitions(world, shard) &&
            !mutated(world, MUTATE_found_anywhere)) {
        return answer(CODE_NO_FENCE);
    }
    begin(world, request->shard);
    raise_late_below(world, request, &next,
            shard->closed > shard->shut.closed || mutated(world, MUTATE_found_early)
                    ? shard->closed
                    : shard->shut.closed);
    store_put(world->store, row, &next, sizeof next);
    enter_in_mark(world, request, &shard_row_of(world, request)->safe);
    enter_in_mark(world, request, &shard_row_of(world, request)->soon);
    return (struct reply){ .code = CODE_DONE,
        .fence = next.fence,
        .max_time_ms = next.max_time_ms,
        .late_below = next.late_below };
}

/* At the fence or below it is late already. */
static void
remember_one(struct mark *mark, uint32_t p, size_t from, uint32_t late_below)
{
    struct source_row *row = &mark->sources[p];
    uint32_t *known = &mark->raised[p].late_below[from];

    *known = late_below > *known ? late_below : *known;
    if ((int64_t)from <= row->fence && *known > row->late_below) {
        row->late_below = *known;
    }
}

static void
remember_late(struct mark *mark, const struct mark *shut)
{
    for (uint32_t p = 0; p < PARTITIONS; p++) {
        for (size_t from = 0; from < LENGTH(mark->raised[p].late_below); from++) {
            remember_one(mark, p, from, shut->raised[p].late_below[from]);
        }
    }
}

/* Where it was done already, by another worker, a partition that has its fence may be claimed.
 * Nobody owns what comes back, and an idle partition holds time up until its owner has spoken. */
struct reply
store_remake(struct world *world, const struct request *request)
{
    struct shard_row *shard = shard_row_of(world, request);
    struct mark mark = shard->safe;

    for (uint32_t p = 0; p < PARTITIONS; p++) {
        if (shard->sources[p].known) {
            return (struct reply){ .code = CODE_MOVED,
                .touched = shard->sources[request->partition].known };
        }
        if (!mutated(world, MUTATE_remake_idle)) {
            mark.sources[p].idle = 0;
            mark.sources[p].token = 0;
        }
        if (mutated(world, MUTATE_remake_one) && p != request->partition) {
            mark.sources[p].known = 0;
        }
    }
    if (mark.top == 0) {
        return answer(CODE_NO_FENCE);
    }
    if (!mutated(world, MUTATE_remake_forgets)) {
        remember_late(&mark, &shard->shut);
    }
    begin(world, request->shard);
    store_put(world->store, shard->sources, mark.sources, sizeof mark.sources);
    store_put(world->store, shard->raised, mark.raised, sizeof mark.raised);
    store_put_u32(world->store, &shard->closed, mark.closed);
    meet(world, CORNER_made_again);
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

    if (shard->safe.top == 0) {
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

/* What is late above the fence, and the worker was not told: it claimed before the shard was lost. */
static int
knows_less(
        const struct shard_row *shard, const struct source_row *row, const struct request *request)
{
    const struct raised *raised = &shard->raised[request->partition];
    int64_t end = LENGTH(raised->late_below) - 1 < (size_t)request->to
                          ? (int64_t)LENGTH(raised->late_below) - 1
                          : request->to;

    for (int64_t from = row->fence + 1; from <= end; from++) {
        if (raised->late_below[from] > request->late_next) {
            return 1;
        }
    }
    return 0;
}

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
    if ((row->idle || row->late_below != request->late_below || request->lowest <= shard->closed ||
                knows_less(shard, row, request)) &&
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
    if (request->late_next != next.late_below) {
        next.late_below = request->late_next;
        meet(world, CORNER_late_ahead);
    }
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
