#include "core/clock.h"
#include "core/crash_point.h"
#include "core/log.h"
#include "pipeline/worker_private.h"

/* How long a claim that failed waits before it is tried again. One that met another worker waits up to as long:
 * two that wait alike would meet again. */
#define CLAIM_RETRY_MS 500
/* Claims of one turn; the rest waits for the next, so that the group hears of us. */
#define CLAIM_TURN_MS 1000

/* ---- claiming ---- */

/* The ledger's answer moves into the source: where to count from, what is in the counts already. */
static void
adopt_claim(struct worker_source *source, const struct ledger_claim *claim)
{
    memcpy(source->engine.fence, claim->fence, sizeof source->engine.fence);
    memcpy(source->engine.late_below, claim->late_below, sizeof source->engine.late_below);
    source->engine.lowest_fence = claim->lowest_fence;
    source->position = claim->lowest_fence;
    source->end_offset = -1;
    source->idle = 0;
    source->rewind = 0;
    partition_reset(source->engine.partition, claim->max_time_ms);
}

/* Reading starts before the fence, to warm the duplicate filter, but not before the log does. When retention
 * has overtaken the fence the gap is said aloud and the fence moves on with the next hand-over. */
static int
find_begin(struct worker *worker, uint32_t number)
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
    source->begin = source->position - window < low ? low : source->position - window;
    return 1;
}

static enum ledger_outcome
claim_fences(struct worker *worker, uint32_t number, struct ledger_claim *claim)
{
    return ledger_claim(worker->writer, number, view_of(consumer_topic(worker->consumer, number)),
            consumer_partition(worker->consumer, number), claim);
}

/* Where a fence is missing the ledger may have lost it: then it comes back before another one is made. */
static enum ledger_outcome
read_fences(struct worker *worker, uint32_t number, struct ledger_claim *claim)
{
    enum ledger_outcome outcome = claim_fences(worker, number, claim);
    int64_t offset = 0;

    if (worker->options.keeper != NULL && outcome != LEDGER_AWAY &&
            (outcome != LEDGER_OK || !claim->known)) {
        outcome = keeper_rescue(worker->options.keeper);
        outcome = outcome == LEDGER_OK ? claim_fences(worker, number, claim) : outcome;
    }
    if (outcome != LEDGER_OK || claim->known) {
        return outcome;
    }
    if (!consumer_start_offset(worker->consumer, number, &offset)) {
        return LEDGER_AWAY;
    }
    return ledger_found(worker->writer, number, offset, claim);
}

/* False: Redis or Kafka did not answer in time. */
static int
claim_source(struct worker *worker, uint32_t number)
{
    struct worker_source *source = &worker->sources[number];
    struct ledger_claim claim;
    enum ledger_outcome outcome = read_fences(worker, number, &claim);

    source->retry_ms = clock_monotonic_ms() + CLAIM_RETRY_MS;
    if (outcome == LEDGER_REFUSED) {
        worker_give_up(worker, "the ledger refuses this partition: see the line above");
        return 0;
    }
    if (outcome == LEDGER_CLASH) {
        source->retry_ms -= rng_below(&worker->jitter, CLAIM_RETRY_MS);
        return 1; /* the ledger is well: the others need not wait */
    }
    if (outcome != LEDGER_OK) {
        return 0;
    }
    adopt_claim(source, &claim);
    if (!find_begin(worker, number)) {
        return 0;
    }
    source->state = SOURCE_CLAIMED;
    return 1;
}

/* A claim that fails may have waited for its whole timeout. The others would fare no better, and a worker
 * that waited for all of them would be thrown out of the group, or would not hear that it should stop. */
static void
postpone_claims(struct worker *worker)
{
    int64_t retry_ms = clock_monotonic_ms() + CLAIM_RETRY_MS;

    for (uint32_t i = 0; i < worker->source_count; i++) {
        worker->sources[i].retry_ms = retry_ms;
    }
}

/* False when the turn's time is over before all were asked for. */
static int
claim_due(struct worker *worker)
{
    int64_t now_ms = clock_monotonic_ms();

    for (uint32_t i = 0; i < worker->source_count; i++) {
        const struct worker_source *source = &worker->sources[i];
        if (source->state != SOURCE_CLAIMING || source->retry_ms > now_ms) {
            continue;
        }
        if (!claim_source(worker, i)) {
            postpone_claims(worker);
            return 1;
        }
        if (clock_monotonic_ms() - now_ms >= CLAIM_TURN_MS) {
            return 0;
        }
    }
    return 1;
}

