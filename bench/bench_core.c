/*
 * bench_core: the whole way of a mention, from the bytes of its record to counts, ours beside
 * programs put together of what is there.
 *
 *   bench_core --rules FILE.tsv --corpus FILE.ndjson.zst --format json
 *   bench_core --seed 7 --kind full --threads 2
 *
 *   rebato                       own reader, fold and scanner, a batch at a time
 *   simdjson+vectorscan          on demand, a fold by table, a scan a mention
 *   simdjson+vectorscan-batched  the same, a scan a batch
 *   dom+pcre2-jit                jansson, and every rule over the raw text
 */
#include "course/race.h"
#include "generator/material.h"

#if defined(BENCH_HAS_VECTORSCAN)
#include "engines/hs_library.h"
#endif

#include <stdio.h>

struct bench {
    struct bench_options options;
    struct material material;
    struct compiled *folded;
    struct compiled *raw;
    struct rebato_rules rebato;
    struct engine_input engines;
#if defined(BENCH_HAS_VECTORSCAN)
    struct hs_library vectorscan;
#endif
    struct race race;
    json_t *report;
};

static int
load(struct bench *bench)
{
    char why[ENGINE_WHY_SIZE] = "";

    if (!material_load(&bench->material, &bench->options)) {
        return 0;
    }
    if (bench->material.lines.count == 0 || bench->material.rules.count == 0) {
        (void)fprintf(stderr, "nothing to measure: no lines or no rules\n");
        return 0;
    }
    bench->folded = compiled_create(&bench->material.rules, COMPILED_FOLDED);
    bench->raw = compiled_create(&bench->material.rules, COMPILED_RAW);
    if (bench->folded == NULL || bench->raw == NULL) {
        return 0;
    }
    if (!rebato_rules_init(&bench->rebato, &bench->material.rules, why)) {
        (void)fprintf(stderr, "%s\n", why);
        return 0;
    }
    return 1;
}

/* X 1.1 writes its time under this key, our own shape does not. */
static enum record_shape
shape_of(struct view line)
{
    return memmem(line.at, line.size, "\"created_at\"", 12) == NULL ? RECORD_NATIVE : RECORD_X;
}

static void
enter(struct bench *bench)
{
    bench->engines = (struct engine_input){ .rules = &bench->material.rules,
        .folded = bench->folded,
        .raw = bench->raw,
        .isa = bench->options.isa };
#if defined(BENCH_HAS_VECTORSCAN)
    hs_library_linked(&bench->vectorscan);
    bench->engines.hs = &bench->vectorscan;
    json_object_set_new(bench->report, "vectorscan", json_string(bench->vectorscan.version()));
#endif
    bench->race.options = &bench->options;
    bench->race.input = (struct course_input){ .lines = &bench->material.lines,
        .engines = &bench->engines,
        .rebato = &bench->rebato,
        .shape = shape_of(bench->material.lines.at[0]) };
    race_init(&bench->race, bench->report);
}

static int
measure(struct bench *bench)
{
    struct calibration calibration = calibration_measure();
    const struct lines *lines = &bench->material.lines;

    bench->report = report_create("core", &bench->options, &calibration);
    if (bench->report == NULL) {
        return 2;
    }
    json_object_set_new(
            bench->report, "rule_count", json_integer((json_int_t)bench->material.rules.count));
    json_object_set_new(bench->report, "mentions", json_integer((json_int_t)lines->count));
    json_object_set_new(bench->report, "record_bytes",
            json_real((double)lines_bytes(lines) / (double)lines->count));
    enter(bench);
    if (bench->race.count == 0 || !race_run(&bench->race)) {
        (void)fprintf(stderr, "no contender, or no memory\n");
        return 2;
    }
    size_t differences = race_report(&bench->race, bench->report);
    if (bench->options.threads > 1 && !race_scale(&bench->race, bench->report)) {
        report_absent(bench->report, "scaling", "needs rebato among the engines");
    }
    report_print(bench->report, &bench->options);
    return differences > 0;
}

static void
fini(struct bench *bench)
{
    race_fini(&bench->race);
    report_destroy(&bench->report);
    rebato_rules_fini(&bench->rebato);
    compiled_destroy(&bench->folded);
    compiled_destroy(&bench->raw);
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
