/*
 * client: librdkafka as a program would use it that has nothing between. No group: partitions are assigned,
 * thread t of n reads t, t + n, ...
 */
#ifndef REBATO_BENCH_KAFKA_CLIENT_H
#define REBATO_BENCH_KAFKA_CLIENT_H

#include "kafka/way.h"

#define CLIENT_WAIT_MS 5

struct client {
    rd_kafka_t *kafka;
    /* The thread's: all its partitions, or the consumer's own. */
    rd_kafka_queue_t *queues[WAY_THREADS_MAX];
    int ends; /* partitions that this client's threads have to reach */
};

/* Assigns the partitions of threads first .. first + count - 1. */
int client_init(struct client *client,
        const struct way *way,
        const struct topic *topic,
        int first,
        int count);
void client_fini(struct client *client);
/* Until `ends` partitions were read to the end. */
void client_read(struct client *client, enum way_call call, int queue, struct flow *flow, int ends);

#endif
