#include "pipeline/worker/worker.h"

#include "core/process/clock.h"
#include "core/process/log.h"
#include "pipeline/worker/private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Batches between two looks at the ledger while records stream in. */
#define BATCHES_PER_TURN 8
/* Waits of one turn: for records; for records while an answer of the ledger is due. */
#define POLL_MS        20
#define POLL_FLIGHT_MS 1
/* For that answer when there is no room before it: pausing and resuming partitions costs more than this, so
 * only a ledger that is slower has them paused. */
#define ROOM_MS 500
/* And once they are. */
#define ROOM_HELD_MS 10
/* How long a claim that failed waits before it is tried again. */
#define CLAIM_RETRY_MS 500
/* Kafka's absence is said this often. */
#define KAFKA_SAID_MS (60 * INT64_C(1000))

struct worker *
worker_create(const struct worker_options *options, char trouble[WORKER_TROUBLE_SIZE])
{
    struct worker *worker = calloc(1, sizeof *worker);

    snprintf(trouble, WORKER_TROUBLE_SIZE, "out of memory");
    if (worker == NULL) {
        return NULL;
    }
    worker->options = *options;
    worker->holding = (struct holding_options){ .window = options->engine.partition.dedupe_records,
        .idle_ms = options->idle_ms,
        .retry_ms = CLAIM_RETRY_MS };
    worker->jitter = rng_seeded((uint64_t)clock_monotonic_ns() + options->number);
    worker->newest_ms = INT64_MIN;
    worker->awaited_ms = INT64_MIN;
    worker->sources = calloc(SOURCES_MAX, sizeof *worker->sources);
    worker->engine = engine_create(&options->engine);
    worker->filling = tally_create();
    worker->flying = tally_create();
    if (worker->engine != NULL) {
        worker_forget_promises(worker);
        worker->writer = ledger_writer_create(options->ledger, engine_names(worker->engine));
    }
    if (worker->sources == NULL || worker->writer == NULL || worker->filling == NULL ||
            worker->flying == NULL || !findings_init(&worker->findings, WORKER_BATCH)) {
        worker_destroy(&worker);
        return NULL;
    }
    struct consumer_options consumer = options->consumer;
    consumer.place = options->number;
    worker->consumer = consumer_create(&consumer, trouble);
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
    findings_fini(&(*worker)->findings);
    free((*worker)->sources);
    free(*worker);
    *worker = NULL;
}

void
worker_give_up(struct worker *worker, const char *why)
{
    snprintf(worker->trouble, sizeof worker->trouble, "%s", why);
    log_event(LOG_ERROR, "worker_stopped", "worker=%u why=%s", worker->options.number, why);
    stop_raise(worker->options.stop);
}

enum holding_outcome
worker_outcome(enum ledger_outcome outcome)
{
    switch (outcome) {
    case LEDGER_OK:
        return HOLDING_OK;
    case LEDGER_CLASH:
    case LEDGER_LOST:
        return HOLDING_CLASH;
    case LEDGER_CLOSED:
        return HOLDING_CLOSED;
    case LEDGER_REFUSED:
        return HOLDING_REFUSED;
    case LEDGER_PENDING:
    case LEDGER_AWAY:
        break;
    }
    return HOLDING_AWAY;
}

/* ---- events of the consumer ---- */

static void
kafka_is_there(struct worker *worker)
{
    if (worker->kafka_said_ms != 0) {
        worker->kafka_said_ms = 0;
        log_event(LOG_INFO, "kafka_back", "worker=%u", worker->options.number);
    }
    meter_set(&worker->contact, WORKER_CONNECTED);
}

static void
kafka_is_away(struct worker *worker, const char *why)
{
    int64_t now_ms = clock_monotonic_ms();

    meter_set(&worker->contact, WORKER_DISCONNECTED);
    if (worker->kafka_said_ms == 0 || now_ms - worker->kafka_said_ms >= KAFKA_SAID_MS) {
        worker->kafka_said_ms = now_ms;
        log_event(LOG_WARN, "kafka_away", "worker=%u why=%s", worker->options.number,
                why == NULL ? "no broker answers" : why);
    }
}

static void
lose_offset(struct worker *worker, uint32_t number)
{
    if (number < worker->source_count && worker->sources[number].hold.state == HOLDING_READING) {
        worker_forget_log(worker, number);
        worker_resync(worker, number);
    }
}

static void
handle(struct worker *worker, struct consumer_event *event)
{
    switch (event->kind) {
    case CONSUMER_RECORD:
        assert(0 && "records come by themselves");
        break;
    case CONSUMER_ASSIGNED:
        worker_assign(worker, event->source);
        break;
    case CONSUMER_REVOKED:
        worker_revoke(worker, event->source);
        return; /* may well be because the brokers are gone */
    case CONSUMER_END:
        worker_reach_end(worker, event->source, event->offset);
        break;
    case CONSUMER_LOST:
        lose_offset(worker, event->source);
        break;
    case CONSUMER_FATAL:
        worker_give_up(worker, event->text);
        return;
    case CONSUMER_AWAY:
        kafka_is_away(worker, event->text);
        return;
    case CONSUMER_NOTHING:
        return;
    }
    kafka_is_there(worker);
}

/* ---- the thread ---- */

/* What has arrived is a batch: nothing waits for more to come. The messages stay Kafka's memory until they
 * are counted. */
static void
take_records(struct worker *worker)
{
    struct consumer_event event = { .kind = CONSUMER_NOTHING };
    int64_t wait_ms = ledger_busy(worker->writer) ? POLL_FLIGHT_MS : POLL_MS;
    size_t count = WORKER_BATCH;

    for (int i = 0; i < BATCHES_PER_TURN && count == WORKER_BATCH; i++) {
        count = consumer_poll_many(
                worker->consumer, wait_ms, worker->records, WORKER_BATCH, &event);
        if (count > 0) {
            kafka_is_there(worker);
        }
        worker_take_rules(worker);
        worker_take_records(worker, count);
        records_done(worker->records, count);
        handle(worker, &event);
        wait_ms = 0;
        if (event.kind != CONSUMER_NOTHING || !worker_has_room(worker)) {
            break;
        }
    }
}

static int64_t
patience_ms(const struct worker *worker)
{
    if (worker->paused) {
        return ROOM_HELD_MS;
    }
    return worker_has_room(worker) ? 0 : ROOM_MS;
}

static void *
run(void *argument)
{
    struct worker *worker = argument;

    worker->handover_ms = clock_monotonic_ms();
    while (!stop_raised(worker->options.stop)) {
        take_records(worker);
        worker_fly(worker, patience_ms(worker));
        worker_release_hold(worker);
        worker_claim_waiting(worker);
    }
    worker_drain(worker);
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

enum worker_contact
worker_contact(const struct worker *worker)
{
    return (enum worker_contact)meter_read(&worker->contact);
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
