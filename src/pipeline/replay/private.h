/*
 * A replay's own structures, shared by run.c (merging, counting, turns) and source.c (partitions,
 * claims, idle closes). Nobody else includes this.
 */
#ifndef REBATO_PIPELINE_REPLAY_PRIVATE_H
#define REBATO_PIPELINE_REPLAY_PRIVATE_H

#include "pipeline/docket/docket.h"
#include "pipeline/replay/events.h"
#include "pipeline/replay/read_ahead.h"
#include "pipeline/replay/run.h"

#define INPUTS_MAX 1024

/* One partition of one input. */
struct replay_source {
    struct engine_source engine;
    uint32_t number; /* in the tally and the ledger */
    int64_t next_offset;
    int64_t end_offset; /* the last record is before it; INT64_MAX: the input's end tells */
    int claimed;
    int retired;

    /* What a live run closed while this partition was idle, in order of offset; those before `idle_next` are
     * told to the engine. */
    struct control_idle *idles; /* malloc'd */
    size_t idle_count;
    size_t idle_next;
};

struct replay_input {
    struct feed *feed;
    struct replay_source **sources; /* by partition; NULL where none came yet */
    size_t source_count;

    /* The chunk in hand, and in it the record at the head, which is not counted yet. */
    const struct chunk *chunk; /* NULL before the first */
    size_t position;
    int ended;
    const struct finding *head;
    struct replay_source *head_source;
    int64_t head_ms; /* where it stands in the merge */
};

struct replay {
    /* Fixed at creation. */
    struct replay_options options;
    struct ledger *ledger;
    struct docket *docket;
    struct engine *engine;
    struct ledger_writer *writer;
    struct tally *tally;
    struct ledger_reader *leftover; /* sees what no verdict covers */
    struct read_ahead *ahead;       /* while it runs */

    /* Moves with the run. */
    struct replay_input inputs[INPUTS_MAX];
    size_t input_count;
    uint32_t source_count;
    int64_t reached_ms; /* greatest time of the merge */
    uint32_t turn_bucket;
    struct replay_events events;
    struct replay_summary summary;
};

/* The source of a partition, new or known. */
struct replay_source *replay_source_of(
        struct replay *replay, struct replay_input *input, uint32_t partition);
void replay_claim_source(
        struct replay *replay, const struct replay_input *input, struct replay_source *source);
/* All partitions of a topic's feed; nothing for files. */
void replay_claim_topic(struct replay *replay, struct replay_input *input);
void replay_close_input(struct replay_input *input);

/* The record at `offset` is next: what is late from there on, shard by shard, is told to the engine, as the
 * claim of a live worker tells it. */
static inline int
replay_has_idles(const struct replay_source *source, int64_t offset)
{
    return source->idle_next < source->idle_count &&
           source->idles[source->idle_next].from <= offset;
}
void replay_tell_idles(struct replay_source *source, int64_t offset);

#endif
