/* The `crisis` object: everything that Alertmanager's shape has no place for. Numbers and the method
 * that gave them always stand together. */
#include "alert/render/render_parts.h"
#include "window/cell.h"

#include <assert.h>
#include <stdio.h>

json_t *
render_fired(uint32_t fired)
{
    static const struct {
        enum detector detector;
        const char *name;
    } rows[] = {
        { DETECTOR_THRESHOLD, "threshold" },
        { DETECTOR_SCAN_10M, "scan_10m" },
        { DETECTOR_SCAN_1H, "scan_1h" },
        { DETECTOR_SCAN_6H, "scan_6h" },
        { DETECTOR_SCAN_24H, "scan_24h" },
        { DETECTOR_CUSUM, "cusum" },
    };
    json_t *names = json_array();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((fired & (uint32_t)rows[i].detector) != 0) {
            part_push(names, json_string(rows[i].name));
        }
    }
    return names;
}

static json_t *
why_part(const struct judge_event *event, const struct render_context *context)
{
    const struct incident_why *why = &event->incident.why;
    const struct rule *rule = render_rule(&event->incident, context->rules);
    json_t *object = render_why(why);

    /* People read these: a digit less than the log keeps. */
    part_put(object, "expected", part_rounded(why->expected, 1));
    part_put(object, "ratio", part_rounded(why->ratio, 1));
    part_put(object, "z", part_rounded(why->z, 1));
    part_put(object, "fired", render_fired(why->fired));
    part_put(object, "p", part_probability(why->p_log10));
    part_put(object, "rule",
            rule != NULL && why->rule != UINT32_MAX ? part_text(rule->id) : json_null());
    part_put(object, "rule_version",
            context->rules == NULL ? json_null() : json_string(rule_set_digest(context->rules)));
    part_put(object, "sensitivity", json_string(render_or_empty(context->sensitivity)));
    render_put_shift(object, &event->shift);
    return object;
}

/* ---- the scope: how many, and exactly who ---- */

/* "os.android": a value of a facet, in an object of its own. */
static void
put_facet(json_t *facets, struct view rest, uint64_t count)
{
    const char *point = rest.size == 0 ? NULL : memchr(rest.at, '.', rest.size);

    if (point == NULL) {
        return;
    }
    size_t size = (size_t)(point - rest.at);
    json_t *name = part_text(view_slice(rest, 0, size));
    json_t *values = json_object_get(facets, json_string_value(name));
    if (values == NULL) {
        values = json_object();
        part_put(facets, json_string_value(name), values);
    }
    part_put_named(values, view_slice(rest, size + 1, rest.size), part_count(count));
    json_decref(name);
}

/* Dimensions are named by the grammar of window/cell.h. */
static void
put_dim(json_t *scope, const struct incident_dim *dim)
{
    static const struct {
        struct view start;
        const char *part;
    } rows[] = {
        { { DIM_LANG, sizeof DIM_LANG - 1 }, "langs" },
        { { DIM_PLATFORM, sizeof DIM_PLATFORM - 1 }, "platforms" },
        { { DIM_FACET, sizeof DIM_FACET - 1 }, "facets" },
    };
    struct view name = view_of(dim->name);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!view_starts(name, rows[i].start)) {
            continue;
        }
        json_t *part = json_object_get(scope, rows[i].part);
        struct view rest = view_slice(name, rows[i].start.size, name.size);
        if (strcmp(rows[i].part, "facets") == 0) {
            put_facet(part, rest, dim->count);
        } else {
            part_put_named(part, rest, part_count(dim->count));
        }
    }
}

/* Counts become shares: one language out of all that were recognised. */
static void
langs_to_shares(json_t *langs)
{
    const char *name;
    json_t *value;
    json_int_t sum = 0;

    json_object_foreach(langs, name, value)
    {
        sum += json_integer_value(value);
    }
    json_object_foreach(langs, name, value)
    {
        double share = sum == 0 ? 0 : (double)json_integer_value(value) / (double)sum;
        /* Replacing the value of a key that is there is allowed while walking. */
        part_put(langs, name, part_rounded(share, 2));
    }
}

