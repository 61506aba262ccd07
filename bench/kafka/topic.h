/*
 * topic: a corpus in a topic of its own, on a real broker; deleted again at the end.
 */
#ifndef REBATO_BENCH_KAFKA_TOPIC_H
#define REBATO_BENCH_KAFKA_TOPIC_H

#include "harness/lines.h"

#include <librdkafka/rdkafka.h>

struct topic {
    char name[64];
    const char *brokers;
    int partitions;
    size_t records;
    rd_kafka_t *producer;
};

/* Records go to partitions in runs, `copies` times over. False, and said on stderr. */
int topic_fill(struct topic *topic, const struct lines *lines, size_t copies);
void topic_remove(struct topic *topic);

#endif
