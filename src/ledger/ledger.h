/*
 * ledger: the counts, in one of two bodies behind one contract.
 *
 *   worker ── submit(tally) ──▶ ledger (memory | Redis) ◀── close, read, commit, publish ── judge
 *
 * memory: one process, no server: replay, demo, tests. Redis: live, shared by all processes. The same
 * contract tests run against both.
 *
 * Counts are sharded by brand: shard = hash(brand id) % shards. For each (topic, partition, shard) a
 * fence says which offsets are in the counts; an apply carries the offset it expects and is refused
 * when the fence stands elsewhere. Counts and fence move in one write, so they cannot disagree, and
 * whoever writes late or twice loses the race instead of spoiling the sum.
 *
 * A bucket the judge has closed takes no more on-time counts: the apply is refused and the worker
 * rebuilds the range, with those records as late.
 */
#ifndef REBATO_LEDGER_LEDGER_H
#define REBATO_LEDGER_LEDGER_H

#include "core/limits.h"
#include "core/names.h"
#include "core/view.h"
#include "fence/claim.h"
#include "fence/revisions.h"
#include "ledger/image.h"
#include "window/tally.h"

#include <stdint.h>

enum ledger_outcome {
    LEDGER_OK,
    LEDGER_PENDING, /* still in flight */
    LEDGER_CLASH,   /* the fence stands elsewhere: claim again, rewind, rebuild */
    LEDGER_CLOSED,  /* a bucket of the range is closed: claim again, rebuild it as late */
    LEDGER_AWAY,    /* not reachable, loading, out of memory, read-only: hold, try later */
    LEDGER_REFUSED, /* another layout, another deployment, not permitted: a person must act */
    LEDGER_LOST,    /* the lease or token is somebody else's now */
};

const char *ledger_outcome_name(enum ledger_outcome outcome);

struct ledger_options {
    const char *url; /* "memory:", "redis://[user:password@]host:port[/db]", "unix:/path[?db=N]" */
    const char *name_space; /* every key starts with rebato:<namespace>: */
    uint32_t shards;        /* fixed for the life of a namespace; memory uses 1 */
    int64_t timeout_ms;     /* of one reply */
    int64_t retain_10s_ms;  /* published streams: how far back each resolution reaches */
    int64_t retain_5m_ms;
    int64_t retain_1h_ms;
};

struct ledger;

/* Defaults for everything. */
void ledger_options_init(struct ledger_options *options);

/* Main thread. Connects nothing yet; NULL only when the URL is malformed or memory is short (the reason
 * is in `trouble`). Option strings are copied. */
struct ledger *ledger_create(const struct ledger_options *options, char trouble[160]);
void ledger_destroy(struct ledger **ledger);

/* Connects and compares what `meta` says of layout, shards and owner with ours; writes it when the
 * namespace is new. Also checks that Redis may not evict keys. AWAY can be tried again; REFUSED is final
 * and `trouble` says what to do. */
enum ledger_outcome ledger_check(struct ledger *ledger, char trouble[160]);

uint32_t ledger_shard_count(const struct ledger *ledger);
uint32_t ledger_shard_of(const struct ledger *ledger, struct view brand);

/* ---- worker threads: one writer each ---- */

struct ledger_writer;

/* What a claim finds. `known` is 0 when this partition never had a fence here. */
struct ledger_claim {
    int known;
    uint32_t topic; /* a number: a topic that was made again under its name has another one */
    int64_t fence[SHARDS_MAX]; /* per shard: offsets below are counted */
    int64_t lowest_fence;
    int64_t max_time_ms;             /* at the lowest fence; INT64_MIN: none */
    uint32_t late_below[SHARDS_MAX]; /* per shard: buckets up to this one are late there; 0: none */
    int64_t seen_offset; /* of a record below the lowest fence; -1: none is known. Another record there, */
    int64_t seen_stamp_ms; /* by Kafka's time, is another log's */

    /* In shards that lost their counts and began again: more is late from offsets above the fence on. */
    struct claim_lapse lapses[CLAIM_LAPSES_MAX];
    uint32_t lapse_count;
};

/* `names` resolves the numbers in tallies; it belongs to the same worker. */
struct ledger_writer *ledger_writer_create(struct ledger *ledger, const struct names *names);
void ledger_writer_destroy(struct ledger_writer **writer);

