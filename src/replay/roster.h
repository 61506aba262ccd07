/*
 * roster: one number for each brand, whatever rules it is judged by.
 *
 * A run that changed its rules numbers its brands anew with each set. Who watches a replay of it keeps something by
 * brand, and wants the number of the rules at hand; a brand that these do not know gets one behind theirs.
 */
#ifndef REBATO_REPLAY_ROSTER_H
#define REBATO_REPLAY_ROSTER_H

#include "match/rule_set.h"
#include "replay/watch.h"

/* So many that the rules at hand do not know; others are not watched. */
#define ROSTER_MORE 1024

struct roster;

/* The rules outlive it. Never NULL. */
struct roster *roster_create(const struct rule_set *rules);
void roster_destroy(struct roster **roster);

/* Every number is below this. */
size_t roster_room(const struct rule_set *rules);

/* SIZE_MAX: there is no room for it. */
size_t roster_number(struct roster *roster, const struct watched_fold *fold);
#endif
