/* incident: the record of what happened: its birth, what adds to it, and the events that carry it. */
#ifndef REBATO_JUDGE_FOLD_INCIDENT_H
#define REBATO_JUDGE_FOLD_INCIDENT_H

#include "judge/state/state.h"

/* A new incident from a finding, with what was counted since its onset. */
void incident_begin(
        struct brand_judge *judge, const struct findings *findings, const struct moment *moment);
/* Adds what this bucket holds of the incident's signals. */
void incident_count(
        struct brand_judge *judge, const struct brand_bucket *in, const struct moment *moment);
/* Takes over the authors of a signal that has just joined, from `onset` on. */
void incident_join(struct brand_judge *judge, enum signal signal, uint32_t onset);
/* Who they are who complain, as of now. */
void incident_weigh(struct brand_judge *judge);
/* Says it: the revision grows, the snapshot leaves. Reminders may be dropped when there is no room. */
void incident_tell(struct brand_judge *judge,
        enum judge_event_kind kind,
        int64_t now_ms,
        struct event_sink *sink);

#endif
