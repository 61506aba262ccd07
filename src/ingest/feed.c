#include "ingest/feed.h"

#include "ingest/feed_parts.h"

#include <assert.h>
#include <stdlib.h>

void
feed_close(struct feed **feed)
{
    struct feed *gone = *feed;

    if (gone == NULL) {
        return;
    }
    free(gone->name);
    gone->kind->destroy(gone);
    *feed = NULL;
}

enum feed_outcome
feed_next(struct feed *feed, struct feed_record *record)
{
    assert(record != NULL);
    if (feed->ended) {
        return feed->trouble[0] == '\0' ? FEED_END : FEED_ERROR;
    }
    enum feed_outcome outcome = feed->kind->next(feed, record);
    feed->ended = outcome != FEED_RECORD;
    return outcome;
}

const char *
feed_trouble(const struct feed *feed)
{
    return feed->trouble;
}

const char *
feed_name(const struct feed *feed)
{
    return feed->name;
}

double
feed_progress(const struct feed *feed)
{
    return feed->ended && feed->trouble[0] == '\0' ? 1.0 : feed->kind->progress(feed);
}
