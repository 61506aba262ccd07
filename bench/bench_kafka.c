/*
 * bench_kafka: what a record costs from the broker's socket to a count, by the way it is taken.
 *
 *   bench_kafka --brokers 127.0.0.1:19092 --rules FILE.tsv --corpus FILE.ndjson.zst
 *   bench_kafka --brokers 127.0.0.1:19092 --seed 7 --partitions 12 --records 300000
 *
 * A topic is made, filled with the corpus and deleted at the end. CPU time is told apart: our threads
 * (`own`) and librdkafka's (`library`); the broker's is not ours. Naps are waits of more than 100 ms while
 * the log is not at its end. Rounds are interleaved; medians.
 */
#include "generator/material.h"
#include "harness/report.h"
#include "kafka/usage.h"
#include "kafka/way.h"

#include "core/process/log.h"

#include <stdio.h>
#include <stdlib.h>

enum { WAYS_MAX = 32, REPS_MAX = 64 };

/* "small": small answers. The two threads of two-clients and one-client share the partitions. */
static const struct way ways[] = {
    { "poll", WAY_POLL, WAY_LARGE, WAY_CLIENT_EACH, 1, DUTY_TOUCH },
    { "batch", WAY_BATCH, WAY_LARGE, WAY_CLIENT_EACH, 1, DUTY_TOUCH },
    { "callback", WAY_CALLBACK, WAY_LARGE, WAY_CLIENT_EACH, 1, DUTY_TOUCH },
    { "poll-small", WAY_POLL, WAY_SMALL, WAY_CLIENT_EACH, 1, DUTY_TOUCH },
    { "batch-small", WAY_BATCH, WAY_SMALL, WAY_CLIENT_EACH, 1, DUTY_TOUCH },
    { "callback-small", WAY_CALLBACK, WAY_SMALL, WAY_CLIENT_EACH, 1, DUTY_TOUCH },
    { "rebato", WAY_REBATO, WAY_TIGHT, WAY_CLIENT_EACH, 1, DUTY_TOUCH },
    { "two-clients", WAY_CALLBACK, WAY_SMALL, WAY_CLIENT_EACH, 2, DUTY_TOUCH },
    { "one-client", WAY_CALLBACK, WAY_SMALL, WAY_ONE_CLIENT, 2, DUTY_TOUCH },
    { "poll+core", WAY_POLL, WAY_LARGE, WAY_CLIENT_EACH, 1, DUTY_CORE },
    { "callback-small+core", WAY_CALLBACK, WAY_SMALL, WAY_CLIENT_EACH, 1, DUTY_CORE },
    { "rebato+core", WAY_REBATO, WAY_TIGHT, WAY_CLIENT_EACH, 1, DUTY_CORE },
    { "two-clients+core", WAY_CALLBACK, WAY_SMALL, WAY_CLIENT_EACH, 2, DUTY_CORE },
    { "one-client+core", WAY_CALLBACK, WAY_SMALL, WAY_ONE_CLIENT, 2, DUTY_CORE },
};

/* A worker that is slower than its broker fills the queue: does the fetcher fall asleep? Once each. */
static const struct way slow_ways[] = {
    { "slow-poll", WAY_POLL, WAY_LARGE, WAY_CLIENT_EACH, 1, DUTY_SLOW },
    { "slow-callback-tight", WAY_CALLBACK, WAY_TIGHT, WAY_CLIENT_EACH, 1, DUTY_SLOW },
    { "slow-rebato", WAY_REBATO, WAY_TIGHT, WAY_CLIENT_EACH, 1, DUTY_SLOW },
};

enum {
    WAY_COUNT = sizeof ways / sizeof ways[0],
    SLOW_COUNT = sizeof slow_ways / sizeof *slow_ways
};

struct bench {
    struct bench_options options;
    struct topic topic;
    size_t records; /* at least; whole copies of the corpus */
    struct material material;
    struct duty_set *set;
    struct way_result results[WAY_COUNT][REPS_MAX];
    struct way_result slow[SLOW_COUNT];
    json_t *report;
};

/* ---- command line: ours are taken out, the rest is everybody's ---- */

static int
take_option(struct bench *bench, const char *name, const char *value)
{
    uint64_t number = 0;

    if (strcmp(name, "--brokers") == 0) {
        bench->topic.brokers = value;
        return 1;
    }
    if (strcmp(name, "--partitions") == 0 && view_to_u64(view_of(value), &number)) {
        bench->topic.partitions = (int)number;
        return number >= 2 && number <= 1000 ? 1 : -1;
    }
    if (strcmp(name, "--records") == 0 && view_to_u64(view_of(value), &number)) {
        bench->records = (size_t)number;
        return number > 0 ? 1 : -1;
    }
    return 0;
}

