#define PCRE2_CODE_UNIT_WIDTH 8

#include "pattern/pattern.h"

#include "core/limits.h"

#include <assert.h>
#include <pcre2.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define JIT_STACK_START ((size_t)32 * 1024)
#define JIT_STACK_MAX   ((size_t)512 * 1024)
#define DEPTH_LIMIT     1000
#define HEAP_LIMIT_KIB  1024
#define FRAMES_SIZE     ((size_t)HEAP_LIMIT_KIB * 1024 + 1024)
/* The interpreter grows its frames by taking a new block, copying, and freeing the old one. */
#define FRAMES_BLOCKS 2

/* What a plain search costs, in steps. */
#define CALL_STEPS   16
#define BYTES_A_STEP 3

/* Plain groups capture nothing: only names are ever asked for. */
#define BYTES_OPTIONS   (PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE)
#define UNICODE_OPTIONS (BYTES_OPTIONS | PCRE2_UTF | PCRE2_UCP)
/* Folding only writes whole code points, so checking each text again would be wasted. */
#define MATCH_OPTIONS (PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY)

struct pattern_holders {
    atomic_uint count;
};

struct pattern_scratch {
    pcre2_general_context *memory;
    pcre2_match_data *data;
    pcre2_match_context *jit_limits;
    pcre2_match_context *plain_limits;
    pcre2_jit_stack *jit_stack;
    /* The interpreter's frames, taken at creation so that a rare fallback allocates nothing. */
    unsigned char *frames[FRAMES_BLOCKS];
    int frames_used[FRAMES_BLOCKS];
    int ready;     /* from now on only the frames above are handed out */
    int interpret; /* although there is machine code */
    size_t fitted; /* the size of text that the limits are for */
    uint64_t left; /* of the steps allowed */
};

static void *
frames_take(size_t size, void *owner)
{
    struct pattern_scratch *scratch = owner;
    if (!scratch->ready) {
        return malloc(size);
    }
    for (size_t i = 0; i < FRAMES_BLOCKS; i++) {
        if (!scratch->frames_used[i] && size <= FRAMES_SIZE) {
            scratch->frames_used[i] = 1;
            return scratch->frames[i];
        }
    }
    return NULL;
}

static void
frames_give(void *block, void *owner)
{
    struct pattern_scratch *scratch = owner;
    for (size_t i = 0; i < FRAMES_BLOCKS; i++) {
        if (block != NULL && block == scratch->frames[i]) {
            scratch->frames_used[i] = 0;
            return;
        }
    }
    free(block);
}

int
pattern_init(struct pattern *pattern,
        struct view text,
        enum pattern_mode mode,
        struct pattern_error *error)
{
    uint32_t options = mode == PATTERN_UNICODE ? UNICODE_OPTIONS : BYTES_OPTIONS;
    int code = 0;
    *pattern = (struct pattern){ 0 };
    *error = (struct pattern_error){ 0 };
    pattern->code = pcre2_compile((PCRE2_SPTR)(text.at == NULL ? "" : text.at), text.size, options,
            &code, &error->at, NULL);
    if (pattern->code == NULL) {
        (void)pcre2_get_error_message(code, (PCRE2_UCHAR *)error->what, sizeof error->what);
        return 0;
    }
    pattern->holders = malloc(sizeof *pattern->holders);
    if (pattern->holders == NULL) {
        (void)snprintf(error->what, sizeof error->what, "out of memory");
        pattern_fini(pattern);
        return 0;
    }
    atomic_init(&pattern->holders->count, 1);
    uint32_t may_be_empty = 0;
    (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &pattern->names);
    (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &pattern->name_count);
    (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &pattern->name_size);
    (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_CAPTURECOUNT, &pattern->group_count);
    (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_MATCHEMPTY, &may_be_empty);
    pattern->may_be_empty = may_be_empty != 0;
    /* Where memory may not be made executable this fails, and the interpreter serves. */
    pattern->jit = pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0;
    return 1;
}

