#include "sim/worker.h"

#include "sim/plot.h"
#include "sim/worker_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Cells that one range may have, so that a request has room for them: two a record. */
#define CELLS_BEFORE_HAND_OVER (CELLS_MAX - 2 * QUEUE_MAX)

const struct holding_options worker_holding = {
    .window = DEDUPE, .idle_ms = IDLE_MS, .retry_ms = RETRY_MS
};

struct worker *
worker_create(void)
{
    static const struct partition_options options = {
        .allow_ms = ALLOW_MS, .max_age_ms = MAX_AGE_MS, .dedupe_records = DEDUPE
    };
    struct worker *worker = calloc(1, sizeof *worker);

    assert(worker != NULL);
    worker->filling = tally_create();
    worker->flying = tally_create();
    assert(worker->filling != NULL && worker->flying != NULL);
    for (size_t i = 0; i < PARTITIONS; i++) {
        worker->sources[i].partition = partition_create(&options);
        assert(worker->sources[i].partition != NULL);
    }
    return worker;
}

void
worker_destroy(struct worker **worker)
{
    for (size_t i = 0; i < PARTITIONS; i++) {
        partition_destroy(&(*worker)->sources[i].partition);
    }
    tally_destroy(&(*worker)->filling);
    tally_destroy(&(*worker)->flying);
    free(*worker);
    *worker = NULL;
}

void
worker_reset(struct worker *worker, uint32_t number)
{
    struct worker fresh = {
        .client = number, .filling = worker->filling, .flying = worker->flying
    };

    for (size_t i = 0; i < PARTITIONS; i++) {
        fresh.sources[i].partition = worker->sources[i].partition;
        partition_reset(fresh.sources[i].partition, INT64_MIN);
    }
    tally_clear(worker->filling);
    tally_clear(worker->flying);
    *worker = fresh;
}

void
worker_pause(struct worker *worker, uint64_t until_step)
{
    worker->paused_until = until_step;
}

void
worker_assign(struct worker *worker, uint32_t partition)
{
    worker->sources[partition].told_assign = 1;
    worker->sources[partition].told_revoke = 0;
}

void
worker_revoke(struct worker *worker, uint32_t partition)
{
    worker->sources[partition].told_revoke = 1;
    worker->sources[partition].told_assign = 0;
}

int
worker_has(const struct worker *worker, uint32_t partition)
{
    const struct source *source = &worker->sources[partition];

    return (source->hold.state != HOLDING_FREE && !source->told_revoke) || source->told_assign;
}

int
worker_rests(const struct worker *worker, uint32_t partition, int64_t end)
{
    const struct source *source = &worker->sources[partition];

    return source->hold.state == HOLDING_READING && source->hold.position == end &&
           !source->hold.idle &&
           (worker->await == AWAIT_NOTHING || worker->await == AWAIT_APPLIES) &&
           tally_range_count(worker->filling) == 0;
}

void
worker_resync(struct world *world, struct worker *worker, uint32_t number)
{
    world->tallied.resyncs++;
    world_note(world, "worker %u resyncs p=%u", worker->client, number);
    tally_drop_source(worker->filling, number);
    holding_resync(&worker->sources[number].hold);
}

/* ---- what the group decides ---- */

static void
hear(struct worker *worker, uint32_t number)
{
    struct source *source = &worker->sources[number];
    int had = source->hold.state != HOLDING_FREE;

    if (had && (source->told_assign || source->told_revoke)) {
        tally_drop_source(worker->filling, number);
    }
    if (source->told_assign) {
        holding_assign(&source->hold);
    } else if (had && source->told_revoke) {
        holding_revoke(&source->hold);
        claim_end(&source->claim);
    }
    source->told_assign = 0;
    source->told_revoke = 0;
}

/* ---- records ---- */

static struct admission
admit(struct source *source, const struct log_record *record)
{
    struct arrival arrival = { .offset = record->offset,
        .ingest_ms = record->arrive_ms,
        .time_ms = record->time_ms,
        .id_hash = record->id };

    return partition_arrive(source->partition, &arrival);
}

static void
add_cell(struct worker *worker, struct tally_cell cell, uint32_t series)
{
    cell.dim = series;
    tally_add(worker->filling, &cell);
}

/* A shard's late_below, as real buckets are numbered. */
static uint32_t
late_below(const struct claim *claim, uint32_t shard, int64_t offset)
{
    uint32_t bucket = claim_late_below(claim, shard, offset);

    return bucket == 0 ? 0 : BUCKET_BASE + bucket;
}

static void
add_record(struct worker *worker,
        uint32_t range,
        const struct log_record *record,
        const struct admission *admission)
{
    int late = admission->fate == REBATO_FATE_late;
    struct tally_cell cell = { .range = range,
        .bucket = late ? admission->arrived_bucket : admission->bucket,
        .brand = record->brand,
        .kind = late ? CELL_LATE : CELL_ON_TIME,
        .count = 1 };

    add_cell(worker, cell, 0);
    if (record->signal > 0) {
        add_cell(worker, cell, record->signal);
    }
    if (record->signal > 0 && !late) {
        tally_add_author(worker->filling, &(struct tally_author){ .range = range,
                                                  .bucket = cell.bucket,
                                                  .brand = cell.brand,
                                                  .dim = record->signal,
                                                  .author = record->author });
    }
}

/* The range up to `to` is in the tally. */
static void
cover(struct worker *worker, uint32_t number, int64_t to)
{
    struct source *source = &worker->sources[number];
    uint32_t range = tally_open_range(worker->filling, number, source->hold.position);

    holding_cover(&source->hold, to);
    tally_cover(worker->filling, range, to, partition_max_time(source->partition));
}

