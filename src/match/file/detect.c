/* detect: from which number on a signal is news. */
#include "match/file/file.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define HOUR_MS   ((int64_t)60 * 60 * 1000)
#define DAY_MS    (24 * HOUR_MS)
#define BUCKET_MS ((int64_t)BUCKET_SECONDS * 1000)
#define COUNT_MAX 1000000000

static void
read_sensitivity(struct rule_reader *reader, const struct yaml_node *node, struct rule *rule)
{
    static const char *const words[] = { "fewer", "balanced", "more" };
    size_t position = 0;
    if (rule_file_read_word(reader, node, words, LENGTH(words), &position)) {
        rule->sensitivity = (enum sensitivity)position;
    }
}

static void
read_window(struct rule_reader *reader, const struct yaml_node *map, struct threshold *threshold)
{
    const struct yaml_node *node = yaml_get(map, "window");
    if (node == NULL) {
        yaml_fault(map, reader->faults, "add one, as in: window: 10m", "the window is missing");
        return;
    }
    if (!yaml_read_span(node, &threshold->window_ms, reader->faults)) {
        return;
    }
    if (threshold->window_ms < BUCKET_MS || threshold->window_ms > DAY_MS ||
            threshold->window_ms % BUCKET_MS != 0) {
        yaml_fault(node, reader->faults, "as in 30s, 10m or 1h",
                "a window is a multiple of 10s, from 10s to 24h");
    }
}

static void
read_for(struct rule_reader *reader, const struct yaml_node *node, struct threshold *threshold)
{
    if (node == NULL || !yaml_read_span(node, &threshold->for_ms, reader->faults)) {
        return;
    }
    if (threshold->for_ms > DAY_MS || threshold->for_ms % BUCKET_MS != 0) {
        yaml_fault(
                node, reader->faults, "as in 20s or 2m", "\"for\" is a multiple of 10s, up to 24h");
    }
}

static void
read_count(
        struct rule_reader *reader, const struct yaml_node *map, const char *key, uint32_t *count)
{
    const struct yaml_node *node = yaml_get(map, key);
    int64_t number = 0;
    if (node == NULL || !yaml_read_i64(node, &number, reader->faults)) {
        return;
    }
    if (number < 1 || number > COUNT_MAX) {
        yaml_fault(node, reader->faults, "leave it out for none", "%s is 1 to %d", key, COUNT_MAX);
        return;
    }
    *count = (uint32_t)number;
}

/* A number above `lowest`, up to `highest`. */
static void
read_above(struct rule_reader *reader,
        const struct yaml_node *node,
        double lowest,
        double highest,
        double *number)
{
    double value = 0;
    if (node == NULL || !yaml_read_double(node, &value, reader->faults)) {
        return;
    }
    if (!(value > lowest && value <= highest)) {
        yaml_fault(node, reader->faults, "leave it out for none",
                "the number is more than %g and at most %g", lowest, highest);
        return;
    }
    *number = value;
}

static void
check_threshold(
        struct rule_reader *reader, const struct yaml_node *map, const struct threshold *threshold)
{
    /* By keys, not by values: one out of range has had its fault already. */
    static const char *const parts[] = { "min_authors", "min_count", "ratio", "share" };
    int part_count = 0;
    for (size_t i = 0; i < LENGTH(parts); i++) {
        part_count += yaml_get(map, parts[i]) != NULL;
    }
    if (part_count == 0) {
        yaml_fault(map, reader->faults, "add min_authors, min_count, ratio or share",
                "a threshold without a number");
    }
    const struct yaml_node *authors = yaml_get(map, "min_authors");
    if (authors != NULL && threshold->window_ms > HOUR_MS) {
        yaml_fault(authors, reader->faults, "use min_count for a longer window",
                "authors are told apart for one hour only");
    }
}

static void
read_threshold(struct rule_reader *reader, const struct yaml_node *map, struct rule *rule)
{
    static const char *const keys[] = { "window", "min_authors", "min_count", "ratio", "share",
        "for" };
    yaml_expect_keys(map, keys, LENGTH(keys), reader->faults);
    if (yaml_kind_of(map) != YAML_MAP) {
        return;
    }
    struct threshold *threshold = &rule->threshold;
    rule->has_threshold = 1;
    read_window(reader, map, threshold);
    read_for(reader, yaml_get(map, "for"), threshold);
    read_count(reader, map, "min_authors", &threshold->min_authors);
    read_count(reader, map, "min_count", &threshold->min_count);
    read_above(reader, yaml_get(map, "ratio"), 1, 1000, &threshold->ratio);
    read_above(reader, yaml_get(map, "share"), 0, 1, &threshold->share);
    check_threshold(reader, map, threshold);
}

void
rule_file_read_detect(struct rule_reader *reader, const struct yaml_node *node, struct rule *rule)
{
    static const char *const keys[] = { "sensitivity", "threshold" };
    rule->sensitivity = SENSITIVITY_BALANCED;
    if (node == NULL) {
        return;
    }
    yaml_expect_keys(node, keys, LENGTH(keys), reader->faults);
    if (yaml_kind_of(node) != YAML_MAP) {
        return;
    }
    read_sensitivity(reader, yaml_get(node, "sensitivity"), rule);
    const struct yaml_node *threshold = yaml_get(node, "threshold");
    if (threshold != NULL) {
        read_threshold(reader, threshold, rule);
    }
}
