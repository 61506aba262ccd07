#include "judge/judge.h"

#include "core/pages.h"
#include "judge/fold/life.h"

#include <assert.h>
#include <stdlib.h>

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)

static const uint32_t total_spans[] = { SPAN_1M, SPAN_10M, SPAN_1H, SPAN_24H };
static const uint32_t hour_span[] = { SPAN_1H };

void
judge_settings_init(struct judge_settings *settings)
{
    *settings = (struct judge_settings){
        .deployment = "",
        .learning_ms = 72 * HOUR_MS,
        .cool_after_ms = 10 * MINUTE_MS,
        .resolve_after_ms = HOUR_MS,
        .reopen_within_ms = 2 * HOUR_MS,
        .reopen_most_ms = 24 * HOUR_MS,
        .update_gap_ms = 30 * MINUTE_MS,
    };
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        settings->sensitivity[i] = SENSITIVITY_BALANCED;
        settings->severity[i] = SEVERITY_WARNING;
        if (signal_kind_of((enum signal)i) == SIGNAL_KIND_COMPLAINT) {
            settings->judged |= SIGNAL_BIT(i);
        }
    }
}

static int
thresholds_are_sane(const struct judge_settings *settings)
{
    for (size_t i = 0; i < settings->threshold_count; i++) {
        const struct judge_threshold *row = &settings->thresholds[i];
        int64_t buckets = row->threshold.window_ms / (BUCKET_SECONDS * INT64_C(1000));
        if (row->signal >= SIGNAL_COUNT || buckets < 1 || buckets > WINDOW_BUCKETS_MAX) {
            return 0;
        }
    }
    return 1;
}

static void
place_hour(struct brand_judge *judge, struct window *window, enum brand_ring ring)
{
    window_place(window, &(struct window_ring){ .filled = judge->rings.filled[ring],
                                 .counts = &judge->rings.hour[ring],
                                 .stride = BRAND_RINGS });
}

static void
place_windows(struct brand_judge *judge)
{
    struct brand_rings *rings = &judge->rings;

    window_place(&judge->total, &(struct window_ring){ rings->total_filled, rings->total, 1 });
    place_hour(judge, &judge->reposts, RING_REPOSTS);
    place_hour(judge, &judge->first_person, RING_FIRST_PERSON);
    place_hour(judge, &judge->late, RING_LATE);
    place_hour(judge, &judge->crowd.recent, RING_CROWD);
}

static void
init_windows(struct brand_judge *judge)
{
    window_init(&judge->total, total_spans, 4);
    window_init(&judge->reposts, hour_span, 1);
    window_init(&judge->first_person, hour_span, 1);
    window_init(&judge->late, hour_span, 1);
    authors_init(&judge->crowd, AUTHORS_FOR_EVER);
    place_windows(judge);
}

struct brand_judge *
brand_judge_create(const struct judge_settings *settings, const struct brand_settings *brand)
{
    assert(settings->deployment != NULL);
    assert(thresholds_are_sane(settings)); /* the rule files were checked where they were read */

    struct brand_judge *judge = pages_take(sizeof *judge);
    if (judge == NULL) {
        return NULL;
    }
    judge->settings = settings;
    judge->brand = brand;
    judge->next_due = UINT32_MAX;
    judge->life.previous_ms = TIME_NONE;
    judge->life.gap_reminded_ms = TIME_NONE;
    baseline_init(&judge->volume, 0);
    init_windows(judge);
    judge->threshold_since = calloc(settings->threshold_count + 1, sizeof(int64_t));
    if (judge->threshold_since == NULL) {
        brand_judge_destroy(&judge);
        return NULL;
    }
    for (size_t i = 0; i < settings->threshold_count; i++) {
        judge->threshold_since[i] = TIME_NONE;
    }
    return judge;
}

/* All that it holds but its own memory. */
static void
release(struct brand_judge *judge)
{
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        series_destroy(&judge->series[i]);
    }
    authors_fini(&judge->crowd);
    voices_fini(&judge->voices);
    free(judge->threshold_since);
}

void
brand_judge_destroy(struct brand_judge **judge)
{
    if (*judge == NULL) {
        return;
    }
    release(*judge);
    pages_give(*judge, sizeof **judge);
    *judge = NULL;
}

void
judge_take(struct brand_judge *judge, struct brand_judge **other)
{
    release(judge);
    *judge = **other;
    place_windows(judge);
    pages_give(*other, sizeof **other);
    *other = NULL;
}

