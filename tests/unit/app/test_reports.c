/* Faults and results for machines, and text on a terminal: whatever is in them stays inside. */
#include "app/rules/junit.h"
#include "app/rules/show.h"
#include "app/run/fault_report.h"
#include "fixture.h"

#include <jansson.h>

static char *
junit_text(struct view text)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);

    junit_put_text(text, out);
    (void)fclose(out);
    return written;
}

Test(reports, xml_holds_any_text)
{
    static const struct {
        struct view text;
        const char *expected;
    } rows[] = {
        { { "plain ñ", 8 }, "plain ñ" },
        { { "<a href=\"x\">&'", 14 }, "&#60;a href=&#34;x&#34;&#62;&#38;&#39;" },
        { { "a\nb\tc", 5 }, "a&#10;b&#9;c" },
        { { "\0\x1b", 2 }, "\xEF\xBF\xBD\xEF\xBF\xBD" },
        { { "\xFF\xEF\xBF\xBE", 4 }, "\xEF\xBF\xBD\xEF\xBF\xBD" },
        { { "", 0 }, "" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *written = junit_text(rows[i].text);
        cr_expect_str_eq(written, rows[i].expected, "row %zu: %s", i, written);
        free(written);
    }
}

static char *
shown_span(const char *text, size_t begin, size_t end)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);

    show_span(view_of(text), begin, end, out);
    (void)fclose(out);
    return written;
}

Test(reports, spans_are_underlined_where_they_stand)
{
    static const struct {
        const char *text;
        size_t begin, end;
        const char *expected;
    } rows[] = {
        { "no funciona", 0, 2, "          no funciona\n          ^~\n" },
        { "está caído", 6, 12, "          está caído\n               ^~~~~\n" },
        { "a\nb", 2, 3, "          a b\n            ^\n" },
        { "\033[mx", 3, 4, "          \\x1b[mx\n                ^\n" },
        { "x", 1, 1, "          x\n           ^\n" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *written = shown_span(rows[i].text, rows[i].begin, rows[i].end);
        cr_expect_str_eq(written, rows[i].expected, "row %zu:\n%s", i, written);
        free(written);
    }
}

static json_t *
report(void (*write)(const struct fault_list *, FILE *), const struct fault_list *faults)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    write(faults, out);
    (void)fclose(out);
    json_t *json = json_loadb(text, size, 0, NULL);
    cr_assert_not_null(json, "%s", text);
    free(text);
    return json;
}

static const json_t *
first_place(const json_t *log, size_t index)
{
    const json_t *run = json_array_get(json_object_get(log, "runs"), 0);
    const json_t *result = json_array_get(json_object_get(run, "results"), index);
    return json_object_get(
            json_array_get(json_object_get(result, "locations"), 0), "physicalLocation");
}

Test(reports, sarif_places_are_uris_and_columns)
{
    struct fault_list *faults = fault_list_create();
    struct fault_place place = {
        .file = "mis reglas/a%.yaml", .line = 3, .column = 5, .length = 4
    };
    struct fault_place whole = { .file = "b.yaml" };

    fault_add(faults, FAULT_ERROR, place, "what", "advice");
    fault_add(faults, FAULT_WARNING, whole, "not \xFF UTF-8", NULL);
    json_t *log = report(fault_report_sarif, faults);
    const json_t *first = first_place(log, 0);
    cr_expect_str_eq(
            json_string_value(json_object_get(json_object_get(first, "artifactLocation"), "uri")),
            "mis%20reglas/a%25.yaml");
    const json_t *region = json_object_get(first, "region");
    cr_expect_eq(json_integer_value(json_object_get(region, "startLine")), 3);
    cr_expect_eq(json_integer_value(json_object_get(region, "endColumn")), 9);
    cr_expect_null(json_object_get(first_place(log, 1), "region"), "a whole file has no region");
    json_decref(log);
    fault_list_destroy(&faults);
}

Test(reports, no_fault_is_an_empty_list)
{
    struct fault_list *faults = fault_list_create();
    json_t *json = report(fault_report_json, faults);

    cr_expect_eq(json_array_size(json), 0);
    json_decref(json);
    fault_list_destroy(&faults);
}
