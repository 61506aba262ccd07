/* Many records at a time, against the embedded broker: nothing is missing, nothing twice, nothing stale, and
 * nobody sleeps while there is something to read. */
#include "core/process/clock.h"
#include "core/process/log.h"
#include "ingest/broker.h"
#include "ingest/consumer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define PARTITIONS   3
#define PATIENCE_MS  30000
#define CAPACITY_MAX 256
#define TOPIC        "menciones"
#define MONSTER_SIZE 700000 /* more than one batch has room for */

static struct broker *broker;
static char trouble[256];

static void
start_broker(void)
{
    log_setup(LOG_ERROR, LOG_SILENT);
    broker = broker_create(TOPIC, PARTITIONS, trouble);
    cr_assert_not_null(broker, "%s", trouble);
}

static void
stop_broker(void)
{
    broker_destroy(&broker);
}

TestSuite(consumer_many, .init = start_broker, .fini = stop_broker, .timeout = 120);

static char *monster;

/* Records that are not like others, by number: no value, an empty one, one that is larger than a batch. */
enum { TOMBSTONE_AT = 11, EMPTY_AT = 22, MONSTER_AT = 33 };

static struct view
value_of(int number, char *text, size_t size)
{
    if (number == TOMBSTONE_AT) {
        return (struct view){ .at = NULL };
    }
    if (number == EMPTY_AT) {
        return VIEW("");
    }
    if (number == MONSTER_AT) {
        return (struct view){ .at = monster, .size = MONSTER_SIZE };
    }
    int written = snprintf(text, size, "%d %0*d", number, 50 + number % 400, number);
    return (struct view){ .at = text, .size = (size_t)written };
}

static void
produce(int count)
{
    struct producer *producer = producer_create(broker_address(broker), TOPIC, trouble);
    cr_assert_not_null(producer, "%s", trouble);
    monster = malloc(MONSTER_SIZE);
    cr_assert_not_null(monster);
    memset(monster, 'm', MONSTER_SIZE);
    for (int i = 0; i < count; i++) {
        char key[16];
        char text[512];
        int size = snprintf(key, sizeof(key), "%d", i);
        struct view name = { .at = key, .size = (size_t)size };
        cr_assert(producer_send(producer, name, value_of(i, text, sizeof(text)), 1000000 + i));
    }
    cr_assert(producer_flush(producer, PATIENCE_MS));
    producer_destroy(&producer);
}

/* A group of its own each time: the mock cluster takes its time to forget a member that left. */
static struct consumer *
join(const struct consumer_property *properties, size_t count)
{
    static const char *const topics[] = { TOPIC };
    char group[32];
    snprintf(group, sizeof(group), "prueba-%lld", (long long)clock_monotonic_ns());
    struct consumer_options options = {
        .brokers = broker_address(broker),
        .group = group,
        .topics = topics,
        .topic_count = 1,
        .start = START_EARLIEST,
        .properties = properties,
        .property_count = count,
    };
    struct consumer *consumer = consumer_create(&options, trouble);
    cr_assert_not_null(consumer, "%s", trouble);
    return consumer;
}

/* What came, by number; the timestamp says which number a record has. */
struct tally {
    struct consumer *consumer;
    size_t capacity;
    int64_t next[PARTITIONS];
    int begun, ends;
    int count;
    int seen[20000];
};

static void
look_at(struct tally *tally, const struct record *record)
{
    const int number = (int)(record->timestamp_ms - 1000000);
    char text[512];
    const struct view wanted = value_of(number, text, sizeof(text));

    cr_assert_eq(record->offset, tally->next[record->source], "a log without gaps");
    tally->next[record->source]++;
    cr_assert_eq(record->value.at == NULL, wanted.at == NULL, "record %d", number);
    cr_assert(view_equal(record->value, wanted), "record %d has other bytes", number);
    tally->seen[number]++;
    tally->count++;
}

/* One poll; all its records are looked at when the last of them has come. */
static size_t
step(struct tally *tally, int64_t wait_ms)
{
    struct record records[CAPACITY_MAX];
    struct consumer_event event = { .kind = CONSUMER_RECORD };
    size_t count = consumer_poll_many(tally->consumer, wait_ms, records, tally->capacity, &event);

    cr_assert_leq(count, tally->capacity);
    for (size_t i = 0; i < count; i++) {
        look_at(tally, &records[i]);
    }
    cr_assert_neq(event.kind, CONSUMER_RECORD);
    cr_assert_neq(event.kind, CONSUMER_FATAL, "%s", event.text);
    if (event.kind == CONSUMER_ASSIGNED) {
        cr_assert(consumer_begin(tally->consumer, event.source, 0));
        tally->begun++;
    } else if (event.kind == CONSUMER_END) {
        cr_assert_eq(event.offset, tally->next[event.source], "an end before its records");
        tally->ends++;
    }
    records_done(records, count);
    return count;
}

