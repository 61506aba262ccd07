/*
 * judging: the judge's settings, from what the rules ask for and what the settings say.
 *
 * A signal is as severe as the severest rule that carries it; plain thresholds of rules become the judge's.
 */
#ifndef REBATO_APP_RULES_JUDGING_H
#define REBATO_APP_RULES_JUDGING_H

#include "judge/judge.h"
#include "match/rule_set.h"

struct judging {
    struct judge_settings settings; /* points into this structure and at the rule set */
    struct judge_threshold *thresholds;
};

/* `deployment` and the rules outlive it. */
void judging_init(struct judging *judging, const struct rule_set *rules, const char *deployment);
void judging_fini(struct judging *judging);

/* The same sensitivity for every signal, over what the rules say. */
void judging_set_sensitivity(struct judging *judging, enum sensitivity sensitivity);

#endif
