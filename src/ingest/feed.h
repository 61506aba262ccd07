/*
 * feed: records from files, directories, standard input, or a span of a Kafka topic.
 *
 *   NDJSON, JSON arrays and pretty-printed JSON, CSV with a header line; plain, gzip, zstd, bzip2,
 *   xz or lz4; a directory is its files in order of name.
 *
 * Every line or element becomes one record; the feed does not judge it. Blank lines are none; so
 * are the brackets of arrays and of API pages ({"statuses":[…]}, {"data":[…]}, listings). A line
 * longer than RECORD_SIZE_MAX is delivered cut, with `too_large` set, and reading goes on behind
 * it. After an error, what came before it has been delivered, and no more comes. One thread.
 */
#ifndef REBATO_INGEST_FEED_H
#define REBATO_INGEST_FEED_H

#include "core/view.h"

#include <stdint.h>

struct feed_record {
    struct view bytes;  /* valid until the next call */
    uint64_t line;      /* 1.. in its file: of its first byte */
    int64_t offset;     /* 0.. records of this feed; a Kafka feed: the record's own */
    int64_t ingest_ms;  /* Kafka's timestamp; INT64_MIN for files */
    uint32_t partition; /* of a Kafka feed, else 0 */
    int too_large;
    int tombstone;
};

enum feed_outcome { FEED_RECORD, FEED_END, FEED_ERROR };

struct feed;

/* `path` is a file, "-" for standard input, or a directory. NULL and `trouble` when it cannot be
 * opened. */
struct feed *feed_open(const char *path, char trouble[256]);

/* A span of a topic: all partitions, from `since_ms` (INT64_MIN: the beginning) to `until_ms` by
 * Kafka timestamp (INT64_MAX: no bound), or to the end as it was at the start. Merged by
 * timestamp, then partition, then offset, so that the order does not depend on the brokers. */
struct feed_kafka {
    const char *brokers;
    const char *topic;
    int64_t since_ms;
    int64_t until_ms;
    const struct consumer_property *properties;
    size_t property_count;
};
struct feed *feed_open_kafka(const struct feed_kafka *options, char trouble[256]);
void feed_close(struct feed **feed);

/* A partition that has records in the span: offsets in [start, end), as they were at the opening. */
struct feed_partition {
    uint32_t partition;
    int64_t start;
    int64_t end;
};
/* The topic's name and its partitions, in rising order, for as long as the feed lives. Files: NULL, none. */
const char *feed_topic(const struct feed *feed);
const struct feed_partition *feed_partitions(const struct feed *feed, size_t *count);

enum feed_outcome feed_next(struct feed *feed, struct feed_record *record);

/* ---- many at once ---- */

/* A block of records and the bytes they point to. */
struct feed_batch {
    struct feed_record *records;
    size_t count;
    size_t capacity;
    char *bytes;
    size_t size;
};

/* Memory for so many records at most. It holds at least one record of any size; what is not used of
 * the bytes is not asked of the system. False when out of memory. */
int feed_batch_init(struct feed_batch *batch, size_t capacity);
void feed_batch_fini(struct feed_batch *batch);

/* The next records in place of those in the batch, about `size` bytes of them: at least one, unless
 * the answer is END or ERROR, which is about what stands behind the records of the batch. A pipe gives
 * what it has. The same records as feed_next() gives, which may not be called as well: what one of the
 * two read ahead, the other would miss. */
enum feed_outcome feed_fill(struct feed *feed, struct feed_batch *batch, size_t size);

/* After FEED_ERROR: what happened, with file and line. */
const char *feed_trouble(const struct feed *feed);
const char *feed_name(const struct feed *feed);
/* For progress: 0.0 to 1.0, or < 0 when unknown (standard input). */
double feed_progress(const struct feed *feed);

#endif