/* True: go on. */
static int
read_options(struct bench *bench, int argc, char **argv, int *status)
{
    int kept = 1;

    bench->topic.partitions = 6;
    bench->records = 400000;
    for (int i = 1; i < argc; i++) {
        int taken = i + 1 < argc ? take_option(bench, argv[i], argv[i + 1]) : 0;
        if (taken < 0) {
            (void)fprintf(stderr, "%s cannot be %s\n", argv[i], argv[i + 1]);
            *status = 2;
            return 0;
        }
        i += taken;
        if (!taken) {
            argv[kept++] = argv[i];
        }
    }
    if (bench_options_read(&bench->options, kept, argv, status)) {
        return 0;
    }
    if (bench->topic.brokers == NULL || bench->options.reps > REPS_MAX) {
        (void)fprintf(stderr,
                "--brokers HOST:PORT [--partitions N] [--records N], at most %d reps\n", REPS_MAX);
        *status = 2;
        return 0;
    }
    return 1;
}

/* ---- measuring ---- */

static int
load(struct bench *bench)
{
    const struct material *material = &bench->material;

    if (!material_load(&bench->material, &bench->options) || material->lines.count == 0) {
        return 0;
    }
    bench->set = duty_set_create(&material->rules);
    return bench->set != NULL &&
           topic_fill(&bench->topic, &material->lines,
                   (bench->records + material->lines.count - 1) / material->lines.count);
}

static int
try_way(const struct bench *bench, const struct way *way, struct way_result *result)
{
    if (!bench_options_want(&bench->options, way->name)) {
        return 1;
    }
    if (!way_run(way, &bench->topic, bench->set, bench->options.isa, result)) {
        (void)fprintf(stderr, "%s: failed, or read another number of records\n", way->name);
        return 0;
    }
    return 1;
}

static int
run_rounds(struct bench *bench)
{
    int fine = 1;

    for (size_t i = 0; fine && i < (size_t)WAY_COUNT * bench->options.reps; i++) {
        const size_t way = i % WAY_COUNT;
        fine = try_way(bench, &ways[way], &bench->results[way][i / WAY_COUNT]);
    }
    for (size_t i = 0; fine && i < SLOW_COUNT; i++) {
        fine = try_way(bench, &slow_ways[i], &bench->slow[i]);
    }
    return fine;
}

/* ---- telling ---- */

static int
by_cost(const void *a, const void *b)
{
    const struct way_result *left = a;
    const struct way_result *right = b;
    const double difference = left->own_ns + left->library_ns - right->own_ns - right->library_ns;

    return (difference > 0) - (difference < 0);
}

/* The round whose CPU time is the median, with the worst naps of all rounds. */
static void
tell(json_t *report, const struct way *way, struct way_result *results, unsigned reps)
{
    double longest_ms = 0;
    unsigned naps = 0;

    if (results[0].records == 0) {
        return; /* not asked for */
    }
    for (unsigned i = 0; i < reps; i++) {
        longest_ms = results[i].longest_ms > longest_ms ? results[i].longest_ms : longest_ms;
        naps += results[i].naps;
    }
    qsort(results, reps, sizeof *results, by_cost);
    const struct way_result *median = &results[reps / 2];
    json_array_append_new(json_object_get(report, "engines"),
            json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:i}", "name", way->name,
                    "cpu_ns_per_mention", median->own_ns + median->library_ns, "own_ns",
                    median->own_ns, "library_ns", median->library_ns, "lowest_cpu_ns",
                    results[0].own_ns + results[0].library_ns, "wall_ns", median->wall_ns,
                    "longest_wait_ms", longest_ms, "naps", (int)naps));
}

static void
print(struct bench *bench, const struct calibration *calibration)
{
    const struct bench_options *options = &bench->options;

    bench->report = report_create("kafka", options, calibration);
    if (bench->report == NULL) {
        return;
    }
    json_object_set_new(bench->report, "librdkafka", json_string(rd_kafka_version_str()));
    json_object_set_new(bench->report, "partitions", json_integer(bench->topic.partitions));
    json_object_set_new(bench->report, "records", json_integer((json_int_t)bench->topic.records));
    json_object_set_new(
            bench->report, "rule_count", json_integer((json_int_t)bench->material.rules.count));
    for (size_t i = 0; i < WAY_COUNT; i++) {
        tell(bench->report, &ways[i], bench->results[i], options->reps);
    }
    for (size_t i = 0; i < SLOW_COUNT; i++) {
        tell(bench->report, &slow_ways[i], &bench->slow[i], 1);
    }
    report_print(bench->report, options);
}

int
main(int argc, char **argv)
{
    struct bench *bench = calloc(1, sizeof *bench);
    int status = 2;

    log_setup(LOG_ERROR, LOG_SILENT);
    if (bench == NULL || !read_options(bench, argc, argv, &status)) {
        free(bench);
        return status;
    }
    const struct calibration calibration = calibration_measure();
    status = load(bench) && run_rounds(bench) ? 0 : 2;
    print(bench, &calibration);
    topic_remove(&bench->topic);
    report_destroy(&bench->report);
    duty_set_destroy(&bench->set);
    material_fini(&bench->material);
    free(bench);
    return status;
}
