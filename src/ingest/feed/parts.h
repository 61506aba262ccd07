/*
 * parts: what the kinds of feed share. Folder only.
 */
#ifndef REBATO_INGEST_FEED_PARTS_H
#define REBATO_INGEST_FEED_PARTS_H

#include "ingest/feed.h"

#define FEED_TROUBLE_SIZE 512

struct feed_kind {
    enum feed_outcome (*next)(struct feed *feed, struct feed_record *record);
    /* Whether the next record is here already: a batch does not wait for another. NULL: it does. */
    int (*is_here)(const struct feed *feed);
    /* A faster way to a batch's records, as long as it goes on: false when it does not, and nothing was
     * done. NULL: there is none. */
    int (*fill)(struct feed *feed, struct feed_batch *batch, size_t size);
    double (*progress)(const struct feed *feed);
    void (*destroy)(struct feed *feed); /* frees the feed, too */
};

/* The beginning of every feed. */
struct feed {
    const struct feed_kind *kind;
    char *name;
    const char *topic;                 /* in the name; NULL: files */
    struct feed_partition *partitions; /* malloc'd; NULL: none */
    size_t partition_count;
    int ended; /* nothing comes any more, nor after an error */
    int kept;  /* `next` did not fit into the batch that it was read for */
    struct feed_record next;
    char trouble[FEED_TROUBLE_SIZE];
};

#endif
