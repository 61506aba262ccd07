/*
 * holes: what an archive does not hold: when nothing came of a brand although it should have, and when so much
 * came late that nobody can say how the brand was.
 *
 *   folds ── holes_watch ──▶ spans of a brand: missing, stale
 *
 * The judge takes no decision in the former and shows the latter as stale; whoever reads an archive afterwards
 * sees both here. One thread; bounded, and what did not fit is counted. The same folds give the same holes.
 */
#ifndef REBATO_REPLAY_HOLES_H
#define REBATO_REPLAY_HOLES_H

#include "replay/watch.h"

#define HOLES_MAX 32 /* of a brand; of a sort */

enum hole_sort { HOLE_MISSING, HOLE_STALE, HOLE_SORTS };

struct hole {
    int64_t from_ms;
    int64_t to_ms;
};

struct hole_list {
    struct hole at[HOLES_MAX];
    size_t count;
    uint64_t left_out;
    int64_t sum_ms; /* of all, also of those left out */
    int64_t end_ms; /* of the last one, also if it was left out */
};

struct holes;

struct holes *holes_create(void);
void holes_destroy(struct holes **holes);

void holes_watch(struct holes *holes, enum fold_phase phase, const struct watched_fold *fold);

/* By time. NULL: the brand has none of that sort. */
const struct hole_list *holes_of(const struct holes *holes, const char *brand, enum hole_sort sort);
/* Every brand's that was folded; what it has none of is NULL. */
void holes_each(const struct holes *holes,
        void (*take)(
                void *context, struct view brand, const struct hole_list *const lists[HOLE_SORTS]),
        void *context);

#endif
