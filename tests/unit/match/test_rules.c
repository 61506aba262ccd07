/* Conditions of a rule: any, none, lang, near, require, weight; attribution; facets. */
#include "fixture.h"

#define BRANDS                                                                                     \
    "schema: rebato/rules/v1\n"                                                                    \
    "brands:\n"                                                                                    \
    "  - {id: acme, names: [acme], handles: [acme], official_accounts: [{x: 1}]}\n"                \
    "  - {id: zeta, names: [zeta], handles: [zeta]}\n"                                             \
    "rules:\n"
#define TESTS "tests: [{match: [x]}]"

static const char *
match_mention(struct fixture *fixture, const struct mention *mention)
{
    static char out[512];
    (void)matcher_match(fixture->matcher, mention, &fixture->result);
    return fixture_describe(fixture, out, sizeof out);
}

struct text_row {
    const char *text;
    const char *expected;
};

static void
expect_texts(const char *yaml, const struct text_row *rows, size_t count)
{
    struct fixture fixture;
    fixture_init(&fixture, yaml);
    for (size_t i = 0; i < count; i++) {
        struct mention mention = { .text = view_of(rows[i].text) };
        const char *got = match_mention(&fixture, &mention);
        cr_expect_str_eq(got, rows[i].expected, "\"%s\" gives \"%s\"", rows[i].text, got);
    }
    fixture_fini(&fixture);
}

#define EXPECT_TEXTS(yaml, rows) expect_texts(yaml, rows, sizeof(rows) / sizeof(rows)[0])

Test(rules, any_pattern_will_do_and_none_may_match)
{
    static const struct text_row rows[] = {
        { "acme no va", "acme:outage*" },
        { "acme CA\xc3\x8d"
          "DO",
                "acme:outage*" },
        { "se ha caido acme", "acme:outage*" },
        { "acme caido del cielo", "acme:" },
        { "caido del cielo, y acme no va", "acme:" },
        { "acme va", "acme:" },
        { "no va", "" },
        { "", "" },
    };
    EXPECT_TEXTS(BRANDS "  - {id: r, signal: outage, first_person: true, match: {any: ['no va', "
                        "'Ca\xc3\xad"
                        "do'], none: ['del cielo']}, " TESTS "}\n",
            rows);
}

Test(rules, the_complaint_goes_to_the_nearest_brand_in_words)
{
    static const struct text_row rows[] = {
        { "acme va bien, zeta no va", "acme: zeta:outage" },
        { "acme no va y zeta si", "acme:outage zeta:" },
        { "no va acme ni zeta", "acme:outage zeta:" },
        /* equally near: the earlier */
        { "acme no va zeta", "acme:outage zeta:" },
        { "zeta no va acme", "zeta:outage acme:" },
        /* two complaints, each to its own */
        { "acme no va, zeta tampoco: no va", "acme:outage zeta:outage" },
        /* words count, not letters */
        { "zeta a b c d no va extraordinariamente acme", "zeta: acme:outage" },
        { "@zeta @acme no va", "zeta: acme:outage" },
        { "acme acme acme zeta no va", "acme: zeta:outage" },
    };
    EXPECT_TEXTS(BRANDS "  - {id: r, signal: outage, match: {any: ['no va']}, " TESTS "}\n", rows);
}

Test(rules, near_counts_words_between)
{
    static const struct text_row rows[] = {
        { "acme no va", "acme:outage" },
        { "acme uno dos no va", "acme:outage" },
        { "acme uno dos tres no va", "acme:" },
        { "no va uno dos acme", "acme:outage" },
        { "no va uno dos tres acme", "acme:" },
        { "acme a\xc3\xb1o, \xc3\xb1u: no va", "acme:outage" },
        { "acme ... !!! \xf0\x9f\x98\xa1 no va", "acme:outage" },
        { "acme uno dos tres no va, pero zeta no va", "acme: zeta:outage" },
        /* a later match that is near counts */
        { "acme uno dos tres cuatro no va no va acme", "acme:outage" },
    };
    static const char *const forms[] = { "{brand: 2}", "{brand: yes, words: 2}",
        "{words: 2, brand: true}", "{brand, words: 2}" };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char yaml[1024];
        (void)snprintf(yaml, sizeof yaml,
                BRANDS "  - {id: r, signal: outage, match: {any: ['no va'], near: %s}, " TESTS
                       "}\n",
                forms[i]);
        EXPECT_TEXTS(yaml, rows);
    }
}

