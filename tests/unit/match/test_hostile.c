/* Rules that a stranger's text could make slow, and texts that try. */
#include "fixture.h"

#include "pattern/probe.h"

#define HEAD                                                                                       \
    "schema: rebato/rules/v1\n"                                                                    \
    "brands: [{id: acme, names: [acme]}]\n"                                                        \
    "rules:\n"
#define RULE "  - {id: r, signal: outage, tests: [{match: [x]}],\n     match: {any: ['"

struct probed_row {
    const char *yaml;
    const char *printed;
};

/* clang-format off */
static const struct probed_row probed[] = {
    { HEAD RULE "\\d+[bc]']}}\n",
      "rules.yaml:5:21: error: a text can make this pattern take 4000000 steps or more, 1500000 are "
      "allowed\n"
      "    5 |      match: {any: ['\\d+[bc]']}}\n"
      "      |                     ^~~~~~~\n"
      "      advice: begin with a rare word; bound every repeat, as in {0,30}; no \\w+, \\d+ or .* at "
      "the beginning\n" },
    { HEAD RULE "x'], none: ['\\w+ x']}}\n", "error: a text can make this pattern take" },
    { HEAD RULE "x']}, facets: ['(?<v>\\w*\\d*x)']}\n", "error: a text can make this pattern take" },
    { HEAD RULE "0.{0,80}b']}}\n", "warning: a text can make this pattern slow" },
    { "schema: rebato/rules/v1\nbrands: [{id: a, names: ['\\d+b']}]\n",
      "error: a text can make this pattern take" },
};
/* clang-format on */

Test(hostile, rules_that_a_text_makes_slow_are_refused_when_they_are_probed)
{
    struct probe *probe = probe_create();
    for (size_t i = 0; i < sizeof probed / sizeof probed[0]; i++) {
        struct rule_file file = { .name = "rules.yaml", .text = view_of(probed[i].yaml) };
        struct fault_list *faults = fault_list_create();
        const struct rule_set *set = rule_set_compile_probed(&file, 1, probe, faults);
        char *printed = fixture_print(faults);
        cr_expect(strstr(printed, probed[i].printed) != NULL, "row %zu:\n%s", i, printed);
        cr_expect_eq(set == NULL, strstr(printed, "error:") != NULL, "row %zu", i);
        rule_set_destroy(&set);
        free(printed);
        fault_list_destroy(&faults);
    }
    probe_destroy(&probe);
}

Test(hostile, what_a_mention_may_cost_ends_and_is_counted_and_the_next_begins_anew)
{
    static char text[TEXT_SIZE_MAX];
    char *yaml = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&yaml, &size);
    fputs(HEAD, out);
    for (int i = 0; i < 20; i++) {
        fprintf(out,
                "  - {id: r%d, signal: outage, tests: [{match: [x]}], match: {any: "
                "['0.{0,80}b']}}\n",
                i);
    }
    (void)fclose(out);
    struct rule_file file = { .name = "rules.yaml", .text = { yaml, size } };
    struct fault_list *faults = fault_list_create();
    struct probe *probe = probe_create();
    const struct rule_set *set = rule_set_compile_probed(&file, 1, probe, faults);
    cr_assert_not_null(set);
    struct matcher *matcher = matcher_create(set);
    static struct match_result result;
    memset(text, '.', sizeof text);
    memcpy(text, "acme b 00 00 00 ", 16);
    text[sizeof text - 1] = 'b';
    struct mention hostile = { .text = { text, sizeof text } };
    struct mention plain = { .text = VIEW("acme 0 b") };
    for (int round = 0; round < 3; round++) {
        (void)matcher_match(matcher, &hostile, &result);
        cr_expect(
                result.limit_reached > 5 && result.limit_reached < 20, "%u", result.limit_reached);
        (void)matcher_match(matcher, &plain, &result);
        cr_expect_eq(result.limit_reached, 0);
        cr_expect_eq(result.hit_count, 21);
    }
    matcher_destroy(&matcher);
    rule_set_destroy(&set);
    probe_destroy(&probe);
    fault_list_destroy(&faults);
    free(yaml);
}
