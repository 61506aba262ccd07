/*
 * revising: which rule sets this process holds, and how it agrees with the others on when one is in force.
 *
 *   files ─ offer ─▶ ledger: listed, from the horizon on ─▶ every process: text ─ make ─▶ slot of judge and workers
 *
 * All processes of a deployment count by one list of revisions (fence/revisions.h), which the ledger keeps with
 * the text of each. Whoever offers a set has it listed; the others see it within a second, take its text from
 * the ledger and compile it, usually before its first record comes. A worker that meets a record of a revision
 * which is not held here says so, and it is made ready: after a restart, or when old records are read again,
 * that may be a former one.
 *
 * At the start the set on disk is offered, unless it is one that was in force before: then the disk is behind,
 * and only a person who asks for a reload can mean it. The main thread's; it may wait for the ledger.
 */
#ifndef REBATO_PIPELINE_LIVE_REVISING_H
#define REBATO_PIPELINE_LIVE_REVISING_H

#include "pipeline/live/live.h"

/* A set, the judging by it, and its text. */
struct ruled {
    const struct rule_set *rules;
    const struct judge_settings *judge;
    struct view text;
    void *owner; /* of all of these; NULL: nothing */
};

struct revising_options {
    struct live *live;
    /* Makes one of a text; `former` may share what it has compiled. False: it cannot be used here, which was
     * said. */
    int (*make)(void *context, struct view text, const struct rule_set *former, struct ruled *made);
    /* Nobody uses it any more. */
    void (*unmake)(void *context, struct ruled *ruled);
    void *context;
};

struct revising;

/* `first` is what the live line was created with. Takes it over; NULL when out of memory. */
struct revising *revising_create(const struct revising_options *options, const struct ruled *first);
/* Before the live line is destroyed: the ledger is not asked any more. */
void revising_leave(struct revising *revising);
/* After it was. */
void revising_destroy(struct revising **revising);

/* By this set from now on, as soon as all can. Takes it over. One offered before and not listed yet is
 * forgotten. `compile_ns` is what it took, for the log. */
void revising_offer(struct revising *revising, const struct ruled *ruled, int64_t compile_ns);
/* Every turn of the main thread. True while something is under way, and the next turn should come soon. */
int revising_turn(struct revising *revising);

/* The digest that is newest in the list; "" before the ledger has answered. */
const char *revising_newest(const struct revising *revising);
/* What this process holds of it; NULL: nothing. */
const struct rule_set *revising_rules(const struct revising *revising);

/* For a deployment of one process that never swaps: lists the set, and nothing else is needed. */
enum ledger_outcome revising_settle(struct ledger *ledger, const struct rule_set *rules);

#endif
