#include "pipeline/replay/run.h"

#include "core/process/clock.h"
#include "pipeline/engine/talk.h"
#include "pipeline/replay/private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TURN_BUCKETS (5 * 60 / BUCKET_SECONDS)
/* Records between two calls of on_progress. */
#define PROGRESS_RECORDS 8192
/* Without being told, no more threads than this: the judge's part of the work does not share itself out. */
#define WORKERS_USUAL 2
/* Records between the one that is counted and the one whose place in the duplicate filter is fetched. */
#define PREFETCH_AHEAD 6

static void
hold_event(void *context, const struct judge_event *event, struct view payload)
{
    struct replay *replay = context;

    if (replay->options.on_event != NULL) {
        replay_events_add(&replay->events, event, payload);
    }
}

static void
show_cells(void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count)
{
    const struct replay *replay = context;

    if (replay->options.on_cells != NULL) {
        replay->options.on_cells(replay->options.context, brand, cells, cell_count);
    }
}

static void
take_state(void *context, struct view brand, uint32_t folded_through, struct view state)
{
    const struct replay *replay = context;

    replay->options.on_state(replay->options.context, brand, folded_through, state);
}

static void
show_fold(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    const struct replay *replay = context;

    replay->options.on_fold(replay->options.context, phase, fold);
}

static struct docket *
create_docket(struct replay *replay)
{
    struct docket_options options = { .ledger = replay->ledger,
        .rules = replay->options.rules,
        .judge = replay->options.judge,
        .allow_ms = replay->options.engine.partition.allow_ms,
        .lease_ms = INT64_MAX / 4,
        .transient = 1,
        .lang = replay->options.lang,
        .external_url = "",
        .on_event = hold_event,
        .on_cells = show_cells,
        .on_fold = replay->options.on_fold == NULL ? NULL : show_fold,
        .on_state = replay->options.on_state == NULL ? NULL : take_state,
        .context = replay };

    return docket_create(&options);
}

void
replay_options_init(struct replay_options *options,
        const struct rule_set *rules,
        const struct judge_settings *judge)
{
    *options = (struct replay_options){
        .rules = rules, .judge = judge, .lang = LANG_ES, .turn_buckets = TURN_BUCKETS
    };
    options->workers = sysconf(_SC_NPROCESSORS_ONLN) < WORKERS_USUAL ? 1 : WORKERS_USUAL;
    engine_options_init(&options->engine, rules);
}

/* False when out of memory. */
static int
hold_set(struct replay *replay, uint32_t slot, const struct replay_set *set)
{
    struct docket_rules judged = { .slot = slot, .rules = set->rules, .judge = set->judge };
    struct engine_rules *counted = engine_rules_create(set->rules, replay->options.engine.shards);

    if (counted == NULL) {
        return 0;
    }
    engine_hold(replay->engine, slot, counted);
    engine_rules_destroy(&counted); /* what the slot had: nothing */
    docket_hold(replay->docket, &judged);
    return 1;
}

/* All is known, so there is no horizon. */
static int
follow_revisions(struct replay *replay)
{
    int fine = 1;

    for (size_t i = 0; fine && i < replay->options.set_count; i++) {
        fine = hold_set(replay, (uint32_t)i + 1, &replay->options.sets[i]);
    }
    if (replay->options.revisions != NULL) {
        struct revisions all = *replay->options.revisions;
        all.horizon = UINT32_MAX;
        engine_follow(replay->engine, &all);
        docket_follow(replay->docket, &all);
    }
    return fine;
}

struct replay *
replay_create(const struct replay_options *options)
{
    char trouble[160];
    struct ledger_options ledger;
    struct replay *replay = calloc(1, sizeof *replay);

    assert(options->turn_buckets > 0);
    if (replay == NULL) {
        return NULL;
    }
    ledger_options_init(&ledger);
    ledger.url = "memory:";
    replay->options = *options;
    replay->reached_ms = INT64_MIN;
    replay->summary.first_ms = INT64_MIN;
    replay->summary.last_ms = INT64_MIN;
    replay->ledger = ledger_create(&ledger, trouble);
    if (replay->ledger == NULL) {
        replay_destroy(&replay);
        return NULL;
    }
    replay->engine = engine_create(&replay->options.engine);
    replay->tally = tally_create();
    replay->docket = create_docket(replay);
    replay->leftover = ledger_reader_create(replay->ledger);
    if (replay->engine != NULL) {
        replay->writer = ledger_writer_create(replay->ledger, engine_names(replay->engine));
    }
    if (replay->writer == NULL || replay->tally == NULL || replay->docket == NULL ||
            replay->leftover == NULL || !follow_revisions(replay)) {
        replay_destroy(&replay);
    }
    return replay;
}

