/* Ours: texts are copied into the scanner's arena, a batch at a time; the copy is part of the time.
 * */
#include "engines/engines.h"
#include "engines/rebato_rules.h"
#include "scan/scanner.h"

#include <stdio.h>
#include <stdlib.h>

struct state {
    struct rebato_rules rules;
    struct scanner *scanner;
    uint32_t lines[SCAN_TEXTS_MAX]; /* of the batch */
};

static void
destroy(void **owner)
{
    struct state *state = *owner;

    if (state != NULL) {
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
