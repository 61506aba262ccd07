/* rebato test: the texts inside rule files, each held against its rule. */
#include "app/packs.h"
#include "app/rules/junit.h"
#include "app/rules/show.h"
#include "app/verbs.h"
#include "match/rule_test.h"
#include "pattern/pattern.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPT_JUNIT, OPT_RUN, OPT_COVERAGE };

static const struct cli_option options[] = {
    { "junit", 0, "FILE", "write the results there as JUnit XML" },
    { "run", 0, "REGEX", "only rules whose id it matches" },
    { "coverage", 0, NULL, "list the patterns that no text of their rule exercises" },
};

struct test_run {
    const struct rule_set *rules;
    struct matcher *matcher;
    unsigned char *wanted;  /* per rule: does --run ask for it? */
    unsigned char *covered; /* per rule and pattern; NULL: not asked for */
    struct junit *junit;    /* NULL: not asked for */
    size_t passed;
    size_t failed;
    struct explanation why;
};

static const char *
kind_name(enum explain_kind kind)
{
    static const char *const names[] = {
        [EXPLAIN_ANY] = "any", [EXPLAIN_NONE] = "none", [EXPLAIN_FACET] = "facet"
    };

    return names[kind];
}

/* Why a text that must match does not is known to the explanation; one that must not is shown
 * where it does. */
static void
print_failure(const struct test_run *run, const struct rule_test *test)
{
    struct view id = rule_set_rule(run->rules, test->rule)->id;

    printf("%s:%zu: %.*s must%s match\n", test->file, test->line, (int)id.size, id.at,
            test->expect_match ? "" : " not");
    if (test->expect_match) {
        printf("          ");
        show_text(test->text, stdout);
        printf("\n          %s\n", run->why.why_not);
        return;
    }
    for (size_t i = 0; i < run->why.item_count; i++) {
        const struct explain_item *item = &run->why.items[i];
        if (item->kind == EXPLAIN_ANY && item->matched) {
            show_span(test->text, item->begin, item->end, stdout);
            printf("          by %.*s\n", (int)item->pattern.size, item->pattern.at);
            return;
        }
    }
}

static void
note_coverage(struct test_run *run, const struct rule_test *test)
{
    struct mention mention = { .text = test->text };
    struct explanation *why = &run->why;
    unsigned char *covered = run->covered + test->rule * EXPLAIN_ITEMS_MAX;

    explain_rule(run->matcher, &mention, test->rule, why);
    for (size_t i = 0; i < why->item_count; i++) {
        covered[i] |= (unsigned char)why->items[i].matched;
    }
}

static void
run_one(struct test_run *run, const struct rule_test *test)
{
    int passed = rule_test_run(run->matcher, test, &run->why);

    run->passed += passed ? 1 : 0;
    run->failed += passed ? 0 : 1;
    if (!passed) {
        print_failure(run, test);
    }
    if (run->junit != NULL) {
        junit_add(run->junit, rule_set_rule(run->rules, test->rule)->id, test,
                passed ? NULL : run->why.why_not);
    }
    if (run->covered != NULL) {
        note_coverage(run, test);
    }
}

static void
run_tests(struct test_run *run)
{
    for (size_t i = 0; i < rule_set_test_count(run->rules); i++) {
        const struct rule_test *test = rule_set_test(run->rules, i);
        if (run->wanted[test->rule]) {
            run_one(run, test);
        }
    }
}

/* ---- coverage ---- */

/* Of the rule whose patterns are in hand; returns how many are covered. */
static size_t
print_rule_coverage(const struct test_run *run, size_t index)
{
    const struct rule *rule = rule_set_rule(run->rules, index);
    size_t covered = 0;

    for (size_t i = 0; i < run->why.item_count; i++) {
        const struct explain_item *item = &run->why.items[i];
        if (run->covered[index * EXPLAIN_ITEMS_MAX + i]) {
            covered++;
            continue;
        }
        printf("%s:%zu: %.*s: no text for %s %.*s\n", rule->file, rule->line, (int)rule->id.size,
                rule->id.at, kind_name(item->kind), (int)item->pattern.size, item->pattern.at);
    }
    return covered;
}

