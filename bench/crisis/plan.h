/*
 * plan: what is going to happen to one brand, drawn before any of its mentions.
 *
 * What strikes several brands at once (a supplier that fails) is drawn from its group's own stream, so that
 * brands can be made one at a time, in any order.
 */
#ifndef REBATO_BENCH_CRISIS_PLAN_H
#define REBATO_BENCH_CRISIS_PLAN_H

#include "crisis/happening.h"
#include "crisis/traits.h"

#include <stddef.h>

#define EVENTS_MAX 128

struct event {
    enum happening kind;
    enum signal signal; /* of most of its complaints */
    int64_t start_ms, end_ms;
    double rate;       /* complaints a minute at its height; 0: see total */
    double total;      /* complaints, one rise and fall */
    double pace_min;   /* minutes to its height */
    double multiple;   /* of the whole conversation: planned, football, newsletter, step */
    double share;      /* of complaints in it, over the usual: football */
    uint32_t accounts; /* who take part; 0: everybody */
    /* Noted while its mentions are made. */
    uint32_t people; /* distinct, who complain because of it */
    int visible;     /* to one who knows the true baseline */
    int64_t seen_ms; /* from when on, if he knew its beginning, too; TIME_NONE: never */
};

struct plan {
    struct event events[EVENTS_MAX];
    size_t count;
};

struct era {
    uint64_t seed;
    uint32_t brand; /* number */
    int64_t from_ms, scored_ms, until_ms;
};

void plan_draw(struct plan *plan,
        const struct world *world,
        const struct traits *traits,
        const struct era *era);

#endif
