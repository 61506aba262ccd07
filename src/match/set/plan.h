/*
 * plan: all patterns of a rule set under one numbering, for the scanner. For this folder only.
 *
 *   rules' any and none ─┐
 *   brands' names       ─┼─ numbers 0, 1, 2 ... ──▶ scan_set      hit ──▶ whose is it?
 *   brands' handles     ─┘
 *
 * Rules come first and in their order, so that hits, sorted by number, name rules in that order too.
 * Handles are probes: whether one stands in the original text is for trial/attribution.c to see.
 */
#ifndef REBATO_MATCH_SET_PLAN_H
#define REBATO_MATCH_SET_PLAN_H

#include "scan/scanner.h"

#include <stdint.h>

/* A pattern that is not scanned for: facets, the word. */
#define NO_NUMBER UINT32_MAX

enum plan_kind { PLAN_ANY, PLAN_NONE, PLAN_NAMES, PLAN_HANDLE };

struct plan_owner {
    enum plan_kind kind;
    uint32_t index;                  /* of the rule or brand; unused for a handle */
    const struct literals *literals; /* what was found in the pattern; NULL for a handle */
};

struct rule_set;

/* Numbers the patterns and compiles the scan set. False when out of memory. */
int rule_plan_make(struct rule_set *set);
void rule_plan_fini(struct rule_set *set);

#endif
