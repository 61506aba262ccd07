/* Whom a post speaks of, and who is speaking. */
#include "fixture.h"

static const char rules[] =
        "schema: rebato/rules/v1\n"
        "brands:\n"
        "  - {id: acme, names: ['acme', 'ac?me ?phone', 'caf\xc3\xa9 acme'],\n"
        "     handles: [Acme, acme_help], official_accounts: [{x: 42, handle: AcmeX},\n"
        "     {bluesky: 'did:plc:a1'}, {handle: AcmeOld}, {platform: mastodon, handle: "
        "acme@a.org}]}\n"
        "  - {id: zeta, names: ['zeta(?! jones)', '#zz\\b'], handles: [zeta.example.org, "
        "zeta_es]}\n"
        "  - {id: line, names: ['(?:app|mensajes) line'], handles: [LINE]}\n"
        "rules:\n"
        "  - {id: down, signal: outage, match: {any: ['\\bcaid[oa]\\b']}, tests: [{match: "
        "[caido]}]}\n"
        "  - {id: sorry, signal: official-apology, match: {any: ['perdon']}, tests: [{match: "
        "[perdon]}]}\n";

struct brand_row {
    const char *text;
    const char *expected;
};

static const struct brand_row name_rows[] = {
    { "acme", "acme:" },
    { "ACME!", "acme:" },
    { "\xc3\x81"
      "cm\xc3\xa9.",
            "acme:" },
    { "#acme", "acme:" },
    { "acmephone", "acme:" },
    { "aacme", "" },
    { "acmed", "" },
    { "acme_fan", "" },
    { "#acmedown", "" },
    { "\xc3\xb1"
      "acme",
            "" },
    { "acme\xc3\xb1", "" },
    { "\xc2\xa1"
      "acme!",
            "acme:" },
    { "\xf0\x9f\x98\xa1"
      "acme\xf0\x9f\x98\xa1",
            "acme:" },
    { "zeta jones", "" },
    { "zetas", "" },
    { "zeta, zeta jones", "zeta:" },
    { "#zz", "zeta:" },
    { "a#zz", "zeta:" },
    { "#zzz", "" },
    { "line", "" },
    { "la app line", "line:" },
    { "acme y zeta", "acme: zeta:" },
    { "zeta y acme", "zeta: acme:" },
    { "", "" },
};

static const struct brand_row handle_rows[] = {
    { "@Acme", "acme:" },
    { "@aCmE hola", "acme:" },
    { "@acme_help", "acme:" },
    { "(@line)", "line:" },
    { ".@LINE va", "line:" },
    { "@LINE.", "line:" },
    { "@LINE.va", "line:" },
    { "@lines", "" },
    { "@line_fans", "" },
    { "@zeta_es", "zeta:" },
    { "@zeta.example.org no va", "zeta:" },
    { "a@line.es", "" },
    { "@", "" },
    { "@@line", "line:" },
    { "@acmex", "acme:" },
    { "@acmeold", "acme:" },
    /* folding would squeeze the letters; handles are compared as written */
    { "@liiine", "" },
};

static const char *
match_text(struct fixture *fixture, const struct mention *mention)
{
    static char out[512];
    (void)matcher_match(fixture->matcher, mention, &fixture->result);
    return fixture_describe(fixture, out, sizeof out);
}

static void
expect_rows(const struct brand_row *rows, size_t count)
{
    struct fixture fixture;
    fixture_init(&fixture, rules);
    for (size_t i = 0; i < count; i++) {
        struct mention mention = { .text = view_of(rows[i].text), .platform = PLATFORM_X };
        const char *got = match_text(&fixture, &mention);
        cr_expect_str_eq(got, rows[i].expected, "\"%s\" speaks of \"%s\"", rows[i].text, got);
    }
    fixture_fini(&fixture);
}

Test(brands, are_named_by_whole_words_of_folded_text)
{
    expect_rows(name_rows, sizeof name_rows / sizeof name_rows[0]);
}

Test(brands, are_named_by_whole_handles)
{
    expect_rows(handle_rows, sizeof handle_rows / sizeof handle_rows[0]);
}

Test(brands, a_federated_handle_is_its_whole_name)
{
    struct fixture fixture;
    fixture_init(&fixture, rules);
    struct mention mention = { .text = VIEW("@line.somebody.social no va"),
        .platform = PLATFORM_BLUESKY };
    cr_expect_str_eq(match_text(&fixture, &mention), "");
    mention.platform = PLATFORM_X;
    cr_expect_str_eq(match_text(&fixture, &mention), "line:");
    mention = (struct mention){ .text = VIEW("@acme@a.org hola"), .platform = PLATFORM_MASTODON };
    cr_expect_str_eq(match_text(&fixture, &mention), "acme:");
    fixture_fini(&fixture);
}

Test(brands, the_reply_and_the_quote_name_brands_without_a_place)
{
    struct fixture fixture;
    fixture_init(&fixture, rules);
    struct mention mention = { .text = VIEW("sigue caido"), .reply_to_handle = VIEW("ZETA_es") };
    cr_expect_str_eq(match_text(&fixture, &mention), "zeta:outage");
    cr_expect_eq(fixture.result.brands[0].begin, fixture.result.brands[0].end);
    mention = (struct mention){ .text = VIEW("caido"),
        .quoted = VIEW("Lo nuevo de \xc3\x81"
                       "CME") };
    cr_expect_str_eq(match_text(&fixture, &mention), "acme:outage");
    mention = (struct mention){ .text = VIEW("caido"), .quoted = VIEW("nada") };
    cr_expect_str_eq(match_text(&fixture, &mention), "");
    mention.reply_to_handle = VIEW("zeta");
    cr_expect_str_eq(match_text(&fixture, &mention), "");
    fixture_fini(&fixture);
}

