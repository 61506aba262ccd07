#include "pipeline/board.h"

#include "alert/render.h"
#include "core/text/calendar.h"
#include "window/cell.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define MINUTE_BUCKETS (60 / BUCKET_SECONDS)
#define SPARK_MINUTES  60
#define INCIDENTS_MAX  100

struct board_brand {
    struct brand_status status;
    uint32_t spark_minute;         /* the newest minute in the ring */
    uint64_t spark[SPARK_MINUTES]; /* mentions per minute, by minute % SPARK_MINUTES */
};

struct board {
    /* Shared, under the lock; only the judge's thread changes it, and may look without. */
    pthread_mutex_t lock;
    const struct rule_set *rules;
    struct board_brand *brands; /* by index in the set */
    size_t brand_count;
    struct judge_event incidents[INCIDENTS_MAX]; /* latest event of each, oldest first */
    size_t incident_count;
    int64_t watermark_ms;
};

static struct board_brand *
brands_create(size_t count)
{
    struct board_brand *brands = calloc(count + 1, sizeof *brands);

    for (size_t i = 0; brands != NULL && i < count; i++) {
        brands[i].status.grade = '-';
        brands[i].status.state = BRAND_LEARNING;
    }
    return brands;
}

struct board *
board_create(const struct rule_set *rules)
{
    struct board *board = calloc(1, sizeof *board);

    if (board == NULL) {
        return NULL;
    }
    board->rules = rules;
    board->brand_count = rule_set_brand_count(rules);
    board->brands = brands_create(board->brand_count);
    board->watermark_ms = INT64_MIN;
    if (board->brands == NULL || pthread_mutex_init(&board->lock, NULL) != 0) {
        free(board->brands);
        free(board);
        return NULL;
    }
    return board;
}

/* Readers see the one set or the other: memory is taken before the lock and given back after it. */
void
board_use_rules(
        struct board *board, const struct rule_set *rules, const struct rule_numbers *numbers)
{
    size_t count = rule_set_brand_count(rules);
    struct board_brand *before = board->brands;
    struct board_brand *brands = brands_create(count);

    assert(brands != NULL);
    for (size_t i = 0; i < count; i++) {
        size_t former = rule_set_find_brand(board->rules, rule_set_brand(rules, i)->id);
        if (former != SIZE_MAX) {
            brands[i] = before[former];
        }
    }
    pthread_mutex_lock(&board->lock);
    board->rules = rules;
    board->brands = brands;
    board->brand_count = count;
    for (size_t i = 0; i < board->incident_count; i++) {
        incident_renumber(&board->incidents[i].incident, numbers);
    }
    pthread_mutex_unlock(&board->lock);
    free(before);
}

void
board_destroy(struct board **board)
{
    if (*board == NULL) {
        return;
    }
    pthread_mutex_destroy(&(*board)->lock);
    free((*board)->brands);
    free(*board);
    *board = NULL;
}

void
board_set_status(struct board *board, size_t brand, const struct brand_status *status)
{
    assert(brand < board->brand_count);
    pthread_mutex_lock(&board->lock);
    board->brands[brand].status = *status;
    pthread_mutex_unlock(&board->lock);
}

void
board_add_bucket(struct board *board, size_t brand, uint32_t bucket, uint64_t total)
{
    assert(brand < board->brand_count);
    uint32_t minute = bucket / MINUTE_BUCKETS;
    struct board_brand *at = &board->brands[brand];

    pthread_mutex_lock(&board->lock);
    if (minute > at->spark_minute) {
        uint32_t gone = minute - at->spark_minute;
        for (uint32_t i = 0; i < SPARK_MINUTES && i < gone; i++) {
            at->spark[(minute - i) % SPARK_MINUTES] = 0;
        }
        at->spark_minute = minute;
    }
    if (at->spark_minute - minute < SPARK_MINUTES) {
        at->spark[minute % SPARK_MINUTES] += total;
    }
    pthread_mutex_unlock(&board->lock);
}

