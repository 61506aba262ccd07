/* The report for a program: the same facts with their names of files and keys, and no sentence but the
 * overview. Fields that people fill in are there, empty. */
#include "alert/render/parts.h"
#include "alert/render/render_parts.h"
#include "report/facts.h"
#include "report/words/sentences.h"

#include <assert.h>
#include <stdlib.h>

static json_t *
said(void (*write)(FILE *, const struct report *, const struct study_incident *, enum lang),
        const struct report *report,
        const struct study_incident *incident,
        enum lang lang)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    write(out, report, incident, lang);
    int failed = fclose(out);
    assert(failed == 0);
    json_t *value = part_text((struct view){ text, size });
    free(text);
    return value;
}

static json_t *
source_part(const struct report_source *source)
{
    json_t *object = json_object();
    json_t *fates = json_object();
    json_t *inputs = json_array();

    for (int i = 0; i < REBATO_FATE_COUNT; i++) {
        part_put(fates, fate_name((enum rebato_fate)i), part_count(source->fates[i]));
    }
    for (size_t i = 0; i < source->input_count; i++) {
        part_push(inputs, part_text(view_of(source->inputs[i])));
    }
    part_put(object, "command", part_text(view_of(source->command)));
    part_put(object, "deployment", part_text(view_of(source->deployment)));
    part_put(object, "fates", fates);
    part_put(object, "first", part_time(source->first_ms));
    part_put(object, "inputs", inputs);
    part_put(object, "last", part_time(source->last_ms));
    part_put(object, "received", part_count(source->received));
    part_put(object, "rules", part_text(view_of(source->rules_digest)));
    part_put(object, "sensitivity",
            source->sensitivity == NULL ? json_null() : json_string(source->sensitivity));
    part_put(object, "version", part_text(view_of(source->version)));
    return object;
}

static json_t *
scope_part(const struct study_incident *incident)
{
    json_t *object = render_scope(&incident->last);

    part_put(object, "commentary", part_count(facts_commentary(incident)));
    part_put(object, "mentions", part_count(incident->mentions));
    part_put(object, "official_broadcasts", part_count(incident->broadcasts));
    part_put(object, "official_replies", part_count(incident->replies));
    return object;
}

static json_t *
clock_part(const struct study_incident *incident)
{
    const struct incident *last = &incident->last;
    struct facts_clock alert = facts_clock_of(last, last->opened_ms);
    struct facts_clock onset = facts_clock_of(last, last->onset_ms);
    struct facts_gap gaps[GAPS_MAX];
    size_t count = facts_gaps(incident, gaps);
    json_t *object = json_object();
    json_t *missed = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *gap = json_object();
        part_put(gap, "from", part_time(gaps[i].from_ms));
        part_put(gap, "to", part_time(gaps[i].to_ms));
        part_push(missed, gap);
    }
    part_put(object, "alert_to_answer_s",
            alert.answered ? part_seconds(alert.span_ms) : json_null());
    part_put(object, "answered", part_time(last->clock.answered_ms));
    part_put(object, "grade", json_stringn(&last->clock.grade, 1));
    part_put(object, "onset_to_answer_s",
            onset.answered ? part_seconds(onset.span_ms) : json_null());
    part_put(object, "reminders", part_count(last->clock.reminders));
    part_put(object, "silent_s", part_seconds(alert.span_ms));
    part_put(object, "update_every_s", part_seconds(incident->settings.update_every_ms));
    part_put(object, "update_gaps", missed);
    return object;
}

static json_t *
waiting_part(const struct incident_waits *waits)
{
    json_t *array = json_array();

    for (size_t i = 0; i < waits->waiting_count; i++) {
        const struct waiting *row = &waits->waiting[i];
        json_t *object = json_object();
        part_put(object, "first_person", json_boolean(row->first_person));
        part_put(object, "id", part_text(view_of(row->id)));
        part_put(object, "posts", part_count(row->posts));
        part_put(object, "reach", part_count(row->reach));
        part_put(object, "reposts", part_count(row->reposts));
        part_put(object, "since", part_time(row->since_ms));
        part_put(object, "url", part_text(view_of(row->link)));
        part_put(object, "wait_s", part_seconds(waits->until_ms - row->since_ms));
        part_push(array, object);
    }
    return array;
}

