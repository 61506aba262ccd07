/* One rule of a file. */
#include "match/explain.h"
#include "match/file/file.h"
#include "match/set/grow.h"

#include <assert.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define WEIGHT_MAX 10.0

static void
read_signal(struct rule_reader *reader, const struct yaml_node *map, struct rule *rule)
{
    const char *names[SIGNAL_COUNT];
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        names[i] = signal_name((enum signal)i);
    }
    const struct yaml_node *node = yaml_get(map, "signal");
    if (node == NULL) {
        yaml_fault(map, reader->faults, "add one, as in: signal: outage", "the signal is missing");
        return;
    }
    size_t position = 0;
    if (rule_file_read_word(reader, node, names, SIGNAL_COUNT, &position)) {
        rule->signal = (enum signal)position;
    }
}

static void
read_severity(struct rule_reader *reader, const struct yaml_node *map, struct rule *rule)
{
    static const char *const words[] = { "info", "warning", "critical" };
    size_t position = SEVERITY_WARNING;
    (void)rule_file_read_word(reader, yaml_get(map, "severity"), words, LENGTH(words), &position);
    rule->severity = (enum severity)position;
}

static void
read_status(struct rule_reader *reader, const struct yaml_node *node)
{
    static const char *const words[] = { "experimental", "test", "stable", "deprecated" };
    size_t position = 0;
    if (rule_file_read_word(reader, node, words, LENGTH(words), &position) && position == 3) {
        yaml_warn(node, reader->faults, "remove the rule", "the rule is deprecated");
    }
}

/* {es: ..., en: ...}, or one text for both; the rule's id where there is none. */
static void
read_title(struct rule_reader *reader, const struct yaml_node *node, struct rule *rule)
{
    static const char *const keys[] = { [LANG_ES] = "es", [LANG_EN] = "en" };
    rule->title[LANG_ES] = rule->id;
    rule->title[LANG_EN] = rule->id;
    if (node == NULL) {
        return;
    }
    struct view texts[2] = { { 0 }, { 0 } };
    if (yaml_kind_of(node) == YAML_MAP) {
        yaml_expect_keys(node, keys, LENGTH(keys), reader->faults);
        (void)yaml_read_text(yaml_get(node, "es"), &texts[LANG_ES], reader->faults);
        (void)yaml_read_text(yaml_get(node, "en"), &texts[LANG_EN], reader->faults);
    } else if (yaml_read_text(node, &texts[LANG_ES], reader->faults)) {
        texts[LANG_EN] = texts[LANG_ES];
    }
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct view text = texts[i].size > 0 ? texts[i] : texts[1 - i];
        rule->title[i] = text.size > 0 ? rule_set_copy(reader->set, text) : rule->id;
    }
}

static int
is_lang(struct view text)
{
    if (text.size < 2 || text.size > 3) {
        return 0;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < 'a' || text.at[i] > 'z') {
            return 0;
        }
    }
    return 1;
}

static void
read_langs(struct rule_reader *reader, const struct yaml_node *map, struct rule_entry *entry)
{
    size_t count = rule_file_read_list(reader, map, "lang");
    const struct yaml_node *list = yaml_get(map, "lang");
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        struct view text = { 0 };
        if (!yaml_read_text(node, &text, reader->faults)) {
            continue;
        }
        if (!is_lang(text) || entry->lang_count == RULE_LANGS_MAX) {
            yaml_fault(node, reader->faults, "as in lang: [es, en]; leave it out for any language",
                    "up to %d language codes of two or three small letters", RULE_LANGS_MAX);
            return;
        }
        entry->langs[entry->lang_count++] = rule_set_copy(reader->set, text);
    }
}

static void
read_weight(struct rule_reader *reader, const struct yaml_node *node, struct rule *rule)
{
    double weight = 1;
    rule->weight_milli = 1000;
    if (node == NULL || !yaml_read_double(node, &weight, reader->faults)) {
        return;
    }
    if (!(weight >= 0.001 && weight <= WEIGHT_MAX)) {
        yaml_fault(node, reader->faults, "1.0 counts alone, 0.5 needs a second rule",
                "a weight is 0.001 to 10");
        return;
    }
    rule->weight_milli = (uint32_t)(weight * 1000 + 0.5);
}