void
board_add_event(struct board *board, const struct judge_event *event)
{
    pthread_mutex_lock(&board->lock);
    size_t at = 0;
    while (at < board->incident_count &&
            strcmp(board->incidents[at].incident.id, event->incident.id) != 0) {
        at++;
    }
    if (at == INCIDENTS_MAX) {
        memmove(board->incidents, board->incidents + 1,
                (INCIDENTS_MAX - 1) * sizeof *board->incidents);
        board->incident_count--;
        at--;
    }
    board->incidents[at] = *event;
    if (at == board->incident_count) {
        board->incident_count++;
    }
    pthread_mutex_unlock(&board->lock);
}

void
board_set_watermark(struct board *board, int64_t watermark_ms)
{
    pthread_mutex_lock(&board->lock);
    if (watermark_ms > board->watermark_ms) {
        board->watermark_ms = watermark_ms;
    }
    pthread_mutex_unlock(&board->lock);
}

/* ---- as JSON ---- */

static json_t *
text_json(struct view text)
{
    return json_stringn(text.at == NULL ? "" : text.at, text.size);
}

static json_t *
time_json(int64_t time_ms)
{
    char text[CALENDAR_TEXT_SIZE];

    return time_ms == INT64_MIN ? json_null() : json_string(calendar_print(time_ms, text));
}

/* The hour up to `newest`, minute by minute: a brand that nobody speaks of any more has a flat line. */
static json_t *
spark_json(const struct board_brand *brand, uint32_t newest)
{
    json_t *list = json_array();

    for (uint32_t minute = newest + 1 - SPARK_MINUTES; minute <= newest; minute++) {
        int known = minute <= brand->spark_minute && brand->spark_minute - minute < SPARK_MINUTES;
        uint64_t count = known ? brand->spark[minute % SPARK_MINUTES] : 0;
        json_array_append_new(list, json_integer((json_int_t)count));
    }
    return list;
}

/* The minute that the page's right edge stands for. */
static uint32_t
newest_minute(const struct board *board, const struct board_brand *brand)
{
    uint32_t reached =
            board->watermark_ms <= 0 ? 0 : bucket_of(board->watermark_ms) / MINUTE_BUCKETS;

    return reached > brand->spark_minute ? reached : brand->spark_minute;
}

static json_t *
brand_json(const struct board *board, size_t index)
{
    const struct board_brand *at = &board->brands[index];
    const struct brand *brand = rule_set_brand(board->rules, index);
    const struct brand_status *status = &at->status;
    char grade[2] = { status->grade, '\0' };
    json_t *json = json_object();

    json_object_set_new(json, "id", text_json(brand->id));
    json_object_set_new(json, "title", text_json(brand->title));
    json_object_set_new(json, "state", json_string(brand_state_name(status->state)));
    json_object_set_new(json, "severity", json_string(severity_name(status->severity)));
    json_object_set_new(json, "count_1m", json_integer((json_int_t)status->count_1m));
    json_object_set_new(json, "count_10m", json_integer((json_int_t)status->count_10m));
    json_object_set_new(json, "count_1h", json_integer((json_int_t)status->count_1h));
    json_object_set_new(json, "count_24h", json_integer((json_int_t)status->count_24h));
    json_object_set_new(json, "authors_10m", json_integer((json_int_t)status->authors_10m));
    json_object_set_new(json, "expected_10m", json_real(status->expected_10m));
    json_object_set_new(json, "ratio", json_real(status->ratio));
    json_object_set_new(json, "silence_s", json_integer(status->silence_ms / 1000));
    json_object_set_new(json, "grade", json_string(grade));
    json_object_set_new(json, "incident", json_string(status->incident));
    json_object_set_new(json, "spark", spark_json(at, newest_minute(board, at)));
    return json;
}

static char *
dump(json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(6));

    json_decref(json);
    return text;
}

char *
board_brands_json(struct board *board)
{
    json_t *json = json_object();
    json_t *list = json_array();

    pthread_mutex_lock(&board->lock);
    for (size_t i = 0; i < board->brand_count; i++) {
        /* Brands that nobody has spoken of yet would only be noise on the page. */
        if (board->brands[i].spark_minute != 0) {
            json_array_append_new(list, brand_json(board, i));
        }
    }
    json_object_set_new(json, "watermark", time_json(board->watermark_ms));
    pthread_mutex_unlock(&board->lock);
    json_object_set_new(json, "brands", list);
    return dump(json);
}

