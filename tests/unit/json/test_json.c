#include "core/text/utf8.h"
#include "json/cut.h"
#include "json/json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct json_document *json;

static void
setup(void)
{
    json = jdoc_create(RECORD_SIZE_MAX);
}

static void
teardown(void)
{
    jdoc_destroy(&json);
}

TestSuite(json, .init = setup, .fini = teardown);

static enum json_outcome
parse(const char *text)
{
    size_t at;
    return jdoc_parse(json, view_of(text), &at);
}

Test(json, accepts_json)
{
    static const char *const rows[] = { "{}", "[]",
        " {\"a\" : [ 1 , -0.5e+3, true,false ,null ] }\n", "0", "-1", "\"\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "\xEF\xBB\xBF{}", "{\"\":{\"\":[]}}", "1e400",
        "123456789012345678901234567890" };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_eq(parse(rows[i]), JSON_GOOD, "%s", rows[i]);
    }
}

Test(json, refuses_what_is_not_json)
{
    static const char *const rows[] = { "", " \n", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{,}", "{a:1}", "{'a':1}", "[1,]", "[,1]", "[1 2]", "[1}", "{\"a\":1]", "{}x", "{}{}",
        "{} 1", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "tru", "nulL",
        "truex", "\"", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\\u12\"", "\"\\", "\"a\nb\"", "\"a\tb\"",
        "\xEF\xBB{}", "{\"a\" 1}", "{1:2}", "[", "[[", "// c\n{}" };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_eq(parse(rows[i]), JSON_MALFORMED, "%s", rows[i]);
        cr_assert_eq(jdoc_kind_of(json, JSON_ROOT), JSON_ABSENT, "%s left half a tree", rows[i]);
    }
}

Test(json, says_where_reading_stopped)
{
    size_t at;

    cr_assert_eq(jdoc_parse(json, VIEW("{\"a\":1,\"b\":x}"), &at), JSON_MALFORMED);
    cr_assert_eq(at, 11);
    cr_assert_eq(jdoc_parse(json, (struct view){ "{\"a\":\0}", 7 }, &at), JSON_MALFORMED);
    cr_assert_eq(at, 5);
}

Test(json, every_cut_of_a_good_text_is_refused)
{
    static const char text[] = "{\"a\":[1,-2.5e3,true,null,\"\\u00e9\\n\"],\"b\":{\"c\":{}}}";

    for (size_t size = 0; size < sizeof text - 1; size++) {
        size_t at;
        /* A copy of exactly that size, so that reading past it is found out. */
        char *copy = malloc(size + 1);
        memcpy(copy, text, size);
        copy[size] = '}';
        cr_assert_eq(
                jdoc_parse(json, (struct view){ copy, size }, &at), JSON_MALFORMED, "%zu", size);
        free(copy);
    }
    cr_assert_eq(parse(text), JSON_GOOD);
}

Test(json, depth_has_a_limit_and_no_stack)
{
    static char text[RECORD_SIZE_MAX];
    size_t at;

    memset(text, '[', sizeof text);
    cr_assert_eq(jdoc_parse(json, (struct view){ text, sizeof text }, &at), JSON_TOO_DEEP);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    cr_assert_eq(jdoc_parse(json, (struct view){ text, 2 * JSON_DEPTH_MAX }, &at), JSON_GOOD);
    cr_assert_eq(
            jdoc_parse(json, (struct view){ text, 2 * JSON_DEPTH_MAX - 1 }, &at), JSON_MALFORMED);
}

Test(json, the_densest_documents_fit)
{
    static char text[RECORD_SIZE_MAX + 1];
    size_t at;

    for (size_t i = 0; i < RECORD_SIZE_MAX; i++) {
        text[i] = i % 2 == 0 ? '1' : ',';
    }
    text[0] = '[';
    text[1] = ' ';
    text[RECORD_SIZE_MAX - 1] = ']';
    cr_assert_eq(jdoc_parse(json, (struct view){ text, RECORD_SIZE_MAX }, &at), JSON_GOOD);
    cr_assert_eq(jdoc_parse(json, (struct view){ text, RECORD_SIZE_MAX + 1 }, &at), JSON_TOO_LARGE);
    for (size_t i = 0; i + 3 < RECORD_SIZE_MAX - 2; i += 3) {
        memcpy(text + 1 + i, "[],", 3);
    }
    cr_assert_neq(jdoc_parse(json, (struct view){ text, RECORD_SIZE_MAX }, &at), JSON_TOO_LARGE);
}