Test(rules, a_brand_without_a_place_is_near_unless_another_is_named)
{
    struct fixture fixture;
    fixture_init(&fixture, BRANDS
            "  - {id: r, signal: outage, match: {any: ['no va'], near: {brand: 2}}, " TESTS "}\n");
    struct mention mention = { .text = VIEW("a b c d e f no va"), .reply_to_handle = VIEW("acme") };
    cr_expect_str_eq(match_mention(&fixture, &mention), "acme:outage");
    mention.quoted = VIEW("zeta");
    cr_expect_str_eq(match_mention(&fixture, &mention), "acme:outage zeta:");
    mention.text = VIEW("zeta si que no va");
    cr_expect_str_eq(match_mention(&fixture, &mention), "zeta:outage acme:");
    mention.text = VIEW("zeta si que es cierto no va");
    cr_expect_str_eq(match_mention(&fixture, &mention), "zeta: acme:");
    fixture_fini(&fixture);
}

struct lang_row {
    const char *lang;
    const char *expected;
};

Test(rules, another_language_turns_a_rule_off_an_unknown_one_does_not)
{
    static const struct lang_row rows[] = { { "es", "acme:outage" }, { "ca", "acme:outage" },
        { "", "acme:outage" }, { "und", "acme:outage" }, { "qme", "acme:outage" },
        { "en", "acme:" }, { "pt", "acme:" }, { "e", "acme:" } };
    struct fixture fixture;
    fixture_init(&fixture, BRANDS
            "  - {id: r, signal: outage, lang: [es, ca], match: {any: ['no va']}, " TESTS "}\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mention mention = { .text = VIEW("acme no va"), .lang = view_of(rows[i].lang) };
        cr_expect_str_eq(match_mention(&fixture, &mention), rows[i].expected, "%s", rows[i].lang);
    }
    fixture_fini(&fixture);
}

Test(rules, weights_of_a_signal_add_up_to_the_threshold)
{
    static const struct text_row rows[] = {
        { "acme uno", "acme:" },
        { "acme dos", "acme:" },
        { "acme uno dos", "acme:" },
        { "acme uno dos tres", "acme:complaint" },
        { "acme uno tres", "acme:" },
        { "acme entero", "acme:complaint" },
        { "acme uno, zeta dos tres", "acme: zeta:" },
        { "acme uno dos cuatro", "acme:" },
    };
    EXPECT_TEXTS(BRANDS
            "  - {id: a, signal: complaint, weight: 0.4, match: {any: [uno]}, " TESTS "}\n"
            "  - {id: b, signal: complaint, weight: 0.4, match: {any: [dos]}, " TESTS "}\n"
            "  - {id: c, signal: complaint, weight: 0.2, match: {any: [tres]}, " TESTS "}\n"
            "  - {id: d, signal: complaint, match: {any: [entero]}, " TESTS "}\n"
            "  - {id: e, signal: billing, weight: 0.2, match: {any: [cuatro]}, " TESTS "}\n",
            rows);
}

Test(rules, the_threshold_is_the_signals_or_the_brands)
{
    static const struct text_row rows[] = {
        { "acme uno", "acme:" },
        { "acme uno dos", "acme:complaint" },
        { "acme dos", "acme:" },
        { "zeta uno", "zeta:" },
        { "zeta uno dos", "zeta:" },
        { "zeta uno dos tres", "zeta:complaint" },
        /* the brand sets one signal; the other is as for all */
        { "zeta cuatro", "zeta:billing" },
        { "acme cuatro", "acme:billing" },
        /* and what nobody sets is 1.0 */
        { "acme cinco", "acme:" },
        { "acme seis", "acme:outage" },
    };
    EXPECT_TEXTS("schema: rebato/rules/v1\n"
                 "thresholds: {complaint: 1.5, billing: 0.2}\n"
                 "brands:\n"
                 "  - {id: acme, names: [acme]}\n"
                 "  - {id: zeta, names: [zeta], thresholds: {complaint: 2.2}}\n"
                 "rules:\n"
                 "  - {id: a, signal: complaint, match: {any: [uno]}, " TESTS "}\n"
                 "  - {id: b, signal: complaint, weight: 0.5, match: {any: [dos]}, " TESTS "}\n"
                 "  - {id: c, signal: complaint, weight: 0.7, match: {any: [tres]}, " TESTS "}\n"
                 "  - {id: d, signal: billing, weight: 0.2, match: {any: [cuatro]}, " TESTS "}\n"
                 "  - {id: e, signal: outage, weight: 0.9, match: {any: [cinco]}, " TESTS "}\n"
                 "  - {id: f, signal: outage, match: {any: [seis]}, " TESTS "}\n",
            rows);
}

