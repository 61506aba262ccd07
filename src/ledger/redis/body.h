/*
 * body: the ledger in a Redis server; the parts its files share. Private to the ledger.
 *
 *   body.c       create, check          writer.c  claims, idle
 *   submit.c     authors, then applies  reader.c  lease, progress, close, commit
 *   page.c       reading a shard        erase.c   removing what was read
 *   outbox.c     notices                lines.c   the incident log
 *   full.c       author sets that are known to be full
 *   lapses.c     from where on partitions are late
 *   revisions.c  what records count by
 *   publish/     what dashboards see; publish/gap.c: what they see of a loss
 *   recovery/    a shard as bytes and back (image.c, restore.c); where counting may begin again, and a
 *                shard that has lost its fences (mark.c); topics that were made again (renew.c)
 *
 * Every writer and every reader has its own link: one connection, or one to each master of a cluster. A
 * claim and a lease hold for one connection (its epoch), the lease for that to its shard's server: after
 * a reconnect, or a shard's move to another server, nothing that was built before is sent.
 */
#ifndef REBATO_LEDGER_REDIS_BODY_H
#define REBATO_LEDGER_REDIS_BODY_H

#include "fence/claim.h"
#include "ledger/link/link.h"
#include "ledger/page.h"
#include "ledger/redis/full.h"

#define REDIS_AUTHORS_MAX     4096     /* members of one author set; then it takes no more */
#define REDIS_AUTHORS_TTL_S   172800LL /* 48 h: longer than an outage and catching up after it */
#define REDIS_EXEMPLARS_MAX   100
#define REDIS_TOKEN_SIZE      17 /* 16 hex digits and NUL */
#define REDIS_TOPIC_SIZE_MAX  255
#define REDIS_ARGUMENTS_CHUNK 1000 /* variable arguments of one script call */

/* A number nobody else has. */
void redis_token_make(char token[REDIS_TOKEN_SIZE]);

/* Waits for the answer of a script, {code, ...}, of which only the code matters. */
enum ledger_outcome redis_await_code(struct redis_link *link, int64_t *code);
/* What a judge's script means by its code. */
enum ledger_outcome redis_code_outcome(int64_t code);

/* The number of a topic in meta, given out when it has none. */
enum ledger_outcome redis_ask_topic(struct redis_link *link, struct view topic, uint32_t *number);

/* ---- writer ---- */

struct redis_source {
    struct claim claim;
    uint32_t topic; /* its number in meta; 0: not asked yet */
    int32_t partition;
    char token[REDIS_TOKEN_SIZE];
    int64_t seen_offset; /* as the last claim found it; -1: none */
    int64_t seen_stamp_ms;
};

/* A request whose reply is due; replies come in the order of requests. */
enum redis_due { DUE_AUTHORS, DUE_EXEMPLAR, DUE_APPLY };
struct redis_pending {
    enum redis_due due;
    uint32_t range;
    uint32_t shard;
    uint32_t author; /* of DUE_AUTHORS: the first of them, in the sorted copy */
};

/* A cell or an official post of the tally, where it goes. */
enum redis_piece_kind { PIECE_ON_TIME, PIECE_LATE, PIECE_OFFICIAL };
struct redis_piece {
    uint32_t range;
    uint32_t shard;
    enum redis_piece_kind kind;
    uint32_t index;
};

struct redis_writer {
    struct ledger_writer base;
    struct redis_link *link;
    struct redis_source *sources[PARTITIONS_MAX]; /* NULL: never claimed */

    /* The submission in flight. */
    enum redis_due phase; /* of its requests: DUE_AUTHORS (and exemplars), then DUE_APPLY */
    struct redis_pending *pending;
    size_t pending_count, pending_room, pending_done;
    int64_t progress_ms; /* monotonic time of the last reply */
    struct redis_piece *pieces;
    size_t piece_count, piece_room;
    struct tally_author *authors; /* sorted copy */
    size_t author_room;

    struct redis_full full; /* author sets that take no more */
};

static inline struct redis_writer *
redis_writer_of(struct ledger_writer *writer)
{
    return (struct redis_writer *)writer;
}

struct ledger_writer *redis_writer_create(struct ledger *ledger, const struct names *names);
void redis_writer_destroy(struct ledger_writer *writer);
enum ledger_outcome redis_claim(struct ledger_writer *writer,
        uint32_t source,
        struct view topic,
        int32_t partition,
        struct ledger_claim *claim);
