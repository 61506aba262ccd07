#include "pipeline/live/judge_thread.h"

#include "alert/outbox.h"
#include "core/hash.h"
#include "core/process/clock.h"
#include "core/process/log.h"
#include "core/process/meter.h"

#include <assert.h>
#include <stdlib.h>

/* Notices handed to the messenger and not confirmed yet. More wait in the ledger's outbox. */
#define HANDED_MAX 512
/* Without a new event, the outbox is looked at this often: a former judge may have left something. */
#define LOOK_MS 5000
/* Pauses after a turn in which the ledger did not answer, doubled up to the last. */
#define AWAY_MIN_MS 200
#define AWAY_MAX_MS 2000
/* A pause is slept in pieces, so that other rules need not wait for its end. */
#define PIECE_MS 10

/* A notice that is with the messenger, or that it has delivered and the ledger does not know of yet. */
struct handed {
    uint64_t hash; /* of its key */
    uint32_t shard;
    int delivered;
    char key[OUTBOX_KEY_SIZE];
};

struct judge_thread {
    /* Fixed at creation. */
    struct judge_thread_options options;

    /* Owned by the judge's thread. */
    struct handed handed[HANDED_MAX];
    size_t handed_count;
    int64_t looked_ms;
    int64_t away_ms;

    /* Written by the judge's thread, read by any. */
    meter turns;
    meter closed;
    meter wanted;
    meter slots_used;

    /* Set by the main thread, emptied by the judge's when it has taken what is offered. */
    _Atomic(const struct docket_rules *) offered;

    struct thread thread;
};

struct judge_thread *
judge_thread_create(const struct judge_thread_options *options)
{
    struct judge_thread *thread = calloc(1, sizeof *thread);

    if (thread != NULL) {
        thread->options = *options;
    }
    return thread;
}

void
judge_thread_destroy(struct judge_thread **thread)
{
    free(*thread);
    *thread = NULL;
}

static size_t
handed_index(const struct judge_thread *thread, uint64_t hash)
{
    size_t index = 0;

    while (index < thread->handed_count && thread->handed[index].hash != hash) {
        index++;
    }
    return index;
}

/* The ledger's outbox is the truth; what is with the messenger already is not handed twice. */
static void
hand_notice(void *context, uint32_t shard, const struct ledger_notice *notice)
{
    struct judge_thread *thread = context;
    uint64_t hash = hash_view(notice->key, 0);

    if (thread->handed_count == HANDED_MAX || handed_index(thread, hash) < thread->handed_count) {
        return;
    }
    if (messenger_hand(thread->options.messenger, shard, notice)) {
        struct handed *handed = &thread->handed[thread->handed_count++];
        *handed = (struct handed){ .hash = hash, .shard = shard };
        view_copy(notice->key, handed->key, sizeof handed->key);
    }
}

/* What everybody has goes from the outbox; while the ledger is away it is remembered, and not sent again. */
static void
settle_delivered(struct judge_thread *thread)
{
    uint32_t shard = 0;
    struct view key;

    while (messenger_next_delivered(thread->options.messenger, &shard, &key)) {
        size_t index = handed_index(thread, hash_view(key, 0));
        if (index < thread->handed_count) {
            thread->handed[index].delivered = 1;
        }
    }
    for (size_t i = thread->handed_count; i > 0; i--) {
        struct handed *handed = &thread->handed[i - 1];
        if (!handed->delivered) {
            continue;
        }
        if (!docket_delivered(thread->options.docket, handed->shard, view_of(handed->key))) {
            return; /* the others would wait for its answer as long */
        }
        *handed = thread->handed[--thread->handed_count];
    }
}

static void
note_outcome(struct judge_thread *thread, enum ledger_outcome outcome)
{
    if (outcome == LEDGER_OK) {
        if (thread->away_ms > 0) {
            log_event(LOG_INFO, "judge_back", "away_ms=%lld", (long long)thread->away_ms);
        }
        thread->away_ms = 0;
        return;
    }
    if (thread->away_ms == 0) {
        log_event(LOG_WARN, "judge_waits", "ledger=%s", ledger_outcome_name(outcome));
        thread->away_ms = AWAY_MIN_MS;
    } else if (thread->away_ms < AWAY_MAX_MS) {
        thread->away_ms *= 2;
    }
}

static void
turn(struct judge_thread *thread)
{
    int64_t now_ms = clock_monotonic_ms();
    uint64_t made = docket_notices_made(thread->options.docket);

    note_outcome(thread, docket_turn(thread->options.docket, clock_wall_ms()));
    settle_delivered(thread);
    int made_some = docket_notices_made(thread->options.docket) != made;
    if (made_some || now_ms - thread->looked_ms >= LOOK_MS) {
        docket_each_notice(thread->options.docket, hand_notice, thread);
        thread->looked_ms = now_ms;
    }
    meter_add(&thread->turns, 1);
    meter_set(&thread->closed, docket_closed(thread->options.docket));
    meter_set(&thread->wanted, docket_wanted_revision(thread->options.docket));
    meter_set(&thread->slots_used, docket_slots_used(thread->options.docket));
}

/* Between two turns. */
static void
take_rules(struct judge_thread *thread)
{
    /* Pairs with judge_thread_offer_rules(): the rules are whole. */
    const struct docket_rules *rules = atomic_load_explicit(&thread->offered, memory_order_acquire);

    if (rules != NULL) {
        docket_hold(thread->options.docket, rules);
        /* Pairs with judge_thread_has_taken_rules(): the former ones are left. */
        atomic_store_explicit(&thread->offered, NULL, memory_order_release);
    }
}

static void
pause_turns(struct judge_thread *thread)
{
    int64_t left_ms = thread->away_ms > 0 ? thread->away_ms : thread->options.turn_ms;

    while (left_ms > 0 && !stop_raised(thread->options.stop)) {
        clock_sleep_ms(left_ms < PIECE_MS ? left_ms : PIECE_MS);
        left_ms -= PIECE_MS;
        take_rules(thread);
    }
}

static void *
run(void *argument)
{
    struct judge_thread *thread = argument;

    while (!stop_raised(thread->options.stop)) {
        turn(thread);
        take_rules(thread);
        pause_turns(thread);
    }
    turn(thread);
    docket_each_notice(thread->options.docket, hand_notice, thread);
    return NULL;
}

int
judge_thread_start(struct judge_thread *thread)
{
    return thread_start(&thread->thread, "judge", run, thread);
}

void
judge_thread_stop(struct judge_thread *thread)
{
    thread_join(&thread->thread);
}

void
judge_thread_offer_rules(struct judge_thread *thread, const struct docket_rules *rules)
{
    assert(judge_thread_has_taken_rules(thread));
    /* Pairs with take_rules(). */
    atomic_store_explicit(&thread->offered, rules, memory_order_release);
}

int
judge_thread_has_taken_rules(const struct judge_thread *thread)
{
    /* Pairs with take_rules(). */
    return atomic_load_explicit(&thread->offered, memory_order_acquire) == NULL;
}

void
judge_thread_settle(struct judge_thread *thread)
{
    settle_delivered(thread);
}

uint64_t
judge_thread_turns(const struct judge_thread *thread)
{
    return meter_read(&thread->turns);
}

uint32_t
judge_thread_closed(const struct judge_thread *thread)
{
    return (uint32_t)meter_read(&thread->closed);
}

uint32_t
judge_thread_wanted_revision(const struct judge_thread *thread)
{
    return (uint32_t)meter_read(&thread->wanted);
}

uint32_t
judge_thread_slots_used(const struct judge_thread *thread)
{
    return (uint32_t)meter_read(&thread->slots_used);
}
