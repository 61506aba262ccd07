/*
 * report: the measures of a run, as one line of JSON and as tables.
 */
#ifndef REBATO_BENCH_CRISIS_REPORT_H
#define REBATO_BENCH_CRISIS_REPORT_H

#include "crisis/gates.h"

#include <jansson.h>

#define BUDGET 0.1 /* false alarms a brand-month that a rival's threshold is chosen for */

struct report_head {
    const char *seeds; /* as asked for */
    uint32_t brands, days;
    double seconds;
};

/* NULL: out of memory. */
json_t *report_json(const struct report_head *head, struct results *results);
void report_text(const struct report_head *head, struct results *results);

/* The lowest step of the rival's ladder that keeps to the budget; the highest when none does. */
size_t rival_within_budget(const struct results *results, size_t rival);

#endif
