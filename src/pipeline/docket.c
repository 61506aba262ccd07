#include "pipeline/docket.h"

#include "core/crash_point.h"
#include "core/log.h"
#include "judge/foresee.h"
#include "pipeline/docket_private.h"

#include <stdlib.h>

/* A third of the key's life, so that one lost write does not look like a dead process. */
#define HEARTBEAT_MS (10 * INT64_C(1000))
/* Undelivered notices looked at in one go; the rest waits in the ledger. */
#define NOTICES_PER_LOOK 64

struct docket *
docket_create(const struct docket_options *options)
{
    struct docket *docket = calloc(1, sizeof *docket);

    if (docket == NULL) {
        return NULL;
    }
    docket->options = *options;
    docket->shard_count = ledger_shard_count(options->ledger);
    docket->reader = ledger_reader_create(options->ledger);
    docket->builder = bucket_builder_create();
    docket->publish = publish_list_create();
    docket->foresight = foresight_create();
    if (!docket_sort_brands(docket) || docket->reader == NULL || docket->builder == NULL ||
            docket->publish == NULL || docket->foresight == NULL) {
        docket_destroy(&docket);
    }
    return docket;
}

/* The brands of a shard, in rising order of their ids. */
static struct docket_brand *
brands_of(const struct docket *docket, uint32_t shard)
{
    return docket->brands + docket->shards[shard].brand_first;
}

void
docket_forget_shard(struct docket *docket, uint32_t shard)
{
    docket->shards[shard].ours = 0;
    docket->shards[shard].judged = 0;
    docket->shards[shard].more = 0;
    for (size_t i = 0; i < docket->shards[shard].brand_count; i++) {
        brand_judge_destroy(&brands_of(docket, shard)[i].judge);
    }
}

void
docket_destroy(struct docket **docket)
{
    if (*docket == NULL) {
        return;
    }
    for (uint32_t shard = 0; shard < (*docket)->shard_count && (*docket)->brands; shard++) {
        docket_forget_shard(*docket, shard);
    }
    docket_forget_events(*docket, 0);
    ledger_reader_destroy(&(*docket)->reader);
    bucket_builder_destroy(&(*docket)->builder);
    publish_list_destroy(&(*docket)->publish);
    foresight_destroy(&(*docket)->foresight);
    free((*docket)->brands);
    free((*docket)->events);
    free((*docket)->state);
    free(*docket);
    *docket = NULL;
}

/* ---- taking a shard ---- */

/* What is kept elsewhere of a brand that the ledger does not know: after it has lost everything. */
static void
find_state(const struct docket *docket, struct view brand, struct ledger_state *stored)
{
    struct ledger_state kept = { .folded_through = 0 };

    if (docket->options.find_state != NULL && docket->options.find_state(docket->options.context,
                                                      brand, &kept.folded_through, &kept.state)) {
        *stored = kept;
    }
}

enum ledger_outcome
docket_load_brand(struct docket *docket, struct docket_brand *brand)
{
    struct view id = view_of(brand->settings.id);
    struct ledger_state stored;
    enum ledger_outcome outcome = ledger_load(docket->reader, brand->shard, id, &stored);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    brand->stored_through = stored.folded_through;
    if (stored.folded_through == 0) {
        find_state(docket, id, &stored);
    }
    brand_judge_destroy(&brand->judge);
    brand->judge = brand_judge_create(docket->options.judge, &brand->settings);
    if (brand->judge == NULL) {
        return LEDGER_AWAY;
    }
    brand->folded_through = stored.folded_through;
    docket_early_parse(brand, stored.early);
    brand->open_seen = 0;
    /* Of a deployment that has a past, new brands are watched from the day on which they are met. */
    if (docket->first_bucket == 0) {
        docket->first_bucket = stored.folded_through;
    }
    /* The former judge may have stopped before its last periods ended. */
    brand->unrolled[0] = stored.folded_through;
    brand->unrolled[1] = stored.folded_through;
    if (stored.state.size > 0 &&
            !brand_judge_load(brand->judge, stored.state.at, stored.state.size)) {
        log_event(LOG_WARN, "state_of_another_version", "brand=%s advice=%s", brand->settings.id,
                "the brand learns anew");
    }
    brand->next_due = brand_judge_next(brand->judge);
    return LEDGER_OK;
}