/* Null where nobody looked. */
static json_t *
answers_part(const struct incident_waits *waits)
{
    if (waits == NULL) {
        return json_null();
    }
    json_t *object = json_object();
    part_put(object, "answered", part_count(waits->answered));
    part_put(object, "answered_first_person", part_count(waits->answered_affected));
    part_put(object, "canned", part_count(waits->canned));
    part_put(object, "first_person", part_count(waits->affected));
    part_put(object, "followed_from", part_time(waits->followed_ms));
    part_put(object, "median_wait_s",
            waits->median_ms == TIME_NONE ? json_null() : part_seconds(waits->median_ms));
    part_put(object, "named", part_count(waits->named));
    part_put(object, "own_words", part_count(waits->own_words));
    part_put(object, "passed_on", part_count(waits->passed_on));
    part_put(object, "people", part_count(waits->people));
    part_put(object, "until", part_time(waits->until_ms));
    part_put(object, "waiting", waiting_part(waits));
    return object;
}

static json_t *
timeline_part(const struct study_incident *incident)
{
    static const char *const kinds[] = { [TIMELINE_ONSET] = "onset", [TIMELINE_PEAK] = "peak" };
    struct timeline_row rows[TIMELINE_MAX];
    size_t count = facts_timeline(incident, rows);
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        const struct timeline_row *row = &rows[i];
        json_t *object = json_object();
        part_put(object, "at", part_time(row->time_ms));
        if (row->kind == TIMELINE_OFFICIAL) {
            part_put(object, "kind", json_string("official"));
            part_put(object, "broadcast", json_boolean(row->post->broadcast));
            part_put(object, "id", part_text(view_of(row->post->id)));
            part_put(object, "signals", part_signals(row->post->signals));
            part_put(object, "url", part_text(view_of(row->post->link)));
        } else if (row->kind == TIMELINE_EVENT) {
            part_put(object, "kind", json_string(judge_event_name(row->event->kind)));
            part_put(object, "authors", part_count(row->event->authors));
            part_put(object, "grade", json_stringn(&row->event->grade, 1));
            part_put(object, "revision", part_count(row->event->revision));
            part_put(object, "severity", json_string(severity_name(row->event->severity)));
        } else {
            part_put(object, "kind", json_string(kinds[row->kind]));
        }
        part_push(array, object);
    }
    return array;
}

static json_t *
playbook_part(const struct incident *incident)
{
    json_t *array = json_array();

    for (int i = 0; i < PLAYBOOK_COUNT; i++) {
        const struct playbook_tick *tick = &incident->playbook[i];
        json_t *object = json_object();
        part_put(object, "at", part_time(tick->time_ms));
        part_put(object, "post",
                tick->time_ms == TIME_NONE ? json_null() : part_text(view_of(tick->post_id)));
        part_put(object, "step", json_string(playbook_step_name((enum playbook_step)i)));
        part_push(array, object);
    }
    return array;
}

/* Columns once, then rows: a chart has hundreds of points. */
static json_t *
chart_part(const struct study_incident *incident)
{
    const struct chart *chart = &incident->chart;
    json_t *object = json_object();
    json_t *points = json_array();

    for (size_t i = 0; i < chart->count; i++) {
        const struct chart_point *point = &chart->points[i];
        json_t *row = json_array();
        part_push(row, part_time(point->start_ms));
        part_push(row, part_count(point->minutes));
        part_push(row, part_count(point->mentions));
        part_push(row, part_count(point->complaints));
        part_push(row, part_count(point->people));
        part_push(row, part_rounded(point->expected, 2));
        part_push(row, part_rounded(point->spread, 2));
        part_push(points, row);
    }
    part_put(object, "columns",
            json_pack("[sssssss]", "start", "minutes", "mentions", "complaints", "people_10m",
                    "expected_10m", "spread_10m"));
    part_put(object, "points", points);
    part_put(object, "signal", json_string(signal_name(facts_opening(incident)->why.signal)));
    return object;
}

static json_t *
otherwise_part(const struct report *report, const struct study_incident *incident)
{
    json_t *array = json_array();

    for (int i = 0; i < PRESET_COUNT; i++) {
        struct facts_what_if what;
        facts_what_if(report, incident, (enum sensitivity)i, &what);
        int64_t opened_ms = what.alert == NULL ? TIME_NONE : what.alert->opened_ms;
        json_t *object = json_object();
        part_put(object, "alerts_in_archive", part_count(what.alerts));
        part_put(object, "earlier_s",
                what.alert == NULL ? json_null() : json_integer(what.earlier_ms / 1000));
        part_put(object, "notices_in_archive", part_count(what.notices));
        part_put(object, "opened", part_time(opened_ms));
        part_put(object, "sensitivity", json_string(sensitivity_name(what.sensitivity)));
        part_push(array, object);
    }
    return array;
}

