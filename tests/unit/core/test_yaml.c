/* fault and yaml: what a person who writes rules gets to see. */
#include "core/limits.h"
#include "core/yaml/yaml.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Everything fault_print() says, as one string that the caller frees. Inlined, gcc 12 takes the stream for one that
 * still writes to `text` after the return. */
__attribute__((noinline)) static char *
printed(const struct fault_list *faults)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    fault_print(faults, out, FAULT_PLAIN);
    fclose(out);
    return text;
}

Test(fault, shows_the_line_a_caret_and_advice_in_order_of_place)
{
    struct fault_list *faults = fault_list_create();
    struct fault_place late = { .file = "a.yaml",
        .line = 12,
        .column = 9,
        .length = 4,
        .source = VIEW("        anny: ['\\bñ']") };
    struct fault_place early = { .file = "a.yaml", .line = 2 };

    fault_addf(faults, FAULT_ERROR, late, "did you mean \"any\"?", "unknown key \"%s\"", "anny");
    fault_add(faults, FAULT_WARNING, early, "weak", NULL);
    char *text = printed(faults);
    cr_assert_str_eq(text, "a.yaml:2: warning: weak\n"
                           "a.yaml:12:9: error: unknown key \"anny\"\n"
                           "   12 |         anny: ['\\bñ']\n"
                           "      |         ^~~~\n"
                           "      advice: did you mean \"any\"?\n");
    cr_assert_eq(fault_count(faults, FAULT_ERROR), 1);
    cr_assert_eq(fault_count(faults, FAULT_WARNING), 1);
    free(text);
    fault_list_destroy(&faults);
    cr_assert_null(faults);
}

Test(fault, text_from_files_cannot_move_the_cursor)
{
    struct fault_list *faults = fault_list_create();
    struct fault_place place = {
        .file = "x\n.yaml", .line = 1, .column = 3, .source = VIEW("\t\x1B[2J")
    };

    fault_add(faults, FAULT_ERROR, place, "odd \r", NULL);
    char *text = printed(faults);
    cr_assert_null(strchr(text, '\x1B'));
    cr_assert_null(strchr(text, '\r'));
    cr_assert_null(strchr(text, '\t'));
    cr_assert_not_null(strstr(text, "x\\x0a.yaml:1:3"));
    free(text);
    fault_list_destroy(&faults);
}

Test(fault, a_very_long_line_is_shown_around_its_fault)
{
    struct fault_list *faults = fault_list_create();
    char line[5000];
    memset(line, 'x', sizeof line);
    line[4000] = '!';
    struct fault_place place = {
        .file = "x", .line = 1, .column = 4001, .source = { line, sizeof line }
    };

    fault_add(faults, FAULT_ERROR, place, "long", NULL);
    char *text = printed(faults);
    cr_assert_lt(strlen(text), 400);
    char *mark = strchr(text, '!');
    char *caret = strchr(text, '^');
    cr_assert(mark != NULL && caret != NULL);
    cr_assert_eq(mark - strstr(text, "    1 | "), caret - strstr(text, "      | "));
    free(text);
    fault_list_destroy(&faults);
}

Test(fault, a_thousand_are_kept_and_the_rest_is_counted)
{
    struct fault_list *faults = fault_list_create();
    struct fault_place place = { .file = "x" };

    for (int i = 0; i < 1500; i++) {
        fault_add(faults, FAULT_ERROR, place, "again", NULL);
    }
    cr_assert_eq(fault_list_size(faults), 1000);
    cr_assert_eq(fault_count(faults, FAULT_ERROR), 1500);
    char *text = printed(faults);
    cr_assert_not_null(strstr(text, "... and 500 more\n"));
    free(text);
    fault_list_destroy(&faults);
}

