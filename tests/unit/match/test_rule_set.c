/* What a set says of itself, and that what was written is what is kept. */
#include "fixture.h"

#include "match/set/private.h"
#include "pattern/frequency.h"

static const char rules[] =
        "schema: rebato/rules/v1\n"
        "brands:\n"
        "  - {id: zeta, title: Zeta, names: [zeta], ack_target: 5m, update_every: 1h,\n"
        "     official_accounts: [{x: 7, handle: Zeta}, {handle: zeta_es}]}\n"
        "  - {id: acme, handles: ['@Acme']}\n"
        "rules:\n"
        "  - id: zz\n"
        "    title: {es: Caída}\n"
        "    signal: outage\n"
        "    severity: critical\n"
        "    status: test\n"
        "    weight: 0.35\n"
        "    first_person: true\n"
        "    match: {any: [uno, dos], none: [tres], near: {brand: 6}}\n"
        "    facets: ['(?<os>ios)']\n"
        "    playbook: caida\n"
        "    detect: {sensitivity: more, threshold: {window: 10m, min_authors: 20, min_count: 30, "
        "ratio: 3, share: 0.3, for: 20s}}\n"
        "    false_positives: [{es: partidos, en: matches}, anything]\n"
        "    tests:\n"
        "      - match: ['uno']\n"
        "      - no_match: ['tres', 'cuatro']\n"
        "  - {id: aa, signal: official-denial, match: {any: [x], normalize: [casefold,\n"
        "     strip-accents, squeeze-repeats]}, tests: [{match: [x]}]}\n";

Test(rule_set, keeps_what_the_file_says)
{
    const struct rule_set *set = fixture_compile(rules, NULL);
    cr_assert_not_null(set);
    const struct rule *rule = rule_set_rule(set, 0);
    cr_expect(view_equal(rule->title[LANG_ES], VIEW("Ca\xc3\xad"
                                                    "da")));
    cr_expect(view_equal(rule->title[LANG_EN], VIEW("Ca\xc3\xad"
                                                    "da")));
    cr_expect_eq(rule->signal, SIGNAL_OUTAGE);
    cr_expect_eq(rule->severity, SEVERITY_CRITICAL);
    cr_expect_eq(rule->sensitivity, SENSITIVITY_MORE);
    cr_expect_eq(rule->weight_milli, 350);
    cr_expect_eq(rule->first_person, 1);
    cr_expect_eq(rule->require_brand, 1);
    cr_expect_eq(rule->near_words, 6);
    cr_expect_eq(rule->has_threshold, 1);
    cr_expect_eq(rule->threshold.window_ms, 600000);
    cr_expect_eq(rule->threshold.min_authors, 20);
    cr_expect_eq(rule->threshold.min_count, 30);
    cr_expect_float_eq(rule->threshold.ratio, 3, 1e-9);
    cr_expect_float_eq(rule->threshold.share, 0.3, 1e-9);
    cr_expect_eq(rule->threshold.for_ms, 20000);
    cr_expect(view_equal(rule->playbook, VIEW("caida")));
    cr_expect_str_eq(rule->file, "rules.yaml");
    cr_expect_eq(rule->line, 7);
    rule_set_destroy(&set);
}

Test(rule_set, fills_in_what_the_file_leaves_out)
{
    const struct rule_set *set = fixture_compile(rules, NULL);
    const struct rule *rule = rule_set_rule(set, 1);
    cr_expect(view_equal(rule->title[LANG_EN], VIEW("aa")));
    cr_expect_eq(rule->severity, SEVERITY_WARNING);
    cr_expect_eq(rule->sensitivity, SENSITIVITY_BALANCED);
    cr_expect_eq(rule->weight_milli, 1000);
    cr_expect_eq(rule->has_threshold, 0);
    cr_expect_eq(rule->near_words, 0);
    const struct brand *brand = rule_set_brand(set, 1);
    cr_expect(view_equal(brand->title, VIEW("acme")));
    cr_expect_eq(brand->ack_target_ms, 15 * 60000);
    cr_expect_eq(brand->update_every_ms, 30 * 60000);
    cr_expect_eq(brand->account_count, 0);
    rule_set_destroy(&set);
}

