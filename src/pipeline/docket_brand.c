#include "core/crash_point.h"
#include "pipeline/docket_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Events of one brand in one turn; a turn that would exceed it ends early and the next goes on. */
#define TURN_EVENTS_MAX 64
/* Posts shown in an alert; a payload has room for so many. */
#define EXEMPLARS_SHOWN (sizeof((struct render_context *)0)->exemplars / sizeof(struct view))

void
docket_forget_events(struct docket *docket, size_t from)
{
    for (size_t i = from; i < docket->event_count; i++) {
        free(docket->events[i].payload);
        free(docket->events[i].line);
    }
    docket->event_count = from;
}

static struct turn_event *
event_add(struct docket *docket)
{
    if (docket->event_count == docket->event_capacity) {
        size_t capacity = docket->event_capacity == 0 ? 16 : 2 * docket->event_capacity;
        struct turn_event *more = realloc(docket->events, capacity * sizeof *more);
        assert(more != NULL);
        docket->events = more;
        docket->event_capacity = capacity;
    }
    struct turn_event *event = &docket->events[docket->event_count++];
    *event = (struct turn_event){ .payload = NULL };
    return event;
}

void
docket_note_event(struct docket *docket,
        const struct docket_brand *brand,
        const struct page_slice *slice,
        const struct judge_event *event)
{
    struct turn_event *noted = event_add(docket);
    struct render_context context = { .rules = docket->options.rules,
        .brand = &brand->settings,
        .lang = docket->options.lang,
        .receiver = "",
        .external_url = docket->options.external_url,
        .sensitivity =
                sensitivity_name(docket->options.judge->sensitivity[event->incident.why.signal]),
        .lag_s = -1,
        .watermark_ms = event->time_ms };

    for (size_t i = 0; i < slice->exemplar_count && i < EXEMPLARS_SHOWN; i++) {
        context.exemplars[context.exemplar_count++] = slice->exemplars[i].json;
    }
    noted->event = *event;
    noted->payload = render_payload(event, &context);
    /* What is foreseen and not folded is no part of the log. */
    noted->notice_only = event->kind > EVENT_RESOLVED;
    if (!docket->options.transient && !noted->notice_only) {
        noted->line = render_log_line(event);
    }
    snprintf(noted->key, sizeof noted->key, "%s:%u:%s", event->incident.id,
            event->incident.revision, judge_event_name(event->kind));
}

/* Folds one bucket and remembers what is to be published of it once the commit has succeeded. */
static void
fold_bucket(struct docket *docket,
        struct docket_brand *brand,
        const struct page_slice *slice,
        uint32_t bucket)
{
    struct brand_bucket in;
    struct judge_event events[JUDGE_EVENTS_MAX];
    struct brand_status status;

    bucket_builder_build(docket->builder, bucket, &in);
    size_t count = brand_judge_fold(brand->judge, &in, events);
    for (size_t i = 0; i < count; i++) {
        docket_note_event(docket, brand, slice, &events[i]);
    }
    if (!docket->options.transient && (in.total > 0 || in.late > 0 || in.official_count > 0)) {
        brand_judge_status(brand->judge, bucket, &status);
        publish_list_add(docket->publish, bucket, &status);
    }
}

static uint32_t
next_bucket(const struct docket *docket, const struct docket_brand *brand)
{
    uint32_t filled = bucket_builder_next(docket->builder);
    uint32_t due = brand_judge_next(brand->judge);

    return filled < due ? filled : due;
}

/* A brand that nobody speaks of is watched too, or it would still be learning when its first crisis comes.
 * Its watch begins with the day on which anybody was spoken of first: a function of the log, and not of how
 * often turns are taken. */
static void
begin_watch(struct docket *docket, struct docket_brand *brand, const struct page_slice *slice)
{
    uint32_t first = brand->met != 0 ? brand->met : docket->first_bucket;
    uint32_t day = first - first % DAY_BUCKETS;

    if (brand->folded_through == 0 && day < next_bucket(docket, brand)) {
        fold_bucket(docket, brand, slice, day);
    }
}

/* Folds until `through`, or until the turn has its fill of events; returns how far it came. */
static uint32_t
fold_until(struct docket *docket,
        struct docket_brand *brand,
        const struct page_slice *slice,
        uint32_t through)
{
    size_t events_before = docket->event_count;

    bucket_builder_start(docket->builder, slice, brand->folded_through);
    begin_watch(docket, brand, slice);
    for (uint32_t bucket = next_bucket(docket, brand); bucket <= through;
            bucket = next_bucket(docket, brand)) {
        fold_bucket(docket, brand, slice, bucket);
        if (docket->event_count - events_before >= TURN_EVENTS_MAX) {
            return bucket;
        }
    }
    return through;
}

