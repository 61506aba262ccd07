/* A member that is away from its brokers for longer than its session, against a mock cluster of its own. */
#include "core/process/clock.h"
#include "core/process/log.h"
#include "ingest/broker.h"
#include "ingest/consumer.h"

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>

#define PARTITIONS  3
#define RECORDS     300
#define PATIENCE_MS 30000
#define SESSION_MS  6000 /* the mock cluster takes half of it to form a group */
#define HEARTBEAT   12   /* its number in the protocol */
#define TOPIC       "menciones"

static rd_kafka_t *host;
static rd_kafka_mock_cluster_t *cluster;
static char trouble[256];

static void
start_cluster(void)
{
    log_setup(LOG_ERROR, LOG_SILENT);
    host = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), trouble, sizeof(trouble));
    cr_assert_not_null(host);
    cluster = rd_kafka_mock_cluster_new(host, 1);
    cr_assert_eq(rd_kafka_mock_topic_create(cluster, TOPIC, PARTITIONS, 1), 0);
}

static void
stop_cluster(void)
{
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(host);
}

TestSuite(consumer_adrift, .init = start_cluster, .fini = stop_cluster, .timeout = 120);

static void
produce(int from, int to)
{
    struct producer *producer =
            producer_create(rd_kafka_mock_cluster_bootstraps(cluster), TOPIC, trouble);
    cr_assert_not_null(producer, "%s", trouble);
    for (int i = from; i < to; i++) {
        char text[16];
        int size = snprintf(text, sizeof(text), "%d", i);
        struct view view = { .at = text, .size = (size_t)size };
        cr_assert(producer_send(producer, view, view, 1000000 + i));
    }
    cr_assert(producer_flush(producer, PATIENCE_MS));
    producer_destroy(&producer);
}

struct member {
    struct consumer *consumer;
    int assigned;
    int revoked;
    int ends;
    int seen[2 * RECORDS]; /* how often each was delivered */
    int count;
};

static struct member
join(void)
{
    static const char *const topics[] = { TOPIC };
    static const struct consumer_property quick[] = {
        { "session.timeout.ms", "6000" },
        { "heartbeat.interval.ms", "100" },
        { "fetch.wait.max.ms", "50" },
    };
    struct consumer_options options = { .brokers = rd_kafka_mock_cluster_bootstraps(cluster),
        .group = "prueba",
        .topics = topics,
        .topic_count = 1,
        .start = START_EARLIEST,
        .properties = quick,
        .property_count = sizeof(quick) / sizeof(quick[0]) };
    struct member member = { .consumer = consumer_create(&options, trouble) };

    cr_assert_not_null(member.consumer, "%s", trouble);
    return member;
}

static void
step(struct member *member)
{
    struct consumer_event event;

    consumer_poll(member->consumer, 20, &event);
    switch (event.kind) {
    case CONSUMER_RECORD: {
        char text[16] = "";
        memcpy(text, event.record.value.at, event.record.value.size);
        member->seen[strtol(text, NULL, 10)]++;
        member->count++;
        record_done(&event.record);
        break;
    }
    case CONSUMER_ASSIGNED:
        member->assigned++;
        cr_assert(consumer_begin(member->consumer, event.source, 0));
        break;
    case CONSUMER_REVOKED:
        member->revoked++;
        break;
    case CONSUMER_END:
        member->ends++;
        break;
    case CONSUMER_FATAL:
        cr_assert_fail("%s", event.text);
    case CONSUMER_NOTHING:
    case CONSUMER_AWAY:
    case CONSUMER_LOST:
        break;
    }
}

static void
step_for(struct member *member, int64_t span_ms)
{
    int64_t until_ms = clock_monotonic_ms() + span_ms;
    while (clock_monotonic_ms() < until_ms) {
        step(member);
    }
}

static void
step_until(struct member *member, const int *what, int reaches)
{
    int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (*what < reaches && clock_monotonic_ms() < until_ms) {
        step(member);
    }
    cr_assert_geq(*what, reaches, "%d of %d", *what, reaches);
}

static int
ends_seen(const struct member *member)
{
    int seen = 0;
    for (uint32_t source = 0; source < PARTITIONS; source++) {
        seen += consumer_sees_end(member->consumer, source);
    }
    return seen;
}

Test(consumer_adrift, who_was_away_from_all_brokers_reads_on_where_it_was)
{
    produce(0, RECORDS);
    struct member member = join();
    step_until(&member, &member.count, RECORDS);
    step_until(&member, &member.ends, PARTITIONS);
    cr_assert_eq(ends_seen(&member), PARTITIONS);

    rd_kafka_mock_broker_set_down(cluster, 1);
    step_for(&member, SESSION_MS + 3000);
    cr_expect_eq(ends_seen(&member), 0, "an end that is not seen any more");
    rd_kafka_mock_broker_set_up(cluster, 1);
    produce(RECORDS, 2 * RECORDS);
    step_until(&member, &member.count, 2 * RECORDS);
    step_for(&member, 3 * SESSION_MS); /* the group forms anew */
    for (int i = 0; i < 2 * RECORDS; i++) {
        cr_assert_eq(member.seen[i], 1, "record %d: %d times", i, member.seen[i]);
    }
    cr_expect_eq(member.revoked, 0);
    cr_expect_eq(member.assigned, PARTITIONS);
    cr_expect_eq(ends_seen(&member), PARTITIONS);
    consumer_destroy(&member.consumer);
}

Test(consumer_adrift, and_ends_while_it_is_away)
{
    produce(0, RECORDS);
    struct member member = join();
    step_until(&member, &member.count, RECORDS);
    rd_kafka_mock_broker_set_down(cluster, 1);
    step_for(&member, SESSION_MS + 3000);
    int64_t begin_ms = clock_monotonic_ms();
    consumer_destroy(&member.consumer);
    cr_expect_lt(clock_monotonic_ms() - begin_ms, 8000);
}

Test(consumer_adrift, who_is_thrown_out_while_brokers_answer_gives_its_share_back)
{
    produce(0, RECORDS);
    struct member member = join();
    step_until(&member, &member.count, RECORDS);
    rd_kafka_mock_push_request_errors(cluster, HEARTBEAT, 1, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
    step_until(&member, &member.revoked, PARTITIONS);
    step_until(&member, &member.assigned, 2 * PARTITIONS);
    consumer_destroy(&member.consumer);
}
