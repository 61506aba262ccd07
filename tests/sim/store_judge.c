/* The scripts that judges send: lease, progress, close, read, commit, publish, erase, outbox. */
#include "sim/store.h"

#include <assert.h>
#include <string.h>

static struct shard_row *
shard_row_of(struct world *world, const struct request *request)
{
    return &world->store->tables.shards[request->shard];
}

static struct brand_row *
brand_row_of(struct world *world, const struct request *request)
{
    return &world->store->tables.brands[request->brand];
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

static int
holds(struct world *world, const struct request *request)
{
    return mutated(world, MUTATE_judge_unfenced) ||
           shard_row_of(world, request)->lease_token == request->token;
}

static struct reply
take_lease(struct world *world, const struct request *request)
{
    struct shard_row *shard = shard_row_of(world, request);
    int ours = shard->lease_token != 0 && shard->lease_token == request->token;
    int fresh = !ours || !request->keep;

    if (shard->lease_token != 0 && !ours && shard->lease_until > request->time_ms) {
        return answer(CODE_LOST);
    }
    begin(world, request->shard);
    if (fresh) {
        store_put_u64(world->store, &shard->lease_token, request->token_new);
    }
    store_put_i64(world->store, &shard->lease_until, request->time_ms + LEASE_MS);
    return (struct reply){ .code = CODE_DONE, .touched = fresh };
}

static struct reply
tell_progress(struct world *world, const struct request *request)
{
    const struct shard_row *shard = shard_row_of(world, request);
    struct reply reply = { .code = CODE_DONE,
        .closed = shard->closed,
        .watermark_ms = INT64_MAX,
        .latest_ms = INT64_MIN };

    for (uint32_t p = 0; p < world->partitions; p++) {
        const struct source_row *row = &shard->sources[p];
        if (!row->known) {
            continue;
        }
        reply.partitions++;
        if (row->max_time_ms > reply.latest_ms) {
            reply.latest_ms = row->max_time_ms;
        }
        if (!row->idle && row->max_time_ms < reply.watermark_ms) {
            reply.watermark_ms = row->max_time_ms;
        }
    }
    return reply;
}

/* A shard without partitions has lost them: nothing of it may be closed. */
static int
has_partitions(const struct world *world, const struct shard_row *shard)
{
    int known = 0;

    for (uint32_t p = 0; p < world->partitions; p++) {
        known |= shard->sources[p].known;
    }
    return known;
}

static struct mark
mark_now(const struct world *world, const struct shard_row *shard)
{
    struct mark mark = { .top = shard->closed + 1, .closed = shard->closed };

    memcpy(mark.sources, shard->sources, sizeof mark.sources);
    memcpy(mark.raised, shard->raised, sizeof mark.raised);
    for (uint32_t p = 0; p < world->partitions; p++) {
        const struct source_row *row = &shard->sources[p];
        if (row->known && row->max_time_ms != INT64_MIN && bucket_at(row->max_time_ms) > mark.top) {
            mark.top = bucket_at(row->max_time_ms);
        }
        mark.top = row->known && row->late_below >= mark.top ? row->late_below + 1 : mark.top;
    }
    return mark;
}

/* What is late now, and will be for a partition that is idle: whether or not it returns before the counts are
 * lost. */
static void
remember_close(struct world *world, struct shard_row *shard)
{
    struct mark shut = mark_now(world, shard);

    for (uint32_t p = 0; p < world->partitions; p++) {
        const struct source_row *row = &shard->sources[p];
        uint32_t *late_below = &shut.raised[p].late_below[row->fence];
        if (row->known && row->idle && shard->closed > *late_below) {
            *late_below = shard->closed;
        }
    }
    shut.closed = shard->shut.closed > shut.closed ? shard->shut.closed : shut.closed;
    store_put(world->store, &shard->shut, &shut, sizeof shut);
}

static struct reply
close_buckets(struct world *world, const struct request *request)
{
    struct shard_row *shard = shard_row_of(world, request);

    if (!holds(world, request)) {
        return answer(CODE_LOST);
    }
    if (!has_partitions(world, shard) && !mutated(world, MUTATE_close_lost)) {
        return answer(CODE_MOVED);
    }
    for (uint32_t p = 0; p < world->partitions && !mutated(world, MUTATE_close_blind); p++) {
        const struct source_row *row = &shard->sources[p];
        if (row->known && !row->idle && row->max_time_ms < request->time_ms) {
            return answer(CODE_MOVED);
        }
    }
    if (request->bucket > shard->closed) {
        begin(world, request->shard);
        store_put_u32(world->store, &shard->closed, request->bucket);
        remember_close(world, shard);
    }
    return answer(CODE_DONE);
}

/* ---- reads ---- */

static struct reply
load(struct world *world, const struct request *request, struct page *page)
{
    const struct brand_row *row = brand_row_of(world, request);

    if (page != NULL) {
        page->state = row->folded;
        page->folded_through = row->folded_through;
    }
    return answer(CODE_DONE);
}

/* A scan is no snapshot, but what is closed stands still; cells beyond `through` are left out by the
 * judge. */
static struct reply
read_cells(struct world *world, const struct request *request, struct page *page)
{
    for (uint32_t b = 0; b < world->brands && page != NULL; b++) {
        if (shard_of(world, b) == request->shard) {
            page->brands[b] = world->store->tables.brands[b].cells;
        }
    }
    return answer(CODE_DONE);
}

static struct reply
read_outbox(struct world *world, const struct request *request, struct page *page)
{
    if (page != NULL) {
        page->outbox = brand_row_of(world, request)->outbox;
    }
    return answer(CODE_DONE);
}

/* ---- writes ---- */

static struct reply
commit(struct world *world, const struct request *request)
{
    struct brand_row *row = brand_row_of(world, request);

    if (row->folded_through > request->bucket) {
        meet(world, CORNER_overtaken);
    }
    if (!holds(world, request)) {
        return answer(CODE_LOST);
    }
    if (row->folded_through != request->before && !mutated(world, MUTATE_judge_unfenced)) {
        return answer(CODE_MOVED);
    }
    if (shard_row_of(world, request)->closed < request->bucket) {
        return answer(CODE_MOVED);
    }
    begin(world, request->shard);
    store_put(world->store, &row->folded, &request->counts, sizeof row->folded);
    store_put_u32(world->store, &row->folded_through, request->bucket);
    store_put_u64(world->store, &row->outbox, row->outbox | request->notices);
    world->tallied.folds++;
    return answer(CODE_DONE);
}

static struct published_row *
published_row_of(struct world *world, const struct request *request)
{
    return &world->store->tables.published[request->brand];
}

static uint32_t
entries_above(const struct published_row *row, uint32_t bucket)
{
    uint32_t above = 0;

    for (uint32_t b = bucket + 1; b < BUCKETS; b++) {
        above += row->there[b];
    }
    return above;
}

static uint32_t
newest(const struct published_row *row)
{
    uint32_t bucket = BUCKETS - 1;

    while (bucket > 0 && !row->there[bucket]) {
        bucket--;
    }
    return bucket;
}

static void
set_entry(struct published_row *row, uint32_t bucket, const struct counts *counts)
{
    memcpy(row->at.on[bucket], counts->on[bucket], sizeof row->at.on[0]);
    memcpy(row->at.late[bucket], counts->late[bucket], sizeof row->at.late[0]);
    row->there[bucket] = 1;
}

static void
put_row(struct world *world, struct published_row *row, const struct published_row *next)
{
    store_begin(world->store, store_node_of_published(world));
    store_put(world->store, row, next, sizeof *next);
}

/* An entry of a stream whose newest one is known: behind it, or in its place below; what stands there already stays
 * as it is. */
static struct reply
publish(struct world *world, const struct request *request)
{
    struct published_row *row = published_row_of(world, request);
    uint32_t above = entries_above(row, request->bucket);
    struct published_row next = *row;

    if (newest(row) != request->before && !mutated(world, MUTATE_publish_unlinked)) {
        return answer(CODE_MOVED);
    }
    if (row->there[request->bucket] || above > RING) {
        return answer(CODE_DONE);
    }
    set_entry(&next, request->bucket, &request->counts);
    put_row(world, row, &next);
    return answer(CODE_DONE);
}

static int
has_entry(const struct counts *counts, uint32_t bucket)
{
    uint32_t sum = 0;

    for (uint32_t s = 0; s < SERIES; s++) {
        sum += (uint32_t)counts->on[bucket][s] + counts->late[bucket][s];
    }
    return sum > 0;
}

/* In its place in the ring stands nothing newer. */
static int
is_kept(const struct request *request, uint32_t bucket)
{
    for (uint32_t b = bucket + RING; b <= request->bucket; b += RING) {
        if (has_entry(&request->counts, b)) {
            return 0;
        }
    }
    return has_entry(&request->counts, bucket);
}

/* Of another history: an entry stands there and says something else, or is gone and may come again as another. */
static int
is_other(const struct published_row *row, const struct published_row *next, uint32_t bucket)
{
    return row->there[bucket] &&
           (!next->there[bucket] ||
                   memcmp(row->at.on[bucket], next->at.on[bucket], sizeof row->at.on[0]) != 0 ||
                   memcmp(row->at.late[bucket], next->at.late[bucket], sizeof row->at.late[0]) !=
                           0);
}

/* What is kept beside the state is there afterwards, and of the buckets that the ring covers nothing else. */
static struct reply
mend(struct world *world, const struct request *request)
{
    struct published_row *row = published_row_of(world, request);
    uint32_t first = request->bucket < RING ? 1 : request->bucket - RING + 1;
    struct published_row next = *row;
    int other = 0;

    for (uint32_t b = 1; b < BUCKETS; b++) {
        int covered = b >= first && (b <= request->bucket || !mutated(world, MUTATE_mend_adds));
        if (covered) {
            next.there[b] = 0;
            memset(next.at.on[b], 0, sizeof next.at.on[b]);
            memset(next.at.late[b], 0, sizeof next.at.late[b]);
        }
        if (b <= request->bucket && is_kept(request, b) && !mutated(world, MUTATE_mend_cuts)) {
            set_entry(&next, b, &request->counts);
        }
        other |= is_other(row, &next, b);
    }
    put_row(world, row, &next);
    if (other && store_node_of_published(world) == SHARDS) {
        store_settle(world->store, SHARDS);
    }
    return (struct reply){ .code = CODE_DONE, .newest = newest(&next) };
}

/* What an erase compares: the lease, and that all of it is folded. */
static enum code
guard(struct world *world, const struct request *request)
{
    if (!holds(world, request)) {
        return CODE_LOST;
    }
    if (brand_row_of(world, request)->folded_through < request->bucket &&
            !mutated(world, MUTATE_judge_unfenced)) {
        return CODE_MOVED;
    }
    return CODE_DONE;
}

static void
clear_if(struct store *store, uint16_t *field, uint32_t found)
{
    if (found != 0) {
        store_put_u16(store, field, 0);
    }
}

/* Fields that the read had found. */
static struct reply
erase(struct world *world, const struct request *request)
{
    struct counts *cells = &brand_row_of(world, request)->cells;
    enum code code = guard(world, request);

    if (code != CODE_DONE) {
        return answer(code);
    }
    begin(world, request->shard);
    for (uint32_t b = 0; b <= request->bucket; b++) {
        for (uint32_t s = 0; s < SERIES; s++) {
            clear_if(world->store, &cells->on[b][s], request->counts.on[b][s]);
            clear_if(world->store, &cells->late[b][s], request->counts.late[b][s]);
        }
    }
    return answer(CODE_DONE);
}

/* Sets are found by their cells. */
static struct reply
unlink_sets(struct world *world, const struct request *request)
{
    struct counts *cells = &brand_row_of(world, request)->cells;
    enum code code = guard(world, request);

    if (code != CODE_DONE) {
        return answer(code);
    }
    begin(world, request->shard);
    for (uint32_t b = 0; b <= request->bucket; b++) {
        for (uint32_t s = 0; s < SIGNALS; s++) {
            clear_if(world->store, &cells->authors[b][s], request->counts.on[b][s + 1]);
        }
    }
    return answer(CODE_DONE);
}

static struct reply
delivered(struct world *world, const struct request *request)
{
    struct brand_row *row = brand_row_of(world, request);

    begin(world, request->shard);
    store_put_u64(world->store, &row->outbox, row->outbox & ~(UINT64_C(1) << request->bucket));
    return answer(CODE_DONE);
}

/* The bucket is the one up to which the shard is judged. */
static struct reply
leave_mark(struct world *world, const struct request *request)
{
    struct shard_row *shard = shard_row_of(world, request);
    struct mark now = mark_now(world, shard);

    if (!holds(world, request)) {
        return answer(CODE_LOST);
    }
    if (shard->closed < request->bucket && !mutated(world, MUTATE_mark_blind)) {
        return answer(CODE_MOVED);
    }
    if (!has_partitions(world, shard) ||
            (shard->soon.top > request->bucket && !mutated(world, MUTATE_mark_unjudged))) {
        return answer(CODE_DONE);
    }
    begin(world, request->shard);
    if (shard->soon.top != 0) {
        store_put(world->store, &shard->safe, &shard->soon, sizeof shard->safe);
    }
    store_put(world->store, &shard->soon, &now, sizeof now);
    return answer(CODE_DONE);
}

struct reply
store_judge(struct world *world, const struct request *request, struct page *page)
{
    switch (request->op) {
    case OP_LEASE:
        return take_lease(world, request);
    case OP_LOAD:
        return load(world, request, page);
    case OP_MEND:
        return mend(world, request);
    case OP_PROGRESS:
        return tell_progress(world, request);
    case OP_CLOSE:
        return close_buckets(world, request);
    case OP_READ:
        return read_cells(world, request, page);
    case OP_COMMIT:
        return commit(world, request);
    case OP_PUBLISH:
        return publish(world, request);
    case OP_UNLINK:
        return unlink_sets(world, request);
    case OP_ERASE:
        return erase(world, request);
    case OP_OUTBOX:
        return read_outbox(world, request, page);
    case OP_DELIVERED:
        return delivered(world, request);
    case OP_MARK:
        return leave_mark(world, request);
    case OP_CLAIM:
    case OP_START:
    case OP_FOUND:
    case OP_REMAKE:
    case OP_AUTHORS:
    case OP_APPLY:
    case OP_IDLE:
    case OP_COUNT:
    default:
        assert(0 && "a worker's request");
        return answer(CODE_ERROR);
    }
}
