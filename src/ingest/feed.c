#include "ingest/feed.h"

#include "core/limits.h"
#include "ingest/feed/parts.h"

#include <assert.h>
#include <stdlib.h>

/* Bytes of a batch: a record of the full size, and one more that was begun. */
#define FEED_BATCH_SIZE ((size_t)2 * RECORD_SIZE_MAX)

void
feed_close(struct feed **feed)
{
    struct feed *gone = *feed;

    if (gone == NULL) {
        return;
    }
    free(gone->name);
    free(gone->partitions);
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

int
feed_batch_init(struct feed_batch *batch, size_t capacity)
{
    assert(capacity > 0);
    *batch = (struct feed_batch){ .capacity = capacity };
    batch->records = malloc(capacity * sizeof *batch->records);
    batch->bytes = malloc(FEED_BATCH_SIZE);
    if (batch->records == NULL || batch->bytes == NULL) {
        feed_batch_fini(batch);
        return 0;
    }
    return 1;
}

void
feed_batch_fini(struct feed_batch *batch)
{
    free(batch->records);
    free(batch->bytes);
    *batch = (struct feed_batch){ .records = NULL };
}

/* False when it does not fit any more. */
static int
batch_add(struct feed_batch *batch, const struct feed_record *record)
{
    if (batch->count == batch->capacity || batch->size + record->bytes.size > FEED_BATCH_SIZE) {
        return 0;
    }
    struct feed_record *copy = &batch->records[batch->count++];
    *copy = *record;
    if (record->bytes.size > 0) {
        copy->bytes.at = memcpy(batch->bytes + batch->size, record->bytes.at, record->bytes.size);
        batch->size += record->bytes.size;
    }
    return 1;
}

/* Record by record, copied. */
static enum feed_outcome
fill_slowly(struct feed *feed, struct feed_batch *batch, size_t size)
{
    enum feed_outcome outcome = FEED_RECORD;

    while (outcome == FEED_RECORD && (feed->kept || batch->size < size)) {
        if (!feed->kept && batch->count > 0 && feed->kind->is_here != NULL &&
                !feed->kind->is_here(feed)) {
            break;
        }
        outcome = feed->kept ? FEED_RECORD : feed_next(feed, &feed->next);
        feed->kept = outcome == FEED_RECORD && !batch_add(batch, &feed->next);
        if (feed->kept) {
            break;
        }
    }
    return outcome;
}

enum feed_outcome
feed_fill(struct feed *feed, struct feed_batch *batch, size_t size)
{
    batch->count = 0;
    batch->size = 0;
    if (!feed->ended && !feed->kept && feed->kind->fill != NULL &&
            feed->kind->fill(feed, batch, size)) {
        return FEED_RECORD;
    }
    return fill_slowly(feed, batch, size);
}

const char *
feed_topic(const struct feed *feed)
{
    return feed->topic;
}

const struct feed_partition *
feed_partitions(const struct feed *feed, size_t *count)
{
    *count = feed->partition_count;
    return feed->partitions;
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
    return feed->ended && !feed->kept && feed->trouble[0] == '\0' ? 1.0
                                                                  : feed->kind->progress(feed);
}
