/*
 * RE2::Set on folded text: one DFA for all rules, built while it reads. The first pass over new
 * text pays for the states; later ones find them. RE2 has no look-ahead: it is cut off and PCRE2
 * confirms.
 */
#include "engines/engines.h"
#include "engines/re2_set.h"
#include "engines/rule_text.h"

#include <stdio.h>
#include <stdlib.h>

/* More than any of our rule sets asked for; with the library's own 8 MiB it starts anew all the
 * time. */
#define MEMORY_MAX ((int64_t)1 << 30)

struct member {
    uint32_t rule;
    uint32_t unsure; /* PCRE2 has to confirm */
};

struct state {
    struct re2_set *set;
    struct member *members;
    size_t count;
    const struct compiled *folded; /* the input's */
    struct compiled_scratch *scratch;
    uint32_t *left_out; /* rules that RE2 does not take: PCRE2 runs them on every text */
    size_t left_out_count;
};

static void
destroy(void **owner)
{
    struct state *state = *owner;

    if (state == NULL) {
        return;
    }
    re2_set_destroy(&state->set);
    compiled_scratch_destroy(&state->scratch);
    free(state->members);
    free(state->left_out);
    free(state);
    *owner = NULL;
}

static int
add_rule(struct state *state, uint32_t rule, struct view pattern)
{
    char *text = malloc(pattern.size + 1);

    if (text == NULL) {
        return 0;
    }
    size_t size = rule_without_looks(pattern, text);
    int number = re2_set_add(state->set, text, size);
    free(text);
    if (number < 0) {
        state->left_out[state->left_out_count++] = rule;
        return 1;
    }
    assert((size_t)number == state->count);
    state->members[state->count++] =
            (struct member){ .rule = rule, .unsure = (uint32_t)rule_looks_around(pattern) };
    return 1;
}

static int
fill(struct state *state, const struct rules *rules)
{
    if (state->set == NULL || state->members == NULL || state->left_out == NULL ||
            state->scratch == NULL) {
        return 0;
    }
    for (size_t i = 0; i < rules->count; i++) {
        if (!add_rule(state, (uint32_t)i, rules->at[i].folded)) {
            return 0;
        }
    }
    return re2_set_compile(state->set);
}

static void *
create(const struct engine_input *input, char why[ENGINE_WHY_SIZE])
{
    struct state *state = calloc(1, sizeof *state);
    void *owner = state;

    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory, for us or for its program");
    if (state == NULL) {
        return NULL;
    }
    state->set = re2_set_create(MEMORY_MAX);
    state->members = calloc(input->rules->count + 1, sizeof *state->members);
    state->left_out = calloc(input->rules->count + 1, sizeof *state->left_out);
    state->folded = input->folded;
    state->scratch = compiled_scratch_create();
    if (!fill(state, input->rules)) {
        destroy(&owner);
    }
    return owner;
}

static void
test_rule(struct state *state, uint32_t rule, struct view text, uint32_t line, struct pairs *pairs)
{
    if (compiled_test(state->folded, state->scratch, rule, text)) {
        pairs_add(pairs, line, rule);
    }
}

static void
match_text(struct state *state, struct view text, uint32_t line, struct pairs *pairs)
{
    const int *numbers = NULL;
    long count = re2_set_match(state->set, text.at, text.size, &numbers);

    for (long i = 0; i < count; i++) {
        struct member member = state->members[numbers[i]];
        if (member.unsure) {
            test_rule(state, member.rule, text, line, pairs);
        } else {
            pairs_add(pairs, line, member.rule);
        }
    }
    for (size_t i = 0; i < state->left_out_count; i++) {
        test_rule(state, state->left_out[i], text, line, pairs);
    }
    if (count < 0) { /* its memory is full: the pattern by pattern way is the only one left */
        for (size_t i = 0; i < state->count; i++) {
            test_rule(state, state->members[i].rule, text, line, pairs);
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

const struct engine engine_re2 = {
    .name = "re2-set",
    .text = ENGINE_FOLDED,
    .pace = ENGINE_EVERY,
    .create = create,
    .run = run,
    .destroy = destroy,
};
