/* Patterns are folded as texts are, and only their literals. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "pattern/pattern_source.h"

static struct pattern_source source;

struct fold_row {
    const char *written;
    const char *folded;
};

static const struct fold_row fold_rows[] = {
    { "caido", "caido" },
    { "Ca\xc3\xad"
      "do",
            "caido" },
    { "CA\xc3\x8d"
      "DA",
            "caida" },
    { "a\xc3\xb1o|A\xc3\x91O", "a\xc3\xb1o|a\xc3\xb1o" },
    /* n and a combining tilde are ñ, in a class and before a quantifier as well */
    { "AN\xcc\x83O|n\xcc\x83+", "a\xc3\xb1o|\xc3\xb1+" },
    { "[n\xcc\x83x]n\xcc\x81\xcc\x83", "[\xc3\xb1x]n" },
    { "n\xcc\x83n\xcc\x83\xc3\x91", "\xc3\xb1" },
    /* escapes, properties, groups' names and hexadecimals are no literals */
    { "\\S+\\B\\W\\D\\H\\V\\R\\X\\A\\Z", "\\S+\\B\\W\\D\\H\\V\\R\\X\\A\\Z" },
    { "\\p{Lu}\\P{Lu}\\pL", "\\p{Lu}\\P{Lu}\\pL" },
    { "\\x{C9}\\xC9\\x4A", "\\x{C9}\\xC9\\x4A" },
    { "\\N{U+00C9}", "\\N{U+00C9}" },
    { "(?<OS>IOS)", "(?<OS>ios)" },
    { "(?P<OS>IOS)(?'Red'RED)", "(?P<OS>ios)(?'Red'red)" },
    { "(?<=A)B(?<!C)D", "(?<=a)b(?<!c)d" },
    { "(?U)A(?s-m:B)", "(?U)a(?s-m:b)" },
    { "(?#DON'T)A", "(?#DON'T)a" },
    { "[A-Z\xc3\x89\\D[:Upper:]]X", "[a-ze\\D[:Upper:]]x" },
    { "[]A]B[^]C]D", "[]a]b[^]c]d" },
    { "\\QA.B\\E.C", "\\Qa.b\\E.c" },
    { "A{2}B{2,3}C{,}", "a{2}b{2,3}c{,}" },
    /* a backslash before an accent goes with the accent */
    { "\\\xc3\x81"
      "b",
            "ab" },
    /* a wide bracket is still no group */
    { "\xef\xbc\x88x\xef\xbc\x89", "\\(x\\)" },
    /* a ligature is one thing to repeat */
    { "\xef\xac\x81?", "(?:fi)?" },
    { "don\xe2\x80\x99t", "don\\'t" },
    /* three equal letters are one, as in texts; doubles and digits stay */
    { "nooo", "no" },
    { "nooooo va", "no va" },
    { "NOo\xc3\xb3", "no" },
    { "llamar", "llamar" },
    { "5000", "5000" },
    { "nooo+", "no+" },
    { "noo?o", "noo?o" },
    { "www\\.", "w\\." },
    { "[ooo]", "[ooo]" },
};

Test(pattern_source, folds_literals_and_nothing_else)
{
    for (size_t i = 0; i < sizeof fold_rows / sizeof fold_rows[0]; i++) {
        const struct fold_row *row = &fold_rows[i];
        cr_expect(pattern_source_read(view_of(row->written), &source), "%s: %s", row->written,
                source.refused);
        cr_expect(view_equal(pattern_source_view(&source), view_of(row->folded)),
                "%s became %.*s, not %s", row->written, (int)source.size, source.text, row->folded);
        cr_expect_eq(source.origin[source.size], strlen(row->written));
    }
}

