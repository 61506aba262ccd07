#include "judge/state/kin.h"

#include <assert.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

void
kin_remember(struct kin_log *log, const struct incident *incident)
{
    assert(incident->state == INCIDENT_RESOLVED);
    if (log->count == KIN_KEPT) {
        memmove(log->past, log->past + 1, (KIN_KEPT - 1) * sizeof log->past[0]);
        log->count--;
    }
    struct kin_past *past = &log->past[log->count++];
    *past = (struct kin_past){ .signals = incident->signals,
        .opened_ms = incident->opened_ms,
        .resolved_ms = incident->resolved_ms,
        .grade = incident->clock.grade };
    memcpy(past->id, incident->id, sizeof past->id);
}

struct incident_kin
kin_of(const struct kin_log *log, const struct incident *incident)
{
    struct incident_kin kin = { 0 };

    for (size_t i = 0; i < log->count; i++) {
        const struct kin_past *past = &log->past[i];
        if ((past->signals & SIGNAL_BIT(incident->why.signal)) == 0 ||
                past->opened_ms < incident->opened_ms - KIN_DAYS * DAY_MS) {
            continue;
        }
        kin.since_ms = kin.before++ == 0 ? past->opened_ms : kin.since_ms;
        kin.last_resolved_ms = past->resolved_ms;
        kin.last_grade = past->grade;
        memcpy(kin.last_id, past->id, sizeof kin.last_id);
    }
    return kin;
}
