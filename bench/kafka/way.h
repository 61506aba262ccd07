/*
 * way: one manner of getting a topic's records out of librdkafka.
 */
#ifndef REBATO_BENCH_KAFKA_WAY_H
#define REBATO_BENCH_KAFKA_WAY_H

#include "harness/options.h"
#include "kafka/flow.h"
#include "kafka/topic.h"

#define WAY_THREADS_MAX 2

enum way_call {
    WAY_POLL,     /* rd_kafka_consumer_poll(), record by record */
    WAY_BATCH,    /* rd_kafka_consume_batch_queue() on the consumer's queue */
    WAY_CALLBACK, /* partitions forwarded into a queue, rd_kafka_consume_callback_queue() on it */
    WAY_REBATO,   /* consumer_poll_many(): a member of a group, as workers are */
};

/* Answers and queue. */
enum way_sizes {
    WAY_LARGE, /* the library's 1 MiB a partition and 50 MB an answer; 64 MiB of queue */
    WAY_SMALL, /* 256 KiB a partition and 1 MB an answer; 64 MiB of queue */
    WAY_TIGHT, /* the same answers, 8 MiB of queue: what rebato uses, without its waking */
};

enum way_clients { WAY_CLIENT_EACH, WAY_ONE_CLIENT };

struct way {
    const char *name;
    enum way_call call;
    enum way_sizes sizes;
    enum way_clients clients;
    int threads;
    enum duty_kind duty;
};

struct way_result {
    uint64_t records, bytes, sum;
    double wall_ns, own_ns, library_ns; /* a record */
    double longest_ms;
    unsigned naps;
};

/* Reads the topic from its beginning to its end. False, and said on stderr, when it cannot. */
int way_run(const struct way *way,
        const struct topic *topic,
        const struct duty_set *set,
        enum isa isa,
        struct way_result *result);

#endif
