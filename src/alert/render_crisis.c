/* The `crisis` object: everything that Alertmanager's shape has no place for. Numbers and the method
 * that gave them always stand together. */
#include "alert/render_parts.h"
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
            json_push(names, json_string(rows[i].name));
        }
    }
    return names;
}

static json_t *
why_part(const struct judge_event *event, const struct render_context *context)
{
    const struct incident_why *why = &event->incident.why;
    const struct rule *rule = render_rule(&event->incident, context->rules);
    json_t *object = json_object();

    json_put(object, "authors", json_count(why->authors));
    json_put(object, "cusum", json_rounded(why->cusum, 2));
    json_put(object, "expected", json_rounded(why->expected, 1));
    json_put(object, "fired", render_fired(why->fired));
    json_put(object, "p", json_probability(why->p_log10));
    json_put(object, "p_log10", json_rounded(why->p_log10, 2));
    json_put(object, "posts", json_count(why->posts));
    json_put(object, "ratio", json_rounded(why->ratio, 1));
    json_put(object, "rule",
            rule != NULL && why->rule != UINT32_MAX ? json_text(rule->id) : json_null());
    json_put(object, "rule_version",
            context->rules == NULL ? json_null() : json_string(rule_set_digest(context->rules)));
    json_put(object, "sensitivity", json_string(context->sensitivity));
    json_put(object, "share", json_rounded(why->share, 3));
    json_put(object, "signal", json_string(signal_name(why->signal)));
    json_put(object, "usual_share", json_rounded(why->usual_share, 3));
    json_put(object, "window_s", json_seconds(why->window_ms));
    json_put(object, "z", json_rounded(why->z, 1));
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
    json_t *name = json_text(view_slice(rest, 0, size));
    json_t *values = json_object_get(facets, json_string_value(name));
    if (values == NULL) {
        values = json_object();
        json_put(facets, json_string_value(name), values);
    }
    json_put_named(values, view_slice(rest, size + 1, rest.size), json_count(count));
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
            json_put_named(part, rest, json_count(dim->count));
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
        json_put(langs, name, json_rounded(share, 2));
    }
}

static json_t *
scope_part(const struct incident *incident)
{
    json_t *object = json_object();

    json_put(object, "authors", json_count(incident->authors));
    json_put(object, "facets", json_object());
    json_put(object, "first_person", json_count(incident->first_person));
    json_put(object, "langs", json_object());
    json_put(object, "late", json_count(incident->late));
    json_put(object, "platforms", json_object());
    json_put(object, "posts", json_count(incident->posts));
    json_put(object, "reposts", json_count(incident->reposts));
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

    json_put(object, "ack_target_s",
            context->brand == NULL ? json_null() : json_seconds(context->brand->ack_target_ms));
    json_put(object, "alerted", json_time(incident->opened_ms));
    json_put(object, "detected_after_s", json_seconds(incident->opened_ms - incident->onset_ms));
    json_put(object, "grade", json_stringn(&clock->grade, 1));
    json_put(object, "last_official_post", json_time(clock->last_official_ms));
    json_put(object, "next_grade_in_s", json_seconds(brief_next_grade_ms(&brief)));
    json_put(object, "next_update_due", json_time(next_update_ms(incident, context)));
    json_put(object, "onset", json_time(incident->onset_ms));
    json_put(object, "public_answer", json_time(clock->answered_ms));
    json_put(object, "reminders", json_count(clock->reminders));
    json_put(object, "silence_since_alert_s", json_seconds(brief_silence_ms(&brief)));
    json_put(object, "silence_since_onset_s", json_seconds(since_onset));
    return object;
}

static json_t *
official_part(const struct incident *incident)
{
    json_t *posts = json_array();

    for (size_t i = 0; i < incident->official_count; i++) {
        const struct incident_post *post = &incident->official[i];
        json_t *object = json_object();
        json_put(object, "at", json_time(post->time_ms));
        json_put(object, "broadcast", json_boolean(post->broadcast));
        json_put(object, "id", json_text(view_of(post->id)));
        json_put(object, "signals", json_signals(post->signals));
        json_put(object, "url", json_text(view_of(post->link)));
        json_push(posts, object);
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
        json_put(object, "at", json_time(tick->time_ms));
        json_put(object, "post", json_text(view_of(tick->post_id)));
        json_put(object, "step", json_string(playbook_step_name((enum playbook_step)i)));
        json_push(done, object);
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
            json_push(pending, json_string(playbook_step_name((enum playbook_step)i)));
        }
    }
    json_t *next = json_array_get(pending, 0);
    json_put(object, "done", render_ticks(incident));
    json_put(object, "id",
            rule != NULL && rule->playbook.size > 0 ? json_text(rule->playbook) : json_null());
    json_put(object, "next", next == NULL ? json_null() : json_incref(next));
    json_put(object, "pending", pending);
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
            json_push(posts, post);
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

    json_put(object, "lag_s", context->lag_s < 0 ? json_null() : json_rounded(context->lag_s, 1));
    json_put(object, "watermark", json_time(context->watermark_ms));
    return object;
}

/* Only to pages that exist, and never one that changes something: mail scanners follow links. */
static json_t *
links_part(const struct incident *incident, const struct render_context *context)
{
    json_t *object = json_object();

    json_put(object, "api",
            json_sprintf("%s/api/v1/incidents/%s", context->external_url, incident->id));
    json_put(object, "page", json_sprintf("%s/#%s", context->external_url, incident->id));
    return object;
}

json_t *
render_crisis(const struct judge_event *event, const struct render_context *context)
{
    const struct incident *incident = &event->incident;
    struct brief brief = render_brief(event, context);
    json_t *object = json_object();

    json_put(object, "at", json_time(event->time_ms));
    json_put(object, "brand", json_string(incident->brand));
    json_put(object, "clock", clock_part(event, context));
    json_put(object, "health", health_part(context));
    json_put(object, "incident", json_string(incident->id));
    json_put(object, "kind", json_string(judge_event_name(event->kind)));
    if (context->external_url[0] != '\0') {
        json_put(object, "links", links_part(incident, context));
    }
    json_put(object, "official", official_part(incident));
    json_put(object, "peak",
            json_pack("{s:o,s:o}", "at", json_time(incident->peak_ms), "authors_10m",
                    json_count(incident->peak_authors)));
    json_put(object, "playbook", playbook_part(incident, render_rule(incident, context->rules)));
    json_put(object, "resolved", json_time(incident->resolved_ms));
    json_put(object, "revision", json_count(incident->revision));
    json_put(object, "schema", json_string("rebato/crisis/v1"));
    json_put(object, "scope", scope_part(incident));
    json_put(object, "severity", json_string(severity_name(incident->severity)));
    json_put(object, "signals", json_signals(incident->signals));
    json_put(object, "state", json_string(incident_state_name(incident->state)));
    json_put(object, "title", json_text(brief.brand));
    json_put(object, "top", top_part(context));
    json_put(object, "why", why_part(event, context));
    return object;
}
