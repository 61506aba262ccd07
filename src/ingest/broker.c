#include "ingest/broker.h"

#include "ingest/kafka_conf.h"

#include <assert.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>

#define DESTROY_FLUSH_MS 5000
#define FULL_STEP_MS     10
#define FULL_STEPS_MAX   3000 /* half a minute with no room at all: the brokers are away */

struct broker {
    rd_kafka_t *host; /* the mock lives in the threads of an ordinary handle */
    rd_kafka_mock_cluster_t *cluster;
};

struct producer {
    rd_kafka_t *kafka;
    char topic[256];
    uint64_t failed; /* records that were queued and then given up */
};

/* Inside rd_kafka_poll() and rd_kafka_flush(), so in the producer's own thread. */
static void
on_delivery(rd_kafka_t *kafka, const rd_kafka_message_t *message, void *opaque)
{
    struct producer *producer = opaque;

    (void)kafka;
    producer->failed += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* `owner` is NULL for a handle that sends nothing. */
static rd_kafka_t *
producer_handle(const struct producer_options *options, struct producer *owner, char trouble[256])
{
    /* The partition of a key is the same as a Java producer would choose. */
    static const struct kafka_setting settings[] = {
        { "linger.ms", "5" },
        { "partitioner", "murmur2_random" },
        { "queue.buffering.max.messages", "100000" },
        { "queue.buffering.max.kbytes", "65536" },
        { "message.max.bytes", "2097152" },
    };
    rd_kafka_conf_t *conf = kafka_conf_create(options->brokers, trouble);

    if (conf == NULL) {
        return NULL;
    }
    if (owner != NULL) {
        rd_kafka_conf_set_opaque(conf, owner);
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    }
    rd_kafka_t *kafka = NULL;
    if (kafka_conf_put(conf, settings, sizeof(settings) / sizeof(settings[0]), trouble) &&
            kafka_conf_put_properties(
                    conf, options->properties, options->property_count, trouble)) {
        kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, trouble, TROUBLE_SIZE);
    }
    if (kafka == NULL) {
        rd_kafka_conf_destroy(conf);
    }
    return kafka;
}

struct broker *
broker_create(const char *topic, int32_t partition_count, char trouble[256])
{
    assert(partition_count > 0);
    struct broker *broker = calloc(1, sizeof(*broker));

    if (broker == NULL) {
        (void)snprintf(trouble, TROUBLE_SIZE, "out of memory");
        return NULL;
    }
    broker->host = producer_handle(&(struct producer_options){ .brokers = "" }, NULL, trouble);
    if (broker->host == NULL) {
        broker_destroy(&broker);
        return NULL;
    }
    broker->cluster = rd_kafka_mock_cluster_new(broker->host, 1);
    if (broker->cluster == NULL || rd_kafka_mock_topic_create(broker->cluster, topic,
                                           partition_count, 1) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void)snprintf(trouble, TROUBLE_SIZE, "the embedded broker cannot start");
        broker_destroy(&broker);
    }
    return broker;
}

void
broker_destroy(struct broker **broker)
{
    struct broker *gone = *broker;

    if (gone == NULL) {
        return;
    }
    if (gone->cluster != NULL) {
        rd_kafka_mock_cluster_destroy(gone->cluster);
    }
    if (gone->host != NULL) {
        rd_kafka_destroy(gone->host);
    }
    free(gone);
    *broker = NULL;
}

const char *
broker_address(const struct broker *broker)
{
    return rd_kafka_mock_cluster_bootstraps(broker->cluster);
}

struct producer *
producer_create(const char *brokers, const char *topic, char trouble[256])
{
    struct producer_options options = { .brokers = brokers, .topic = topic };

    return producer_open(&options, trouble);
}

struct producer *
producer_open(const struct producer_options *options, char trouble[256])
{
    struct producer *producer = calloc(1, sizeof(*producer));

    if (producer == NULL) {
        (void)snprintf(trouble, TROUBLE_SIZE, "out of memory");
        return NULL;
    }
    if (!view_copy(view_of(options->topic), producer->topic, sizeof(producer->topic))) {
        (void)snprintf(trouble, TROUBLE_SIZE, "the topic's name is too long");
        producer_destroy(&producer);
        return NULL;
    }
    producer->kafka = producer_handle(options, producer, trouble);
    if (producer->kafka == NULL) {
        producer_destroy(&producer);
    }
    return producer;
}

void
producer_destroy(struct producer **producer)
{
    struct producer *gone = *producer;

    if (gone == NULL) {
        return;
    }
    if (gone->kafka != NULL) {
        (void)rd_kafka_flush(gone->kafka, DESTROY_FLUSH_MS);
        rd_kafka_destroy(gone->kafka);
    }
    free(gone);
    *producer = NULL;
}

static rd_kafka_resp_err_t
queue_record(struct producer *producer, struct view key, struct view value, int64_t timestamp_ms)
{
    /* Both are copied (F_COPY); only the library's struct lacks the const. */
    union bytes {
        const char *ours;
        void *theirs;
    } key_bytes = { .ours = key.at }, value_bytes = { .ours = value.at };
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = producer->topic },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { .ptr = key_bytes.theirs, .size = key.size } },
        { .vtype = RD_KAFKA_VTYPE_VALUE,
                .u.mem = { .ptr = value_bytes.theirs, .size = value.size } },
        { .vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = timestamp_ms },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
    };
    rd_kafka_error_t *error =
            rd_kafka_produceva(producer->kafka, parts, sizeof(parts) / sizeof(parts[0]));
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);

    if (error != NULL) {
        rd_kafka_error_destroy(error);
    }
    return code;
}

int
producer_send(struct producer *producer, struct view key, struct view value, int64_t timestamp_ms)
{
    for (int step = 0; step < FULL_STEPS_MAX; step++) {
        rd_kafka_resp_err_t error = queue_record(producer, key, value, timestamp_ms);

        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            (void)rd_kafka_poll(producer->kafka, 0);
            return error == RD_KAFKA_RESP_ERR_NO_ERROR;
        }
        (void)rd_kafka_poll(producer->kafka, FULL_STEP_MS);
    }
    return 0;
}

int
producer_flush(struct producer *producer, int64_t wait_ms)
{
    int sent = rd_kafka_flush(producer->kafka, (int)wait_ms) == RD_KAFKA_RESP_ERR_NO_ERROR;
    int failed = producer->failed > 0;

    producer->failed = 0;
    return sent && !failed;
}
