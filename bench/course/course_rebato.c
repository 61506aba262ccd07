/* Ours: a batch is read, folded straight into the scanner's arena, scanned, confirmed and counted.
 * */
#include "course/course.h"
#include "harness/texts.h"
#include "mention/reader.h"
#include "scan/scanner.h"

#include <stdio.h>
#include <stdlib.h>

struct state {
    const struct course_input *input;
    struct reader *reader;
    struct scanner *scanner;
    struct mention mentions[SCAN_TEXTS_MAX];
    struct course_times times[SCAN_TEXTS_MAX];
    size_t count;
    struct pairs hits;
};

static void
destroy(void **owner)
{
    struct state *state = *owner;

    if (state != NULL) {
        reader_destroy(&state->reader);
        scanner_destroy(&state->scanner);
        pairs_fini(&state->hits);
        free(state);
        *owner = NULL;
    }
}

static void *
create(const struct course_input *input, const char *engine, char why[ENGINE_WHY_SIZE])
{
    /* The shape, and the fields, that its peers are written for. */
    const uint32_t fields =
            READER_FIELD_BIT(READER_FIELD_id) | READER_FIELD_BIT(READER_FIELD_lang) |
            READER_FIELD_BIT(READER_FIELD_author) | READER_FIELD_BIT(READER_FIELD_handle) |
            READER_FIELD_BIT(READER_FIELD_reach) | READER_FIELD_BIT(READER_FIELD_reply_to);
    struct reader_options options = { .fields = fields,
        .shape = input->shape == RECORD_NATIVE ? "native" : "x-v1.1" };
    struct state *state = calloc(1, sizeof *state);
    void *owner = state;

    (void)engine;
    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory");
    if (state == NULL) {
        return NULL;
    }
    state->input = input;
    state->reader = reader_create(&options);
    state->scanner = scanner_create(input->rebato->set, input->engines->isa);
    if (state->reader == NULL || state->scanner == NULL || !pairs_init(&state->hits, 4096)) {
        destroy(&owner);
    }
    return owner;
}

static void
scan_batch(struct state *state, struct course_result *result)
{
    size_t count;

    scanner_run(state->scanner);
    state->hits.count = 0;
    for (uint32_t text = 0; text < state->count; text++) {
        (void)scanner_confirm(state->scanner, text);
        const struct scan_hit *hits = scanner_hits(state->scanner, text, &count);
        for (size_t i = 0; i < count; i++) {
            pairs_add(&state->hits, state->times[text].line, hits[i].pattern);
        }
    }
    course_count(&state->hits, state->times, state->count, result);
    scanner_clear(state->scanner);
}

/* Reads records until the batch is full; returns the line that is next. */
static size_t
read_batch(struct state *state,
        const struct engine_task *task,
        size_t line,
        struct course_result *result)
{
    struct reader_trouble trouble;

    reader_clear(state->reader);
    while (line < task->end && state->count < SCAN_TEXTS_MAX && reader_has_room(state->reader)) {
        struct mention *mention = &state->mentions[state->count];
        if (reader_read_on(state->reader, state->input->lines->at[line], mention, &trouble) ==
                REBATO_FATE_unmatched) {
            state->times[state->count++] =
                    (struct course_times){ (uint32_t)line, mention->time_ms };
        } else {
            result->refused++;
        }
        line += task->stride;
    }
    return line;
}

/* Folds mentions from `from` on into the arena until it is full; returns how many are in. */
static size_t
fold_some(struct state *state, size_t from, size_t end)
{
    enum isa isa = state->input->engines->isa;
    size_t i = from;

    for (; i < end; i++) {
        struct view text = state->mentions[i].text;
        char *room = scanner_room(state->scanner, text.size * FOLD_GROWTH_MAX);
        if (room == NULL) {
            break;
        }
        (void)scanner_add(state->scanner, fold_into(isa, text, BENCH_FOLD, room));
        state->times[i - from] = state->times[i];
    }
    return i - from;
}

/* The arena may fill up before all that were read are in; then it is scanned, and again. */
static void
match_batch(struct state *state, struct course_result *result)
{
    size_t read = state->count;

    for (size_t done = 0; done < read; done += state->count) {
        state->count = fold_some(state, done, read);
        scan_batch(state, result);
    }
}

static void
run(void *owner, const struct engine_task *task, struct course_result *result)
{
    struct state *state = owner;
    size_t line = task->begin;

    scanner_clear(state->scanner);
    while (line < task->end) {
        state->count = 0;
        line = read_batch(state, task, line, result);
        match_batch(state, result);
    }
}

void
course_rebato(struct course *course)
{
    *course = (struct course){
        .name = "rebato", .pace = ENGINE_EVERY, .create = create, .run = run, .destroy = destroy
    };
}
