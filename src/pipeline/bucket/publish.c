#include "pipeline/bucket/publish.h"

#include "core/process/clock.h"
#include "core/process/crash_point.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Fields that say what the judge thought of a bucket. */
#define STATUS_FIELDS 3
/* The rest is for cells. Where there are more, facets and languages are left out first: their values are
 * text of strangers. They are counted all the same. */
#define CELL_FIELDS (LEDGER_FIELDS_MAX - STATUS_FIELDS)
/* Name and value of a late cell are both written here. */
#define TEXTS_MAX ((size_t)2 * LEDGER_FIELDS_MAX)

struct publish_entry {
    uint32_t bucket;
    struct brand_status status;
};

struct publish_list {
    struct publish_entry *entries; /* in rising order of bucket */
    size_t count;
    size_t capacity;

    /* The last publish_list_pack(). */
    struct ledger_ring_entry ring[LEDGER_RING_BUCKETS];
    char *packed;
    size_t packed_size;
};

/* Fields and the text of their values. */
struct field_list {
    struct ledger_field fields[LEDGER_FIELDS_MAX];
    size_t count;
    char text[TEXTS_MAX][NAME_SIZE_MAX + 8];
    size_t texts;
};

struct publish_list *
publish_list_create(void)
{
    return calloc(1, sizeof(struct publish_list));
}

void
publish_list_destroy(struct publish_list **list)
{
    if (*list == NULL) {
        return;
    }
    free((*list)->entries);
    free((*list)->packed);
    free(*list);
    *list = NULL;
}

void
publish_list_clear(struct publish_list *list)
{
    list->count = 0;
}

void
publish_list_add(struct publish_list *list, uint32_t bucket, const struct brand_status *status)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        struct publish_entry *more = realloc(list->entries, capacity * sizeof *more);
        assert(more != NULL);
        list->entries = more;
        list->capacity = capacity;
    }
    list->entries[list->count++] = (struct publish_entry){ .bucket = bucket, .status = *status };
}

/* The entry of `bucket`, or NULL. Buckets rise from call to call, and so does `next`. */
static const struct brand_status *
status_at(const struct publish_list *list, uint32_t bucket, size_t *next)
{
    while (*next < list->count && list->entries[*next].bucket < bucket) {
        (*next)++;
    }
    return *next < list->count && list->entries[*next].bucket == bucket
                   ? &list->entries[*next].status
                   : NULL;
}

static char *
text_room(struct field_list *list)
{
    assert(list->texts < TEXTS_MAX);
    return list->text[list->texts++];
}

static void
field_view(struct field_list *list, struct view name, struct view value)
{
    assert(list->count < LEDGER_FIELDS_MAX);
    list->fields[list->count++] = (struct ledger_field){ .name = name, .value = value };
}

static void
field_u64(struct field_list *list, struct view name, uint64_t number)
{
    char *text = text_room(list);

    snprintf(text, sizeof list->text[0], "%" PRIu64, number);
    field_view(list, name, view_of(text));
}

static void
field_double(struct field_list *list, struct view name, double number)
{
    char *text = text_room(list);

    snprintf(text, sizeof list->text[0], "%.4g", isfinite(number) ? number : 0.0);
    field_view(list, name, view_of(text));
}

static void
field_cell(struct field_list *list, const struct ledger_cell *cell)
{
    struct view name = cell->dim;

    if (cell->kind == CELL_LATE) {
        char *text = text_room(list);
        snprintf(text, sizeof list->text[0], "late.%.*s", (int)cell->dim.size, cell->dim.at);
        name = view_of(text);
    }
    field_u64(list, name, cell->count);
}

static void
field_status(struct field_list *list, const struct brand_status *status)
{
    field_u64(list, VIEW("authors_10m"), status->authors_10m);
    field_double(list, VIEW("expected_10m"), status->expected_10m);
    field_view(list, VIEW("state"), view_of(brand_state_name(status->state)));
}

static int
is_open_ended(const struct ledger_cell *cell)
{
    return view_starts(cell->dim, VIEW(DIM_FACET)) || view_starts(cell->dim, VIEW(DIM_LANG));
}

