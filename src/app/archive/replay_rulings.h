/*
 * replay_rulings: the rule sets that a control log lists, made again from the texts in it.
 *
 * A replay that is told nothing else follows the list: each bucket counts and is judged by the set of its
 * revision. The set at hand, of the settings or of the binary, is one of them or takes no part. With rules named on
 * the line these are for everything, and it is said when the run had others.
 */
#ifndef REBATO_APP_ARCHIVE_REPLAY_RULINGS_H
#define REBATO_APP_ARCHIVE_REPLAY_RULINGS_H

#include "app/archive/replay_setup.h"

struct replay_rulings;

/* Fills in what the options say of revisions; `options` hold the set at hand and its judging. Complains and
 * returns 0 when a set cannot be had. What is made outlives the replay. */
int replay_rulings_fit(struct replay_rulings **rulings,
        const struct control *control,
        const struct replay_said *said,
        struct replay_options *options);
void replay_rulings_destroy(struct replay_rulings **rulings);

#endif
