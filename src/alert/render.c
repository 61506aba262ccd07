#include "alert/render.h"

#include "alert/render/render_parts.h"
#include "core/text/calendar.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Alertmanager writes this for an alert that has not ended. */
#define NEVER_ENDED "0001-01-01T00:00:00Z"

static struct view
brand_title(const struct incident *incident, const struct rule_set *rules)
{
    struct view id = view_of(incident->brand);
    size_t index = rules == NULL ? SIZE_MAX : rule_set_find_brand(rules, id);

    if (index == SIZE_MAX || rule_set_brand(rules, index)->title.size == 0) {
        return id;
    }
    return rule_set_brand(rules, index)->title;
}

struct brief
render_brief(const struct judge_event *event, const struct render_context *context)
{
    const struct incident *incident = &event->incident;
    const struct incident_why *why = &incident->why;

    return (struct brief){
        .brand = brand_title(incident, context->rules),
        .kind = event->kind,
        .severity = incident->severity,
        .coordinated = incident->coordinated != 0,
        .weighed = incident->authenticity.people,
        .organic = incident->authenticity.organic,
        .young = incident->authenticity.young,
        .signal = why->signal,
        .signals = incident->signals,
        .at_ms = event->time_ms,
        .onset_ms = incident->onset_ms,
        .opened_ms = incident->opened_ms,
        .answered_ms = incident->clock.answered_ms,
        .resolved_ms = incident->resolved_ms,
        .last_official_ms = incident->clock.last_official_ms,
        .grade = incident->clock.grade,
        .window_ms = why->window_ms,
        .people = why->authors,
        .posts = why->posts,
        .expected = why->expected,
        .ratio = why->ratio,
        .p_log10 = why->p_log10,
        .share = why->share,
        .usual_share = why->usual_share,
        .people_all = incident->authors,
        .posts_all = incident->posts,
        .replies = incident->replies,
    };
}

const struct rule *
render_rule(const struct incident *incident, const struct rule_set *rules)
{
    size_t count = rules == NULL ? 0 : rule_set_rule_count(rules);

    if (incident->why.rule < count) {
        return rule_set_rule(rules, incident->why.rule);
    }
    for (size_t i = 0; i < count; i++) {
        if (rule_set_rule(rules, i)->signal == incident->why.signal &&
                !rule_set_rule(rules, i)->by_brand) {
            return rule_set_rule(rules, i);
        }
    }
    return NULL;
}

char *
render_summary(const struct judge_event *event, const struct render_context *context)
{
    struct brief brief = render_brief(event, context);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    brief_summary(out, &brief, context->lang);
    int failed = fclose(out);
    assert(failed == 0);
    return text;
}

/* ---- the envelope of Alertmanager ---- */

const char *
render_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* "https://rebato.example/#<incident>", or "" when we do not know our own address. */
static json_t *
page_link(const struct incident *incident, const struct render_context *context)
{
    const char *url = render_or_empty(context->external_url);

    return url[0] == '\0' ? json_string("") : json_sprintf("%s/#%s", url, incident->id);
}

/* A rule is named only when its own threshold decided; else the signal is the alert's name. */
static json_t *
labels(const struct incident *incident, const struct render_context *context)
{
    const struct rule *rule = render_rule(incident, context->rules);
    int by_rule = rule != NULL && incident->why.rule != UINT32_MAX;
    json_t *object = json_object();

    part_put(object, "alertname",
            by_rule ? part_text(rule->id) : json_string(signal_name(incident->why.signal)));
    part_put(object, "brand", json_string(incident->brand));
    part_put(object, "class", json_string(signal_name(incident->why.signal)));
    part_put(object, "lang", json_string(context->lang == LANG_ES ? "es" : "en"));
    part_put(object, "severity", json_string(severity_name(incident->severity)));
    return object;
}

static json_t *
annotations(const struct judge_event *event, const struct render_context *context)
{
    const struct rule *rule = render_rule(&event->incident, context->rules);
    char *summary = render_summary(event, context);
    json_t *object = json_object();

    part_put(object, "summary", part_text(view_of(summary)));
    if (rule != NULL && rule->title[context->lang].size > 0) {
        part_put(object, "title", part_text(rule->title[context->lang]));
    }
    free(summary);
    return object;
}

static json_t *
alert(const struct judge_event *event, const struct render_context *context)
{
    const struct incident *incident = &event->incident;
    int ended = incident->state == INCIDENT_RESOLVED && incident->resolved_ms != TIME_NONE;
    json_t *object = json_object();

    part_put(object, "annotations", annotations(event, context));
    part_put(object, "crisis", render_crisis(event, context));
    part_put(object, "endsAt", ended ? part_time(incident->resolved_ms) : json_string(NEVER_ENDED));
    part_put(object, "fingerprint", json_string(incident->id));
    part_put(object, "generatorURL", page_link(incident, context));
    part_put(object, "labels", labels(incident, context));
    part_put(object, "startsAt", part_time(incident->onset_ms));
    part_put(object, "status", json_string(ended ? "resolved" : "firing"));
    return object;
}

char *
render_payload(const struct judge_event *event, const struct render_context *context)
{
    const struct incident *incident = &event->incident;
    json_t *first = alert(event, context);
    json_t *alerts = json_array();
    json_t *payload = json_object();

    assert(context->brand == NULL || strcmp(context->brand->id, incident->brand) == 0);
    part_put(payload, "version", json_string("4"));
    part_put(payload, "status", json_incref(json_object_get(first, "status")));
    part_put(payload, "receiver", json_string(render_or_empty(context->receiver)));
    part_put(payload, "groupKey", json_sprintf("{}:{brand=\"%s\"}", incident->brand));
    part_put(payload, "truncatedAlerts", json_integer(0));
    part_put(payload, "groupLabels", json_pack("{s:s}", "brand", incident->brand));
    part_put(payload, "commonLabels", json_incref(json_object_get(first, "labels")));
    part_put(payload, "commonAnnotations", json_incref(json_object_get(first, "annotations")));
    part_put(payload, "externalURL", json_string(render_or_empty(context->external_url)));
    part_push(alerts, first);
    part_put(payload, "alerts", alerts);
    return part_bytes(payload);
}
