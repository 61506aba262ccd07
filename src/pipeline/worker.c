#include "pipeline/worker.h"

#include "core/clock.h"
#include "core/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Sources (topic, partition) one worker can hold at once, current and former. */
#define SOURCES_MAX PARTITIONS_MAX
/* How long a claim that failed waits before it is tried again. */
#define CLAIM_RETRY_MS 500
/* At the end, what is in flight gets this long. */
#define DRAIN_MS 5000
/* Polls between two looks at the ledger while records stream in. */
#define POLLS_PER_TURN 1000

enum source_state {
    SOURCE_FREE,
    SOURCE_CLAIMING, /* ours, its fences not read yet; retried at retry_ms */
    SOURCE_READING,
};

struct worker_source {
    enum source_state state;
    int ready; /* engine memory is there */
    struct engine_source engine;
    int64_t position; /* the next offset to count */
    int64_t retry_ms;
    int64_t committed;  /* last offset told to Kafka */
    int64_t end_offset; /* the log's end when it was reached; -1: not at the end */
    int64_t end_since_ms;
    int idle;
    int rewind; /* records were dropped: begin again at `position` once there is room */
};

struct worker {
    /* Fixed at creation. */
    struct worker_options options;

    /* Owned by the worker's thread. */
    struct consumer *consumer;
    struct engine *engine;
    struct ledger_writer *writer;
    struct tally *filling;
    struct tally *flying;
    int64_t handover_ms;
    int paused;
    int away; /* the ledger does not answer; said once */
    struct worker_source *sources;
    uint32_t source_count;
    char trouble[256];

    /* Written by the worker's thread, read by any. */
    struct worker_meters meters;

    struct thread thread;
};

struct worker *
worker_create(const struct worker_options *options, char trouble[256])
{
    struct worker *worker = calloc(1, sizeof *worker);

    snprintf(trouble, 256, "out of memory");
    if (worker == NULL) {
        return NULL;
    }
    worker->options = *options;
    worker->sources = calloc(SOURCES_MAX, sizeof *worker->sources);
    worker->engine = engine_create(&options->engine);
    worker->filling = tally_create();
    worker->flying = tally_create();
    if (worker->engine != NULL) {
        worker->writer = ledger_writer_create(options->ledger, engine_names(worker->engine));
    }
    if (worker->sources == NULL || worker->writer == NULL || worker->filling == NULL ||
            worker->flying == NULL) {
        worker_destroy(&worker);
        return NULL;
    }
    worker->consumer = consumer_create(&options->consumer, trouble);
    if (worker->consumer == NULL) {
        worker_destroy(&worker);
    }
    return worker;
}

void
worker_destroy(struct worker **worker)
{
    if (*worker == NULL) {
        return;
    }
    assert(!(*worker)->thread.running);
    consumer_destroy(&(*worker)->consumer);
    ledger_writer_destroy(&(*worker)->writer);
    for (uint32_t i = 0; i < (*worker)->source_count; i++) {
        engine_source_fini(&(*worker)->sources[i].engine);
    }
    tally_destroy(&(*worker)->filling);
    tally_destroy(&(*worker)->flying);
    engine_destroy(&(*worker)->engine);
    free((*worker)->sources);
    free(*worker);
    *worker = NULL;
}

/* True while another record is sure to fit the tally, and the tally the ledger's one write a shard. */
static int
has_room(const struct worker *worker)
{
    size_t pieces = tally_cell_count(worker->filling) + tally_official_count(worker->filling);

    return tally_has_room(worker->filling) &&
           pieces + RECORD_CELLS_MAX <= ledger_cells_max(worker->options.ledger);
}

static void
give_up(struct worker *worker, const char *why)
{
    snprintf(worker->trouble, sizeof worker->trouble, "%s", why);
    log_event(LOG_ERROR, "worker_stopped", "worker=%u why=%s", worker->options.number, why);
    stop_raise(worker->options.stop);
}

/* ---- claiming ---- */

/* The ledger's answer moves into the source: where to count from, what is in the counts already. */
static void
adopt_claim(struct worker *worker, uint32_t number, const struct ledger_claim *claim)
{
    struct worker_source *source = &worker->sources[number];

    memcpy(source->engine.fence, claim->fence, sizeof source->engine.fence);
    source->engine.lowest_fence = claim->lowest_fence;
    source->position = claim->lowest_fence;
    source->end_offset = -1;
    source->idle = 0;
    source->rewind = 0;
    partition_reset(source->engine.partition, claim->max_time_ms, claim->late_below);
}

/* Starts before the fence, to warm the duplicate filter, but not before the log does. When retention has
 * overtaken the fence the gap is said aloud and the fence moves on with the next hand-over. */
