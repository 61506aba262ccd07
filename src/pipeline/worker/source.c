#include "core/process/clock.h"
#include "core/process/crash_point.h"
#include "core/process/log.h"
#include "pipeline/worker/private.h"

/* Claims of one turn; the rest waits for the next, so that the group hears of us. */
#define CLAIM_TURN_MS 1000

/* That a log ends below what is counted is said this often. */
#define SHORT_SAID_MS (60 * INT64_C(1000))

/* ---- claiming ---- */

void
worker_tell_lapses(struct worker_source *source, int64_t offset)
{
    source->lapse_next = INT64_MAX;
    for (uint32_t i = 0; i < source->lapse_count; i++) {
        const struct claim_lapse *lapse = &source->lapses[i];
        uint32_t *late_below = &source->engine.late_below[lapse->shard];
        if (lapse->from > offset) {
            source->lapse_next =
                    lapse->from < source->lapse_next ? lapse->from : source->lapse_next;
        } else if (lapse->late_below > *late_below) {
            *late_below = lapse->late_below;
        }
    }
}

/* What is in the counts already, and what is late where; and what the duplicate filter knows from before. */
static void
adopt_claim(struct worker_source *source, const struct ledger_claim *claim)
{
    struct partition_stand stand = { .log = claim->topic,
        .begin = source->hold.begin,
        .offset = source->hold.position,
        .max_time_ms = claim->max_time_ms };

    memcpy(source->engine.fence, claim->fence, sizeof source->engine.fence);
    memcpy(source->engine.late_below, claim->late_below, sizeof source->engine.late_below);
    memcpy(source->lapses, claim->lapses, claim->lapse_count * sizeof *claim->lapses);
    source->lapse_count = claim->lapse_count;
    worker_tell_lapses(source, INT64_MIN);
    source->engine.lowest_fence = claim->lowest_fence;
    source->seen_offset = claim->seen_offset;
    source->seen_stamp_ms = claim->seen_stamp_ms;
    holding_skip(&source->hold, partition_resume(source->engine.partition, &stand));
}

