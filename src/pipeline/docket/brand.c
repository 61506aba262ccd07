#include "pipeline/docket/private.h"

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
    if (docket->event_committed > from) {
        docket->event_committed = from;
    }
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
    const struct docket_set *set = docket_set_of(docket, brand);
    struct render_context context = { .rules = set->rules,
        .brand = &brand->settings,
        .lang = docket->options.lang,
        .receiver = "",
        .external_url = docket->options.external_url,
        .sensitivity = sensitivity_name(set->judge->sensitivity[event->incident.why.signal]),
        .lag_s = -1,
        .watermark_ms = event->time_ms };

    for (size_t i = 0; i < slice->exemplar_count && i < EXEMPLARS_SHOWN; i++) {
        context.exemplars[context.exemplar_count++] = slice->exemplars[i].json;
    }
    noted->event = *event;
    noted->slot = docket->shards[brand->shard].slot;
    noted->payload = render_payload(event, &context);
    /* What is foreseen and not folded is no part of the log. */
    noted->notice_only = event->kind > EVENT_RESOLVED;
    if (!docket->options.transient && !noted->notice_only) {
        noted->line = render_log_line(event);
    }
    snprintf(noted->key, sizeof noted->key, "%s:%u:%s", event->incident.id,
            event->incident.revision, judge_event_name(event->kind));
}

static void
show_fold(const struct docket *docket, enum fold_phase phase, const struct watched_fold *fold)
{
    if (docket->options.on_fold != NULL) {
        docket->options.on_fold(docket->options.context, phase, fold);
    }
}

/* Folds one bucket and remembers what is to be published of it once the commit has succeeded. */
static void
fold_bucket(struct docket *docket, struct docket_brand *brand, uint32_t bucket)
{
    struct brand_bucket in;
    struct judge_event events[JUDGE_EVENTS_MAX];
    struct brand_status status;

    bucket_builder_build(docket->builder, bucket, &in);
    struct watched_fold fold = { .brand = brand->number,
        .settings = &brand->settings,
        .judge = brand->judge,
        .in = &in,
        .events = events };
    show_fold(docket, FOLD_BEFORE, &fold);
    size_t count = brand_judge_fold(brand->judge, &in, events);
    fold.event_count = count;
    show_fold(docket, FOLD_AFTER, &fold);
    for (size_t i = 0; i < count; i++) {
        docket_note_event(docket, brand, &docket->brand_case.slice, &events[i]);
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
begin_watch(struct docket *docket, struct docket_brand *brand)
{
    uint32_t first = brand->met != 0 ? brand->met : docket->since;
    uint32_t day = first - first % DAY_BUCKETS;

    if (docket->brand_case.before == 0 && day < next_bucket(docket, brand)) {
        fold_bucket(docket, brand, day);
    }
}

/* Until `through`, or until the turn has its fill of events. */
static uint32_t
fold_until(struct docket *docket, struct docket_brand *brand, uint32_t through)
{
    size_t first_event = docket->brand_case.event_first;

    for (uint32_t bucket = next_bucket(docket, brand); bucket <= through;
            bucket = next_bucket(docket, brand)) {
        fold_bucket(docket, brand, bucket);
        if (docket->event_count - first_event >= TURN_EVENTS_MAX) {
            return bucket;
        }
    }
    return through;
}

uint32_t
docket_fold(struct docket *docket, struct docket_brand *brand, const struct shard_request *request)
{
    struct docket_case *hand = &docket->brand_case;

    publish_list_clear(docket->publish);
    hand->before = request->before;
    bucket_builder_start(docket->builder, &hand->slice, request->before);
    begin_watch(docket, brand);
    uint32_t reached = fold_until(docket, brand, request->through);
    docket_settle_early(docket, brand, reached, hand->event_first);
    return reached;
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

/* Events as they are committed. */
struct commit_list {
    struct ledger_notice notices[TURN_EVENTS_MAX + JUDGE_EVENTS_MAX];
    struct ledger_line lines[TURN_EVENTS_MAX + JUDGE_EVENTS_MAX];
    size_t notice_count;
    size_t line_count;
};

static void
list_events(const struct docket *docket, size_t first_event, struct commit_list *list)
{
    assert(docket->event_count - first_event <= sizeof list->notices / sizeof *list->notices);
    list->notice_count = 0;
    list->line_count = 0;
    for (size_t i = first_event; i < docket->event_count; i++) {
        const struct turn_event *event = &docket->events[i];
        list->notices[list->notice_count++] = (struct ledger_notice){ .key = view_of(event->key),
            .json = view_of(event->payload) };
        if (event->line != NULL) {
            list->lines[list->line_count++] =
                    (struct ledger_line){ .bucket = bucket_of(event->event.time_ms),
                        .key = view_of(event->key),
                        .json = view_of(event->line) };
        }
    }
}

/* What this fold will publish. */
static size_t
list_ring(struct docket *docket,
        const struct docket_brand *brand,
        const struct shard_request *request,
        const struct ledger_ring_entry **ring)
{
    struct publish_job job = { .brand = view_of(brand->settings.id),
        .slice = &docket->brand_case.slice,
        .before = docket->brand_case.before,
        .through = request->through };

    if (docket->options.transient || request->before == request->through) {
        return 0; /* nothing is folded: only something is told */
    }
    return publish_list_pack(docket->publish, &job, ring);
}

enum ledger_outcome
docket_commit(struct docket *docket,
        struct docket_brand *brand,
        const struct shard_request *request,
        size_t first_event)
{
    char line[LEDGER_EARLY_SIZE_MAX];
    struct commit_list list;

    list_events(docket, first_event, &list);
    struct ledger_commit commit = { .brand = view_of(brand->settings.id),
        .before = request->before,
        .folded_through = request->through,
        .state = save_state(docket, brand),
        .early = docket_early_line(brand, line),
        .notices = list.notices,
        .notice_count = list.notice_count,
        .lines = list.lines,
        .line_count = list.line_count };
    commit.ring_count = list_ring(docket, brand, request, &commit.ring);
    enum ledger_outcome outcome = ledger_commit(docket->reader, brand->shard, &commit);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    docket->event_committed = docket->event_count;
    docket->notices_made += list.notice_count;
    if (docket->options.on_state != NULL) {
        docket->options.on_state(
                docket->options.context, commit.brand, commit.folded_through, commit.state);
    }
    return LEDGER_OK;
}
