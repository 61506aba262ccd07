/*
 * `config init` and `config schema`, from the rows. The sample is taken by the parser as it
 * stands: what must not be active without a decision (rules of one's own, secrets, a second
 * channel) is there as a comment.
 */
#include "app/settings/table.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

/* ---- the sample ---- */

static const char *
why_of(const char *section)
{
    for (size_t i = 0; i < setting_section_count; i++) {
        if (strcmp(setting_sections[i].name, section) == 0) {
            return setting_sections[i].why;
        }
    }
    assert(0 && "a row's section is in the table");
    return "";
}

static int
depth_of(const char *section)
{
    return section[0] == '\0' ? 0 : strchr(section, '.') == NULL ? 1 : 2;
}

/* Nothing in it has a normal value: a name without a value would be no map. */
static int
is_optional(const char *section)
{
    for (size_t i = 0; i < setting_row_count; i++) {
        const struct setting_row *row = &setting_rows[i];
        int comment = row->sample != NULL && strncmp(row->sample, "# ", 2) == 0;
        if (strcmp(row->section, section) == 0 && !comment) {
            return 0;
        }
    }
    for (size_t i = 0; i < setting_section_count; i++) {
        if (setting_section_is_in(setting_sections[i].name, section)) {
            return 0;
        }
    }
    return 1;
}

/* "  late: # why". Every section stands behind the one it is in, which has rows of its own. */
static void
write_section(const char *section, FILE *out)
{
    int depth = depth_of(section);

    if (depth < 2) {
        fputc('\n', out);
    }
    if (depth > 0) {
        fprintf(out, "%*s%s%s: # %s\n", 2 * (depth - 1), "", is_optional(section) ? "# " : "",
                setting_section_key(section), why_of(section));
    }
}

static void
write_normal(const struct setting_row *row, FILE *out)
{
    char span[SETTINGS_SPAN_SIZE];

    switch (row->kind) {
    case SETTING_SPAN:
        fputs(settings_span_text(row->normal, span), out);
        break;
    case SETTING_COUNT:
        fprintf(out, "%lld", (long long)row->normal);
        break;
    case SETTING_WORD:
        fputs(row->words[row->normal], out);
        break;
    case SETTING_TEXT:
        fputs(row->text, out);
        break;
    case SETTING_OTHER:
        assert(0 && "a row of its own shape has a sample");
        break;
    }
}

static void
write_range(const struct setting_row *row, FILE *out)
{
    char lowest[SETTINGS_SPAN_SIZE];
    char highest[SETTINGS_SPAN_SIZE];

    if (row->kind == SETTING_SPAN) {
        fprintf(out, " (%s to %s)", settings_span_text(row->lowest, lowest),
                settings_span_text(row->highest, highest));
    } else if (row->kind == SETTING_COUNT) {
        fprintf(out, " (%lld to %lld %s)", (long long)row->lowest, (long long)row->highest,
                row->unit);
    }
}

static void
write_row(const struct setting_row *row, FILE *out)
{
    const char *sample = row->sample;
    int comment = sample != NULL && strncmp(sample, "# ", 2) == 0;
    int indent = 2 * depth_of(row->section);

    fprintf(out, "%*s# %s", indent, "", row->why);
    write_range(row, out);
    fprintf(out, "\n%*s%s%s:%s", indent, "", comment ? "# " : "", row->key,
            sample != NULL && sample[0] == '\n' ? "" : " ");
    if (sample != NULL) {
        fputs(sample + (comment ? 2 : 0), out);
    } else {
        write_normal(row, out);
    }
    fputc('\n', out);
}

char *
settings_sample(void)
{
    char *text = NULL;
    size_t size = 0;
    const char *section = "";
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    fputs("# Settings of rebato. `rebato check -c FILE` looks at them, `rebato run -c FILE` uses "
          "them.\n"
          "# ${NAME} and ${NAME:-otherwise} are taken from the environment.\n",
            out);
    for (size_t i = 0; i < setting_row_count; i++) {
        const struct setting_row *row = &setting_rows[i];
        if (strcmp(row->section, section) != 0) {
            write_section(row->section, out);
            section = row->section;
        }
        write_row(row, out);
    }
    fclose(out);
    assert(text != NULL);
    return text;
}

/* ---- the schema ---- */

static json_t *
words_json(const struct setting_row *row)
{
    json_t *list = json_array();

    for (size_t i = 0; i < row->word_count; i++) {
        json_array_append_new(list, json_string(row->words[i]));
    }
    return json_pack("{s:o, s:s}", "enum", list, "default", row->words[row->normal]);
}

static json_t *
span_json(const struct setting_row *row)
{
    char normal[SETTINGS_SPAN_SIZE];

    settings_span_text(row->normal, normal);
    /* A bare number is seconds. */
    return json_pack("{s:[s,s], s:s, s:s}", "type", "string", "integer", "pattern",
            "^[0-9]+(ms|s|m|h|d|w)?$", "default", normal);
}

static json_t *
row_json(const struct setting_row *row)
{
    json_t *json = NULL;

    switch (row->kind) {
    case SETTING_SPAN:
        json = span_json(row);
        break;
    case SETTING_COUNT:
        json = json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", (json_int_t)row->lowest,
                "maximum", (json_int_t)row->highest);
        break;
    case SETTING_WORD:
        json = words_json(row);
        break;
    case SETTING_TEXT:
        json = json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
        break;
    case SETTING_OTHER:
        json = json_loads(row->schema, 0, NULL);
        break;
    }
    assert(json != NULL);
    json_object_set_new(json, "description", json_string(row->why));
    return json;
}

static json_t *
section_json(const char *section)
{
    json_t *properties = json_object();

    for (size_t i = 0; i < setting_row_count; i++) {
        if (strcmp(setting_rows[i].section, section) == 0) {
            json_object_set_new(properties, setting_rows[i].key, row_json(&setting_rows[i]));
        }
    }
    for (size_t i = 0; i < setting_section_count; i++) {
        const struct setting_section *inner = &setting_sections[i];
        if (setting_section_is_in(inner->name, section)) {
            json_t *json = section_json(inner->name);
            json_object_set_new(json, "description", json_string(inner->why));
            json_object_set_new(properties, setting_section_key(inner->name), json);
        }
    }
    return json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0, "properties",
            properties);
}

char *
settings_schema(void)
{
    json_t *json = section_json("");

    json_object_set_new(
            json, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
    json_object_set_new(json, "title", json_string("Settings of rebato"));
    json_object_set_new(json, "required", json_pack("[s]", "schema"));
    char *text = json_dumps(json, JSON_INDENT(2));
    assert(text != NULL);
    json_decref(json);
    return text;
}