/* Takes a partition: reads its fences in every shard and leaves this writer's token there, so that a
 * former owner's author writes are refused. `source` is the worker's number for it from now on. Waits
 * for the answer (at most the timeout): only on assignment and resync. When !known nothing is written;
 * call ledger_found() with the first offset to count. CLASH: another worker is making the fences just now,
 * or a shard had lost them; claim again after a moment. REFUSED: the fence was taken out of a shard that goes on. */
enum ledger_outcome ledger_claim(struct ledger_writer *writer,
        uint32_t source,
        struct view topic,
        int32_t partition,
        struct ledger_claim *claim);
enum ledger_outcome ledger_found(
        struct ledger_writer *writer, uint32_t source, int64_t offset, struct ledger_claim *claim);
/* After a claim whose fences cannot be those of the log as it is: the topic was deleted and made again under
 * its name. All its partitions are counted anew, from fences of their own; what was counted of the former
 * topic stays. Claim again. REFUSED: a ledger that cannot tell them apart. */
enum ledger_outcome ledger_renew(struct ledger_writer *writer, uint32_t source, struct view topic);
/* The source is not ours any more. What is in flight of it may still land, whoever owns it now. */
void ledger_release(struct ledger_writer *writer, uint32_t source);
/* Nothing has come for a while and all that came is applied: the partition leaves the watermark until
 * its next claim. CLASH when its fences do not all stand at `end_offset`, the log's end as fetched after
 * the claim. When records come again, claim before building a tally from them: a range of an idle
 * partition ends as CLOSED. Not while a submission is in flight. */
enum ledger_outcome ledger_idle(struct ledger_writer *writer, uint32_t source, int64_t end_offset);

/* Promises the bucket to this writer, for as long as its connection: no revision of the rules that is agreed
 * on from now on begins at it or before it. `revisions` is what the writer knew, and comes back as it is now;
 * entries that the ledger has lost are told to it again. Waits for the answer; not while a submission is in
 * flight. */
enum ledger_outcome ledger_reach(
        struct ledger_writer *writer, uint32_t bucket, struct revisions *revisions);

/* How many cells and official posts one range of a tally may hold: the body writes a range's share of
 * a shard with one command, and that has a size. Flush before there are more. */
size_t ledger_cells_max(const struct ledger *ledger);

/* Hands a tally over; returns at once. The tally stays untouched until ledger_poll() says how it ended.
 * One submission is in flight at a time: the worker fills its other tally meanwhile. A range that was
 * not claimed since the connection was made, or since it last failed, ends as CLASH without being
 * sent. */
void ledger_submit(struct ledger_writer *writer, const struct tally *tally);
/* Moves the submission on, waiting at most `wait_ms`. OK: every range is in. CLASH or CLOSED: at least
 * one is not; ask ledger_range_outcome() for each. AWAY: unknown what arrived; claim all sources again. */
enum ledger_outcome ledger_poll(struct ledger_writer *writer, int64_t wait_ms);
/* Of the last submission, by the tally's index of the range. */
enum ledger_outcome ledger_range_outcome(const struct ledger_writer *writer, size_t range);
int ledger_busy(const struct ledger_writer *writer);

/* ---- the judge thread: one reader ---- */

struct ledger_reader;

struct ledger_reader *ledger_reader_create(struct ledger *ledger);
void ledger_reader_destroy(struct ledger_reader **reader);

/* Of the readers of a ledger one at a time judges a shard: the holder of its lease. After AWAY and after
 * LOST the lease counts as lost: take it again, and reload what was in memory. */

/* Takes or renews the lease on a shard, for `lease_ms` from `now_ms` (wall). OK: ours. LOST: another
 * judge has it. `*fresh` is 1 when it was not ours before: reload everything. */
enum ledger_outcome ledger_lease(
        struct ledger_reader *reader, uint32_t shard, int64_t now_ms, int64_t lease_ms, int *fresh);
/* Gives it back, so that another judge need not wait for its end. */
void ledger_unlease(struct ledger_reader *reader, uint32_t shard);

