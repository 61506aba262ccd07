/* Matching takes no memory: the C library's allocator is watched while it runs. */
#include "fixture.h"

#include "pattern/pattern.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATCHED 0
#else
#define WATCHED 1
#endif

#if WATCHED
/* Atomic, because the optimizer believes to know what a function named malloc reads and writes. */
static _Atomic int watching;
static _Atomic size_t taken;
static void *_Atomic kept; /* and a pair of malloc and free that nobody sees would be left out */

/* glibc's own, under the names that programs replacing malloc may use. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *
malloc(size_t size)
{
    taken += (size_t)watching;
    return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
    taken += (size_t)watching;
    return __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
    taken += (size_t)watching;
    return __libc_realloc(old, size);
}

static const char rules[] =
        "schema: rebato/rules/v1\n"
        "brands:\n"
        "  - {id: acme, names: [acme, '(?:acm|akm)e'], handles: [acme]}\n"
        "  - {id: zeta, names: [zeta]}\n"
        "rules:\n"
        "  - {id: a, signal: outage, match: {any: ['no va'], near: {brand: 9}}, "
        "facets: ['(?<os>ios|android)'], tests: [{match: [no va]}]}\n"
        "  - {id: b, signal: billing, match: {any: ['^(?:[a ]|[a ]){1,200}b']}, "
        "tests: [{no_match: [no va]}]}\n";

Test(memory, matching_takes_none)
{
    static char longest[TEXT_SIZE_MAX];
    struct fixture fixture;
    fixture_init(&fixture, rules);
    for (size_t i = 0; i < sizeof longest; i++) {
        longest[i] = "a a"[i % 3];
    }
    longest[sizeof longest - 1] = 'b';
    struct mention mentions[] = {
        { .text = VIEW("acme no va en android, zeta no va en ios") },
        { .text = VIEW("@acme \xc3\x91 \xef\xac\x81 no va"),
                .quoted = VIEW("zeta"),
                .reply_to_handle = VIEW("acme"),
                .author_handle = VIEW("somebody") },
        { .text = { longest, sizeof longest }, .reply_to_handle = VIEW("acme") },
    };
    uint32_t given_up = 0;
    watching = 1;
    for (size_t i = 0; i < 3 * sizeof mentions / sizeof mentions[0]; i++) {
        (void)matcher_match(fixture.matcher, &mentions[i % 3], &fixture.result);
        given_up += fixture.result.limit_reached;
    }
    watching = 0;
    cr_expect_eq(taken, 0, "%zu times", taken);
    cr_expect_gt(given_up, 0, "the fallbacks were not reached");
    watching = 1;
    kept = malloc(1);
    free(kept);
    watching = 0;
    cr_expect_eq(taken, 1, "the watch itself does not work: %zu times", (size_t)taken);
    fixture_fini(&fixture);
}

Test(memory, the_interpreter_takes_none_either)
{
    static char text[2000];
    struct pattern pattern;
    struct pattern_error error;
    struct pattern_span span;
    struct pattern_scratch *scratch = pattern_scratch_create(1);
    cr_assert(pattern_init(&pattern, VIEW("^(?:(?<x>[a-z])|y)*$"), PATTERN_UNICODE, &error));
    pattern.jit = 0;
    memset(text, 'a', sizeof text);
    watching = 1;
    for (size_t size = 1; size < sizeof text; size += 37) {
        enum pattern_outcome outcome =
                pattern_find(&pattern, scratch, (struct view){ text, size }, 0, &span);
        watching = 0;
        cr_expect_eq(outcome, size < 300 ? PATTERN_FOUND : outcome, "%zu bytes", size);
        watching = 1;
    }
    watching = 0;
    cr_expect_eq(taken, 0, "%zu times", taken);
    pattern_fini(&pattern);
    pattern_scratch_destroy(&scratch);
}
#else
Test(memory, is_not_watched_here)
{
    cr_skip_test("the sanitizer has an allocator of its own");
}
#endif
