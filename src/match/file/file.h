/*
 * file: one YAML rule file → brands, rules and tests of a set under construction.
 *
 * Strict: an unknown key is a fault with the nearest known one as advice; so is a value of the
 * wrong type or out of range, and a pattern that does not compile. Reading goes on behind a fault,
 * so that one run shows them all; whether the set is usable is decided by rule_set_compile. Private
 * to this folder; the format is described in rules/README.md.
 */
#ifndef REBATO_MATCH_FILE_FILE_H
#define REBATO_MATCH_FILE_FILE_H

#include "core/yaml/fault.h"
#include "core/yaml/yaml.h"
#include "match/set/known.h"
#include "match/set/private.h"
#include "pattern/pattern_source.h"
#include "pattern/probe.h"

#define RULE_SCHEMA "rebato/rules/v1"

struct rule_reader {
    struct rule_set *set;
    struct fault_list *faults;
    struct probe *probe;          /* or NULL: patterns are not probed */
    struct known_patterns *known; /* of the set that this one replaces */
    const char *file;             /* lives in the set's arena */
    struct pattern_source source; /* of the pattern in hand */
};

/* `reader` is large: on the heap. */
void rule_file_read(struct rule_reader *reader, const struct rule_file *file);

/* The parts, each in a file of its own. */
void rule_file_read_brand(struct rule_reader *reader, const struct yaml_node *node);
/* What moves the limits of a brand: its planned events, its score offsets. */
void rule_file_read_planned(
        struct rule_reader *reader, const struct yaml_node *map, struct brand *brand);
void rule_file_read_score_offsets(
        struct rule_reader *reader, const struct yaml_node *node, struct brand *brand);
void rule_file_read_rule(struct rule_reader *reader, const struct yaml_node *node);
void rule_file_read_match(
        struct rule_reader *reader, const struct yaml_node *rule_node, struct rule_entry *entry);
void rule_file_read_detect(
        struct rule_reader *reader, const struct yaml_node *node, struct rule *rule);
/* Adds to `threshold_milli`, where 0 is not set. */
void rule_file_read_thresholds(struct rule_reader *reader,
        const struct yaml_node *node,
        uint32_t threshold_milli[SIGNAL_COUNT]);
void rule_file_read_tests(struct rule_reader *reader, const struct yaml_node *node, size_t rule);

/* One of a rule's lists of patterns. */
struct rule_patterns {
    struct rule_pattern *at;
    size_t count;
};
struct rule_patterns rule_file_read_patterns(
        struct rule_reader *reader, const struct yaml_node *map, const char *key);

/* A pattern: folded, linted, compiled. Faults point into the scalar. False after one. */
int rule_file_read_pattern(
        struct rule_reader *reader, const struct yaml_node *node, struct rule_pattern *pattern);

/* Compiles `folded`, or takes what the former set has compiled. */
int rule_file_compile(struct rule_reader *reader,
        struct view folded,
        struct pattern *pattern,
        struct pattern_error *error);

/* How dear a stranger's text can make a pattern, once compiled from `text`; a fault when too dear. */
void rule_file_probe(struct rule_reader *reader,
        const struct yaml_node *node,
        struct pattern *pattern,
        struct view text);

/* Reads of single values; all add a fault and return 0 when the value is not as it should be. */
int rule_file_read_id(
        struct rule_reader *reader, const struct yaml_node *map, size_t size_max, struct view *id);
int rule_file_is_id(struct view text, size_t size_max);
/* A list, or absent; a fault when it is anything else. Returns how many items to read. */
size_t rule_file_read_list(
        struct rule_reader *reader, const struct yaml_node *map, const char *key);
/* One of `count` words: its position. Absent: 0 and no fault. */
int rule_file_read_word(struct rule_reader *reader,
        const struct yaml_node *node,
        const char *const *words,
        size_t count,
        size_t *position);
/* Where an entry stands, kept with the set. */
struct fault_place rule_file_place(struct rule_reader *reader, const struct yaml_node *node);

#endif
