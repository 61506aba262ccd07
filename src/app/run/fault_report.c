#include "app/run/fault_report.h"

#include "core/text/utf8.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

/* JSON is UTF-8, paths are bytes. */
static json_t *
text_json(const char *text)
{
    size_t size = strlen(text);
    size_t repaired = 0;
    char *copy = malloc(3 * size + 1); /* U+FFFD is three bytes */

    assert(copy != NULL);
    size_t used = utf8_repair((struct view){ .at = text, .size = size }, copy, 3 * size, &repaired);
    json_t *json = json_stringn(copy, used);
    free(copy);
    assert(json != NULL);
    return json;
}

static const char *
level_name(enum fault_level level)
{
    return level == FAULT_ERROR ? "error" : "warning";
}

static void
write_and_drop(json_t *json, FILE *out)
{
    json_dumpf(json, out, JSON_INDENT(2));
    fputc('\n', out);
    json_decref(json);
}

void
fault_report_json(const struct fault_list *faults, FILE *out)
{
    json_t *list = json_array();

    for (size_t i = 0; i < fault_list_size(faults); i++) {
        const struct fault *fault = fault_at(faults, i);
        json_array_append_new(
                list, json_pack("{s:o, s:I, s:I, s:s, s:o, s:o}", "file", text_json(fault->file),
                              "line", (json_int_t)fault->line, "column", (json_int_t)fault->column,
                              "level", level_name(fault->level), "what", text_json(fault->what),
                              "advice", text_json(fault->advice)));
    }
    write_and_drop(list, out);
}

/* ---- SARIF ---- */

/* A path as a relative reference or an absolute path of a URI. */
static json_t *
uri_json(const char *path)
{
    static const char plain[] =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    size_t size = 3 * strlen(path) + 1;
    char *uri = malloc(size);
    size_t used = 0;

    assert(uri != NULL);
    uri[0] = '\0';
    for (const char *at = path; *at != '\0'; at++) {
        used += (size_t)snprintf(uri + used, size - used,
                strchr(plain, *at) != NULL ? "%c" : "%%%02X", (unsigned char)*at);
    }
    json_t *json = json_string(uri);
    free(uri);
    return json;
}

static json_t *
location_json(const struct fault *fault)
{
    json_t *place = json_pack("{s:{s:o}}", "artifactLocation", "uri", uri_json(fault->file));

    if (fault->line > 0) {
        json_t *region = json_pack("{s:I}", "startLine", (json_int_t)fault->line);
        if (fault->column > 0) {
            json_object_set_new(region, "startColumn", json_integer((json_int_t)fault->column));
            json_object_set_new(region, "endColumn",
                    json_integer((json_int_t)fault->column + (json_int_t)fault->length));
        }
        json_object_set_new(place, "region", region);
    }
    return json_pack("{s:o}", "physicalLocation", place);
}

static json_t *
result_json(const struct fault *fault)
{
    size_t size = strlen(fault->what) + strlen(fault->advice) + 8;
    char *text = malloc(size);

    assert(text != NULL);
    snprintf(text, size, fault->advice[0] == '\0' ? "%s" : "%s (%s)", fault->what, fault->advice);
    json_t *json = json_pack("{s:s, s:{s:o}, s:[o]}", "level", level_name(fault->level), "message",
            "text", text_json(text), "locations", location_json(fault));
    free(text);
    assert(json != NULL);
    return json;
}

void
fault_report_sarif(const struct fault_list *faults, FILE *out)
{
    json_t *results = json_array();

    for (size_t i = 0; i < fault_list_size(faults); i++) {
        json_array_append_new(results, result_json(fault_at(faults, i)));
    }
    json_t *log = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s}}, s:s, s:o}]}", "$schema",
            "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", "tool",
            "driver", "name", "rebato", "version", REBATO_VERSION, "columnKind",
            "unicodeCodePoints", "results", results);
    assert(log != NULL);
    write_and_drop(log, out);
}
