#include "kafka/topic.h"

#include <stdio.h>
#include <unistd.h>

enum { ANSWER_MS = 15000, FLUSH_MS = 60000, RUN = 64, ERROR_SIZE = 512 };

static int
say(const char *what, const char *why)
{
    (void)fprintf(stderr, "kafka: %s: %s\n", what, why);
    return 0;
}

static int
connect_producer(struct topic *topic)
{
    static const char *const settings[][2] = { { "linger.ms", "20" }, { "batch.size", "1000000" },
        { "queue.buffering.max.messages", "1000000" }, { "acks", "1" } };
    char error[ERROR_SIZE];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    (void)rd_kafka_conf_set(conf, "bootstrap.servers", topic->brokers, error, sizeof error);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        (void)rd_kafka_conf_set(conf, settings[i][0], settings[i][1], error, sizeof error);
    }
    topic->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (topic->producer == NULL) {
        rd_kafka_conf_destroy(conf);
        return say("producer", error);
    }
    return 1;
}

static int
create(struct topic *topic)
{
    char error[ERROR_SIZE];
    rd_kafka_NewTopic_t *wanted =
            rd_kafka_NewTopic_new(topic->name, topic->partitions, 1, error, sizeof error);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(topic->producer);

    rd_kafka_NewTopic_set_config(wanted, "retention.ms", "-1");
    rd_kafka_CreateTopics(topic->producer, &wanted, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, ANSWER_MS);
    const rd_kafka_CreateTopics_result_t *result =
            event == NULL ? NULL : rd_kafka_event_CreateTopics_result(event);
    size_t count = 0;
    const rd_kafka_topic_result_t **topics =
            result == NULL ? NULL : rd_kafka_CreateTopics_result_topics(result, &count);
    int fine = count == 1 && rd_kafka_topic_result_error(topics[0]) == RD_KAFKA_RESP_ERR_NO_ERROR;

    if (!fine) {
        (void)say("cannot create the topic",
                count == 1 ? rd_kafka_topic_result_error_string(topics[0]) : "no answer");
    }
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_NewTopic_destroy(wanted);
    return fine;
}

static int
send_line(struct topic *topic, rd_kafka_topic_t *handle, struct view line)
{
    int32_t partition = (int32_t)(topic->records / RUN % (size_t)topic->partitions);
    char *bytes;

    /* The library takes a pointer that it could write through; with F_COPY it does not. */
    memcpy(&bytes, &line.at, sizeof bytes);
    while (rd_kafka_produce(
                   handle, partition, RD_KAFKA_MSG_F_COPY, bytes, line.size, NULL, 0, NULL) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            return say("cannot send", rd_kafka_err2str(rd_kafka_last_error()));
        }
        (void)rd_kafka_poll(topic->producer, 10);
    }
    topic->records++;
    return 1;
}

int
topic_fill(struct topic *topic, const struct lines *lines, size_t copies)
{
    (void)snprintf(topic->name, sizeof topic->name, "bench-%d", (int)getpid());
    if (!connect_producer(topic) || !create(topic)) {
        return 0;
    }
    rd_kafka_topic_t *handle = rd_kafka_topic_new(topic->producer, topic->name, NULL);
    int fine = handle != NULL;

    for (size_t i = 0; fine && i < copies * lines->count; i++) {
        fine = send_line(topic, handle, lines->at[i % lines->count]);
    }
    fine = fine && rd_kafka_flush(topic->producer, FLUSH_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (handle != NULL) {
        rd_kafka_topic_destroy(handle);
    }
    return fine || say("cannot fill the topic", topic->name);
}

void
topic_remove(struct topic *topic)
{
    if (topic->producer == NULL) {
        return;
    }
    rd_kafka_DeleteTopic_t *gone = rd_kafka_DeleteTopic_new(topic->name);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(topic->producer);

    rd_kafka_DeleteTopics(topic->producer, &gone, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, ANSWER_MS);
    if (event != NULL) {
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_DeleteTopic_destroy(gone);
    rd_kafka_destroy(topic->producer);
    topic->producer = NULL;
}
