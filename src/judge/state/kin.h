/*
 * kin: what a brand has been through before, so that an incident can say that it is not the first of its kind.
 * Private to this folder.
 *
 * The last KIN_KEPT incidents of a brand, each as a few figures; an incident that may still be reopened is not
 * among them. Kin is who had the signal that opens the new one, within KIN_DAYS.
 */
#ifndef REBATO_JUDGE_STATE_KIN_H
#define REBATO_JUDGE_STATE_KIN_H

#include "judge/judge.h"

#define KIN_KEPT 16
#define KIN_DAYS 90

struct kin_past {
    char id[INCIDENT_ID_SIZE];
    signal_set signals;
    int64_t opened_ms;
    int64_t resolved_ms;
    char grade;
};

struct kin_log {
    struct kin_past past[KIN_KEPT]; /* as they opened; the oldest gives way */
    size_t count;
};

/* An incident that is over for good. */
void kin_remember(struct kin_log *log, const struct incident *incident);
/* Of one that opens. */
struct incident_kin kin_of(const struct kin_log *log, const struct incident *incident);

#endif
