/* What was committed of a brand, for everybody to see: in slices, so that the lease can be renewed in between. */
#include "core/process/crash_point.h"
#include "pipeline/docket/private.h"

#include <assert.h>

/* Entries of one slice: each waits for an answer of the ledger. */
#define SLICE_STEPS 16
/* Of a coarser series so many are made again at most: what is lost longer ago than that is a gap. */
#define PERIODS_MENDED 6

static const enum ledger_series rollups[ROLLUP_COUNT] = { LEDGER_SERIES_5M, LEDGER_SERIES_1H };

uint32_t
docket_next_due(const struct docket *docket, const struct docket_brand *brand)
{
    uint32_t due = brand_judge_next(brand->judge);

    for (size_t i = 0; i < ROLLUP_COUNT && !docket->options.transient; i++) {
        if (brand->unrolled[i] != 0 && publish_period_end(rollups[i], brand->unrolled[i]) < due) {
            due = publish_period_end(rollups[i], brand->unrolled[i]);
        }
    }
    if (brand->early.bucket != 0 && brand->early.bucket < due) {
        due = brand->early.bucket;
    }
    return due;
}

/* ---- 5 m and 1 h ---- */

static enum ledger_outcome
roll_up_one(struct docket *docket,
        struct docket_brand *brand,
        enum ledger_series series,
        uint32_t bucket)
{
    return publish_rollup(
            docket->reader, view_of(brand->settings.id), series, bucket, brand->last_ms);
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
        outcome = roll_up_one(docket, brand, rollups[i], brand->unrolled[i]);
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

/* The same for the bucket of the next cell, if it is not above `last`; else this stage is over. */
static enum ledger_outcome
open_next_periods(struct docket *docket, struct docket_brand *brand, uint32_t last)
{
    struct docket_case *hand = &docket->brand_case;

    if (hand->next == hand->slice.cell_count || hand->slice.cells[hand->next].bucket > last) {
        hand->stage++;
        return LEDGER_OK;
    }
    uint32_t bucket = hand->slice.cells[hand->next].bucket;
    while (hand->next < hand->slice.cell_count && hand->slice.cells[hand->next].bucket == bucket) {
        hand->next++;
    }
    return open_periods(docket, brand, bucket);
}

/* Leftovers of a judge before us may be only a part of what it folded: the periods in which it stopped come
 * behind them. */
static enum ledger_outcome
end_leftovers(struct docket *docket, struct docket_brand *brand)
{
    struct docket_case *hand = &docket->brand_case;
    enum ledger_outcome outcome = open_next_periods(docket, brand, hand->before);

    if (hand->stage == PUBLISH_PERIODS && hand->next > 0) {
        outcome = open_periods(docket, brand, hand->before);
    }
    return outcome;
}

/* The periods behind the newest entry that was left, made again of what they consist of. */
static enum ledger_outcome
mend_periods(struct docket *docket,
        struct docket_brand *brand,
        enum ledger_series series,
        uint32_t through)
{
    uint32_t most = PERIODS_MENDED * publish_period_buckets(series);
    uint32_t first = through > most ? through - most : 1;
    uint32_t left = bucket_of(brand->last_ms[series]);
    enum ledger_outcome outcome = LEDGER_OK;

    left = left > 0 ? publish_period_end(series, left) + 1 : 0;
    for (uint32_t bucket = left > first ? left : first;
            outcome == LEDGER_OK && publish_period_end(series, bucket) <= through;
            bucket = publish_period_end(series, bucket) + 1) {
        outcome = roll_up_one(docket, brand, series, bucket);
    }
    return outcome;
}

/* ---- in this process ---- */

static void
show_cells(struct docket *docket, const struct docket_brand *brand, uint32_t through)
{
    const struct page_slice *slice = &docket->brand_case.slice;
    size_t count = 0;

    while (count < slice->cell_count && slice->cells[count].bucket <= through) {
        count++;
    }
    if (docket->options.on_cells != NULL && count > 0) {
        docket->options.on_cells(
                docket->options.context, view_of(brand->settings.id), slice->cells, count);
    }
}

/* What a state can be asked of is where it stands. That is beyond the turn's end while a shard that lost its counts
 * counts again what was judged. */
static uint32_t
stands_at(const struct docket *docket, const struct docket_brand *brand, uint32_t through)
{
    uint32_t folded = docket_known(docket, brand)->folded_through;

    return folded > through ? folded : through;
}

/* Only what this turn folded: the rest of the slice comes again, or has been here before. */
static void
show_brand(struct docket *docket, const struct docket_brand *brand, uint32_t through)
{
    const struct docket_case *hand = &docket->brand_case;
    struct board *board = docket->options.board;
    struct brand_status status;

    if (board == NULL) {
        return;
    }
    size_t number = docket_board_number(docket, brand);
    if (number == SIZE_MAX) {
        return;
    }
    brand_judge_status(brand->judge, stands_at(docket, brand, through), &status);
    board_set_status(board, number, &status);
    for (size_t i = 0; i < hand->slice.cell_count; i++) {
        const struct ledger_cell *cell = &hand->slice.cells[i];
        if (cell->kind == CELL_ON_TIME && cell->bucket > hand->before && cell->bucket <= through &&
                view_equal(cell->dim, VIEW(DIM_TOTAL))) {
            board_add_bucket(board, number, cell->bucket, cell->count);
        }
    }
}

static void
show(struct docket *docket, const struct docket_brand *brand, uint32_t through)
{
    show_cells(docket, brand, through);
    show_brand(docket, brand, through);
    docket->brand_case.stage = docket->options.transient ? PUBLISH_DONE : PUBLISH_SERIES;
}

/* ---- after a load ---- */

/* Whoever looks finds how the brand stands, although everything may have been lost and nobody speaks of it now. */
static enum ledger_outcome
tell_how_it_stands(struct docket *docket,
        const struct docket_brand *brand,
        const struct shard_request *request)
{
    struct publish_job job = { .reader = docket->reader,
        .brand = view_of(brand->settings.id),
        .through = request->through,
        .stands = stands_at(docket, brand, request->through) };

    return request->through == 0 ? LEDGER_OK : publish_now(&job, brand->judge);
}

enum ledger_outcome
docket_mend(struct docket *docket, struct docket_brand *brand, const struct shard_request *request)
{
    if (docket->options.transient) {
        return LEDGER_OK;
    }
    enum ledger_outcome outcome = ledger_mend(docket->reader, brand->shard,
            view_of(brand->settings.id), request->through, brand->last_ms);
    for (size_t i = 0; i < ROLLUP_COUNT && outcome == LEDGER_OK; i++) {
        outcome = mend_periods(docket, brand, rollups[i], request->through);
    }
    return outcome == LEDGER_OK ? tell_how_it_stands(docket, brand, request) : outcome;
}

/* ---- slices ---- */

static enum ledger_outcome
publish_next_series(struct docket *docket, const struct publish_job *job)
{
    struct docket_case *hand = &docket->brand_case;

    if (publish_series_is_done(job, &hand->place)) {
        hand->stage = PUBLISH_NOW;
        return LEDGER_OK;
    }
    return publish_series(job, docket->publish, &hand->place);
}

static enum ledger_outcome
publish_next_event(struct docket *docket)
{
    struct docket_case *hand = &docket->brand_case;

    if (hand->next == docket->event_count) {
        hand->stage = PUBLISH_DONE;
        return LEDGER_OK;
    }
    const struct turn_event *event = &docket->events[hand->next++];
    if (event->notice_only) {
        return LEDGER_OK;
    }
    return publish_event(docket->reader, &event->event, view_of(event->payload));
}

static enum ledger_outcome
publish_step(struct docket *docket, struct docket_brand *brand, const struct publish_job *job)
{
    struct docket_case *hand = &docket->brand_case;

    switch (hand->stage) {
    case PUBLISH_SHOW:
        show(docket, brand, job->through);
        return LEDGER_OK;
    case PUBLISH_SERIES:
        return publish_next_series(docket, job);
    case PUBLISH_NOW:
        hand->stage = PUBLISH_TOP;
        return publish_now(job, brand->judge);
    case PUBLISH_TOP:
        hand->stage = PUBLISH_PERIODS_LEFT;
        return publish_top(job);
    case PUBLISH_PERIODS_LEFT:
        return end_leftovers(docket, brand);
    case PUBLISH_PERIODS:
        return open_next_periods(docket, brand, job->through);
    case PUBLISH_PERIODS_OVER:
        hand->stage = PUBLISH_EVENTS;
        hand->next = hand->event_first;
        return roll_up(docket, brand, job->through + 1);
    case PUBLISH_EVENTS:
        return publish_next_event(docket);
    case PUBLISH_DONE:
        break;
    }
    return LEDGER_OK;
}

enum ledger_outcome
docket_publish(struct docket *docket,
        struct docket_brand *brand,
        const struct shard_request *request,
        int *has_more)
{
    struct docket_case *hand = &docket->brand_case;
    struct publish_job job = { .reader = docket->reader,
        .brand = view_of(brand->settings.id),
        .slice = &hand->slice,
        .before = request->before,
        .through = request->through,
        .stands = stands_at(docket, brand, request->through),
        .last_ms = brand->last_ms };
    enum ledger_outcome outcome = LEDGER_OK;

    hand->before = request->before;
    for (int i = 0; i < SLICE_STEPS && outcome == LEDGER_OK && hand->stage != PUBLISH_DONE; i++) {
        outcome = publish_step(docket, brand, &job);
    }
    *has_more = hand->stage != PUBLISH_DONE;
    if (!*has_more) {
        crash_point("published");
    }
    return outcome;
}
