/*
 * watch: one fold of a replay, as it is shown to whoever watches: before it, with the brand as it was left,
 * and after it, with what came of it. Everything is borrowed for the call.
 */
#ifndef REBATO_REPLAY_WATCH_H
#define REBATO_REPLAY_WATCH_H

#include "judge/judge.h"

enum fold_phase { FOLD_BEFORE, FOLD_AFTER };

struct watched_fold {
    size_t brand; /* in the rule set it is judged by; by roster.h where several are followed */
    const struct brand_settings *settings;
    const struct brand_judge *judge;
    const struct brand_bucket *in;
    const struct judge_event *events; /* none before it */
    size_t event_count;
};

#endif
