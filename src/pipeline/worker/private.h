/*
 * The worker's own structures, shared by worker.c (thread, turns, events), source.c (claim, begin,
 * resync, idle, revoke), rules.c (by which rules) and flight.c (records, hand-over, landing).
 * Nobody else includes this.
 */
#ifndef REBATO_PIPELINE_WORKER_PRIVATE_H
#define REBATO_PIPELINE_WORKER_PRIVATE_H

#include "core/rng.h"
#include "fence/holding.h"
#include "pipeline/worker/worker.h"

/* Records of one batch: what one pass of the matcher takes. */
#define WORKER_BATCH MATCHER_BATCH_MAX
/* Sources (topic, partition) one worker can hold at once, current and former. */
#define SOURCES_MAX PARTITIONS_MAX

struct worker_source {
    struct holding hold;
    int ready; /* engine memory is there */
    struct engine_source engine;
    int64_t short_said_ms; /* that its log is not the one that was counted; 0: never */

    /* A record that was counted, as the ledger has it; -1: none, or it was met. */
    int64_t seen_offset;
    int64_t seen_stamp_ms;
    int64_t foreign_offset; /* where another record stood instead; -1: nowhere */

    /* What the claim says of offsets ahead. */
    struct claim_lapse lapses[CLAIM_LAPSES_MAX];
    uint32_t lapse_count;
    int64_t lapse_next; /* the lowest of those that the engine was not told of; INT64_MAX: none */
};

struct worker {
    /* Fixed at creation. */
    struct worker_options options;
    struct holding_options holding;

    /* Owned by the worker's thread. */
    struct consumer *consumer;
    struct engine *engine;
    struct ledger_writer *writer;
    struct tally *filling;
    struct tally *flying;
    int64_t handover_ms;
    int paused;
    int ledger_away; /* said once */
    struct rng jitter;
    int64_t kafka_said_ms; /* when its absence was last said; 0: it is there */
    struct worker_source *sources;
    uint32_t source_count;
    char trouble[WORKER_TROUBLE_SIZE];
    struct record records[WORKER_BATCH]; /* what is in hand; Kafka's until they are done */
    struct findings findings;            /* of these */
    struct revisions
            revisions; /* as the ledger had them last; the horizon is what is promised to us */
    struct reach_pace pace;
    int64_t newest_ms;  /* event time of the newest record counted */
    int64_t awaited_ms; /* event time of the record that waits for its rules; INT64_MIN: none */
    int64_t awaited_since_ms; /* monotonic, and so is the next */
    int64_t looked_ms;
    int awaited_said;

    /* Written by the worker's thread, read by any. */
    struct worker_meters meters;
    meter contact; /* enum worker_contact */
    meter wanted;  /* number of the revision whose rules it lacks; 0: none */

    /* Set by the main thread, emptied by the worker's when it has taken what is offered. */
    uint32_t offered_slot;
    _Atomic(struct engine_rules *) offered;

    struct thread thread;
};

/* Says why and raises the stop flag: somebody has to act. */
void worker_give_up(struct worker *worker, const char *why);

/* What the ledger's outcome means to a partition. */
enum holding_outcome worker_outcome(enum ledger_outcome outcome);

/* ---- source.c ---- */

void worker_assign(struct worker *worker, uint32_t number);
/* What is in flight may still land: it is right whoever owns the partition. What fills is dropped. */
void worker_revoke(struct worker *worker, uint32_t number);
/* Something we believed of this partition is not so: forget it, read the fences, count again from there. */
void worker_resync(struct worker *worker, uint32_t number);
/* Its log may not be what it was: what the filter knows of it is of no use. */
void worker_forget_log(struct worker *worker, uint32_t number);
/* True when the record shows that the log is not the one that was counted: then it is claimed again. */
int worker_is_foreign(struct worker *worker, const struct finding *finding);
/* The record at `offset` is next: what is late from there on is told to the engine. */
void worker_tell_lapses(struct worker_source *source, int64_t offset);
/* The log ends at `offset` for now. */
void worker_reach_end(struct worker *worker, uint32_t number, int64_t offset);
/* Claims what waits for it. Not while a submission is in flight: it may still move the fences. */
void worker_claim_waiting(struct worker *worker);
/* Takes partitions that have had nothing for a while out of the watermark. Not while one is in flight. */
void worker_note_idle(struct worker *worker);

/* ---- rules.c ---- */

/* Between two batches: nothing of the former rules is in the matchers, and no finding of theirs is counted
 * later. */
void worker_take_rules(struct worker *worker);
/* With every claim: what was promised before it may have been lost with the connection. */
void worker_forget_promises(struct worker *worker);
/* Gets the bucket of that time promised, which may take a flight's landing. True when that has changed what
 * can be counted. */
int worker_reach(struct worker *worker, int64_t time_ms);
/* The same ahead of time. Not while a submission is in flight. */
void worker_look_ahead(struct worker *worker);
/* A record of that time is held back for want of its rules. */
void worker_await_rules(struct worker *worker, int64_t time_ms);
/* False while one still is. */
int worker_rules_ready(struct worker *worker);

/* ---- flight.c ---- */

/* Waits for what is in flight, at most so long. False while it still is. */
int worker_land(struct worker *worker, int64_t wait_ms);

/* Examines the first `count` of `records` together, then counts them in their order. */
void worker_take_records(struct worker *worker, size_t count);
/* True while another record is sure to fit the tally, and the tally the ledger's one write a shard. */
int worker_has_room(const struct worker *worker);
/* Moves the flight on, waiting at most `wait_ms`; starts the next when it is due. */
void worker_fly(struct worker *worker, int64_t wait_ms);
/* Reads on once there is room again. */
void worker_release_hold(struct worker *worker);
/* At the end: what was counted is handed over, what is in flight lands. */
void worker_drain(struct worker *worker);

#endif
