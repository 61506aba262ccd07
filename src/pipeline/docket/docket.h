/*
 * docket: the brands whose shards we hold, and their judging: from the ledger's closed buckets to verdicts.
 *
 *   progress ─▶ close ─▶ read ─▶ fold brand by brand ─▶ commit ─▶ publish ─▶ erase
 *
 * A bucket is closed before it is read, so that what is read cannot change; a brand's verdict, its state
 * and its notices are committed in one write before anything is published; what is published is erased
 * from the ledger last. Stop anywhere: the next judge goes on from what was committed.
 *
 * The judge's thread drives it live; a replay drives it between records. Same turns, same verdicts.
 */
#ifndef REBATO_PIPELINE_DOCKET_DOCKET_H
#define REBATO_PIPELINE_DOCKET_DOCKET_H

#include "alert/render.h"
#include "judge/judge.h"
#include "ledger/ledger.h"
#include "match/rule_set.h"
#include "pipeline/board.h"
#include "pipeline/rule_map.h"
#include "replay/watch.h"

struct docket_options {
    struct ledger *ledger;
    const struct rule_set *rules;
    const struct judge_settings *judge;
    int64_t allow_ms; /* lateness that sources may have: buckets stay open this much longer */
    int64_t lease_ms;
    int64_t early_ms; /* open buckets are looked at this often, and people told early; 0: never */
    /* The wall clock of leases, asked within a turn; NULL: it stands still from begin to end. */
    int64_t (*clock_ms)(void);
    int transient; /* the ledger ends with the process: no state is stored, no keys are published */
    enum lang lang;
    const char *external_url;
    const char *instance; /* names this process in inst:<instance>; NULL: not published */
    int asks; /* the ledger's list of revisions says by which set a bucket is judged; else slot 0 is */
    struct board *board; /* told of every brand's status; may be NULL */
    /* Called for every event, after its commit, in order of time, brand and revision within a turn. */
    void (*on_event)(void *context, const struct judge_event *event, struct view payload);
    /* Called with the cells that a turn folded for a brand, before they are erased; may be NULL. */
    void (*on_cells)(
            void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count);
    /* Called around every fold of a replay; may be NULL. A live run may fold twice what it commits once. */
    void (*on_fold)(void *context, enum fold_phase phase, const struct watched_fold *fold);
    /* Called with every state of a brand once it is committed; the view lives during the call. May be NULL. */
    void (*on_state)(void *context, struct view brand, uint32_t folded_through, struct view state);
    /* Asked when the ledger knows nothing of a brand: is an older state of it kept elsewhere? False: no, and
     * the brand begins anew. The view has to live until the next call. May be NULL. */
    int (*find_state)(
            void *context, struct view brand, uint32_t *folded_through, struct view *state);
    void *context;
    /* A shard is ours from now on; then, each time it is read, from where on its partitions are late. Both may
     * be NULL. */
    void (*on_shard)(void *shard_context, uint32_t shard);
    void (*on_lapses)(void *shard_context,
            uint32_t shard,
            const struct ledger_lapse *lapses,
            size_t lapse_count);
    void *shard_context;
};

struct docket;

/* What decides over brands; both outlive the docket, or the next docket_hold() of their slot. */
struct docket_rules {
    uint32_t slot;                /* of RULE_SLOTS; that of the creation is 0 */
    const struct rule_set *rules; /* NULL: the slot is free from now on */
    const struct judge_settings *judge;
};

/* NULL when out of memory. */
struct docket *docket_create(const struct docket_options *options);
void docket_destroy(struct docket **docket);

/* One turn over all shards: what can be closed is closed, folded, committed and published. `wall_ms` is the
 * wall clock in a live run; a replay passes what it likes, it only serves leases and quiet nights.
 * AWAY: the ledger does not answer; nothing is lost, take another turn later. */
enum ledger_outcome docket_turn(struct docket *docket, int64_t wall_ms);

/* Between two turns: holds these rules in their slot. What was judged by the former ones there goes on by these:
 * a brand that both sets know goes on with all that is known of it, its incident too; a new one is watched from
 * now on; one that is gone is no longer judged, and its state stays in the ledger. Nothing of the former set is
 * looked at after the return. */
void docket_hold(struct docket *docket, const struct docket_rules *rules);
/* Between two turns: each bucket is judged by the set of its revision from now on, as far as the horizon. A shard
 * goes from set to set at the bucket, as docket_hold() does at once. For a replay: a live docket asks the ledger. */
void docket_follow(struct docket *docket, const struct revisions *revisions);
/* The oldest revision that a shard needs to go on, and that is not held here; 0: none. */
uint32_t docket_wanted_revision(const struct docket *docket);
/* A bit for each slot whose set is in use. */
uint32_t docket_slots_used(const struct docket *docket);

/* Lets time go on to `bucket` although nothing more came: reminders and resolves that are due happen. */
enum ledger_outcome docket_advance(struct docket *docket, uint32_t bucket);

/* Something is closed that is not judged yet: a brand had its fill of events for one turn. */
int docket_is_behind(const struct docket *docket);

/* Notices put into the outbox since the beginning: a change says that there is something to carry. */
uint64_t docket_notices_made(const struct docket *docket);

/* Gives all leases back. */
void docket_release(struct docket *docket);

/* Greatest closed bucket over all shards; 0: none. */
uint32_t docket_closed(const struct docket *docket);

/* Undelivered notices of our shards, oldest first within a shard. The views live during the call. */
void docket_each_notice(struct docket *docket,
        void (*take)(void *context, uint32_t shard, const struct ledger_notice *notice),
        void *context);
/* A notice reached everybody. False: not noted down, it would be delivered again after a restart. */
int docket_delivered(struct docket *docket, uint32_t shard, struct view key);

#endif
