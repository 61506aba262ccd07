/* Which matches the words before them deny, and which they do not. */
#include "fixture.h"

#include "match/trial/negation.h"

/* The match stands in brackets; the negator expected, or "" where the match counts. */
struct negation_row {
    const char *text;
    const char *negator;
};

/* clang-format off */
static const struct negation_row denied[] = {
    { "no [se ha caido] whatsapp", "no" },
    { "whatsapp no [se ha caido]", "no" },
    { "no me [da error]", "no" },
    { "no creo que [se haya caido]", "no" },
    { "nunca me ha [dado error]", "nunca" },
    { "jamas [se cae]", "jamas" },
    { "tampoco [esta caido]", "tampoco" },
    { "ni [se cae]", "ni" },
    { "sin [problemas]", "sin" },
    { "sin ningun [problema]", "ningun" },
    { "no me ha dado ningun [problema]", "ningun" },
    { "no me ha dado [error]", "no" },
    { "dicen que no [se ha caido]", "no" },
    { "ya no [se cae]", "no" },
    { "no han dicho nunca que este [caido]", "nunca" },
    { "is not [down]", "not" },
    { "it isn't [down]", "isn't" },
    { "it isnt [down]", "isnt" },
    { "never [had a problem]", "never" },
    { "no [outage] here", "no" },
    { "without [errors]", "without" },
    { "i don't think it is [down]", "don't" },
    { "neither is it [slow]", "neither" },
    { "se cae. no [se cae]", "no" },
    { "se ha caido, pero no [se ha caido]", "no" },
    { "\xc2\xbfno [se ha caido]?", "no" },
};

static const struct negation_row standing[] = {
    { "[se ha caido] whatsapp", "" },
    { "[se ha caido] y no vuelve", "" },
    { "[no funciona]", "" },
    { "es que [no funciona]", "" },
    { "no, de verdad: [no funciona]", "" },
    { "no es que [no funcione]", "" },
    { "no es que no [se haya caido]", "" },
    { "not that it's not [down]", "" },
    { "no me entero de nada. [se ha caido]", "" },
    { "no puedo entrar, [esta caido]", "" },
    { "no puedo entrar\n[esta caido]", "" },
    { "no! [se ha caido]", "" },
    { "\xc2\xbfno? [se ha caido]", "" },
    { "no; [se ha caido]", "" },
    { "no \xe2\x80\x94 [se ha caido]", "" },
    { "no \xe2\x80\xa6 [se ha caido]", "" },
    { "no \xf0\x9f\x98\xa1 [se ha caido]", "" },
    { "no es culpa mia pero [se ha caido]", "" },
    { "not me but it is [down]", "" },
    { "no se si [se ha caido]", "" },
    { "i don't know if it is [down]", "" },
    { "no entiendo por que [se cae]", "" },
    { "no puedo entrar porque [se cae]", "" },
    { "no puede ser que [se haya caido] otra vez", "" },
    { "can't believe it is [down]", "" },
    { "sin embargo [se cae]", "" },
    { "no solo [se cae]", "" },
    { "not only is it [down]", "" },
    { "sin internet todo el dia [caido]", "" },
    { "no uno dos tres cuatro [caido]", "" },
    { "si no [esta caido], que es", "" },
    { "cuando no [estan caidos]", "" },
    { "if it is not you, it is [down]", "" },
    { "why isn't it [down]", "" },
    { "sin querer me [cobraron]", "" },
    { "notan que [se cae]", "" },
    { "nos [se cae]", "" },
    { "@no [se cae]", "" },
    { "#no [se cae]", "" },
    { "uno [se cae]", "" },
    { "cable tv is [down]", "" },
    { "its [not working]", "" },
    { "it [isn't working]", "" },
    { "a\xc3\xb1o [caido]", "" },
    { "", "" },
};
/* clang-format on */

static void
expect_rows(const struct negation_row *rows, size_t count)
{
    char text[256];
    for (size_t i = 0; i < count; i++) {
        struct pattern_span match = { 0 };
        struct pattern_span negator = { 0 };
        size_t size = 0;
        for (const char *c = rows[i].text; *c != '\0'; c++) {
            if (*c == '[') {
                match.begin = size;
            } else if (*c == ']') {
                match.end = size;
            } else {
                text[size++] = *c;
            }
        }
        struct view view = { text, size };
        struct view got = VIEW("");
        if (negation_voids(view, match, &negator)) {
            got = view_slice(view, negator.begin, negator.end);
        }
        cr_expect(view_equal(got, view_of(rows[i].negator)), "\"%s\": denied by \"%.*s\"",
                rows[i].text, (int)got.size, got.at);
    }
}

