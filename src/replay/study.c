#include "replay/study.h"

#include "core/text/utf8.h"
#include "window/cell.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#define MINUTE_MS INT64_C(60000)
/* How long a chart goes on after the resolve. */
#define TAIL_MS (10 * MINUTE_MS)

struct study_brand {
    struct minutes *minutes;        /* NULL before its first fold */
    struct study_incident *current; /* whose chart goes on; NULL: none */
};

struct study {
    struct study_options options;
    struct study_brand *brands;
    struct study_incident *incidents[STUDY_INCIDENTS_MAX]; /* each malloc'd */
    size_t count;
    uint64_t left_out;
};

struct study *
study_create(const struct study_options *options)
{
    struct study *study = calloc(1, sizeof *study);

    assert(study != NULL);
    study->options = *options;
    study->brands = calloc(options->brand_count + 1, sizeof *study->brands);
    assert(study->brands != NULL);
    return study;
}

static void
incident_destroy(struct study_incident *incident)
{
    for (size_t i = 0; i < incident->event_count; i++) {
        free(incident->events[i].looks);
    }
    free(incident);
}

void
study_destroy(struct study **study)
{
    if (*study == NULL) {
        return;
    }
    for (size_t i = 0; i < (*study)->options.brand_count; i++) {
        minutes_destroy(&(*study)->brands[i].minutes);
    }
    for (size_t i = 0; i < (*study)->count; i++) {
        incident_destroy((*study)->incidents[i]);
    }
    free((*study)->brands);
    free(*study);
    *study = NULL;
}

/* ---- incidents ---- */

/* The newest are asked for. */
static struct study_incident *
find(const struct study *study, const char *id)
{
    for (size_t i = study->count; i-- > 0;) {
        if (strcmp(study->incidents[i]->last.id, id) == 0) {
            return study->incidents[i];
        }
    }
    return NULL;
}

static void
chart_minute(struct study *study, size_t brand, uint32_t minute)
{
    struct study_incident *incident = study->brands[brand].current;
    struct chart_point point;

    if (incident == NULL || !minutes_read(study->brands[brand].minutes, minute,
                                    incident->events[0].why.signal, &point)) {
        return;
    }
    if (incident->last.state == INCIDENT_RESOLVED &&
            point.start_ms > incident->last.resolved_ms + TAIL_MS) {
        return;
    }
    chart_add(&incident->chart, &point);
    if (point.start_ms + MINUTE_MS > incident->last.onset_ms) {
        incident->mentions += point.mentions;
        incident->replies += point.replies;
        incident->broadcasts += point.broadcasts;
    }
}

/* From some time before the onset up to the minute in hand. */
static void
chart_lead(struct study *study, const struct watched_fold *fold)
{
    const struct study_incident *incident = study->brands[fold->brand].current;

    if (incident == NULL) {
        return;
    }
    int64_t from_ms = incident->last.onset_ms - study->options.lead_ms;
    uint32_t now = (uint32_t)(bucket_start_ms(fold->in->bucket) / MINUTE_MS);
    uint32_t first = now > MINUTES_KEPT ? now - MINUTES_KEPT : 0;

    if (from_ms > first * MINUTE_MS) {
        first = (uint32_t)(from_ms / MINUTE_MS);
    }
    for (uint32_t minute = first; minute < now; minute++) {
        chart_minute(study, fold->brand, minute);
    }
}

static struct study_incident *
begin(struct study *study, const struct watched_fold *fold, const struct judge_event *event)
{
    const char *wanted = study->options.wanted;
    int is_wanted = wanted != NULL && strcmp(wanted, event->incident.id) == 0;

    /* The last place is for the one that was asked for. */
    if (study->count >= STUDY_INCIDENTS_MAX - (size_t)!is_wanted) {
        study->left_out += event->kind == EVENT_OPENED;
        return NULL;
    }
    struct study_incident *incident = calloc(1, sizeof *incident);
    assert(incident != NULL);
    incident->brand = fold->brand;
    incident->settings = *fold->settings;
    chart_init(&incident->chart);
    study->incidents[study->count++] = incident;
    return incident;
}

static void
look_closely(struct study_event *noted, const struct watched_fold *fold)
{
    noted->looks = calloc(LOOKS_MAX, sizeof *noted->looks);
    assert(noted->looks != NULL);
    for (uint32_t i = 0; i < LOOKS_MAX; i++) {
        struct study_look *look = &noted->looks[noted->look_count];
        look->subject = i;
        if (i == LOOK_ANYTHING || (noted->signals & SIGNAL_BIT(i)) != 0) {
            noted->look_count +=
                    (size_t)brand_judge_look(fold->judge, fold->in->bucket, i, &look->look);
        }
    }
}

