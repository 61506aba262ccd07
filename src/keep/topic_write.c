#include "core/process/clock.h"
#include "core/process/log.h"
#include "keep/topic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define WRITE_MS 30000

/* The library talks to standard error by default; what matters comes back as trouble. */
static void
be_quiet(const rd_kafka_t *kafka, int level, const char *facility, const char *text)
{
    (void)kafka;
    (void)level;
    log_event(LOG_DEBUG, "kafka_library", "facility=%s text=%s", facility, text);
}

static int
set(rd_kafka_conf_t *conf, const struct keep_property *property, char trouble[KEEP_TROUBLE_SIZE])
{
    return rd_kafka_conf_set(conf, property->name, property->value, trouble, KEEP_TROUBLE_SIZE) ==
           RD_KAFKA_CONF_OK;
}

rd_kafka_conf_t *
topic_conf(const struct keep *keep,
        const struct keep_property *ours,
        size_t count,
        char trouble[KEEP_TROUBLE_SIZE])
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    struct keep_property brokers = { "bootstrap.servers", keep->options.brokers };
    int fine = set(conf, &brokers, trouble);

    for (size_t i = 0; i < keep->options.property_count && fine; i++) {
        fine = set(conf, &keep->options.properties[i], trouble);
    }
    /* Last: a partition's assignment or a commit is not the input's here. */
    for (size_t i = 0; i < count && fine; i++) {
        fine = set(conf, &ours[i], trouble);
    }
    if (!fine) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_log_cb(conf, be_quiet);
    return conf;
}

/* ---- the topic itself ---- */

/* Compacted, and in small segments, because a segment is compacted only when the next is begun. */
static rd_kafka_NewTopic_t *
describe_topic(const struct keep *keep, char trouble[KEEP_TROUBLE_SIZE])
{
    rd_kafka_NewTopic_t *topic =
            rd_kafka_NewTopic_new(keep->options.topic, 1, -1, trouble, KEEP_TROUBLE_SIZE);

    if (topic != NULL) {
        rd_kafka_NewTopic_set_config(topic, "cleanup.policy", "compact");
        rd_kafka_NewTopic_set_config(topic, "segment.ms", "3600000");
        rd_kafka_NewTopic_set_config(topic, "segment.bytes", "67108864");
        rd_kafka_NewTopic_set_config(topic, "min.cleanable.dirty.ratio", "0.1");
    }
    return topic;
}

static void
say_result(const struct keep *keep, rd_kafka_event_t *event)
{
    size_t count = 0;
    const rd_kafka_CreateTopics_result_t *result =
            event == NULL ? NULL : rd_kafka_event_CreateTopics_result(event);
    const rd_kafka_topic_result_t **topics =
            result == NULL ? NULL : rd_kafka_CreateTopics_result_topics(result, &count);
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__TIMED_OUT;

    if (topics != NULL && count > 0) {
        error = rd_kafka_topic_result_error(topics[0]);
    } else if (event != NULL && rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        error = rd_kafka_event_error(event);
    }
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_event(LOG_INFO, "checkpoint_topic_made", "topic=%s", keep->options.topic);
    } else if (error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
        log_event(LOG_WARN, "checkpoint_topic", "topic=%s reason=%s advice=%s", keep->options.topic,
                rd_kafka_err2str(error), "create it with cleanup.policy=compact");
    }
}

/* A topic that brokers make by themselves would not be compacted. Without the right to make one it may be
 * there all the same. */
static void
make_topic(const struct keep *keep, rd_kafka_t *kafka)
{
    char trouble[KEEP_TROUBLE_SIZE];
    rd_kafka_NewTopic_t *topic = describe_topic(keep, trouble);
    rd_kafka_AdminOptions_t *options =
            rd_kafka_AdminOptions_new(kafka, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka);

    if (topic != NULL && options != NULL && queue != NULL) {
        (void)rd_kafka_AdminOptions_set_request_timeout(
                options, TOPIC_ANSWER_MS / 2, trouble, sizeof trouble);
        rd_kafka_CreateTopics(kafka, &topic, 1, options, queue);
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, TOPIC_ANSWER_MS);
        say_result(keep, event);
        if (event != NULL) {
            rd_kafka_event_destroy(event);
        }
    }
    if (queue != NULL) {
        rd_kafka_queue_destroy(queue);
    }
    if (options != NULL) {
        rd_kafka_AdminOptions_destroy(options);
    }
    if (topic != NULL) {
        rd_kafka_NewTopic_destroy(topic);
    }
}

/* ---- the producer ---- */

/* Inside rd_kafka_flush(), in the writer's own thread. */
static void
on_delivery(rd_kafka_t *kafka, const rd_kafka_message_t *message, void *opaque)
{
    rd_kafka_resp_err_t *worst = message->_private;

    (void)kafka;
    (void)opaque;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        *worst = message->err;
    }
}