static json_t *
posts_part(const struct study_incident *incident)
{
    json_t *array = json_array();

    for (size_t i = 0; i < incident->post_count; i++) {
        const struct study_post *post = &incident->posts[i];
        json_t *object = json_object();
        part_put(object, "at", part_time(post->time_ms));
        part_put(object, "id", part_text(view_of(post->id)));
        part_put(object, "lang", part_text(view_of(post->lang)));
        part_put(object, "reach", part_count(post->reach));
        part_put(object, "text", part_text(view_of(post->text)));
        part_push(array, object);
    }
    return array;
}

static json_t *
why_part(const struct study_event *opening)
{
    json_t *object = render_why(&opening->why);

    render_put_shift(object, &opening->shift);
    return object;
}

static json_t *
kin_part(const struct report *report, const struct study_incident *incident)
{
    const struct study_incident *kin[KIN_MAX];
    size_t count = facts_kin(report, incident, kin);
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *object = json_object();
        part_put(object, "authors", part_count(kin[i]->last.authors));
        part_put(object, "grade", json_stringn(&kin[i]->last.clock.grade, 1));
        part_put(object, "id", json_string(kin[i]->last.id));
        part_put(object, "opened", part_time(kin[i]->last.opened_ms));
        part_push(array, object);
    }
    return array;
}

static json_t *
holes_part(const struct report *report, const struct study_incident *incident, enum hole_sort sort)
{
    struct hole holes[HOLES_SHOWN];
    size_t count = facts_holes(report, incident, sort, holes);
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *object = json_object();
        part_put(object, "from", part_time(holes[i].from_ms));
        part_put(object, "to", part_time(holes[i].to_ms));
        part_push(array, object);
    }
    return array;
}

static json_t *
input_part(const struct report *report, const struct study_incident *incident)
{
    json_t *object = json_object();

    part_put(object, "missing", holes_part(report, incident, HOLE_MISSING));
    part_put(object, "stale", holes_part(report, incident, HOLE_STALE));
    return object;
}

/* What only people know. */
static json_t *
fill_part(void)
{
    json_t *object = json_object();

    part_put(object, "actions", json_array());
    part_put(object, "causes", json_string(""));
    part_put(object, "went_badly", json_string(""));
    part_put(object, "went_well", json_string(""));
    return object;
}

static json_t *
incident_part(const struct report *report, const struct study_incident *incident, enum lang lang)
{
    const struct incident *last = &incident->last;
    json_t *object = json_object();

    part_put(object, "alerted", part_time(last->opened_ms));
    part_put(object, "answers", answers_part(facts_waits(report, incident)));
    part_put(object, "brand", json_string(last->brand));
    part_put(object, "chart", chart_part(incident));
    part_put(object, "clock", clock_part(incident));
    part_put(object, "fill_in", fill_part());
    part_put(object, "id", json_string(last->id));
    part_put(object, "onset", part_time(last->onset_ms));
    part_put(object, "otherwise", otherwise_part(report, incident));
    part_put(object, "other_incidents", kin_part(report, incident));
    part_put(object, "input", input_part(report, incident));
    part_put(object, "recurrence", render_kin(&last->kin));
    part_put(object, "overview", said(say_overview, report, incident, lang));
    part_put(object, "playbook", playbook_part(last));
    part_put(object, "posts", posts_part(incident));
    part_put(object, "resolved", part_time(last->resolved_ms));
    part_put(object, "revision", part_count(last->revision));
    part_put(object, "scope", scope_part(incident));
    part_put(object, "severity", json_string(severity_name(last->severity)));
    part_put(object, "signals", part_signals(last->signals));
    part_put(object, "state", json_string(incident_state_name(last->state)));
    part_put(object, "timeline", timeline_part(incident));
    part_put(object, "timeline_left_out", part_count(incident->events_left_out));
    part_put(object, "title", part_text(facts_title(report, incident)));
    part_put(object, "why", why_part(facts_opening(incident)));
    return object;
}

void
report_json(FILE *out, const struct report *report, enum lang lang)
{
    json_t *object = json_object();
    json_t *incidents = json_array();
    size_t shown = report->incident_count < REPORT_INCIDENTS_MAX ? report->incident_count
                                                                 : REPORT_INCIDENTS_MAX;

    for (size_t i = 0; i < shown; i++) {
        part_push(incidents, incident_part(report, report->incidents[i], lang));
    }
    part_put(object, "incidents", incidents);
    part_put(object, "lang", json_string(say(lang, "es", "en")));
    part_put(object, "left_out", part_count(report->left_out + report->incident_count - shown));
    part_put(object, "schema", json_string("rebato/report/v1"));
    part_put(object, "source", source_part(&report->source));
    char *bytes = part_bytes(object);
    fputs(bytes, out);
    fputc('\n', out);
    free(bytes);
}
