/*
 * consumer_parts: what consumer.c, its rebalances and its offset look-ups share. Folder only.
 */
#ifndef REBATO_INGEST_CONSUMER_PARTS_H
#define REBATO_INGEST_CONSUMER_PARTS_H

#include "ingest/assignment.h"
#include "ingest/kafka_conf.h"

#define CONSUMER_TEXT_SIZE 512

struct consumer {
    /* fixed after creation */
    rd_kafka_t *kafka;
    enum start_policy start;
    int64_t start_time_ms;

    /* the worker's; librdkafka calls back inside consumer_poll(), so its callbacks are the
     * worker too */
    struct assignment assignment;
    int paused;
    int parked; /* a long pause: the fetchers were given up */
    int64_t paused_ms;
    int64_t looked_ms; /* when the sources were last looked after */
    uint32_t polls;
    int64_t warned_ms;
    int away_due;
    int fatal_due;
    char text[CONSUMER_TEXT_SIZE];  /* of the event that is due */
    char cause[CONSUMER_TEXT_SIZE]; /* the last trouble with a single broker */
};

/* Callbacks for the conf; their opaque is the consumer. */
void consumer_rebalance(rd_kafka_t *kafka,
        rd_kafka_resp_err_t error,
        rd_kafka_topic_partition_list_t *partitions,
        void *opaque);
void consumer_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque);

/* Takes every source in state `from` to state `to`: RUNNING ones are taken from the fetchers,
 * others are given to them at their `next`. False when librdkafka refused: nothing changed. */
int consumer_stop_source(struct consumer *consumer, uint32_t source);
int consumer_start_source(struct consumer *consumer, uint32_t source);
void consumer_park(struct consumer *consumer);
void consumer_unpark(struct consumer *consumer);

/* Starts anew what librdkafka forgot to start or what damage had stopped. */
void consumer_look_after(struct consumer *consumer, int64_t now_ms);

/* The source's bytes on the wire are damaged: stop it and try again later, from `next`. */
void consumer_damaged(struct consumer *consumer, uint32_t source, const char *reason);

/* One source as a list, for librdkafka's calls. NULL when out of memory. */
rd_kafka_topic_partition_list_t *consumer_list_of(
        const struct consumer *consumer, uint32_t source, int64_t offset);

#endif