Test(pattern_source, enye_is_n_only_when_told_so)
{
    static const struct {
        const char *written;
        const char *as_n;
        const char *kept;
    } rows[] = {
        { "A\xc3\x91O", "ano", "a\xc3\xb1o" },
        { "an\xcc\x83o", "ano", "a\xc3\xb1o" },
        { "[\xc3\xb1x]+", "[nx]+", "[\xc3\xb1x]+" },
        { "n\xc3\xb1n", "n", "n\xc3\xb1n" }, /* squeezed after folding */
        { "\\x{F1}\\N{U+00F1}", "\\x{F1}\\N{U+00F1}", "\\x{F1}\\N{U+00F1}" },
        { "ano", "ano", "ano" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct view written = view_of(rows[i].written);
        cr_expect(pattern_source_read_with(written, FOLD_ENYE_AS_N, &source));
        cr_expect(view_equal(pattern_source_view(&source), view_of(rows[i].as_n)), "%s: %.*s",
                rows[i].written, (int)source.size, source.text);
        cr_expect(pattern_source_read(written, &source));
        cr_expect(view_equal(pattern_source_view(&source), view_of(rows[i].kept)), "%s: %.*s",
                rows[i].written, (int)source.size, source.text);
    }
}

Test(pattern_source, maps_every_byte_back_in_order)
{
    for (size_t i = 0; i < sizeof fold_rows / sizeof fold_rows[0]; i++) {
        (void)pattern_source_read(view_of(fold_rows[i].written), &source);
        for (size_t at = 0; at < source.size; at++) {
            cr_expect_leq(source.origin[at], source.origin[at + 1], "%s", fold_rows[i].written);
        }
    }
}

struct refusal_row {
    const char *pattern;
    size_t at; /* the byte it points at */
};

static const struct refusal_row refusal_rows[] = {
    { "(*UTF)a", 0 },
    { "a(*SKIP)b", 1 },
    { "(*pla:x)", 0 },
    { "(*LIMIT_MATCH=9)a", 0 },
    { "a\\Cb", 1 },
    { "[\\C]", 1 },
    { "a\\Kb", 1 },
    { "a(?C1)b", 1 },
    { "a(?R)?", 1 },
    { "(a)(?1)", 3 },
    { "(a)(?-1)", 3 },
    { "(a)(?+1)", 3 },
    { "(?<n>a)(?&n)", 7 },
    { "(?<n>a)(?P>n)", 7 },
    { "(?<n>a)(?P=n)", 7 },
    { "(?<n>a)\\k<n>", 7 },
    { "(?<n>a)\\g{n}", 7 },
    { "(a)\\1", 3 },
    { "(a)\\g1", 3 },
    { "(a)(?(1)b|c)", 3 },
    { "(?<=(a))b", 4 },
    { "(?<!x(?:a|b))c", 5 },
    { "(?*a)b", 0 },
    { "(?x)a b", 2 },
    { "(?J)a", 2 },
    { "(a+)+", 3 },
    { "(?:\\w+\\s*)*", 9 },
    { "((a*)b)*", 6 },
    { "(?:a{2,})+", 8 },
};

Test(pattern_source, refuses_what_a_rule_has_no_use_for)
{
    for (size_t i = 0; i < sizeof refusal_rows / sizeof refusal_rows[0]; i++) {
        const struct refusal_row *row = &refusal_rows[i];
        cr_expect_not(pattern_source_read(view_of(row->pattern), &source), "%s", row->pattern);
        cr_expect_eq(source.at, row->at, "%s: byte %zu", row->pattern, source.at);
        cr_expect_not_null(source.advice, "%s", row->pattern);
    }
}

Test(pattern_source, accepts_what_looks_like_it)
{
    static const char *const patterns[] = { "\\(*a", "[(*]a", "\\\\Ca", "[\\1]", "\\01", "a(?=b+)+",
        "(?:a+b){0,5}", "(?:a{0,3})+", "(?>a+)+", "(?:a++)+", "(?:a+)++", "(a+)?", "\\Q(*UTF)\\E",
        "(?<=a)(b)", "(?<!a|b)(?:c)", "(?i)a", "(?#(*x)a", "(?|a|b)", "\\x{12}", "(?<=ab)c+" };
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        cr_expect(pattern_source_read(view_of(patterns[i]), &source), "%s: %s", patterns[i],
                source.refused);
    }
}

struct prefix_row {
    const char *pattern;
    const char *prefix;
};

Test(pattern_source, knows_how_every_match_begins_or_says_nothing)
{
    static const struct prefix_row rows[] = {
        { "whats ?app", "wha" },
        { "WHATSAPP", "wha" },
        { "el pajarito", "el " },
        { "ab?cd", "a" },
        { "abc|xyz", "" },
        { "(?:abc)d", "" },
        { "\\babc", "" },
        { "ab(?:c|d)", "ab" },
        { "bbbm", "bm" },
        { "abbba", "aba" },
        { "ab{0}c", "a" },
        { "a", "a" },
        { "^abc", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)pattern_source_read(view_of(rows[i].pattern), &source);
        struct view prefix = { .at = source.prefix, .size = source.prefix_size };
        cr_expect(view_equal(prefix, view_of(rows[i].prefix)), "%s begins with \"%.*s\"",
                rows[i].pattern, (int)prefix.size, prefix.at);
    }
}

Test(pattern_source, holds_the_longest_pattern)
{
    static char longest[PATTERN_SIZE_MAX];
    for (size_t i = 0; i + 3 <= sizeof longest; i += 3) {
        memcpy(longest + i, "\xef\xac\x83", 3); /* one ligature, three letters */
    }
    longest[sizeof longest - 1] = 'x';
    cr_expect(pattern_source_read((struct view){ longest, sizeof longest }, &source));
    cr_expect_leq(source.size, PATTERN_SOURCE_SIZE_MAX);
}
