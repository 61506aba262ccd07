/*
 * lanes: the partitions of a topic, merged into one order that depends on the records
 * alone.
 *
 *   partition 0  ======== head --+
 *   partition 1  === head -------+--> the earliest head (timestamp, then partition, then offset)
 *   partition 2  (ended)       --+
 *
 * Each partition has a queue of its own, which librdkafka fills up to a bound and then leaves;
 * so nothing needs pausing while the slowest one is waited for.
 *
 * Folder only.
 */
#ifndef REBATO_INGEST_FEED_LANES_H
#define REBATO_INGEST_FEED_LANES_H

#include "ingest/feed/parts.h"
#include "ingest/kafka_conf.h"

struct lane {
    int32_t partition;
    rd_kafka_queue_t *queue;
    rd_kafka_message_t *head; /* read, not yet delivered */
    int64_t head_ms;          /* its timestamp; INT64_MIN when it has none */
    int64_t start;
    int64_t next; /* lowest offset that was not read */
    int64_t end;  /* where the log ended when the feed was opened */
};

struct feed_topic {
    struct feed feed; /* first: feed.c knows only this part */
    rd_kafka_t *kafka;
    struct lane *lanes; /* by partition */
    size_t lane_count;
    int64_t since_ms;
    int64_t until_ms;
    rd_kafka_message_t *delivered; /* lives until the next call */
    char cause[FEED_TROUBLE_SIZE]; /* the last complaint of librdkafka */
};

/* Reads until the lane has a head or has ended. False, with the feed's trouble, when neither
 * comes. */
int feed_lane_fill(struct feed_topic *topic, struct lane *lane);

/* The lane whose head is next; NULL when all have ended. All lanes were filled. */
struct lane *feed_lanes_earliest(struct feed_topic *topic);

#endif