void
replay_destroy(struct replay **replay)
{
    if (*replay == NULL) {
        return;
    }
    for (size_t i = 0; i < (*replay)->input_count; i++) {
        replay_close_input(&(*replay)->inputs[i]);
    }
    replay_events_fini(&(*replay)->events);
    docket_destroy(&(*replay)->docket);
    ledger_reader_destroy(&(*replay)->leftover);
    ledger_writer_destroy(&(*replay)->writer);
    tally_destroy(&(*replay)->tally);
    engine_destroy(&(*replay)->engine);
    ledger_destroy(&(*replay)->ledger);
    free(*replay);
    *replay = NULL;
}

int
replay_add(struct replay *replay, struct feed *feed)
{
    if (replay->input_count == INPUTS_MAX) {
        feed_close(&feed);
        return 0;
    }
    replay->inputs[replay->input_count++] = (struct replay_input){ .feed = feed };
    return 1;
}

/* ---- counting ---- */

/* The memory ledger answers at once. */
static void
hand_over(struct replay *replay)
{
    if (tally_is_empty(replay->tally)) {
        return;
    }
    ledger_submit(replay->writer, replay->tally);
    enum ledger_outcome outcome = ledger_poll(replay->writer, 0);
    assert(outcome == LEDGER_OK);
    tally_clear(replay->tally);
}

static void
tell_events(struct replay *replay)
{
    replay_events_tell(&replay->events, replay->options.on_event, replay->options.context);
}

static void
take_turn(struct replay *replay)
{
    hand_over(replay);
    enum ledger_outcome outcome = docket_turn(replay->docket, 0);
    assert(outcome == LEDGER_OK);
    if (!docket_is_behind(replay->docket)) {
        tell_events(replay);
    }
}

static void
note_span(struct replay_summary *summary, enum rebato_fate fate, int64_t time_ms)
{
    if (fate != REBATO_FATE_matched && fate != REBATO_FATE_unmatched && fate != REBATO_FATE_late) {
        return;
    }
    if (summary->first_ms == INT64_MIN || time_ms < summary->first_ms) {
        summary->first_ms = time_ms;
    }
    if (time_ms > summary->last_ms) {
        summary->last_ms = time_ms;
    }
}

static uint32_t
open_range(struct replay *replay, struct replay_source *source)
{
    uint32_t range = UINT32_MAX;

    if (tally_has_room(replay->tally)) {
        range = tally_open_range(replay->tally, source->number, source->next_offset);
    }
    if (range == UINT32_MAX) {
        hand_over(replay);
        range = tally_open_range(replay->tally, source->number, source->next_offset);
    }
    assert(range != UINT32_MAX);
    return range;
}

/* How far the source has come, within the span asked for: what lies outside is not counted, so the judge must
 * not see its time pass either. A topic, which is not read there, gives the same verdicts as its file. */
static int64_t
time_covered(const struct replay *replay, const struct replay_source *source)
{
    const struct engine_options *span = &replay->options.engine;
    int64_t time_ms = partition_max_time(source->engine.partition);

    if (time_ms < span->since_ms) {
        return INT64_MIN;
    }
    return time_ms > span->until_ms ? span->until_ms : time_ms;
}

static void
tell_talk(const struct replay *replay, const struct finding *finding, enum rebato_fate fate)
{
    uint32_t slot = finding->note->slot;
    struct talk_listener listener = { .rules = slot == 0 ? replay->options.rules
                                                         : replay->options.sets[slot - 1].rules,
        .hear = replay->options.on_talk,
        .context = replay->options.context };

    talk_tell(&listener, finding, fate);
}

static void
count_head(struct replay *replay, struct replay_input *input)
{
    struct replay_source *source = input->head_source;

    if (!source->claimed) {
        replay_claim_source(replay, input, source);
    }
    if (replay_has_idles(source, input->head->offset)) {
        replay_tell_idles(source, input->head->offset);
    }
    struct engine_target target = { .tally = replay->tally, .range = open_range(replay, source) };
    enum rebato_fate fate = engine_count(replay->engine, &source->engine, input->head, &target);
    source->next_offset = input->head->offset + 1;
    tally_cover(replay->tally, target.range, source->next_offset, time_covered(replay, source));
    replay->summary.received++;
    replay->summary.fates[fate]++;
    note_span(&replay->summary, fate, input->head->time_ms);
    if (replay->options.on_talk != NULL && input->head->note != NULL) {
        tell_talk(replay, input->head, fate);
    }
}

