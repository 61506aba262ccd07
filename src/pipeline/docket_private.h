/*
 * The docket's own structures, shared by docket.c (shards, leases, turns), docket_brand.c (one brand:
 * fold, commit, publish, erase) and docket_rules.c (brands of a set, and of the next). Nobody else includes this.
 */
#ifndef REBATO_PIPELINE_DOCKET_PRIVATE_H
#define REBATO_PIPELINE_DOCKET_PRIVATE_H

#include "pipeline/bucket_builder.h"
#include "pipeline/docket.h"
#include "pipeline/publish.h"

#define DAY_BUCKETS (24 * 3600 / BUCKET_SECONDS)

/* A stream whose newest event is older than this is a backfill: the wall clock does not push it on, and
 * nobody is told of its open buckets. */
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
    uint32_t folded_through;
    uint32_t stored_through; /* what the ledger says; less than the above after find_state() */
    uint32_t
            met; /* closed when it came with other rules: its watch begins that day; 0: there at the start */
    /* brand_judge_next() of the judge as it is. A turn asks all brands, and most judges are not in the cache:
     * this is. */
    uint32_t next_due;
    /* A bucket of the 5 m and of the 1 h period that is not published yet; 0: none. */
    uint32_t unrolled[ROLLUP_COUNT];
    struct early_told early;
    uint64_t open_seen; /* complaints in open buckets at the last look ahead */
};

struct docket_shard {
    size_t brand_first; /* of the docket's brands */
    size_t brand_count;
    int ours;
    int64_t latest_ms; /* event time of the newest record counted */
    uint32_t closed;
    uint32_t judged; /* all brands are folded up to here */
    uint32_t tidied; /* the day on which the old lines of its incident log were last removed */
    int more;        /* a brand had its fill of events and goes on in the next turn */
};

/* An event of this turn with the bytes that were committed for it. */
struct turn_event {
    struct judge_event event;
    char *payload;
    char *line;                      /* of the incident log; NULL in a ledger that keeps none */
    char key[INCIDENT_ID_SIZE + 32]; /* <incident>:<revision>:<kind> */
    int notice_only;                 /* people are told, but it is no part of the incident log */
};

struct docket {
    /* Fixed at creation. */
    uint32_t shard_count;

    /* Owned by the judge's thread. */
    struct docket_options options; /* only rules and judge ever change */
    struct docket_brand *brands;   /* by shard, then id: as the pages of the ledger are sorted */
    size_t brand_count;
    struct ledger_reader *reader;
    struct bucket_builder *builder;
    struct foresight *foresight;
    uint64_t notices_made;
    int64_t looked_ahead_ms; /* wall clock */
    struct docket_shard shards[SHARDS_MAX];
    uint32_t
            first_bucket; /* of all cells ever seen here: watches begin with its day; 0: none yet */
    int64_t instance_ms;  /* wall clock of the last heartbeat */
    struct publish_list *publish;
    struct turn_event *events; /* of the turn, all brands */
    size_t event_count;
    size_t event_capacity;
    char *state; /* brand_judge_save's bytes */
    size_t state_size;
};

/* The brands of options.rules, without judges, in their order and shards. False when out of memory. */
int docket_sort_brands(struct docket *docket);
/* What the ledger knows of a brand, and a judge that knows it too. */
enum ledger_outcome docket_load_brand(struct docket *docket, struct docket_brand *brand);
/* The shard is somebody else's, or we cannot know: nothing of it may be remembered. */
void docket_forget_shard(struct docket *docket, uint32_t shard);

/* docket_early.c: looks at the open buckets of a shard of ours. */
enum ledger_outcome docket_look_ahead(struct docket *docket, uint32_t shard, int64_t wall_ms);
/* Before the commit of a fold up to `reached`: what was told early is confirmed by an event from
 * `first_event` on, or its withdrawal becomes one. */
void docket_settle_early(
        struct docket *docket, struct docket_brand *brand, uint32_t reached, size_t first_event);
/* The line that stands beside the brand's state. */
struct view docket_early_line(const struct docket_brand *brand, char line[LEDGER_EARLY_SIZE_MAX]);
void docket_early_parse(struct docket_brand *brand, struct view line);

/* docket_brand.c: adds an event to the turn's, rendered; exemplars are those of `slice`. */
void docket_note_event(struct docket *docket,
        const struct docket_brand *brand,
        const struct page_slice *slice,
        const struct judge_event *event);
/* One write: the state as it is in memory, `through`, and the events from `first_event` on as notices. */
enum ledger_outcome docket_commit_brand(
        struct docket *docket, struct docket_brand *brand, uint32_t through, size_t first_event);
/* Forgets the events of this turn from the `from`th on. */
void docket_forget_events(struct docket *docket, size_t from);

/* Judges one brand up to `through`: verdicts, commit, published keys, and only then the cells go. Those that a
 * judge before us committed and left are in the slice: they are not folded, but published and erased. After any
 * outcome but OK what is in memory need not be what is stored: the shard has to be forgotten. */
enum ledger_outcome docket_judge_brand(struct docket *docket,
        struct docket_brand *brand,
        const struct page_slice *slice,
        uint32_t through);
/* A 5 m or 1 h period of the brand is over and not published yet. */
int docket_rollup_due(const struct docket_brand *brand, uint32_t through);

#endif