static void
field_some(struct field_list *list, const struct ledger_cell *cells, size_t count, int open_ended)
{
    for (size_t i = 0; i < count && list->count < CELL_FIELDS; i++) {
        if (is_open_ended(&cells[i]) == open_ended) {
            field_cell(list, &cells[i]);
        }
    }
}

/* The cells of one bucket; those that are few and always wanted first. */
static void
field_cells(struct field_list *list, const struct ledger_cell *cells, size_t count)
{
    list->count = 0;
    list->texts = 0;
    field_some(list, cells, count, 0);
    field_some(list, cells, count, 1);
}

static size_t
bucket_cells(const struct page_slice *slice, size_t from)
{
    size_t end = from;

    while (end < slice->cell_count && slice->cells[end].bucket == slice->cells[from].bucket) {
        end++;
    }
    return end - from;
}

int
publish_series_is_done(const struct publish_job *job, const struct publish_place *place)
{
    const struct page_slice *slice = job->slice;

    return place->cell == slice->cell_count || slice->cells[place->cell].bucket > job->through;
}

/* The entry of the next bucket; `place` goes behind it. Returns the bucket. */
static uint32_t
field_entry(struct field_list *fields,
        const struct publish_job *job,
        const struct publish_list *list,
        struct publish_place *place)
{
    const struct ledger_cell *cells = job->slice->cells + place->cell;
    size_t count = bucket_cells(job->slice, place->cell);
    const struct brand_status *status = status_at(list, cells->bucket, &place->entry);

    field_cells(fields, cells, count);
    if (status != NULL) {
        field_status(fields, status);
    }
    place->cell += count;
    return cells->bucket;
}

enum ledger_outcome
publish_series(
        const struct publish_job *job, const struct publish_list *list, struct publish_place *place)
{
    struct field_list *fields = malloc(sizeof *fields);

    assert(fields != NULL);
    struct ledger_slot where = { .series = LEDGER_SERIES_10S,
        .at_ms = bucket_start_ms(field_entry(fields, job, list, place)),
        .last_ms = &job->last_ms[LEDGER_SERIES_10S] };
    enum ledger_outcome outcome =
            ledger_publish_series(job->reader, job->brand, &where, fields->fields, fields->count);
    free(fields);
    crash_point("publishing");
    return outcome;
}

/* The first of the job's buckets that has a place in the ring. */
static struct publish_place
ring_begin(const struct publish_job *job)
{
    struct publish_place place = { .cell = 0 };
    uint32_t oldest =
            job->through < LEDGER_RING_BUCKETS ? 0 : job->through - LEDGER_RING_BUCKETS + 1;

    oldest = oldest > job->before ? oldest : job->before + 1;
    while (!publish_series_is_done(job, &place) && job->slice->cells[place.cell].bucket < oldest) {
        place.cell++;
    }
    return place;
}

static void
pack_entry(struct publish_list *list, size_t *used, const struct field_list *fields)
{
    size_t size = ledger_pack_fields(fields->fields, fields->count, NULL, 0);

    if (*used + size > list->packed_size) {
        list->packed_size = 2 * (*used + size);
        list->packed = realloc(list->packed, list->packed_size);
        assert(list->packed != NULL);
    }
    ledger_pack_fields(fields->fields, fields->count, list->packed + *used, size);
    *used += size;
}

size_t
publish_list_pack(struct publish_list *list,
        const struct publish_job *job,
        const struct ledger_ring_entry **entries)
{
    struct field_list *fields = malloc(sizeof *fields);
    struct publish_place place = ring_begin(job);
    size_t count = 0;
    size_t used = 0;

    assert(fields != NULL);
    for (; !publish_series_is_done(job, &place); count++) {
        uint32_t bucket = field_entry(fields, job, list, &place);
        size_t before = used;
        pack_entry(list, &used, fields);
        list->ring[count] =
                (struct ledger_ring_entry){ .bucket = bucket, .fields = { NULL, used - before } };
    }
    free(fields);
    /* The bytes stay where they are from here on. */
    const char *at = list->packed;
    for (size_t i = 0; i < count; i++) {
        list->ring[i].fields.at = at;
        at += list->ring[i].fields.size;
    }
    *entries = list->ring;
    return count;
}

