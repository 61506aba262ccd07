/* Ours: texts are copied into the scanner's arena, a batch at a time; the copy is part of the time. */
#include "engines/engines.h"

#include "pattern/frequency.h"
#include "scan/scanner.h"

#include <stdio.h>
#include <stdlib.h>

struct state {
    struct frequency *frequency;
    struct pattern *patterns;
    size_t count; /* of patterns that are compiled */
    const struct scan_set *set;
    struct scanner *scanner;
    uint32_t lines[SCAN_TEXTS_MAX]; /* of the batch */
};

static void
destroy(void **owner)
{
    struct state *state = *owner;

    if (state == NULL) {
        return;
    }
    scanner_destroy(&state->scanner);
    scan_set_destroy(&state->set);
    for (size_t i = 0; i < state->count; i++) {
        pattern_fini(&state->patterns[i]);
    }
    free(state->patterns);
    frequency_destroy(&state->frequency);
    free(state);
    *owner = NULL;
}

static int
add_rule(struct state *state,
        struct scan_builder *builder,
        struct view text,
        char why[ENGINE_WHY_SIZE])
{
    struct pattern *pattern = &state->patterns[state->count];
    struct pattern_error error;

    if (!pattern_init(pattern, text, PATTERN_BYTES, &error)) {
        (void)snprintf(why, ENGINE_WHY_SIZE, "rule %zu: %s", state->count, error.what);
        return 0;
    }
    state->count++;
    if (!scan_builder_add(builder, pattern, text, PATTERN_BYTES, NULL)) {
        (void)snprintf(why, ENGINE_WHY_SIZE, "no memory");
        return 0;
    }
    return 1;
}

static int
build(struct state *state, const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    struct scan_builder *builder = scan_builder_create(state->frequency);
    int added = builder != NULL;

    for (size_t i = 0; i < input->rules->count && added; i++) {
        added = add_rule(state, builder, input->rules->at[i].folded, why);
    }
    if (added) {
        state->set = scan_set_build(builder);
    }
    scan_builder_destroy(&builder);
    return state->set != NULL;
}

static void *
create(const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    struct state *state = calloc(1, sizeof *state);
    void *owner = state;

    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory");
    if (state == NULL) {
        return NULL;
    }
    state->frequency = frequency_create();
    state->patterns = calloc(input->rules->count + 1, sizeof *state->patterns);
    if (state->frequency != NULL && state->patterns != NULL && build(state, input, why)) {
        state->scanner = scanner_create(state->set, input->isa);
    }
    if (state->scanner == NULL) {
        destroy(&owner);
    }
    return owner;
}

static void
finish_batch(struct state *state, struct pairs *pairs)
{
    uint32_t texts = scanner_text_count(state->scanner);
    size_t count;

    scanner_run(state->scanner);
    for (uint32_t text = 0; text < texts; text++) {
        (void)scanner_confirm(state->scanner, text);
        const struct scan_hit *hits = scanner_hits(state->scanner, text, &count);
        for (size_t i = 0; i < count; i++) {
            pairs_add(pairs, state->lines[text], hits[i].pattern);
        }
    }
    scanner_clear(state->scanner);
}

static void
run(void *owner, const struct engine_task *task, struct pairs *pairs)
{
    struct state *state = owner;

    scanner_clear(state->scanner);
    for (size_t line = task->begin; line < task->end; line += task->stride) {
        struct view text = task->texts[line];
        char *room = scanner_room(state->scanner, text.size);
        if (room == NULL) {
            finish_batch(state, pairs);
            room = scanner_room(state->scanner, text.size);
        }
        memcpy(room, text.at, text.size);
        state->lines[scanner_add(state->scanner, text.size)] = (uint32_t)line;
    }
    finish_batch(state, pairs);
}

const struct engine engine_rebato = {
    .name = "rebato",
    .text = ENGINE_FOLDED,
    .pace = ENGINE_EVERY,
    .create = create,
    .run = run,
    .destroy = destroy,
};
