/*
 * Vectorscan (linked) and Hyperscan (loaded on request), each a scan a mention and a scan a batch.
 *
 * A batch is 256 texts with a newline between them, as no rule of a mention should match across
 * one. That saves the cost of a scan 255 times, and costs what SINGLEMATCH saves: every match of
 * every rule is reported, not its first. Which way is better depends on rules and texts, so both
 * are run and the better one is the peer.
 */
#include "engines/engines.h"
#include "engines/hs_rules.h"
#include "harness/texts.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCH_TEXTS = 256, BATCH_BYTES = 1 << 18 };

/* Texts with a newline behind each, ready before the clock starts. */
struct batch {
    char *arena;
    size_t arena_size;
    uint32_t starts[BATCH_TEXTS + 1]; /* where texts begin in the arena */
    uint32_t lines[BATCH_TEXTS];
    uint32_t count;
};

struct state {
    struct hs_rules rules;
    const struct compiled *folded; /* the input's */
    struct compiled_scratch *scratch;
    struct pairs *pairs; /* of the run */

    /* The text that is scanned, or the batch. */
    struct view text;
    uint32_t line;

    struct engine_task task; /* what the batches hold */
    struct batch *batches;
    size_t batch_count, batch_capacity;
    struct batch *batch; /* the one that is scanned */
    uint32_t cursor;     /* the text that the last match ended in */
    uint32_t serial;     /* of the batch's first text, never 0 */
    uint32_t *latest;    /* of each rule: serial of the text in which it was last looked at */
};

static void
forget_batches(struct state *state)
{
    for (size_t i = 0; i < state->batch_capacity; i++) {
        free(state->batches[i].arena);
    }
    free(state->batches);
}

static void
destroy(void **owner)
{
    struct state *state = *owner;

    if (state == NULL) {
        return;
    }
    hs_rules_fini(&state->rules);
    compiled_scratch_destroy(&state->scratch);
    forget_batches(state);
    free(state->latest);
    free(state);
    *owner = NULL;
}

static void *
create_on(const struct engine_input *input,
        const struct hs_library *library,
        enum hs_mode mode,
        char why[ENGINE_WHY_SIZE])
{
    struct state *state = calloc(1, sizeof *state);
    void *owner = state;

    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory");
    if (state == NULL) {
        return NULL;
    }
    state->folded = input->folded;
    state->serial = 1;
    state->scratch = compiled_scratch_create();
    state->latest = calloc(input->rules->count + 1, sizeof *state->latest);
    if (state->scratch == NULL || state->latest == NULL ||
            !hs_rules_init(&state->rules, library, input->rules, mode, why)) {
        destroy(&owner);
    }
    return owner;
}

static void *
create_linked(const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    return create_on(input, input->hs, HS_PER_MENTION, why);
}

static void *
create_linked_batched(const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    return create_on(input, input->hs, HS_BATCHED, why);
}

static void *
create_loaded(const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    if (input->hs_loaded == NULL) {
        (void)snprintf(why, ENGINE_WHY_SIZE, "--hyperscan names no library");
        return NULL;
    }
    return create_on(input, input->hs_loaded, HS_PER_MENTION, why);
}

static void *
create_loaded_batched(const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    if (input->hs_loaded == NULL) {
        (void)snprintf(why, ENGINE_WHY_SIZE, "--hyperscan names no library");
        return NULL;
    }
    return create_on(input, input->hs_loaded, HS_BATCHED, why);
}

static void
run_left_out(struct state *state, struct view text, uint32_t line)
{
    for (size_t i = 0; i < state->rules.left_out_count; i++) {
        uint32_t rule = state->rules.left_out[i];
        if (compiled_test(state->folded, state->scratch, rule, text)) {
            pairs_add(state->pairs, line, rule);
        }
    }
}

static int
on_match(unsigned rule, unsigned long long from, unsigned long long to, unsigned flags, void *owner)
{
    struct state *state = owner;

    (void)from;
    (void)to;
    (void)flags;
    if (!state->rules.unsure[rule] ||
            compiled_test(state->folded, state->scratch, rule, state->text)) {
        pairs_add(state->pairs, state->line, rule);
    }
    return 0;
}

static void
scan(struct state *state, const char *at, size_t size, match_event_handler handler)
{
    hs_error_t error = state->rules.library->scan(
            state->rules.database, at, (unsigned)size, 0, state->rules.scratch, handler, state);

    assert(error == HS_SUCCESS);
}