static json_t *
scope_part(const struct incident *incident)
{
    json_t *object = json_object();

    part_put(object, "authors", part_count(incident->authors));
    part_put(object, "denied_by_others", part_count(incident->denied_by_others));
    part_put(object, "facets", json_object());
    part_put(object, "first_person", part_count(incident->first_person));
    part_put(object, "langs", json_object());
    part_put(object, "late", part_count(incident->late));
    part_put(object, "platforms", json_object());
    part_put(object, "posts", part_count(incident->posts));
    part_put(object, "reposts", part_count(incident->reposts));
    for (size_t i = 0; i < incident->dim_count; i++) {
        put_dim(object, &incident->dims[i]);
    }
    langs_to_shares(json_object_get(object, "langs"));
    return object;
}

/* ---- the clock and what was said ---- */

static int64_t
next_update_ms(const struct incident *incident, const struct render_context *context)
{
    const struct incident_clock *clock = &incident->clock;

    if (context->brand == NULL || clock->answered_ms == TIME_NONE ||
            clock->last_official_ms == TIME_NONE || incident->state == INCIDENT_RESOLVED) {
        return TIME_NONE;
    }
    return clock->last_official_ms + context->brand->update_every_ms;
}

static json_t *
clock_part(const struct judge_event *event, const struct render_context *context)
{
    const struct incident *incident = &event->incident;
    const struct incident_clock *clock = &incident->clock;
    struct brief brief = render_brief(event, context);
    int64_t end = clock->answered_ms == TIME_NONE ? event->time_ms : clock->answered_ms;
    int64_t since_onset = end > incident->onset_ms ? end - incident->onset_ms : 0;
    json_t *object = json_object();

    part_put(object, "ack_target_s",
            context->brand == NULL ? json_null() : part_seconds(context->brand->ack_target_ms));
    part_put(object, "alerted", part_time(incident->opened_ms));
    part_put(object, "detected_after_s", part_seconds(incident->opened_ms - incident->onset_ms));
    part_put(object, "grade", json_stringn(&clock->grade, 1));
    part_put(object, "last_official_post", part_time(clock->last_official_ms));
    part_put(object, "next_grade_in_s", part_seconds(brief_next_grade_ms(&brief)));
    part_put(object, "next_update_due", part_time(next_update_ms(incident, context)));
    part_put(object, "onset", part_time(incident->onset_ms));
    part_put(object, "public_answer", part_time(clock->answered_ms));
    part_put(object, "reminders", part_count(clock->reminders));
    part_put(object, "replies", render_replies(incident));
    part_put(object, "silence_since_alert_s", part_seconds(brief_silence_ms(&brief)));
    part_put(object, "silence_since_onset_s", part_seconds(since_onset));
    return object;
}

static json_t *
official_part(const struct incident *incident)
{
    json_t *posts = json_array();

    for (size_t i = 0; i < incident->official_count; i++) {
        const struct incident_post *post = &incident->official[i];
        json_t *object = json_object();
        part_put(object, "at", part_time(post->time_ms));
        part_put(object, "broadcast", json_boolean(post->broadcast));
        part_put(object, "id", part_text(view_of(post->id)));
        part_put(object, "impostor", json_boolean(post->impostor));
        part_put(object, "signals", part_signals(post->signals));
        part_put(object, "url", part_text(view_of(post->link)));
        part_push(posts, object);
    }
    return posts;
}

json_t *
render_ticks(const struct incident *incident)
{
    json_t *done = json_array();

    for (int i = 0; i < PLAYBOOK_COUNT; i++) {
        const struct playbook_tick *tick = &incident->playbook[i];
        if (tick->time_ms == TIME_NONE) {
            continue;
        }
        json_t *object = json_object();
        part_put(object, "at", part_time(tick->time_ms));
        part_put(object, "post", part_text(view_of(tick->post_id)));
        part_put(object, "step", json_string(playbook_step_name((enum playbook_step)i)));
        part_push(done, object);
    }
    return done;
}

