/* What most programs do: a tree of the whole record, and every rule over the text as it was
 * written. */
#include "course/course.h"

#include "core/limits.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

struct state {
    const struct course_input *input;
    struct compiled_scratch *scratch;
    struct pairs hits;
    char plain[TEXT_SIZE_MAX];
};

static void
destroy(void **owner)
{
    struct state *state = *owner;

    if (state != NULL) {
        compiled_scratch_destroy(&state->scratch);
        pairs_fini(&state->hits);
        free(state);
        *owner = NULL;
    }
}

static void *
create(const struct course_input *input, const char *engine, char why[ENGINE_WHY_SIZE])
{
    struct state *state = calloc(1, sizeof *state);
    void *owner = state;

    (void)engine;
    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory");
    if (state == NULL) {
        return NULL;
    }
    state->input = input;
    state->scratch = compiled_scratch_create();
    if (state->scratch == NULL || !pairs_init(&state->hits, 1024)) {
        destroy(&owner);
    }
    return owner;
}

static struct record_string
string_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return (struct record_string){ json_string_value(value), json_string_length(value) };
}

static void
take_native(const json_t *root, struct record *record)
{
    const json_t *author = json_object_get(root, "author");

    record->id = string_of(root, "id");
    record->time_ms = json_integer_value(json_object_get(root, "ts"));
    record->lang = string_of(root, "lang");
    record->author = string_of(author, "id");
    record->handle = string_of(author, "handle");
    record->reach = json_integer_value(json_object_get(author, "followers"));
    record->text = string_of(root, "text");
    record->reply = !json_is_null(json_object_get(root, "in_reply_to"));
}

static void
take_x(const json_t *root, struct record *record)
{
    const json_t *user = json_object_get(root, "user");
    const json_t *original = json_object_get(root, "retweeted_status");

    record->id = string_of(root, "id_str");
    record->created = string_of(root, "created_at");
    record->lang = string_of(root, "lang");
    record->author = string_of(user, "id_str");
    record->handle = string_of(user, "screen_name");
    record->reach = json_integer_value(json_object_get(user, "followers_count"));
    record->text = string_of(original == NULL ? root : original, "text");
    record->reply = json_is_string(json_object_get(root, "in_reply_to_status_id_str"));
}

static void
match_line(struct state *state, size_t line, struct course_result *result)
{
    struct view json = state->input->lines->at[line];
    json_t *root = json_loadb(json.at, json.size, 0, NULL);
    struct record record = { 0 };

    if (state->input->shape == RECORD_X) {
        take_x(root, &record);
    } else {
        take_native(root, &record);
    }
    if (record.text.at == NULL) {
        result->refused++;
        json_decref(root);
        return;
    }
    struct view text = course_text(&record, state->plain);
    state->hits.count = 0;
    for (size_t rule = 0; rule < state->input->engines->rules->count; rule++) {
        if (compiled_test(state->input->engines->raw, state->scratch, rule, text)) {
            pairs_add(&state->hits, (uint32_t)line, (uint32_t)rule);
        }
    }
    struct course_times time = { (uint32_t)line, course_time(&record) };
    course_count(&state->hits, &time, 1, result);
    json_decref(root);
}

static void
run(void *owner, const struct engine_task *task, struct course_result *result)
{
    for (size_t line = task->begin; line < task->end; line += task->stride) {
        match_line(owner, line, result);
    }
}

void
course_dom(struct course *course)
{
    *course = (struct course){ .name = "dom+pcre2-jit",
        .pace = ENGINE_SAMPLE,
        .create = create,
        .run = run,
        .destroy = destroy };
}