static void
run_per_mention(void *owner, const struct engine_task *task, struct pairs *pairs)
{
    struct state *state = owner;

    state->pairs = pairs;
    for (size_t line = task->begin; line < task->end; line += task->stride) {
        state->text = task->texts[line];
        state->line = (uint32_t)line;
        scan(state, state->text.at, state->text.size, on_match);
        run_left_out(state, state->text, state->line);
    }
}

/* The text of the batch that holds byte `at`. Matches come nearly in order of their ends. */
static uint32_t
text_at(struct state *state, size_t at)
{
    while (at < state->batch->starts[state->cursor]) {
        state->cursor--;
    }
    while (at >= state->batch->starts[state->cursor + 1]) {
        state->cursor++;
    }
    return state->cursor;
}

static int
on_batch_match(
        unsigned rule, unsigned long long from, unsigned long long to, unsigned flags, void *owner)
{
    struct state *state = owner;
    uint32_t text = text_at(state, (size_t)to - 1);

    (void)from;
    (void)flags;
    if (state->latest[rule] == state->serial + text) {
        return 0;
    }
    state->latest[rule] = state->serial + text;
    uint32_t begin = state->batch->starts[text];
    struct view view = { state->batch->arena + begin, state->batch->starts[text + 1] - begin - 1 };
    if (!state->rules.unsure[rule] || compiled_test(state->folded, state->scratch, rule, view)) {
        pairs_add(state->pairs, state->batch->lines[text], rule);
    }
    return 0;
}

/* The next batch, empty; what an earlier task left behind serves again. */
static struct batch *
next_batch(struct state *state)
{
    if (state->batch_count == state->batch_capacity) {
        size_t size = (state->batch_capacity + 1) * sizeof *state->batches;
        struct batch *batches = realloc(state->batches, size);
        char *arena = malloc(BATCH_BYTES + 64);
        if (batches == NULL || arena == NULL) {
            abort();
        }
        state->batches = batches;
        batches[state->batch_capacity++] = (struct batch){ .arena = arena };
    }
    struct batch *batch = &state->batches[state->batch_count++];
    batch->arena_size = 0;
    batch->count = 0;
    return batch;
}

static void
make_batches(struct state *state, const struct engine_task *task)
{
    struct batch *batch = NULL;

    state->batch_count = 0;
    for (size_t line = task->begin; line < task->end; line += task->stride) {
        struct view text = task->texts[line];
        if (batch == NULL || batch->count == BATCH_TEXTS ||
                batch->arena_size + text.size + 1 > BATCH_BYTES) {
            batch = next_batch(state);
        }
        text_copy(batch->arena + batch->arena_size, text);
        batch->starts[batch->count] = (uint32_t)batch->arena_size;
        batch->lines[batch->count++] = (uint32_t)line;
        batch->arena_size += text.size;
        batch->arena[batch->arena_size++] = '\n';
        batch->starts[batch->count] = (uint32_t)batch->arena_size;
    }
    state->task = *task;
}

static void
run_batched(void *owner, const struct engine_task *task, struct pairs *pairs)
{
    struct state *state = owner;

    state->pairs = pairs;
    if (!engine_task_same(&state->task, task)) {
        make_batches(state, task);
    }
    for (size_t i = 0; i < state->batch_count; i++) {
        state->batch = &state->batches[i];
        state->cursor = 0;
        scan(state, state->batch->arena, state->batch->arena_size, on_batch_match);
        state->serial += state->batch->count;
    }
    for (size_t line = task->begin; line < task->end; line += task->stride) {
        run_left_out(state, task->texts[line], (uint32_t)line);
    }
}

const struct engine engine_vectorscan = {
    .name = "vectorscan-folded",
    .text = ENGINE_FOLDED,
    .pace = ENGINE_EVERY,
    .create = create_linked,
    .run = run_per_mention,
    .destroy = destroy,
};

const struct engine engine_vectorscan_batched = {
    .name = "vectorscan-folded-batched",
    .text = ENGINE_FOLDED,
    .pace = ENGINE_EVERY,
    .create = create_linked_batched,
    .run = run_batched,
    .destroy = destroy,
};

const struct engine engine_hyperscan = {
    .name = "hyperscan-folded",
    .text = ENGINE_FOLDED,
    .pace = ENGINE_EVERY,
    .create = create_loaded,
    .run = run_per_mention,
    .destroy = destroy,
};

const struct engine engine_hyperscan_batched = {
    .name = "hyperscan-folded-batched",
    .text = ENGINE_FOLDED,
    .pace = ENGINE_EVERY,
    .create = create_loaded_batched,
    .run = run_batched,
    .destroy = destroy,
};
