#include "judge/answer/about.h"

#include "window/cell.h"
#include "window/topics.h"

#include <string.h>

#define BIT(name) SIGNAL_BIT(SIGNAL_##name)

#define SERVICE (BIT(OUTAGE) | BIT(DEGRADED) | BIT(DISRUPTION))
#define ANYTHING                                                                                   \
    (SERVICE | BIT(COMPLAINT) | BIT(SECURITY) | BIT(PRIVACY) | BIT(BILLING) |                      \
            BIT(MISINFORMATION) | BIT(MISTREATMENT) | BIT(REPUTATION) | BIT(EXODUS))

/* People and brands call one thing by several names: what is a leak to one is an attack to the other,
 * and everybody speaks of "problems". */
static const signal_set kin[SIGNAL_COUNT] = {
    [SIGNAL_OUTAGE] = SERVICE,
    [SIGNAL_DEGRADED] = SERVICE,
    [SIGNAL_DISRUPTION] = SERVICE,
    [SIGNAL_SECURITY] = BIT(SECURITY) | BIT(PRIVACY) | BIT(OUTAGE),
    [SIGNAL_PRIVACY] = BIT(PRIVACY) | BIT(SECURITY),
    [SIGNAL_BILLING] = BIT(BILLING),
    [SIGNAL_MISINFORMATION] = BIT(MISINFORMATION),
    [SIGNAL_MISTREATMENT] = BIT(MISTREATMENT) | BIT(COMPLAINT),
    [SIGNAL_REPUTATION] = BIT(REPUTATION) | BIT(MISTREATMENT),
    [SIGNAL_EXODUS] = BIT(EXODUS) | BIT(BILLING),
};

signal_set
about_signals(signal_set signals)
{
    signal_set about = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        about |= (signals & SIGNAL_BIT(i)) != 0 ? kin[i] : 0;
    }
    /* Plain complaints and cries for an answer are about whatever is wrong. */
    return about != 0 ? about : ANYTHING;
}

signal_set
judge_matters_of(signal_set said)
{
    signal_set matters = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (kin[i] != 0 && (said & kin[i]) != 0) {
            matters |= SIGNAL_BIT(i);
        }
    }
    return matters;
}

int
about_incident(const struct incident *incident, const struct incident_post *post)
{
    if ((post->signals & about_signals(incident->signals)) != 0) {
        return 1;
    }
    for (size_t i = 0; i < incident->dim_count && post->topics != 0; i++) {
        struct view name = view_of(incident->dims[i].name);
        if (view_starts(name, VIEW(DIM_FACET)) &&
                topics_have(post->topics, view_slice(name, strlen(DIM_FACET), name.size))) {
            return 1;
        }
    }
    return 0;
}
