#include "match/file/file.h"

#include <assert.h>
#include <stdio.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

int
rule_file_is_id(struct view text, size_t size_max)
{
    if (text.size == 0 || text.size > size_max) {
        return 0;
    }
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') {
            return 0;
        }
    }
    return 1;
}

int
rule_file_read_id(
        struct rule_reader *reader, const struct yaml_node *map, size_t size_max, struct view *id)
{
    const struct yaml_node *node = yaml_get(map, "id");
    if (node == NULL) {
        yaml_fault(map, reader->faults, "add one, as in: id: outage-es", "an id is missing");
        return 0;
    }
    struct view text;
    if (!yaml_read_text(node, &text, reader->faults)) {
        return 0;
    }
    if (!rule_file_is_id(text, size_max)) {
        yaml_fault(node, reader->faults, "use a-z, 0-9 and -", "not an id of 1 to %zu characters",
                size_max);
        return 0;
    }
    *id = rule_set_copy(reader->set, text);
    return 1;
}

size_t
rule_file_read_list(struct rule_reader *reader, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *list = yaml_get(map, key);
    if (list == NULL) {
        return 0;
    }
    if (yaml_kind_of(list) != YAML_LIST) {
        yaml_fault(list, reader->faults, "put it in brackets: [...]", "%s is a list", key);
        return 0;
    }
    return yaml_size(list);
}

int
rule_file_read_word(struct rule_reader *reader,
        const struct yaml_node *node,
        const char *const *words,
        size_t count,
        size_t *position)
{
    struct view text;
    if (!yaml_read_text(node, &text, reader->faults)) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (view_equal(text, view_of(words[i]))) {
            *position = i;
            return 1;
        }
    }
    char advice[512];
    const char *nearest = fault_nearest(text, words, count);
    int size = snprintf(advice, sizeof advice, nearest == NULL ? "one of:" : "did you mean \"%s\"?",
            nearest == NULL ? "" : nearest);
    for (size_t i = 0; nearest == NULL && i < count && (size_t)size < sizeof advice; i++) {
        size += snprintf(
                advice + size, sizeof advice - (size_t)size, "%s %s", i == 0 ? "" : ",", words[i]);
    }
    yaml_fault(node, reader->faults, advice, "\"%.*s\" is not known here",
            (int)(text.size < 100 ? text.size : 100), text.size == 0 ? "" : text.at);
    return 0;
}

struct fault_place
rule_file_place(struct rule_reader *reader, const struct yaml_node *node)
{
    struct fault_place place = yaml_place(node);
    place.file = reader->file;
    place.source = rule_set_copy(reader->set, place.source);
    return place;
}

static void
read_schema(struct rule_reader *reader, const struct yaml_node *root)
{
    const struct yaml_node *node = yaml_get(root, "schema");
    struct view text;
    if (node == NULL) {
        yaml_fault(root, reader->faults, "begin the file with: schema: " RULE_SCHEMA,
                "the schema is missing");
    } else if (yaml_read_text(node, &text, reader->faults) &&
               !view_equal(text, VIEW(RULE_SCHEMA))) {
        yaml_fault(node, reader->faults, "this version reads " RULE_SCHEMA, "an unknown schema");
    }
}

static void
read_root(struct rule_reader *reader, const struct yaml_node *root)
{
    static const char *const keys[] = { "schema", "brands", "thresholds", "rules" };
    yaml_expect_keys(root, keys, LENGTH(keys), reader->faults);
    if (yaml_kind_of(root) != YAML_MAP) {
        return;
    }
    read_schema(reader, root);
    const struct yaml_node *brands = yaml_get(root, "brands");
    const struct yaml_node *rules = yaml_get(root, "rules");
    size_t brand_count = rule_file_read_list(reader, root, "brands");
    size_t rule_count = rule_file_read_list(reader, root, "rules");
    if (yaml_get(root, "thresholds") != NULL) {
        rule_file_read_thresholds(
                reader, yaml_get(root, "thresholds"), reader->set->threshold_milli);
    }
    for (size_t i = 0; i < brand_count; i++) {
        rule_file_read_brand(reader, yaml_item(brands, i));
    }
    for (size_t i = 0; i < rule_count; i++) {
        rule_file_read_rule(reader, yaml_item(rules, i));
    }
    if ((brands == NULL || yaml_kind_of(brands) == YAML_LIST) && brand_count == 0 &&
            (rules == NULL || yaml_kind_of(rules) == YAML_LIST) && rule_count == 0) {
        yaml_fault(root, reader->faults, "add brands: or rules:, or leave the file out",
                "neither brands nor rules");
    }
}

void
rule_file_read(struct rule_reader *reader, const struct rule_file *file)
{
    struct view name = rule_set_copy(reader->set, view_of(file->name));
    reader->file = name.size == 0 ? "" : name.at;
    struct yaml_document *document = yaml_parse(reader->file, file->text, reader->faults);
    if (document != NULL) {
        read_root(reader, yaml_root(document));
        yaml_destroy(&document);
    }
}
