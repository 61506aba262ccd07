/*
 * body: the ledger as a few tables behind one lock. For replay, demo and tests.
 *
 * A submission, a read or a commit takes the lock once, so what the Redis body gets from scripts comes
 * for free here. There is one shard. Published keys go nowhere; they are counted. Private to the ledger.
 */
#ifndef REBATO_LEDGER_MEMORY_BODY_H
#define REBATO_LEDGER_MEMORY_BODY_H

#include "ledger/memory/table.h"
#include "ledger/ops.h"
#include "ledger/page.h"

#include <pthread.h>

/* Brands and dimensions are numbers of the ledger's own names. Keys come first and have no padding. */
struct memory_cell {
    uint32_t bucket;
    uint32_t brand;
    uint32_t dim;
    uint32_t kind;
    uint64_t count;
};
#define MEMORY_CELL_KEY offsetof(struct memory_cell, count)

struct memory_author {
    uint32_t bucket;
    uint32_t brand;
    uint64_t author;
    uint32_t dim;
    uint32_t unused; /* part of the key, always 0 */
};
#define MEMORY_AUTHOR_KEY sizeof(struct memory_author)

struct memory_official {
    uint32_t brand;
    uint32_t unused; /* part of the key, always 0 */
    uint64_t post;   /* hash of its id */
    struct tally_official official;
};
#define MEMORY_OFFICIAL_KEY offsetof(struct memory_official, official)

struct memory_exemplar {
    uint64_t weight;
    uint64_t post; /* hash of its json */
    uint32_t brand;
    uint32_t bucket;
    uint32_t json_size;
    char json[EXEMPLAR_JSON_SIZE];
};
#define MEMORY_EXEMPLAR_KEY offsetof(struct memory_exemplar, json_size)

struct memory_state {
    uint32_t brand;
    uint32_t folded_through;
    char *bytes; /* malloc'd: the state, then the line of `early` */
    size_t size; /* of the state */
    size_t early_size;
};
#define MEMORY_STATE_KEY offsetof(struct memory_state, folded_through)

struct memory_notice {
    char *text; /* key, then json; malloc'd */
    size_t key_size;
    size_t json_size;
};

struct memory_partition {
    char *topic; /* malloc'd */
    size_t topic_size;
    int32_t partition;
    int known; /* has a fence */
    int idle;
    int64_t fence;
    int64_t max_time_ms;
    uint32_t late_below;
    uint64_t token;
};

/* The rules of a revision. */
struct memory_rules {
    char name[REVISION_NAME_SIZE]; /* "": none */
    char *text;                    /* malloc'd */
    size_t size;
};

struct memory_lapse {
    size_t partition; /* index in the ledger */
    int64_t offset;
    uint32_t through;
};

struct memory_ledger {
    struct ledger base;

    pthread_mutex_t lock; /* around everything below */
    struct names *names;
    struct memory_table cells;
    struct memory_table authors;
    struct memory_table officials;
    struct memory_table exemplars;
    struct memory_table states;
    struct memory_partition *partitions;
    size_t partition_count, partition_room;
    struct memory_lapse *lapses; /* in the order in which they came */
    size_t lapse_count, lapse_room;
    struct memory_notice *notices; /* oldest first */
    size_t notice_count, notice_room;
    struct revisions revisions;
    struct memory_rules rules[REVISIONS_MAX]; /* of those listed */
    uint32_t closed;
    uint32_t since; /* the lowest bucket that anything was counted in; 0: nothing yet */
    /* By brand: what it has up to this bucket is erased. It goes with the next read, which walks the tables
     * anyway; a walk for each brand would cost all brands' cells each time. */
    uint32_t erased_through[NAMES_MAX];
    int unswept;     /* something is erased that still stands in the tables */
    uint64_t tokens; /* given out so far */
    uint64_t lease;  /* the judge's token; 0: nobody's */
    int64_t lease_until_ms;
    uint64_t published;
};

static inline struct memory_ledger *
memory_ledger_of(struct ledger *ledger)
{
    return (struct memory_ledger *)ledger;
}

