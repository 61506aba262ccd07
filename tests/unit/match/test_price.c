/* What patterns cost, by what is certain in them. */
#include "fixture.h"
#include "match/price.h"

static const char rules[] = "schema: rebato/rules/v1\n"
                            "brands: [{id: acme, names: ['acme']}]\n"
                            "rules:\n"
                            "  - id: down\n"
                            "    signal: outage\n"
                            "    match: {any: ['\\bis down\\b', '\\bzigzag\\b.{0,20}\\bquux\\b'], "
                            "none: ['[0-9]{4}']}\n";

struct bench {
    const struct rule_set *set;
    struct price_list *prices;
};

static struct bench
bench_of(const char *yaml)
{
    struct bench bench = { .set = fixture_compile(yaml, NULL) };
    cr_assert_not_null(bench.set);
    bench.prices = price_list_create(bench.set);
    cr_assert_not_null(bench.prices);
    return bench;
}

static void
bench_end(struct bench *bench)
{
    price_list_destroy(&bench->prices);
    rule_set_destroy(&bench->set);
}

Test(price, names_every_pattern_in_the_order_of_the_scan)
{
    static const struct {
        enum price_kind kind;
        const char *owner;
        const char *text;
    } rows[] = {
        { PRICE_EXACT, "down", "\\bis down\\b" },
        { PRICE_REQUIRED, "down", "\\bzigzag\\b.{0,20}\\bquux\\b" },
        { PRICE_ALWAYS, "down", "[0-9]{4}" },
        { PRICE_EXACT, "acme", NULL },
    };
    struct bench bench = bench_of(rules);
    cr_assert_eq(price_count(bench.prices), 4);
    for (size_t i = 0; i < 4; i++) {
        const struct price *price = price_at(bench.prices, i);
        cr_expect_eq(price->kind, rows[i].kind, "%zu", i);
        cr_expect(view_equal(price->owner, view_of(rows[i].owner)), "%zu", i);
        cr_expect(rows[i].text == NULL || view_equal(price->text, view_of(rows[i].text)), "%zu", i);
        cr_expect_eq(price->why != NULL, price->kind == PRICE_ALWAYS);
        cr_expect_eq(
                price_count_of(bench.prices, rows[i].kind), rows[i].kind == PRICE_EXACT ? 2 : 1);
    }
    cr_expect_eq(price_at(bench.prices, 0)->rate, 0);
    cr_expect_lt(price_at(bench.prices, 1)->rate, 0.01);
    cr_expect_eq(price_at(bench.prices, 2)->rate, 1);
    bench_end(&bench);
}

Test(price, counts_the_runs_that_a_scan_leaves_to_pcre2)
{
    const struct view texts[] = { VIEW("acme is down"), VIEW("zigzag"), VIEW("zigzag and quux"),
        VIEW("") };
    uint32_t runs[4] = { 0 };
    struct scan_counts counts;
    struct bench bench = bench_of(rules);
    cr_assert(price_scan(bench.prices, texts, 4, runs, &counts));
    cr_expect_eq(runs[0], 0);
    cr_expect(runs[1] == 1 || runs[1] == 2, "%u", runs[1]);
    cr_expect_eq(runs[2], 4);
    cr_expect_eq(runs[3], 0);
    cr_expect_eq(counts.texts, 4);
    cr_expect(price_try(bench.prices, 0, texts[0]));
    cr_expect_not(price_try(bench.prices, 0, texts[1]));
    cr_expect_eq(price_summary(bench.prices).always, 1);
    bench_end(&bench);
}

Test(price, more_patterns_on_every_text_than_the_budget_are_errors)
{
    struct bench bench = bench_of(rules);
    for (size_t budget = 0; budget < 2; budget++) {
        struct fault_list *faults = fault_list_create();
        price_add_faults(bench.prices, budget, faults);
        char *text = fixture_print(faults);
        cr_expect_eq(fault_count(faults, FAULT_ERROR), budget == 0 ? 2 : 0, "%s", text);
        cr_expect_eq(fault_count(faults, FAULT_WARNING), budget == 0 ? 0 : 1, "%s", text);
        cr_expect_not_null(strstr(text, "rules.yaml:4:9: "), "%s", text);
        cr_expect_not_null(strstr(text, "down: [0-9]{4} runs on every text"), "%s", text);
        free(text);
        fault_list_destroy(&faults);
    }
    bench_end(&bench);
}