static enum ledger_outcome
load_shard(struct docket *docket, uint32_t shard)
{
    for (size_t i = 0; i < docket->shards[shard].brand_count; i++) {
        enum ledger_outcome outcome = docket_load_brand(docket, &brands_of(docket, shard)[i]);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
    }
    return LEDGER_OK;
}

static enum ledger_outcome
take_lease(struct docket *docket, uint32_t shard, int64_t wall_ms)
{
    struct docket_shard *held = &docket->shards[shard];
    int fresh = 0;
    enum ledger_outcome outcome =
            ledger_lease(docket->reader, shard, wall_ms, docket->options.lease_ms, &fresh);

    if (outcome != LEDGER_OK) {
        docket_forget_shard(docket, shard);
        return outcome;
    }
    if (fresh || !held->ours) {
        outcome = load_shard(docket, shard);
        if (outcome != LEDGER_OK) {
            docket_forget_shard(docket, shard);
            return outcome;
        }
        held->ours = 1;
        if (docket->options.on_shard != NULL) {
            docket->options.on_shard(docket->options.context, shard);
        }
    }
    return LEDGER_OK;
}

/* ---- one shard ---- */

/* How far this shard can be closed: every partition has to be past the bucket by the allowance. When all
 * are idle the data itself is closed, and in a live stream time goes on with the wall clock. */
static uint32_t
closable(const struct docket *docket, const struct ledger_progress *progress, int64_t wall_ms)
{
    int64_t allow_ms = docket->options.allow_ms;

    if (progress->latest_ms == INT64_MIN || progress->watermark_ms == INT64_MIN) {
        return 0;
    }
    if (progress->watermark_ms != INT64_MAX) {
        int64_t safe_ms = progress->watermark_ms - allow_ms;
        return safe_ms <= 0 ? 0 : bucket_of(safe_ms) - 1;
    }
    if (wall_ms - progress->latest_ms < DOCKET_BACKFILL_MS &&
            wall_ms - allow_ms > bucket_start_ms(bucket_of(progress->latest_ms) + 1)) {
        return bucket_of(wall_ms - allow_ms) - 1;
    }
    return bucket_of(progress->latest_ms);
}

/* What is closed in one turn depends on when it is taken, but what was spoken of first does not: nothing that
 * is closed later can lie before it. */
static void
note_first_bucket(struct docket *docket, const struct ledger_page *page)
{
    uint32_t first = UINT32_MAX;

    for (size_t i = 0; i < page->cell_count; i++) {
        if (page->cells[i].bucket < first) {
            first = page->cells[i].bucket;
        }
    }
    if (docket->first_bucket == 0 && page->cell_count > 0) {
        docket->first_bucket = first;
    }
}

/* What a judge before us folded last of all may be left to publish: then there is a slice, and nothing to
 * fold. */
static int
is_due(const struct docket_brand *brand, const struct page_slice *slice, uint32_t through)
{
    if (brand->folded_through >= through) {
        return brand->folded_through == through && !page_slice_is_empty(slice);
    }
    int unsettled = brand->early.bucket != 0 && brand->early.bucket <= through;

    return !page_slice_is_empty(slice) || brand->folded_through == 0 || unsettled ||
           brand->next_due <= through || docket_rollup_due(brand, through);
}

static enum ledger_outcome
judge_brands(
        struct docket *docket, uint32_t shard, const struct ledger_page *page, uint32_t through)
{
    struct page_walk walk;
    enum ledger_outcome outcome = LEDGER_OK;

