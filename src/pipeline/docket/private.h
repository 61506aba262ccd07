/*
 * The docket's own structures, shared by its files. Nobody else includes this.
 *
 *   docket.c   turns, leases given back, notices
 *   shard.c    carries out what a shard's machine (fence/shard_judge.h) asks for
 *   brand.c    the fold of one brand and its commit
 *   early.c    open buckets
 *   publish.c  what was committed, for everybody to see
 *   sets.c     rule sets and their brands, and how a shard goes from one to the next
 *   rules.c    by which set a bucket is judged
 */
#ifndef REBATO_PIPELINE_DOCKET_PRIVATE_H
#define REBATO_PIPELINE_DOCKET_PRIVATE_H

#include "fence/shard_judge.h"
#include "pipeline/bucket/builder.h"
#include "pipeline/bucket/publish.h"
#include "pipeline/docket/docket.h"

#define DAY_BUCKETS (24 * 3600 / BUCKET_SECONDS)

/* A stream whose newest event is older than this is a backfill: nobody is told of its open buckets. */
#define DOCKET_BACKFILL_MS (INT64_C(60) * 60 * 1000)

/* The coarser series that are made of the 10 s one. */
#define ROLLUP_COUNT 2

/* What was told of open buckets and is not settled by their close yet. */
struct early_told {
    char id[INCIDENT_ID_SIZE];
    uint32_t bucket; /* whose end opens the incident; 0: nothing was told */
    uint32_t signals;
};

struct docket_brand {
    size_t number; /* in the rule set */
    struct brand_settings settings;
    struct brand_judge *judge; /* NULL while the shard is not ours */
    uint32_t shard;
    uint32_t
            met; /* when it came with other rules: its watch begins that day; 0: there at the start */
    /* A bucket of the 5 m and of the 1 h period that is not published yet; 0: none. */
    uint32_t unrolled[ROLLUP_COUNT];
    int64_t last_ms[LEDGER_SERIES_COUNT]; /* of the newest entries published; 0: none */
    struct early_told early;
    uint64_t open_seen; /* complaints in open buckets at the last look ahead */
};

/* A rule set that is held here, and its brands. */
struct docket_set {
    char name[REVISION_NAME_SIZE]; /* "": nothing */
    const struct rule_set *rules;
    const struct judge_settings *judge;
    struct docket_brand *brands; /* by shard, then id: as the pages of the ledger are sorted */
    struct shard_brand *known;   /* what the machines know of each */
    size_t brand_count;
    size_t first[SHARDS_MAX]; /* of a shard's brands */
    size_t count[SHARDS_MAX];
};

struct docket_shard {
    uint32_t slot; /* of the set it is judged by */
    struct docket_brand *brands;
    struct shard_brand *known;
    size_t brand_count;
    uint32_t
            resume; /* the bucket that the furthest brand was folded through when the shard was loaded */
    int resumes; /* that is known */
    int astray;  /* that one was judged by another set than the one it was loaded for */
    struct shard_judge judge;
    int told;          /* on_shard() was called since it is ours */
    int64_t latest_ms; /* event time of the newest record counted */
    int64_t lapses_ms; /* wall clock of the turn in which its lapses were looked at last */
    uint32_t marked;   /* judged so far when the ledger was told last */
    uint32_t tidied;   /* the day on which the old lines of its incident log were last removed */
};

/* An event of this turn with the bytes that were committed for it. */
struct turn_event {
    struct judge_event event;
    uint32_t slot; /* of the set whose rules it numbers */
    char *payload;
    char *line;                      /* of the incident log; NULL in a ledger that keeps none */
    char key[INCIDENT_ID_SIZE + 32]; /* <incident>:<revision>:<kind> */
    int notice_only;                 /* people are told, but it is no part of the incident log */
};

/* What is published of a brand, in this order. */
enum publish_stage {
    PUBLISH_SHOW, /* to those in this process */
    PUBLISH_SERIES,
    PUBLISH_NOW,
    PUBLISH_TOP,
    PUBLISH_PERIODS_LEFT, /* of what a judge before us folded */
    PUBLISH_PERIODS,
    PUBLISH_PERIODS_OVER,
    PUBLISH_EVENTS,
    PUBLISH_DONE,
};

/* The brand that is judged, from the look at its cells until these are erased. */
struct docket_case {
    struct page_slice slice;
    uint32_t before;    /* folded before this turn */
    size_t event_first; /* its events among those of the turn */

    enum publish_stage stage;
    struct publish_place place;
    size_t next; /* cell or event */
};

struct docket {
    /* Fixed at creation. */
    uint32_t shard_count;