Test(fault, the_nearest_word_is_near_or_none)
{
    static const char *const known[] = { "any", "none", "brands", "silence_clock" };
    static const struct {
        const char *word;
        const char *nearest;
    } rows[] = { { "anny", "any" }, { "nay", "any" }, { "nona", "none" }, { "brand", "brands" },
        { "silense_clok", "silence_clock" }, { "colour", NULL }, { "x", NULL }, { "", NULL } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *found = fault_nearest(view_of(rows[i].word), known, COUNT(known));
        cr_assert((found == NULL) == (rows[i].nearest == NULL), "%s", rows[i].word);
        cr_assert(found == NULL || strcmp(found, rows[i].nearest) == 0, "%s", rows[i].word);
    }
}

Test(yaml, nodes_know_their_kind_text_and_place)
{
    struct fault_list *faults = fault_list_create();
    struct yaml_document *document = yaml_parse(
            "r.yaml", VIEW("id: caída\nmatch:\n  any: ['\\bno\\b', \"x\"]\nempty:\n"), faults);
    const struct yaml_node *root = yaml_root(document);

    cr_assert_eq(yaml_kind_of(root), YAML_MAP);
    cr_assert_eq(yaml_size(root), 3);
    cr_assert(view_equal(yaml_key(root, 1), VIEW("match")));
    cr_assert(view_equal(yaml_text(yaml_get(root, "id")), VIEW("caída")));
    const struct yaml_node *any = yaml_get(yaml_get(root, "match"), "any");
    cr_assert_eq(yaml_kind_of(any), YAML_LIST);
    cr_assert(view_equal(yaml_text(yaml_item(any, 0)), VIEW("\\bno\\b")));
    struct fault_place place = yaml_place(yaml_item(any, 0));
    cr_assert_eq(place.line, 3);
    cr_assert_eq(place.column, 10);
    cr_assert(view_equal(place.source, VIEW("  any: ['\\bno\\b', \"x\"]")));
    cr_assert(yaml_is_null(yaml_get(root, "empty")));
    cr_assert_eq(yaml_place(yaml_get(root, "empty")).line, 4);
    cr_assert_null(yaml_get(root, "absent"));
    cr_assert(yaml_is_null(NULL));
    cr_assert_eq(fault_list_size(faults), 0);
    yaml_destroy(&document);
    fault_list_destroy(&faults);
}

Test(yaml, aliases_are_the_node_they_stand_for)
{
    struct fault_list *faults = fault_list_create();
    struct yaml_document *document =
            yaml_parse("r.yaml", VIEW("a: &list [1, 2]\nb: *list\n"), faults);

    cr_assert_eq(yaml_get(yaml_root(document), "a"), yaml_get(yaml_root(document), "b"));
    yaml_destroy(&document);
    fault_list_destroy(&faults);
}