void
pattern_fini(struct pattern *pattern)
{
    if (pattern->holders == NULL || atomic_fetch_sub(&pattern->holders->count, 1) == 1) {
        pcre2_code_free(pattern->code);
        free(pattern->holders);
    }
    *pattern = (struct pattern){ 0 };
}

void
pattern_share(const struct pattern *known, struct pattern *pattern)
{
    assert(known->holders != NULL);
    *pattern = *known;
    (void)atomic_fetch_add(&pattern->holders->count, 1);
}

static pcre2_match_context *
limits_create(uint32_t match_limit)
{
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    if (limits != NULL) {
        (void)pcre2_set_match_limit(limits, match_limit);
        (void)pcre2_set_depth_limit(limits, DEPTH_LIMIT);
        (void)pcre2_set_heap_limit(limits, HEAP_LIMIT_KIB);
    }
    return limits;
}

struct pattern_scratch *
pattern_scratch_create(uint32_t group_count_max)
{
    struct pattern_scratch *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL) {
        return NULL;
    }
    int whole = 1;
    for (size_t i = 0; i < FRAMES_BLOCKS; i++) {
        scratch->frames[i] = malloc(FRAMES_SIZE);
        whole = whole && scratch->frames[i] != NULL;
    }
    scratch->memory = pcre2_general_context_create(frames_take, frames_give, scratch);
    scratch->data = scratch->memory == NULL
                            ? NULL
                            : pcre2_match_data_create(group_count_max + 1, scratch->memory);
    scratch->jit_limits = limits_create(MATCH_LIMIT_JIT);
    scratch->plain_limits = limits_create(MATCH_LIMIT_PLAIN);
    scratch->jit_stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
    if (!whole || scratch->data == NULL || scratch->jit_limits == NULL ||
            scratch->plain_limits == NULL) {
        pattern_scratch_destroy(&scratch);
        return NULL;
    }
    /* Without a stack of its own (no JIT in this PCRE2) the machine's is used. */
    pcre2_jit_stack_assign(scratch->jit_limits, NULL, scratch->jit_stack);
    scratch->left = UINT64_MAX;
    scratch->ready = 1;
    return scratch;
}

void
pattern_scratch_destroy(struct pattern_scratch **scratch)
{
    struct pattern_scratch *old = *scratch;
    if (old == NULL) {
        return;
    }
    pcre2_match_data_free(old->data);
    pcre2_match_context_free(old->jit_limits);
    pcre2_match_context_free(old->plain_limits);
    pcre2_jit_stack_free(old->jit_stack);
    pcre2_general_context_free(old->memory);
    for (size_t i = 0; i < FRAMES_BLOCKS; i++) {
        free(old->frames[i]);
    }
    free(old);
    *scratch = NULL;
}

void
pattern_scratch_allow(struct pattern_scratch *scratch, uint64_t steps)
{
    scratch->left = steps;
}

void
pattern_scratch_interpret(struct pattern_scratch *scratch)
{
    scratch->interpret = 1;
}

/* PCRE2 counts anew at every start: the longer the text, the less each start may take. */
static void
fit_limits(struct pattern_scratch *scratch, size_t size)
{
    if (scratch->fitted == size) {
        return;
    }
    uint32_t limit = size == 0 ? MATCH_LIMIT_JIT : (uint32_t)(SEARCH_STEPS_MAX / size);
    limit = limit < MATCH_LIMIT_LEAST ? MATCH_LIMIT_LEAST : limit;
    (void)pcre2_set_match_limit(
            scratch->jit_limits, limit < MATCH_LIMIT_JIT ? limit : MATCH_LIMIT_JIT);
    (void)pcre2_set_match_limit(
            scratch->plain_limits, limit < MATCH_LIMIT_PLAIN ? limit : MATCH_LIMIT_PLAIN);
    scratch->fitted = size;
}

