/*
 * anchor: where in a string a scan can meet it, and what a whole set of strings costs. Private to
 * literals.
 *
 *   " no funciona "   starts: "no f" (often), "funciona" (seldom): the second one is looked for
 *
 * See literals.h for what a start is. Strings of a required set that hold another string of the set
 * are left out: the other one is found wherever they are.
 */
#ifndef REBATO_PATTERN_ANCHOR_H
#define REBATO_PATTERN_ANCHOR_H

#include "pattern/spelling.h"

/* What every literal costs on top of its rate: room in the caches. */
#define ANCHOR_LITERAL_COST 2e-5

struct anchor_set {
    struct literal *at;
    size_t count;
    double rate;
    /* Its strings lie in these children of the sequence that is being walked. */
    size_t from, to;
};

/* False when a string has no place where a scan can meet it, or memory ran out. */
int anchor_choose(struct spelling_room *room,
        const struct frequency *frequency,
        const struct spellings *spellings,
        struct anchor_set *out);

/* Both together: a match that holds one of either. */
int anchor_unite(
        struct spelling_room *room, struct anchor_set *set, const struct anchor_set *other);

/* Sorts, leaves out what is redundant, and counts the rate anew. */
void anchor_tidy(struct anchor_set *set, const struct frequency *frequency);

static inline double
anchor_cost(const struct anchor_set *set)
{
    return set->rate + (double)set->count * ANCHOR_LITERAL_COST;
}

#endif
