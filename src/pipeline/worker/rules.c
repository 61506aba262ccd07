/*
 * By which rules the worker counts, and how far.
 *
 * A record is counted when its bucket is promised (fence/revisions.h) and the rules of that bucket are held. Who
 * makes them ready is the main thread; the worker says which it lacks. Until then the record stays Kafka's and
 * the worker polls on: better late than by rules that are not its own. Somebody has to be told when they
 * do not come.
 */
#include "core/process/clock.h"
#include "core/process/log.h"
#include "pipeline/worker/private.h"

#include <inttypes.h>
#include <stdio.h>

/* A submission in flight is waited for this long before the ledger is asked for more. */
#define LAND_MS 500
/* While records wait for rules they are looked for this often. */
#define LOOK_MS 20
/* Rules that do not come in so long will not: another member of the group may have them. */
#define RULES_WAIT_MS (60 * INT64_C(1000))

static uint32_t
bucket_of_ms(int64_t time_ms)
{
    return time_ms <= 0 ? 0 : bucket_of(time_ms);
}

/* ---- other rules ---- */

void
worker_take_rules(struct worker *worker)
{
    /* Pairs with worker_offer_rules(): the rules are whole. */
    struct engine_rules *rules = atomic_load_explicit(&worker->offered, memory_order_acquire);

    if (rules == NULL) {
        return;
    }
    int64_t begin_ns = clock_monotonic_ns();
    engine_hold(worker->engine, worker->offered_slot, rules);
    meter_set(&worker->meters.rules_taken_ns, (uint64_t)(clock_monotonic_ns() - begin_ns));
    meter_add(&worker->meters.rules_taken, 1);
    /* Pairs with worker_has_taken_rules(): nothing of what is in there is used any more. */
    atomic_store_explicit(&worker->offered, NULL, memory_order_release);
}

void
worker_offer_rules(struct worker *worker, uint32_t slot, struct engine_rules *rules)
{
    assert(worker_has_taken_rules(worker));
    worker->offered_slot = slot;
    /* Pairs with worker_take_rules(). */
    atomic_store_explicit(&worker->offered, rules, memory_order_release);
}

int
worker_has_taken_rules(const struct worker *worker)
{
    /* Pairs with worker_take_rules(). */
    return atomic_load_explicit(&worker->offered, memory_order_acquire) == NULL;
}

uint32_t
worker_wanted_revision(const struct worker *worker)
{
    return (uint32_t)meter_read(&worker->wanted);
}

/* ---- promises ---- */

/* Not further than the present goes, unless the record does: what is promised puts the next swap off, and
 * reading up to the present in a hurry would promise much of the future. */
static uint32_t
far_from(struct worker *worker, uint32_t bucket)
{
    uint32_t present = bucket_of_ms(clock_wall_ms()) + REACH_BUCKETS_MIN;
    uint32_t far = reach_pace_ask(&worker->pace, bucket, clock_monotonic_ms());

    if (far > present) {
        far = bucket > present ? bucket : present;
        worker->pace.buckets = far - bucket; /* or it would be due again at once */
    }
    return far;
}

/* Nothing is in flight. False: the ledger does not answer, and nothing is promised any more. */
static int
ask(struct worker *worker, uint32_t bucket)
{
    uint32_t far = worker->revisions.count == 0 ? bucket : far_from(worker, bucket);
    enum ledger_outcome outcome = ledger_reach(worker->writer, far, &worker->revisions);

    if (outcome == LEDGER_REFUSED) {
        worker_give_up(worker, "the ledger refuses to say by which rules to count");
    }
    /* The deployment's horizon may be far beyond what we asked for; what is below it is as safe. */
    worker->revisions.horizon = outcome == LEDGER_OK ? worker->revisions.horizon : 0;
    engine_follow(worker->engine, &worker->revisions);
    return outcome == LEDGER_OK;
}

void
worker_forget_promises(struct worker *worker)
{
    worker->revisions.horizon = 0;
    engine_follow(worker->engine, &worker->revisions);
}

int
worker_reach(struct worker *worker, int64_t time_ms)
{
    uint32_t bucket = bucket_of_ms(time_ms);

    if (bucket < worker->revisions.horizon) {
        return 0; /* it is not the promise that is missing */
    }
    return worker_land(worker, LAND_MS) && ask(worker, bucket);
}

void
worker_look_ahead(struct worker *worker)
{
    uint32_t bucket = bucket_of_ms(worker->newest_ms);

    if (worker->revisions.horizon > 0 &&
            reach_pace_is_due(&worker->pace, bucket, worker->revisions.horizon)) {
        (void)ask(worker, bucket);
    }
}

/* ---- waiting for rules ---- */

void
worker_await_rules(struct worker *worker, int64_t time_ms)
{
    if (worker->awaited_ms == INT64_MIN) {
        worker->awaited_ms = time_ms;
        worker->awaited_since_ms = clock_monotonic_ms();
        worker->awaited_said = 0;
    }
}

static void
complain(struct worker *worker, size_t index)
{
    const struct revision *revision = &worker->revisions.at[index];
    int64_t waited_ms = clock_monotonic_ms() - worker->awaited_since_ms;

    meter_set(&worker->wanted, revision->number);
    if (!worker->awaited_said) {
        worker->awaited_said = 1;
        log_event(LOG_INFO, "rules_awaited",
                "worker=%u revision=%" PRIu32 " digest=%s from=%" PRId64, worker->options.number,
                revision->number, revision->name, bucket_start_ms(revision->from));
    }
    if (waited_ms >= RULES_WAIT_MS) {
        char why[WORKER_TROUBLE_SIZE];
        snprintf(why, sizeof why,
                "the rules %s, by which all count from %" PRId64
                " on, are not to be had: see rules_unusable above, or swap to others (SIGHUP)",
                revision->name, bucket_start_ms(revision->from));
        worker_give_up(worker, why);
    }
}

/* 1: they are held now. */
static int
look_for_rules(struct worker *worker)
{
    uint32_t bucket = bucket_of_ms(worker->awaited_ms);

    if (bucket >= worker->revisions.horizon &&
            (ledger_busy(worker->writer) || !ask(worker, bucket))) {
        worker->awaited_since_ms = clock_monotonic_ms(); /* it is the ledger that is waited for */
        return 0;
    }
    size_t index = revisions_index(&worker->revisions, bucket);
    if (index == NO_REVISION) {
        worker->awaited_since_ms = clock_monotonic_ms();
        worker_forget_promises(worker); /* nobody has agreed on rules yet */
        return 0;
    }
    if (engine_slot_of(worker->engine, worker->revisions.at[index].name) == NO_SLOT) {
        complain(worker, index);
        return 0;
    }
    return 1;
}

int
worker_rules_ready(struct worker *worker)
{
    int64_t now_ms = clock_monotonic_ms();

    if (worker->awaited_ms == INT64_MIN) {
        return 1;
    }
    if (now_ms - worker->looked_ms < LOOK_MS) {
        return 0;
    }
    worker->looked_ms = now_ms;
    if (!look_for_rules(worker)) {
        return 0;
    }
    worker->awaited_ms = INT64_MIN;
    meter_set(&worker->wanted, 0);
    return 1;
}