/* ---- merging ---- */

static void
set_head(struct replay *replay, struct replay_input *input)
{
    const struct findings *findings = &input->chunk->findings;

    input->head = &findings->at[input->position];
    input->head_source = replay_source_of(replay, input, input->head->partition);
    /* What has no readable time comes up at once; what comes out of order does not wait for its turn. */
    input->head_ms = input->head->fate == REBATO_FATE_unmatched ? input->head->time_ms : INT64_MIN;
    if (input->position + PREFETCH_AHEAD < findings->count) {
        engine_prefetch(&input->head_source->engine, input->head + PREFETCH_AHEAD);
    }
}

/* Brings the next record of an input to its head. False when the feed broke off. */
static int
advance_input(struct replay *replay, struct replay_input *input)
{
    input->position++;
    while (input->chunk == NULL || input->position >= input->chunk->findings.count) {
        if (input->chunk != NULL && input->chunk->outcome != FEED_RECORD) {
            input->ended = 1;
            return input->chunk->outcome == FEED_END;
        }
        input->chunk = read_ahead_next(replay->ahead, (size_t)(input - replay->inputs));
        input->position = 0;
    }
    set_head(replay, input);
    return 1;
}

/* All that the partition sent is counted: it leaves the watermark. */
static void
retire_source(struct replay *replay, struct replay_source *source)
{
    if (source == NULL || !source->claimed || source->retired) {
        return;
    }
    hand_over(replay);
    enum ledger_outcome outcome = ledger_idle(replay->writer, source->number, source->next_offset);
    assert(outcome == LEDGER_OK);
    source->retired = 1;
}

static void
retire_input(struct replay *replay, struct replay_input *input)
{
    for (size_t i = 0; i < input->source_count; i++) {
        retire_source(replay, input->sources[i]);
    }
}

/* True when the head of `a` comes before that of `b`; of two at the same time the first input's. */
static int
comes_before(const struct replay_input *a, const struct replay_input *b)
{
    return a->head_ms != b->head_ms ? a->head_ms < b->head_ms : a < b;
}

/* The input whose head is next, and the one that would be without it: as long as the head of the first
 * comes before that, the others need not be looked at. NULL where there is none. */
static struct replay_input *
earliest(struct replay *replay, struct replay_input **second)
{
    struct replay_input *first = NULL;

    *second = NULL;
    for (size_t i = 0; i < replay->input_count; i++) {
        struct replay_input *input = &replay->inputs[i];
        if (input->ended) {
            continue;
        }
        if (first == NULL || comes_before(input, first)) {
            *second = first;
            first = input;
        } else if (*second == NULL || comes_before(input, *second)) {
            *second = input;
        }
    }
    return first;
}

static void
judge_if_due(struct replay *replay)
{
    if (replay->reached_ms <= 0) {
        return;
    }
    uint32_t bucket = bucket_of(replay->reached_ms); /* only rises: never before the last turn */
    if (bucket - replay->turn_bucket >= replay->options.turn_buckets) {
        replay->turn_bucket = bucket;
        take_turn(replay);
    }
}

static void
report_progress(const struct replay *replay)
{
    struct replay_progress progress = {
        .records = replay->summary.received, .time_ms = replay->reached_ms, .fraction = 0
    };

    if (replay->options.on_progress == NULL || replay->summary.received % PROGRESS_RECORDS != 0) {
        return;
    }
    for (size_t i = 0; i < replay->input_count; i++) {
        double part = replay->inputs[i].chunk->progress;
        if (part < 0) {
            progress.fraction = -1;
            break;
        }
        progress.fraction += part / (double)replay->input_count;
    }
    replay->options.on_progress(replay->options.context, &progress);
}

/* Counts the earliest head and reads the next. False when its feed broke off. */
static int
step(struct replay *replay, struct replay_input *input)
{
    count_head(replay, input);
    if (input->head->fate == REBATO_FATE_unmatched && input->head_ms > replay->reached_ms &&
            input->head_ms < EVENT_TIME_MAX_MS) {
        replay->reached_ms = input->head_ms;
    }
    if (input->head_source->next_offset >= input->head_source->end_offset) {
        retire_source(replay, input->head_source);
    }
    judge_if_due(replay);
    report_progress(replay);
    int fine = advance_input(replay, input);
    if (input->ended) {
        retire_input(replay, input);
    }
    return fine;
}

