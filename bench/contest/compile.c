#include "contest/compile.h"

#include "core/process/clock.h"
#include "engines/rebato_rules.h"

#include <stdlib.h>

struct times {
    double patterns_ms, whole_ms;
};

static double
elapsed_ms(int64_t start_ns)
{
    return (double)(clock_monotonic_ns() - start_ns) / 1e6;
}

static int
time_patterns(const struct rules *rules, double *ms)
{
    struct pattern *patterns = calloc(rules->count + 1, sizeof *patterns);
    struct pattern_error error;
    int compiled = patterns != NULL;
    int64_t start = clock_monotonic_ns();

    for (size_t i = 0; i < rules->count && compiled; i++) {
        compiled = pattern_init(&patterns[i], rules->at[i].folded, PATTERN_BYTES, &error);
    }
    *ms = elapsed_ms(start);
    for (size_t i = 0; i < rules->count && patterns != NULL; i++) {
        pattern_fini(&patterns[i]);
    }
    free(patterns);
    return compiled;
}

static int
time_whole(const struct rules *rules, double *ms, struct scan_summary *summary)
{
    char why[ENGINE_WHY_SIZE];
    struct rebato_rules rebato;
    int64_t start = clock_monotonic_ns();
    int built = rebato_rules_init(&rebato, rules, why);

    *ms = elapsed_ms(start);
    if (built) {
        *summary = scan_set_summary(rebato.set);
    }
    rebato_rules_fini(&rebato);
    return built;
}

static int
compare_doubles(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;

    return (*left > *right) - (*left < *right);
}

static double
median(double *figures, unsigned count)
{
    qsort(figures, count, sizeof *figures, compare_doubles);
    return figures[count / 2];
}

static void
report_summary(json_t *report, const struct scan_summary *summary)
{
    json_object_set_new(report, "set",
            json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f}", "patterns",
                    (json_int_t)summary->patterns, "exact", (json_int_t)summary->exact, "required",
                    (json_int_t)summary->required, "always", (json_int_t)summary->always,
                    "literals", (json_int_t)summary->literals, "keys", (json_int_t)summary->keys,
                    "table_bytes", (json_int_t)summary->table_bytes, "filter_fill",
                    summary->filter_fill, "expected_rate", summary->expected_rate));
}

int
compile_measure(const struct rules *rules, const struct bench_options *options, json_t *report)
{
    enum { REPS_MAX = 99 };
    unsigned reps = options->reps < REPS_MAX ? options->reps : REPS_MAX;
    double patterns[REPS_MAX];
    double whole[REPS_MAX];
    struct scan_summary summary = { 0 };

    for (unsigned i = 0; i < reps; i++) {
        if (!time_patterns(rules, &patterns[i]) || !time_whole(rules, &whole[i], &summary)) {
            return 0;
        }
    }
    double patterns_ms = median(patterns, reps);
    double whole_ms = median(whole, reps);
    json_object_set_new(report, "compile",
            json_pack("{s:f, s:f, s:f}", "whole_ms", whole_ms, "pcre2_ms", patterns_ms,
                    "literals_and_tables_ms", whole_ms - patterns_ms));
    report_summary(report, &summary);
    return 1;
}