static void
count_record(struct world *world,
        struct worker *worker,
        uint32_t number,
        const struct log_record *record)
{
    struct source *source = &worker->sources[number];
    uint32_t shard = shard_of(world, record->brand);
    const struct claim_answer *stand = &source->claim.shards[shard].answer;
    uint32_t range = tally_open_range(worker->filling, number, source->hold.position);
    struct admission admission = admission_in_shard(
            admit(source, record), late_below(&source->claim, shard, record->offset));
    int counts = admission.fate == REBATO_FATE_unmatched || admission.fate == REBATO_FATE_late;

    if (counts && record->brand < BRANDS && record->offset >= stand->fence) {
        add_record(worker, range, record, &admission);
    }
    cover(worker, number, record->offset + 1);
}

static void
take_record(struct world *world, struct worker *worker, uint32_t number, size_t index)
{
    struct source *source = &worker->sources[number];
    const struct log_record *record = &world->logs[number].records[index];

    switch (holding_take(&source->hold, record->offset)) {
    case HOLDING_DROPS:
        break;
    case HOLDING_WARMS:
        (void)admit(source, record);
        break;
    case HOLDING_COUNTS:
        count_record(world, worker, number, record);
        break;
    case HOLDING_WAKES:
        worker_resync(world, worker, number);
        break;
    }
}

static int
has_room(const struct worker *worker)
{
    return tally_has_room(worker->filling) &&
           tally_cell_count(worker->filling) <= CELLS_BEFORE_HAND_OVER;
}

static void
fetch(const struct world *world, struct source *source, uint32_t number)
{
    while (source->queue_count < QUEUE_MAX && source->next < world->logs[number].available) {
        source->queue[source->queue_count++] = source->next++;
    }
}

/* The log ends here for now, as far as the consumer has heard: where its next record will be, or as far before
 * that as a gap reaches. */
static void
reach_end(struct world *world, struct worker *worker, uint32_t number)
{
    struct source *source = &worker->sources[number];
    const struct log_partition *log = &world->logs[number];

    if (source->queue_count > 0 || source->next < log->available) {
        return;
    }
    holding_reach_end(&source->hold,
            log->available < log->count ? log->records[log->available].offset : log->end,
            world->wall_ms);
    if (holding_has_gap(&source->hold)) {
        cover(worker, number, source->hold.end_offset);
    }
}

static void
take_records(struct world *world, struct worker *worker)
{
    uint32_t number = rng_below(&world->rng, world->partitions);
    struct source *source = &worker->sources[number];
    uint32_t wanted = 1 + rng_below(&world->rng, 4);

    if (source->hold.state != HOLDING_READING || !has_room(worker)) {
        return;
    }
    if (plot_hears(world, worker->client, number) &&
            (world->calm || chance(world, world->weather.fresh))) {
        fetch(world, source, number);
    }
    for (; wanted > 0 && source->queue_count > 0 && source->hold.state == HOLDING_READING;
            wanted--) {
        size_t index = source->queue[0];
        memmove(source->queue, source->queue + 1, --source->queue_count * sizeof *source->queue);
        take_record(world, worker, number, index);
    }
    if (!world->calm && chance(world, 1)) {
        holding_lose_end(&source->hold); /* a broker was lost: it is told again */
    }
    reach_end(world, worker, number);
}

/* ---- turns ---- */

static void
take_answers(struct world *world, struct worker *worker)
{
    struct reply reply;

    for (int i = 0; i < 4 && worker->await != AWAIT_NOTHING &&
                    network_receive(world, worker->client, &reply);
            i++) {
        switch (worker->await) {
        case AWAIT_CLAIM:
        case AWAIT_REMAKE:
        case AWAIT_START:
        case AWAIT_FOUND:
            worker_take_claim(world, worker, &reply);
            break;
        case AWAIT_IDLE:
            worker_take_idle(world, worker, &reply);
            break;
        case AWAIT_AUTHORS:
        case AWAIT_APPLIES:
            worker_take_flight(world, worker, &reply);
            break;
        case AWAIT_NOTHING:
            break;
        }
    }
}

/* Who waited for an answer over a connection that is gone waits no more. */
static void
notice_break(struct world *world, struct worker *worker)
{
    if (worker->await == AWAIT_NOTHING || network_epoch(world, worker->client) == worker->epoch) {
        return;
    }
    if (worker->await == AWAIT_AUTHORS || worker->await == AWAIT_APPLIES) {
        worker_fail_flight(world, worker);
    } else {
        worker_fail_claim(world, worker);
    }
}

static int
is_due(struct world *world, const struct worker *worker)
{
    return tally_range_count(worker->filling) > 0 && (!has_room(worker) || chance(world, 30));
}

void
worker_step(struct world *world, struct worker *worker)
{
    if (worker->paused_until > world->step && !world->calm) {
        return;
    }
    take_answers(world, worker);
    notice_break(world, worker);
    int flying = worker->await == AWAIT_AUTHORS || worker->await == AWAIT_APPLIES;
    if (worker->await != AWAIT_NOTHING && !flying) {
        return;
    }
    for (uint32_t i = 0; i < PARTITIONS; i++) {
        hear(worker, i);
    }
    take_records(world, worker);
    if (flying || worker_note_idle(world, worker)) {
        return;
    }
    if (is_due(world, worker)) {
        worker_hand_over(world, worker);
        return;
    }
    (void)worker_claim_waiting(world, worker);
}
