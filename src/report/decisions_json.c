/* The same for a program; names as in the incident log. */
#include "alert/render/parts.h"
#include "alert/render/render_parts.h"
#include "report/decisions.h"

#include <stdlib.h>

static json_t *
window_part(const struct signal_window *window)
{
    json_t *object = json_object();
    double mentions = (double)window->mentions;

    part_put(object, "dispersion", part_rounded(window->dispersion, 4));
    part_put(object, "expected", part_rounded(window->expected, 2));
    part_put(object, "mentions", part_count(window->mentions));
    part_put(object, "p_log10", part_rounded(window->p_log10, 2));
    part_put(object, "people", part_count(window->people));
    part_put(object, "posts", part_count(window->posts));
    part_put(object, "score", part_rounded(window->score, 2));
    part_put(object, "score_needed", part_rounded(window->needed, 2));
    part_put(object, "share", part_rounded(mentions > 0 ? (double)window->posts / mentions : 0, 3));
    part_put(object, "window_s", part_seconds(window->window_ms));
    return object;
}

static json_t *
look_part(const struct study_look *seen)
{
    const struct signal_look *look = &seen->look;
    json_t *object = json_object();
    json_t *windows = json_array();

    for (size_t i = 0; i < SIGNAL_WINDOWS; i++) {
        part_push(windows, window_part(&look->windows[i]));
    }
    part_put(object, "cusum", part_rounded(look->cusum, 2));
    part_put(object, "cusum_needed", part_rounded(look->cusum_limit, 2));
    part_put(object, "cusum_since", look->cusum > 0 ? part_time(look->cusum_from_ms) : json_null());
    part_put(object, "sensitivity", json_string(sensitivity_name(look->sensitivity)));
    part_put(object, "severity", part_rounded(look->severity, 2));
    part_put(object, "signal",
            json_string(seen->subject == LOOK_ANYTHING ? "anything"
                                                       : signal_name((enum signal)seen->subject)));
    part_put(object, "usual_share", part_rounded(look->usual_share, 3));
    part_put(object, "windows", windows);
    return object;
}

static json_t *
threshold_part(const struct decisions *decisions, const struct incident_why *why)
{
    if ((why->fired & (uint32_t)DETECTOR_THRESHOLD) == 0 || decisions->rules == NULL ||
            why->rule >= rule_set_rule_count(decisions->rules)) {
        return json_null();
    }
    const struct rule *rule = rule_set_rule(decisions->rules, why->rule);
    json_t *object = json_object();
    part_put(object, "authors", part_count(rule->threshold.min_authors));
    part_put(object, "count", part_count(rule->threshold.min_count));
    part_put(object, "for_s", part_seconds(rule->threshold.for_ms));
    part_put(object, "ratio", part_rounded(rule->threshold.ratio, 2));
    part_put(object, "rule", part_text(rule->id));
    part_put(object, "share", part_rounded(rule->threshold.share, 3));
    part_put(object, "window_s", part_seconds(rule->threshold.window_ms));
    return object;
}

/* What decided, or what had decided last when this event is about time. */
static json_t *
why_part(const struct study_event *event)
{
    json_t *object = render_why(&event->why);

    part_put(object, "fired", render_fired(event->why.fired));
    render_put_shift(object, &event->shift);
    return object;
}

static json_t *
event_part(const struct decisions *decisions, const struct study_event *event)
{
    json_t *object = json_object();
    json_t *looks = json_array();

    for (size_t i = 0; i < event->look_count; i++) {
        part_push(looks, look_part(&event->looks[i]));
    }
    part_put(object, "at", part_time(event->time_ms));
    part_put(object, "authors", part_count(event->authors));
    part_put(object, "grade", json_stringn(&event->grade, 1));
    part_put(object, "kind", json_string(judge_event_name(event->kind)));
    part_put(object, "reminders", part_count(event->reminders));
    part_put(object, "revision", part_count(event->revision));
    part_put(object, "seen", looks);
    part_put(object, "severity", json_string(severity_name(event->severity)));
    part_put(object, "signals", part_signals(event->signals));
    part_put(object, "threshold", threshold_part(decisions, &event->why));
    part_put(object, "why", why_part(event));
    return object;
}

void
decisions_json(FILE *out, const struct decisions *decisions)
{
    const struct study_incident *incident = decisions->incident;
    json_t *object = json_object();
    json_t *events = json_array();
    json_t *waits = json_object();

    for (size_t i = 0; i < incident->event_count; i++) {
        part_push(events, event_part(decisions, &incident->events[i]));
    }
    part_put(waits, "ack_target_s", part_seconds(incident->settings.ack_target_ms));
    part_put(waits, "cool_after_s", part_seconds(decisions->judge->cool_after_ms));
    part_put(waits, "resolve_after_s", part_seconds(decisions->judge->resolve_after_ms));
    part_put(waits, "update_every_s", part_seconds(incident->settings.update_every_ms));
    part_put(object, "brand", json_string(incident->last.brand));
    part_put(object, "decisions", events);
    part_put(object, "incident", json_string(incident->last.id));
    part_put(object, "kin", render_kin(&incident->last.kin));
    part_put(object, "left_out", part_count(incident->events_left_out));
    part_put(object, "onset", part_time(incident->last.onset_ms));
    part_put(object, "schema", json_string("rebato/decisions/v1"));
    part_put(object, "waits", waits);
    char *bytes = part_bytes(object);
    fprintf(out, "%s\n", bytes);
    free(bytes);
}
