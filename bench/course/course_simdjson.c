/* simdjson on demand, a fold by table, and Vectorscan in one of its modes. */
#include "course/course.h"
#include "course/plain_fold.h"

#include <stdio.h>
#include <stdlib.h>

#if defined(BENCH_HAS_SIMDJSON)

enum { BATCH = 256, ARENA_SIZE = BATCH * TEXT_SIZE_MAX * FOLD_GROWTH_MAX };

struct state {
    const struct course_input *input;
    struct simdjson_reader *reader;
    struct plain_fold *fold;
    const struct engine *engine;
    void *matcher;
    char *arena; /* folded texts of the batch; only as much of it is touched as they take */
    struct view texts[BATCH];
    struct course_times times[BATCH];
    size_t count;
    struct pairs hits;
    char plain[TEXT_SIZE_MAX];
};

static void
destroy(void **owner)
{
    struct state *state = *owner;

    if (state == NULL) {
        return;
    }
    if (state->matcher != NULL) {
        state->engine->destroy(&state->matcher);
    }
    simdjson_reader_destroy(&state->reader);
    plain_fold_destroy(&state->fold);
    pairs_fini(&state->hits);
    free(state->arena);
    free(state);
    *owner = NULL;
}

static const struct engine *
find_engine(const char *name)
{
    struct engine_row row;

    for (size_t i = 0; engine_at(i, &row); i++) {
        if (strcmp(row.name, name) == 0) {
            return row.engine;
        }
    }
    return NULL;
}

static void *
create(const struct course_input *input, const char *engine, char why[ENGINE_WHY_SIZE])
{
    struct state *state = calloc(1, sizeof *state);
    void *owner = state;

    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory, or no Vectorscan in this build");
    if (state == NULL) {
        return NULL;
    }
    state->input = input;
    state->engine = find_engine(engine);
    state->reader = simdjson_reader_create();
    state->fold = plain_fold_create();
    state->arena = malloc(ARENA_SIZE);
    if (state->engine != NULL && state->reader != NULL && state->fold != NULL &&
            state->arena != NULL && pairs_init(&state->hits, 4096)) {
        state->matcher = state->engine->create(input->engines, why);
    }
    if (state->matcher == NULL) {
        destroy(&owner);
    }
    return owner;
}

/* The engine numbers texts of the batch; the tally wants lines. */
static void
match_batch(struct state *state, struct course_result *result)
{
    struct engine_task task = { state->texts, 0, state->count, 1, 1 };

    state->hits.count = 0;
    state->engine->run(state->matcher, &task, &state->hits);
    for (size_t i = 0; i < state->hits.count; i++) {
        state->hits.at[i].line = state->times[state->hits.at[i].line].line;
    }
    course_count(&state->hits, state->times, state->count, result);
    state->count = 0;
}

static size_t
read_batch(struct state *state,
        const struct engine_task *task,
        size_t line,
        struct course_result *result)
{
    size_t used = 0;
    struct record record;

    for (; line < task->end && state->count < BATCH; line += task->stride) {
        struct view json = state->input->lines->at[line];
        if (!simdjson_reader_read(state->reader, state->input->shape,
                    (struct record_string){ json.at, json.size }, &record)) {
            result->refused++;
            continue;
        }
        struct view text = course_text(&record, state->plain);
        char *out = state->arena + used;
        size_t size = plain_fold_text(state->fold, text, out);
        state->texts[state->count] = (struct view){ out, size };
        state->times[state->count++] =
                (struct course_times){ (uint32_t)line, course_time(&record) };
        used += size;
    }
    return line;
}

static void
run(void *owner, const struct engine_task *task, struct course_result *result)
{
    struct state *state = owner;

    for (size_t line = task->begin; line < task->end;) {
        line = read_batch(state, task, line, result);
        match_batch(state, result);
    }
}

#else

static void *
create(const struct course_input *input, const char *engine, char why[ENGINE_WHY_SIZE])
{
    (void)input;
    (void)engine;
    (void)snprintf(why, ENGINE_WHY_SIZE, "simdjson or a C++ compiler was missing in the build");
    return NULL;
}

static void
run(void *owner, const struct engine_task *task, struct course_result *result)
{
    (void)owner;
    (void)task;
    (void)result;
}

static void
destroy(void **owner)
{
    *owner = NULL;
}

#endif

void
course_simdjson(struct course *course)
{
    *course = (struct course){
        .pace = ENGINE_EVERY, .create = create, .run = run, .destroy = destroy
    };
}
