/*
 * facts: what all three forms of a report say of an incident, worked out once.
 *
 * Inside this folder only.
 */
#ifndef REBATO_REPORT_FACTS_H
#define REBATO_REPORT_FACTS_H

#include "report/report.h"

#define TIMELINE_MAX     (STUDY_EVENTS_MAX + INCIDENT_POSTS_MAX + 2)
#define SCOPE_GROUPS_MAX 8
#define SCOPE_VALUES_MAX 8
#define GAPS_MAX         12
#define KIN_MAX          12
#define HOLES_SHOWN      8

enum timeline_kind { TIMELINE_ONSET, TIMELINE_PEAK, TIMELINE_EVENT, TIMELINE_OFFICIAL };

struct timeline_row {
    int64_t time_ms;
    enum timeline_kind kind;
    const struct study_event *event;  /* of TIMELINE_EVENT */
    const struct incident_post *post; /* of TIMELINE_OFFICIAL */
};

/* By time; an official post before the event that it brought about. Returns how many. */
size_t facts_timeline(
        const struct study_incident *incident, struct timeline_row rows[TIMELINE_MAX]);

/* When the last thing was known of it: its resolve, or its last event. */
int64_t facts_end_ms(const struct incident *incident);

/* A clock that began at `from_ms` and stands since the public answer, or runs to the end. */
struct facts_clock {
    int64_t from_ms;
    int64_t to_ms;
    int64_t span_ms; /* never negative: an answer ahead of it took no time */
    int answered;
};

struct facts_clock facts_clock_of(const struct incident *incident, int64_t from_ms);

/* Longer than `update_every` without a word to everybody, between the answer and the end. */
struct facts_gap {
    int64_t from_ms;
    int64_t to_ms;
};

size_t facts_gaps(const struct study_incident *incident, struct facts_gap gaps[GAPS_MAX]);

/* "lang", "plat", or the name of a facet, and its values, the most frequent first. */
struct scope_group {
    struct view name;
    int is_facet;
    const struct incident_dim *values[SCOPE_VALUES_MAX];
    struct view labels[SCOPE_VALUES_MAX];
    size_t value_count;
    uint64_t rest; /* counted in values that are not shown */
    uint64_t sum;  /* of all values */
};

size_t facts_scope(const struct incident *incident, struct scope_group groups[SCOPE_GROUPS_MAX]);

/* Mentions in which nobody says to be affected. */
uint64_t facts_commentary(const struct study_incident *incident);

/* What one sensitivity would have told of this incident. */
struct facts_what_if {
    enum sensitivity sensitivity;
    const struct preset_alert *alert; /* that overlaps it; NULL: it would have said nothing */
    int64_t earlier_ms;               /* than this alert; negative: later */
    uint64_t alerts;                  /* in the whole archive */
    uint64_t notices;
};

void facts_what_if(const struct report *report,
        const struct study_incident *incident,
        enum sensitivity sensitivity,
        struct facts_what_if *what);

/* Other incidents of the brand, the latest ones before and after it, by time. Returns how many. */
size_t facts_kin(const struct report *report,
        const struct study_incident *incident,
        const struct study_incident *kin[KIN_MAX]);

/* When the brand's input was missing or came too late, from a day before the onset to the end, by time. Returns how
 * many; of more the latest. */
size_t facts_holes(const struct report *report,
        const struct study_incident *incident,
        enum hole_sort sort,
        struct hole holes[HOLES_SHOWN]);

/* NULL: nobody looked. */
const struct incident_waits *facts_waits(
        const struct report *report, const struct study_incident *incident);

/* The event that the incident opened with. */
const struct study_event *facts_opening(const struct study_incident *incident);

/* Steps of the playbook that are ticked. */
size_t facts_steps_done(const struct incident *incident);

/* As the rules call it; else its id. */
struct view facts_title(const struct report *report, const struct study_incident *incident);

/* A link that may be followed. */
int facts_link_is_safe(struct view link);

#endif