struct ledger_progress {
    int64_t watermark_ms; /* least of the partitions' greatest times; INT64_MIN: nothing yet. Idle
                             partitions are left out; all idle: INT64_MAX */
    int64_t latest_ms;    /* greatest of them, idle ones too; INT64_MIN: nothing yet */
    uint32_t partitions;
    uint32_t closed; /* the last closed bucket; 0: none */
};
enum ledger_outcome ledger_progress(
        struct ledger_reader *reader, uint32_t shard, struct ledger_progress *progress);

/* Closes all buckets up to `bucket` for on-time counts. CLASH when a partition has appeared or woken
 * that is behind `watermark_ms`: look again. LOST when the lease is not ours. */
enum ledger_outcome ledger_close(
        struct ledger_reader *reader, uint32_t shard, uint32_t bucket, int64_t watermark_ms);

/* All that the shard has counted up to the bucket `judged` is committed and erased. Where its counting may begin
 * again, should its counts be lost and the states stay, is noted beside these. LOST when the lease is not ours. */
enum ledger_outcome ledger_mark(struct ledger_reader *reader, uint32_t shard, uint32_t judged);

/* What is in the shard's closed buckets and not erased yet. What is folded comes again until it is
 * erased, exemplars apart: the judge that folded it may have ended before it was published. Sorted by
 * brand, bucket; on-time before late; dimension. Views live until the reader's next read. */
struct ledger_cell {
    struct view brand;
    struct view dim;
    uint32_t bucket;
    enum cell_kind kind;
    uint64_t count;
};
struct ledger_author {
    struct view brand;
    struct view dim;
    uint32_t bucket;
    uint64_t author;
};
struct ledger_official {
    struct view brand;
    uint32_t bucket;
    uint32_t signals;
    uint32_t broadcast;
    int64_t time_ms;
    uint64_t sketch;
    uint64_t topics;
    struct view id;
    struct view link;
};
struct ledger_exemplar {
    struct view brand;
    uint32_t bucket;
    uint64_t weight;
    struct view json;
};
/* From this offset of its partition on, buckets up to `through` are late in the shard: the partition had
 * left the watermark, and they were closed meanwhile. The one thing in the counts that the topic does not
 * tell; with it they can be made again from the topic. The ledger lets one go when a later one of its
 * partition is more than LEDGER_LAPSE_KEPT buckets above it: 25 h. */
#define LEDGER_LAPSE_KEPT 9000
struct ledger_lapse {
    struct view topic;
    int32_t partition;
    int64_t offset;
    uint32_t through;
};
struct ledger_page {
    const struct ledger_cell *cells;
    size_t cell_count;
    const struct ledger_author *authors; /* sorted by brand, bucket, dim, author */
    size_t author_count;
    const struct ledger_official *officials; /* sorted by brand, bucket, time, id */
    size_t official_count;
    const struct ledger_exemplar *exemplars; /* sorted by brand, weight descending, json */
    size_t exemplar_count;
    const struct ledger_lapse *lapses; /* all of the shard's; sorted by topic, partition, offset */
    size_t lapse_count;
    /* The lowest bucket that anything was counted in, in any shard; 0: nothing yet. Once a bucket at or above it
     * is closed it is the same for all shards: a function of the log. */
    uint32_t since;
};
/* Cells with bucket <= through (through <= closed). With `through` = UINT32_MAX: all cells, the open
 * ones too: for the comparison of a live run with a replay. */
enum ledger_outcome ledger_read(
        struct ledger_reader *reader, uint32_t shard, uint32_t through, struct ledger_page *page);

/* The lapses alone: the page has nothing else. It counts as a read. */
enum ledger_outcome ledger_lapses(
        struct ledger_reader *reader, uint32_t shard, struct ledger_page *page);

/* One brand's stored state. Views live until the next load. */
struct ledger_state {
    uint32_t folded_through; /* 0: never */
    struct view state;       /* brand_judge_save's bytes; empty: none */
    struct view early; /* what was told of open buckets and is not settled yet; empty: nothing */
};
enum ledger_outcome ledger_load(struct ledger_reader *reader,
        uint32_t shard,
        struct view brand,
        struct ledger_state *state);

/* A notice in the outbox, until it is delivered. */
struct ledger_notice {
    struct view key;  /* "<incident>:<revision>:<kind>" */
    struct view json; /* the payload every sink gets */
};

/* A line of the incident log. */
struct ledger_line {
    uint32_t bucket; /* of the event */
    struct view key; /* as that of a notice */
    struct view json;
};

