/*
 * known: the patterns of the set in force, by their folded text, while its successor is compiled.
 *
 * Rules are changed one by one, and machine code is most of what a set costs: a pattern that both sets
 * have is compiled once. For this folder only.
 */
#ifndef REBATO_MATCH_SET_KNOWN_H
#define REBATO_MATCH_SET_KNOWN_H

#include "core/view.h"
#include "pattern/pattern.h"

struct rule_set;
struct known_patterns;

/* Those of `set`, which outlives them; none when it is NULL. NULL when out of memory. */
struct known_patterns *known_patterns_create(const struct rule_set *set);
void known_patterns_destroy(struct known_patterns **known);

/* NULL when the set has no such pattern. */
const struct pattern *known_patterns_find(const struct known_patterns *known, struct view folded);

#endif
