#include "pipeline/live/messenger.h"

#include "alert/gather.h"
#include "alert/outbox.h"
#include "core/process/clock.h"
#include "core/process/crash_point.h"
#include "core/process/log.h"
#include "core/process/ring.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define RING_SLOTS 256
/* Turns of the thread while nothing is due. */
#define NAP_MS 20
/* At the end no delivery is begun after this long; one that has begun may still take its sink's timeout. */
#define FAREWELL_MS 3000

/* A notice on its way to the messenger, or its key on the way back. */
struct letter {
    char key[OUTBOX_KEY_SIZE];
    uint32_t shard;
    char *json; /* malloc'd, handed over with the letter */
    size_t json_size;
};

struct shard_of_key {
    char key[OUTBOX_KEY_SIZE];
    uint32_t shard;
};

struct messenger {
    /* Fixed at creation. */
    struct sink **sinks;
    size_t sink_count;
    struct ring *inbound;  /* judge to messenger */
    struct ring *outbound; /* and back */

    /* Owned by the messenger's thread. */
    struct gather *gather;
    struct outbox *outbox;
    struct shard_of_key shards[OUTBOX_NOTICES_MAX]; /* of what is in the outbox */
    size_t shard_count;

    /* Owned by the judge's thread. */
    struct letter receipt;

    /* Written by the messenger's thread, read by any. */
    meter delivered;
    meter failed;

    /* Written by any thread, read by the messenger's. */
    meter brands;

    struct stop_flag stop;
    struct thread thread;
};

struct messenger *
messenger_create(struct sink **sinks, size_t sink_count)
{
    struct messenger *messenger = calloc(1, sizeof *messenger);
    struct outbox_settings settings = { .sink_count = sink_count, .seed = 1 };

    if (messenger == NULL) {
        return NULL;
    }
    messenger->sinks = sinks;
    messenger->sink_count = sink_count;
    messenger->inbound = ring_create(sizeof(struct letter), RING_SLOTS);
    messenger->outbound = ring_create(sizeof(struct letter), RING_SLOTS);
    messenger->gather = gather_create();
    messenger->outbox = outbox_create(&settings);
    if (messenger->inbound == NULL || messenger->outbound == NULL || messenger->outbox == NULL) {
        messenger_destroy(&messenger);
    }
    return messenger;
}

static void
empty_ring(struct ring *ring)
{
    for (const struct letter *letter = ring_peek(ring); letter != NULL; letter = ring_peek(ring)) {
        free(letter->json);
        ring_release(ring);
    }
}

void
messenger_destroy(struct messenger **messenger)
{
    if (*messenger == NULL) {
        return;
    }
    assert(!(*messenger)->thread.running);
    if ((*messenger)->inbound != NULL) {
        empty_ring((*messenger)->inbound);
    }
    for (size_t i = 0; i < (*messenger)->sink_count; i++) {
        sink_destroy(&(*messenger)->sinks[i]);
    }
    free((*messenger)->sinks);
    gather_destroy(&(*messenger)->gather);
    outbox_destroy(&(*messenger)->outbox);
    ring_destroy(&(*messenger)->inbound);
    ring_destroy(&(*messenger)->outbound);
    free(*messenger);
    *messenger = NULL;
}

/* ---- judge's thread ---- */

int
messenger_hand(struct messenger *messenger, uint32_t shard, const struct ledger_notice *notice)
{
    struct letter *letter = ring_claim(messenger->inbound);

    if (letter == NULL) {
        return 0;
    }
    *letter = (struct letter){ .shard = shard, .json_size = notice->json.size };
    int whole = view_copy(notice->key, letter->key, sizeof letter->key);
    assert(whole); /* keys are ours: an incident's id, a revision, a kind */
    letter->json = malloc(notice->json.size + 1);
    if (letter->json == NULL) {
        return 0;
    }
    memcpy(letter->json, notice->json.at, notice->json.size);
    letter->json[notice->json.size] = '\0';
    ring_publish(messenger->inbound);
    return 1;
}

int
messenger_next_delivered(struct messenger *messenger, uint32_t *shard, struct view *key)
{
    const struct letter *letter = ring_peek(messenger->outbound);

    if (letter == NULL) {
        return 0;
    }
    messenger->receipt = *letter;
    ring_release(messenger->outbound);
    *shard = messenger->receipt.shard;
    *key = view_of(messenger->receipt.key);
    return 1;
}

/* ---- messenger's thread ---- */

static void
remember_shard(struct messenger *messenger, const struct letter *letter)
{
    assert(messenger->shard_count < OUTBOX_NOTICES_MAX);
    struct shard_of_key *entry = &messenger->shards[messenger->shard_count++];
    memcpy(entry->key, letter->key, sizeof entry->key);
    entry->shard = letter->shard;
}

static uint32_t
forget_key(struct messenger *messenger, const char *key)
{
    for (size_t i = 0; i < messenger->shard_count; i++) {
        if (strcmp(messenger->shards[i].key, key) == 0) {
            uint32_t shard = messenger->shards[i].shard;
            messenger->shards[i] = messenger->shards[--messenger->shard_count];
            return shard;
        }
    }
    return 0;
}

/* "<incident>:<revision>:<kind>" says all that a sink wants to know beside the payload. */
static struct notice
notice_of(const struct letter *letter)
{
    struct view key = view_of(letter->key);
    size_t id_end = 0;
    size_t kind_start = key.size;

    while (id_end < key.size && key.at[id_end] != ':') {
        id_end++;
    }
    while (kind_start > id_end && key.at[kind_start - 1] != ':') {
        kind_start--;
    }
    return (struct notice){ .key = key,
        .incident = view_slice(key, 0, id_end),
        .kind = view_slice(key, kind_start, key.size),
        .json = { .at = letter->json, .size = letter->json_size } };
}