/* Turns until all that is closed is judged: one turn stops at a brand's fill of events. */
static void
judge_rest(struct replay *replay)
{
    do {
        take_turn(replay);
    } while (docket_is_behind(replay->docket));
}

/* What came late after an idle close stands in the first bucket behind it, which may lie behind all that was
 * closed: it is counted, and no verdict covers it. */
static void
show_leftover(struct replay *replay)
{
    struct ledger_page page;

    enum ledger_outcome outcome = ledger_read(replay->leftover, 0, UINT32_MAX, &page);
    assert(outcome == LEDGER_OK);
    for (size_t from = 0, to = 0; from < page.cell_count; from = to) {
        while (to < page.cell_count && view_equal(page.cells[from].brand, page.cells[to].brand)) {
            to++;
        }
        show_cells(replay, page.cells[from].brand, page.cells + from, to - from);
    }
}

/* With an end of its own the stream goes on in silence up to it. */
static void
finish(struct replay *replay)
{
    int64_t until_ms = replay->options.engine.until_ms;

    judge_rest(replay);
    if (until_ms >= EVENT_TIME_MIN_MS && until_ms < EVENT_TIME_MAX_MS) {
        enum ledger_outcome outcome = docket_advance(replay->docket, bucket_of(until_ms) - 1);
        assert(outcome == LEDGER_OK);
        judge_rest(replay);
    }
    tell_events(replay);
    show_leftover(replay);
    replay->summary.closed = docket_closed(replay->docket);
}

static int
start_reading(struct replay *replay)
{
    struct feed *feeds[INPUTS_MAX];
    const struct rule_set *sets[RULE_SLOTS] = { replay->options.rules };
    struct rule_map map = engine_map(replay->engine);
    struct read_ahead_options options = { .sets = sets,
        .set_count = replay->options.set_count + 1,
        .map = &map,
        .reader = &replay->options.engine.reader,
        .feeds = feeds,
        .feed_count = replay->input_count,
        .workers = replay->options.workers,
        .chunk_size = replay->options.chunk_size,
        .talk = replay->options.on_talk != NULL };

    for (size_t i = 0; i < replay->options.set_count; i++) {
        sets[i + 1] = replay->options.sets[i].rules;
    }
    for (size_t i = 0; i < replay->input_count; i++) {
        feeds[i] = replay->inputs[i].feed;
    }
    for (size_t i = 0; i < replay->input_count; i++) {
        replay_claim_topic(replay, &replay->inputs[i]);
    }
    replay->ahead = read_ahead_create(&options);
    return replay->ahead != NULL;
}

/* The heads of all inputs. NULL, or the input whose feed broke off. */
static const struct replay_input *
begin_inputs(struct replay *replay)
{
    for (size_t i = 0; i < replay->input_count; i++) {
        if (!advance_input(replay, &replay->inputs[i])) {
            return &replay->inputs[i];
        }
    }
    return NULL;
}

/* Counts an input's records for as long as they come before the head of the second. */
static int
count_run(struct replay *replay, struct replay_input *input, const struct replay_input *second)
{
    int fine = 1;

    while (fine && !input->ended && (second == NULL || comes_before(input, second))) {
        fine = step(replay, input);
    }
    return fine;
}

/* All inputs, merged. NULL, or the input whose feed broke off. */
static const struct replay_input *
count_inputs(struct replay *replay)
{
    const struct replay_input *broken = begin_inputs(replay);
    struct replay_input *second = NULL;
    struct replay_input *input = NULL;

    while (broken == NULL && (input = earliest(replay, &second)) != NULL) {
        broken = count_run(replay, input, second) ? NULL : input;
    }
    return broken;
}

int
replay_run(struct replay *replay, struct replay_summary *summary, char trouble[256])
{
    trouble[0] = '\0';
    if (!start_reading(replay)) {
        snprintf(trouble, 256, "out of memory");
        *summary = replay->summary;
        return 0;
    }
    const struct replay_input *broken = count_inputs(replay);
    read_ahead_destroy(&replay->ahead);
    if (broken != NULL) {
        snprintf(trouble, 256, "%s", feed_trouble(broken->feed));
    }
    finish(replay);
    *summary = replay->summary;
    return broken == NULL;
}