static rd_kafka_t *
producer_of(struct keep *keep, char trouble[KEEP_TROUBLE_SIZE])
{
    static const struct keep_property ours[] = {
        { "client.id", "rebato" },
        { "enable.idempotence", "true" },
        { "message.timeout.ms", "20000" },
        { "linger.ms", "5" },
    };

    if (keep->kafka != NULL) {
        return keep->kafka;
    }
    rd_kafka_conf_t *conf = topic_conf(keep, ours, sizeof ours / sizeof ours[0], trouble);
    if (conf == NULL) {
        return NULL;
    }
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, trouble, KEEP_TROUBLE_SIZE);
    if (kafka == NULL) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    make_topic(keep, kafka);
    keep->kafka = kafka;
    return kafka;
}

void
keep_topic_close(struct keep *keep)
{
    if (keep->kafka != NULL) {
        (void)rd_kafka_purge(keep->kafka, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        (void)rd_kafka_poll(keep->kafka, 0);
        rd_kafka_destroy(keep->kafka);
        keep->kafka = NULL;
    }
}

/* ---- writing ---- */

/* A frame on its way. */
struct sending {
    rd_kafka_t *kafka;
    const struct keep *keep;
    uint64_t id;
    char generation;
    rd_kafka_resp_err_t worst;
};

static void
put_number(char *at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        at[i] = (char)(unsigned char)(number >> (8 * i));
    }
}

static rd_kafka_resp_err_t
send_part(struct sending *sending, uint32_t number, struct view frame, size_t part)
{
    size_t parts = (frame.size + TOPIC_PART_MAX - 1) / TOPIC_PART_MAX;
    size_t from = part * TOPIC_PART_MAX;
    size_t to = frame.size - from > TOPIC_PART_MAX ? from + TOPIC_PART_MAX : frame.size;
    char key[TOPIC_KEY_SIZE];
    char *value = malloc(TOPIC_HEAD_SIZE + to - from);

    assert(value != NULL);
    int key_size = snprintf(key, sizeof key, "%s/%" PRIu32 "/%c/%zu",
            sending->keep->options.deployment, number, sending->generation, part);
    put_number(value, sending->id, 8);
    put_number(value + 8, part, 4);
    put_number(value + 12, parts, 4);
    memcpy(value + TOPIC_HEAD_SIZE, frame.at + from, to - from);
    const rd_kafka_vu_t fields[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = sending->keep->options.topic },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { key, (size_t)key_size } },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { value, TOPIC_HEAD_SIZE + to - from } },
        { .vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = &sending->worst },
    };
    rd_kafka_error_t *error =
            rd_kafka_produceva(sending->kafka, fields, sizeof fields / sizeof fields[0]);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error); /* no error for NULL */
    if (error != NULL) {
        rd_kafka_error_destroy(error);
    }
    free(value);
    return code;
}

static rd_kafka_resp_err_t
send_item(struct sending *sending, const struct keep_item *item)
{
    struct view frame = { 0 };
    char *packed = frame_pack(&sending->keep->owner, clock_wall_ms(), item, 1, &frame.size);
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;

    assert(packed != NULL);
    frame.at = packed;
    for (size_t part = 0; part * TOPIC_PART_MAX < frame.size && error == 0; part++) {
        error = send_part(sending, item->number, frame, part);
    }
    free(packed);
    return error;
}

/* Which generation is the newer one is told by these numbers alone, so they rise, also when the clock is set back. */
static uint64_t
next_id(struct keep *keep)
{
    uint64_t now = (uint64_t)clock_wall_ms();

    keep->newest = now > keep->newest ? now : keep->newest + 1;
    return keep->newest;
}

enum keep_outcome
keep_topic_write(struct keep *keep,
        const struct keep_item *items,
        size_t count,
        char trouble[KEEP_TROUBLE_SIZE])
{
    struct sending sending = { .kafka = producer_of(keep, trouble), .keep = keep };
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;

    if (sending.kafka == NULL) {
        return KEEP_AWAY;
    }
    sending.id = next_id(keep);
    /* Which one is older nobody knows after a start: any will do, the other one stays whole. */
    sending.generation = keep->turn++ % 2 == 0 ? 'a' : 'b';
    for (size_t i = 0; i < count && error == RD_KAFKA_RESP_ERR_NO_ERROR; i++) {
        error = send_item(&sending, &items[i]);
    }
    rd_kafka_resp_err_t flushed = rd_kafka_flush(sending.kafka, WRITE_MS);
    if (flushed != RD_KAFKA_RESP_ERR_NO_ERROR) {
        /* What is left points into this call. */
        (void)rd_kafka_purge(sending.kafka, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        (void)rd_kafka_flush(sending.kafka, WRITE_MS);
    }
    error = error != 0 ? error : (sending.worst != 0 ? sending.worst : flushed);
    if (rd_kafka_fatal_error(sending.kafka, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        keep_topic_close(keep); /* it will never send again; the next write makes a new one */
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "topic %.100s: %s", keep->options.topic,
                rd_kafka_err2str(error));
        return KEEP_AWAY;
    }
    return KEEP_OK;
}