    page_walk_start(&walk, page);
    for (size_t i = 0; outcome == LEDGER_OK && i < docket->shards[shard].brand_count; i++) {
        struct docket_brand *brand = &brands_of(docket, shard)[i];
        struct page_slice slice = page_walk_take(&walk, view_of(brand->settings.id));
        if (is_due(brand, &slice, through)) {
            outcome = docket_judge_brand(docket, brand, &slice, through);
        }
    }
    /* Somebody has folded this brand meanwhile: what we remember of it is not what is stored. */
    return outcome == LEDGER_CLASH ? LEDGER_LOST : outcome;
}

/* Once a day, and when the shard is new to us. A day on which it fails is no harm. */
static void
tidy_lines(struct docket *docket, uint32_t shard, uint32_t through)
{
    uint32_t day = through / DAY_BUCKETS;

    if (!docket->options.transient && docket->shards[shard].tidied != day) {
        docket->shards[shard].tidied = day;
        (void)ledger_forget_lines(docket->reader, shard, through);
    }
}

static enum ledger_outcome
judge_shard(struct docket *docket, uint32_t shard, uint32_t through)
{
    struct ledger_page page;
    enum ledger_outcome outcome = ledger_read(docket->reader, shard, through, &page);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    if (docket->options.on_lapses != NULL) {
        docket->options.on_lapses(docket->options.context, shard, page.lapses, page.lapse_count);
    }
    note_first_bucket(docket, &page);
    docket->shards[shard].more = 0;
    if (docket->first_bucket != 0) {
        outcome = judge_brands(docket, shard, &page, through);
    }
    if (outcome == LEDGER_OK && !docket->shards[shard].more) {
        docket->shards[shard].judged = through;
        tidy_lines(docket, shard, through);
    }
    return outcome;
}

static enum ledger_outcome
turn_shard(struct docket *docket, uint32_t shard, int64_t wall_ms)
{
    struct ledger_progress progress;
    enum ledger_outcome outcome = ledger_progress(docket->reader, shard, &progress);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    uint32_t through = closable(docket, &progress, wall_ms);
    docket->shards[shard].closed = progress.closed;
    docket->shards[shard].latest_ms = progress.latest_ms;
    if (through > progress.closed) {
        outcome = ledger_close(docket->reader, shard, through, progress.watermark_ms);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
        docket->shards[shard].closed = through;
        crash_point("closed");
    }
    if (docket->shards[shard].closed <= docket->shards[shard].judged) {
        return LEDGER_OK;
    }
    if (docket->options.board != NULL) {
        board_set_watermark(docket->options.board, progress.latest_ms);
    }
    return judge_shard(docket, shard, docket->shards[shard].closed);
}

/* ---- a turn ---- */

static int
compare_events(const void *a, const void *b)
{
    const struct judge_event *x = &((const struct turn_event *)a)->event;
    const struct judge_event *y = &((const struct turn_event *)b)->event;

    if (x->time_ms != y->time_ms) {
        return x->time_ms < y->time_ms ? -1 : 1;
    }
    int order = strcmp(x->incident.brand, y->incident.brand);
    if (order != 0) {
        return order;
    }
    return (x->incident.revision > y->incident.revision) -
           (x->incident.revision < y->incident.revision);
}

static void
tell_events(struct docket *docket)
{
    if (docket->event_count > 1) {
        qsort(docket->events, docket->event_count, sizeof *docket->events, compare_events);
    }
    for (size_t i = 0; i < docket->event_count; i++) {
        const struct turn_event *event = &docket->events[i];
        if (event->notice_only) {
            continue;
        }
        if (docket->options.board != NULL) {
            board_add_event(docket->options.board, &event->event);
        }
        if (docket->options.on_event != NULL) {
            docket->options.on_event(
                    docket->options.context, &event->event, view_of(event->payload));
        }
    }
    docket_forget_events(docket, 0);
}

/* A shard that is somebody else's is no trouble, and neither is a partition that has woken while we closed;
 * anything else ends the shard's part of the turn. */