static void
read_facets(struct rule_reader *reader, const struct yaml_node *map, struct rule_entry *entry)
{
    struct rule_patterns list = rule_file_read_patterns(reader, map, "facets");
    entry->facets = list.at;
    entry->facet_count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        if (list.at[i].compiled.name_count == 0) {
            yaml_warn(yaml_get(map, "facets"), reader->faults,
                    "name the part to count, as in (?<os>android|ios)",
                    "facet %zu has no named group", i + 1);
        }
    }
    if (entry->any_count + entry->none_count + entry->facet_count > EXPLAIN_ITEMS_MAX) {
        yaml_fault(map, reader->faults, "split the rule: weights of one signal add up",
                "more than %d patterns", EXPLAIN_ITEMS_MAX);
    }
}

/* For people only: texts in one or both languages. */
static void
read_false_positives(struct rule_reader *reader, const struct yaml_node *map)
{
    size_t count = rule_file_read_list(reader, map, "false_positives");
    const struct yaml_node *list = yaml_get(map, "false_positives");
    for (size_t i = 0; i < count; i++) {
        struct rule ignored = { 0 };
        read_title(reader, yaml_item(list, i), &ignored);
    }
}

static void
read_playbook(struct rule_reader *reader, const struct yaml_node *node, struct rule *rule)
{
    struct view text;
    if (!yaml_read_text(node, &text, reader->faults)) {
        return;
    }
    if (!rule_file_is_id(text, RULE_ID_SIZE_MAX)) {
        yaml_fault(node, reader->faults, "use a-z, 0-9 and -", "not the id of a playbook");
        return;
    }
    rule->playbook = rule_set_copy(reader->set, text);
}

static struct rule_entry *
add_rule(struct rule_reader *reader, const struct yaml_node *node)
{
    struct rule_set *set = reader->set;
    if (set->rule_count == RULES_MAX) {
        yaml_fault(node, reader->faults, NULL, "more than %d rules", RULES_MAX);
        return NULL;
    }
    struct rule_entry *rules =
            grow(set->rules, &set->rule_capacity, set->rule_count, sizeof *rules);
    if (rules == NULL) {
        set->out_of_memory = 1;
        return NULL;
    }
    set->rules = rules;
    struct rule_entry *entry = &rules[set->rule_count++];
    *entry = (struct rule_entry){ 0 };
    return entry;
}

void
rule_file_read_rule(struct rule_reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = { "id", "title", "status", "severity", "signal", "lang",
        "weight", "first_person", "match", "facets", "detect", "playbook", "false_positives",
        "tests" };
    yaml_expect_keys(node, keys, LENGTH(keys), reader->faults);
    struct rule_entry *entry = yaml_kind_of(node) == YAML_MAP ? add_rule(reader, node) : NULL;
    if (entry == NULL) {
        return;
    }
    struct rule *rule = &entry->rule;
    (void)rule_file_read_id(reader, node, RULE_ID_SIZE_MAX, &rule->id);
    entry->place =
            rule_file_place(reader, yaml_get(node, "id") != NULL ? yaml_get(node, "id") : node);
    rule->file = reader->file;
    rule->line = entry->place.line;
    read_title(reader, yaml_get(node, "title"), rule);
    read_status(reader, yaml_get(node, "status"));
    read_severity(reader, node, rule);
    read_signal(reader, node, rule);
    read_langs(reader, node, entry);
    read_weight(reader, yaml_get(node, "weight"), rule);
    (void)yaml_read_flag(yaml_get(node, "first_person"), &rule->first_person, reader->faults);
    rule_file_read_match(reader, node, entry);
    read_facets(reader, node, entry);
    rule_file_read_detect(reader, yaml_get(node, "detect"), rule);
    read_playbook(reader, yaml_get(node, "playbook"), rule);
    read_false_positives(reader, node);
    rule_file_read_tests(reader, node, reader->set->rule_count - 1);
}