static json_t *
playbook_part(const struct incident *incident, const struct rule *rule)
{
    json_t *pending = json_array();
    json_t *object = json_object();

    for (int i = 0; i < PLAYBOOK_COUNT; i++) {
        if (incident->playbook[i].time_ms == TIME_NONE) {
            part_push(pending, json_string(playbook_step_name((enum playbook_step)i)));
        }
    }
    json_t *next = json_array_get(pending, 0);
    part_put(object, "done", render_ticks(incident));
    part_put(object, "id",
            rule != NULL && rule->playbook.size > 0 ? part_text(rule->playbook) : json_null());
    part_put(object, "next", next == NULL ? json_null() : json_incref(next));
    part_put(object, "pending", pending);
    return object;
}

/* ---- the rest ---- */

static json_t *
top_part(const struct render_context *context)
{
    json_t *posts = json_array();

    for (size_t i = 0; i < context->exemplar_count; i++) {
        struct view text = context->exemplars[i];
        json_t *post = text.size == 0 ? NULL : json_loadb(text.at, text.size, 0, NULL);
        /* A post that cannot be read is no reason to keep an alert back. */
        if (json_is_object(post)) {
            part_push(posts, post);
        } else {
            json_decref(post);
        }
    }
    return posts;
}

static json_t *
health_part(const struct render_context *context)
{
    json_t *object = json_object();

    part_put(object, "lag_s", context->lag_s < 0 ? json_null() : part_rounded(context->lag_s, 1));
    part_put(object, "watermark", part_time(context->watermark_ms));
    return object;
}

/* Only to pages that exist, and never one that changes something: mail scanners follow links. */
static json_t *
links_part(const struct incident *incident, const struct render_context *context)
{
    json_t *object = json_object();

    part_put(object, "api",
            json_sprintf("%s/api/v1/incidents/%s", context->external_url, incident->id));
    part_put(object, "page", json_sprintf("%s/#%s", context->external_url, incident->id));
    return object;
}

json_t *
render_crisis(const struct judge_event *event, const struct render_context *context)
{
    const struct incident *incident = &event->incident;
    struct brief brief = render_brief(event, context);
    json_t *object = json_object();

    part_put(object, "at", part_time(event->time_ms));
    part_put(object, "authenticity", render_authenticity(incident));
    part_put(object, "brand", json_string(incident->brand));
    part_put(object, "clock", clock_part(event, context));
    part_put(object, "health", health_part(context));
    part_put(object, "incident", json_string(incident->id));
    part_put(object, "kin", render_kin(&incident->kin));
    part_put(object, "kind", json_string(judge_event_name(event->kind)));
    if (render_or_empty(context->external_url)[0] != '\0') {
        part_put(object, "links", links_part(incident, context));
    }
    part_put(object, "official", official_part(incident));
    part_put(object, "peak",
            json_pack("{s:o,s:o}", "at", part_time(incident->peak_ms), "authors_10m",
                    part_count(incident->peak_authors)));
    part_put(object, "playbook", playbook_part(incident, render_rule(incident, context->rules)));
    part_put(object, "resolved", part_time(incident->resolved_ms));
    part_put(object, "revision", part_count(incident->revision));
    part_put(object, "schema", json_string("rebato/crisis/v1"));
    part_put(object, "scope", scope_part(incident));
    part_put(object, "severity", json_string(severity_name(incident->severity)));
    part_put(object, "signals", part_signals(incident->signals));
    part_put(object, "state", json_string(incident_state_name(incident->state)));
    part_put(object, "title", part_text(brief.brand));
    part_put(object, "top", top_part(context));
    part_put(object, "why", why_part(event, context));
    return object;
}
