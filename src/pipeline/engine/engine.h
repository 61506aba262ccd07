/*
 * engine: what a record adds to the counts, in the order of its log.
 *
 *   bytes ── examiner ──▶ finding ── admit ──▶ on time? new? ──▶ brands, signals ──▶ tally
 *
 * The same path serves a live worker and a replay; that is why they agree. One engine per thread; nothing
 * in it is shared and nothing allocates after creation. A replay examines records in other threads, with
 * examiners of their own, and counts their findings here.
 */
#ifndef REBATO_PIPELINE_ENGINE_ENGINE_H
#define REBATO_PIPELINE_ENGINE_ENGINE_H

#include "core/limits.h"
#include "core/names.h"
#include "core/process/meter.h"
#include "fence/partition.h"
#include "pipeline/engine/examiner.h"
#include "pipeline/engine/rules.h"
#include "window/tally.h"

struct engine_options {
    const struct rule_set *rules;
    struct reader_options reader;
    struct partition_options partition;
    uint32_t shards;  /* of the ledger, to know which fence guards a brand */
    int64_t since_ms; /* event times outside [since, until) are out_of_range */
    int64_t until_ms;
};

/* Everything, the default. */
void engine_options_init(struct engine_options *options, const struct rule_set *rules);

/* One file or one partition of a topic. */
struct engine_source {
    struct partition *partition;
    int64_t fence[SHARDS_MAX];       /* records below are in that shard's counts already */
    uint32_t late_below[SHARDS_MAX]; /* buckets up to this one are late in that shard; 0: none */
    int64_t lowest_fence;            /* records below all fences only warm the duplicate filter */
};

/* Where counts go: an open range of a tally that has room. */
struct engine_target {
    struct tally *tally;
    uint32_t range;
};

struct engine;

struct engine *engine_create(const struct engine_options *options);
void engine_destroy(struct engine **engine);

/* The engine's thread, between two batches: holds `rules` in that slot from now on, and leaves in them what it
 * held there. Allocates nothing: pointers change hands, and each brand is looked up in the names, so that one
 * that both sets know keeps its number and what is in the tallies stays right. */
void engine_hold(struct engine *engine, uint32_t slot, struct engine_rules *rules);
/* The same thread: by which of them a record counts is told by its time from now on, and up to the horizon.
 * Before the first call slot 0 is for everything, and that is where creation puts its rules. */
void engine_follow(struct engine *engine, const struct revisions *revisions);
/* The same as a map, for examiners of other threads. */
struct rule_map engine_map(const struct engine *engine);
/* NO_SLOT: the engine does not hold it. */
uint32_t engine_slot_of(const struct engine *engine, const char *name);

/* Memory for one source; fences at 0. False when out of memory. */
int engine_source_init(const struct engine *engine, struct engine_source *source);
void engine_source_fini(struct engine_source *source);

/* The engine's own; whoever has it examines, then counts. */
struct examiner *engine_examiner(struct engine *engine);

/* Admits what was found and adds it to the counts, in the order of the log. Counts and returns the
 * record's final fate. */
enum rebato_fate engine_count(struct engine *engine,
        struct engine_source *source,
        const struct finding *finding,
        const struct engine_target *target);

/* A record below every fence: it is in the counts, and only the duplicate filter wants to see it. */
void engine_warm(
        struct engine *engine, struct engine_source *source, const struct finding *finding);

/* A finding that is counted a few records later: what that will look at comes into the cache. */
static inline void
engine_prefetch(const struct engine_source *source, const struct finding *finding)
{
    partition_prefetch(source->partition, finding->id_hash);
}

/* One record: examines it, and counts it. */
enum rebato_fate engine_take(struct engine *engine,
        struct engine_source *source,
        const struct engine_record *record,
        const struct engine_target *target);

/* Any thread. */
uint64_t engine_fate_count(const struct engine *engine, enum rebato_fate fate);

/* The numbers in tallies are this table's. */
const struct names *engine_names(const struct engine *engine);

#endif