struct memory_reader {
    struct ledger_reader base;
    uint64_t token; /* of the lease; 0: never had it */
    struct page page;
    char *state;  /* what the views of the last load point into */
    char *outbox; /* and those of the last outbox */
};

static inline struct memory_reader *
memory_reader_of(struct ledger_reader *reader)
{
    return (struct memory_reader *)reader;
}

static inline int
memory_holds_lease(struct ledger_reader *reader)
{
    uint64_t token = memory_reader_of(reader)->token;
    return token != 0 && token == memory_ledger_of(reader->ledger)->lease;
}

/* The operations, for the table in body.c. */
struct ledger_writer *memory_writer_create(struct ledger *ledger, const struct names *names);
void memory_writer_destroy(struct ledger_writer *writer);
enum ledger_outcome memory_claim(struct ledger_writer *writer,
        uint32_t source,
        struct view topic,
        int32_t partition,
        struct ledger_claim *claim);
enum ledger_outcome memory_renew(struct ledger_writer *writer, uint32_t source, struct view topic);
enum ledger_outcome memory_found(
        struct ledger_writer *writer, uint32_t source, int64_t offset, struct ledger_claim *claim);
void memory_release(struct ledger_writer *writer, uint32_t source);
enum ledger_outcome memory_idle(struct ledger_writer *writer, uint32_t source, int64_t end_offset);
enum ledger_outcome memory_reach(
        struct ledger_writer *writer, uint32_t bucket, struct revisions *revisions);
void memory_submit(struct ledger_writer *writer, const struct tally *tally);
enum ledger_outcome memory_poll(struct ledger_writer *writer, int64_t wait_ms);

struct ledger_reader *memory_reader_create(struct ledger *ledger);
void memory_reader_destroy(struct ledger_reader *reader);
enum ledger_outcome memory_lease(
        struct ledger_reader *reader, uint32_t shard, int64_t now_ms, int64_t lease_ms, int *fresh);
void memory_unlease(struct ledger_reader *reader, uint32_t shard);
enum ledger_outcome memory_progress(
        struct ledger_reader *reader, uint32_t shard, struct ledger_progress *progress);
enum ledger_outcome memory_mark(struct ledger_reader *reader, uint32_t shard, uint32_t judged);
enum ledger_outcome memory_close(
        struct ledger_reader *reader, uint32_t shard, uint32_t bucket, int64_t watermark_ms);
enum ledger_outcome memory_read(
        struct ledger_reader *reader, uint32_t shard, uint32_t through, struct ledger_page *page);
enum ledger_outcome memory_lapses(
        struct ledger_reader *reader, uint32_t shard, struct ledger_page *page);
enum ledger_outcome memory_load(struct ledger_reader *reader,
        uint32_t shard,
        struct view brand,
        struct ledger_state *state);
enum ledger_outcome memory_commit(
        struct ledger_reader *reader, uint32_t shard, const struct ledger_commit *commit);
enum ledger_outcome memory_erase(
        struct ledger_reader *reader, uint32_t shard, struct view brand, uint32_t through);
enum ledger_outcome memory_outbox(struct ledger_reader *reader,
        uint32_t shard,
        struct ledger_notice *notices,
        size_t max,
        size_t *count);
enum ledger_outcome memory_delivered(struct ledger_reader *reader, uint32_t shard, struct view key);
enum ledger_outcome memory_lines(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_line **lines,
        size_t *count);
enum ledger_outcome memory_forget_lines(
        struct ledger_reader *reader, uint32_t shard, uint32_t bucket);
enum ledger_outcome memory_revisions(
        struct ledger_reader *reader, uint32_t bucket, struct revisions *revisions);
enum ledger_outcome memory_revise(struct ledger_reader *reader,
        const char *name,
        struct view text,
        struct revisions *revisions);
enum ledger_outcome memory_rules(
        struct ledger_reader *reader, const char *name, char **text, size_t *size);
enum ledger_outcome memory_image(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_image_wish *wish,
        struct image_writer *image);
enum ledger_outcome memory_restore(
        struct ledger_reader *reader, struct view image, const struct image_head *head);

#endif
