/*
 * The open buckets: what would open an incident if they closed as they are is told before they close.
 *
 * The notice goes out through the outbox, under the id that the close will give the incident, and a line
 * beside the brand's state says that it did. The fold that gets there settles it: an incident with that id,
 * or a withdrawal. Nothing of this is in the incident log, which only knows what is closed.
 */
#include "judge/foresee.h"
#include "pipeline/docket/private.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* The line's first word; the line goes on behind it. */
static struct view
take_word(struct view *line)
{
    size_t end = 0;

    while (end < line->size && line->at[end] != ' ') {
        end++;
    }
    struct view word = view_slice(*line, 0, end);
    *line = view_slice(*line, end < line->size ? end + 1 : end, line->size);
    return word;
}

static int
take_u32(struct view *line, uint32_t *number)
{
    uint64_t wide = 0;
    int good = view_to_u64(take_word(line), &wide) && wide <= UINT32_MAX;

    *number = good ? (uint32_t)wide : 0;
    return good;
}

/* "<id> <bucket> <signals>" */
void
docket_early_parse(struct docket_brand *brand, struct view line)
{
    struct early_told told = { .bucket = 0 };
    struct view id = take_word(&line);
    int whole = id.size == INCIDENT_ID_SIZE - 1 && view_copy(id, told.id, sizeof told.id) &&
                take_u32(&line, &told.bucket) && take_u32(&line, &told.signals);

    /* A line that nobody understands is about nothing that could be settled. */
    brand->early = whole ? told : (struct early_told){ .bucket = 0 };
}

struct view
docket_early_line(const struct docket_brand *brand, char line[LEDGER_EARLY_SIZE_MAX])
{
    if (brand->early.bucket == 0) {
        return (struct view){ 0 };
    }
    snprintf(line, LEDGER_EARLY_SIZE_MAX, "%s %" PRIu32 " %" PRIu32, brand->early.id,
            brand->early.bucket, brand->early.signals);
    return view_of(line);
}

/* ---- settling ---- */

static int
is_confirmed(const struct docket *docket, const struct docket_brand *brand, size_t first_event)
{
    for (size_t i = first_event; i < docket->event_count; i++) {
        if (strcmp(docket->events[i].event.incident.id, brand->early.id) == 0) {
            return 1;
        }
    }
    return 0;
}

/* All that is left of an incident that was none. */
static struct judge_event
withdrawal(const struct docket_brand *brand)
{
    int64_t time_ms = bucket_start_ms(brand->early.bucket + 1);
    struct judge_event event = { .kind = EVENT_WITHDRAWN,
        .time_ms = time_ms,
        .incident = { .state = INCIDENT_CALM,
                .severity = SEVERITY_INFO,
                .revision = 1,
                .signals = brand->early.signals,
                .onset_ms = time_ms,
                .opened_ms = time_ms,
                .updated_ms = time_ms,
                .resolved_ms = time_ms,
                .peak_ms = time_ms,
                .why = { .rule = UINT32_MAX },
                .clock = {
                        .answered_ms = TIME_NONE, .last_official_ms = TIME_NONE, .grade = '-' } } };

    for (size_t i = 0; i < PLAYBOOK_COUNT; i++) {
        event.incident.playbook[i].time_ms = TIME_NONE;
    }
    view_copy(view_of(brand->early.id), event.incident.id, sizeof event.incident.id);
    view_copy(view_of(brand->settings.id), event.incident.brand, sizeof event.incident.brand);
    return event;
}

void
docket_settle_early(
        struct docket *docket, struct docket_brand *brand, uint32_t reached, size_t first_event)
{
    static const struct page_slice nothing;

    if (brand->early.bucket == 0) {
        return;
    }
    if (is_confirmed(docket, brand, first_event)) {
        brand->early.bucket = 0;
    } else if (reached >= brand->early.bucket) {
        struct judge_event event = withdrawal(brand);
        docket_note_event(docket, brand, &nothing, &event);
        brand->early.bucket = 0;
    }
}

/* ---- looking ahead ---- */