static struct view
save_state(struct docket *docket, const struct docket_brand *brand)
{
    size_t size = 0;

    if (!docket->options.transient || docket->options.on_state != NULL) {
        size = brand_judge_save(brand->judge, docket->state, docket->state_size);
    }
    if (size > docket->state_size) {
        char *more = realloc(docket->state, size);
        assert(more != NULL);
        docket->state = more;
        docket->state_size = size;
        size = brand_judge_save(brand->judge, docket->state, docket->state_size);
    }
    return (struct view){ .at = docket->state, .size = size };
}

enum ledger_outcome
docket_commit_brand(
        struct docket *docket, struct docket_brand *brand, uint32_t through, size_t first_event)
{
    char line[LEDGER_EARLY_SIZE_MAX];
    struct ledger_notice notices[TURN_EVENTS_MAX + JUDGE_EVENTS_MAX];
    struct ledger_line lines[TURN_EVENTS_MAX + JUDGE_EVENTS_MAX];
    size_t line_count = 0;
    size_t count = docket->event_count - first_event;

    assert(count <= sizeof notices / sizeof *notices);
    for (size_t i = 0; i < count; i++) {
        const struct turn_event *event = &docket->events[first_event + i];
        notices[i] = (struct ledger_notice){ .key = view_of(event->key),
            .json = view_of(event->payload) };
        if (event->line != NULL) {
            lines[line_count++] = (struct ledger_line){ .bucket = bucket_of(event->event.time_ms),
                .key = view_of(event->key),
                .json = view_of(event->line) };
        }
    }
    struct ledger_commit commit = { .brand = view_of(brand->settings.id),
        .before = brand->stored_through,
        .folded_through = through,
        .state = save_state(docket, brand),
        .early = docket_early_line(brand, line),
        .notices = notices,
        .notice_count = count,
        .lines = lines,
        .line_count = line_count };
    enum ledger_outcome outcome = ledger_commit(docket->reader, brand->shard, &commit);
    docket->notices_made += outcome == LEDGER_OK ? count : 0;
    if (outcome == LEDGER_OK && docket->options.on_state != NULL) {
        docket->options.on_state(docket->options.context, commit.brand, through, commit.state);
    }
    return outcome;
}

static size_t
cells_through(const struct page_slice *slice, uint32_t bucket)
{
    size_t count = 0;

    while (count < slice->cell_count && slice->cells[count].bucket <= bucket) {
        count++;
    }
    return count;
}

static void
show_cells(struct docket *docket,
        const struct docket_brand *brand,
        const struct page_slice *slice,
        uint32_t through)
{
    size_t count = cells_through(slice, through);

    if (docket->options.on_cells != NULL && count > 0) {
        docket->options.on_cells(
                docket->options.context, view_of(brand->settings.id), slice->cells, count);
    }
}

/* Only what this turn folded: the rest of the slice comes again, or has been here before. */
static void
show_brand(struct docket *docket, const struct docket_brand *brand, const struct publish_job *job)
{
    struct board *board = docket->options.board;
    struct brand_status status;

    if (board == NULL) {
        return;
    }
    brand_judge_status(brand->judge, job->through, &status);
    board_set_status(board, brand->number, &status);
    for (size_t i = 0; i < job->slice->cell_count; i++) {
        const struct ledger_cell *cell = &job->slice->cells[i];
        if (cell->kind == CELL_ON_TIME && cell->bucket > job->before &&
                cell->bucket <= job->through && view_equal(cell->dim, VIEW(DIM_TOTAL))) {
            board_add_bucket(board, brand->number, cell->bucket, cell->count);
        }
    }
}

static const enum ledger_series rollups[ROLLUP_COUNT] = { LEDGER_SERIES_5M, LEDGER_SERIES_1H };

int
docket_rollup_due(const struct docket_brand *brand, uint32_t through)
{
    for (size_t i = 0; i < ROLLUP_COUNT; i++) {
        if (brand->unrolled[i] != 0 &&
                publish_period_end(rollups[i], brand->unrolled[i]) <= through) {
            return 1;
        }
    }
    return 0;
}

