/*
 * The incident log's line. Nothing of the run is in it (wall time, lag, links, top posts, language), so
 * that a live run and its replay give the same bytes. Spans and times are whole numbers or RFC 3339,
 * real numbers are rounded before they become text.
 */
#include "alert/render_parts.h"

static json_t *
why_part(const struct incident_why *why)
{
    json_t *object = json_object();

    json_put(object, "authors", json_count(why->authors));
    json_put(object, "cusum", json_rounded(why->cusum, 2));
    json_put(object, "expected", json_rounded(why->expected, 2));
    json_put(object, "fired", render_fired(why->fired));
    json_put(object, "p_log10", json_rounded(why->p_log10, 2));
    json_put(object, "posts", json_count(why->posts));
    json_put(object, "ratio", json_rounded(why->ratio, 2));
    /* An index: the log belongs to one rule set, and the set's digest stands in its summary. */
    json_put(object, "rule", why->rule == UINT32_MAX ? json_null() : json_count(why->rule));
    json_put(object, "share", json_rounded(why->share, 3));
    json_put(object, "signal", json_string(signal_name(why->signal)));
    json_put(object, "usual_share", json_rounded(why->usual_share, 3));
    json_put(object, "window_s", json_seconds(why->window_ms));
    json_put(object, "z", json_rounded(why->z, 2));
    return object;
}

static json_t *
scope_part(const struct incident *incident)
{
    json_t *dims = json_object();
    json_t *object = json_object();

    for (size_t i = 0; i < incident->dim_count; i++) {
        json_put_named(dims, view_of(incident->dims[i].name), json_count(incident->dims[i].count));
    }
    json_put(object, "authors", json_count(incident->authors));
    json_put(object, "dims", dims);
    json_put(object, "first_person", json_count(incident->first_person));
    json_put(object, "late", json_count(incident->late));
    json_put(object, "peak", json_time(incident->peak_ms));
    json_put(object, "peak_authors", json_count(incident->peak_authors));
    json_put(object, "posts", json_count(incident->posts));
    json_put(object, "reposts", json_count(incident->reposts));
    return object;
}

static json_t *
clock_part(const struct incident *incident)
{
    const struct incident_clock *clock = &incident->clock;
    json_t *object = json_object();

    json_put(object, "answered", json_time(clock->answered_ms));
    json_put(object, "grade", json_stringn(&clock->grade, 1));
    json_put(object, "last_official", json_time(clock->last_official_ms));
    json_put(object, "onset", json_time(incident->onset_ms));
    json_put(object, "opened", json_time(incident->opened_ms));
    json_put(object, "reminders", json_count(clock->reminders));
    json_put(object, "resolved", json_time(incident->resolved_ms));
    return object;
}

char *
render_log_line(const struct judge_event *event)
{
    const struct incident *incident = &event->incident;
    json_t *object = json_object();

    json_put(object, "brand", json_string(incident->brand));
    json_put(object, "clock", clock_part(incident));
    json_put(object, "id", json_string(incident->id));
    json_put(object, "kind", json_string(judge_event_name(event->kind)));
    json_put(object, "playbook", render_ticks(incident));
    json_put(object, "revision", json_count(incident->revision));
    json_put(object, "scope", scope_part(incident));
    json_put(object, "severity", json_string(severity_name(incident->severity)));
    json_put(object, "signals", json_signals(incident->signals));
    json_put(object, "state", json_string(incident_state_name(incident->state)));
    json_put(object, "time", json_time(event->time_ms));
    json_put(object, "type", json_string("incident"));
    json_put(object, "why", why_part(&incident->why));
    return json_bytes(object);
}
