/* Our way of running a pattern against PCRE2's plainest: no JIT, fresh match data, no limits. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "pattern/pattern.h"

#include <pcre2.h>

struct oracle {
    int found;
    size_t begin;
    size_t end;
};

static struct oracle
oracle_find(const char *pattern, struct view text, size_t from)
{
    int code = 0;
    PCRE2_SIZE at = 0;
    struct oracle oracle = { 0 };
    pcre2_code *compiled = pcre2_compile(
            (PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP, &code, &at, NULL);
    cr_assert_not_null(compiled, "%s", pattern);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(compiled, NULL);
    int rc = pcre2_match(compiled, (PCRE2_SPTR)text.at, text.size, from,
            PCRE2_NO_JIT | PCRE2_NOTEMPTY, data, NULL);
    if (rc >= 0) {
        const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(data);
        oracle = (struct oracle){ 1, bounds[0], bounds[1] };
    }
    pcre2_match_data_free(data);
    pcre2_code_free(compiled);
    return oracle;
}

static const char *const patterns[] = { "\\bno (?:me )?funciona\\b", "\\bca[iy]d[oa]s?\\b", "a*",
    "(?<os>android|ios)", "\\w+", "(?:\\w+\\W+){0,3}down", "\xc3\xb1", "[^a-z ]+", "(?<=no )va",
    "app(?! store)", "^whats", "va$", ".", "\\d{2,}", "x?y?", "(a|ab)(c|bcd)", "\\X" };

static const char *const texts[] = { "", "a", "no funciona", "whatsapp no me funciona nada",
    "a\xc3\xb1o nuevo, caida total", "esta caido en android y en ios", "app store app", "no va",
    "abcd", "1 22 333", "is it down? it is so very down", "\xf0\x9f\x98\xa1 no va", "y", "aaa bbb",
    "se cayo\nno va\n" };

Test(pattern, finds_what_the_plain_interpreter_finds)
{
    struct pattern_scratch *scratch = pattern_scratch_create(4);
    size_t found = 0;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        struct pattern pattern;
        struct pattern_error error;
        cr_assert(pattern_init(&pattern, view_of(patterns[i]), PATTERN_UNICODE, &error));
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++) {
            struct view text = view_of(texts[j]);
            struct pattern_span span = { 0 };
            enum pattern_outcome outcome = pattern_find(&pattern, scratch, text, 0, &span);
            struct oracle oracle = oracle_find(patterns[i], text, 0);
            cr_expect_eq(outcome == PATTERN_FOUND, oracle.found, "%s on %s", patterns[i], texts[j]);
            cr_expect_eq(span.begin, oracle.begin, "%s on %s", patterns[i], texts[j]);
            cr_expect_eq(span.end, oracle.end, "%s on %s", patterns[i], texts[j]);
            found += (size_t)oracle.found;
        }
        pattern_fini(&pattern);
    }
    cr_expect_gt(found, 50, "the table is too easy");
    pattern_scratch_destroy(&scratch);
}

Test(pattern, says_where_it_does_not_compile)
{
    struct pattern pattern;
    struct pattern_error error;
    cr_expect_not(pattern_init(&pattern, VIEW("abc(d"), PATTERN_UNICODE, &error));
    cr_expect_eq(error.at, 5);
    cr_expect(strstr(error.what, "parenthesis") != NULL, "%s", error.what);
    pattern_fini(&pattern);
}

Test(pattern, gives_up_on_a_text_that_takes_too_long)
{
    static char text[4096];
    struct pattern pattern;
    struct pattern_error error;
    struct pattern_span span;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 'b';
    struct pattern_scratch *scratch = pattern_scratch_create(4);
    /* Not to be written in a rule file, but what if it were. */
    cr_assert(pattern_init(&pattern, VIEW("^(?:a+)+$"), PATTERN_UNICODE, &error));
    cr_expect_eq(pattern_find(&pattern, scratch, (struct view){ text, sizeof text }, 0, &span),
            PATTERN_GAVE_UP);
    cr_expect_eq(pattern_find(&pattern, scratch, VIEW("bbb"), 0, &span), PATTERN_NOT_FOUND);
    pattern_fini(&pattern);
    pattern_scratch_destroy(&scratch);
}

Test(pattern, falls_back_when_the_jit_stack_is_too_small)
{
    static char text[64 * 1024];
    struct pattern pattern;
    struct pattern_error error;
    struct pattern_span span;
    memset(text, 'a', sizeof text);
    struct pattern_scratch *scratch = pattern_scratch_create(4);
    cr_assert(pattern_init(&pattern, VIEW("^(?<l>a|b)*$"), PATTERN_UNICODE, &error));
    /* The interpreter's tight limit ends it too: an outcome, not a crash and not a wait. */
    cr_expect_eq(pattern_find(&pattern, scratch, (struct view){ text, sizeof text }, 0, &span),
            PATTERN_GAVE_UP);
    cr_expect_eq(
            pattern_find(&pattern, scratch, (struct view){ text, 100 }, 0, &span), PATTERN_FOUND);
    pattern_fini(&pattern);
    pattern_scratch_destroy(&scratch);
}