enum ledger_outcome redis_found(
        struct ledger_writer *writer, uint32_t source, int64_t offset, struct ledger_claim *claim);
enum ledger_outcome redis_renew(struct ledger_writer *writer, uint32_t source, struct view topic);
void redis_release(struct ledger_writer *writer, uint32_t source);
/* After a claim that some shards had no fence for. CLASH: there are fences again, of all partitions, or there may be
 * in a moment: claim once more. OK: the partition is new. REFUSED: its fence was taken out of a shard that goes on. */
enum ledger_outcome redis_remake(
        struct redis_link *link, const struct redis_source *source, enum claim_verdict verdict);
enum ledger_outcome redis_idle(struct ledger_writer *writer, uint32_t source, int64_t end_offset);
enum ledger_outcome redis_reach(
        struct ledger_writer *writer, uint32_t bucket, struct revisions *revisions);
void redis_submit(struct ledger_writer *writer, const struct tally *tally);
enum ledger_outcome redis_poll(struct ledger_writer *writer, int64_t wait_ms);
/* The names of a source's fields: "f:<t>:<p>", "w:<t>:<p>". */
void redis_arg_source(struct redis_link *link, char letter, const struct redis_source *source);

/* ---- reader ---- */

/* Something the last read found and an erase may remove. */
enum redis_leaf_kind {
    LEAF_FIELD,    /* of the shard's hash; `name` is the field */
    LEAF_AUTHORS,  /* a set; `name` is the dimension */
    LEAF_EXEMPLAR, /* `name` is the member of the brand's exemplars */
};
struct redis_leaf {
    struct view brand;
    struct view name;
    uint32_t bucket;
    enum redis_leaf_kind kind;
};

struct redis_lease {
    char token[REDIS_TOKEN_SIZE]; /* "": never had it */
    uint64_t epoch;               /* of the connection it was taken on; 0: lost */
};

/* The key of an author set. */
void redis_key_authors(struct redis_link *link, uint32_t shard, const struct redis_leaf *set);
/* "<bucket>:<json>" of an exemplar. 0 when it is not one. */
int redis_exemplar_parse(struct view member, uint32_t *bucket, struct view *json);

/* A `k:` field of a shard's hash, before its topic has a name. */
struct redis_lapse {
    uint32_t topic;
    int32_t partition;
    int64_t offset;
    uint32_t through;
};

/* The names behind the numbers of topics, as meta has them. A number never gets another name. */
struct redis_topic {
    uint32_t number;
    char *name; /* malloc'd */
};
struct redis_topics {
    struct redis_topic *at; /* malloc'd */
    size_t count, room;
};
void redis_topics_fini(struct redis_topics *topics);

struct redis_lines {
    struct arena *texts;
    struct ledger_line *at; /* malloc'd */
    size_t count, room;
};
void redis_lines_fini(struct redis_lines *lines);

struct redis_reader {
    struct ledger_reader base;
    struct redis_link *link;
    struct redis_lease leases[SHARDS_MAX];

    /* The last read. */
    uint32_t read_shard; /* UINT32_MAX: none */
    struct page page;
    struct redis_leaf *leaves;
    size_t leaf_count, leaf_room;

    struct redis_lapse *lapses;
    size_t lapse_count, lapse_room;
    struct redis_topics topics;

    /* What views of the last load, the last outbox and the last lines point into. */
    redisReply *state;
    struct arena *outbox;
    struct redis_lines lines;
};

static inline struct redis_reader *
redis_reader_of(struct ledger_reader *reader)
{
    return (struct redis_reader *)reader;
}

/* OK when the link is open and the lease was taken on this very connection. */
enum ledger_outcome redis_lease_ready(struct redis_reader *reader, uint32_t shard);
/* Waits for a judge's script and says what its code means. LOST forgets the lease. */
enum ledger_outcome redis_lease_await(struct redis_reader *reader, uint32_t shard);
/* Starts a judge's script: the shard's two keys and `more` others, which the caller adds before the
 * token. */
void redis_begin_judge(
        struct redis_reader *reader, enum script script, uint32_t shard, uint32_t more);
void redis_key_judge(struct redis_link *link, uint32_t shard);
/* The rest of an HSCAN whose key is there: sends it from *cursor on, for fields like `match` (NULL: all), waits
 * for the answer and checks its shape. *cursor is 0 when it was the last. */