Test(rules, official_rules_need_an_official_author_whatever_they_require)
{
    struct fixture fixture;
    fixture_init(&fixture, BRANDS
            "  - {id: a, signal: official-apology, match: {any: [perdon]}, " TESTS "}\n"
            "  - {id: b, signal: official-explain, match: {any: [perdon], require: []}, " TESTS
            "}\n");
    struct mention mention = { .text = VIEW("perdon"), .platform = PLATFORM_X };
    cr_expect_str_eq(match_mention(&fixture, &mention), "");
    cr_expect_eq(fixture.result.hit_count, 0);
    mention.text = VIEW("acme: perdon");
    cr_expect_str_eq(match_mention(&fixture, &mention), "acme:");
    mention.author_id = VIEW("1");
    cr_expect_str_eq(match_mention(&fixture, &mention), "!acme:official-apology+official-explain");
    mention.text = VIEW("@zeta perdon");
    cr_expect_str_eq(
            match_mention(&fixture, &mention), "!acme:official-apology+official-explain zeta:");
    fixture_fini(&fixture);
}

Test(rules, a_rule_that_requires_nothing_hits_without_a_brand)
{
    struct fixture fixture;
    fixture_init(&fixture, BRANDS
            "  - {id: r, signal: outage, match: {any: ['no va'], require: []}, " TESTS "}\n");
    struct mention mention = { .text = VIEW("hoy no va nada"), .platform = PLATFORM_X };
    cr_expect(matcher_match(fixture.matcher, &mention, &fixture.result));
    cr_expect_eq(fixture.result.brand_count, 0);
    cr_assert_eq(fixture.result.hit_count, 1);
    cr_expect_eq(fixture.result.hits[0].brand, NO_BRAND);
    mention.text = VIEW("acme no va");
    cr_expect_str_eq(match_mention(&fixture, &mention), "acme:outage");
    /* and a brand that speaks does not complain, even of nobody */
    mention = (struct mention){
        .text = VIEW("no va"), .platform = PLATFORM_X, .author_id = VIEW("1")
    };
    cr_expect_str_eq(match_mention(&fixture, &mention), "!acme:");
    cr_expect_eq(fixture.result.hit_count, 0);
    mention = (struct mention){ .text = VIEW("todo bien") };
    cr_expect_not(matcher_match(fixture.matcher, &mention, &fixture.result));
    fixture_fini(&fixture);
}

static void
describe_facets(const struct match_result *result, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < result->facet_count; i++) {
        const struct facet *facet = &result->facets[i];
        used += (size_t)snprintf(out + used, size - used, "%s%u.%.*s=%.*s", i == 0 ? "" : " ",
                facet->brand, (int)facet->name.size, facet->name.at, (int)facet->value.size,
                facet->value.at);
    }
}

Test(rules, named_groups_say_who_is_affected)
{
    static const struct text_row rows[] = {
        { "acme no va en Android", "0.os=android" },
        { "acme no va en android ni en iOS, en \xc3\x81"
          "vila",
                "0.os=android 0.os=ios 0.place=avila" },
        { "acme no va en android y android y ANDROID", "0.os=android" },
        { "acme no va", "" },
        { "acme si va en android", "" },
        { "android: zeta no va", "1.os=android" },
        { "acme no va, zeta tampoco, no va en ios", "0.os=ios 1.os=ios" },
        { "acme no va en villanuevadelascruceslargas", "" },
    };
    struct fixture fixture;
    char got[512];
    fixture_init(&fixture, BRANDS
            "  - {id: r, signal: outage, match: {any: ['no va']}, facets: "
            "['\\b(?<os>android|ios)\\b', '\\ben (?<place>(?:avila|villa)\\w*)'], " TESTS "}\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mention mention = { .text = view_of(rows[i].text) };
        (void)matcher_match(fixture.matcher, &mention, &fixture.result);
        describe_facets(&fixture.result, got, sizeof got);
        cr_expect_str_eq(got, rows[i].expected, "\"%s\" gives \"%s\"", rows[i].text, got);
        cr_expect_eq(fixture.result.dropped, strstr(rows[i].text, "villanueva") != NULL);
    }
    fixture_fini(&fixture);
}

