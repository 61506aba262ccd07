/*
 * options: the command line that all benchmarks share.
 *
 * Each program reads what it needs of it and refuses nothing else, so that one script can give the
 * same arguments to all of them.
 */
#ifndef REBATO_BENCH_HARNESS_OPTIONS_H
#define REBATO_BENCH_HARNESS_OPTIONS_H

#include "core/isa.h"

#include <stddef.h>
#include <stdint.h>

enum bench_format { BENCH_TEXT, BENCH_JSON };

/* What is asked for on top of the figures. */
enum bench_wish {
    BENCH_AUDIT = 1,   /* every line through the oracle, differences listed and classed */
    BENCH_COMPILE = 2, /* how long the rules take to compile */
    BENCH_SEEDED = 4,  /* rules and corpus from --seed */
};

struct bench_options {
    const char *rules;     /* TSV; plain, .gz or .zst, as the corpus */
    const char *corpus;    /* NDJSON */
    const char *engines;   /* names with commas between them; NULL: all */
    const char *hyperscan; /* a libhs.so.5 to load beside the one that is linked */
    const char *out_dir;   /* of bench_generate */
    const char *kind;      /* of a generated corpus: lean, hot, full */
    unsigned wishes;
    uint64_t seed;
    size_t rule_count; /* of generated rules */
    size_t limit;      /* lines of the corpus that are used */
    size_t aliases;    /* generated names of brands on top of the rules */
    unsigned reps;
    unsigned threads;
    int cpu; /* -1: not pinned */
    double budget_s;
    enum isa isa;
    enum bench_format format;
};

/* Reads the command line and pins the thread. 0: go on. Otherwise the program ends with status `*status`, and everything was said. */
int bench_options_read(struct bench_options *options, int argc, char **argv, int *status);
/* Is this engine wanted? */
int bench_options_want(const struct bench_options *options, const char *engine);

#endif
