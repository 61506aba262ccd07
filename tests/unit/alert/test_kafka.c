/* The Kafka sink against librdkafka's own mock cluster. */
#include "alert/sink.h"
#include "core/process/clock.h"
#include "fixture.h"

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdlib.h>

struct cluster {
    rd_kafka_t *owner;
    rd_kafka_mock_cluster_t *mock;
};

static struct cluster
cluster_start(void)
{
    char trouble[256];
    struct cluster cluster;

    cluster.owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), trouble, sizeof trouble);
    cr_assert_not_null(cluster.owner, "%s", trouble);
    cluster.mock = rd_kafka_mock_cluster_new(cluster.owner, 1);
    cr_assert_not_null(cluster.mock);
    rd_kafka_mock_topic_create(cluster.mock, "alertas", 1, 1);
    return cluster;
}

static void
cluster_stop(struct cluster *cluster)
{
    rd_kafka_mock_cluster_destroy(cluster->mock);
    rd_kafka_destroy(cluster->owner);
}

static struct sink *
sink_to(const struct cluster *cluster, const char *timeout)
{
    char trouble[256];
    const struct sink_option options[] = { { "brokers", rd_kafka_mock_cluster_bootstraps(
                                                                cluster->mock) },
        { "topic", "alertas" }, { "timeout", timeout }, { "reconnect.backoff.ms", "50" } };
    struct sink *sink = sink_create("bus", "kafka", options, 4, trouble);

    cr_assert_not_null(sink, "%s", trouble);
    return sink;
}

/* The first record of the topic; NULL after five seconds. */
static rd_kafka_message_t *
read_first(rd_kafka_t *consumer)
{
    rd_kafka_topic_partition_list_t *from = rd_kafka_topic_partition_list_new(1);

    rd_kafka_topic_partition_list_add(from, "alertas", 0)->offset = 0;
    rd_kafka_assign(consumer, from);
    rd_kafka_topic_partition_list_destroy(from);
    for (int i = 0; i < 50; i++) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 100);
        if (message != NULL && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            return message;
        }
        if (message != NULL) {
            rd_kafka_message_destroy(message);
        }
    }
    return NULL;
}

static rd_kafka_t *
consumer_of(const struct cluster *cluster)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char trouble[256];

    rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster->mock),
            trouble, sizeof trouble);
    rd_kafka_conf_set(conf, "group.id", "test", trouble, sizeof trouble);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, trouble, sizeof trouble);
    cr_assert_not_null(consumer, "%s", trouble);
    return consumer;
}

static void
check_header(const rd_kafka_message_t *message, const char *name, const char *value)
{
    rd_kafka_headers_t *headers = NULL;
    const void *at = NULL;
    size_t size = 0;

    cr_assert_eq(rd_kafka_message_headers(message, &headers), RD_KAFKA_RESP_ERR_NO_ERROR);
    cr_assert_eq(rd_kafka_header_get_last(headers, name, &at, &size), RD_KAFKA_RESP_ERR_NO_ERROR,
            "%s", name);
    cr_expect(size == strlen(value) && memcmp(at, value, size) == 0, "%s: %.*s", name, (int)size,
            (const char *)at);
}

Test(kafka, record_carries_payload_key_and_envelope)
{
    struct cluster cluster = cluster_start();
    struct sink *sink = sink_to(&cluster, "5s");
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);
    char *payload = render_payload(&event, &context);
    struct notice notice = { .key = VIEW("9f2c:3:opened"),
        .incident = VIEW("9f2c"),
        .kind = VIEW("opened"),
        .json = view_of(payload) };

    cr_assert_eq(sink_deliver(sink, &notice), SINK_DELIVERED, "%s", sink_trouble(sink));
    cr_assert_eq(sink_deliver(sink, &notice), SINK_DELIVERED, "%s", sink_trouble(sink));
    sink_destroy(&sink);
    rd_kafka_t *consumer = consumer_of(&cluster);
    rd_kafka_message_t *message = read_first(consumer);
    cr_assert_not_null(message);
    cr_expect(message->len == strlen(payload) &&
              memcmp(message->payload, payload, message->len) == 0);
    cr_expect(message->key_len == 4 && memcmp(message->key, "9f2c", 4) == 0);
    check_header(message, "ce_specversion", "1.0");
    check_header(message, "ce_id", "9f2c:3:opened");
    check_header(message, "ce_type", "rebato.incident.opened.v1");
    check_header(message, "ce_source", "/rebato");
    check_header(message, "ce_time", "2014-02-22T18:42:00Z");
    check_header(message, "ce_subject", "whatsapp");
    check_header(message, "content-type", "application/json");
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    free(payload);
    cluster_stop(&cluster);
}

static const struct notice small = {
    .key = { "a:1", 3 }, .incident = { "a", 1 }, .kind = { "opened", 6 }, .json = { "{}", 2 }
};

Test(kafka, broker_that_is_away_costs_its_timeout_and_no_more)
{
    struct cluster cluster = cluster_start();
    struct sink *sink = sink_to(&cluster, "2s");

    cr_assert_eq(sink_deliver(sink, &small), SINK_DELIVERED, "%s", sink_trouble(sink));
    rd_kafka_mock_broker_set_down(cluster.mock, 1);
    int64_t start = clock_monotonic_ms();
    cr_expect_eq(sink_deliver(sink, &small), SINK_RETRY);
    cr_expect_lt(clock_monotonic_ms() - start, 4000);
    cr_expect_not_null(strstr(sink_trouble(sink), "alertas"));
    rd_kafka_mock_broker_set_up(cluster.mock, 1);
    enum sink_outcome outcome = SINK_RETRY;
    for (int i = 0; i < 5 && outcome == SINK_RETRY; i++) {
        outcome = sink_deliver(sink, &small);
    }
    cr_expect_eq(outcome, SINK_DELIVERED, "%s", sink_trouble(sink));
    sink_destroy(&sink);
    cluster_stop(&cluster);
}

Test(kafka, record_that_is_too_large_is_refused)
{
    struct cluster cluster = cluster_start();
    struct sink *sink = sink_to(&cluster, "2s");
    size_t size = 2 * 1024 * 1024;
    char *json = malloc(size);
    struct notice large = small;

    memset(json, ' ', size);
    large.json = (struct view){ json, size };
    cr_expect_eq(sink_deliver(sink, &large), SINK_REFUSED, "%s", sink_trouble(sink));
    cr_expect_eq(sink_deliver(sink, &small), SINK_DELIVERED, "the next one goes through");
    sink_destroy(&sink);
    free(json);
    cluster_stop(&cluster);
}

Test(kafka, no_broker_at_all_is_a_retry)
{
    const struct sink_option options[] = { { "brokers", "127.0.0.1:1" }, { "topic", "alertas" },
        { "timeout", "1s" } };
    char trouble[256];
    struct sink *sink = sink_create("bus", "kafka", options, 3, trouble);

    cr_expect_eq(sink_deliver(sink, &small), SINK_RETRY);
    sink_destroy(&sink);
}
