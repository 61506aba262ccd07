/*
 * control_store: where a control log lies: a file of one process, or a topic that all processes of a group
 * write to.
 *
 * Lines are only ever appended. A file's last line may be torn, by a power cut or a full disk: it is cut off
 * before the next one is written. In a topic a line's key is what makes it the same as another, so the topic
 * may be compacted. It is not created here: who keeps it, how often and how long, is not for us to guess.
 *
 * One thread at a time.
 */
#ifndef REBATO_PIPELINE_COPIES_CONTROL_STORE_H
#define REBATO_PIPELINE_COPIES_CONTROL_STORE_H

#include "ingest/consumer.h"
#include "replay/control.h"

struct control_store_options {
    const char *file; /* one of the two */
    const char *topic;
    const char *brokers;
    const struct consumer_property *properties;
    size_t property_count;
};

struct control_store;

/* Connects and opens nothing yet. The options outlive it. NULL: `trouble` says why. */
struct control_store *control_store_create(
        const struct control_store_options *options, char trouble[CONTROL_TROUBLE_SIZE]);
void control_store_destroy(struct control_store **store);

/* Everything that is in it. A file that is not there yet is empty. `*torn`: a last line was left out. False
 * when it cannot be read, or holds what is not understood. */
int control_store_read(struct control_store *store,
        struct control *control,
        size_t *torn,
        char trouble[CONTROL_TROUBLE_SIZE]);

/* The same of a place that is only read: nothing is mended, and a file has to be there. */
int control_store_load(const struct control_store_options *options,
        struct control *control,
        size_t *torn,
        char trouble[CONTROL_TROUBLE_SIZE]);

int control_store_append(struct control_store *store, const char *key, const char *line);
/* True when all that was appended is there to stay. False: it is not known what is. */
int control_store_flush(struct control_store *store);

#endif