Test(negation, a_negator_before_the_match_in_its_clause_denies_it)
{
    expect_rows(denied, sizeof denied / sizeof denied[0]);
}

Test(negation, anything_else_is_left_alone)
{
    expect_rows(standing, sizeof standing / sizeof standing[0]);
}

Test(negation, reads_no_byte_outside_the_text_whatever_is_in_it)
{
    static const char alphabet[] = "no sin't.,\xc2\xa1\xc3\xb1\xe2\x80\xa6\xf0\x9f\x98\xa1 @";
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        size_t size = (size_t)(seed >> 8) % 24;
        char *text = malloc(size + 1); /* to its last byte, for the sanitizer */
        struct pattern_span negator = { 0 };
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1664525U + 1013904223U;
            text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        seed = seed * 1664525U + 1013904223U;
        struct pattern_span match = { .begin = (seed >> 16) % (size + 1), .end = size };
        if (negation_voids((struct view){ text, size }, match, &negator)) {
            cr_assert(negator.begin < negator.end && negator.end <= match.begin);
        }
        free(text);
    }
}

#define RULES                                                                                      \
    "schema: rebato/rules/v1\n"                                                                    \
    "brands: [{id: acme, names: [acme]}, {id: zeta, names: [zeta]}]\n"                             \
    "rules:\n"                                                                                     \
    "  - {id: r, signal: outage, tests: [{match: [x]}],\n"                                         \
    "     match: {any: ['se ha caido', 'no va'], negation: void}}\n"                               \
    "  - {id: s, signal: degraded, tests: [{match: [x]}],\n"                                       \
    "     match: {any: ['se ha caido'], negation: ignore}}\n"                                      \
    "  - {id: t, signal: billing, tests: [{match: [x]}], match: {any: ['se ha caido']}}\n"

struct engine_row {
    const char *text;
    const char *expected;
};

Test(negation, is_looked_at_per_match_and_only_where_a_rule_says_so)
{
    static const struct engine_row rows[] = {
        { "acme se ha ca\xc3\xad"
          "do",
                "acme:outage+degraded+billing" },
        { "acme NO se ha ca\xc3\xad"
          "do",
                "acme:degraded+billing" },
        { "no se ha caido acme, que no, se ha caido", "acme:outage+degraded+billing" },
        { "acme no se ha caido, no va", "acme:outage+degraded+billing" },
        { "acme no va", "acme:outage" },
        { "acme va", "acme:" },
        { "acme no se ha caido desde luego. zeta se ha caido",
                "acme:degraded+billing zeta:outage+degraded+billing" },
        { "acme se ha caido. desde luego zeta no se ha caido",
                "acme:outage+degraded+billing zeta:degraded+billing" },
    };
    struct fixture fixture;
    char got[256];
    fixture_init(&fixture, RULES);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mention mention = { .text = view_of(rows[i].text) };
        (void)matcher_match(fixture.matcher, &mention, &fixture.result);
        cr_expect_str_eq(fixture_describe(&fixture, got, sizeof got), rows[i].expected, "%s: %s",
                rows[i].text, got);
    }
    fixture_fini(&fixture);
}

Test(negation, is_explained_with_the_word_that_denies)
{
    static struct explanation why;
    struct fixture fixture;
    fixture_init(&fixture, RULES);
    struct mention mention = { .text = VIEW("\xc2\xa1"
                                            "acme N\xc3\x93 se ha caido!") };
    explain_rule(fixture.matcher, &mention, 0, &why);
    cr_expect_not(why.matched);
    cr_expect_str_eq(why.why_not, "every match is denied, the last by \"no\"");
    cr_expect(why.items[0].denied && !why.items[0].matched);
    cr_expect_eq(why.items[0].begin, 11);
    cr_expect_eq(why.items[0].end, 22);
    cr_expect_eq(why.items[0].negator_begin, 7);
    cr_expect_eq(why.items[0].negator_end, 10);
    cr_expect_not(why.items[1].denied);
    explain_rule(fixture.matcher, &mention, 1, &why);
    cr_expect(why.matched && why.items[0].matched && !why.items[0].denied);
    mention.text = VIEW("acme no se ha caido, se ha caido zeta");
    explain_rule(fixture.matcher, &mention, 0, &why);
    cr_expect(why.matched && why.items[0].matched && !why.items[0].denied);
    cr_expect_eq(why.items[0].begin, 21);
    fixture_fini(&fixture);
}