struct author_row {
    enum platform platform;
    const char *id;
    const char *handle;
    const char *expected;
};

static const struct author_row author_rows[] = {
    { PLATFORM_X, "42", "anything", "!acme:official-apology" },
    { PLATFORM_BLUESKY, "did:plc:a1", "", "!acme:official-apology" },
    { PLATFORM_X, "", "acmeold", "!acme:official-apology" },
    { PLATFORM_OTHER, "", "AcmeOld", "!acme:official-apology" },
    { PLATFORM_X, "7", "ACMEOLD", "!acme:official-apology" },
    { PLATFORM_MASTODON, "", "acme@a.org", "!acme:official-apology" },
    /* the right number on the wrong platform */
    { PLATFORM_BLUESKY, "42", "", "acme:" },
    { PLATFORM_OTHER, "42", "", "acme:" },
    /* a handle never stands in for an id that is known */
    { PLATFORM_X, "43", "AcmeX", "acme:" },
    { PLATFORM_X, "", "AcmeX", "acme:" },
    { PLATFORM_X, "", "acme@a.org", "acme:" },
    /* looks like it, is not it */
    { PLATFORM_X, "", "Acme", "acme:" },
    { PLATFORM_X, "", "AcmeOld_", "acme:" },
    { PLATFORM_X, "", "", "acme:" },
};

Test(brands, official_accounts_are_told_from_impostors)
{
    struct fixture fixture;
    fixture_init(&fixture, rules);
    for (size_t i = 0; i < sizeof author_rows / sizeof author_rows[0]; i++) {
        const struct author_row *row = &author_rows[i];
        struct mention mention = { .text = VIEW("acme pide perdon"),
            .platform = row->platform,
            .author_id = view_of(row->id),
            .author_handle = view_of(row->handle) };
        cr_expect_str_eq(match_text(&fixture, &mention), row->expected, "row %zu", i);
    }
    fixture_fini(&fixture);
}

Test(brands, a_brand_never_complains_about_itself)
{
    struct fixture fixture;
    fixture_init(&fixture, rules);
    struct mention mention = {
        .text = VIEW("acme ha caido, perdon"), .platform = PLATFORM_X, .author_id = VIEW("42")
    };
    cr_expect_str_eq(match_text(&fixture, &mention), "!acme:official-apology");
    mention.text = VIEW("acme funciona, zeta ha caido");
    cr_expect_str_eq(match_text(&fixture, &mention), "!acme: zeta:outage");
    mention.text = VIEW("nada que ver");
    cr_expect_str_eq(match_text(&fixture, &mention), "!acme:");
    fixture_fini(&fixture);
}

Test(brands, spans_are_bytes_of_the_original)
{
    struct fixture fixture;
    fixture_init(&fixture, rules);
    struct mention mention = { .text = VIEW("\xc2\xa1\xc2\xa1"
                                            "Ca\xc3\xad"
                                            "do!! \xc3\x81"
                                            "CM\xc3\x89.") };
    cr_expect_str_eq(match_text(&fixture, &mention), "acme:outage");
    cr_assert_eq(fixture.result.hit_count, 2);
    const struct hit *name = &fixture.result.hits[0];
    const struct hit *rule = &fixture.result.hits[1];
    cr_expect_eq(name->rule, NO_RULE);
    cr_expect_eq(name->begin, 13);
    cr_expect_eq(name->end, 19);
    cr_expect_eq(rule->rule, 0);
    cr_expect_eq(rule->begin, 4);
    cr_expect_eq(rule->end, 10);
    cr_expect_eq(fixture.result.brands[0].begin, 13);
    cr_expect_eq(fixture.result.brands[0].end, 19);
    fixture_fini(&fixture);
}

/* Brands b0 ... with names name0 ..., half of them with a beginning that is not obvious. */
static char *
many_brands(size_t count)
{
    char *yaml = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&yaml, &size);
    fputs("schema: rebato/rules/v1\nbrands:\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "  - {id: b%zu, names: ['%s%zu']}\n", i, i % 2 == 0 ? "name" : "(?:name)", i);
    }
    (void)fclose(out);
    return yaml;
}

Test(brands, more_than_the_limit_are_counted_not_kept)
{
    struct fixture fixture;
    char *yaml = many_brands(300);
    fixture_init(&fixture, yaml);
    struct mention mention = { .text = VIEW("name9 name8 name7 name6 name5 name4 name3 name2 "
                                            "name1 name299 name300 name30") };
    cr_expect_str_eq(match_text(&fixture, &mention), "b9: b8: b7: b6: b5: b4: b3: b2:");
    cr_expect_eq(fixture.result.dropped, 3);
    mention.text = VIEW("name299 name30");
    cr_expect_str_eq(match_text(&fixture, &mention), "b299: b30:");
    cr_expect_eq(fixture.result.dropped, 0);
    fixture_fini(&fixture);
    free(yaml);
}
