/*
 * keep: where a checkpoint lies: a file, or a compacted topic.
 *
 *   images of shards ─ keep_write ─▶ file | topic ─ keep_read ─▶ images, or why there are none
 *
 * What is kept belongs to one deployment, and to one namespace or to any. It is compressed, carries its
 * version and a checksum, and is read whole or not at all: half a checkpoint is worse than none. Of the
 * images themselves nothing is known here, and nothing is believed of what is read.
 *
 * file: written aside, forced to disk, renamed; one file holds all images. Two processes may name the
 * same one: the last to write wins, and both wrote everything.
 * topic: one image after the other, in parts that fit a record, under the keys of two generations in turn,
 * so that a writer that dies in the middle leaves the generation before it whole.
 */
#ifndef REBATO_KEEP_KEEP_H
#define REBATO_KEEP_KEEP_H

#include "core/view.h"

#include <stdint.h>

#define KEEP_TROUBLE_SIZE 256
/* A checkpoint, unpacked: the states of all brands there may be, and room to spare. */
#define KEEP_SIZE_MAX  ((size_t)1024 * 1024 * 1024)
#define KEEP_ITEMS_MAX 4096

enum keep_outcome {
    KEEP_OK,
    KEEP_NONE,    /* nothing was kept yet */
    KEEP_AWAY,    /* disk or broker refuse: try later */
    KEEP_DAMAGED, /* torn, altered, or of another version */
    KEEP_FOREIGN, /* of another deployment or namespace */
};

struct keep_property {
    const char *name;
    const char *value;
};

/* One of file and topic; all strings are copied. */
struct keep_options {
    const char *file;
    const char *topic;
    const char *brokers; /* of the topic */
    const struct keep_property *properties;
    size_t property_count;
    const char *name_space; /* "": what is written fits any */
    const char *deployment;
};

struct keep_item {
    uint32_t number; /* of the shard */
    struct view bytes;
};

/* What was read. */
struct keep_box {
    struct keep_item *items;
    size_t count;
    int64_t written_ms; /* of the oldest item */
    char **memory;      /* what the items point into */
    size_t memory_count;
};

struct keep;

/* NULL, and `trouble`, when the options cannot be right. Connects nothing. */
struct keep *keep_create(const struct keep_options *options, char trouble[KEEP_TROUBLE_SIZE]);
void keep_destroy(struct keep **keep);

/* One thread at a time writes; another may read meanwhile. `trouble` says what a person should know unless
 * the outcome is OK. */
enum keep_outcome keep_write(struct keep *keep,
        const struct keep_item *items,
        size_t count,
        char trouble[KEEP_TROUBLE_SIZE]);
/* Zeroes the box first; give it to keep_box_fini() after KEEP_OK. */
enum keep_outcome keep_read(
        struct keep *keep, struct keep_box *box, char trouble[KEEP_TROUBLE_SIZE]);
void keep_box_fini(struct keep_box *box);

/* "file PATH" or "topic NAME", for people. */
const char *keep_place(const struct keep *keep);

#endif