static void
begin_claimed(struct worker *worker)
{
    for (uint32_t i = 0; i < worker->source_count; i++) {
        struct worker_source *source = &worker->sources[i];
        if (source->state != SOURCE_CLAIMED) {
            continue;
        }
        crash_mark(2 * i, consumer_partition(worker->consumer, i));
        crash_mark(2 * i + 1, source->position);
        crash_point("claimed");
        if (!consumer_begin(worker->consumer, i, source->begin)) {
            source->state = SOURCE_CLAIMING;
            continue;
        }
        source->state = SOURCE_READING;
        log_event(LOG_INFO, "claimed", "worker=%u topic=%s partition=%d offset=%lld",
                worker->options.number, consumer_topic(worker->consumer, i),
                consumer_partition(worker->consumer, i), (long long)source->position);
    }
}

/* All are claimed before one is read. What is not claimed is not in the watermark: if the others were read to
 * their ends meanwhile the judge would close their time, and all that this one holds would be late. And a
 * broker answers questions about offsets behind its waiting fetches, half a second each. */
void
worker_claim_waiting(struct worker *worker)
{
    if (!ledger_busy(worker->writer) && claim_due(worker)) {
        begin_claimed(worker);
    }
}

void
worker_resync(struct worker *worker, uint32_t number)
{
    meter_add(&worker->meters.resyncs, 1);
    tally_drop_source(worker->filling, number);
    worker->sources[number].state = SOURCE_CLAIMING;
    worker->sources[number].retry_ms = 0;
}

/* ---- what the group decides ---- */

void
worker_assign(struct worker *worker, uint32_t number)
{
    if (number >= SOURCES_MAX) {
        worker_give_up(worker, "more partitions than one worker can hold: start more processes");
        return;
    }
    if (number >= worker->source_count) {
        worker->source_count = number + 1;
    }
    struct worker_source *source = &worker->sources[number];
    if (!source->ready && !engine_source_init(worker->engine, &source->engine)) {
        worker_give_up(
                worker, "out of memory for a partition: lower dedupe.over or start more processes");
        return;
    }
    source->ready = 1;
    source->state = SOURCE_CLAIMING;
    source->retry_ms = 0;
    source->committed = -1;
}

void
worker_revoke(struct worker *worker, uint32_t number)
{
    if (number >= worker->source_count || worker->sources[number].state == SOURCE_FREE) {
        return;
    }
    crash_point("revoked");
    crash_mark(2 * number + 1, 0);
    tally_drop_source(worker->filling, number);
    ledger_release(worker->writer, number);
    worker->sources[number].state = SOURCE_FREE;
    log_event(LOG_INFO, "revoked", "worker=%u topic=%s partition=%d", worker->options.number,
            consumer_topic(worker->consumer, number), consumer_partition(worker->consumer, number));
}

/* ---- the end of a log ---- */

/* At the end of the log everything up to it is covered, gaps of transactions and compaction too. */
static void
cover_to_end(struct worker *worker, uint32_t number)
{
    struct worker_source *source = &worker->sources[number];

    if (source->position >= source->end_offset || !worker_has_room(worker)) {
        return;
    }
    uint32_t range = tally_open_range(worker->filling, number, source->position);
    source->position = source->end_offset;
    tally_cover(
            worker->filling, range, source->position, partition_max_time(source->engine.partition));
}

void
worker_reach_end(struct worker *worker, uint32_t number, int64_t offset)
{
    struct worker_source *source = &worker->sources[number];

    if (number >= worker->source_count || source->state != SOURCE_READING || source->rewind ||
            source->end_offset >= 0) {
        return;
    }
    source->end_offset = offset;
    source->end_since_ms = clock_monotonic_ms();
    cover_to_end(worker, number);
}

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

static void
idle_source(struct worker *worker, uint32_t number)
{
    struct worker_source *source = &worker->sources[number];

    cover_to_end(worker, number);
    if (is_filling(worker, number)) {
        return; /* not applied yet; the other partitions may be as busy as they like */
    }
    if (ledger_idle(worker->writer, number, source->end_offset) == LEDGER_OK) {
        source->idle = 1;
        source->idle_said_ms = clock_monotonic_ms();
    } else {
        worker_resync(worker, number);
    }
}

/* Idleness is said again and again: a rollback of the ledger, or the claim of a former owner, may have taken
 * it back, and no record comes by which that would be noticed. */
static int
is_quiet(const struct worker *worker, const struct worker_source *source, int64_t now_ms)
{
    int64_t since_ms = source->idle ? source->idle_said_ms : source->end_since_ms;

    return source->state == SOURCE_READING && source->end_offset >= 0 &&
           now_ms - since_ms >= worker->options.idle_ms;
}

void
worker_note_idle(struct worker *worker)
{
    int64_t now_ms = clock_monotonic_ms();

    for (uint32_t i = 0; i < worker->source_count; i++) {
        if (is_quiet(worker, &worker->sources[i], now_ms)) {
            idle_source(worker, i);
        }
    }
}
