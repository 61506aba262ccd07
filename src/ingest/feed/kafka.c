/*
 * A span of a topic: finding its partitions and offsets, and handing its records out. No group
 * is joined and nothing is committed.
 */
#include "core/limits.h"
#include "ingest/feed/lanes.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define ANSWER_MS 10000

static void
on_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque)
{
    struct feed_topic *topic = opaque;

    (void)kafka;
    (void)error;
    (void)snprintf(topic->cause, sizeof(topic->cause), "%s", reason);
}

static int
connect_topic(struct feed_topic *topic, const struct feed_kafka *options, char trouble[256])
{
    const int naps = kafka_naps_when_full();
    const struct kafka_setting settings[] = {
        { "group.id", "rebato-feed" }, /* demanded by the library, never joined */
        { "enable.auto.commit", "false" },
        { "enable.auto.offset.store", "false" },
        { "auto.offset.reset", "error" },
        { "enable.partition.eof", "true" },
        { "check.crcs", "true" },
        { "allow.auto.create.topics", "false" },
        { "fetch.error.backoff.ms", "100" },
        { "fetch.queue.backoff.ms", "10" },
        /* Of each partition. */
        { "queued.max.messages.kbytes", naps ? "16384" : "4096" },
        { "queued.min.messages", naps ? "100000" : "10000" },
    };
    rd_kafka_conf_t *conf = kafka_conf_create(options->brokers, trouble);

    if (conf == NULL) {
        return 0;
    }
    rd_kafka_conf_set_opaque(conf, topic);
    rd_kafka_conf_set_error_cb(conf, on_error);
    if (kafka_conf_put(conf, settings, sizeof(settings) / sizeof(settings[0]), trouble) &&
            kafka_conf_put_properties(
                    conf, options->properties, options->property_count, trouble)) {
        topic->kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, trouble, TROUBLE_SIZE);
    }
    if (topic->kafka == NULL) {
        rd_kafka_conf_destroy(conf);
    }
    return topic->kafka != NULL;
}

static int
complain(const struct feed_topic *topic,
        const char *what,
        rd_kafka_resp_err_t error,
        char trouble[256])
{
    (void)snprintf(trouble, TROUBLE_SIZE, "cannot read %.60s: %.20s: %.80s %.60s", topic->feed.name,
            what, rd_kafka_err2str(error), topic->cause);
    return 0;
}

static int
by_partition(const void *a, const void *b)
{
    const struct lane *first = a;
    const struct lane *second = b;

    return (first->partition > second->partition) - (first->partition < second->partition);
}

static int
make_lanes(struct feed_topic *topic, const struct rd_kafka_metadata_topic *found)
{
    topic->lanes = calloc((size_t)found->partition_cnt, sizeof(*topic->lanes));
    if (topic->lanes == NULL) {
        return 0;
    }
    topic->lane_count = (size_t)found->partition_cnt;
    for (size_t i = 0; i < topic->lane_count; i++) {
        topic->lanes[i].partition = found->partitions[i].id;
    }
    qsort(topic->lanes, topic->lane_count, sizeof(*topic->lanes), by_partition);
    return 1;
}

static int
find_partitions(struct feed_topic *topic, const char *name, char trouble[256])
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(topic->kafka, name, NULL);
    int found = 0;

    if (handle == NULL) {
        return complain(topic, "topic", rd_kafka_last_error(), trouble);
    }
    rd_kafka_resp_err_t error = rd_kafka_metadata(topic->kafka, 0, handle, &metadata, ANSWER_MS);
    (void)rd_kafka_poll(topic->kafka, 0); /* why it failed, if it did */
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        error = metadata->topic_cnt == 1 ? metadata->topics[0].err
                                         : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void)complain(topic, "partitions", error, trouble);
    } else if (metadata->topics[0].partition_cnt > PARTITIONS_MAX) {
        (void)snprintf(trouble, TROUBLE_SIZE, "%.60s has more than %d partitions", topic->feed.name,
                PARTITIONS_MAX);
    } else {
        found = make_lanes(topic, &metadata->topics[0]);
    }
    if (metadata != NULL) {
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(handle);
    return found;
}

/* The first record at or after `since`, when the broker can tell; else the log's first. Records
 * are not sorted by time, so each one's own timestamp is looked at later anyway. */
static int64_t
offset_since(struct feed_topic *topic, const char *name, int32_t partition, int64_t low)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    int64_t offset = low;

    if (list == NULL) {
        return low;
    }
    rd_kafka_topic_partition_list_add(list, name, partition)->offset = topic->since_ms;
    if (rd_kafka_offsets_for_times(topic->kafka, list, ANSWER_MS) == RD_KAFKA_RESP_ERR_NO_ERROR &&
            list->elems[0].err == RD_KAFKA_RESP_ERR_NO_ERROR && list->elems[0].offset > low) {
        offset = list->elems[0].offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return offset;
}

static int
find_offsets(struct feed_topic *topic, const char *name, char trouble[256])
{
    for (size_t i = 0; i < topic->lane_count; i++) {
        struct lane *lane = &topic->lanes[i];
        rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
                topic->kafka, name, lane->partition, &lane->start, &lane->end, ANSWER_MS);

        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return complain(topic, "offsets", error, trouble);
        }
        if (topic->since_ms > 0) {
            lane->start = offset_since(topic, name, lane->partition, lane->start);
        }
        lane->next = lane->start;
    }
    return 1;
}

