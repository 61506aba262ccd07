/*
 * live: all threads of a running rebato, started and stopped in the right order.
 *
 *   main ─ starts ─▶ messenger, judge, workers, HTTP;  stops in the opposite order, so that what was
 *   counted is judged, and what was judged is delivered
 */
#ifndef REBATO_PIPELINE_LIVE_LIVE_H
#define REBATO_PIPELINE_LIVE_LIVE_H

#include "alert/sink.h"
#include "pipeline/copies/control_scribe.h"
#include "pipeline/copies/keeper.h"
#include "pipeline/docket/docket.h"
#include "pipeline/worker/worker.h"

#define LIVE_WORKERS_MAX  256
#define LIVE_TROUBLE_SIZE WORKER_TROUBLE_SIZE

struct live_options {
    const struct rule_set *rules;
    const struct judge_settings *judge;
    struct ledger_options ledger;
    struct worker_options worker; /* number, ledger and stop are filled in */
    uint32_t worker_count;        /* at most LIVE_WORKERS_MAX */
    int64_t allow_ms;
    int64_t turn_ms;
    int64_t early_ms; /* see docket/docket.h */
    enum lang lang;
    const char *external_url;
    const char *instance;    /* names this process in inst:<instance> */
    const char *http_listen; /* NULL: no server */
    int64_t wait_ms;         /* for a ledger that does not answer at the start; 0: not at all */
    int (*called_off)(void); /* asked meanwhile: an end to the waiting. May be NULL */
    int fresh_only; /* refuse a namespace that has fences: a start by time would not be one */
    struct keep
            *keep; /* where the checkpoint lies; NULL: there is none. Taken over as the sinks are */
    int64_t keep_ms; /* between two of them */
    enum keeper_sharing keep_sharing;
    const struct control_scribe_options *control; /* NULL: no control log */
    struct sink **sinks; /* malloc'd; live_create() takes list and sinks over, however it ends */
    size_t sink_count;
    void (*on_event)(void *context, const struct judge_event *event, struct view payload);
    void *context;
};

void live_options_init(struct live_options *options,
        const struct rule_set *rules,
        const struct judge_settings *judge);

struct live;

enum live_outcome {
    LIVE_OK,
    LIVE_AWAY,    /* Redis or Kafka cannot be reached */
    LIVE_REFUSED, /* settings or layout are wrong */
    LIVE_BROKEN,  /* a thread could not be started, memory is out */
};

/* Creates everything and checks the ledger, for which it waits as long as the options say; nothing runs yet. `*live` is NULL unless LIVE_OK. */
enum live_outcome live_create(
        const struct live_options *options, struct live **live, char trouble[LIVE_TROUBLE_SIZE]);
void live_destroy(struct live **live);

/* All threads, or none: after anything but LIVE_OK they have ended again, and `trouble` says why. */
enum live_outcome live_start(struct live *live, char trouble[LIVE_TROUBLE_SIZE]);
/* Raises the flag that all threads look at; safe in a signal handler. */
void live_ask_stop(struct live *live);
int live_stopping(const struct live *live);
/* Waits for all threads. LIVE_OK, or why a worker gave up. */
enum live_outcome live_stop(struct live *live, char trouble[LIVE_TROUBLE_SIZE]);

/* A rule set and the slot it goes to. */
struct live_rules {
    uint32_t slot;
    const struct rule_set *rules;
    const struct judge_settings *judge;
};

/* Main thread, while it runs: everybody holds these rules in that slot from their next turn on. False, and
 * nothing has changed, when out of memory. One at a time: not before live_rules_settled(). */
int live_offer_rules(struct live *live, const struct live_rules *rules);
/* Main thread, again and again after an offer: true when nothing refers to what was in the slot
 * before any more. When the run ends first, both have to outlive the live_destroy(). */
int live_rules_settled(struct live *live);
/* The oldest revision whose rules a worker or the judge waits for; 0: none. */
uint32_t live_wanted_revision(const struct live *live);
/* A bit for each slot that the judge judges by: nothing else should be put there. */
uint32_t live_slots_used(const struct live *live);
/* Who keeps the control log; NULL: there is none. */
struct control_scribe *live_scribe(struct live *live);
/* For readers of the caller's own. */
struct ledger *live_ledger(struct live *live);
/* The longest that taking the last rules has held a worker up. */
int64_t live_rules_taken_ns(const struct live *live);

/* Any thread. */
uint64_t live_fate_count(const struct live *live, enum rebato_fate fate);
/* The workers together: connected when one of them is, disconnected when one says so and none is. */
enum worker_contact live_kafka(const struct live *live);
uint64_t live_record_count(const struct live *live);
uint32_t live_closed_bucket(const struct live *live);
uint64_t live_notices_delivered(const struct live *live);
uint64_t live_lost_count(const struct live *live); /* offsets the log no longer had */
uint16_t live_http_port(const struct live *live);

#endif