static void
count_open(uint32_t folded_through, const struct page_slice *slice, struct open_counts *open)
{
    static const size_t prefix = sizeof DIM_SIGNAL - 1;

    *open = (struct open_counts){ 0 };
    for (size_t i = 0; i < slice->cell_count; i++) {
        const struct ledger_cell *cell = &slice->cells[i];
        if (cell->bucket > folded_through && cell->kind == CELL_ON_TIME &&
                view_starts(cell->dim, VIEW(DIM_SIGNAL))) {
            enum signal signal = signal_find(view_slice(cell->dim, prefix, cell->dim.size));
            open->posts[signal] += cell->count;
        }
    }
    for (size_t i = 0; i < slice->author_count; i++) {
        const struct ledger_author *author = &slice->authors[i];
        if (author->bucket > folded_through && view_starts(author->dim, VIEW(DIM_SIGNAL))) {
            enum signal signal = signal_find(view_slice(author->dim, prefix, author->dim.size));
            open->authors[signal]++;
        }
    }
}

static uint64_t
sum_of(const struct open_counts *open)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        sum += open->posts[i] + open->authors[i];
    }
    return sum;
}

static int
foresee_brand(struct docket *docket,
        const struct docket_brand *brand,
        const struct page_slice *slice,
        struct judge_event *early)
{
    struct brand_bucket in;

    if (!foresight_start(docket->foresight, brand->judge)) {
        return 0;
    }
    bucket_builder_start(docket->builder, slice, docket_known(docket, brand)->folded_through);
    uint32_t limit = docket->shards[brand->shard].judge.limit;
    while (bucket_builder_next(docket->builder) < UINT32_MAX &&
            bucket_builder_next(docket->builder) <= limit) {
        bucket_builder_build(docket->builder, bucket_builder_next(docket->builder), &in);
        if (foresight_fold(docket->foresight, &in, early)) {
            return 1;
        }
    }
    return 0;
}

/* Only the outbox and the line beside the state change: the brand stays folded as far as it was. */
static enum ledger_outcome
tell_early(struct docket *docket,
        struct docket_brand *brand,
        const struct page_slice *slice,
        const struct judge_event *early)
{
    size_t first_event = docket->event_count;
    struct shard_brand *known = docket_known(docket, brand);
    struct shard_request request = { .before = known->stored_through,
        .through = known->folded_through };

    docket_note_event(docket, brand, slice, early);
    brand->early = (struct early_told){ .bucket = bucket_of(early->time_ms) - 1,
        .signals = early->incident.signals };
    view_copy(view_of(early->incident.id), brand->early.id, sizeof brand->early.id);
    enum ledger_outcome outcome = docket_commit(docket, brand, &request, first_event);
    known->next_due = docket_next_due(docket, brand);
    docket_forget_events(docket, first_event);
    return outcome;
}

static enum ledger_outcome
look_at(struct docket *docket, struct docket_brand *brand, const struct page_slice *slice)
{
    const struct shard_brand *known = docket_known(docket, brand);
    struct open_counts open;
    struct judge_event early;

    count_open(known->folded_through, slice, &open);
    uint64_t sum = sum_of(&open);
    if (sum == brand->open_seen || brand->early.bucket != 0 ||
            known->stored_through != known->folded_through) {
        return LEDGER_OK; /* nothing new, told already, or not yet as the ledger has it */
    }
    brand->open_seen = sum;
    if (!foresight_is_worth(brand->judge, &open) || !foresee_brand(docket, brand, slice, &early)) {
        return LEDGER_OK;
    }
    return tell_early(docket, brand, slice, &early);
}

enum ledger_outcome
docket_look_ahead(struct docket *docket, uint32_t shard, int64_t wall_ms)
{
    const struct docket_shard *held = &docket->shards[shard];
    struct ledger_page page;
    struct page_walk walk;

    if (held->latest_ms == INT64_MIN || wall_ms - held->latest_ms >= DOCKET_BACKFILL_MS ||
            shard_judge_is_behind(&held->judge)) {
        return LEDGER_OK; /* old news, or first what is certain */
    }
    enum ledger_outcome outcome = ledger_read(docket->reader, shard, UINT32_MAX, &page);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    page_walk_start(&walk, &page);
    for (size_t i = 0; outcome == LEDGER_OK && i < held->brand_count; i++) {
        struct docket_brand *brand = &held->brands[i];
        struct page_slice slice = page_walk_take(&walk, view_of(brand->settings.id));
        if (!page_slice_is_empty(&slice)) {
            outcome = look_at(docket, brand, &slice);
        }
    }
    return outcome == LEDGER_CLASH ? LEDGER_LOST : outcome;
}
