/* The tests that stand inside a rule. */
#include "core/text/utf8.h"
#include "match/file/file.h"
#include "match/set/grow.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define TESTS_MAX 100000

static void
add_test(struct rule_reader *reader, const struct yaml_node *node, struct rule_test test)
{
    struct rule_set *set = reader->set;
    if (set->test_count == TESTS_MAX) {
        yaml_fault(node, reader->faults, NULL, "more than %d tests", TESTS_MAX);
        return;
    }
    struct rule_test *tests = grow(set->tests, &set->test_capacity, set->test_count, sizeof *tests);
    if (tests == NULL) {
        set->out_of_memory = 1;
        return;
    }
    set->tests = tests;
    test.text = rule_set_copy(set, test.text);
    test.file = reader->file;
    test.line = yaml_place(node).line;
    set->tests[set->test_count++] = test;
}

static void
read_texts(struct rule_reader *reader,
        const struct yaml_node *map,
        const char *key,
        struct rule_test test)
{
    size_t count = rule_file_read_list(reader, map, key);
    const struct yaml_node *list = yaml_get(map, key);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        if (!yaml_read_text(node, &test.text, reader->faults)) {
            continue;
        }
        if (test.text.size > TEXT_SIZE_MAX || !utf8_valid(test.text)) {
            yaml_fault(node, reader->faults, NULL, "a text is at most %d bytes of UTF-8",
                    TEXT_SIZE_MAX);
            continue;
        }
        add_test(reader, node, test);
    }
}

void
rule_file_read_tests(struct rule_reader *reader, const struct yaml_node *node, size_t rule)
{
    static const char *const keys[] = { "match", "no_match" };
    size_t count = rule_file_read_list(reader, node, "tests");
    const struct yaml_node *list = yaml_get(node, "tests");
    size_t before = reader->set->test_count;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = yaml_item(list, i);
        yaml_expect_keys(item, keys, LENGTH(keys), reader->faults);
        if (yaml_kind_of(item) != YAML_MAP) {
            continue;
        }
        read_texts(reader, item, "match", (struct rule_test){ .rule = rule, .expect_match = 1 });
        read_texts(reader, item, "no_match", (struct rule_test){ .rule = rule });
    }
    if (reader->set->test_count == before) {
        yaml_warn(yaml_get(node, "id") != NULL ? yaml_get(node, "id") : node, reader->faults,
                "add tests: [{match: ['...']}, {no_match: ['...']}]", "the rule has no tests");
    }
}