/* Into the outbox, past the gathering. */
static enum outbox_added
pass_on(struct messenger *messenger, const struct notice *notice)
{
    return outbox_add(messenger->outbox, notice, clock_monotonic_ms());
}

/* False: there is no room for it now. */
static int
take_letter(struct messenger *messenger, const struct letter *letter)
{
    struct notice notice = notice_of(letter);
    enum gather_taken taken = gather_take(messenger->gather, &notice, clock_monotonic_ms());
    enum outbox_added added = OUTBOX_ADDED;

    if (taken == GATHER_KNOWN) {
        return 1;
    }
    if (taken == GATHER_PASSES) {
        added = pass_on(messenger, &notice);
    }
    if (added == OUTBOX_ADDED) {
        remember_shard(messenger, letter);
    }
    return added != OUTBOX_FULL;
}

static void
take_letters(struct messenger *messenger, enum gather_haste haste)
{
    struct notice notice;

    gather_watch(messenger->gather, meter_read(&messenger->brands));
    for (const struct letter *letter = ring_peek(messenger->inbound);
            letter != NULL && messenger->shard_count < OUTBOX_NOTICES_MAX;
            letter = ring_peek(messenger->inbound)) {
        if (!take_letter(messenger, letter)) {
            return;
        }
        free(letter->json);
        ring_release(messenger->inbound);
    }
    while (gather_next(messenger->gather, haste, clock_monotonic_ms(), &notice)) {
        if (pass_on(messenger, &notice) == OUTBOX_FULL) {
            return;
        }
        gather_sent(messenger->gather);
    }
}

static void
attempt(struct messenger *messenger, const struct outbox_task *task)
{
    struct sink *sink = messenger->sinks[task->sink];
    enum sink_outcome outcome = sink_deliver(sink, &task->notice);
    if (outcome == SINK_DELIVERED) {
        crash_point("delivered");
    }
    int64_t after_ms = outcome == SINK_RETRY ? sink_retry_after_ms(sink) : 0;

    meter_add(outcome == SINK_DELIVERED ? &messenger->delivered : &messenger->failed, 1);
    if (outcome != SINK_DELIVERED) {
        log_event(LOG_WARN, outcome == SINK_RETRY ? "delivery_delayed" : "delivery_refused",
                "sink=%s key=%.*s attempt=%u why=%s", sink_name(sink), (int)task->notice.key.size,
                task->notice.key.at, task->attempts + 1, sink_trouble(sink));
    }
    outbox_result(messenger->outbox, outcome, after_ms, clock_monotonic_ms());
}

/* The next notice of the judge's that has its end everywhere, alone or within one that stood for several. */
static int
next_receipt(struct messenger *messenger, char key[OUTBOX_KEY_SIZE])
{
    struct outbox_receipt receipt;

    if (gather_settled(messenger->gather, key)) {
        return 1;
    }
    if (!outbox_done(messenger->outbox, &receipt)) {
        return 0;
    }
    if (gather_receipt(messenger->gather, view_of(receipt.key))) {
        return gather_settled(messenger->gather, key);
    }
    memcpy(key, receipt.key, OUTBOX_KEY_SIZE);
    return 1;
}

/* A full ring keeps the receipt waiting in the outbox: the judge is behind, not gone. */
static void
return_receipts(struct messenger *messenger)
{
    for (;;) {
        char key[OUTBOX_KEY_SIZE];
        struct letter *letter = ring_claim(messenger->outbound);
        if (letter == NULL || !next_receipt(messenger, key)) {
            return;
        }
        *letter = (struct letter){ .shard = forget_key(messenger, key) };
        memcpy(letter->key, key, sizeof letter->key);
        ring_publish(messenger->outbound);
    }
}

/* What is due, one by one, until `end_ms`. True when there was anything. */
static int
deliver_due(struct messenger *messenger, int64_t end_ms)
{
    struct outbox_task task;
    int any = 0;

    take_letters(messenger, end_ms == INT64_MAX ? GATHER_WAIT : GATHER_NOW);
    while (clock_monotonic_ms() < end_ms &&
            outbox_next(messenger->outbox, clock_monotonic_ms(), &task)) {
        attempt(messenger, &task);
        any = 1;
        if (end_ms == INT64_MAX && stop_raised(&messenger->stop)) {
            break; /* from here on the farewell's clock runs */
        }
    }
    return_receipts(messenger);
    return any;
}

static void *
run(void *argument)
{
    struct messenger *messenger = argument;

    while (!stop_raised(&messenger->stop)) {
        if (!deliver_due(messenger, INT64_MAX)) {
            clock_sleep_ms(NAP_MS);
        }
    }
    int64_t end_ms = clock_monotonic_ms() + FAREWELL_MS;
    while (deliver_due(messenger, end_ms)) {
    }
    return NULL;
}

void
messenger_watch(struct messenger *messenger, size_t brand_count)
{
    meter_set(&messenger->brands, brand_count);
}

int
messenger_start(struct messenger *messenger)
{
    return thread_start(&messenger->thread, "messenger", run, messenger);
}

void
messenger_stop(struct messenger *messenger)
{
    stop_raise(&messenger->stop);
    thread_join(&messenger->thread);
}

uint64_t
messenger_delivered_count(const struct messenger *messenger)
{
    return meter_read(&messenger->delivered);
}

uint64_t
messenger_failed_count(const struct messenger *messenger)
{
    return meter_read(&messenger->failed);
}
