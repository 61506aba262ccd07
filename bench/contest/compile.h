/*
 * compile: how long it takes until a rule set can match, ours and the others'.
 *
 * What ours does is told in two parts, since they have different remedies: PCRE2 makes machine code
 * of every rule; then literals are found and tables built.
 */
#ifndef REBATO_BENCH_CONTEST_COMPILE_H
#define REBATO_BENCH_CONTEST_COMPILE_H

#include "engines/engine.h"
#include "harness/options.h"
#include "harness/report.h"

/* Median of options->reps builds, under "compile" in the report. False when out of memory. */
int compile_measure(const struct rules *rules, const struct bench_options *options, json_t *report);

#endif