Test(rule_set, knows_the_accounts_of_a_brand)
{
    const struct rule_set *set = fixture_compile(rules, NULL);
    const struct brand *brand = rule_set_brand(set, 0);
    cr_expect(view_equal(brand->title, VIEW("Zeta")));
    cr_expect_eq(brand->ack_target_ms, 5 * 60000);
    cr_expect_eq(brand->update_every_ms, 60 * 60000);
    cr_assert_eq(brand->account_count, 2);
    cr_expect_eq(brand->accounts[0].platform, PLATFORM_X);
    cr_expect(view_equal(brand->accounts[0].id, VIEW("7")));
    cr_expect_eq(brand->accounts[1].platform, PLATFORM_OTHER);
    cr_expect_eq(brand->accounts[1].id.size, 0);
    cr_expect(view_equal(brand->accounts[1].handle, VIEW("zeta_es")));
    rule_set_destroy(&set);
}

static const char calendar[] =
        "schema: rebato/rules/v1\n"
        "brands:\n"
        "  - {id: plain, names: [plain]}\n"
        "  - id: acme\n"
        "    names: [acme]\n"
        "    score_offsets: {outage: +0.5, security: 1.5, billing: 2, privacy: 0}\n"
        "    planned:\n"
        "      - {name: Black Friday, start: 2026-11-27, end: 2026-11-28}\n"
        "      - {name: late final, start: 2026-11-27T20:00:00+01:00, end: "
        "2026-11-27T22:00:00+01:00,\n"
        "         signals: [outage]}\n"
        "      - {name: final, start: 2026-05-23T21:00:00+02:00, end: 2026-05-23T23:00:00+02:00,\n"
        "         signals: [degraded, outage]}\n";

Test(rule_set, knows_the_calendar_of_a_brand_by_time)
{
    struct fault_list *faults = fault_list_create();
    /* The sale concerns everything, the late final is a part of it: refused. */
    cr_expect_null(fixture_compile(calendar, faults));
    cr_expect_eq(fault_count(faults, FAULT_ERROR), 1);
    fault_list_destroy(&faults);

    char *apart = strdup(calendar);
    memcpy(strstr(apart, "2026-11-27T20"), "2026-12-27T20", 13);
    memcpy(strstr(apart, "2026-11-27T22"), "2026-12-27T22", 13);
    const struct rule_set *set = fixture_compile(apart, NULL);
    const struct brand *brand = rule_set_brand(set, 1);
    cr_assert_eq(brand->planned_count, 3);
    cr_expect(view_equal(brand->planned[0].name, VIEW("final")));
    cr_expect_eq(brand->planned[0].start_ms, INT64_C(1779562800000));
    cr_expect_eq(brand->planned[0].end_ms, INT64_C(1779570000000));
    cr_expect_eq(
            brand->planned[0].signals, SIGNAL_BIT(SIGNAL_OUTAGE) | SIGNAL_BIT(SIGNAL_DEGRADED));
    cr_expect(view_equal(brand->planned[1].name, VIEW("Black Friday")));
    cr_expect_eq(brand->planned[1].signals, (SIGNAL_BIT(SIGNAL_EXODUS) << 1) - 1,
            "all complaints, and nothing else");
    cr_expect_eq(rule_set_brand(set, 0)->planned_count, 0);
    rule_set_destroy(&set);
    free(apart);
}

Test(rule_set, knows_what_verdicts_moved)
{
    char *apart = strdup(calendar);
    *strstr(apart, "    planned:") = '\0';
    const struct rule_set *set = fixture_compile(apart, NULL);
    const int32_t *offsets = rule_set_brand(set, 1)->score_offsets;
    cr_assert_not_null(offsets);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        int32_t wanted = i == SIGNAL_OUTAGE     ? 50
                         : i == SIGNAL_BILLING  ? 200
                         : i == SIGNAL_SECURITY ? 150
                                                : 0;
        cr_expect_eq(offsets[i], wanted, "%zu: %d", i, offsets[i]);
    }
    cr_expect_null(rule_set_brand(set, 0)->score_offsets);
    rule_set_destroy(&set);
    free(apart);
}

