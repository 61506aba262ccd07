/* The rule packs that travel with the project: they compile without a fault and keep what they
 * say. */
#include "fixture.h"

#include "match/trial/private.h"

#include <ftw.h>

#define FILES_MAX 256

static char *paths[FILES_MAX];
static size_t path_count;

static int
collect(const char *path, const struct stat *about, int type)
{
    (void)about;
    size_t size = strlen(path);
    int is_pack = type == FTW_F && size > 5 && strcmp(path + size - 5, ".yaml") == 0 &&
                  strstr(path, "/playbooks/") == NULL && strstr(path, "/scenarios/") == NULL;
    if (is_pack && path_count < FILES_MAX) {
        paths[path_count++] = strdup(path);
    }
    return 0;
}

static struct view
read_whole(const char *path)
{
    FILE *in = fopen(path, "rb");
    char *text = malloc(RULE_FILE_SIZE_MAX);
    cr_assert_not_null(in, "%s", path);
    cr_assert_not_null(text);
    size_t size = fread(text, 1, RULE_FILE_SIZE_MAX, in);
    (void)fclose(in);
    return (struct view){ .at = text, .size = size };
}

static const struct rule_set *
compile_packs(struct fault_list *faults)
{
    struct rule_file files[FILES_MAX];
    path_count = 0;
    cr_assert_eq(ftw(RULES_ROOT, collect, 8), 0);
    cr_assert_gt(path_count, 0, "no rule file under %s", RULES_ROOT);
    for (size_t i = 0; i < path_count; i++) {
        files[i] = (struct rule_file){ .name = paths[i], .text = read_whole(paths[i]) };
    }
    const struct rule_set *set = rule_set_compile(files, path_count, faults);
    for (size_t i = 0; i < path_count; i++) {
        free((void *)(uintptr_t)files[i].text.at);
        free(paths[i]);
    }
    return set;
}

static void
print_failure(const struct rule_set *set, const struct rule_test *test, const char *why)
{
    struct view id = rule_set_rule(set, test->rule)->id;
    (void)fprintf(stderr, "%s:%zu: %.*s should %smatch \"%.*s\"; %s\n", test->file, test->line,
            (int)id.size, id.at, test->expect_match ? "" : "not ", (int)test->text.size,
            test->text.at, test->expect_match ? why : "it did");
}

Test(packs, every_rule_keeps_its_own_tests)
{
    struct fault_list *faults = fault_list_create();
    const struct rule_set *set = compile_packs(faults);
    fault_print(faults, stderr, FAULT_PLAIN);
    cr_assert_not_null(set);
    cr_expect_eq(fault_count(faults, FAULT_WARNING), 0);
    struct matcher *matcher = matcher_create(set);
    static struct explanation why;
    size_t failed = 0;
    for (size_t i = 0; i < rule_set_test_count(set); i++) {
        if (!rule_test_run(matcher, rule_set_test(set, i), &why)) {
            failed++;
            print_failure(set, rule_set_test(set, i), why.why_not);
        }
    }
    cr_expect_gt(rule_set_test_count(set), 0);
    cr_expect_eq(failed, 0, "%zu of %zu tests of the packs fail", failed, rule_set_test_count(set));
    matcher_destroy(&matcher);
    rule_set_destroy(&set);
    fault_list_destroy(&faults);
}

/* What the machine code finds, the interpreter finds: the packs' patterns on the packs' texts. */
static void
compare_patterns(struct matcher *matcher,
        const struct rule_pattern *patterns,
        size_t count,
        size_t compared[2])
{
    struct view text = matcher_folded(matcher);
    for (size_t i = 0; i < count; i++) {
        struct pattern plain = patterns[i].compiled;
        struct pattern_span fast = { 0 };
        struct pattern_span slow = { 0 };
        plain.jit = 0;
        enum pattern_outcome a =
                pattern_find(&patterns[i].compiled, matcher->scratch, text, 0, &fast);
        enum pattern_outcome b = pattern_find(&plain, matcher->scratch, text, 0, &slow);
        if (a == PATTERN_GAVE_UP || b == PATTERN_GAVE_UP) {
            compared[1]++;
            continue;
        }
        compared[0]++;
        cr_expect(a == b && fast.begin == slow.begin && fast.end == slow.end, "%.*s on %.*s",
                (int)patterns[i].text.size, patterns[i].text.at, (int)text.size, text.at);
    }
}

Test(packs, machine_code_and_interpreter_agree)
{
    struct fault_list *faults = fault_list_create();
    const struct rule_set *set = compile_packs(faults);
    struct matcher *matcher = matcher_create(set);
    size_t compared[2] = { 0, 0 };
    for (size_t i = 0; i < set->test_count; i++) {
        const struct rule_entry *entry = &set->rules[set->tests[i].rule];
        struct mention mention = { .text = set->tests[i].text };
        matcher_scan_one(matcher, &mention);
        brands_find(matcher, &mention);
        compare_patterns(matcher, entry->any, entry->any_count, compared);
        compare_patterns(matcher, entry->none, entry->none_count, compared);
        compare_patterns(matcher, entry->facets, entry->facet_count, compared);
    }
    cr_expect_gt(compared[0], 1000);
    cr_expect_lt(compared[1] * 100, compared[0], "%zu runs were given up", compared[1]);
    matcher_destroy(&matcher);
    rule_set_destroy(&set);
    fault_list_destroy(&faults);
}

static int
speaks_of(const struct matcher *matcher, uint32_t brand)
{
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        if (matcher->slots[i].brand == brand) {
            return 1;
        }
    }
    return 0;
}

/* Scanning first must not lose a brand that its pattern alone would find. */
Test(packs, no_name_is_missed_by_the_scan)
{
    struct fault_list *faults = fault_list_create();
    const struct rule_set *set = compile_packs(faults);
    struct matcher *matcher = matcher_create(set);
    struct pattern_span span;
    size_t found = 0;
    for (size_t i = 0; i < set->test_count; i++) {
        struct mention mention = { .text = set->tests[i].text };
        matcher_scan_one(matcher, &mention);
        brands_find(matcher, &mention);
        for (uint32_t brand = 0; brand < set->brand_count; brand++) {
            const struct pattern *names = &set->brands[brand].names;
            if (names->code == NULL ||
                    pattern_find(names, matcher->scratch, matcher_folded(matcher), 0, &span) !=
                            PATTERN_FOUND) {
                continue;
            }
            found++;
            cr_expect(speaks_of(matcher, brand), "%.*s in %.*s",
                    (int)set->brands[brand].brand.id.size, set->brands[brand].brand.id.at,
                    (int)mention.text.size, mention.text.at);
        }
    }
    cr_expect_gt(found, 100);
    matcher_destroy(&matcher);
    rule_set_destroy(&set);
    fault_list_destroy(&faults);
}
