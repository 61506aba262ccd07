/*
 * Any bytes as a rule file: compiling says no or yes and never more. A set that compiles then
 * matches a fixed post, explains every rule and runs its own tests.
 */
#include "match/explain.h"
#include "match/matcher.h"
#include "match/rule_test.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RULES_TRIED_MAX 16

static void
check_result(const struct match_result *result, size_t text_size)
{
    assert(result->brand_count <= MENTION_BRANDS_MAX);
    assert(result->hit_count <= HITS_MAX);
    for (size_t i = 0; i < result->hit_count; i++) {
        assert(result->hits[i].begin <= result->hits[i].end);
        assert(result->hits[i].end <= text_size);
    }
    for (size_t i = 0; i < result->facet_count; i++) {
        assert(result->facets[i].value.size <= FACET_SIZE_MAX);
    }
}

static void
use(const struct rule_set *set)
{
    static struct match_result result;
    static struct explanation why;
    struct matcher *matcher = matcher_create(set);
    struct mention mention = { .text = VIEW("\xc2\xa1"
                                            "Acme NO VAAAA en iOS @acme, a\xc3\xb1o 5000!"),
        .quoted = VIEW("zeta"),
        .reply_to_handle = VIEW("zeta"),
        .author_handle = VIEW("acme"),
        .platform = PLATFORM_X };
    if (matcher == NULL) {
        return;
    }
    (void)matcher_match(matcher, &mention, &result);
    check_result(&result, mention.text.size);
    for (size_t i = 0; i < rule_set_rule_count(set) && i < RULES_TRIED_MAX; i++) {
        explain_rule(matcher, &mention, i, &why);
        assert(why.matched || why.why_not[0] != '\0');
    }
    for (size_t i = 0; i < rule_set_test_count(set) && i < RULES_TRIED_MAX; i++) {
        (void)rule_test_run(matcher, rule_set_test(set, i), &why);
    }
    matcher_destroy(&matcher);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rule_file file = { .name = "fuzz.yaml", .text = { (const char *)data, size } };
    struct fault_list *faults = fault_list_create();
    if (faults == NULL) {
        return 0;
    }
    const struct rule_set *set = rule_set_compile(&file, 1, faults);
    assert((set == NULL) == (fault_count(faults, FAULT_ERROR) > 0));
    if (set != NULL) {
        use(set);
    }
    rule_set_destroy(&set);
    fault_list_destroy(&faults);
    return 0;
}
