/*
 * feed_parts: what the kinds of feed share. Folder only.
 */
#ifndef REBATO_INGEST_FEED_PARTS_H
#define REBATO_INGEST_FEED_PARTS_H

#include "ingest/feed.h"

#define FEED_TROUBLE_SIZE 512

struct feed_kind {
    enum feed_outcome (*next)(struct feed *feed, struct feed_record *record);
    double (*progress)(const struct feed *feed);
    void (*destroy)(struct feed *feed); /* frees the feed, too */
};

/* The beginning of every feed. */
struct feed {
    const struct feed_kind *kind;
    char *name;
    int ended; /* nothing comes any more, nor after an error */
    char trouble[FEED_TROUBLE_SIZE];
};

#endif