static void
field_now(
        struct field_list *fields, const struct publish_job *job, const struct brand_status *status)
{
    fields->count = 0;
    fields->texts = 0;
    char *grade = text_room(fields);
    grade[0] = status->grade;
    grade[1] = '\0';
    field_view(fields, VIEW("state"), view_of(brand_state_name(status->state)));
    field_view(fields, VIEW("severity"), view_of(severity_name(status->severity)));
    field_u64(fields, VIEW("count_1m"), status->count_1m);
    field_u64(fields, VIEW("count_10m"), status->count_10m);
    field_u64(fields, VIEW("count_1h"), status->count_1h);
    field_u64(fields, VIEW("count_24h"), status->count_24h);
    field_u64(fields, VIEW("complaints_10m"), status->complaints_10m);
    field_u64(fields, VIEW("authors_10m"), status->authors_10m);
    field_double(fields, VIEW("expected_10m"), status->expected_10m);
    field_double(fields, VIEW("ratio"), status->ratio);
    field_double(fields, VIEW("p_log10"), status->p_log10);
    field_double(fields, VIEW("share"), status->share);
    field_u64(fields, VIEW("silence_s"), (uint64_t)(status->silence_ms / 1000));
    field_view(fields, VIEW("grade"), view_of(grade));
    field_view(fields, VIEW("incident"), view_of(status->incident));
    field_u64(fields, VIEW("through_ms"), (uint64_t)bucket_start_ms(job->stands + 1));
    field_u64(fields, VIEW("updated_ms"), (uint64_t)clock_wall_ms());
}

enum ledger_outcome
publish_now(const struct publish_job *job, const struct brand_judge *judge)
{
    struct field_list *fields = malloc(sizeof *fields);
    struct brand_status status;

    assert(fields != NULL);
    brand_judge_status(judge, job->stands, &status);
    field_now(fields, job, &status);
    enum ledger_outcome outcome =
            ledger_publish_now(job->reader, job->brand, fields->fields, fields->count);
    free(fields);
    return outcome;
}

enum ledger_outcome
publish_top(const struct publish_job *job)
{
    return job->slice->exemplar_count > 0 ? ledger_publish_top(job->reader, job->brand) : LEDGER_OK;
}

uint32_t
publish_period_buckets(enum ledger_series series)
{
    return series == LEDGER_SERIES_5M ? 300 / BUCKET_SECONDS : 3600 / BUCKET_SECONDS;
}

uint32_t
publish_period_end(enum ledger_series series, uint32_t bucket)
{
    uint32_t size = publish_period_buckets(series);

    return bucket / size * size + size - 1;
}

enum ledger_outcome
publish_rollup(struct ledger_reader *reader,
        struct view brand,
        enum ledger_series series,
        uint32_t bucket,
        int64_t last_ms[LEDGER_SERIES_COUNT])
{
    uint32_t size = publish_period_buckets(series);
    int64_t *last = &last_ms[series];
    struct ledger_slot place = {
        .series = series, .at_ms = bucket_start_ms(bucket / size * size), .last_ms = last
    };

    return ledger_publish_rollup(reader, brand, &place);
}

enum ledger_outcome
publish_event(struct ledger_reader *reader, const struct judge_event *event, struct view payload)
{
    const struct incident *incident = &event->incident;
    struct ledger_alert alert = { .incident = view_of(incident->id),
        .brand = view_of(incident->brand),
        .revision = incident->revision,
        .kind = view_of(judge_event_name(event->kind)),
        .state = view_of(incident_state_name(incident->state)),
        .severity = view_of(severity_name(incident->severity)),
        .summary = view_of(signal_name(incident->why.signal)),
        .onset_ms = incident->onset_ms,
        .time_ms = event->time_ms,
        .json = payload };

    return ledger_publish_alert(reader, &alert);
}
