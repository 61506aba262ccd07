/* What a text can make a pattern cost, counted; and texts made from patterns. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/text/utf8.h"
#include "pattern/probe.h"
#include "pattern/sample.h"

static uint32_t
worst_of(struct probe *probe, const char *text)
{
    struct pattern pattern;
    struct pattern_error error;
    cr_assert(pattern_init(&pattern, view_of(text), PATTERN_UNICODE, &error), "%s", text);
    uint32_t steps = probe_worst_steps(probe, &pattern, view_of(text));
    pattern_fini(&pattern);
    return steps;
}

/* Slow in the machine code, in the interpreter, or in both; none is an endless repeat of an endless
 * repeat, which is refused before. */
static const char *const slow[] = { "\\d+[bc]", "\\w*\\d*x", "\\w+ x", "\\s+$", "0*0*[bc]",
    "(?:\\w+ ?){1,30}x", "(?:[0 ]|[0 ]){1,200}b", "(?:0|0 ?){1,200}b", "0(?:.{0,400})b",
    "\\w{3,}\\d{3,}\\w{3,}x" };

static const char *const dear[] = { "0(?:.{0,80})b", ".{1,40}down", "(?:0 ?0 ?){1,100}x" };

static const char *const quick[] = { "no va", "\\bno (?:me |nos )?(?:funciona|va)\\b",
    "ca[iy]d[oa]s?", "(?:whats?app|guasap|wasap)", "\\bse (?:ha )?cayo\\b",
    "\\bno (?:\\w+ ){0,6}va\\b", "\\berror (?<code>\\d{3,5})\\b", "!{3,}|\\?!+",
    "\\b(?:\\w+\\W+){0,3}down\\b", "\\bdonde pone\\b[^.]{0,60}\\bdebe\\b", "a?b?c?", "\xc3\xb1u+" };

Test(probe, refuses_what_is_slow_at_every_start)
{
    struct probe *probe = probe_create();
    for (size_t i = 0; i < sizeof slow / sizeof slow[0]; i++) {
        uint32_t steps = worst_of(probe, slow[i]);
        cr_expect_gt(steps, WORST_STEPS_MAX, "%s: %u", slow[i], steps);
        cr_expect_leq(steps, PROBE_STEPS_MAX);
    }
    probe_destroy(&probe);
    cr_expect_null(probe);
}

Test(probe, warns_of_what_is_dear)
{
    struct probe *probe = probe_create();
    for (size_t i = 0; i < sizeof dear / sizeof dear[0]; i++) {
        uint32_t steps = worst_of(probe, dear[i]);
        cr_expect_gt(steps, WORST_STEPS_DEAR, "%s: %u", dear[i], steps);
        cr_expect_leq(steps, WORST_STEPS_MAX, "%s: %u", dear[i], steps);
    }
    probe_destroy(&probe);
}

Test(probe, lets_through_what_people_write)
{
    struct probe *probe = probe_create();
    for (size_t i = 0; i < sizeof quick / sizeof quick[0]; i++) {
        uint32_t steps = worst_of(probe, quick[i]);
        cr_expect_leq(steps, WORST_STEPS_DEAR / 4, "%s: %u", quick[i], steps);
    }
    probe_destroy(&probe);
}

Test(probe, counts_the_same_whatever_was_probed_before)
{
    struct probe *one = probe_create();
    struct probe *other = probe_create();
    char text[64];
    uint32_t alone = worst_of(one, dear[0]);
    for (int i = 0; i < 1500; i++) { /* more than there is room for at first */
        (void)snprintf(text, sizeof text, "(?:a|b|c|d|e|f|g|h|i)x%dx", i);
        (void)worst_of(other, text);
    }
    cr_expect_eq(worst_of(other, dear[0]), alone);
    cr_expect_eq(worst_of(other, dear[0]), alone);
    cr_expect_eq(worst_of(one, dear[1]), worst_of(other, dear[1]));
    probe_destroy(&one);
    probe_destroy(&other);
}

static int
finds(const char *text, struct view subject)
{
    struct pattern pattern;
    struct pattern_error error;
    struct pattern_span span;
    cr_assert(pattern_init(&pattern, view_of(text), PATTERN_UNICODE, &error));
    struct pattern_scratch *scratch = pattern_scratch_create(pattern.group_count);
    int found = pattern_find(&pattern, scratch, subject, 0, &span) == PATTERN_FOUND;
    pattern_scratch_destroy(&scratch);
    pattern_fini(&pattern);
    return found;
}

Test(sample, is_a_text_that_its_pattern_matches)
{
    static const char *const patterns[] = { "no va", "\\bno (?:me |nos )?(?:funciona|va)\\b",
        "ca[iy]d[oa]s?", "(?:ab|cd|(?:e|f)g){2,3}x+", "\\berror (?<code>\\d{3,5})\\b",
        "a\xc3\xb1o(?# nuevo) s\xc3\xad", "\\w+ \\d+\\.\\s", "[^a-z ]+", "(?i:no) (?>va)",
        "va(?! bien)", "(?<!a)b{4}" };
    char text[256];
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        for (uint64_t seed = 0; seed < 20; seed++) {
            size_t size = sample_pattern(view_of(patterns[i]), seed, text, sizeof text);
            cr_expect(finds(patterns[i], (struct view){ text, size }), "%s: \"%.*s\"", patterns[i],
                    (int)size, text);
        }
    }
}

Test(sample, takes_one_alternative_and_then_another)
{
    char text[16];
    unsigned seen = 0;
    for (uint64_t seed = 0; seed < 64; seed++) {
        cr_assert_eq(sample_pattern(VIEW("a|b|c"), seed, text, sizeof text), 1);
        seen |= 1U << (text[0] - 'a');
    }
    cr_expect_eq(seen, 7);
}

Test(sample, keeps_to_its_room_and_to_whole_characters_whatever_the_pattern)
{
    static const char alphabet[] = "ab()[]{}?*+|\\.^$<>=!:#P'x1,\xc3\xb1";
    char pattern[48];
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        size_t size = 0;
        size_t wanted = 1 + (size_t)round % (sizeof pattern - 2);
        while (size < wanted) {
            seed = seed * 1664525U + 1013904223U;
            size_t at = (seed >> 16) % (sizeof alphabet - 3);
            pattern[size++] = alphabet[at];
        }
        size_t room = (size_t)round % 33;
        char *text = malloc(room + 1); /* to its last byte, for the sanitizer */
        size_t got = sample_pattern((struct view){ pattern, size }, (uint64_t)round, text, room);
        cr_assert_leq(got, room);
        cr_assert(utf8_valid((struct view){ text, got }), "%.*s", (int)size, pattern);
        free(text);
    }
}
