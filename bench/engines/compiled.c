#define PCRE2_CODE_UNIT_WIDTH 8

#include "engines/compiled.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

enum { JIT_STACK_START = 32768, JIT_STACK_MAX = 1 << 20 };

struct compiled {
    pcre2_code **codes;
    size_t count;
};

struct compiled_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    size_t given_up;
};

static uint32_t
options_of(enum compiled_form form)
{
    switch (form) {
    case COMPILED_FOLDED:
        return 0;
    case COMPILED_RAW:
        return PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS;
    case COMPILED_FOLDED_UTF:
        return PCRE2_UTF;
    case COMPILED_FOLDED_UTF_UCP:
        return PCRE2_UTF | PCRE2_UCP;
    }
    return 0;
}

static pcre2_code *
compile_rule(struct view pattern, enum compiled_form form, size_t number)
{
    int error;
    PCRE2_SIZE at;
    pcre2_code *code = pcre2_compile(
            (PCRE2_SPTR)pattern.at, pattern.size, options_of(form), &error, &at, NULL);

    if (code == NULL) {
        PCRE2_UCHAR what[128];
        (void)pcre2_get_error_message(error, what, sizeof what);
        (void)fprintf(stderr, "rule %zu, byte %zu: %s\n", number, (size_t)at, (const char *)what);
        return NULL;
    }
    if (pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) != 0) {
        (void)fprintf(stderr, "rule %zu: no machine code, it will be interpreted\n", number);
    }
    return code;
}

struct compiled *
compiled_create(const struct rules *rules, enum compiled_form form)
{
    struct compiled *compiled = calloc(1, sizeof *compiled);

    if (compiled == NULL) {
        return NULL;
    }
    compiled->codes = calloc(rules->count + 1, sizeof(pcre2_code *));
    if (compiled->codes == NULL) {
        compiled_destroy(&compiled);
        return NULL;
    }
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->at[i];
        compiled->codes[i] = compile_rule(form == COMPILED_RAW ? rule->raw : rule->folded, form, i);
        compiled->count = i + 1;
        if (compiled->codes[i] == NULL) {
            compiled_destroy(&compiled);
            return NULL;
        }
    }
    return compiled;
}

void
compiled_destroy(struct compiled **compiled)
{
    if (*compiled == NULL) {
        return;
    }
    for (size_t i = 0; i < (*compiled)->count; i++) {
        pcre2_code_free((*compiled)->codes[i]);
    }
    free((*compiled)->codes);
    free(*compiled);
    *compiled = NULL;
}

struct compiled_scratch *
compiled_scratch_create(void)
{
    struct compiled_scratch *scratch = calloc(1, sizeof *scratch);

    if (scratch == NULL) {
        return NULL;
    }
    scratch->data = pcre2_match_data_create(1, NULL);
    scratch->context = pcre2_match_context_create(NULL);
    scratch->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
    if (scratch->data == NULL || scratch->context == NULL || scratch->stack == NULL) {
        compiled_scratch_destroy(&scratch);
        return NULL;
    }
    pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
    return scratch;
}

void
compiled_scratch_destroy(struct compiled_scratch **scratch)
{
    if (*scratch == NULL) {
        return;
    }
    pcre2_match_data_free((*scratch)->data);
    pcre2_match_context_free((*scratch)->context);
    pcre2_jit_stack_free((*scratch)->stack);
    free(*scratch);
    *scratch = NULL;
}

/* pcre2_jit_match() skips the checks of pcre2_match(); it takes no PCRE2_NO_UTF_CHECK and needs
 * none. A rule that has no machine code makes it fail, and the slower call answers. */
static int
run_rule(const struct compiled *compiled,
        struct compiled_scratch *scratch,
        size_t rule,
        struct view text)
{
    PCRE2_SPTR at = (PCRE2_SPTR)text.at;
    int found = pcre2_jit_match(compiled->codes[rule], at, text.size, 0, PCRE2_NOTEMPTY,
            scratch->data, scratch->context);

    if (found == PCRE2_ERROR_JIT_BADOPTION) {
        found = pcre2_match(compiled->codes[rule], at, text.size, 0,
                PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK, scratch->data, scratch->context);
    }
    scratch->given_up += found < 0 && found != PCRE2_ERROR_NOMATCH;
    return found >= 0;
}

int
compiled_test(const struct compiled *compiled,
        struct compiled_scratch *scratch,
        size_t rule,
        struct view text)
{
    return run_rule(compiled, scratch, rule, text);
}

int
compiled_find(const struct compiled *compiled,
        struct compiled_scratch *scratch,
        size_t rule,
        struct view text,
        size_t span[2])
{
    if (!run_rule(compiled, scratch, rule, text)) {
        return 0;
    }
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(scratch->data);
    span[0] = ends[0];
    span[1] = ends[1];
    return 1;
}

size_t
compiled_given_up(const struct compiled_scratch *scratch)
{
    return scratch->given_up;
}