Test(rule_set, finds_by_id)
{
    const struct rule_set *set = fixture_compile(rules, NULL);
    cr_expect_eq(rule_set_rule_count(set), 2);
    cr_expect_eq(rule_set_brand_count(set), 2);
    cr_expect_eq(rule_set_find_rule(set, VIEW("zz")), 0);
    cr_expect_eq(rule_set_find_rule(set, VIEW("aa")), 1);
    cr_expect_eq(rule_set_find_rule(set, VIEW("zeta")), SIZE_MAX);
    cr_expect_eq(rule_set_find_brand(set, VIEW("zeta")), 0);
    cr_expect_eq(rule_set_find_brand(set, VIEW("acme")), 1);
    cr_expect_eq(rule_set_find_brand(set, VIEW("")), SIZE_MAX);
    rule_set_destroy(&set);
}

Test(rule_set, counts_patterns_and_the_compiled_ones)
{
    const struct rule_set *set = fixture_compile(rules, NULL);
    /* uno, dos, tres, the facet, x, and one for the names of zeta */
    cr_expect_eq(rule_set_pattern_count(set), 6);
    cr_expect_eq(rule_set_jit_count(set), 6);
    rule_set_destroy(&set);
}

static const struct rule_set *
compile_next(const struct rule_set *former, const char *yaml)
{
    struct fault_list *faults = fault_list_create();
    struct rule_file file = { .name = "rules.yaml", .text = view_of(yaml) };
    const struct rule_set *set = rule_set_compile_next(former, &file, 1, NULL, faults);
    cr_assert_not_null(set);
    fault_list_destroy(&faults);
    return set;
}

static int
speaks_of_trouble(const struct rule_set *set, const char *text)
{
    struct mention mention = { .text = view_of(text) };
    struct match_result result;
    struct matcher *matcher = matcher_create(set);
    int found = matcher_match(matcher, &mention, &result) && result.brands[0].signals != 0;
    matcher_destroy(&matcher);
    return found;
}

/* One rule is the same, one asks for something else, one is new; the names of the brand are the same. */
Test(rule_set, the_next_set_shares_what_is_the_same_and_nothing_else)
{
    static const char before[] = "schema: rebato/rules/v1\n"
                                 "brands: [{id: acme, names: [acme]}]\n"
                                 "rules:\n"
                                 "  - {id: a, signal: outage, match: {any: ['se ha ca[ií]do']}}\n"
                                 "  - {id: b, signal: outage, match: {any: [apagado]}}\n";
    static const char after[] = "schema: rebato/rules/v1\n"
                                "brands: [{id: acme, names: [acme]}]\n"
                                "rules:\n"
                                "  - {id: c, signal: outage, match: {any: [roto]}}\n"
                                "  - {id: b, signal: outage, match: {any: [encendido]}}\n"
                                "  - {id: a, signal: privacy, match: {any: ['se ha ca[ií]do']}}\n";
    for (int order = 0; order < 2; order++) {
        const struct rule_set *former = compile_next(NULL, before);
        const struct rule_set *next = compile_next(former, after);
        cr_expect(next->rules[2].any[0].compiled.code == former->rules[0].any[0].compiled.code);
        cr_expect(next->brands[0].names.code == former->brands[0].names.code);
        cr_expect(next->rules[1].any[0].compiled.code != former->rules[1].any[0].compiled.code);
        cr_expect_eq(rule_set_jit_count(next), 4);
        rule_set_destroy(order == 0 ? &former : &next);
        const struct rule_set *left = order == 0 ? next : former;
        cr_expect(speaks_of_trouble(left, "acme se ha caído"));
        cr_expect_eq(speaks_of_trouble(left, "acme está roto"), order == 0);
        cr_expect_eq(speaks_of_trouble(left, "acme está apagado"), order == 1);
        rule_set_destroy(&left);
    }
}

Test(rule_set, the_digest_is_of_names_and_bytes)
{
    struct rule_file file = { .name = "a.yaml", .text = view_of(rules) };
    struct rule_file other_name = { .name = "b.yaml", .text = view_of(rules) };
    struct fault_list *faults = fault_list_create();
    const struct rule_set *one = rule_set_compile(&file, 1, faults);
    const struct rule_set *same = rule_set_compile(&file, 1, faults);
    const struct rule_set *renamed = rule_set_compile(&other_name, 1, faults);
    file.text.size--;
    const struct rule_set *shorter = rule_set_compile(&file, 1, faults);
    cr_expect_str_eq(rule_set_digest(one), rule_set_digest(same));
    cr_expect_str_neq(rule_set_digest(one), rule_set_digest(renamed));
    cr_expect_str_neq(rule_set_digest(one), rule_set_digest(shorter));
    cr_expect_eq(strlen(rule_set_digest(one)), 5 + 16);
    cr_expect_eq(strncmp(rule_set_digest(one), "xxh3:", 5), 0);
    rule_set_destroy(&one);
    rule_set_destroy(&same);
    rule_set_destroy(&renamed);
    rule_set_destroy(&shorter);
    fault_list_destroy(&faults);
}

