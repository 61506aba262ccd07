/*
 * worker: one thread, one member of the consumer group, its own engine and its own link to the ledger.
 *
 *   poll ─▶ take (engine) ─▶ filling tally ══ hand-over every `linger` ══▶ tally in flight ─▶ ledger
 *
 * It never waits for the ledger: while one tally is in flight the other fills; when that is full too the
 * partitions are paused and the worker goes on polling, so that the group does not lose it. Nothing is
 * counted on the way that the fence does not cover: what goes wrong is dropped, claimed again and read
 * again from Kafka.
 */
#ifndef REBATO_PIPELINE_WORKER_WORKER_H
#define REBATO_PIPELINE_WORKER_WORKER_H

#include "core/process/thread.h"
#include "ingest/consumer.h"
#include "ledger/ledger.h"
#include "pipeline/copies/keeper.h"
#include "pipeline/engine/engine.h"

struct worker_options {
    uint32_t number;
    struct consumer_options consumer;
    struct engine_options engine;
    struct ledger *ledger;
    struct keeper *keeper;  /* is asked before a fence is founded; NULL: nothing is kept */
    int64_t linger_ms;      /* at most this long between hand-overs */
    int64_t idle_ms;        /* no record for so long: the partition leaves the watermark */
    struct stop_flag *stop; /* raised by anybody; the worker raises it when it cannot go on */
};

struct worker_meters {
    meter records;
    meter handovers;
    meter resyncs;
    meter lost_records; /* offsets the log no longer had */
    meter pauses;
    meter rules_taken;
    meter rules_taken_ns; /* what taking the last ones held its records up */
};

#define WORKER_TROUBLE_SIZE 256

/* What a worker knows of the brokers. One that was given no partition may never hear of them. */
enum worker_contact { WORKER_NO_NEWS, WORKER_CONNECTED, WORKER_DISCONNECTED };

struct worker;

/* Main thread. NULL and `trouble` when the consumer's options are wrong or memory is out. */
struct worker *worker_create(
        const struct worker_options *options, char trouble[WORKER_TROUBLE_SIZE]);
void worker_destroy(struct worker **worker);
int worker_start(struct worker *worker);
/* Waits for the thread's end; raise the stop flag first. Non-zero when it stopped for a reason of its
 * own: see worker_trouble(). */
int worker_stop(struct worker *worker);

/* Main thread, while it runs: rules to hold in that slot from its next batch on. They stay the caller's; once
 * they are taken they hold what the worker had there. One offer at a time. */
void worker_offer_rules(struct worker *worker, uint32_t slot, struct engine_rules *rules);
int worker_has_taken_rules(const struct worker *worker);
/* The revision whose rules it waits for; 0: none. */
uint32_t worker_wanted_revision(const struct worker *worker);

/* Any thread. */
uint64_t worker_fate_count(const struct worker *worker, enum rebato_fate fate);
enum worker_contact worker_contact(const struct worker *worker);
const struct worker_meters *worker_meters(const struct worker *worker);
/* After the end. "" when all went well. */
const char *worker_trouble(const struct worker *worker);

#endif