Test(json, pointers_find_values)
{
    static const struct {
        const char *pointer;
        const char *raw; /* NULL: nowhere */
    } rows[] = { { "", NULL }, { "/a", "1" }, { "/b/0", "{\"c\":\"x\"}" }, { "/b/0/c", "\"x\"" },
        { "/b/1", "[]" }, { "/b/2", NULL }, { "/b/01", NULL }, { "/b/-", NULL }, { "/b/c", NULL },
        { "/", "0" }, { "/d~1e", "2" }, { "/f~0g", "3" }, { "/\xC3\xB1", "4" }, { "/z", NULL },
        { "/a/b", NULL }, { "/k", "6" }, { "/big", "505874924095815681" } };

    cr_assert_eq(parse("{\"a\":1,\"b\":[{\"c\":\"x\"},[]],\"\":0,\"d/e\":2,\"f~g\":3,\"\\u00f1\":4,"
                       "\"k\":5,\"\\u006b\":6,\"big\":505874924095815681}"),
            JSON_GOOD);
    for (size_t i = 1; i < COUNT(rows); i++) {
        json_node node = jdoc_find(json, JSON_ROOT, view_of(rows[i].pointer));
        cr_assert_eq(node == JSON_NOWHERE, rows[i].raw == NULL, "%s", rows[i].pointer);
        cr_assert(view_equal(jdoc_raw(json, node), view_of(rows[i].raw)), "%s", rows[i].pointer);
    }
    cr_assert_eq(jdoc_find(json, JSON_ROOT, VIEW("")), JSON_ROOT);
}

Test(json, the_last_of_equal_keys_counts_with_all_it_holds)
{
    cr_assert_eq(parse("{\"user\":{\"id\":1,\"x\":2},\"t\":1,\"user\":{\"id\":3}}"), JSON_GOOD);
    cr_assert(view_equal(jdoc_raw(json, jdoc_find(json, 0, VIEW("/user/id"))), VIEW("3")));
    cr_assert_eq(jdoc_find(json, 0, VIEW("/user/x")), JSON_NOWHERE);
}

Test(json, pointers_are_checked_before_use)
{
    cr_assert(jdoc_pointer_valid(VIEW("")));
    cr_assert(jdoc_pointer_valid(VIEW("/a/~0~1/0")));
    cr_assert_not(jdoc_pointer_valid(VIEW("a")));
    cr_assert_not(jdoc_pointer_valid(VIEW("/~")));
    cr_assert_not(jdoc_pointer_valid(VIEW("/~2")));
    cr_assert_not(jdoc_pointer_valid(VIEW("/\xFF")));
}

static struct json_text
string_of(json_node node, char *out, size_t out_size)
{
    struct json_value value = jdoc_value(json, node);

    return jdoc_text(&value, ISA_PORTABLE, out, out_size);
}

Test(json, strings_are_decoded_and_repaired)
{
    static const struct {
        const char *text;
        const char *decoded;
        size_t repaired;
    } rows[] = { { "\"plain ñ\"", "plain ñ", 0 }, { "\"\\u00f1\\n\\/\\\"\"", "ñ\n/\"", 0 },
        { "\"\\ud83d\\ude21\"", "😡", 0 }, { "\"\\ud83d\"", "\uFFFD", 1 },
        { "\"\\ude21\\ud83d\"", "\uFFFD\uFFFD", 2 }, { "\"\\ud83dx\"", "\uFFFDx", 1 },
        { "\"\\ud83d\\n\"", "\uFFFD\n", 1 }, { "\"\\ud83d\\ud83d\\ude21\"", "\uFFFD😡", 1 },
        { "\"a\xFFz\"", "a\uFFFDz", 1 }, { "\"\xED\xA0\x80\"", "\uFFFD\uFFFD\uFFFD", 3 },
        { "\"\uFFFD\\n\"", "\uFFFD\n", 0 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[64];
        cr_assert_eq(parse(rows[i].text), JSON_GOOD);
        struct json_text text = string_of(JSON_ROOT, out, sizeof out);
        cr_assert(view_equal(text.text, view_of(rows[i].decoded)), "row %zu", i);
        cr_assert_eq(text.repaired, rows[i].repaired, "row %zu: %zu", i, text.repaired);
        cr_assert_not(text.cut);
    }
    char out[8];
    cr_assert_eq(parse("\"a\\u0000b\""), JSON_GOOD);
    cr_assert(view_equal(string_of(0, out, sizeof out).text, (struct view){ "a\0b", 3 }));
    cr_assert_eq(parse("\"12345\\u00f1\\u00f1\""), JSON_GOOD);
    struct json_text cut = string_of(JSON_ROOT, out, sizeof out);
    cr_assert(cut.cut && view_equal(cut.text, VIEW("12345ñ")));
}

Test(json, a_hundred_thousand_keys_take_linear_time)
{
    static char text[RECORD_SIZE_MAX];
    size_t size = 1;
    size_t at;

    text[0] = '{';
    for (int i = 0; i < 80000; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "\"k%d\":%d,", i, i % 10);
    }
    text[size - 1] = '}';
    cr_assert_eq(jdoc_parse(json, (struct view){ text, size }, &at), JSON_GOOD);
    cr_assert(view_equal(jdoc_raw(json, jdoc_find(json, 0, VIEW("/k79999"))), VIEW("9")));
}