static json_t *
playbook_json(const struct incident *incident)
{
    json_t *done = json_array();
    json_t *pending = json_array();

    for (size_t i = 0; i < PLAYBOOK_COUNT; i++) {
        json_t *list = incident->playbook[i].time_ms == TIME_NONE ? pending : done;
        json_array_append_new(list, json_string(playbook_step_name((enum playbook_step)i)));
    }
    return json_pack("{s:o,s:o}", "done", done, "pending", pending);
}

static json_t *
signals_json(signal_set signals)
{
    json_t *list = json_array();

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((signals & SIGNAL_BIT(i)) != 0) {
            json_array_append_new(list, json_string(signal_name((enum signal)i)));
        }
    }
    return list;
}

/* null: the brand was never heard to answer anybody about what is wrong. */
static json_t *
replies_json(const struct incident_replies *replies)
{
    return !replies->heard
                   ? json_null()
                   : json_pack("{s:b,s:I,s:I}", "at_least", replies->more != 0, "different",
                             (json_int_t)replies->different, "naming", (json_int_t)replies->count);
}

static json_t *
incident_json(const struct board *board, const struct judge_event *event)
{
    const struct incident *incident = &event->incident;
    struct render_context context = { .rules = board->rules, .receiver = "", .external_url = "" };
    char grade[2] = { incident->clock.grade, '\0' };
    char *summary = render_summary(event, &context);
    json_t *json = json_object();

    json_object_set_new(json, "id", json_string(incident->id));
    json_object_set_new(json, "brand", json_string(incident->brand));
    json_object_set_new(json, "state", json_string(incident_state_name(incident->state)));
    json_object_set_new(json, "severity", json_string(severity_name(incident->severity)));
    json_object_set_new(json, "coordinated", json_boolean(incident->coordinated));
    json_object_set_new(json, "signals", signals_json(incident->signals));
    json_object_set_new(json, "onset", time_json(incident->onset_ms));
    json_object_set_new(json, "opened", time_json(incident->opened_ms));
    json_object_set_new(json, "resolved", time_json(incident->resolved_ms));
    json_object_set_new(json, "answered", time_json(incident->clock.answered_ms));
    json_object_set_new(json, "grade", json_string(grade));
    json_object_set_new(json, "posts", json_integer((json_int_t)incident->posts));
    json_object_set_new(json, "authors", json_integer((json_int_t)incident->authors));
    json_object_set_new(json, "replies", replies_json(&incident->replies));
    json_object_set_new(json, "playbook", playbook_json(incident));
    json_object_set_new(json, "summary", json_string(summary));
    free(summary);
    return json;
}

char *
board_incidents_json(struct board *board)
{
    json_t *list = json_array();

    pthread_mutex_lock(&board->lock);
    for (size_t i = board->incident_count; i > 0; i--) {
        json_array_append_new(list, incident_json(board, &board->incidents[i - 1]));
    }
    pthread_mutex_unlock(&board->lock);
    return dump(json_pack("{s:o}", "incidents", list));
}

char *
board_metrics(struct board *board)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    fputs("# HELP rebato_window_posts Mentions of the brand in the last 10 minutes.\n"
          "# TYPE rebato_window_posts gauge\n",
            out);
    pthread_mutex_lock(&board->lock);
    for (size_t i = 0; i < board->brand_count; i++) {
        struct view id = rule_set_brand(board->rules, i)->id;
        fprintf(out, "rebato_window_posts{brand=\"%.*s\"} %" PRIu64 "\n", (int)id.size, id.at,
                board->brands[i].status.count_10m);
    }
    fputs("# HELP rebato_silence_seconds How long people have waited for a public answer.\n"
          "# TYPE rebato_silence_seconds gauge\n",
            out);
    for (size_t i = 0; i < board->brand_count; i++) {
        struct view id = rule_set_brand(board->rules, i)->id;
        fprintf(out, "rebato_silence_seconds{brand=\"%.*s\"} %" PRId64 "\n", (int)id.size, id.at,
                board->brands[i].status.silence_ms / 1000);
    }
    pthread_mutex_unlock(&board->lock);
    fclose(out);
    return text;
}
