/*
 * Ours. Texts lie ready in batches, as folding leaves them there: nothing is copied inside of the time.
 * The other batched engine has its arenas made ready in the same way.
 */
#include "engines/engines.h"
#include "engines/rebato_rules.h"
#include "harness/texts.h"
#include "scan/scanner.h"

#include <stdio.h>
#include <stdlib.h>

struct state {
    struct rebato_rules rules;
    struct scanner *scanner;
    struct engine_task task; /* what the batches hold; texts NULL: nothing yet */
    struct scan_batch **batches;
    size_t batch_count;
};

static void
forget_batches(struct state *state)
{
    for (size_t i = 0; i < state->batch_count; i++) {
        scan_batch_destroy(&state->batches[i]);
    }
    free(state->batches);
    state->batches = NULL;
    state->batch_count = 0;
}

static void
destroy(void **owner)
{
    struct state *state = *owner;

    if (state != NULL) {
        forget_batches(state);
        scanner_destroy(&state->scanner);
        rebato_rules_fini(&state->rules);
        free(state);
        *owner = NULL;
    }
}

static void *
create(const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    struct state *state = calloc(1, sizeof *state);
    void *owner = state;

    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory");
    if (state != NULL && rebato_rules_init(&state->rules, input->rules, why)) {
        state->scanner = scanner_create(state->rules.set, input->isa);
    }
    if (state != NULL && state->scanner == NULL) {
        destroy(&owner);
    }
    return owner;
}

/* One more batch, out of the scanner that it was filled through. */
static void
take_batch(struct state *state)
{
    size_t size = (state->batch_count + 1) * sizeof *state->batches;
    struct scan_batch **batches = realloc(state->batches, size);
    struct scan_batch *batch = scan_batch_create();

    if (batches == NULL || batch == NULL) {
        abort();
    }
    scanner_exchange(state->scanner, &batch);
    state->batches = batches;
    state->batches[state->batch_count++] = batch;
}

static void
make_batches(struct state *state, const struct engine_task *task)
{
    forget_batches(state);
    scanner_clear(state->scanner);
    for (size_t line = task->begin; line < task->end; line += task->stride) {
        struct view text = task->texts[line];
        char *room = scanner_room(state->scanner, text.size);
        if (room == NULL) {
            take_batch(state);
            room = scanner_room(state->scanner, text.size);
        }
        text_copy(room, text);
        (void)scanner_add(state->scanner, text.size);
    }
    take_batch(state);
    state->task = *task;
}

/* Returns the line behind the batch's last. */
static size_t
run_batch(struct state *state, size_t line, struct pairs *pairs)
{
    size_t text_count;
    size_t count;

    scanner_run(state->scanner);
    const uint32_t *texts = scanner_hit_texts(state->scanner, &text_count);
    for (size_t i = 0; i < text_count; i++) {
        (void)scanner_confirm(state->scanner, texts[i]);
        const struct scan_hit *hits = scanner_hits(state->scanner, texts[i], &count);
        size_t number = line + texts[i] * state->task.stride;
        for (size_t hit = 0; hit < count; hit++) {
            pairs_add(pairs, (uint32_t)number, hits[hit].pattern);
        }
    }
    return line + scanner_text_count(state->scanner) * state->task.stride;
}

static void
run(void *owner, const struct engine_task *task, struct pairs *pairs)
{
    struct state *state = owner;
    size_t line = task->begin;

    if (!engine_task_same(&state->task, task)) {
        make_batches(state, task);
    }
    for (size_t i = 0; i < state->batch_count; i++) {
        scanner_exchange(state->scanner, &state->batches[i]);
        line = run_batch(state, line, pairs);
        scanner_exchange(state->scanner, &state->batches[i]);
    }
}

/* How far each phase narrowed things down. */
static void
describe(const void *owner, json_t *report)
{
    const struct state *state = owner;
    struct scan_counts counts = scanner_counts(state->scanner);
    double texts = counts.texts == 0 ? 1 : (double)counts.texts;

    json_object_set_new(report, "candidates", json_real((double)counts.candidates / texts));
    json_object_set_new(report, "survivors", json_real((double)counts.survivors / texts));
    json_object_set_new(report, "literals", json_real((double)counts.literals / texts));
    json_object_set_new(report, "confirms", json_real((double)counts.confirms / texts));
}

const struct engine engine_rebato = {
    .name = "rebato",
    .text = ENGINE_FOLDED,
    .pace = ENGINE_EVERY,
    .create = create,
    .run = run,
    .destroy = destroy,
    .describe = describe,
};
