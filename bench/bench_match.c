/*
 * bench_match: rules over texts, ours beside what others offer, in one process.
 *
 *   bench_match --rules FILE.tsv --corpus FILE.ndjson.zst --format json
 *   bench_match --seed 7 --kind hot --rule-count 2000
 *
 * Reading and folding are done before the clock starts; bench_core times the whole way. Status 1
 * when engines on folded text disagree about a single pair, 2 when nothing could be measured.
 */
#include "contest/audit.h"
#include "contest/compile.h"
#include "contest/contest.h"
#include "engines/compiled.h"
#include "generator/material.h"

#if defined(BENCH_HAS_VECTORSCAN)
#include "engines/hs_library.h"
#endif

#include <stdio.h>

struct bench {
    struct bench_options options;
    struct material material;
    struct texts texts;
    struct compiled *folded;
    struct compiled *raw;
#if defined(BENCH_HAS_VECTORSCAN)
    struct hs_library vectorscan;
    struct hs_library hyperscan;
#endif
    struct contest contest;
    json_t *report;
};

/* Rules that a folded engine confirms with, and those of the raw column where somebody asks. */
static int
load(struct bench *bench)
{
    const struct bench_options *options = &bench->options;

    if (!material_load(&bench->material, options) ||
            !texts_load(&bench->texts, &bench->material.lines, options->isa)) {
        return 0;
    }
    if (bench->texts.count == 0 || bench->material.rules.count == 0) {
        (void)fprintf(stderr, "nothing to measure: no lines or no rules\n");
        return 0;
    }
    bench->folded = compiled_create(&bench->material.rules, COMPILED_FOLDED);
    if (bench_options_want(options, "pcre2-jit-raw")) {
        bench->raw = compiled_create(&bench->material.rules, COMPILED_RAW);
        return bench->folded != NULL && bench->raw != NULL;
    }
    return bench->folded != NULL;
}

static void
describe_texts(const struct bench *bench)
{
    const struct texts *texts = &bench->texts;
    json_t *report = bench->report;

    json_object_set_new(
            report, "rule_count", json_integer((json_int_t)bench->material.rules.count));
    json_object_set_new(report, "mentions", json_integer((json_int_t)texts->count));
    json_object_set_new(report, "refused", json_integer((json_int_t)texts->refused));
    json_object_set_new(report, "record_bytes",
            json_real((double)lines_bytes(&bench->material.lines) / (double)texts->count));
    json_object_set_new(
            report, "folded_bytes", json_real((double)texts->folded_size / (double)texts->count));
}

/* The engines of one interface are told apart by the library that they are given. */
static void
enter_engines(struct bench *bench)
{
    struct engine_input input = { .rules = &bench->material.rules,
        .folded = bench->folded,
        .raw = bench->raw,
        .isa = bench->options.isa };

#if defined(BENCH_HAS_VECTORSCAN)
    hs_library_linked(&bench->vectorscan);
    input.hs = &bench->vectorscan;
    json_object_set_new(bench->report, "vectorscan", json_string(bench->vectorscan.version()));
    if (bench->options.hyperscan != NULL &&
            hs_library_load(&bench->hyperscan, bench->options.hyperscan)) {
        input.hs_loaded = &bench->hyperscan;
        json_object_set_new(bench->report, "hyperscan", json_string(bench->hyperscan.version()));
    }
#endif
    bench->contest.options = &bench->options;
    bench->contest.texts = &bench->texts;
    contest_init(&bench->contest, &input, bench->report);
}

static int
measure(struct bench *bench)
{
    struct calibration calibration = calibration_measure();
    size_t faults;

    bench->report = report_create("match", &bench->options, &calibration);
    if (bench->report == NULL) {
        return 2;
    }
    describe_texts(bench);
    if ((bench->options.wishes & BENCH_COMPILE) != 0 &&
            !compile_measure(&bench->material.rules, &bench->options, bench->report)) {
        return 2;
    }
    enter_engines(bench);
    if (bench->contest.count == 0 || !contest_run(&bench->contest)) {
        (void)fprintf(stderr, "no engine, or no memory\n");
        return 2;
    }
    contest_report(&bench->contest, bench->report);
    faults = contest_compare(&bench->contest, bench->report);
    if ((bench->options.wishes & BENCH_AUDIT) != 0) {
        faults += audit_raw(&bench->contest, &bench->material.rules, bench->report);
    }
    report_print(bench->report, &bench->options);
    return faults > 0;
}

static void
fini(struct bench *bench)
{
    contest_fini(&bench->contest);
    report_destroy(&bench->report);
#if defined(BENCH_HAS_VECTORSCAN)
    hs_library_fini(&bench->hyperscan);
#endif
    compiled_destroy(&bench->folded);
    compiled_destroy(&bench->raw);
    texts_fini(&bench->texts);
    material_fini(&bench->material);
}

int
main(int argc, char **argv)
{
    struct bench bench = { 0 };
    int status;

    if (bench_options_read(&bench.options, argc, argv, &status)) {
        return status;
    }
    status = load(&bench) ? measure(&bench) : 2;
    fini(&bench);
    return status;
}
