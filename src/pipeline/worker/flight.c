#include "core/process/clock.h"
#include "core/process/crash_point.h"
#include "core/process/log.h"
#include "pipeline/worker/private.h"

/* At the end, what is in flight gets this long. */
#define DRAIN_MS 5000
/* One wait for the ledger while draining. */
#define DRAIN_WAIT_MS 50

/* ---- taking records ---- */

int
worker_has_room(const struct worker *worker)
{
    size_t pieces = tally_cell_count(worker->filling) + tally_official_count(worker->filling);

    return tally_has_room(worker->filling) &&
           tally_range_count(worker->filling) < TALLY_RANGES_MAX &&
           pieces + RECORD_CELLS_MAX <= ledger_cells_max(worker->options.ledger);
}

/* The record is not taken: Kafka keeps it, and it is read again from the position. */
static void
hold(struct worker *worker, struct worker_source *source)
{
    holding_hold_back(&source->hold);
    if (!worker->paused) {
        worker->paused = 1;
        meter_add(&worker->meters.pauses, 1);
        consumer_pause(worker->consumer);
    }
}

static void
rewind_source(struct worker *worker, uint32_t number)
{
    struct holding *hold = &worker->sources[number].hold;

    if (holding_release(hold) && !consumer_begin(worker->consumer, number, hold->position)) {
        worker_resync(worker, number);
    }
}

void
worker_release_hold(struct worker *worker)
{
    if (!worker->paused || !worker_has_room(worker) || !worker_rules_ready(worker)) {
        return;
    }
    worker->paused = 0;
    for (uint32_t i = 0; i < worker->source_count; i++) {
        rewind_source(worker, i);
    }
    consumer_resume(worker->consumer);
}

static void
count_finding(struct worker *worker, const struct finding *finding)
{
    struct worker_source *source = &worker->sources[finding->partition];

    if (finding->note == &finding_put_off) {
        worker_await_rules(worker, finding->time_ms);
        hold(worker, source);
        return;
    }
    if (!worker_has_room(worker)) {
        hold(worker, source);
        return;
    }
    struct engine_target target = { .tally = worker->filling,
        .range = tally_open_range(worker->filling, finding->partition, source->hold.position) };
    if (finding->offset >= source->lapse_next) {
        worker_tell_lapses(source, finding->offset);
    }
    meter_add(&worker->meters.records, 1);
    if (engine_count(worker->engine, &source->engine, finding, &target) != REBATO_FATE_bad_time &&
            finding->time_ms > worker->newest_ms) {
        worker->newest_ms = finding->time_ms;
    }
    holding_cover(&source->hold, finding->offset + 1);
    crash_mark(2 * finding->partition + 1, source->hold.position);
    tally_cover(worker->filling, target.range, source->hold.position,
            partition_max_time(source->engine.partition));
    if (finding->ingest_ms != INGEST_UNKNOWN) {
        tally_see(worker->filling, target.range, finding->offset, finding->ingest_ms);
    }
}

static void
take_finding(struct worker *worker, const struct finding *finding)
{
    struct worker_source *source = &worker->sources[finding->partition];

    if (finding->offset == source->seen_offset && worker_is_foreign(worker, finding)) {
        return;
    }
    switch (holding_take(&source->hold, finding->offset)) {
    case HOLDING_DROPS: /* since a record of this batch */
        break;
    case HOLDING_WARMS:
        engine_warm(worker->engine, &source->engine, finding);
        break;
    case HOLDING_COUNTS:
        count_finding(worker, finding);
        break;
    case HOLDING_WAKES:
        worker_resync(worker, finding->partition);
        break;
    }
}

static void
examine(struct worker *worker, const struct record *record)
{
    const struct worker_source *source = &worker->sources[record->source];
    enum holding_use use = holding_use_of(&source->hold, record->offset);
    struct engine_record input = { .bytes = record->value,
        .offset = record->offset,
        .ingest_ms = record->timestamp_ms < 0 ? INGEST_UNKNOWN : record->timestamp_ms,
        .partition = record->source,
        .tombstone = record->value.at == NULL,
        .counted = use == HOLDING_WARMS };

    if (use != HOLDING_DROPS) {
        examiner_add(engine_examiner(worker->engine), &input, &worker->findings);
    }
}

