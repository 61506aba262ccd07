#include "ingest/feed/lanes.h"

#include "core/process/clock.h"

#include <stdio.h>

#define STEP_MS    100
#define SILENCE_MS 60000

/* Whether the record is within the span; then it becomes the lane's head. */
static void
take_record(const struct feed_topic *topic, struct lane *lane, rd_kafka_message_t *message)
{
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    int64_t time_ms = rd_kafka_message_timestamp(message, &type);
    const int fresh = message->offset >= lane->next && message->offset < lane->end;

    if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) {
        time_ms = INT64_MIN;
    }
    lane->next = message->offset >= lane->next ? message->offset + 1 : lane->next;
    if (!fresh || time_ms < topic->since_ms || time_ms > topic->until_ms) {
        rd_kafka_message_destroy(message);
        return;
    }
    lane->head = message;
    lane->head_ms = time_ms;
}

/* False when reading cannot go on. */
static int
take_message(struct feed_topic *topic, struct lane *lane, rd_kafka_message_t *message)
{
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        take_record(topic, lane, message);
        return 1;
    }
    const int at_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (at_end) {
        /* Behind the last record there may be markers that are no records. */
        lane->next = message->offset >= lane->end ? lane->end : lane->next;
    } else {
        (void)snprintf(topic->feed.trouble, sizeof(topic->feed.trouble),
                "cannot read %.100s, partition %d from offset %lld: %.200s", topic->feed.name,
                (int)lane->partition, (long long)lane->next, rd_kafka_message_errstr(message));
    }
    rd_kafka_message_destroy(message);
    return at_end;
}

/* Nothing came in one step of waiting: for how long now? */
static int
is_patient(struct feed_topic *topic, int64_t heard_ms)
{
    (void)rd_kafka_poll(topic->kafka, 0); /* complaints */
    if (clock_monotonic_ms() - heard_ms <= SILENCE_MS) {
        return 1;
    }
    (void)snprintf(topic->feed.trouble, sizeof(topic->feed.trouble),
            "cannot read %.100s: no answer for %d s: %.200s", topic->feed.name, SILENCE_MS / 1000,
            topic->cause);
    return 0;
}

int
feed_lane_fill(struct feed_topic *topic, struct lane *lane)
{
    int64_t heard_ms = clock_monotonic_ms();
    int going = 1;

    while (going && lane->head == NULL && lane->next < lane->end) {
        rd_kafka_message_t *message = rd_kafka_consume_queue(lane->queue, STEP_MS);

        if (message == NULL) {
            going = is_patient(topic, heard_ms);
        } else {
            going = take_message(topic, lane, message);
            heard_ms = clock_monotonic_ms();
        }
    }
    return going;
}

/* Lanes are looked at by partition, so only an earlier timestamp wins. NULL at the end of all. */
struct lane *
feed_lanes_earliest(struct feed_topic *topic)
{
    struct lane *best = NULL;

    for (size_t i = 0; i < topic->lane_count; i++) {
        struct lane *lane = &topic->lanes[i];
        if (lane->head != NULL && (best == NULL || lane->head_ms < best->head_ms)) {
            best = lane;
        }
    }
    return best;
}
