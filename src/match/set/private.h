/*
 * private: what a rule set is made of. For the folder only: file/ writes it, matcher, explain
 * and rule_test read it.
 */
#ifndef REBATO_MATCH_SET_PRIVATE_H
#define REBATO_MATCH_SET_PRIVATE_H

#include "core/arena.h"
#include "core/limits.h"
#include "match/rule_set.h"
#include "match/rule_test.h"
#include "match/set/brand_index.h"
#include "match/set/plan.h"
#include "pattern/pattern.h"

#define RULE_LANGS_MAX 8
#define DIGEST_SIZE    24

/* A pattern of a rule or a name, with the words of its author. */
struct rule_pattern {
    struct pattern compiled;
    struct view text;
    struct view folded; /* what was compiled */
    uint32_t number;    /* in the scan, or NO_NUMBER */
};

struct rule_entry {
    struct rule rule;
    struct fault_place place; /* of its id; file and source live in the arena */
    struct rule_pattern *any;
    size_t any_count;
    struct rule_pattern *none;
    size_t none_count;
    struct rule_pattern *facets;
    size_t facet_count;
    struct view langs[RULE_LANGS_MAX]; /* none: any language */
    size_t lang_count;
};

struct brand_entry {
    struct brand brand;
    struct fault_place place;
    struct pattern names; /* all names as one pattern, whole words; no code when there is no name */
    const uint32_t *threshold_milli; /* by signal, 0: as for all; NULL: all as for all */
    struct view names_folded;        /* its text */
};

struct rule_set {
    struct arena *arena;
    struct rule_entry *rules;
    size_t rule_count;
    size_t rule_capacity;
    struct brand_entry *brands;
    size_t brand_count;
    size_t brand_capacity;
    struct rule_test *tests;
    size_t test_count;
    size_t test_capacity;
    uint32_t threshold_milli[SIGNAL_COUNT]; /* for all brands; 0: not set */
    uint32_t *rules_by_id;                  /* positions, sorted by id */
    uint32_t *brands_by_id;
    struct brand_index index;
    struct frequency *frequency; /* a table among the files, or the built-in one */
    const struct scan_set *scan;
    struct plan_owner *owners; /* by number in the scan */
    struct rule_pattern word;  /* one word: what `near` counts */
    size_t pattern_count;
    size_t jit_count;
    uint32_t group_count_max;
    int out_of_memory;
    char digest[DIGEST_SIZE];
};

/* While the set is compiled: the arena's calls, that remember a failure in `out_of_memory`. */
void *rule_set_take(struct rule_set *set, size_t count, size_t size);
struct view rule_set_copy(struct rule_set *set, struct view text);

#endif