/* What json_cut makes of a text: the values, joined by bars; "!" before what is broken. */
static void
cut_all(struct view text, size_t step, char *out, size_t out_size)
{
    struct json_cutter cutter = { 0 };
    size_t given = step < text.size ? step : text.size;
    size_t size = 0;

    for (;;) {
        enum json_cut cut = jdoc_cut(&cutter, view_slice(text, 0, given),
                given == text.size ? JSON_AT_END : JSON_MORE_COMES);
        if (cut == JSON_CUT_END) {
            break;
        }
        if (cut == JSON_CUT_MORE) {
            cr_assert_lt(given, text.size, "asked for more at the end");
            given = given + step < text.size ? given + step : text.size;
            continue;
        }
        size += (size_t)snprintf(out + size, out_size - size, "%s%s%.*s", size == 0 ? "" : "|",
                cut == JSON_CUT_BROKEN ? "!" : "", (int)(cutter.at - cutter.from),
                text.at + cutter.from);
        jdoc_cutter_next(&cutter);
    }
    out[size] = '\0';
}

Test(json, values_are_cut_out_of_a_file_whatever_the_size_of_its_pieces)
{
    static const char *const rows[][2] = { { "", "" }, { " \n,", "" }, { "{}", "{}" },
        { "{\"a\":\"}\"} {\"b\":[1,{}]}\n", "{\"a\":\"}\"}|{\"b\":[1,{}]}" },
        { "{\"a\":\"\\\"}\"},\n{}", "{\"a\":\"\\\"}\"}|{}" },
        { "\"a b\" 12 true", "\"a b\"|12|true" },
        { "{\n \"a\": 1\n}\n{\n}", "{\n \"a\": 1\n}|{\n}" }, { "] {}", "!]|{}" },
        { "{} {\"a\":", "{}|!{\"a\":" }, { "\"open", "!\"open" }, { "\xEF\xBB\xBF{}", "{}" } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t step = 1; step < 40; step += 3) {
            char out[256] = "";
            cut_all(view_of(rows[i][0]), step, out, sizeof out);
            cr_assert_str_eq(out, rows[i][1], "row %zu, step %zu", i, step);
        }
    }
}

Test(json, arrays_are_walked_inside_larger_values)
{
    static const struct {
        const char *text;
        const char *pointer;
        const char *elements; /* NULL: no such array; "!" at the end: broken */
    } rows[] = { { "[1, {\"a\":[2]} ,\"x\"]", "", "1|{\"a\":[2]}|\"x\"" }, { "[]", "", "" },
        { "{\"meta\":{\"statuses\":[9]},\"statuses\":[{},{}]}", "/statuses", "{}|{}" },
        { "{\"data\" : {\"after\":null, \"children\" : [1,2]}}", "/data/children", "1|2" },
        { "{\"data\":{}}", "/data", NULL }, { "{\"data\":1}", "/data/children", NULL },
        { "{}", "/data", NULL }, { "[1]", "/data", NULL }, { "{\"data\"", "/data", NULL },
        { "[1,[2", "", "1!" }, { "", "", NULL } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json_array array;
        struct view element;
        char out[256] = "";
        size_t size = 0;
        int found = jdoc_array_open(&array, view_of(rows[i].text), view_of(rows[i].pointer));
        cr_assert_eq(found, rows[i].elements != NULL, "row %zu", i);
        while (found && jdoc_array_next(&array, &element)) {
            size += (size_t)snprintf(out + size, sizeof out - size, "%s%.*s", size == 0 ? "" : "|",
                    (int)element.size, element.at);
        }
        snprintf(out + size, sizeof out - size, "%s", found && array.broken ? "!" : "");
        cr_assert(!found || strcmp(out, rows[i].elements) == 0, "row %zu: %s", i, out);
    }
}
