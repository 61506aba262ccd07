/*
 * kafka_conf: librdkafka's settings, made in one place: ours, then the user's, then its log into
 * ours.
 *
 * Folder only. A conf that was not handed to rd_kafka_new() is destroyed by whoever made it.
 */
#ifndef REBATO_INGEST_KAFKA_CONF_H
#define REBATO_INGEST_KAFKA_CONF_H

#include "ingest/consumer.h"

#include <librdkafka/rdkafka.h>

#define TROUBLE_SIZE 256

struct kafka_setting {
    const char *name;
    const char *value;
};

/* An empty conf with brokers, client id and logging; NULL when out of memory. */
rd_kafka_conf_t *kafka_conf_create(const char *brokers, char trouble[TROUBLE_SIZE]);

/* Ours: a name that this version of the library does not know is left out. */
int kafka_conf_put(rd_kafka_conf_t *conf,
        const struct kafka_setting *settings,
        size_t count,
        char trouble[TROUBLE_SIZE]);

/* The user's: unknown, malformed or reserved ones are refused, with the reason. */
int kafka_conf_put_properties(rd_kafka_conf_t *conf,
        const struct consumer_property *properties,
        size_t count,
        char trouble[TROUBLE_SIZE]);

/* True when `properties` has one of that name. */
int kafka_property_given(
        const struct consumer_property *properties, size_t count, const char *name);

/* The whole conf of a group member; NULL and `trouble` when a property is refused. */
rd_kafka_conf_t *consumer_conf_create(
        const struct consumer_options *options, char trouble[TROUBLE_SIZE]);

/* Did a version lower than 2.2 get linked? It naps a second when its queue is full. */
int kafka_naps_when_full(void);

#endif