/* The last event is always among those that are kept. */
static void
note_event(struct study_incident *incident,
        const struct watched_fold *fold,
        const struct judge_event *event)
{
    if (incident->event_count == STUDY_EVENTS_MAX) {
        incident->event_count--;
        incident->events_left_out++;
        free(incident->events[incident->event_count].looks);
    }
    struct study_event *noted = &incident->events[incident->event_count++];
    *noted = (struct study_event){ .kind = event->kind,
        .time_ms = event->time_ms,
        .severity = event->incident.severity,
        .state = event->incident.state,
        .revision = event->incident.revision,
        .signals = event->incident.signals,
        .why = event->incident.why,
        .shift = event->shift,
        .posts = event->incident.posts,
        .authors = event->incident.authors,
        .grade = event->incident.clock.grade,
        .reminders = event->incident.clock.reminders,
        .answered_ms = event->incident.clock.answered_ms };
    incident->last = event->incident;
    if (event->kind != EVENT_RESOLVED) {
        look_closely(noted, fold);
    }
}

static void
take_event(struct study *study, const struct watched_fold *fold, const struct judge_event *event)
{
    struct study_incident *incident = find(study, event->incident.id);
    int is_new = incident == NULL;

    if (is_new) {
        incident = begin(study, fold, event);
    }
    if (incident != NULL) {
        note_event(incident, fold, event);
    }
    if (is_new) {
        study->brands[fold->brand].current = incident;
        chart_lead(study, fold);
    }
}

/* ---- folds ---- */

struct minute_taker {
    struct study *study;
    size_t brand;
};

static void
take_minute(void *context, uint32_t minute)
{
    const struct minute_taker *taker = context;

    chart_minute(taker->study, taker->brand, minute);
}

void
study_watch(struct study *study, enum fold_phase phase, const struct watched_fold *fold)
{
    assert(fold->brand < study->options.brand_count);
    struct study_brand *brand = &study->brands[fold->brand];

    if (phase == FOLD_AFTER) {
        for (size_t i = 0; i < fold->event_count; i++) {
            take_event(study, fold, &fold->events[i]);
        }
        return;
    }
    if (brand->minutes == NULL) {
        brand->minutes = minutes_create();
        assert(brand->minutes != NULL);
    }
    struct minute_taker taker = { .study = study, .brand = fold->brand };
    minutes_pass(brand->minutes, fold->judge, fold->in->bucket, take_minute, &taker);
    minutes_add(brand->minutes, fold->in);
}

/* ---- posts ---- */

static void
copy_text(json_t *object, const char *name, char *out, size_t size)
{
    json_t *value = json_object_get(object, name);
    struct view text = { json_string_value(value), json_string_length(value) };
    struct view cut = text.at == NULL ? VIEW("") : utf8_cut(text, size - 1);

    memcpy(out, cut.at, cut.size);
    out[cut.size] = '\0';
}

static int
read_post(json_t *object, struct study_post *post)
{
    json_t *time = json_object_get(object, "time");
    json_int_t reach = json_integer_value(json_object_get(object, "reach"));

    copy_text(object, "id", post->id, sizeof post->id);
    copy_text(object, "lang", post->lang, sizeof post->lang);
    copy_text(object, "text", post->text, sizeof post->text);
    post->reach = reach < 0 ? 0 : (uint64_t)reach;
    post->time_ms = json_is_integer(time) ? json_integer_value(time) : TIME_NONE;
    return post->text[0] != '\0';
}

static void
keep_post(struct study_incident *incident, const struct study_post *post)
{
    size_t place = incident->post_count;

    for (size_t i = 0; i < incident->post_count; i++) {
        if (strcmp(incident->posts[i].text, post->text) == 0) {
            return; /* the same words again say nothing new */
        }
    }
    while (place > 0 && incident->posts[place - 1].reach < post->reach) {
        place--;
    }
    if (place == STUDY_POSTS_MAX) {
        return;
    }
    incident->post_count += incident->post_count < STUDY_POSTS_MAX;
    for (size_t i = incident->post_count - 1; i > place; i--) {
        incident->posts[i] = incident->posts[i - 1];
    }
    incident->posts[place] = *post;
}

void
study_payload(struct study *study, const struct judge_event *event, struct view payload)
{
    struct study_incident *incident = find(study, event->incident.id);

    if (incident == NULL || payload.size == 0) {
        return;
    }
    json_t *root = json_loadb(payload.at, payload.size, 0, NULL);
    json_t *alert = json_array_get(json_object_get(root, "alerts"), 0);
    json_t *top = json_object_get(json_object_get(alert, "crisis"), "top");
    for (size_t i = 0; i < json_array_size(top); i++) {
        struct study_post post;
        if (read_post(json_array_get(top, i), &post)) {
            keep_post(incident, &post);
        }
    }
    json_decref(root);
}

/* ---- what came of it ---- */

size_t
study_count(const struct study *study)
{
    return study->count;
}

const struct study_incident *
study_at(const struct study *study, size_t index)
{
    assert(index < study->count);
    return study->incidents[index];
}

uint64_t
study_left_out(const struct study *study)
{
    return study->left_out;
}
