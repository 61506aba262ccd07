/*
 * rule_set: brands and rules of several files, compiled once, then never changed.
 *
 *   rule files (YAML) ── rule_set_compile ──▶ const struct rule_set ──▶ one matcher per thread
 *
 * A set is compiled whole or not at all. It is shared by all workers without a lock because nobody
 * writes to it; it must outlive every matcher made from it.
 */
#ifndef REBATO_MATCH_RULE_SET_H
#define REBATO_MATCH_RULE_SET_H

#include "core/view.h"
#include "core/yaml/fault.h"
#include "match/rule.h"

struct rule_set;

/* One file's bytes; `name` is used in faults and in rule.file. One whose name ends in .tsv is a table of
 * frequencies (pattern/frequency.h): it says which words are rare where these posts come from, and so
 * what is looked for first; it never changes what matches. */
struct rule_file {
    const char *name;
    struct view text;
};

/* Compiles all files together (ids are unique over all of them). Adds every fault it finds; NULL
 * when one of them is an error. Files are copied as far as they are needed. */
const struct rule_set *rule_set_compile(
        const struct rule_file *files, size_t file_count, struct fault_list *faults);
/* The same, and every pattern is probed (pattern/probe.h) for texts that make it slow: what is too
 * dear is a fault. `probe` remembers what it has seen, for the next time. */
struct probe;
const struct rule_set *rule_set_compile_probed(const struct rule_file *files,
        size_t file_count,
        struct probe *probe,
        struct fault_list *faults);
/* The same for a set that takes the place of `former` (NULL: of none): a pattern that both have is compiled
 * once and shared, whichever of the two is destroyed first. */
const struct rule_set *rule_set_compile_next(const struct rule_set *former,
        const struct rule_file *files,
        size_t file_count,
        struct probe *probe,
        struct fault_list *faults);
void rule_set_destroy(const struct rule_set **set);

/* Any thread. */
size_t rule_set_rule_count(const struct rule_set *set);
const struct rule *rule_set_rule(const struct rule_set *set, size_t index);
size_t rule_set_brand_count(const struct rule_set *set);
const struct brand *rule_set_brand(const struct rule_set *set, size_t index);
/* The index, or SIZE_MAX. */
size_t rule_set_find_rule(const struct rule_set *set, struct view id);
size_t rule_set_find_brand(const struct rule_set *set, struct view id);

/* The sum of weights, in thousandths, from which on a post about the brand says the signal; SIZE_MAX:
 * about a brand that sets none of its own. */
uint32_t rule_set_threshold_milli(const struct rule_set *set, size_t brand, enum signal signal);

/* How many patterns there are, and how many of them the JIT compiled. */
size_t rule_set_pattern_count(const struct rule_set *set);
size_t rule_set_jit_count(const struct rule_set *set);

/* The table that says what is rare: one of the files, or the built-in one. */
const struct frequency *rule_set_frequency(const struct rule_set *set);

/* "xxh3:<16 hex digits>" over names and bytes of all files in the order given. */
const char *rule_set_digest(const struct rule_set *set);

#endif
