/*
 * parts: what consumer.c, its rebalances and its offset look-ups share. Folder only.
 */
#ifndef REBATO_INGEST_CONSUMER_PARTS_H
#define REBATO_INGEST_CONSUMER_PARTS_H

#include "ingest/consumer/assignment.h"
#include "ingest/kafka_conf.h"

#define CONSUMER_TEXT_SIZE 512
/* The bytes of one batch of records. It stays in the cache between two polls. */
#define CONSUMER_ARENA_SIZE 262144

/* Where records stay until the next poll. */
struct arena_room {
    char *bytes;
    size_t used;
    char *monster; /* the one record that was larger than what was left */
};

/* What keeps librdkafka's fetchers awake: see feed.c. */
struct feeding {
    /* fixed after creation */
    int naps;
    size_t bytes_max; /* where a fetcher stops */
    size_t records_max;
    /* since the last look at the queue */
    size_t bytes, records;
    size_t length; /* of the queue, then */
    /* since the queue was last empty */
    size_t spell_bytes, spell_records;
};

struct consumer {
    /* fixed after creation */
    rd_kafka_t *kafka;
    rd_kafka_queue_t *queue; /* records and ends of all partitions; the group's own events are not
                                in it */
    enum start_policy start;
    int64_t start_time_ms;

    /* the worker's; librdkafka calls back inside consumer_poll(), so its callbacks are the
     * worker too */
    struct assignment assignment;
    int paused;
    int parked; /* a long pause: the fetchers were given up */
    int64_t paused_ms;
    int64_t looked_ms; /* when the sources were last looked after */
    uint32_t polls;
    int64_t warned_ms;
    int unheard; /* a partition may have been started and not been heard of: see poll.c */
    int64_t forwarded_ms;
    struct arena_room arena;
    struct feeding feeding;
    int away_due;
    int fatal_due;
    int strays;                     /* a partition of ours has ceased to be, with its topic */
    int cut;                        /* a broker was lost, and nothing has come since */
    int adrift;                     /* out of the group, with what was ours: see assign.c */
    int64_t adrift_ms;              /* since when records come nevertheless; 0: none so far */
    char text[CONSUMER_TEXT_SIZE];  /* of the event that is due */
    char cause[CONSUMER_TEXT_SIZE]; /* the last trouble with a single broker */
};

/* Callbacks for the conf; their opaque is the consumer. */
void consumer_rebalance(rd_kafka_t *kafka,
        rd_kafka_resp_err_t error,
        rd_kafka_topic_partition_list_t *partitions,
        void *opaque);
void consumer_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque);

/* Takes every source in state `from` to state `to`: RUNNING ones are taken from the fetchers,
 * others are given to them at their `next`. False when librdkafka refused: nothing changed. */
int consumer_stop_source(struct consumer *consumer, uint32_t source);
int consumer_start_source(struct consumer *consumer, uint32_t source);
void consumer_park(struct consumer *consumer);
void consumer_unpark(struct consumer *consumer);

/* A message that is not a record, kept until librdkafka's call returns: what it asks for may stop
 * partitions. */
struct notice {
    rd_kafka_resp_err_t error; /* 0: there is none */
    uint32_t number;
    int64_t offset;
    char reason[TROUBLE_SIZE];
};

/* What one poll takes. */
struct taking {
    struct consumer *consumer;
    struct record *records;
    size_t capacity;
    size_t count;
    size_t seen, bytes; /* also what was stale */
    struct notice notice;
    /* whose the last message was: they come in runs */
    const rd_kafka_topic_t *topic;
    int32_t partition;
    uint32_t number;
};

/* The group's own events: calls back, and may leave a notice. */
void consumer_listen(struct taking *taking);
/* Records, until there are enough, a notice comes, or the queue is empty after `wait_ms`. */
void consumer_take(struct taking *taking, int wait_ms);
/* Records handed out before are gone. */
void consumer_arena_clear(struct arena_room *arena);

/* Has the partition's fetcher write into our one queue. */
void consumer_forward(struct consumer *consumer, uint32_t source);

/* Reads from `conf` what consumer_fed() goes by. */
void consumer_feed_init(struct consumer *consumer, const rd_kafka_conf_t *conf);
/* So much was taken out of the queue. */
void consumer_fed(struct consumer *consumer, size_t records, size_t bytes);
/* Nothing was in it. */
void consumer_starved(struct consumer *consumer);
/* Something of the queue may vanish without being counted. */
void consumer_feed_unsure(struct consumer *consumer);

/* Gives back what was kept without the group. */
void consumer_give_up_share(struct consumer *consumer);

/* Starts anew what librdkafka forgot to start or what damage had stopped. */
void consumer_look_after(struct consumer *consumer, int64_t now_ms);

/* The source's bytes on the wire are damaged: stop it and try again later, from `next`. */
void consumer_damaged(struct consumer *consumer, uint32_t source, const char *reason);

/* One source as a list, for librdkafka's calls. NULL when out of memory. */
rd_kafka_topic_partition_list_t *consumer_list_of(
        const struct consumer *consumer, uint32_t source, int64_t offset);

#endif