static enum ledger_outcome
settle(struct docket *docket, uint32_t shard, enum ledger_outcome outcome)
{
    if (outcome == LEDGER_OK) {
        return LEDGER_OK;
    }
    if (outcome != LEDGER_CLASH) {
        docket_forget_shard(docket, shard);
    }
    return outcome == LEDGER_LOST || outcome == LEDGER_CLASH ? LEDGER_OK : outcome;
}

/* Tells whoever watches Redis that this process lives. */
static void
show_instance(struct docket *docket, int64_t wall_ms)
{
    struct ledger_field field = { .name = VIEW("state"), .value = VIEW("running") };

    if (docket->options.instance == NULL || wall_ms - docket->instance_ms < HEARTBEAT_MS) {
        return;
    }
    if (ledger_publish_instance(docket->reader, view_of(docket->options.instance), &field, 1) ==
            LEDGER_OK) {
        docket->instance_ms = wall_ms;
    }
}

/* Often enough for people, not so often as turns: it reads all that is open. */
static int
is_time_to_look_ahead(struct docket *docket, int64_t wall_ms)
{
    if (docket->options.early_ms <= 0 || docket->options.transient ||
            wall_ms - docket->looked_ahead_ms < docket->options.early_ms) {
        return 0;
    }
    docket->looked_ahead_ms = wall_ms;
    return 1;
}

enum ledger_outcome
docket_turn(struct docket *docket, int64_t wall_ms)
{
    enum ledger_outcome worst = LEDGER_OK;
    int ahead = is_time_to_look_ahead(docket, wall_ms);

    show_instance(docket, wall_ms);

    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        enum ledger_outcome outcome = take_lease(docket, shard, wall_ms);
        if (outcome == LEDGER_OK) {
            outcome = turn_shard(docket, shard, wall_ms);
        }
        if (outcome == LEDGER_OK && ahead) {
            outcome = docket_look_ahead(docket, shard, wall_ms);
        }
        outcome = settle(docket, shard, outcome);
        if (outcome != LEDGER_OK) {
            worst = outcome;
        }
    }
    tell_events(docket);
    return worst;
}

enum ledger_outcome
docket_advance(struct docket *docket, uint32_t bucket)
{
    enum ledger_outcome worst = LEDGER_OK;

    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        if (!docket->shards[shard].ours || bucket <= docket->shards[shard].closed) {
            continue;
        }
        enum ledger_outcome outcome = ledger_close(docket->reader, shard, bucket, INT64_MAX);
        if (outcome == LEDGER_OK) {
            docket->shards[shard].closed = bucket;
            outcome = judge_shard(docket, shard, bucket);
        }
        outcome = settle(docket, shard, outcome);
        worst = outcome == LEDGER_OK ? worst : outcome;
    }
    tell_events(docket);
    return worst;
}

int
docket_is_behind(const struct docket *docket)
{
    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        if (docket->shards[shard].ours &&
                docket->shards[shard].judged < docket->shards[shard].closed) {
            return 1;
        }
    }
    return 0;
}

uint64_t
docket_notices_made(const struct docket *docket)
{
    return docket->notices_made;
}

void
docket_release(struct docket *docket)
{
    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        if (docket->shards[shard].ours) {
            ledger_unlease(docket->reader, shard);
            docket_forget_shard(docket, shard);
        }
    }
}

uint32_t
docket_closed(const struct docket *docket)
{
    uint32_t closed = 0;

    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        if (docket->shards[shard].closed > closed) {
            closed = docket->shards[shard].closed;
        }
    }
    return closed;
}

void
docket_each_notice(struct docket *docket,
        void (*take)(void *context, uint32_t shard, const struct ledger_notice *notice),
        void *context)
{
    struct ledger_notice notices[NOTICES_PER_LOOK];

    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        size_t count = 0;
        if (!docket->shards[shard].ours || ledger_outbox(docket->reader, shard, notices,
                                                   NOTICES_PER_LOOK, &count) != LEDGER_OK) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            take(context, shard, &notices[i]);
        }
    }
}

int
docket_delivered(struct docket *docket, uint32_t shard, struct view key)
{
    return ledger_delivered(docket->reader, shard, key) == LEDGER_OK;
}