static void
say_lost(struct worker *worker, uint32_t number, int64_t lost)
{
    const struct holding *hold = &worker->sources[number].hold;

    if (lost > 0) {
        log_event(LOG_ERROR, "records_lost", "topic=%s partition=%d from=%lld to=%lld why=%s",
                consumer_topic(worker->consumer, number),
                consumer_partition(worker->consumer, number), (long long)hold->lowest_fence,
                (long long)hold->position,
                "the log no longer has them: raise the topic's retention");
        meter_add(&worker->meters.lost_records, (uint64_t)lost);
    }
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

static int64_t
highest_fence(const struct worker *worker, const struct ledger_claim *claim)
{
    int64_t highest = claim->lowest_fence;

    for (uint32_t shard = 0; shard < ledger_shard_count(worker->options.ledger); shard++) {
        highest = claim->fence[shard] > highest ? claim->fence[shard] : highest;
    }
    return highest;
}

static void
say_another_log(struct worker *worker, uint32_t number, const char *event, const char *what)
{
    struct worker_source *source = &worker->sources[number];
    int64_t now_ms = clock_monotonic_ms();

    if (source->short_said_ms == 0 || now_ms - source->short_said_ms >= SHORT_SAID_MS) {
        source->short_said_ms = now_ms;
        log_event(LOG_ERROR, event, "topic=%s partition=%d what=%s advice=%s",
                consumer_topic(worker->consumer, number),
                consumer_partition(worker->consumer, number), what,
                "count it under another topic name or redis.namespace");
    }
}

/* The log is not the one that was counted. Kafka forgets what a group committed of a topic when the topic is
 * deleted: where nothing is committed any more the topic was made again, and is counted as a new one. Otherwise
 * its end was lost, or this is another cluster, and which records are counted is for a person to say; the other
 * partitions go on. */
static enum ledger_outcome
meet_another_log(struct worker *worker, uint32_t number, const char *event, const char *what)
{
    struct view topic = view_of(consumer_topic(worker->consumer, number));
    int64_t committed = 0;

    worker_forget_log(worker, number);
    if (!consumer_committed(worker->consumer, number, &committed)) {
        return LEDGER_AWAY;
    }
    if (committed >= 0) {
        say_another_log(worker, number, event, what);
        return LEDGER_CLASH;
    }
    log_event(LOG_WARN, "topic_made_again", "topic=%s partition=%d why=%s what=%s", topic.at,
            consumer_partition(worker->consumer, number), event,
            "all its partitions are counted anew");
    enum ledger_outcome outcome = ledger_renew(worker->writer, number, topic);
    return outcome == LEDGER_OK ? LEDGER_CLASH : outcome; /* claim by the new number */
}

/* OK: nothing speaks against it that this is the log that was counted. */
static enum ledger_outcome
check_log(struct worker *worker, uint32_t number, const struct ledger_claim *claim, int64_t end)
{
    struct worker_source *source = &worker->sources[number];

    if (end < highest_fence(worker, claim)) {
        return meet_another_log(worker, number, "log_too_short",
                "not counted: it ends below what was counted; its end was lost, or this is "
                "another cluster");
    }
    if (source->foreign_offset >= 0 && source->foreign_offset == claim->seen_offset) {
        return meet_another_log(worker, number, "log_differs",
                "not counted: where a record was counted another one stands; its end was lost, "
                "or this is another cluster");
    }
    source->foreign_offset = -1;
    return LEDGER_OK;
}

int
worker_is_foreign(struct worker *worker, const struct finding *finding)
{
    struct worker_source *source = &worker->sources[finding->partition];
    int foreign =
            finding->ingest_ms != INGEST_UNKNOWN && finding->ingest_ms != source->seen_stamp_ms;

    source->seen_offset = -1;
    if (foreign) {
        source->foreign_offset = finding->offset;
        worker_resync(worker, finding->partition);
    }
    return foreign;
}

static enum ledger_outcome
claim(struct worker *worker, uint32_t number)
{
    struct worker_source *source = &worker->sources[number];
    struct ledger_claim claim;
    int64_t low = 0;
    int64_t high = 0;
    enum ledger_outcome outcome = read_fences(worker, number, &claim);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    if (!consumer_offsets(worker->consumer, number, &low, &high)) {
        return LEDGER_AWAY;
    }
    outcome = check_log(worker, number, &claim, high);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    say_lost(worker, number,
            holding_claimed(&source->hold, &worker->holding, claim.lowest_fence, low));
    adopt_claim(source, &claim);
    worker_forget_promises(worker);
    return LEDGER_OK;
}

/* A claim that fails may have waited for its whole timeout. The others would fare no better, and a worker
 * that waited for all of them would be thrown out of the group, or would not hear that it should stop. */
static void
postpone_claims(struct worker *worker)
{
    int64_t now_ms = clock_monotonic_ms();

    for (uint32_t i = 0; i < worker->source_count; i++) {
        holding_postpone(&worker->sources[i].hold, &worker->holding, now_ms);
    }
}

/* False: the others need not be asked for now. */
static int
claim_source(struct worker *worker, uint32_t number)
{
    struct holding *hold = &worker->sources[number].hold;
    enum ledger_outcome outcome = claim(worker, number);

    if (outcome == LEDGER_OK) {
        return 1;
    }
    enum holding_step step = holding_claim_failed(
            hold, &worker->holding, worker_outcome(outcome), clock_monotonic_ms(), &worker->jitter);
    if (step == HOLDING_GO_ON) {
        return 1;
    }
    if (step == HOLDING_STOP) {
        worker_give_up(worker, "the ledger refuses this partition: see the line above");
    }
    postpone_claims(worker);
    return 0;
}

/* False when the turn's time is over before all were asked for. */
static int
claim_due(struct worker *worker)
{
    int64_t now_ms = clock_monotonic_ms();

    for (uint32_t i = 0; i < worker->source_count; i++) {
        if (!holding_is_due(&worker->sources[i].hold, now_ms)) {
            continue;
        }
        if (!claim_source(worker, i)) {
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
        struct holding *hold = &worker->sources[i].hold;
        if (hold->state != HOLDING_CLAIMED) {
            continue;
        }
        crash_mark(2 * i, consumer_partition(worker->consumer, i));
        crash_mark(2 * i + 1, hold->position);
        crash_point("claimed");
        if (!consumer_begin(worker->consumer, i, hold->begin)) {
            holding_resync(hold);
            continue;
        }
        holding_begin(hold);
        log_event(LOG_INFO, "claimed", "worker=%u topic=%s partition=%d offset=%lld from=%lld",
                worker->options.number, consumer_topic(worker->consumer, i),
                consumer_partition(worker->consumer, i), (long long)hold->position,
                (long long)hold->begin);
    }
}

/* All are claimed before one is read, for what that does to the watermark; and a broker answers questions
 * about offsets behind its waiting fetches, half a second each. */
void
worker_claim_waiting(struct worker *worker)
{
    if (!ledger_busy(worker->writer) && claim_due(worker)) {
        begin_claimed(worker);
    }
}

void
worker_forget_log(struct worker *worker, uint32_t number)
{
    partition_reset(worker->sources[number].engine.partition, INT64_MIN);
}

void
worker_resync(struct worker *worker, uint32_t number)
{
    meter_add(&worker->meters.resyncs, 1);
    tally_drop_source(worker->filling, number);
    holding_resync(&worker->sources[number].hold);
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
    source->seen_offset = -1;
    source->foreign_offset = -1;
    holding_assign(&source->hold);
}

void
worker_revoke(struct worker *worker, uint32_t number)
{
    if (number >= worker->source_count || worker->sources[number].hold.state == HOLDING_FREE) {
        return;
    }
    crash_point("revoked");
    crash_mark(2 * number + 1, 0);
    tally_drop_source(worker->filling, number);
    ledger_release(worker->writer, number);
    holding_revoke(&worker->sources[number].hold);
    log_event(LOG_INFO, "revoked", "worker=%u topic=%s partition=%d", worker->options.number,
            consumer_topic(worker->consumer, number), consumer_partition(worker->consumer, number));
}

/* ---- the end of a log ---- */

/* At the end of the log everything up to it is covered, gaps of transactions and compaction too. */
static void
cover_gap(struct worker *worker, uint32_t number)
{
    struct worker_source *source = &worker->sources[number];
    struct holding *hold = &source->hold;

    if (!holding_has_gap(hold) || !worker_has_room(worker)) {
        return;
    }
    uint32_t range = tally_open_range(worker->filling, number, hold->position);
    holding_cover(hold, hold->end_offset);
    tally_cover(
            worker->filling, range, hold->position, partition_max_time(source->engine.partition));
}

void
worker_reach_end(struct worker *worker, uint32_t number, int64_t offset)
{
    if (number < worker->source_count) {
        holding_reach_end(&worker->sources[number].hold, offset, clock_monotonic_ms());
        cover_gap(worker, number);
    }
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

/* A broker was lost. If it is back the end is told again; if not, records may be waiting, and a partition that left
 * the watermark now would find them late. */
static void
look_again(struct worker *worker, uint32_t number)
{
    struct holding *hold = &worker->sources[number].hold;

    holding_lose_end(hold);
    if (!consumer_begin(worker->consumer, number, hold->position)) {
        worker_resync(worker, number);
    }
}

static void
idle_source(struct worker *worker, uint32_t number)
{
    struct holding *hold = &worker->sources[number].hold;

    cover_gap(worker, number);
    if (is_filling(worker, number) || holding_has_gap(hold)) {
        return; /* not applied yet; the other partitions may be as busy as they like */
    }
    if (!consumer_sees_end(worker->consumer, number)) {
        look_again(worker, number);
        return;
    }
    enum ledger_outcome outcome = ledger_idle(worker->writer, number, hold->end_offset);
    if (holding_said_idle(hold, worker_outcome(outcome), clock_monotonic_ms()) == HOLDING_RESYNC) {
        worker_resync(worker, number);
    }
}

void
worker_note_idle(struct worker *worker)
{
    int64_t now_ms = clock_monotonic_ms();

    for (uint32_t i = 0; i < worker->source_count; i++) {
        if (holding_is_quiet(&worker->sources[i].hold, &worker->holding, now_ms)) {
            idle_source(worker, i);
        }
    }
}