/* A table says what is looked for first, and never what matches. */
Test(rule_set, takes_a_learned_table_among_its_files)
{
    struct rule_file files[] = { { .name = "a.yaml", .text = view_of(rules) },
        { .name = "learned.tsv", .text = VIEW("dos \t0.25\nuno \t0.5\n") } };
    struct fault_list *faults = fault_list_create();
    const struct rule_set *built_in = rule_set_compile(files, 1, faults);
    const struct rule_set *learned = rule_set_compile(files, 2, faults);
    cr_assert_not_null(learned);
    const struct frequency *frequency = rule_set_frequency(learned);
    cr_expect_float_eq(frequency_at_start(frequency, "uno ", 4), 0.5, 1e-6);
    cr_expect_lt(frequency_at_start(rule_set_frequency(built_in), "uno ", 4), 0.5);
    cr_expect_str_neq(rule_set_digest(learned), rule_set_digest(built_in));
    rule_set_destroy(&built_in);
    rule_set_destroy(&learned);
    fault_list_destroy(&faults);
}

Test(rule_set, refuses_a_table_that_is_none)
{
    struct rule_file files[] = { { .name = "a.yaml", .text = view_of(rules) },
        { .name = "learned.tsv", .text = VIEW("no table\n") } };
    struct fault_list *faults = fault_list_create();
    cr_expect_null(rule_set_compile(files, 2, faults));
    cr_expect_eq(fault_count(faults, FAULT_ERROR), 1);
    fault_list_destroy(&faults);
}

Test(rule_set, lists_its_tests_in_file_order)
{
    const struct rule_set *set = fixture_compile(rules, NULL);
    cr_assert_eq(rule_set_test_count(set), 4);
    cr_expect(view_equal(rule_set_test(set, 0)->text, VIEW("uno")));
    cr_expect_eq(rule_set_test(set, 0)->expect_match, 1);
    cr_expect_eq(rule_set_test(set, 0)->line, 20);
    cr_expect(view_equal(rule_set_test(set, 2)->text, VIEW("cuatro")));
    cr_expect_eq(rule_set_test(set, 2)->expect_match, 0);
    cr_expect_eq(rule_set_test(set, 2)->rule, 0);
    cr_expect_eq(rule_set_test(set, 3)->rule, 1);
    rule_set_destroy(&set);
}

Test(rule_set, a_threshold_is_set_in_one_place_only)
{
    static const char head[] = "schema: rebato/rules/v1\n"
                               "brands: [{id: a, names: [a]}]\n"
                               "thresholds: {complaint: 2}\n";
    static const char again[] = "schema: rebato/rules/v1\n"
                                "brands: [{id: b, names: [b], thresholds: {complaint: 3}}]\n"
                                "thresholds: {outage: 2, complaint: 2}\n";
    struct rule_file files[] = { { "one.yaml", VIEW(head) }, { "two.yaml", VIEW(again) } };
    struct fault_list *faults = fault_list_create();
    const struct rule_set *set = rule_set_compile(files, 2, faults);
    cr_expect_null(set);
    char *printed = fixture_print(faults);
    cr_expect(strstr(printed, "two.yaml:3:36: error: the threshold of complaint is set in two "
                              "places") != NULL,
            "%s", printed);
    free(printed);
    fault_list_destroy(&faults);
    set = fixture_compile(head, NULL);
    cr_expect_eq(rule_set_threshold_milli(set, SIZE_MAX, SIGNAL_COMPLAINT), 2000);
    cr_expect_eq(rule_set_threshold_milli(set, 0, SIGNAL_COMPLAINT), 2000);
    cr_expect_eq(rule_set_threshold_milli(set, 0, SIGNAL_OUTAGE), 1000);
    rule_set_destroy(&set);
}