    /* Owned by the judge's thread. */
    struct docket_options options; /* rules and judge are those of the creation */
    struct docket_set sets[RULE_SLOTS];
    struct revisions revisions;
    int follows;         /* them */
    uint32_t wanted;     /* number of a revision that is not held; 0: none */
    uint32_t board_slot; /* the page speaks of this set */
    struct ledger_reader *reader;
    struct bucket_builder *builder;
    struct foresight *foresight;
    uint64_t notices_made;
    int64_t looked_ahead_ms; /* wall clock */
    struct docket_shard shards[SHARDS_MAX];
    uint32_t
            since; /* of the page in hand: watches begin with its day; 0: nothing was ever counted */
    int64_t wall_ms;         /* of the turn */
    int64_t instance_ms;     /* wall clock of the last heartbeat */
    struct ledger_page page; /* of the shard in hand, and how far it is walked */
    struct page_walk walk;
    struct docket_case brand_case;
    struct publish_list *publish;
    struct turn_event *events; /* of the turn, all brands */
    size_t event_count;
    size_t event_committed; /* the others are of a fold that is not stored yet */
    size_t event_capacity;
    char *state; /* brand_judge_save's bytes */
    size_t state_size;
};

/* ---- sets.c ---- */

/* The set in slot 0, and all shards by it. False when out of memory. */
int docket_sets_init(struct docket *docket);
void docket_sets_fini(struct docket *docket);
const struct docket_set *docket_set_of(
        const struct docket *docket, const struct docket_brand *brand);
/* NO_SLOT: it is not held. */
uint32_t docket_find_set(const struct docket *docket, const char *name);
/* Between two turns: the shard is judged by the set of this slot from now on; what is new there since `met`. */
void docket_move_shard(struct docket *docket, uint32_t shard, uint32_t slot, uint32_t met);
/* A judge of the brand as `home` saved it goes on by the set of its shard. False when out of memory. */
int docket_adopt(struct docket *docket, struct docket_brand *brand, const struct docket_set *home);
/* What the machine of its shard knows of it. */
struct shard_brand *docket_known(const struct docket *docket, const struct docket_brand *brand);
/* The brand's number on the page; SIZE_MAX: the page does not know it. */
size_t docket_board_number(const struct docket *docket, const struct docket_brand *brand);
void docket_tell_board(struct docket *docket, const struct turn_event *event);

/* ---- rules.c ---- */

/* Before a turn of the shard: by which set, and how far. False: that cannot be said yet, and it waits. */
int docket_choose(struct docket *docket, uint32_t shard);
/* After it: there is more to judge, by another set or further on. */
int docket_moves_on(struct docket *docket, uint32_t shard);
/* Before all shards. */
enum ledger_outcome docket_ask_revisions(struct docket *docket);
/* All brands of the shard are loaded: were they judged by the set it is in? False: from here on it will be. */
int docket_is_right(struct docket *docket, uint32_t shard);
/* The set by which a state was saved that is folded so far; NULL: it is not held. */
const struct docket_set *docket_home(const struct docket *docket, uint32_t folded_through);
/* When a brand came of which nothing is stored; 0: it was there at the start. */
uint32_t docket_met(const struct docket *docket, uint32_t shard);

/* Whatever a shard's machine asks for until its turn is over. Its turn has begun. */
enum ledger_outcome docket_run_shard(struct docket *docket, uint32_t shard);
/* Nothing of the shard may be remembered. */
void docket_forget_shard(struct docket *docket, uint32_t shard);

/* Partitions wake without anything being closed or read after them: what they leave is looked for by itself, once a
 * second, and before a shard is let go. */
void docket_look_for_lapses(struct docket *docket, uint32_t shard);
void docket_look_at_times(struct docket *docket, uint32_t shard);

/* Looks at the open buckets of a shard of ours. */
enum ledger_outcome docket_look_ahead(struct docket *docket, uint32_t shard, int64_t wall_ms);
/* Before the commit of a fold up to `reached`: what was told early is confirmed by an event from
 * `first_event` on, or its withdrawal becomes one. */
void docket_settle_early(
        struct docket *docket, struct docket_brand *brand, uint32_t reached, size_t first_event);
/* The line that stands beside the brand's state. */
struct view docket_early_line(const struct docket_brand *brand, char line[LEDGER_EARLY_SIZE_MAX]);
void docket_early_parse(struct docket_brand *brand, struct view line);

/* Adds an event to the turn's, rendered; exemplars are those of `slice`. */
void docket_note_event(struct docket *docket,
        const struct docket_brand *brand,
        const struct page_slice *slice,
        const struct judge_event *event);
/* Forgets the events of this turn from the `from`th on. */
void docket_forget_events(struct docket *docket, size_t from);

/* Folds a brand up to `through`, or until the turn has its fill of events; returns how far it came. What
 * came of it is in memory alone. */
uint32_t docket_fold(
        struct docket *docket, struct docket_brand *brand, const struct shard_request *request);
/* One write: the state as it is in memory, and the events from `first_event` on as notices. */
enum ledger_outcome docket_commit(struct docket *docket,
        struct docket_brand *brand,
        const struct shard_request *request,
        size_t first_event);

/* The next slice of what is published of the brand in hand; *has_more: there is another. */
enum ledger_outcome docket_publish(struct docket *docket,
        struct docket_brand *brand,
        const struct shard_request *request,
        int *has_more);
/* What is published of a brand is made what its state says. */
enum ledger_outcome docket_mend(
        struct docket *docket, struct docket_brand *brand, const struct shard_request *request);
/* The bucket in which the brand wants a fold although nothing came: something is due, a period is over, or what
 * was told early has to be settled. */
uint32_t docket_next_due(const struct docket *docket, const struct docket_brand *brand);

#endif