static void
print_coverage(struct test_run *run)
{
    struct mention nothing = { .text = VIEW("") };
    size_t all = 0;
    size_t covered = 0;

    for (size_t i = 0; i < rule_set_rule_count(run->rules); i++) {
        if (!run->wanted[i]) {
            continue;
        }
        explain_rule(run->matcher, &nothing, i, &run->why); /* for the patterns alone */
        all += run->why.item_count;
        covered += print_rule_coverage(run, i);
    }
    printf("coverage: %zu of %zu patterns (%.0f %%)\n", covered, all,
            all == 0 ? 0.0 : 100.0 * (double)covered / (double)all);
}

/* ---- the verb ---- */

static int
choose_rules(struct test_run *run, const char *regex)
{
    struct pattern pattern = { .code = NULL };
    struct pattern_error error;
    size_t count = rule_set_rule_count(run->rules);

    if (regex == NULL) {
        memset(run->wanted, 1, count);
        return 1;
    }
    if (!pattern_init(&pattern, view_of(regex), PATTERN_UNICODE, &error)) {
        cli_complain(
                "test", "see the syntax of PCRE2", "--run: %s at byte %zu", error.what, error.at);
        return 0;
    }
    struct pattern_scratch *scratch = pattern_scratch_create(pattern.group_count);
    struct pattern_span span;
    assert(scratch != NULL);
    for (size_t i = 0; i < count; i++) {
        run->wanted[i] = pattern_find(&pattern, scratch, rule_set_rule(run->rules, i)->id, 0,
                                 &span) == PATTERN_FOUND;
    }
    pattern_scratch_destroy(&scratch);
    pattern_fini(&pattern);
    return 1;
}

static enum exit_code
report(struct test_run *run, const char *junit_path)
{
    if (run->covered != NULL) {
        print_coverage(run);
    }
    printf("%zu tests, %zu passed, %zu failed\n", run->passed + run->failed, run->passed,
            run->failed);
    if (run->junit != NULL && !junit_write(run->junit, junit_path)) {
        cli_complain("test", "check folder and permissions", "cannot write %s", junit_path);
        return EXIT_USAGE;
    }
    if (run->passed + run->failed == 0) {
        cli_complain("test", "add tests: [{match: ['...']}, {no_match: ['...']}] to a rule",
                "there was nothing to test");
        return EXIT_FINDINGS;
    }
    return run->failed > 0 ? EXIT_FINDINGS : EXIT_FINE;
}

static enum exit_code
test_rules(struct test_run *run, const struct cli_values *values)
{
    const char *junit_path = cli_value(values, OPT_JUNIT, NULL);
    size_t count = rule_set_rule_count(run->rules);
    enum exit_code code = EXIT_USAGE;

    run->matcher = matcher_create(run->rules);
    run->wanted = calloc(count + 1, 1);
    assert(run->matcher != NULL && run->wanted != NULL);
    if (cli_count(values, OPT_COVERAGE) > 0) {
        run->covered = calloc(count + 1, EXPLAIN_ITEMS_MAX);
        assert(run->covered != NULL);
    }
    run->junit = junit_path == NULL ? NULL : junit_create();
    if (choose_rules(run, cli_value(values, OPT_RUN, NULL))) {
        run_tests(run);
        code = report(run, junit_path);
    }
    junit_destroy(&run->junit);
    free(run->covered);
    free(run->wanted);
    matcher_destroy(&run->matcher);
    return code;
}

static enum exit_code
run_test(int argc, char **argv)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;

    if (!cli_parse(&verb_test, argc, argv, &values, &code)) {
        return code;
    }
    struct test_run *run = calloc(1, sizeof *run);
    assert(run != NULL);
    run->rules = packs_compile(
            "test", (const char *const *)values.rest, (size_t)values.rest_count, &code);
    if (run->rules != NULL) {
        code = test_rules(run, &values);
        rule_set_destroy(&run->rules);
    }
    free(run);
    return code;
}

const struct cli_verb verb_test = {
    .name = "test",
    .summary = "runs the tests that stand inside rule files",
    .usage = "[RULES...] [--run REGEX] [--coverage] [--junit FILE]",
    .examples = "  rebato test my-rules.yaml\n"
                "  rebato test rules/ --run '^outage-' --coverage\n"
                "  rebato test --junit results.xml        the packs inside the binary\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_test,
};