static void
step_until(struct tally *tally, int count, int ends)
{
    const int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;

    while ((tally->count < count || tally->ends < ends) && clock_monotonic_ms() < until_ms) {
        (void)step(tally, 20);
    }
    cr_assert_geq(tally->count, count, "%d of %d records, %d begun, %zu at a time", tally->count,
            count, tally->begun, tally->capacity);
    cr_assert_geq(tally->ends, ends, "%d of %d ends", tally->ends, ends);
}

Test(consumer_many, every_record_comes_once_and_in_order_whatever_a_batch_may_hold)
{
    static const size_t capacities[] = { 1, 7, CAPACITY_MAX };

    produce(2000);
    for (size_t i = 0; i < sizeof(capacities) / sizeof(capacities[0]); i++) {
        struct tally *tally = calloc(1, sizeof(*tally));
        cr_assert_not_null(tally);
        tally->consumer = join(NULL, 0);
        tally->capacity = capacities[i];
        step_until(tally, 2000, PARTITIONS);
        for (int number = 0; number < 2000; number++) {
            cr_assert_eq(tally->seen[number], 1, "record %d, %zu at a time", number, capacities[i]);
        }
        consumer_destroy(&tally->consumer);
        free(tally);
    }
    free(monster);
}

Test(consumer_many, a_rewind_between_two_batches_leaves_nothing_of_what_was_fetched_before)
{
    produce(2000);
    struct tally *tally = calloc(1, sizeof(*tally));
    cr_assert_not_null(tally);
    tally->consumer = join(NULL, 0);
    tally->capacity = 64;
    const int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (tally->begun < PARTITIONS && clock_monotonic_ms() < until_ms) {
        (void)step(tally, 20);
    }
    for (int round = 0; round < 30; round++) {
        const uint32_t source = (uint32_t)round % PARTITIONS;
        const int64_t back = tally->next[source] / 2;
        (void)step(tally, 20);
        cr_assert(consumer_begin(tally->consumer, source, back));
        tally->next[source] = back; /* look_at() asks for this very offset */
        while (tally->next[source] == back && clock_monotonic_ms() < until_ms) {
            (void)step(tally, 20);
        }
        cr_assert_gt(tally->next[source], back, "round %d", round);
    }
    consumer_destroy(&tally->consumer);
    free(tally);
    free(monster);
}

/* Every answer fills this queue. Before 2.2 each of them would send the fetcher to sleep for a second. */
Test(consumer_many, a_full_queue_does_not_send_the_fetcher_to_sleep)
{
    static const struct consumer_property tight[] = {
        { "queued.max.messages.kbytes", "32" },
        { "fetch.message.max.bytes", "16384" },
    };

    produce(12000);
    struct tally *tally = calloc(1, sizeof(*tally));
    cr_assert_not_null(tally);
    tally->consumer = join(tight, sizeof(tight) / sizeof(tight[0]));
    tally->capacity = 64;
    step_until(tally, 500, 0);
    /* A busy machine may hold us up once; the fetcher's sleep comes with every full queue. */
    int naps = 0;
    int64_t last_ms = clock_monotonic_ms();
    const int64_t until_ms = last_ms + PATIENCE_MS;
    while (tally->count < 12000 && clock_monotonic_ms() < until_ms) {
        if (step(tally, 5) > 0) {
            naps += clock_monotonic_ms() - last_ms >= 500;
            last_ms = clock_monotonic_ms();
        }
    }
    cr_assert_leq(naps, 1);
    cr_assert_eq(tally->count, 12000);
    consumer_destroy(&tally->consumer);
    free(tally);
    free(monster);
}

Test(consumer_many, nothing_comes_while_paused_or_before_a_partition_was_begun)
{
    produce(200);
    struct tally *tally = calloc(1, sizeof(*tally));
    cr_assert_not_null(tally);
    tally->consumer = join(NULL, 0);
    tally->capacity = CAPACITY_MAX;
    const int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    struct record records[CAPACITY_MAX];
    struct consumer_event event = { .kind = CONSUMER_NOTHING };
    uint32_t sources[PARTITIONS];
    int assigned = 0;
    while (assigned < PARTITIONS && clock_monotonic_ms() < until_ms) {
        cr_assert_eq(consumer_poll_many(tally->consumer, 20, records, CAPACITY_MAX, &event), 0);
        if (event.kind == CONSUMER_ASSIGNED) {
            sources[assigned++] = event.source;
        }
    }
    cr_assert_eq(assigned, PARTITIONS);
    for (int i = 0; i < 10; i++) {
        cr_assert_eq(consumer_poll_many(tally->consumer, 20, records, CAPACITY_MAX, &event), 0);
        cr_assert_eq(event.kind, CONSUMER_NOTHING);
    }
    for (int i = 0; i < PARTITIONS; i++) {
        cr_assert(consumer_begin(tally->consumer, sources[i], 0));
    }
    consumer_pause(tally->consumer);
    const int64_t resume_ms = clock_monotonic_ms() + 1200;
    while (clock_monotonic_ms() < resume_ms) {
        cr_assert_eq(step(tally, 20), 0);
    }
    consumer_resume(tally->consumer);
    step_until(tally, 200, PARTITIONS);
    consumer_destroy(&tally->consumer);
    free(tally);
    free(monster);
}