/* A ts:10s entry as it is kept beside the brand's state, so that it can be published again: of the newest
 * buckets so many; a prime number, so that what comes every ten minutes does not come to the same place.
 * `fields` are packed by ledger_pack_fields(). */
#define LEDGER_RING_BUCKETS 61
struct ledger_ring_entry {
    uint32_t bucket;
    struct view fields;
};

/* One write: state, folded_through, the notices and the lines it gave rise to. Refused with LOST when the lease is
 * not ours, CLASH when folded_through is not `before`. */
#define LEDGER_EARLY_SIZE_MAX 64
struct ledger_commit {
    struct view brand;
    uint32_t before;
    uint32_t folded_through;
    struct view state;
    struct view early; /* a line of the judge's own, at most LEDGER_EARLY_SIZE_MAX */
    const struct ledger_notice *notices;
    size_t notice_count;
    const struct ledger_line *lines;
    size_t line_count;
    const struct ledger_ring_entry *ring; /* the newest buckets of this turn, in rising order */
    size_t ring_count;
};
enum ledger_outcome ledger_commit(
        struct ledger_reader *reader, uint32_t shard, const struct ledger_commit *commit);

/* Removes what the reader's last ledger_read(), which must have been of this shard, found of a brand up
 * to `through`: cells, authors, official posts, exemplars; after publishing them. LOST when the lease is not ours, CLASH when the brand is not
 * folded through `through`. */
enum ledger_outcome ledger_erase(
        struct ledger_reader *reader, uint32_t shard, struct view brand, uint32_t through);

/* Undelivered notices of the shard, oldest first, at most `max`. Views live until the next call. Needs
 * no lease: a messenger may have a reader of its own. */
enum ledger_outcome ledger_outbox(struct ledger_reader *reader,
        uint32_t shard,
        struct ledger_notice *notices,
        size_t max,
        size_t *count);
enum ledger_outcome ledger_delivered(struct ledger_reader *reader, uint32_t shard, struct view key);

/* The shard's lines of the incident log, each once, in order of bucket and key: exactly those of the states
 * that are there, since they were written with them. The array and its views live until the next call.
 * Needs no lease. The memory body keeps none: whoever judges sees each line when it comes. */
enum ledger_outcome ledger_lines(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_line **lines,
        size_t *count);
/* Forgets those that the coarsest series, reaching back from `bucket`, has no entry for any more. */
enum ledger_outcome ledger_forget_lines(
        struct ledger_reader *reader, uint32_t shard, uint32_t bucket);

/* ---- revisions of the rules (fence/revisions.h): any reader, no lease ---- */

/* The list as it is now, and the horizon below which it will not change; raised before to hold the bucket, 0:
 * as it is. In goes what the caller has seen of it, zero when nothing: a ledger that has lost that is told again. */
enum ledger_outcome ledger_revisions(
        struct ledger_reader *reader, uint32_t bucket, struct revisions *revisions);
/* Agrees on a revision, which begins where nobody has counted yet. First the rules' text is put where all find
 * it, then it is listed, if the list is still as the caller knows it; else CLASH: look at it again. */
#define LEDGER_RULES_SIZE_MAX ((size_t)64 * 1024 * 1024)
enum ledger_outcome ledger_revise(struct ledger_reader *reader,
        const char *name,
        struct view text,
        struct revisions *revisions);
/* The text of a revision that is listed, malloc'd. CLASH: it is not there. */
enum ledger_outcome ledger_rules(
        struct ledger_reader *reader, const char *name, char **text, size_t *size);

/* ---- published keys (SURFACE): derived, bounded, re-creatable ---- */

struct ledger_field {
    struct view name;
    struct view value;
};
#define LEDGER_FIELDS_MAX 256 /* of one entry or hash */
/* Fields as bytes; returns the size needed and writes only when `size` is enough. */
size_t ledger_pack_fields(const struct ledger_field *fields, size_t count, char *out, size_t size);
/* The next field of packed bytes, which are moved on. False at their end, or where they are damaged. */
int ledger_unpack_field(struct view *packed, struct ledger_field *field);

enum ledger_series { LEDGER_SERIES_10S, LEDGER_SERIES_5M, LEDGER_SERIES_1H, LEDGER_SERIES_COUNT };

