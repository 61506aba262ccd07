/* member: rebato's own consumer, as a worker uses it: one member of a group. */
#ifndef REBATO_BENCH_KAFKA_MEMBER_H
#define REBATO_BENCH_KAFKA_MEMBER_H

#include "ingest/consumer.h"
#include "kafka/flow.h"
#include "kafka/topic.h"

/* A group of its own each time. NULL, and said on stderr, when it cannot be. */
struct consumer *member_create(const struct topic *topic);
void member_read(struct consumer *consumer, struct flow *flow, int ends);

#endif
