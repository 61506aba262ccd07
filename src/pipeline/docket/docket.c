#include "pipeline/docket/docket.h"

#include "judge/foresee.h"
#include "pipeline/docket/private.h"

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
    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        shard_judge_init(&docket->shards[shard].judge,
                &(struct shard_judge_options){
                        .allow_ms = options->allow_ms, .lease_ms = options->lease_ms });
    }
    if (!docket_sets_init(docket) || docket->reader == NULL || docket->builder == NULL ||
            docket->publish == NULL || docket->foresight == NULL) {
        docket_destroy(&docket);
    }
    return docket;
}

void
docket_destroy(struct docket **docket)
{
    if (*docket == NULL) {
        return;
    }
    for (uint32_t shard = 0; shard < (*docket)->shard_count; shard++) {
        docket_forget_shard(*docket, shard);
    }
    docket_forget_events(*docket, 0);
    ledger_reader_destroy(&(*docket)->reader);
    bucket_builder_destroy(&(*docket)->builder);
    publish_list_destroy(&(*docket)->publish);
    foresight_destroy(&(*docket)->foresight);
    docket_sets_fini(*docket);
    free((*docket)->events);
    free((*docket)->state);
    free(*docket);
    *docket = NULL;
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
            docket_tell_board(docket, event);
        }
        if (docket->options.on_event != NULL) {
            docket->options.on_event(
                    docket->options.context, &event->event, view_of(event->payload));
        }
    }
    docket_forget_events(docket, 0);
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

/* Once a day, and when the shard is new to us. A day on which it fails is no harm. */
static void
tidy_lines(struct docket *docket, uint32_t shard)
{
    struct docket_shard *held = &docket->shards[shard];
    uint32_t day = held->judge.judged / DAY_BUCKETS;

    if (!docket->options.transient && held->judge.judged != 0 && held->tidied != day) {
        held->tidied = day;
        (void)ledger_forget_lines(docket->reader, shard, held->judge.judged);
    }
}

/* Once what is certain is judged. */
static enum ledger_outcome
look_ahead(struct docket *docket, uint32_t shard, int64_t wall_ms)
{
    enum ledger_outcome outcome = docket_look_ahead(docket, shard, wall_ms);

    if (outcome == LEDGER_OK) {
        return LEDGER_OK;
    }
    shard_judge_forget(&docket->shards[shard].judge);
    docket_forget_shard(docket, shard);
    return outcome == LEDGER_LOST ? LEDGER_OK : outcome;
}

/* Up to what is closed, set by set. `until`: time goes on to that bucket; 0: by itself. */
static enum ledger_outcome
judge_shard(struct docket *docket, uint32_t shard, uint32_t until)
{
    enum ledger_outcome outcome = LEDGER_OK;
    int goes_on = docket_choose(docket, shard);

    while (goes_on) {
        struct shard_judge *judge = &docket->shards[shard].judge;
        if (until == 0) {
            shard_judge_begin(judge, docket->wall_ms);
        } else {
            shard_judge_begin_until(judge, until);
        }
        outcome = docket_run_shard(docket, shard);
        goes_on = outcome == LEDGER_OK && docket_moves_on(docket, shard) &&
                  docket_choose(docket, shard);
    }
    return outcome;
}

enum ledger_outcome
docket_turn(struct docket *docket, int64_t wall_ms)
{
    enum ledger_outcome worst = LEDGER_OK;
    int ahead = is_time_to_look_ahead(docket, wall_ms);

    show_instance(docket, wall_ms);
    docket->wall_ms = wall_ms;
    enum ledger_outcome asked = docket_ask_revisions(docket);
    if (asked != LEDGER_OK) {
        return asked;
    }
    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        enum ledger_outcome outcome = judge_shard(docket, shard, 0);
        tidy_lines(docket, shard);
        docket_look_at_times(docket, shard);
        if (ahead && docket->shards[shard].judge.ours) {
            outcome = look_ahead(docket, shard, wall_ms);
        }
        worst = outcome == LEDGER_OK ? worst : outcome;
    }
    tell_events(docket);
    return worst;
}

enum ledger_outcome
docket_advance(struct docket *docket, uint32_t bucket)
{
    enum ledger_outcome worst = LEDGER_OK;

    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        enum ledger_outcome outcome = judge_shard(docket, shard, bucket);
        worst = outcome == LEDGER_OK ? worst : outcome;
    }
    tell_events(docket);
    return worst;
}

int
docket_is_behind(const struct docket *docket)
{
    int behind = 0;

    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        behind |= shard_judge_is_behind(&docket->shards[shard].judge);
    }
    return behind;
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
        if (docket->shards[shard].judge.ours) {
            docket_look_for_lapses(docket, shard); /* what became late since the last look */
            ledger_unlease(docket->reader, shard);
            shard_judge_forget(&docket->shards[shard].judge);
            docket_forget_shard(docket, shard);
        }
    }
}

uint32_t
docket_closed(const struct docket *docket)
{
    uint32_t closed = 0;

    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        if (docket->shards[shard].judge.closed > closed) {
            closed = docket->shards[shard].judge.closed;
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
        if (!docket->shards[shard].judge.ours || ledger_outbox(docket->reader, shard, notices,
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
