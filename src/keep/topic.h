/*
 * topic: what writing to and reading from a checkpoint's topic have in common. Folder only.
 *
 *   key    <deployment>/<number of the item>/<a or b>/<part>
 *   value  frame's id (8 bytes), part (4), parts (4), bytes of the frame
 *
 * One frame holds one item. Its parts are written in order, so that the last one there says that all are.
 */
#ifndef REBATO_KEEP_TOPIC_H
#define REBATO_KEEP_TOPIC_H

#include "keep/body.h"

#include <librdkafka/rdkafka.h>

/* Well below the 1 MiB that brokers take of a batch. */
#define TOPIC_PART_MAX  ((size_t)512 * 1024)
#define TOPIC_PARTS_MAX 4096
#define TOPIC_HEAD_SIZE 16
#define TOPIC_KEY_SIZE  320
#define TOPIC_ANSWER_MS 10000

/* Ours, then the deployment's; NULL and `trouble` when a property is refused. */
rd_kafka_conf_t *topic_conf(const struct keep *keep,
        const struct keep_property *ours,
        size_t count,
        char trouble[KEEP_TROUBLE_SIZE]);

#endif
