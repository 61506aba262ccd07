/* Every rule over every text, one after the other: what a program does that has nothing better. */
#include "engines/engines.h"

#include <stdio.h>
#include <stdlib.h>

struct state {
    const struct compiled *compiled; /* the input's */
    size_t count;
    struct compiled_scratch *scratch;
};

static void *
create_on(const struct compiled *compiled, size_t count, char why[ENGINE_WHY_SIZE])
{
    struct state *state = calloc(1, sizeof *state);

    if (state != NULL) {
        *state = (struct state){ compiled, count, compiled_scratch_create() };
        if (state->scratch != NULL) {
            return state;
        }
    }
    free(state);
    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory");
    return NULL;
}

static void *
create_folded(const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    return create_on(input->folded, input->rules->count, why);
}

static void *
create_raw(const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    return create_on(input->raw, input->rules->count, why);
}

static void
match_text(struct state *state, struct view text, uint32_t line, struct pairs *pairs)
{
    for (size_t rule = 0; rule < state->count; rule++) {
        if (compiled_test(state->compiled, state->scratch, rule, text)) {
            pairs_add(pairs, line, (uint32_t)rule);
        }
    }
}

static void
run(void *owner, const struct engine_task *task, struct pairs *pairs)
{
    for (size_t line = task->begin; line < task->end; line += task->stride) {
        match_text(owner, task->texts[line], (uint32_t)line, pairs);
    }
}

static void
destroy(void **owner)
{
    struct state *state = *owner;

    if (state != NULL) {
        compiled_scratch_destroy(&state->scratch);
        free(state);
        *owner = NULL;
    }
}

const struct engine engine_pcre2_folded = {
    .name = "pcre2-jit-folded",
    .text = ENGINE_FOLDED,
    .pace = ENGINE_SAMPLE,
    .create = create_folded,
    .run = run,
    .destroy = destroy,
};

const struct engine engine_pcre2_raw = {
    .name = "pcre2-jit-raw",
    .text = ENGINE_RAW,
    .pace = ENGINE_SAMPLE,
    .create = create_raw,
    .run = run,
    .destroy = destroy,
};