struct moment
judge_moment(const struct brand_judge *judge, uint32_t bucket)
{
    struct moment moment = { .bucket = bucket, .step = judge->step };
    if (step_of(bucket) == judge->step) {
        moment.elapsed = (double)(bucket % STEP_BUCKETS + 1) / STEP_BUCKETS;
        moment.step_total = judge->step_total;
    }
    moment.total_10m = window_sum_at(&judge->total, bucket, SPAN_10M);
    moment.total_1h = window_sum_at(&judge->total, bucket, SPAN_1H);
    moment.reposts_1h = window_sum_at(&judge->reposts, bucket, SPAN_1H);
    return moment;
}

static int
ends_step(uint32_t bucket)
{
    return bucket % STEP_BUCKETS == STEP_BUCKETS - 1;
}

/* One bucket, in the order in which it is read: time passes, it is counted, judged, told. */
static void
turn(struct brand_judge *judge, const struct brand_bucket *in, struct event_sink *sink)
{
    struct findings findings = { 0 };

    judge_advance(judge, in->bucket);
    judge_count(judge, in);
    struct moment moment = judge_moment(judge, in->bucket);
    detect(judge, in, &moment, &findings);
    if (ends_step(in->bucket)) {
        judge_close_step(judge);
        moment = judge_moment(judge, in->bucket);
        detect_slow(judge, &moment, &findings);
    }
    life_turn(judge, &findings, in, &moment, sink);
    judge->next_due = judge_next_due(judge);
}

/* A rule that holds is looked at in every bucket: only so is "without a break" true. */
static int
waits_for_rule(const struct brand_judge *judge)
{
    for (size_t i = 0; i < judge->settings->threshold_count; i++) {
        if (judge->threshold_since[i] != TIME_NONE &&
                judge->settings->thresholds[i].threshold.for_ms > 0) {
            return 1;
        }
    }
    return 0;
}

/* Somebody complained in the open step: its end may tip the CUSUM. */
static int
step_may_tip(const struct brand_judge *judge)
{
    for (uint32_t left = judge->heard; left != 0; left &= left - 1) {
        if (judge->series[__builtin_ctz(left)]->open.counted > 0) {
            return 1;
        }
    }
    return life_is_live(&judge->life);
}

uint32_t
judge_next_due(const struct brand_judge *judge)
{
    uint32_t next = UINT32_MAX;
    int64_t due_ms = life_due_ms(judge);

    if (!judge->started) {
        return UINT32_MAX;
    }
    if (due_ms != INT64_MAX) {
        /* The first bucket that ends at this time or later. */
        next = bucket_of(due_ms + BUCKET_SECONDS * INT64_C(1000) - 1) - 1;
    }
    uint32_t step_end = judge->step * STEP_BUCKETS + STEP_BUCKETS - 1;
    if (step_may_tip(judge) && step_end < next) {
        next = step_end;
    }
    for (uint32_t left = judge->heard; left != 0; left &= left - 1) {
        const struct series *series = judge->series[__builtin_ctz(left)];
        if (series->recheck > judge->last_bucket && series->recheck < next) {
            next = series->recheck;
        }
    }
    if (next <= judge->last_bucket || waits_for_rule(judge)) {
        next = judge->last_bucket + 1;
    }
    return next;
}

uint32_t
brand_judge_next(const struct brand_judge *judge)
{
    return judge->next_due;
}

static int
is_empty(const struct brand_bucket *in)
{
    uint64_t posts = 0;

    if (in->total > 0 || in->late > 0 || in->official_count > 0 || in->first_person > 0 ||
            in->reposts > 0 || in->dim_count > 0) {
        return 0;
    }
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        posts += in->posts[i] + in->author_count[i];
    }
    return posts == 0;
}

size_t
brand_judge_fold(struct brand_judge *judge,
        const struct brand_bucket *in,
        struct judge_event events[JUDGE_EVENTS_MAX])
{
    struct event_sink sink = { .events = events };

    judge_fetch(judge, in);
    assert(!judge->started || in->bucket > judge->last_bucket);
    for (uint32_t due = brand_judge_next(judge); due < in->bucket; due = brand_judge_next(judge)) {
        turn(judge, &(struct brand_bucket){ .bucket = due }, &sink);
    }
    /* An empty bucket at which nothing is due leaves no trace, so that folding it or not is one. */
    if (!judge->started || !is_empty(in) || brand_judge_next(judge) == in->bucket) {
        turn(judge, in, &sink);
    }
    return sink.count;
}

const struct incident *
brand_judge_incident(const struct brand_judge *judge)
{
    const struct incident *incident = &judge->life.incident;
    if (life_is_live(&judge->life)) {
        return incident;
    }
    return life_may_return(judge, bucket_end_ms(judge->last_bucket)) ? incident : NULL;
}
