/* Which texts a rule matches: its patterns, and the conditions around them. */
#include "match/explain.h"
#include "match/file/file.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define NEAR_MAX 100

struct rule_patterns
rule_file_read_patterns(struct rule_reader *reader, const struct yaml_node *map, const char *key)
{
    struct rule_patterns list = { 0 };
    size_t count = rule_file_read_list(reader, map, key);
    const struct yaml_node *node = yaml_get(map, key);
    if (count > EXPLAIN_ITEMS_MAX) {
        yaml_fault(node, reader->faults, "split the rule: weights of one signal add up",
                "more than %d patterns", EXPLAIN_ITEMS_MAX);
        return list;
    }
    list.at = count == 0 ? NULL : rule_set_take(reader->set, count, sizeof *list.at);
    if (list.at == NULL) {
        return list;
    }
    for (size_t i = 0; i < count; i++) {
        if (rule_file_read_pattern(reader, yaml_item(node, i), &list.at[list.count])) {
            list.count++;
        }
    }
    return list;
}

/* Folding is always on, whole; the list may say so, as a reminder. */
static void
read_normalize(struct rule_reader *reader, const struct yaml_node *map)
{
    static const char *const words[] = { "casefold", "strip-accents", "squeeze-repeats" };
    size_t count = rule_file_read_list(reader, map, "normalize");
    const struct yaml_node *list = yaml_get(map, "normalize");
    unsigned seen = 0;
    for (size_t i = 0; i < count; i++) {
        size_t position = 0;
        if (rule_file_read_word(reader, yaml_item(list, i), words, LENGTH(words), &position)) {
            seen |= 1U << position;
        }
    }
    if (count > 0 && seen != 7) {
        yaml_warn(list, reader->faults, "leave normalize out",
                "texts are always folded in all three ways");
    }
}

static void
read_require(struct rule_reader *reader, const struct yaml_node *map, struct rule *rule)
{
    static const char *const words[] = { "brand", "official" };
    const struct yaml_node *list = yaml_get(map, "require");
    size_t count = rule_file_read_list(reader, map, "require");
    int official = signal_kind_of(rule->signal) == SIGNAL_KIND_OFFICIAL;
    /* Who speaks officially speaks for a brand. */
    rule->require_brand = list == NULL || official;
    rule->by_brand = official;
    for (size_t i = 0; i < count; i++) {
        size_t position = 0;
        const struct yaml_node *node = yaml_item(list, i);
        if (!rule_file_read_word(reader, node, words, LENGTH(words), &position)) {
            continue;
        }
        rule->by_brand |= position == 1;
        rule->require_brand = 1;
    }
}

/* near: {brand: 6}, or, said in more words, near: {brand: yes, words: 6}; a bare {brand, words: 6}
 * is the latter. Returns the node with the number; NULL after a fault. */
static const struct yaml_node *
near_number(struct rule_reader *reader, const struct yaml_node *node)
{
    const struct yaml_node *brand = yaml_get(node, "brand");
    const struct yaml_node *words = yaml_get(node, "words");
    int wanted = 1;
    if (words == NULL) {
        if (brand == NULL && yaml_kind_of(node) == YAML_MAP) {
            yaml_fault(node, reader->faults, "as in near: {brand: 6}", "near what?");
        }
        return brand;
    }
    if (brand == NULL) {
        yaml_fault(node, reader->faults, "as in near: {brand: yes, words: 6}", "near what?");
        return NULL;
    }
    if (!yaml_is_null(brand) && !yaml_read_flag(brand, &wanted, reader->faults)) {
        return NULL;
    }
    if (!wanted) {
        yaml_fault(brand, reader->faults, "leave near out for anywhere in the text",
                "near is always near the brand");
        return NULL;
    }
    return words;
}

static void
read_near(struct rule_reader *reader, const struct yaml_node *node, struct rule *rule)
{
    static const char *const keys[] = { "brand", "words" };
    if (node == NULL) {
        return;
    }
    yaml_expect_keys(node, keys, LENGTH(keys), reader->faults);
    const struct yaml_node *words = near_number(reader, node);
    int64_t number = 0;
    if (words == NULL || !yaml_read_i64(words, &number, reader->faults)) {
        return;
    }
    if (number < 1 || number > NEAR_MAX) {
        yaml_fault(words, reader->faults, "leave near out for anywhere in the text",
                "near is 1 to %d words", NEAR_MAX);
        return;
    }
    if (!rule->require_brand) {
        yaml_fault(node, reader->faults, "remove require: []", "near what, without a brand?");
    }
    rule->near_words = (uint32_t)number;
}

static void
read_negation(struct rule_reader *reader, const struct yaml_node *node, struct rule *rule)
{
    static const char *const words[] = { "ignore", "void" };
    size_t position = 0;
    if (rule_file_read_word(reader, node, words, LENGTH(words), &position)) {
        rule->negation_voids = position == 1;
    }
}

void
rule_file_read_match(
        struct rule_reader *reader, const struct yaml_node *rule_node, struct rule_entry *entry)
{
    static const char *const keys[] = { "any", "none", "require", "near", "negation", "normalize" };
    const struct yaml_node *node = yaml_get(rule_node, "match");
    if (node == NULL) {
        yaml_fault(rule_node, reader->faults, "add: match: {any: ['...']}",
                "the rule has nothing to match");
        return;
    }
    yaml_expect_keys(node, keys, LENGTH(keys), reader->faults);
    if (yaml_kind_of(node) != YAML_MAP) {
        return;
    }
    const struct yaml_node *any = yaml_get(node, "any");
    if (any == NULL || (yaml_kind_of(any) == YAML_LIST && yaml_size(any) == 0)) {
        yaml_fault(node, reader->faults, "add: any: ['...']", "the rule has nothing to match");
    }
    struct rule_patterns list = rule_file_read_patterns(reader, node, "any");
    entry->any = list.at;
    entry->any_count = list.count;
    list = rule_file_read_patterns(reader, node, "none");
    entry->none = list.at;
    entry->none_count = list.count;
    read_normalize(reader, node);
    read_require(reader, node, &entry->rule);
    read_near(reader, yaml_get(node, "near"), &entry->rule);
    read_negation(reader, yaml_get(node, "negation"), &entry->rule);
}