/* Publishes the period that `brand` has open in each resolution once `bucket` lies beyond it. */
static enum ledger_outcome
roll_up(struct docket *docket, struct docket_brand *brand, uint32_t bucket)
{
    enum ledger_outcome outcome = LEDGER_OK;

    for (size_t i = 0; i < ROLLUP_COUNT && outcome == LEDGER_OK; i++) {
        if (brand->unrolled[i] == 0 ||
                publish_period_end(rollups[i], brand->unrolled[i]) >= bucket) {
            continue;
        }
        outcome = publish_rollup(
                docket->reader, view_of(brand->settings.id), rollups[i], brand->unrolled[i]);
        brand->unrolled[i] = 0;
    }
    return outcome;
}

/* What was open and is over by `bucket` is rolled up; the periods of `bucket` are open then. */
static enum ledger_outcome
open_periods(struct docket *docket, struct docket_brand *brand, uint32_t bucket)
{
    enum ledger_outcome outcome = roll_up(docket, brand, bucket);

    brand->unrolled[0] = bucket;
    brand->unrolled[1] = bucket;
    return outcome;
}

/* The same for the buckets of the cells in [from, to), one after the other. */
static enum ledger_outcome
open_periods_of(struct docket *docket,
        struct docket_brand *brand,
        const struct page_slice *slice,
        size_t from,
        size_t to)
{
    enum ledger_outcome outcome = LEDGER_OK;

    for (size_t i = from; i < to && outcome == LEDGER_OK; i++) {
        outcome = open_periods(docket, brand, slice->cells[i].bucket);
    }
    return outcome;
}

/* The periods of all buckets of a slice that are over; the last ones stay open. Leftovers of a judge before
 * us may be only a part of what it folded: the periods in which it stopped come behind them. */
static enum ledger_outcome
roll_up_slice(struct docket *docket, struct docket_brand *brand, const struct publish_job *job)
{
    size_t left = cells_through(job->slice, job->before);
    size_t end = cells_through(job->slice, job->through);
    enum ledger_outcome outcome = open_periods_of(docket, brand, job->slice, 0, left);

    if (outcome == LEDGER_OK && left > 0) {
        outcome = open_periods(docket, brand, job->before);
    }
    if (outcome == LEDGER_OK) {
        outcome = open_periods_of(docket, brand, job->slice, left, end);
    }
    return outcome == LEDGER_OK ? roll_up(docket, brand, job->through + 1) : outcome;
}

/* What dashboards read of the buckets in (before, reached] and of the events from `first_event` on. */
static enum ledger_outcome
publish_turn(struct docket *docket,
        struct docket_brand *brand,
        const struct publish_job *job,
        size_t first_event)
{
    enum ledger_outcome outcome = publish_brand(job, docket->publish, brand->judge);

    if (outcome == LEDGER_OK) {
        outcome = roll_up_slice(docket, brand, job);
    }
    for (size_t i = first_event; outcome == LEDGER_OK && i < docket->event_count; i++) {
        const struct turn_event *event = &docket->events[i];
        if (!event->notice_only) {
            outcome = publish_event(docket->reader, &event->event, view_of(event->payload));
        }
    }
    return outcome;
}

enum ledger_outcome
docket_judge_brand(struct docket *docket,
        struct docket_brand *brand,
        const struct page_slice *slice,
        uint32_t through)
{
    size_t first_event = docket->event_count;

    publish_list_clear(docket->publish);
    uint32_t reached = fold_until(docket, brand, slice, through);
    brand->next_due = brand_judge_next(brand->judge);
    docket_settle_early(docket, brand, reached, first_event);
    enum ledger_outcome outcome = docket_commit_brand(docket, brand, reached, first_event);
    if (outcome != LEDGER_OK) {
        docket_forget_events(docket, first_event);
        return outcome;
    }
    crash_point("folded");
    struct publish_job job = { .reader = docket->reader,
        .brand = view_of(brand->settings.id),
        .slice = slice,
        .before = brand->folded_through,
        .through = reached };
    docket->shards[brand->shard].more |= reached < through;
    brand->folded_through = reached;
    brand->stored_through = reached;
    if (!docket->options.transient) {
        outcome = publish_turn(docket, brand, &job, first_event);
    }
    show_cells(docket, brand, slice, reached);
    if (outcome == LEDGER_OK && !page_slice_is_empty(slice)) {
        crash_point("published");
        outcome = ledger_erase(docket->reader, brand->shard, job.brand, reached);
    }
    show_brand(docket, brand, &job);
    return outcome;
}