/* The time of the newest record that cannot be counted as things are; INT64_MIN: there is none. */
static int64_t
examine_all(struct worker *worker, size_t count)
{
    findings_clear(&worker->findings);
    for (size_t i = 0; i < count; i++) {
        examine(worker, &worker->records[i]);
    }
    examiner_flush(engine_examiner(worker->engine), &worker->findings);
    return examiner_put_off_ms(engine_examiner(worker->engine));
}

void
worker_take_records(struct worker *worker, size_t count)
{
    int64_t put_off_ms = examine_all(worker, count);

    if (put_off_ms != INT64_MIN && worker_reach(worker, put_off_ms)) {
        (void)examine_all(worker, count);
    }
    for (size_t i = 0; i < worker->findings.count; i++) {
        take_finding(worker, &worker->findings.at[i]);
    }
}

/* ---- handing over ---- */

static void
tell_kafka(struct worker *worker)
{
    for (size_t i = 0; i < tally_range_count(worker->flying); i++) {
        const struct tally_range *range = tally_range_at(worker->flying, i);
        if (holding_commits(&worker->sources[range->source].hold, range->to)) {
            consumer_commit(worker->consumer, range->source, range->to);
        }
    }
}

static void
resync_failed_ranges(struct worker *worker, enum ledger_outcome outcome)
{
    for (size_t i = 0; i < tally_range_count(worker->flying); i++) {
        const struct tally_range *range = tally_range_at(worker->flying, i);
        enum holding_outcome landed = worker_outcome(
                outcome == LEDGER_AWAY ? outcome : ledger_range_outcome(worker->writer, i));
        if (holding_landed(&worker->sources[range->source].hold, landed) == HOLDING_RESYNC) {
            worker_resync(worker, range->source);
        }
    }
}

static void
say_ledger(struct worker *worker, enum ledger_outcome outcome)
{
    int away = outcome == LEDGER_AWAY;

    if (away != worker->ledger_away) {
        worker->ledger_away = away;
        log_event(away ? LOG_WARN : LOG_INFO, away ? "ledger_away" : "ledger_back", "worker=%u",
                worker->options.number);
    }
}

/* The flight is over, well or badly. */
static void
land(struct worker *worker, enum ledger_outcome outcome)
{
    if (outcome == LEDGER_OK) {
        crash_point("apply_answered");
        tell_kafka(worker);
    } else if (outcome == LEDGER_REFUSED) {
        worker_give_up(worker, "the ledger refuses to count: see the line above");
    } else {
        resync_failed_ranges(worker, outcome);
    }
    say_ledger(worker, outcome);
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

int
worker_land(struct worker *worker, int64_t wait_ms)
{
    if (ledger_busy(worker->writer)) {
        enum ledger_outcome outcome = ledger_poll(worker->writer, wait_ms);
        if (outcome == LEDGER_PENDING) {
            return 0;
        }
        land(worker, outcome);
    }
    return 1;
}

void
worker_fly(struct worker *worker, int64_t wait_ms)
{
    if (!worker_land(worker, wait_ms)) {
        return;
    }
    /* Between two flights all fences stand still: the only moment to leave the watermark. */
    worker_note_idle(worker);
    worker_look_ahead(worker);
    int due = clock_monotonic_ms() - worker->handover_ms >= worker->options.linger_ms;
    if (!tally_is_empty(worker->filling) && (due || worker->paused || !worker_has_room(worker))) {
        hand_over(worker);
    }
}

/* Nothing is lost if the ledger does not answer: the next owner reads it again from the fence. */
void
worker_drain(struct worker *worker)
{
    int64_t end_ms = clock_monotonic_ms() + DRAIN_MS;

    while (clock_monotonic_ms() < end_ms &&
            (ledger_busy(worker->writer) || !tally_is_empty(worker->filling))) {
        if (!worker_land(worker, DRAIN_WAIT_MS)) {
            continue;
        }
        if (worker->ledger_away) {
            return;
        }
        if (!tally_is_empty(worker->filling)) {
            hand_over(worker);
        }
    }
}