Test(pattern, interpreted_patterns_match_too)
{
    struct pattern pattern;
    struct pattern_error error;
    struct pattern_span span;
    struct view name;
    struct pattern_scratch *scratch = pattern_scratch_create(4);
    cr_assert(pattern_init(&pattern, VIEW("en (?<os>android|ios)"), PATTERN_UNICODE, &error));
    pattern.jit = 0; /* as where memory may not be made executable */
    cr_expect_eq(pattern_find(&pattern, scratch, VIEW("no va en ios"), 0, &span), PATTERN_FOUND);
    cr_expect_eq(span.begin, 6);
    cr_expect(pattern_group(&pattern, scratch, 0, &name, &span));
    cr_expect(view_equal(name, VIEW("os")));
    cr_expect_eq(span.begin, 9);
    cr_expect_eq(span.end, 12);
    cr_expect_eq(pattern_find(&pattern, scratch, VIEW("no va"), 0, &span), PATTERN_NOT_FOUND);
    pattern_fini(&pattern);
    pattern_scratch_destroy(&scratch);
}

Test(pattern, a_nul_byte_in_the_text_hides_nothing)
{
    struct pattern pattern;
    struct pattern_error error;
    struct pattern_span span;
    struct pattern_scratch *scratch = pattern_scratch_create(1);
    cr_assert(pattern_init(&pattern, VIEW("down"), PATTERN_UNICODE, &error));
    cr_expect_eq(pattern_find(&pattern, scratch, VIEW("is\0down"), 0, &span), PATTERN_FOUND);
    cr_expect_eq(span.begin, 3);
    pattern_fini(&pattern);
    pattern_scratch_destroy(&scratch);
    cr_expect_null(scratch);
    pattern_scratch_destroy(&scratch);
}

Test(pattern, shared_code_lives_until_its_last_holder_ends)
{
    struct pattern first;
    struct pattern second;
    struct pattern third;
    struct pattern_error error;
    struct pattern_span span;
    struct pattern_scratch *scratch = pattern_scratch_create(1);
    cr_assert(pattern_init(&first, VIEW("down"), PATTERN_UNICODE, &error));
    pattern_share(&first, &second);
    pattern_fini(&first);
    cr_expect_null(first.code);
    cr_expect_eq(pattern_find(&second, scratch, VIEW("is down"), 0, &span), PATTERN_FOUND);
    pattern_share(&second, &third);
    pattern_fini(&second);
    cr_expect_eq(pattern_find(&third, scratch, VIEW("is up"), 0, &span), PATTERN_NOT_FOUND);
    pattern_fini(&third); /* a leak, or a second end, is for the sanitizer to see */
    pattern_fini(&third);
    pattern_scratch_destroy(&scratch);
}

Test(pattern, what_is_allowed_ends_and_begins_anew)
{
    static char text[4096];
    struct pattern pattern;
    struct pattern_error error;
    struct pattern_span span;
    struct pattern_scratch *scratch = pattern_scratch_create(1);
    struct view view = { text, sizeof text };
    size_t runs[2] = { 0, 0 };
    memset(text, '.', sizeof text);
    cr_assert(pattern_init(&pattern, VIEW("down"), PATTERN_UNICODE, &error));
    for (uint32_t dear = 0; dear < 2; dear++) {
        pattern.worst_steps = dear * 100000;
        pattern_scratch_allow(scratch, 1000000);
        while (pattern_find(&pattern, scratch, view, 0, &span) == PATTERN_NOT_FOUND) {
            runs[dear]++;
        }
        cr_expect_eq(pattern_find(&pattern, scratch, VIEW("down"), 0, &span), PATTERN_GAVE_UP);
        cr_expect_eq(pattern_test(&pattern, scratch, VIEW("down")), PATTERN_GAVE_UP);
    }
    cr_expect(runs[0] > 500 && runs[0] < 1000, "%zu", runs[0]);
    cr_expect(runs[1] > 5 && runs[1] < 12, "%zu", runs[1]);
    /* what stands at the front costs little, however long the text */
    memcpy(text, "down", 4);
    pattern_scratch_allow(scratch, 1000);
    for (int i = 0; i < 50; i++) {
        cr_assert_eq(pattern_find(&pattern, scratch, view, 0, &span), PATTERN_FOUND);
    }
    pattern_fini(&pattern);
    pattern_scratch_destroy(&scratch);
}

Test(pattern, without_the_jit_the_answers_are_the_same)
{
    struct pattern_scratch *scratch = pattern_scratch_create(4);
    struct pattern_scratch *plain = pattern_scratch_create(4);
    pattern_scratch_interpret(plain);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        struct pattern pattern;
        struct pattern_error error;
        cr_assert(pattern_init(&pattern, view_of(patterns[i]), PATTERN_UNICODE, &error));
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++) {
            struct view text = view_of(texts[j]);
            struct pattern_span a = { 0 };
            struct pattern_span b = { 0 };
            enum pattern_outcome outcome = pattern_find(&pattern, scratch, text, 0, &a);
            cr_expect_eq(pattern_find(&pattern, plain, text, 0, &b), outcome);
            cr_expect(a.begin == b.begin && a.end == b.end, "%s on %s", patterns[i], texts[j]);
            cr_expect_eq(pattern_test(&pattern, plain, text), outcome);
        }
        pattern_fini(&pattern);
    }
    pattern_scratch_destroy(&scratch);
    pattern_scratch_destroy(&plain);
}