static int
begin_source(struct worker *worker, uint32_t number)
{
    struct worker_source *source = &worker->sources[number];
    int64_t window = worker->options.engine.partition.dedupe_records;
    int64_t low = 0;
    int64_t high = 0;

    if (!consumer_offsets(worker->consumer, number, &low, &high)) {
        return 0;
    }
    if (low > source->position) {
        log_event(LOG_ERROR, "records_lost", "topic=%s partition=%d from=%lld to=%lld why=%s",
                consumer_topic(worker->consumer, number),
                consumer_partition(worker->consumer, number), (long long)source->position,
                (long long)low, "the log no longer has them: raise the topic's retention");
        meter_add(&worker->meters.lost_records, (uint64_t)(low - source->position));
        source->position = low;
    }
    int64_t from = source->position - window;
    return consumer_begin(worker->consumer, number, from < low ? low : from);
}

static void
claim_later(struct worker_source *source)
{
    source->state = SOURCE_CLAIMING;
    source->retry_ms = clock_monotonic_ms() + CLAIM_RETRY_MS;
}

static enum ledger_outcome
read_fences(struct worker *worker, uint32_t number, struct ledger_claim *claim)
{
    enum ledger_outcome outcome =
            ledger_claim(worker->writer, number, view_of(consumer_topic(worker->consumer, number)),
                    consumer_partition(worker->consumer, number), claim);
    int64_t offset = 0;

    if (outcome != LEDGER_OK || claim->known) {
        return outcome;
    }
    if (!consumer_start_offset(worker->consumer, number, &offset)) {
        return LEDGER_AWAY;
    }
    return ledger_found(worker->writer, number, offset, claim);
}

static void
claim_source(struct worker *worker, uint32_t number)
{
    struct worker_source *source = &worker->sources[number];
    struct ledger_claim claim;
    enum ledger_outcome outcome = read_fences(worker, number, &claim);

    if (outcome == LEDGER_REFUSED) {
        give_up(worker, "the ledger refuses this partition: see the line above");
        return;
    }
    if (outcome != LEDGER_OK) {
        claim_later(source);
        return;
    }
    adopt_claim(worker, number, &claim);
    if (!begin_source(worker, number)) {
        claim_later(source);
        return;
    }
    source->state = SOURCE_READING;
    log_event(LOG_INFO, "claimed", "worker=%u topic=%s partition=%d offset=%lld",
            worker->options.number, consumer_topic(worker->consumer, number),
            consumer_partition(worker->consumer, number), (long long)source->position);
}

/* Something we believed of this partition is not so: forget it, read the fences, count again from there. */
static void
resync(struct worker *worker, uint32_t number)
{
    meter_add(&worker->meters.resyncs, 1);
    tally_drop_source(worker->filling, number);
    worker->sources[number].state = SOURCE_CLAIMING;
    worker->sources[number].retry_ms = 0;
}

static void
claim_waiting(struct worker *worker)
{
    int64_t now_ms = clock_monotonic_ms();

    for (uint32_t i = 0; i < worker->source_count; i++) {
        struct worker_source *source = &worker->sources[i];
        /* A submission in flight may still move this partition's fences. */
        if (source->state == SOURCE_CLAIMING && source->retry_ms <= now_ms &&
                !ledger_busy(worker->writer)) {
            claim_source(worker, i);
        }
    }
}

/* ---- handing over ---- */

static void
tell_kafka(struct worker *worker)
{
    for (size_t i = 0; i < tally_range_count(worker->flying); i++) {
        const struct tally_range *range = tally_range_at(worker->flying, i);
        struct worker_source *source = &worker->sources[range->source];
        if (source->state == SOURCE_READING && range->to > source->committed) {
            consumer_commit(worker->consumer, range->source, range->to);
            source->committed = range->to;
        }
    }
}

static void
resync_failed_ranges(struct worker *worker, enum ledger_outcome outcome)
{
    for (size_t i = 0; i < tally_range_count(worker->flying); i++) {
        const struct tally_range *range = tally_range_at(worker->flying, i);
        int failed = outcome == LEDGER_AWAY || ledger_range_outcome(worker->writer, i) != LEDGER_OK;
        if (failed && worker->sources[range->source].state == SOURCE_READING) {
            resync(worker, range->source);
        }
    }
}

/* The flight is over, well or badly. */
static void
land(struct worker *worker, enum ledger_outcome outcome)
{
    if (outcome == LEDGER_OK) {
        tell_kafka(worker);
    } else if (outcome == LEDGER_REFUSED) {
        give_up(worker, "the ledger refuses to count: see the line above");
    } else {
        resync_failed_ranges(worker, outcome);
    }
    if ((outcome == LEDGER_AWAY) != worker->away) {
        worker->away = outcome == LEDGER_AWAY;
        log_event(worker->away ? LOG_WARN : LOG_INFO, worker->away ? "ledger_away" : "ledger_back",
                "worker=%u", worker->options.number);
    }
    tally_clear(worker->flying);
}

