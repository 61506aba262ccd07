/*
 * decisions: every decision of an incident with all that it was taken by: what was counted in each window, what
 * was expected, how unlikely that is, and how unlikely it had to be.
 *
 *   U people who complain (each once an hour) · C their posts · T all mentions · M expected · phi how much
 *   they usually swing · p the chance of U or more · score = -log10 p and the window's bonus
 */
#ifndef REBATO_REPORT_DECISIONS_H
#define REBATO_REPORT_DECISIONS_H

#include "match/rule_set.h"
#include "replay/study.h"

#include <stdio.h>

struct decisions {
    const struct study_incident *incident;
    const struct judge_settings *judge; /* how long calm has to last */
    const struct rule_set *rules;       /* names of rules; may be NULL */
};

void decisions_text(FILE *out, const struct decisions *decisions, enum lang lang);
void decisions_json(FILE *out, const struct decisions *decisions);

#endif