/* What may be asked while another thread reads: nothing in it moves. */
static int
list_partitions(struct feed_topic *topic, char trouble[256])
{
    struct feed *feed = &topic->feed;

    feed->partitions = calloc(topic->lane_count + 1, sizeof(*feed->partitions));
    if (feed->partitions == NULL) {
        return complain(topic, "partitions", RD_KAFKA_RESP_ERR__FAIL, trouble);
    }
    for (size_t i = 0; i < topic->lane_count; i++) {
        const struct lane *lane = &topic->lanes[i];
        if (lane->next < lane->end) {
            feed->partitions[feed->partition_count++] = (struct feed_partition){
                .partition = (uint32_t)lane->partition, .start = lane->next, .end = lane->end
            };
        }
    }
    return 1;
}

/* The queues are taken before the assignment: it leaves alone what an application has
 * redirected. */
static int
start_lanes(struct feed_topic *topic, const char *name, char trouble[256])
{
    rd_kafka_topic_partition_list_t *list =
            rd_kafka_topic_partition_list_new((int)topic->lane_count);
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__FAIL;

    if (list == NULL) {
        return complain(topic, "assignment", error, trouble);
    }
    for (size_t i = 0; i < topic->lane_count; i++) {
        struct lane *lane = &topic->lanes[i];
        if (lane->next >= lane->end) {
            continue;
        }
        lane->queue = rd_kafka_queue_get_partition(topic->kafka, name, lane->partition);
        if (lane->queue == NULL) {
            rd_kafka_topic_partition_list_destroy(list);
            return complain(topic, "queue", error, trouble);
        }
        rd_kafka_queue_forward(lane->queue, NULL);
        rd_kafka_topic_partition_list_add(list, name, lane->partition)->offset = lane->next;
    }
    error = rd_kafka_assign(topic->kafka, list);
    rd_kafka_topic_partition_list_destroy(list);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR || complain(topic, "assignment", error, trouble);
}

static void
describe(const struct lane *lane, struct feed_record *record)
{
    const rd_kafka_message_t *message = lane->head;

    record->bytes = (struct view){ .at = message->payload, .size = message->len };
    record->offset = message->offset;
    record->line = (uint64_t)message->offset + 1;
    record->ingest_ms = lane->head_ms;
    record->partition = (uint32_t)lane->partition;
    record->tombstone = message->payload == NULL;
    record->too_large = message->len > (size_t)RECORD_SIZE_MAX;
    if (record->too_large) {
        record->bytes.size = (size_t)RECORD_SIZE_MAX;
    }
}

static void
drop_delivered(struct feed_topic *topic)
{
    if (topic->delivered != NULL) {
        rd_kafka_message_destroy(topic->delivered);
        topic->delivered = NULL;
    }
}

static enum feed_outcome
topic_next(struct feed *feed, struct feed_record *record)
{
    struct feed_topic *topic = (struct feed_topic *)feed;

    *record = (struct feed_record){ .line = 0 };
    drop_delivered(topic);
    for (size_t i = 0; i < topic->lane_count; i++) {
        if (!feed_lane_fill(topic, &topic->lanes[i])) {
            return FEED_ERROR;
        }
    }
    struct lane *lane = feed_lanes_earliest(topic);
    if (lane == NULL) {
        return FEED_END;
    }
    describe(lane, record);
    topic->delivered = lane->head;
    lane->head = NULL;
    return FEED_RECORD;
}

static double
topic_progress(const struct feed *feed)
{
    const struct feed_topic *topic = (const struct feed_topic *)feed;
    double done = 0;
    double all = 0;

    for (size_t i = 0; i < topic->lane_count; i++) {
        done += (double)(topic->lanes[i].next - topic->lanes[i].start);
        all += (double)(topic->lanes[i].end - topic->lanes[i].start);
    }
    return all > 0 ? done / all : 1.0;
}

static void
topic_destroy(struct feed *feed)
{
    struct feed_topic *topic = (struct feed_topic *)feed;

    drop_delivered(topic);
    for (size_t i = 0; i < topic->lane_count; i++) {
        if (topic->lanes[i].head != NULL) {
            rd_kafka_message_destroy(topic->lanes[i].head);
        }
        if (topic->lanes[i].queue != NULL) {
            rd_kafka_queue_destroy(topic->lanes[i].queue);
        }
    }
    if (topic->kafka != NULL) {
        /* No group was joined: there is nothing to close. */
        rd_kafka_destroy_flags(topic->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
    free(topic->lanes);
    free(topic);
}

static const struct feed_kind topic_kind = {
    .next = topic_next, .progress = topic_progress, .destroy = topic_destroy
};

struct feed *
feed_open_kafka(const struct feed_kafka *options, char trouble[256])
{
    struct feed_topic *topic = calloc(1, sizeof(*topic));
    const size_t name_size = strlen(options->topic) + sizeof("kafka:");

    if (topic == NULL) {
        (void)snprintf(trouble, TROUBLE_SIZE, "out of memory");
        return NULL;
    }
    struct feed *feed = &topic->feed;
    feed->kind = &topic_kind;
    feed->name = malloc(name_size);
    topic->since_ms = options->since_ms;
    topic->until_ms = options->until_ms;
    if (feed->name == NULL) {
        (void)snprintf(trouble, TROUBLE_SIZE, "out of memory");
        feed_close(&feed);
        return NULL;
    }
    (void)snprintf(feed->name, name_size, "kafka:%s", options->topic);
    feed->topic = feed->name + strlen("kafka:");
    if (!connect_topic(topic, options, trouble) ||
            !find_partitions(topic, options->topic, trouble) ||
            !find_offsets(topic, options->topic, trouble) || !list_partitions(topic, trouble) ||
            !start_lanes(topic, options->topic, trouble)) {
        feed_close(&feed);
    }
    return feed;
}