Test(rules, the_leftmost_match_is_shown)
{
    struct fixture fixture;
    fixture_init(&fixture,
            BRANDS "  - {id: r, signal: outage, match: {any: [tres, dos, uno]}, " TESTS "}\n");
    struct mention mention = { .text = VIEW("acme dos tres uno") };
    (void)matcher_match(fixture.matcher, &mention, &fixture.result);
    cr_assert_eq(fixture.result.hit_count, 2);
    cr_expect_eq(fixture.result.hits[1].begin, 5);
    cr_expect_eq(fixture.result.hits[1].end, 8);
    fixture_fini(&fixture);
}

Test(rules, hits_beyond_the_limit_are_counted_and_signals_still_added)
{
    struct fixture fixture;
    char *yaml = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&yaml, &size);
    fputs(BRANDS, out);
    for (int i = 0; i < 100; i++) {
        fprintf(out,
                "  - {id: r%d, signal: outage, weight: 0.01, match: {any: ['no va']}, " TESTS "}\n",
                i);
    }
    (void)fclose(out);
    fixture_init(&fixture, yaml);
    struct mention mention = { .text = VIEW("acme no va") };
    cr_expect_str_eq(match_mention(&fixture, &mention), "acme:outage");
    cr_expect_eq(fixture.result.hit_count, HITS_MAX);
    cr_expect_eq(fixture.result.dropped, 101 - HITS_MAX);
    fixture_fini(&fixture);
    free(yaml);
}

Test(rules, a_slow_pattern_is_given_up_and_counted)
{
    static char text[TEXT_SIZE_MAX];
    struct fixture fixture;
    /* The checks at load look for a repeat of a repeat; a choice of two equals they cannot see. */
    fixture_init(&fixture, BRANDS
            "  - {id: slow, signal: outage, match: {any: ['^acme (?:[a ]|[a ]){1,200}b']}, " TESTS
            "}\n"
            "  - {id: fast, signal: outage, match: {any: ['acme']}, " TESTS "}\n");
    memcpy(text, "acme ", 5);
    for (size_t i = 5; i < sizeof text; i++) {
        text[i] = "a a"[i % 3]; /* runs of two, so that folding keeps them */
    }
    text[sizeof text - 1] = 'b';
    struct mention mention = { .text = { text, sizeof text } };
    cr_expect_str_eq(match_mention(&fixture, &mention), "acme:outage");
    cr_expect_eq(fixture.result.limit_reached, 1);
    mention.text = VIEW("acme a a ab");
    cr_expect_str_eq(match_mention(&fixture, &mention), "acme:outage");
    cr_expect_eq(fixture.result.limit_reached, 0);
    cr_expect_eq(fixture.result.hit_count, 3);
    fixture_fini(&fixture);
}

Test(rules, the_same_post_gives_the_same_answer_whatever_came_before)
{
    struct fixture fixture;
    fixture_init(
            &fixture, BRANDS "  - {id: r, signal: outage, match: {any: ['no va']}, " TESTS "}\n");
    struct mention loud = { .text = VIEW("zeta no va y acme no va"),
        .quoted = VIEW("acme"),
        .platform = PLATFORM_X,
        .author_id = VIEW("1") };
    struct mention quiet = { .text = VIEW("acme") };
    for (int i = 0; i < 3; i++) {
        cr_expect_str_eq(match_mention(&fixture, &loud), "!acme: zeta:outage");
        cr_expect_str_eq(match_mention(&fixture, &quiet), "acme:");
        cr_expect_eq(fixture.result.hit_count, 1);
    }
    fixture_fini(&fixture);
}

