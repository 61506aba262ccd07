#include "match/rule_test.h"

#include "match/trial/private.h"

int
rule_test_run(struct matcher *matcher, const struct rule_test *test, struct explanation *why)
{
    const struct rule_entry *entry = &matcher->set->rules[test->rule];
    int official = entry->rule.by_brand;
    struct mention mention = { .text = test->text };
    struct rule_outcome outcome;
    matcher_scan_one(matcher, &mention);
    brands_find(matcher, &mention);
    if (official || matcher->slot_count == 0) {
        brands_assume(matcher, official ? BRAND_SPEAKING : BRAND_SPOKEN_OF);
    }
    rule_try(matcher, &mention, entry, &outcome);
    int passed = (outcome.verdict == RULE_HOLDS) == (test->expect_match != 0);
    if (!passed && why != NULL) {
        explain_found(matcher, &mention, test->rule, why);
    }
    return passed;
}
