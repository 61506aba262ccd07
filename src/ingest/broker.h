/*
 * broker: librdkafka's in-process mock cluster, for `rebato demo` and for tests that cannot have a
 * real one; and a producer, for these and for what a run writes to a topic of its own.
 *
 * The mock keeps its log in memory (about 5 MiB or 100,000 records a partition): a stage, not a store.
 * With librdkafka 2.0.2 a group of several members may fail to form on it, so the demo has one.
 */
#ifndef REBATO_INGEST_BROKER_H
#define REBATO_INGEST_BROKER_H

#include "core/view.h"
#include "ingest/consumer.h"

#include <stdint.h>

struct broker;

struct broker *broker_create(const char *topic, int32_t partition_count, char trouble[256]);
void broker_destroy(struct broker **broker);
/* "127.0.0.1:port", for the consumers. */
const char *broker_address(const struct broker *broker);

struct producer;

struct producer_options {
    const char *brokers;
    const char *topic;
    const struct consumer_property *properties; /* as those of a consumer */
    size_t property_count;
};
struct producer *producer_open(const struct producer_options *options, char trouble[256]);
struct producer *producer_create(const char *brokers, const char *topic, char trouble[256]);
/* Waits up to 5 s for what is in flight. */
void producer_destroy(struct producer **producer);
/* Queues one record; when the queue is full it waits for room. False when it cannot be sent. */
int producer_send(
        struct producer *producer, struct view key, struct view value, int64_t timestamp_ms);
/* False when something is still in flight, or a record that was queued since the last flush could not
 * be delivered. */
int producer_flush(struct producer *producer, int64_t wait_ms);

#endif