Test(rules, what_a_brand_names_is_looked_for_in_its_own_posts_alone)
{
    struct fixture fixture;
    fixture_init(&fixture, BRANDS
            "  - {id: matter, signal: outage, match: {any: ['problemas'], require: [official]}, "
            "facets: ['(?<os>android)'], tests: [{match: [problemas]}]}\n"
            "  - {id: does, signal: official-apology, match: {any: ['sentimos']}, " TESTS "}\n"
            "  - {id: hers, signal: complaint, match: {any: ['problemas']}, " TESTS "}\n");
    struct mention own = { .platform = PLATFORM_X, .author_id = VIEW("1") };
    own.text = VIEW("sentimos los problemas de acme en android");
    cr_expect_str_eq(match_mention(&fixture, &own), "!acme:outage+official-apology");
    cr_expect_eq(fixture.result.facet_count, 1u);
    own.text = VIEW("hola");
    cr_expect_str_eq(match_mention(&fixture, &own), "!acme:");
    struct mention hers = { .text = VIEW("acme da problemas en android, lo sentimos") };
    cr_expect_str_eq(match_mention(&fixture, &hers), "acme:complaint");
    cr_expect_eq(fixture.result.facet_count, 0u);
    fixture_fini(&fixture);
}

Test(rules, who_looks_like_an_official_account_and_is_none_is_an_impostor)
{
    static const struct {
        const char *handle;
        const char *text;
        const char *expected;
        int impostor;
    } rows[] = {
        { "Acme_Online", "lo sentimos", "!acme:official-apology", 0 }, /* itself */
        { "AcmeOnline", "lo sentimos", "acme:", 1 },
        { "acme_0nl1ne", "lo sentimos", "acme:", 1 },
        { "acme.online.ayuda", "acme: lo sentimos", "acme:", 1 },
        { "AcmeOnline_Support", "lo sentimos, acme da problemas", "acme:complaint", 1 },
        { "acme", "lo sentimos", "", 0 }, /* a handle of the brand without its id */
        { "acmeonlinefan", "lo sentimos", "", 0 },
        { "ana", "lo sentimos por acme", "acme:", 0 },
        { "", "lo sentimos por acme", "acme:", 0 },
    };
    struct fixture fixture;
    fixture_init(&fixture,
            "schema: rebato/rules/v1\n"
            "brands:\n"
            "  - {id: acme, names: [acme], handles: [acme], "
            "official_accounts: [{handle: Acme_Online}]}\n"
            "rules:\n"
            "  - {id: matter, signal: outage, match: {any: ['problemas'], require: [official]}, "
            "tests: [{match: [problemas]}]}\n"
            "  - {id: does, signal: official-apology, match: {any: ['sentimos']}, "
            "tests: [{match: [sentimos]}]}\n"
            "  - {id: hers, signal: complaint, match: {any: ['problemas']}, "
            "tests: [{match: [problemas]}]}\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mention mention = { .platform = PLATFORM_X,
            .author_handle = view_of(rows[i].handle),
            .text = view_of(rows[i].text) };
        cr_expect_str_eq(match_mention(&fixture, &mention), rows[i].expected, "row %zu", i);
        int impostor = fixture.result.brand_count > 0 &&
                       fixture.result.brands[0].imitates == SIGNAL_BIT(SIGNAL_OFFICIAL_APOLOGY);
        cr_expect_eq(impostor, rows[i].impostor, "row %zu", i);
    }
    fixture_fini(&fixture);
}

Test(rules, where_people_go_is_not_what_they_leave)
{
    static const struct text_row rows[] = {
        { "me paso a zeta, adios acme", "zeta: acme:exodus" },
        { "adios acme, me paso a zeta", "acme:exodus zeta:" },
        { "me paso a zeta", "zeta:" },
        { "me paso a otra, adios zeta", "zeta:exodus" },
        { "acme: me paso a zeta y a zeta", "acme:exodus zeta:" },
        { "zeta no va", "zeta:outage" },
    };
    EXPECT_TEXTS(BRANDS "  - {id: go, signal: exodus, match: {any: ['me paso a', 'adios']}, "
                        "facets: ['a (?<destination>zeta)'], " TESTS "}\n"
                        "  - {id: r, signal: outage, match: {any: ['no va']}, " TESTS "}\n",
            rows);
}