static void
hand_over(struct worker *worker)
{
    struct tally *full = worker->filling;

    worker->filling = worker->flying;
    worker->flying = full;
    worker->handover_ms = clock_monotonic_ms();
    meter_add(&worker->meters.handovers, 1);
    ledger_submit(worker->writer, full);
}

static void
advance_flight(struct worker *worker, int64_t wait_ms)
{
    if (ledger_busy(worker->writer)) {
        enum ledger_outcome outcome = ledger_poll(worker->writer, wait_ms);
        if (outcome == LEDGER_PENDING) {
            return;
        }
        land(worker, outcome);
    }
    int due = clock_monotonic_ms() - worker->handover_ms >= worker->options.linger_ms;
    if (!tally_is_empty(worker->filling) && (due || !has_room(worker))) {
        hand_over(worker);
    }
}

/* ---- taking records ---- */

static void
hold(struct worker *worker)
{
    if (!worker->paused) {
        worker->paused = 1;
        meter_add(&worker->meters.pauses, 1);
        consumer_pause(worker->consumer);
    }
}

static void
release_hold(struct worker *worker)
{
    if (!worker->paused || !has_room(worker)) {
        return;
    }
    worker->paused = 0;
    for (uint32_t i = 0; i < worker->source_count; i++) {
        struct worker_source *source = &worker->sources[i];
        if (source->rewind && source->state == SOURCE_READING) {
            source->rewind = 0;
            if (!consumer_begin(worker->consumer, i, source->position)) {
                resync(worker, i);
            }
        }
    }
    consumer_resume(worker->consumer);
}

static void
count_record(struct worker *worker, const struct record *record)
{
    struct worker_source *source = &worker->sources[record->source];
    uint32_t range = UINT32_MAX;
    struct engine_record input = { .bytes = record->value,
        .offset = record->offset,
        .ingest_ms = record->timestamp_ms < 0 ? INGEST_UNKNOWN : record->timestamp_ms,
        .tombstone = record->value.at == NULL };

    if (record->offset >= source->engine.lowest_fence) {
        range = tally_open_range(worker->filling, record->source, source->position);
        if (range == UINT32_MAX) {
            source->rewind = 1;
            hold(worker);
            return;
        }
        meter_add(&worker->meters.records, 1);
    }
    engine_take(worker->engine, &source->engine, &input, worker->filling, range);
    if (range != UINT32_MAX) {
        source->position = record->offset + 1;
        tally_cover(worker->filling, range, source->position,
                partition_max_time(source->engine.partition));
    }
}

static void
take_record(struct worker *worker, const struct record *record)
{
    struct worker_source *source = &worker->sources[record->source];

    if (source->state != SOURCE_READING || source->rewind) {
        return; /* it is read again from the position */
    }
    source->end_offset = -1;
    if (source->idle) {
        /* It left the watermark: what the judge closed meanwhile has to be asked for. */
        resync(worker, record->source);
        return;
    }
    if (!has_room(worker)) {
        source->rewind = 1;
        hold(worker);
        return;
    }
    count_record(worker, record);
}

static void
note_idle(struct worker *worker)
{
    int64_t now_ms = clock_monotonic_ms();

    if (ledger_busy(worker->writer) || !tally_is_empty(worker->filling)) {
        return;
    }
    for (uint32_t i = 0; i < worker->source_count; i++) {
        struct worker_source *source = &worker->sources[i];
        if (source->state != SOURCE_READING || source->idle || source->end_offset < 0 ||
                now_ms - source->end_since_ms < worker->options.idle_ms ||
                source->position < source->end_offset) {
            continue;
        }
        enum ledger_outcome outcome = ledger_idle(worker->writer, i, source->end_offset);
        if (outcome == LEDGER_OK) {
            source->idle = 1;
        } else {
            resync(worker, i);
        }
    }
}

/* ---- events of the consumer ---- */

static void
assign_source(struct worker *worker, uint32_t number)
{
    if (number >= SOURCES_MAX) {
        give_up(worker, "more partitions than one worker can hold: start more processes");
        return;
    }
    if (number >= worker->source_count) {
        worker->source_count = number + 1;
    }
    struct worker_source *source = &worker->sources[number];
    if (!source->ready && !engine_source_init(worker->engine, &source->engine)) {
        give_up(worker, "out of memory for a partition: lower dedupe.over or start more processes");
        return;
    }
    source->ready = 1;
    source->state = SOURCE_CLAIMING;
    source->retry_ms = 0;
    source->committed = -1;
}