/* Folds of long ago, broken off more than once, may have so many entries above what is left of them. */
#define LEDGER_ABOVE_MAX 4096

/* Where an entry goes. `last_ms` is the time of the series' newest entry as the caller knows it, 0: it has none;
 * moved on by what is published. NULL: whatever stands there is well. */
struct ledger_slot {
    enum ledger_series series;
    int64_t at_ms;
    int64_t *last_ms;
};

/* ts:<10s|5m|1h>:<brand>, entry <at_ms>-0. CLASH: the newest entry is another than the caller knows, and nothing
 * was done; ledger_mend() comes first. What was left out stands in its place afterwards, unless more than
 * LEDGER_ABOVE_MAX entries are above it. A 10 s entry that is there already is left as it is. */
enum ledger_outcome ledger_publish_series(struct ledger_reader *reader,
        struct view brand,
        const struct ledger_slot *place,
        const struct ledger_field *fields,
        size_t field_count);
/* The entry of a whole 5 m or 1 h period, summed from the 10 s entries that are published already (counts
 * are added; authors, expected and state are the last one's). Nothing to do when there are none. */
enum ledger_outcome ledger_publish_rollup(
        struct ledger_reader *reader, struct view brand, const struct ledger_slot *place);
/* Makes the series of a brand say what its state says, folded through `through`: entries above it go; of the
 * buckets that are kept beside the state what is missing or different is written anew. Of the coarser series
 * the periods that hold such buckets go, and are to be published again. `last_ms`: the newest entries then. */
enum ledger_outcome ledger_mend(struct ledger_reader *reader,
        uint32_t shard,
        struct view brand,
        uint32_t through,
        int64_t last_ms[LEDGER_SERIES_COUNT]);

/* now:<brand> */
enum ledger_outcome ledger_publish_now(struct ledger_reader *reader,
        struct view brand,
        const struct ledger_field *fields,
        size_t field_count);
/* top:<brand>: the heaviest exemplars of the last 24 h of event time, kept to 100, with expiry */
enum ledger_outcome ledger_publish_top(struct ledger_reader *reader, struct view brand);

/* incidents, inc:<id>, inc:<id>:timeline, alerts, ev: one event of one incident. */
struct ledger_alert {
    struct view incident;
    struct view brand;
    uint32_t revision;
    struct view kind;  /* "opened", ... */
    struct view state; /* incident state */
    struct view severity;
    struct view summary;
    int64_t onset_ms;
    int64_t time_ms;
    struct view json;
};
enum ledger_outcome ledger_publish_alert(
        struct ledger_reader *reader, const struct ledger_alert *alert);
/* inst:<name>, expires after 30 s */
enum ledger_outcome ledger_publish_instance(struct ledger_reader *reader,
        struct view name,
        const struct ledger_field *fields,
        size_t field_count);

/* ---- images: what outlives the body; see image.h ---- */

/* Any thread with a reader of its own; no lease is needed. */
struct ledger_image_wish {
    int64_t now_ms;   /* wall */
    int64_t every_ms; /* not when anybody has taken one in so long; 0: always */
};
/* A shard as it is. CLOSED: not due yet. LOST: there are no fences, so there is nothing to keep, and
 * what was kept before is worth more. CLASH: it would not keep still, try again. REFUSED: this body keeps
 * nothing. */
enum ledger_outcome ledger_image(struct ledger_reader *reader,
        uint32_t shard,
        const struct ledger_image_wish *wish,
        struct image_writer *image);
/* Brings back what is not there. Of a ledger with as many shards: the whole shard, CLASH when it has
 * fences. Of another one, or without counts: the states of brands that nothing is known of. AWAY: try
 * again; until then nobody may found a fence. REFUSED: not an image. */
enum ledger_outcome ledger_restore(struct ledger_reader *reader, struct view image);

/* ---- catalogue: `rebato keys` ---- */
struct ledger_key_note {
    const char *pattern; /* after rebato:<ns>: */
    const char *type;
    const char *content;
    const char *bound;
};
extern const struct ledger_key_note ledger_key_notes[];
extern const size_t ledger_key_note_count;
/* The ACL rules for a user that may do what rebato does and nothing else, as they stand in ACL SETUSER
 * behind the name and the password; malloc'd, NULL when memory is short. */
char *ledger_acl(const char *name_space);

#endif
