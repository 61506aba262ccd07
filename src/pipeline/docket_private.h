/*
 * The docket's own structures, shared by docket.c (shards, leases, turns) and docket_brand.c (one brand:
 * fold, commit, publish, erase). Nobody else includes this.
 */
#ifndef REBATO_PIPELINE_DOCKET_PRIVATE_H
#define REBATO_PIPELINE_DOCKET_PRIVATE_H

#include "pipeline/bucket_builder.h"
#include "pipeline/docket.h"
#include "pipeline/publish.h"

struct docket_brand {
    struct brand_settings settings;
    struct brand_judge *judge; /* NULL while the shard is not ours */
    uint32_t shard;
    uint32_t folded_through;
    uint32_t watch; /* before the first fold: the bucket that the brand's watch begins at */
    uint32_t unrolled
            [2]; /* a bucket of the 5 m and of the 1 h period that is not published yet; 0: none */
};

struct docket_shard {
    int ours;
    uint32_t closed;
    uint32_t judged; /* all brands are folded up to here */
    int more;        /* a brand had its fill of events and goes on in the next turn */
};

/* An event of this turn with the bytes that were committed for it. */
struct turn_event {
    struct judge_event event;
    char *payload;
    char key[INCIDENT_ID_SIZE + 32]; /* <incident>:<revision>:<kind> */
};

struct docket {
    /* Fixed at creation. */
    struct docket_options options;
    struct docket_brand *brands;
    size_t brand_count;
    uint32_t shard_count;

    /* Owned by the judge's thread. */
    struct ledger_reader *reader;
    struct bucket_builder *builder;
    struct docket_shard shards[SHARDS_MAX];
    int64_t instance_ms; /* wall clock of the last heartbeat */
    struct publish_list *publish;
    struct turn_event *events; /* of the turn, all brands */
    size_t event_count;
    size_t event_capacity;
    char *state; /* brand_judge_save's bytes */
    size_t state_size;
};

/* Forgets the events of this turn from the `from`th on. */
void docket_forget_events(struct docket *docket, size_t from);

/* Judges one brand up to `through`: verdicts, commit, published keys, and only then the cells go. */
enum ledger_outcome docket_judge_brand(
        struct docket *docket, size_t index, const struct page_slice *slice, uint32_t through);
/* A 5 m or 1 h period of the brand is over and not published yet. */
int docket_rollup_due(const struct docket_brand *brand, uint32_t through);

#endif