/* What is in flight may still land: it is right whoever owns the partition. What fills is dropped. */
static void
revoke_source(struct worker *worker, uint32_t number)
{
    if (number >= worker->source_count || worker->sources[number].state == SOURCE_FREE) {
        return;
    }
    tally_drop_source(worker->filling, number);
    ledger_release(worker->writer, number);
    worker->sources[number].state = SOURCE_FREE;
    log_event(LOG_INFO, "revoked", "worker=%u topic=%s partition=%d", worker->options.number,
            consumer_topic(worker->consumer, number), consumer_partition(worker->consumer, number));
}

/* At the end of the log everything up to it is covered, gaps of transactions and compaction too. */
static void
reach_end(struct worker *worker, uint32_t number, int64_t offset)
{
    struct worker_source *source = &worker->sources[number];

    if (number >= worker->source_count || source->state != SOURCE_READING || source->rewind ||
            source->end_offset >= 0) {
        return;
    }
    source->end_offset = offset;
    source->end_since_ms = clock_monotonic_ms();
    if (offset <= source->position || !has_room(worker)) {
        return;
    }
    uint32_t range = tally_open_range(worker->filling, number, source->position);
    if (range != UINT32_MAX) {
        source->position = offset;
        tally_cover(worker->filling, range, offset, partition_max_time(source->engine.partition));
    }
}

static void
handle(struct worker *worker, struct consumer_event *event)
{
    switch (event->kind) {
    case CONSUMER_RECORD:
        take_record(worker, &event->record);
        record_done(&event->record);
        break;
    case CONSUMER_ASSIGNED:
        assign_source(worker, event->source);
        break;
    case CONSUMER_REVOKED:
        revoke_source(worker, event->source);
        break;
    case CONSUMER_END:
        reach_end(worker, event->source, event->offset);
        break;
    case CONSUMER_LOST:
        if (event->source < worker->source_count &&
                worker->sources[event->source].state == SOURCE_READING) {
            resync(worker, event->source);
        }
        break;
    case CONSUMER_FATAL:
        give_up(worker, event->text);
        break;
    case CONSUMER_AWAY:
    case CONSUMER_NOTHING:
        break;
    }
}

/* ---- the thread ---- */

static void
turn(struct worker *worker)
{
    struct consumer_event event = { .kind = CONSUMER_NOTHING };
    int64_t wait_ms = ledger_busy(worker->writer) ? 1 : 20;

    for (int i = 0; i < POLLS_PER_TURN; i++) {
        consumer_poll(worker->consumer, wait_ms, &event);
        handle(worker, &event);
        wait_ms = 0;
        if (event.kind != CONSUMER_RECORD || !has_room(worker)) {
            break;
        }
    }
    advance_flight(worker, worker->paused ? 10 : 0);
    release_hold(worker);
    claim_waiting(worker);
    note_idle(worker);
}

/* What was counted is handed over, what is in flight lands; nothing is lost if it does not: the next owner
 * reads it again from the fence. */
static void
drain(struct worker *worker)
{
    int64_t end_ms = clock_monotonic_ms() + DRAIN_MS;

    while (clock_monotonic_ms() < end_ms &&
            (ledger_busy(worker->writer) || !tally_is_empty(worker->filling))) {
        if (ledger_busy(worker->writer)) {
            enum ledger_outcome outcome = ledger_poll(worker->writer, 50);
            if (outcome == LEDGER_PENDING) {
                continue;
            }
            land(worker, outcome);
            if (outcome != LEDGER_OK) {
                return;
            }
        }
        if (!tally_is_empty(worker->filling)) {
            hand_over(worker);
        }
    }
}

static void *
run(void *argument)
{
    struct worker *worker = argument;

    worker->handover_ms = clock_monotonic_ms();
    while (!stop_raised(worker->options.stop)) {
        turn(worker);
    }
    drain(worker);
    consumer_destroy(&worker->consumer);
    return NULL;
}

int
worker_start(struct worker *worker)
{
    char name[16];

    snprintf(name, sizeof name, "worker-%u", worker->options.number % 1000);
    return thread_start(&worker->thread, name, run, worker);
}

int
worker_stop(struct worker *worker)
{
    thread_join(&worker->thread);
    return worker->trouble[0] != '\0';
}

uint64_t
worker_fate_count(const struct worker *worker, enum rebato_fate fate)
{
    return engine_fate_count(worker->engine, fate);
}

const struct worker_meters *
worker_meters(const struct worker *worker)
{
    return &worker->meters;
}

const char *
worker_trouble(const struct worker *worker)
{
    return worker->trouble;
}