enum ledger_outcome redis_scan_step(
        struct redis_link *link, const char *match, uint64_t *cursor, redisReply **reply);

/* Keeps a `k:` field of the hash that is being read. 0 when it is corrupt. */
int redis_take_lapse(struct redis_reader *reader, struct view name, struct view value);
/* Puts what was kept into the page, under the topics' names. */
enum ledger_outcome redis_name_lapses(struct redis_reader *reader);

/* A slot of a brand's ring in the judge's hash, "pb:<brand>:<slot>", and what stands there. */
void redis_arg_ring(struct redis_link *link, struct view brand, uint32_t slot);
void redis_arg_ring_entry(struct redis_link *link, const struct ledger_ring_entry *entry);

struct ledger_reader *redis_reader_create(struct ledger *ledger);
void redis_reader_destroy(struct ledger_reader *reader);
enum ledger_outcome redis_lease(
        struct ledger_reader *reader, uint32_t shard, int64_t now_ms, int64_t lease_ms, int *fresh);
void redis_unlease(struct ledger_reader *reader, uint32_t shard);
enum ledger_outcome redis_progress(
        struct ledger_reader *reader, uint32_t shard, struct ledger_progress *progress);
enum ledger_outcome redis_close(
        struct ledger_reader *reader, uint32_t shard, uint32_t bucket, int64_t watermark_ms);
enum ledger_outcome redis_read(
        struct ledger_reader *reader, uint32_t shard, uint32_t through, struct ledger_page *page);
enum ledger_outcome redis_lapses(
        struct ledger_reader *reader, uint32_t shard, struct ledger_page *page);
enum ledger_outcome redis_load(struct ledger_reader *reader,
        uint32_t shard,
        struct view brand,
        struct ledger_state *state);
enum ledger_outcome redis_commit(
        struct ledger_reader *reader, uint32_t shard, const struct ledger_commit *commit);
enum ledger_outcome redis_erase(
        struct ledger_reader *reader, uint32_t shard, struct view brand, uint32_t through);
enum ledger_outcome redis_outbox(struct ledger_reader *reader,
        uint32_t shard,
        struct ledger_notice *notices,
        size_t max,
        size_t *count);
enum ledger_outcome redis_delivered(struct ledger_reader *reader, uint32_t shard, struct view key);
enum ledger_outcome redis_lines(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_line **lines,
        size_t *count);
enum ledger_outcome redis_forget_lines(
        struct ledger_reader *reader, uint32_t shard, uint32_t bucket);
enum ledger_outcome redis_revisions(
        struct ledger_reader *reader, uint32_t bucket, struct revisions *revisions);
enum ledger_outcome redis_revise(struct ledger_reader *reader,
        const char *name,
        struct view text,
        struct revisions *revisions);
enum ledger_outcome redis_rules(
        struct ledger_reader *reader, const char *name, char **text, size_t *size);
enum ledger_outcome redis_image(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_image_wish *wish,
        struct image_writer *image);
enum ledger_outcome redis_mark(struct ledger_reader *reader, uint32_t shard, uint32_t judged);
enum ledger_outcome redis_restore(
        struct ledger_reader *reader, struct view image, const struct image_head *head);
/* Of every brand of the image whose series is gone. */
enum ledger_outcome redis_show_gaps(struct redis_link *link, struct view image);

/* A published series: ts:<10s|5m|1h>:<brand>. */
void redis_key_series(struct redis_link *link, enum ledger_series series, struct view brand);
enum ledger_outcome redis_publish_series(struct ledger_reader *reader,
        struct view brand,
        const struct ledger_slot *place,
        const struct ledger_fields *fields);
enum ledger_outcome redis_publish_rollup(
        struct ledger_reader *reader, struct view brand, const struct ledger_slot *place);
enum ledger_outcome redis_publish_now(
        struct ledger_reader *reader, struct view brand, const struct ledger_fields *fields);
enum ledger_outcome redis_mend(struct ledger_reader *reader,
        uint32_t shard,
        struct view brand,
        uint32_t through,
        int64_t last_ms[LEDGER_SERIES_COUNT]);
enum ledger_outcome redis_publish_top(struct ledger_reader *reader, struct view brand);
enum ledger_outcome redis_publish_alert(
        struct ledger_reader *reader, const struct ledger_alert *alert);
enum ledger_outcome redis_publish_instance(
        struct ledger_reader *reader, struct view name, const struct ledger_fields *fields);

#endif
