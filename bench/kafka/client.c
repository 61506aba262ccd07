#include "kafka/client.h"

#include <stdio.h>

enum { ERROR_SIZE = 512, BATCH = 256 };

struct setting {
    const char *name;
    const char *value;
};

static const struct setting common[] = { { "group.id", "bench" }, { "enable.auto.commit", "false" },
    { "enable.auto.offset.store", "false" }, { "auto.offset.reset", "error" },
    { "enable.partition.eof", "true" }, { "check.crcs", "true" },
    { "fetch.queue.backoff.ms", "5" } };

/* By enum way_sizes. */
static const struct setting sizes[][4] = {
    { { "fetch.message.max.bytes", "1048576" }, { "fetch.max.bytes", "52428800" },
            { "queued.max.messages.kbytes", "65536" }, { "queued.min.messages", "1000000" } },
    { { "fetch.message.max.bytes", "262144" }, { "fetch.max.bytes", "1000000" },
            { "queued.max.messages.kbytes", "65536" }, { "queued.min.messages", "1000000" } },
    { { "fetch.message.max.bytes", "262144" }, { "fetch.max.bytes", "1000000" },
            { "queued.max.messages.kbytes", "8192" }, { "queued.min.messages", "100000" } },
};

/* Names that this version does not know are left out. */
static int
connect_client(struct client *client, const struct way *way, const struct topic *topic)
{
    char error[ERROR_SIZE];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    (void)rd_kafka_conf_set(conf, "bootstrap.servers", topic->brokers, error, sizeof error);
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        (void)rd_kafka_conf_set(conf, common[i].name, common[i].value, error, sizeof error);
    }
    for (size_t i = 0; i < 4; i++) {
        const struct setting *size = &sizes[way->sizes][i];
        (void)rd_kafka_conf_set(conf, size->name, size->value, error, sizeof error);
    }
    client->kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (client->kafka == NULL) {
        rd_kafka_conf_destroy(conf);
        (void)fprintf(stderr, "kafka: %s\n", error);
        return 0;
    }
    (void)rd_kafka_poll_set_consumer(client->kafka);
    return 1;
}

static void
forward(const struct client *client,
        const struct topic *topic,
        int partition,
        rd_kafka_queue_t *into)
{
    rd_kafka_queue_t *own = rd_kafka_queue_get_partition(client->kafka, topic->name, partition);

    if (own != NULL) {
        rd_kafka_queue_forward(own, into);
        rd_kafka_queue_destroy(own);
    }
}

int
client_init(struct client *client,
        const struct way *way,
        const struct topic *topic,
        int first,
        int count)
{
    *client = (struct client){ .kafka = NULL };
    if (!connect_client(client, way, topic)) {
        return 0;
    }
    const int forwarded = way->call == WAY_CALLBACK;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(topic->partitions);
    for (int i = 0; i < count; i++) {
        client->queues[i] = forwarded ? rd_kafka_queue_new(client->kafka)
                                      : rd_kafka_queue_get_consumer(client->kafka);
    }
    for (int at = 0; at < topic->partitions; at++) {
        const int queue = at % way->threads - first;
        if (queue < 0 || queue >= count) {
            continue; /* another client's */
        }
        rd_kafka_topic_partition_list_add(list, topic->name, at)->offset = 0;
        if (forwarded) {
            forward(client, topic, at, client->queues[queue]);
        }
    }
    int fine = rd_kafka_assign(client->kafka, list) == RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_topic_partition_list_destroy(list);
    return fine;
}

void
client_fini(struct client *client)
{
    for (size_t i = 0; i < WAY_THREADS_MAX; i++) {
        if (client->queues[i] != NULL) {
            rd_kafka_queue_destroy(client->queues[i]);
        }
    }
    if (client->kafka != NULL) {
        (void)rd_kafka_assign(client->kafka, NULL);
        rd_kafka_destroy_flags(client->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
    *client = (struct client){ .kafka = NULL };
}

static void
take(rd_kafka_message_t *message, void *opaque)
{
    struct flow *flow = opaque;
    rd_kafka_timestamp_type_t type;

    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        flow->ends++;
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void)fprintf(stderr, "kafka: %s\n", rd_kafka_message_errstr(message));
        flow->failed = 1;
    } else if (rd_kafka_message_timestamp(message, &type) != 0) {
        flow_take(flow, (struct view){ .at = message->payload, .size = message->len });
    }
}

static void
poll_one(struct client *client, struct flow *flow)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(client->kafka, CLIENT_WAIT_MS);

    if (message != NULL) {
        take(message, flow);
        rd_kafka_message_destroy(message);
    }
}

/* The batch call waits until its array is full or its time is over, so it is given no time. */
static void
take_batch(rd_kafka_queue_t *queue, struct flow *flow)
{
    rd_kafka_message_t *messages[BATCH];
    ssize_t count = rd_kafka_consume_batch_queue(queue, 0, messages, BATCH);

    if (count <= 0) {
        count = rd_kafka_consume_batch_queue(queue, CLIENT_WAIT_MS, messages, 1);
    }
    for (ssize_t i = 0; i < count; i++) {
        take(messages[i], flow);
    }
    for (ssize_t i = 0; i < count; i++) {
        rd_kafka_message_destroy(messages[i]);
    }
}

void
client_read(struct client *client, enum way_call call, int queue, struct flow *flow, int ends)
{
    while (flow->ends < ends && !flow->failed) {
        const uint64_t before = flow->records;

        if (call == WAY_POLL) {
            poll_one(client, flow);
        } else if (call == WAY_BATCH) {
            take_batch(client->queues[queue], flow);
        } else {
            (void)rd_kafka_consume_callback_queue(
                    client->queues[queue], CLIENT_WAIT_MS, take, flow);
        }
        flow_looked(flow, before);
    }
}
