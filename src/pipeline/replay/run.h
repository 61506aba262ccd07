/*
 * run: archives through the same engine, ledger and judge as a live run, as fast as they go.
 *
 *   feed ─ read, match ─┐
 *   feed ─ read, match ─┼─ merged by event time ─▶ engine ─▶ memory ledger ─▶ docket ─▶ events
 *   feed ─ read, match ─┘
 *         any worker                        one thread, in order
 *
 * A file is one partition, and holds back the closing of buckets from its first record on. A topic brings its
 * own: all that have records hold it back from the start, as those of a group do, each until its end. With
 * the idle closes of a live run its counts are those of that run. Records that cannot be read have no time of their own:
 * they get their fate when they come up. The same inputs give the same events, byte for byte. At the end
 * all that came is closed; with `until_ms` time then goes on to it, so that reminders and resolves happen.
 */
#ifndef REBATO_PIPELINE_REPLAY_RUN_H
#define REBATO_PIPELINE_REPLAY_RUN_H

#include "ingest/feed.h"
#include "judge/judge.h"
#include "ledger/ledger.h"
#include "match/rule_set.h"
#include "pipeline/engine/engine.h"
#include "replay/control.h"
#include "replay/waits.h"
#include "replay/watch.h"

struct replay_progress {
    uint64_t records;
    int64_t time_ms; /* event time reached */
    double fraction; /* of the input; < 0: unknown */
};

struct replay_set {
    const struct rule_set *rules;
    const struct judge_settings *judge;
};

struct replay_options {
    const struct rule_set *rules;
    const struct judge_settings *judge;
    struct engine_options engine;
    enum lang lang;
    /* What a live run closed while partitions were idle, as control_idles() gives it, and the shards that it
     * speaks of: those of the engine's options. None: 0. */
    const struct control_idle *idles;
    size_t idle_count;
    /* What it counted and judged by, from which bucket on. `sets` are those that `rules` and `judge`, which are
     * in slot 0, are not. NULL and 0: these for everything. All outlive the replay. */
    const struct revisions *revisions;
    const struct replay_set *sets;
    size_t set_count; /* less than RULE_SLOTS */
    /* The judge takes a turn each time the merged stream has moved on by so many buckets. No verdict depends
     * on it, only how much waits in memory. */
    uint32_t turn_buckets;
    /* Threads that read and match, 1 to READ_AHEAD_WORKERS_MAX; the first of them counts, too. Neither this
     * nor the size of what they take at a time (bytes; 0: as measured) changes a byte of what comes out. */
    uint32_t workers;
    size_t chunk_size;
    /* All callbacks get `context` and may be NULL. Events come in order of time, brand and revision. */
    void (*on_event)(void *context, const struct judge_event *event, struct view payload);
    void (*on_cells)(
            void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count);
    void (*on_progress)(void *context, const struct replay_progress *progress);
    /* Around every fold, as the docket tells it: as soon as it is made, so ahead of on_event. */
    void (*on_fold)(void *context, enum fold_phase phase, const struct watched_fold *fold);
    /* Complaints, and what a brand says to single people, in the order in which they are counted. NULL: nobody asks
     * who speaks with whom, and nothing is noted of it. */
    void (*on_talk)(void *context, const struct waits_post *post);
    /* Every state of a brand as it is committed: the last one is what the replay has taught. */
    void (*on_state)(void *context, struct view brand, uint32_t folded_through, struct view state);
    void *context;
};

struct replay_summary {
    uint64_t received;
    uint64_t fates[REBATO_FATE_COUNT];
    int64_t first_ms; /* event times of what was counted or could have been; INT64_MIN: none */
    int64_t last_ms;
    uint32_t closed; /* the last bucket that was judged; 0: none */
};

/* Everything counted, turns every five minutes, two workers if there are two cores; the callbacks are
 * NULL. */
void replay_options_init(struct replay_options *options,
        const struct rule_set *rules,
        const struct judge_settings *judge);

struct replay;

struct replay *replay_create(const struct replay_options *options);
void replay_destroy(struct replay **replay);

/* Takes the feed over, also when it refuses it. */
int replay_add(struct replay *replay, struct feed *feed);

/* Reads all inputs to their end. False when a feed broke off: `trouble` says which and why; the summary
 * holds what was read until then. */
int replay_run(struct replay *replay, struct replay_summary *summary, char trouble[256]);

#endif
