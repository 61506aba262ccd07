/*
 * judge_thread: turns of the docket, and the notices that come of them on their way to the messenger.
 */
#ifndef REBATO_PIPELINE_LIVE_JUDGE_THREAD_H
#define REBATO_PIPELINE_LIVE_JUDGE_THREAD_H

#include "core/process/thread.h"
#include "pipeline/docket/docket.h"
#include "pipeline/live/messenger.h"

struct judge_thread_options {
    struct docket *docket; /* owned by the thread while it runs */
    struct messenger *messenger;
    int64_t turn_ms; /* pause between turns */
    struct stop_flag *stop;
};

struct judge_thread;

struct judge_thread *judge_thread_create(const struct judge_thread_options *options);
void judge_thread_destroy(struct judge_thread **thread);
int judge_thread_start(struct judge_thread *thread);
/* Raise the stop flag first. Takes a last turn, so that what the workers handed over is judged. */
void judge_thread_stop(struct judge_thread *thread);
/* After the end: notes down what the messenger delivered last. */
void judge_thread_settle(struct judge_thread *thread);

/* Main thread, while it runs: rules to hold from its next turn on. They are copied; what they point to stays.
 * One offer at a time. */
void judge_thread_offer_rules(struct judge_thread *thread, const struct docket_rules *rules);
/* Once it has taken them nothing in it looks at those before. */
int judge_thread_has_taken_rules(const struct judge_thread *thread);

/* Any thread. */
uint64_t judge_thread_turns(const struct judge_thread *thread);
uint32_t judge_thread_wanted_revision(const struct judge_thread *thread); /* see docket.h, both */
uint32_t judge_thread_slots_used(const struct judge_thread *thread);
uint32_t judge_thread_closed(const struct judge_thread *thread); /* greatest closed bucket */

#endif