/* For a search that passed over so many bytes. */
static void
charge(const struct pattern *pattern, struct pattern_scratch *scratch, size_t bytes)
{
    uint64_t steps = CALL_STEPS + bytes / BYTES_A_STEP +
                     (uint64_t)pattern->worst_steps * bytes / TEXT_SIZE_MAX;
    scratch->left -= steps < scratch->left ? steps : scratch->left;
}

static int
run(const struct pattern *pattern, struct pattern_scratch *scratch, struct view text, size_t from)
{
    PCRE2_SPTR at = (PCRE2_SPTR)text.at;
    int rc = PCRE2_ERROR_JIT_STACKLIMIT;
    fit_limits(scratch, text.size);
    if (pattern->jit && !scratch->interpret) {
        rc = pcre2_match(pattern->code, at, text.size, from, MATCH_OPTIONS, scratch->data,
                scratch->jit_limits);
    }
    /* A text too deep for the JIT stack gets one more try, under the interpreter's tight limit. */
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT) {
        rc = pcre2_match(pattern->code, at, text.size, from, MATCH_OPTIONS | PCRE2_NO_JIT,
                scratch->data, scratch->plain_limits);
    }
    return rc;
}

enum pattern_outcome
pattern_find(const struct pattern *pattern,
        struct pattern_scratch *scratch,
        struct view text,
        size_t from,
        struct pattern_span *span)
{
    assert(pattern->code != NULL);
    assert(from <= text.size);
    if (scratch->left == 0) {
        return PATTERN_GAVE_UP;
    }
    int rc = run(pattern, scratch, text.at == NULL ? VIEW("") : text, from);
    if (rc == PCRE2_ERROR_NOMATCH) {
        charge(pattern, scratch, text.size - from);
        return PATTERN_NOT_FOUND;
    }
    if (rc < 0) {
        scratch->left -= scratch->left < SEARCH_STEPS_MAX ? scratch->left : SEARCH_STEPS_MAX;
        return PATTERN_GAVE_UP;
    }
    const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(scratch->data);
    *span = (struct pattern_span){ .begin = bounds[0], .end = bounds[1] };
    assert(span->begin < span->end && span->end <= text.size);
    charge(pattern, scratch, span->begin - from);
    return PATTERN_FOUND;
}

enum pattern_outcome
pattern_test(const struct pattern *pattern, struct pattern_scratch *scratch, struct view text)
{
    /* The JIT's own entry: no checks of arguments that pattern_init() and the caller made good. */
    if (pattern->jit && !scratch->interpret && scratch->left > 0) {
        fit_limits(scratch, text.size);
        int rc = pcre2_jit_match(pattern->code, (PCRE2_SPTR)(text.at == NULL ? "" : text.at),
                text.size, 0, MATCH_OPTIONS, scratch->data, scratch->jit_limits);
        if (rc != PCRE2_ERROR_JIT_STACKLIMIT) {
            return rc >= 0                     ? PATTERN_FOUND
                   : rc == PCRE2_ERROR_NOMATCH ? PATTERN_NOT_FOUND
                                               : PATTERN_GAVE_UP;
        }
    }
    struct pattern_span span;
    return pattern_find(pattern, scratch, text, 0, &span);
}

int
pattern_group(const struct pattern *pattern,
        const struct pattern_scratch *scratch,
        uint32_t index,
        struct view *name,
        struct pattern_span *span)
{
    assert(index < pattern->name_count);
    /* A row is the group's number, two bytes, high one first, then the name and a NUL. */
    const unsigned char *row = pattern->names + (size_t)index * pattern->name_size;
    size_t group = (size_t)row[0] << 8 | row[1];
    assert(group < pcre2_get_ovector_count(scratch->data));
    const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(scratch->data);
    *name = view_of((const char *)row + 2);
    *span = (struct pattern_span){ .begin = bounds[2 * group], .end = bounds[2 * group + 1] };
    return span->begin != PCRE2_UNSET && span->begin < span->end;
}