Test(yaml, a_file_that_cannot_be_walked_says_where)
{
    static const struct {
        const char *text;
        const char *start;
    } rows[] = {
        { "", "f.yaml: error: the file is empty" },
        { "# nothing\n", "f.yaml: error: the file is empty" },
        { "a: b: c\n", "f.yaml:1:5: error: " },
        { "a: [1, 2\nb: 3\n", "f.yaml:3:1: error: flow sequence without" },
        { "a:\n\tb: 1\n", "f.yaml:2:1: error: tab character" },
        { "a: 1\n---\nb: 2\n", "f.yaml:2:1: error: a second document" },
        { "a: *none\n", "f.yaml:1:5: error: alias to an anchor" },
        { "a: &x [*x]\n", "f.yaml:1:9: error: alias to a node that it is a part of" },
        { "a: !!int 3\n", "f.yaml:1:4: error: tags" },
        { "? [a]\n: b\n", "f.yaml:1:3: error: a list or map cannot be a key" },
        { "a: 1\nb: \xFF\n", "f.yaml:2: error: bytes that are not UTF-8" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault_list *faults = fault_list_create();
        struct yaml_document *document = yaml_parse("f.yaml", view_of(rows[i].text), faults);
        char *text = printed(faults);
        cr_assert_null(document, "row %zu", i);
        cr_assert_eq(
                strncmp(text, rows[i].start, strlen(rows[i].start)), 0, "row %zu: %s", i, text);
        free(text);
        fault_list_destroy(&faults);
    }
}

Test(yaml, a_nest_of_aliases_does_not_explode)
{
    struct fault_list *faults = fault_list_create();
    char text[4096] = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";

    for (int i = 1; i < 12; i++) {
        size_t size = strlen(text);
        snprintf(text + size, sizeof text - size,
                "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, i - 1, i - 1, i - 1,
                i - 1, i - 1, i - 1, i - 1, i - 1);
    }
    cr_assert_null(yaml_parse("bomb.yaml", view_of(text), faults));
    cr_assert_not_null(strstr(fault_at(faults, 0)->what, "10,000 nodes"));
    fault_list_destroy(&faults);
}

Test(yaml, nesting_has_an_end)
{
    struct fault_list *faults = fault_list_create();
    char text[4096];

    memset(text, '[', 2000);
    cr_assert_null(yaml_parse("deep.yaml", (struct view){ text, 2000 }, faults));
    cr_assert_geq(fault_count(faults, FAULT_ERROR), 1);
    fault_list_destroy(&faults);
}

Test(yaml, unknown_and_repeated_keys_are_told_together)
{
    static const char *const known[] = { "id", "any", "none" };
    struct fault_list *faults = fault_list_create();
    struct yaml_document *document =
            yaml_parse("r.yaml", VIEW("id: 1\nanny: 2\nnone: 3\nid: 4\nid: 5\n"), faults);

    yaml_expect_keys(yaml_root(document), known, COUNT(known), faults);
    char *text = printed(faults);
    cr_assert_eq(fault_count(faults, FAULT_ERROR), 3);
    cr_assert_not_null(strstr(text, "r.yaml:2:1: error: unknown key \"anny\""));
    cr_assert_not_null(strstr(text, "did you mean \"any\"?"));
    cr_assert_not_null(strstr(text, "r.yaml:4:1: error: key \"id\" again, after line 1"));
    cr_assert_not_null(strstr(text, "r.yaml:5:1: error: key \"id\" again, after line 4"));
    free(text);
    yaml_expect_keys(yaml_get(yaml_root(document), "id"), known, COUNT(known), faults);
    cr_assert_eq(fault_count(faults, FAULT_ERROR), 4, "a scalar passed for a map");
    yaml_destroy(&document);
    fault_list_destroy(&faults);
}

Test(yaml, typed_reads_take_their_type)
{
    struct fault_list *faults = fault_list_create();
    struct yaml_document *document = yaml_parse("r.yaml",
            VIEW("i: -9223372036854775808\nd: 2.5e-3\nf: yes\ns: 90s\nt: '007'\n"), faults);
    const struct yaml_node *root = yaml_root(document);
    int64_t number = 0;
    double real = 0;
    int flag = 0;
    int64_t span = 0;
    struct view text = { 0 };

    cr_assert(yaml_read_i64(yaml_get(root, "i"), &number, faults));
    cr_assert_eq(number, INT64_MIN);
    cr_assert(yaml_read_double(yaml_get(root, "d"), &real, faults));
    cr_assert_float_eq(real, 0.0025, 1e-12);
    cr_assert(yaml_read_flag(yaml_get(root, "f"), &flag, faults));
    cr_assert_eq(flag, 1);
    cr_assert(yaml_read_span(yaml_get(root, "s"), &span, faults));
    cr_assert_eq(span, 90000);
    cr_assert(yaml_read_text(yaml_get(root, "t"), &text, faults));
    cr_assert(view_equal(text, VIEW("007")));
    cr_assert_eq(fault_list_size(faults), 0);
    yaml_destroy(&document);
    fault_list_destroy(&faults);
}

Test(yaml, typed_reads_refuse_other_types_and_ignore_the_absent)
{
    struct fault_list *faults = fault_list_create();
    struct yaml_document *document = yaml_parse("r.yaml",
            VIEW("- 9223372036854775808\n- '5'\n- nan\n- 0x10\n- maybe\n- 5y\n"
                 "- [1]\n- {}\n- ~\n- 1.5\n"),
            faults);
    const struct yaml_node *root = yaml_root(document);
    int64_t number;
    double real;
    int flag;
    struct view text;
    size_t count = 0;

    for (size_t i = 0; i < yaml_size(root); i++) {
        cr_assert_not(yaml_read_i64(yaml_item(root, i), &number, faults), "item %zu", i);
        cr_assert_eq(fault_list_size(faults), ++count);
        cr_assert_not(yaml_read_flag(yaml_item(root, i), &flag, faults), "item %zu", i);
        cr_assert_eq(fault_list_size(faults), ++count);
    }
    for (size_t i = 1; i < 9; i++) {
        cr_assert_not(yaml_read_double(yaml_item(root, i), &real, faults), "item %zu", i);
        cr_assert_eq(fault_list_size(faults), ++count);
    }
    for (size_t i = 4; i < 9; i++) {
        cr_assert_not(yaml_read_span(yaml_item(root, i), &number, faults), "item %zu", i);
        cr_assert_eq(fault_list_size(faults), ++count);
    }
    for (size_t i = 6; i < 9; i++) {
        cr_assert_not(yaml_read_text(yaml_item(root, i), &text, faults), "item %zu", i);
        cr_assert_eq(fault_list_size(faults), ++count);
    }
    cr_assert_not(yaml_read_i64(NULL, &number, faults));
    cr_assert_not(yaml_read_text(NULL, &text, faults));
    cr_assert_eq(fault_list_size(faults), count);
    yaml_destroy(&document);
    fault_list_destroy(&faults);
}

Test(yaml, variables_of_the_environment_are_filled_in)
{
    static const struct {
        const char *text;
        const char *expanded; /* NULL: a fault */
    } rows[] = { { "a: ${REBATO_TEST_SET}\n", "a: valor\n" },
        { "${REBATO_TEST_SET}${REBATO_TEST_SET}", "valorvalor" },
        { "a: ${REBATO_TEST_UNSET:-otro}", "a: otro" }, { "a: ${REBATO_TEST_EMPTY:-x}", "a: x" },
        { "a: ${REBATO_TEST_UNSET:-}", "a: " },
        { "# ${REBATO_TEST_UNSET}\n", "# ${REBATO_TEST_UNSET}\n" },
        { "price: $5 {x}", "price: $5 {x}" }, { "", "" }, { "a: ${REBATO_TEST_UNSET}", NULL },
        { "a: ${REBATO_TEST_SET", NULL }, { "a: ${}", NULL }, { "a: ${A B}", NULL },
        { "a: ${REBATO_TEST_LINES}", NULL } };

    setenv("REBATO_TEST_SET", "valor", 1);
    setenv("REBATO_TEST_EMPTY", "", 1);
    setenv("REBATO_TEST_LINES", "a\nb: c", 1);
    unsetenv("REBATO_TEST_UNSET");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault_list *faults = fault_list_create();
        size_t size = 0;
        char *expanded = yaml_expand("f.yaml", view_of(rows[i].text), &size, faults);
        cr_assert_eq(expanded == NULL, rows[i].expanded == NULL, "row %zu", i);
        cr_assert_eq(fault_count(faults, FAULT_ERROR) > 0, rows[i].expanded == NULL, "row %zu", i);
        cr_assert(expanded == NULL || strcmp(expanded, rows[i].expanded) == 0, "row %zu", i);
        cr_assert(expanded == NULL || size == strlen(expanded), "row %zu", i);
        free(expanded);
        fault_list_destroy(&faults);
    }
}
