#include "judge/judge.h"

#include <assert.h>

const char *
incident_state_name(enum incident_state state)
{
    static const char *const names[] = {
        [INCIDENT_CALM] = "calm",
        [INCIDENT_OPEN] = "open",
        [INCIDENT_COOLING] = "cooling",
        [INCIDENT_RESOLVED] = "resolved",
    };
    assert(state <= INCIDENT_RESOLVED);
    return names[state];
}

const char *
brand_state_name(enum brand_state state)
{
    static const char *const names[] = {
        [BRAND_LEARNING] = "learning",
        [BRAND_CALM] = "calm",
        [BRAND_OPEN] = "open",
        [BRAND_COOLING] = "cooling",
        [BRAND_STALE] = "stale",
    };
    assert(state <= BRAND_STALE);
    return names[state];
}

const char *
judge_event_name(enum judge_event_kind kind)
{
    static const char *const names[] = {
        [EVENT_OPENED] = "opened",
        [EVENT_ESCALATED] = "escalated",
        [EVENT_ANSWERED] = "answered",
        [EVENT_SILENCE] = "silence",
        [EVENT_COOLING] = "cooling",
        [EVENT_REOPENED] = "reopened",
        [EVENT_RESOLVED] = "resolved",
        [EVENT_EARLY] = "early",
        [EVENT_WITHDRAWN] = "withdrawn",
    };
    assert(kind <= EVENT_WITHDRAWN);
    return names[kind];
}

const char *
playbook_step_name(enum playbook_step step)
{
    static const char *const names[PLAYBOOK_COUNT] = {
        [PLAYBOOK_ACKNOWLEDGE] = "acknowledge",
        [PLAYBOOK_APOLOGISE] = "apologise",
        [PLAYBOOK_EXPLAIN] = "explain",
        [PLAYBOOK_INSTRUCT] = "instruct",
        [PLAYBOOK_CORRECT] = "correct",
        [PLAYBOOK_SCOPE] = "scope",
        [PLAYBOOK_REMEDY] = "remedy",
        [PLAYBOOK_RESOLVED] = "resolved",
    };
    assert(step < PLAYBOOK_COUNT);
    return names[step];
}
