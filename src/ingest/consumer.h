/*
 * consumer: one member of a Kafka consumer group, for one worker thread.
 *
 * Offsets are manual: what is counted is known by the ledger's fences, Kafka's committed offsets
 * are a courtesy to lag tools. The consumer never waits for anybody: a worker that cannot take
 * more pauses its partitions and goes on polling, so that the group does not lose it.
 *
 * All calls are for the worker's thread.
 */
#ifndef REBATO_INGEST_CONSUMER_H
#define REBATO_INGEST_CONSUMER_H

#include "core/view.h"

#include <stdint.h>

enum start_policy { START_COMMITTED, START_EARLIEST, START_LATEST, START_TIME };

struct consumer_property {
    const char *name;
    const char *value;
};

struct consumer_options {
    const char *brokers;
    const char *group;
    const char *const *topics; /* names, or a pattern that starts with ^ */
    size_t topic_count;
    enum start_policy start; /* for partitions that were never counted */
    int64_t start_time_ms;
    /* Any librdkafka property; they win over ours, except those that exactness needs: see
     * consumer_property_reserved(). */
    const struct consumer_property *properties;
    size_t property_count;
    /* Among the members of this process, from 0: a name in the group is each member's own. */
    uint32_t place;
};

struct record {
    uint32_t source; /* this consumer's number for (topic, partition) */
    int64_t offset;
    int64_t timestamp_ms; /* Kafka's own; -1 when it has none */
    struct view value;    /* .at == NULL: a tombstone. Lives until the next poll */
};

enum consumer_event_kind {
    CONSUMER_NOTHING, /* the wait is over */
    CONSUMER_RECORD,
    CONSUMER_ASSIGNED, /* `source` is ours; delivers nothing before consumer_begin() */
    CONSUMER_REVOKED,  /* `source` is no longer ours */
    CONSUMER_END,      /* `source` has been read up to its end, `offset` */
    CONSUMER_AWAY,     /* the brokers are unreachable; goes on trying */
    CONSUMER_FATAL,    /* cannot go on; `text` says why */
    CONSUMER_LOST, /* `source`: the log no longer has the wanted offset; `offset` = its first one */
};

struct consumer_event {
    enum consumer_event_kind kind;
    uint32_t source;
    int64_t offset;
    struct record record;
    const char *text; /* valid until the next poll */
};

struct consumer;

/* False and `trouble` when a property is unknown, malformed or one of ours. Connects in the
 * background. */
struct consumer *consumer_create(const struct consumer_options *options, char trouble[256]);
/* Leaves the group; at most about 5 s. All records were done before. */
void consumer_destroy(struct consumer **consumer);

/* The next event, waiting at most `wait_ms`. A record lives until the next poll, done or not. */
void consumer_poll(struct consumer *consumer, int64_t wait_ms, struct consumer_event *event);
void record_done(struct record *record);

/*
 * The same, many at a time: what has arrived, up to `capacity` records, waiting at most `wait_ms` for
 * the first and never for more. Returns how many; `event` is what came behind them, never a
 * CONSUMER_RECORD: handle the records first. A partition's records are in order and belong to what
 * was begun last; a consumer_begin() in the middle of a batch makes that partition's others stale.
 * They live until the next poll.
 */
size_t consumer_poll_many(struct consumer *consumer,
        int64_t wait_ms,
        struct record *records,
        size_t capacity,
        struct consumer_event *event);
void records_done(struct record *records, size_t count);

/* Topic (NUL-terminated, lives as long as the consumer) and partition of a source. */
const char *consumer_topic(const struct consumer *consumer, uint32_t source);
int32_t consumer_partition(const struct consumer *consumer, uint32_t source);

/* Where an uncounted partition starts, by policy (COMMITTED without a commit: the first there
 * is); waits for the broker at most 10 s. False: try later. */
int consumer_start_offset(struct consumer *consumer, uint32_t source, int64_t *offset);
/* What the group has told Kafka of a source; negative: nothing, or the topic it was told of is gone. Waits for
 * the broker at most 10 s. False: try later. */
int consumer_committed(struct consumer *consumer, uint32_t source, int64_t *offset);
/* First and next offset of the log; waits at most 10 s. False: try later. */
int consumer_offsets(struct consumer *consumer, uint32_t source, int64_t *low, int64_t *high);

/* Delivers from `offset` on; records fetched before are dropped. Also rewinds. While paused it
 * takes effect with the resume. False: it is no longer ours, or the group is broken; a REVOKED
 * or FATAL follows. */
int consumer_begin(struct consumer *consumer, uint32_t source, int64_t offset);
/* Whether the end that was told last can be believed: 0 when a broker was lost since and nothing has come of this
 * source. consumer_begin() has its end told again, once there is a broker to tell it. */
int consumer_sees_end(const struct consumer *consumer, uint32_t source);
void consumer_pause(struct consumer *consumer); /* all sources */
void consumer_resume(struct consumer *consumer);
/* Tells Kafka, asynchronously, that offsets below are counted. */
void consumer_commit(struct consumer *consumer, uint32_t source, int64_t offset);

/* Properties that may not be set from outside, with the reason, or NULL. */
const char *consumer_property_reserved(const char *name);
/* librdkafka's version, as text. */
const char *consumer_library_version(void);

#endif
