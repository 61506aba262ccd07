/*
 * report: what a benchmark found, as one line of JSON or as a table.
 *
 *   {"benchmark": "match", "isa": "avx512", "calibration": {...}, ..., "engines": [{...}, ...]}
 *
 * One JSON value is built and both forms come from it, so they cannot disagree.
 */
#ifndef REBATO_BENCH_HARNESS_REPORT_H
#define REBATO_BENCH_HARNESS_REPORT_H

#include "harness/calibration.h"
#include "harness/options.h"
#include "harness/timing.h"

#include <jansson.h>

/* The head: benchmark, isa, calibration, material, and an empty list of engines. NULL: no memory.
 * */
json_t *report_create(const char *benchmark,
        const struct bench_options *options,
        const struct calibration *calibration);
void report_destroy(json_t **report);

/* Adds an engine with its ns_per_<unit> (first, median, lowest, highest); the object that came out
 * belongs to the report and takes further members. NULL: no memory. */
json_t *report_engine(json_t *report, const struct contender *contender, const char *unit);
/* Sets a member to a 64-bit value as 16 hex digits. */
void report_set_hash(json_t *object, const char *key, uint64_t hash);
/* A peer that did not take part, and why. */
void report_absent(json_t *report, const char *engine, const char *why);

/* On stdout, as the options say. */
void report_print(const json_t *report, const struct bench_options *options);

#endif
