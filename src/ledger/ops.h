/*
 * ops: what a body of the ledger provides; private to this folder.
 *
 *   ledger.c ── ops ──▶ memory/body.c, memory/writer.c, memory/reader.c
 *                  └──▶ redis/body.c, redis/writer.c, redis/submit.c, redis/reader.c, ...
 *
 * A body's own struct starts with the base struct below, so that a pointer to one is a pointer to the
 * other. Every operation means what ledger.h says of the function of its name.
 */
#ifndef REBATO_LEDGER_OPS_H
#define REBATO_LEDGER_OPS_H

#include "ledger/ledger.h"
#include "ledger/url.h"

/* Fields that one range may bring to one shard: a script can hand about 3,990 pairs to one HSET. */
#define LEDGER_APPLY_CELLS_MAX 3500
#define LEDGER_NOTICES_MAX     1000 /* and lines */

struct ledger_fields {
    const struct ledger_field *at;
    size_t count;
};

struct ledger_ops {
    void (*destroy)(struct ledger *ledger);
    enum ledger_outcome (*check)(struct ledger *ledger, char trouble[160]);
    struct ledger_writer *(*writer_create)(struct ledger *ledger, const struct names *names);
    struct ledger_reader *(*reader_create)(struct ledger *ledger);

    /* Worker threads. */
    void (*writer_destroy)(struct ledger_writer *writer);
    enum ledger_outcome (*claim)(struct ledger_writer *writer,
            uint32_t source,
            struct view topic,
            int32_t partition,
            struct ledger_claim *claim);
    enum ledger_outcome (*found)(struct ledger_writer *writer,
            uint32_t source,
            int64_t offset,
            struct ledger_claim *claim);
    enum ledger_outcome (*renew)(struct ledger_writer *writer, uint32_t source, struct view topic);
    void (*release)(struct ledger_writer *writer, uint32_t source);
    enum ledger_outcome (*idle)(struct ledger_writer *writer, uint32_t source, int64_t end_offset);
    enum ledger_outcome (*reach)(
            struct ledger_writer *writer, uint32_t bucket, struct revisions *revisions);
    void (*submit)(struct ledger_writer *writer, const struct tally *tally);
    enum ledger_outcome (*poll)(struct ledger_writer *writer, int64_t wait_ms);

    /* The judge thread. */
    void (*reader_destroy)(struct ledger_reader *reader);
    enum ledger_outcome (*lease)(struct ledger_reader *reader,
            uint32_t shard,
            int64_t now_ms,
            int64_t lease_ms,
            int *fresh);
    void (*unlease)(struct ledger_reader *reader, uint32_t shard);
    enum ledger_outcome (*progress)(
            struct ledger_reader *reader, uint32_t shard, struct ledger_progress *progress);
    enum ledger_outcome (*close)(
            struct ledger_reader *reader, uint32_t shard, uint32_t bucket, int64_t watermark_ms);
    enum ledger_outcome (*mark)(struct ledger_reader *reader, uint32_t shard, uint32_t judged);
    enum ledger_outcome (*read)(struct ledger_reader *reader,
            uint32_t shard,
            uint32_t through,
            struct ledger_page *page);
    enum ledger_outcome (*lapses)(
            struct ledger_reader *reader, uint32_t shard, struct ledger_page *page);
    enum ledger_outcome (*load)(struct ledger_reader *reader,
            uint32_t shard,
            struct view brand,
            struct ledger_state *state);
    enum ledger_outcome (*commit)(
            struct ledger_reader *reader, uint32_t shard, const struct ledger_commit *commit);
    enum ledger_outcome (*erase)(
            struct ledger_reader *reader, uint32_t shard, struct view brand, uint32_t through);
    enum ledger_outcome (*outbox)(struct ledger_reader *reader,
            uint32_t shard,
            struct ledger_notice *notices,
            size_t max,
            size_t *count);
    enum ledger_outcome (*delivered)(struct ledger_reader *reader, uint32_t shard, struct view key);
    enum ledger_outcome (*lines)(struct ledger_reader *reader,
            uint32_t shard,
            const struct ledger_line **lines,
            size_t *count);
    enum ledger_outcome (*forget_lines)(
            struct ledger_reader *reader, uint32_t shard, uint32_t bucket);

    enum ledger_outcome (*revisions)(
            struct ledger_reader *reader, uint32_t bucket, struct revisions *revisions);
    enum ledger_outcome (*revise)(struct ledger_reader *reader,
            const char *name,
            struct view text,
            struct revisions *revisions);
    enum ledger_outcome (*rules)(
            struct ledger_reader *reader, const char *name, char **text, size_t *size);

    enum ledger_outcome (*publish_series)(struct ledger_reader *reader,
            struct view brand,
            const struct ledger_slot *place,
            const struct ledger_fields *fields);
    enum ledger_outcome (*publish_rollup)(
            struct ledger_reader *reader, struct view brand, const struct ledger_slot *place);
    enum ledger_outcome (*publish_now)(
            struct ledger_reader *reader, struct view brand, const struct ledger_fields *fields);
    /* NULL: nothing is published. */
    enum ledger_outcome (*mend)(struct ledger_reader *reader,
            uint32_t shard,
            struct view brand,
            uint32_t through,
            int64_t last_ms[LEDGER_SERIES_COUNT]);
    enum ledger_outcome (*publish_top)(struct ledger_reader *reader, struct view brand);
    enum ledger_outcome (*publish_alert)(
            struct ledger_reader *reader, const struct ledger_alert *alert);
    enum ledger_outcome (*publish_instance)(
            struct ledger_reader *reader, struct view name, const struct ledger_fields *fields);

    /* The keeper's thread, and whoever finds a shard lost. */
    enum ledger_outcome (*image)(struct ledger_reader *reader,
            uint32_t shard,
            const struct ledger_image_wish *wish,
            struct image_writer *image);
    enum ledger_outcome (*restore)(
            struct ledger_reader *reader, struct view image, const struct image_head *head);
};

struct ledger {
    const struct ledger_ops *ops;
    struct ledger_options options; /* url and name_space point into the two below */
    struct ledger_address address;
    char name_space[NAMESPACE_SIZE];
};

/* How the ranges of a submission ended; both bodies fill it. */
struct ledger_writer {
    struct ledger *ledger;
    const struct names *names;
    const struct tally *tally; /* in flight; NULL: none */
    enum ledger_outcome ranges[TALLY_RANGES_MAX];
    size_t range_count;                 /* of the last submission */
    uint32_t leaving[TALLY_RANGES_MAX]; /* sources released while their range is in flight */
    size_t leaving_count;
};

struct ledger_reader {
    struct ledger *ledger;
};

/* The bodies. NULL: out of memory. */
struct ledger *ledger_memory_create(void);
struct ledger *ledger_redis_create(void);

/* The answer to a poll whose submission has ended: the worst that happened to a range. */
enum ledger_outcome ledger_ranges_outcome(const struct ledger_writer *writer);

/* Of an official post: two reads of one post are one post. */
uint64_t ledger_post_hash(const struct tally_official *official);

/* Adds partitions up into what ledger_progress() reports. `max_time_ms` INT64_MIN: no record yet. */
void ledger_progress_start(struct ledger_progress *progress, uint32_t closed);
void ledger_progress_add(struct ledger_progress *progress, int64_t max_time_ms, int idle);
void ledger_progress_end(struct ledger_progress *progress);

#endif
