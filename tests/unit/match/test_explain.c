/* Why, and why not; and the tests that rules carry. */
#include "fixture.h"

static const char rules[] =
        "schema: rebato/rules/v1\n"
        "brands:\n"
        "  - {id: acme, names: [acme], official_accounts: [{x: 1}]}\n"
        "rules:\n"
        "  - id: down\n"
        "    signal: outage\n"
        "    lang: [es]\n"
        "    match: {any: ['Ca\xc3\xad"
        "do', 'no va'], none: ['del cielo'], near: {brand: 2}}\n"
        "    facets: ['(?<os>ios)']\n"
        "    tests:\n"
        "      - match: ['acme no va', 'no va', 'a b c d no va']\n"
        "      - no_match: ['acme caido del cielo', 'acme a b c no va']\n"
        "      - match: ['nada', 'acme a b c no va']\n"
        "      - no_match: ['acme no va']\n"
        "  - id: sorry\n"
        "    signal: official-apology\n"
        "    match: {any: [perdon]}\n"
        "    tests: [{match: ['perdon', 'acme pide perdon']}, {no_match: ['nada', 'perdon']}]\n";

static struct explanation why;

struct reason_row {
    struct mention mention;
    size_t rule;
    const char *why_not; /* "": it matched */
};

Test(explain, says_what_stood_in_the_way)
{
    static const struct reason_row rows[] = {
        { { .text = { "acme no va", 10 } }, 0, "" },
        { { .text = { "acme no va", 10 }, .lang = { "en", 2 } }, 0,
                "the post is in another language than the rule" },
        { { .text = { "no va", 5 } }, 0, "no brand is named" },
        { { .text = { "acme va", 7 } }, 0, "no pattern of any matched" },
        { { .text = { "acme caido del cielo", 20 } }, 0, "pattern 1 of none matched" },
        { { .text = { "acme a b c d no va", 18 } }, 0, "brand is 4 words away, 2 allowed" },
        { { .text = { "acme no va", 10 }, .platform = PLATFORM_X, .author_id = { "1", 1 } }, 0,
                "the brand itself is speaking, and no other is named" },
        { { .text = { "acme perdon", 11 } }, 1, "the author speaks for no brand" },
        { { .text = { "perdon", 6 }, .platform = PLATFORM_X, .author_id = { "1", 1 } }, 1, "" },
    };
    struct fixture fixture;
    fixture_init(&fixture, rules);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        explain_rule(fixture.matcher, &rows[i].mention, rows[i].rule, &why);
        cr_expect_str_eq(why.why_not, rows[i].why_not, "row %zu", i);
        cr_expect_eq(why.matched, rows[i].why_not[0] == '\0', "row %zu", i);
    }
    fixture_fini(&fixture);
}

Test(explain, shows_every_pattern_as_written_and_where_it_matched)
{
    struct fixture fixture;
    fixture_init(&fixture, rules);
    struct mention mention = { .text = VIEW("\xc2\xa1"
                                            "acme ca\xc3\xad"
                                            "do del cielo en iOS!") };
    explain_rule(fixture.matcher, &mention, 0, &why);
    cr_assert_eq(why.item_count, 4);
    cr_expect_eq(why.items[0].kind, EXPLAIN_ANY);
    cr_expect(view_equal(why.items[0].pattern, VIEW("Ca\xc3\xad"
                                                    "do")));
    cr_expect_eq(why.items[0].matched, 1);
    cr_expect_eq(why.items[0].begin, 7);
    cr_expect_eq(why.items[0].end, 13);
    cr_expect_eq(why.items[0].jit, 1);
    cr_expect_eq(why.items[1].matched, 0);
    cr_expect_eq(why.items[2].kind, EXPLAIN_NONE);
    cr_expect_eq(why.items[2].matched, 1);
    cr_expect_eq(why.items[3].kind, EXPLAIN_FACET);
    cr_expect_eq(why.items[3].end, 30);
    cr_expect_eq(why.matched, 0);
    fixture_fini(&fixture);
}

Test(explain, agrees_with_the_engine)
{
    static const char *const texts[] = { "acme no va", "no va", "acme va", "acme a b c no va",
        "acme caido del cielo", "perdon acme" };
    struct fixture fixture;
    fixture_init(&fixture, rules);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct mention mention = { .text = view_of(texts[i]) };
        (void)matcher_match(fixture.matcher, &mention, &fixture.result);
        int hit[2] = { 0, 0 };
        for (size_t j = 0; j < fixture.result.hit_count; j++) {
            if (fixture.result.hits[j].rule != NO_RULE) {
                hit[fixture.result.hits[j].rule] = 1;
            }
        }
        for (size_t rule = 0; rule < 2; rule++) {
            explain_rule(fixture.matcher, &mention, rule, &why);
            cr_expect_eq(why.matched, hit[rule], "%s", texts[i]);
        }
    }
    fixture_fini(&fixture);
}

Test(rule_test, takes_the_brand_or_the_official_author_for_granted)
{
    /* In file order; the last three of the first rule and the last of the second are wrong. */
    static const char *const expected[] = { "", "", "", "", "", "no pattern of any matched",
        "brand is 3 words away, 2 allowed", "?", "", "", "", "?" };
    struct fixture fixture;
    fixture_init(&fixture, rules);
    cr_assert_eq(rule_set_test_count(fixture.set), sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct rule_test *test = rule_set_test(fixture.set, i);
        int passed = rule_test_run(fixture.matcher, test, &why);
        cr_expect_eq(passed, expected[i][0] == '\0', "test %zu", i);
        if (!passed && expected[i][0] != '?') {
            cr_expect_str_eq(why.why_not, expected[i], "test %zu", i);
        }
        if (!passed && expected[i][0] == '?') {
            cr_expect_eq(why.matched, 1, "test %zu matched and should not", i);
        }
        cr_expect_eq(rule_test_run(fixture.matcher, test, NULL), passed);
    }
    fixture_fini(&fixture);
}
