/*
 * The incident log's line. Nothing of the run is in it (wall time, lag, links, top posts, language), so
 * that a live run and its replay give the same bytes. Spans and times are whole numbers or RFC 3339,
 * real numbers are rounded before they become text.
 */
#include "alert/render/render_parts.h"

json_t *
render_why(const struct incident_why *why)
{
    json_t *object = json_object();

    part_put(object, "anything", json_boolean(why->anything));
    part_put(object, "authors", part_count(why->authors));
    part_put(object, "cusum", part_rounded(why->cusum, 2));
    part_put(object, "expected", part_rounded(why->expected, 2));
    part_put(object, "p_log10", part_rounded(why->p_log10, 2));
    part_put(object, "posts", part_count(why->posts));
    part_put(object, "ratio", part_rounded(why->ratio, 2));
    part_put(object, "share", part_rounded(why->share, 3));
    part_put(object, "signal", json_string(signal_name(why->signal)));
    part_put(object, "usual_share", part_rounded(why->usual_share, 3));
    part_put(object, "window_s", part_seconds(why->window_ms));
    part_put(object, "z", part_rounded(why->z, 2));
    return object;
}

void
render_put_shift(json_t *why, const struct limit_shift *shift)
{
    if (!brief_is_shifted(shift)) {
        return;
    }
    json_t *object = json_object();
    part_put(object, "by", part_rounded((shift->planned + shift->verdicts) / 100.0, 2));
    part_put(
            object, "planned", shift->planned != 0 ? part_text(view_of(shift->name)) : json_null());
    part_put(object, "verdicts", part_rounded(shift->verdicts / 100.0, 2));
    part_put(why, "threshold_shift", object);
}

json_t *
render_kin(const struct incident_kin *kin)
{
    if (kin->before == 0) {
        return json_null();
    }
    json_t *last = json_object();
    json_t *object = json_object();
    part_put(last, "grade", json_stringn(&kin->last_grade, 1));
    part_put(last, "id", json_string(kin->last_id));
    part_put(last, "resolved", part_time(kin->last_resolved_ms));
    part_put(object, "before", part_count(kin->before));
    part_put(object, "last", last);
    part_put(object, "since", part_time(kin->since_ms));
    return object;
}

json_t *
render_authenticity(const struct incident *incident)
{
    const struct authenticity *weighed = &incident->authenticity;
    json_t *object = json_object();

    part_put(object, "campaign", part_count(weighed->copied));
    part_put(object, "coordinated", json_boolean(incident->coordinated));
    part_put(object, "known_age", part_count(weighed->known));
    part_put(object, "organic", part_count(weighed->organic));
    part_put(object, "people", part_count(weighed->people));
    part_put(object, "share", part_rounded(authenticity_share(weighed), 3));
    part_put(object, "young", part_count(weighed->young));
    return object;
}

json_t *
render_replies(const struct incident *incident)
{
    const struct incident_replies *replies = &incident->replies;

    if (!replies->heard) {
        return json_null();
    }
    json_t *object = json_object();
    part_put(object, "at_least", json_boolean(replies->more));
    part_put(object, "different", part_count(replies->different));
    part_put(object, "naming", part_count(replies->count));
    return object;
}

json_t *
render_scope(const struct incident *incident)
{
    json_t *dims = json_object();
    json_t *object = json_object();

    for (size_t i = 0; i < incident->dim_count; i++) {
        part_put_named(dims, view_of(incident->dims[i].name), part_count(incident->dims[i].count));
    }
    part_put(object, "authors", part_count(incident->authors));
    part_put(object, "dims", dims);
    part_put(object, "first_person", part_count(incident->first_person));
    part_put(object, "late", part_count(incident->late));
    part_put(object, "peak", part_time(incident->peak_ms));
    part_put(object, "peak_authors", part_count(incident->peak_authors));
    part_put(object, "posts", part_count(incident->posts));
    part_put(object, "reposts", part_count(incident->reposts));
    return object;
}

static json_t *
why_part(const struct judge_event *event)
{
    const struct incident_why *why = &event->incident.why;
    json_t *object = render_why(why);

    render_put_shift(object, &event->shift);
    part_put(object, "fired", render_fired(why->fired));
    /* An index: the log belongs to one rule set, and the set's digest stands in its summary. */
    part_put(object, "rule", why->rule == UINT32_MAX ? json_null() : part_count(why->rule));
    return object;
}

static json_t *
scope_part(const struct incident *incident)
{
    json_t *object = render_scope(incident);

    part_put(object, "denied_by_others", part_count(incident->denied_by_others));
    return object;
}

/* Of the posts that are shown. */
static uint64_t
impostors_of(const struct incident *incident)
{
    uint64_t count = 0;

    for (size_t i = 0; i < incident->official_count; i++) {
        count += (uint64_t)incident->official[i].impostor;
    }
    return count;
}

static json_t *
clock_part(const struct incident *incident)
{
    const struct incident_clock *clock = &incident->clock;
    json_t *object = json_object();

    part_put(object, "answered", part_time(clock->answered_ms));
    part_put(object, "grade", json_stringn(&clock->grade, 1));
    part_put(object, "impostors", part_count(impostors_of(incident)));
    part_put(object, "last_official", part_time(clock->last_official_ms));
    part_put(object, "onset", part_time(incident->onset_ms));
    part_put(object, "opened", part_time(incident->opened_ms));
    part_put(object, "reminders", part_count(clock->reminders));
    part_put(object, "replies", render_replies(incident));
    part_put(object, "resolved", part_time(incident->resolved_ms));
    return object;
}

char *
render_log_line(const struct judge_event *event)
{
    const struct incident *incident = &event->incident;
    json_t *object = json_object();

    part_put(object, "authenticity", render_authenticity(incident));
    part_put(object, "brand", json_string(incident->brand));
    part_put(object, "clock", clock_part(incident));
    part_put(object, "id", json_string(incident->id));
    part_put(object, "kin", render_kin(&incident->kin));
    part_put(object, "kind", json_string(judge_event_name(event->kind)));
    part_put(object, "playbook", render_ticks(incident));
    part_put(object, "revision", part_count(incident->revision));
    part_put(object, "scope", scope_part(incident));
    part_put(object, "severity", json_string(severity_name(incident->severity)));
    part_put(object, "signals", part_signals(incident->signals));
    part_put(object, "state", json_string(incident_state_name(incident->state)));
    part_put(object, "time", part_time(event->time_ms));
    part_put(object, "type", json_string("incident"));
    part_put(object, "why", why_part(event));
    return part_bytes(object);
}
