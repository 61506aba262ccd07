/*
 * crisisbench: how well the judge tells a crisis from a noisy day, over generated brands.
 *
 *   crisisbench --seeds 3,4 --brands 1000 --format json
 *   crisisbench --attributes FILE          # a stream that somebody else made; one line per incident
 *
 * With several seeds, each is told on its own and, last, all of them together. Status 1: what the product counts
 * of a stream is not what its judge was measured on.
 */
#include "crisis/attributes.h"
#include "crisis/report.h"

#include "core/process/clock.h"
#include "core/process/log.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS_MAX = 16 };

struct options {
    const char *seed_list;
    uint64_t seeds[SEEDS_MAX];
    size_t seed_count;
    uint64_t brands, days, threads;
    const char *attributes;
    const char *details;
    const char *stream;
    uint64_t first;
    int as_json;
};

static const char usage[] =
        "usage: %s [--seeds 3,4] [--brands 1000] [--days 28] [--threads 2] [--format text|json]\n"
        "          [--details FILE]   false pages and missed crises, a line of JSON each\n"
        "          [--first N]        brands are numbered from here (0)\n"
        "          [--stream FILE]    their mentions, as --attributes takes them\n"
        "       %s --attributes FILE  NDJSON in the order of arrival; one line per incident\n";

static int
read_seeds(struct options *options, const char *list)
{
    const char *at = list;
    options->seed_list = list;
    options->seed_count = 0;
    while (options->seed_count < SEEDS_MAX) {
        size_t size = strcspn(at, ",");
        if (!view_to_u64((struct view){ at, size }, &options->seeds[options->seed_count++])) {
            return 0;
        }
        if (at[size] == '\0') {
            return 1;
        }
        at += size + 1;
    }
    return 0;
}

static int
read_number(const char *text, uint64_t highest, uint64_t *number)
{
    return view_to_u64(view_of(text), number) && *number > 0 && *number <= highest;
}

static int
read_option(struct options *options, int option)
{
    switch (option) {
    case 's':
        return read_seeds(options, optarg);
    case 'b':
        return read_number(optarg, 1000000, &options->brands);
    case 'd':
        return read_number(optarg, 365, &options->days);
    case 't':
        return read_number(optarg, 64, &options->threads);
    case 'a':
        options->attributes = optarg;
        return 1;
    case 'l':
        options->details = optarg;
        return 1;
    case 'o':
        options->stream = optarg;
        return 1;
    case 'n':
        return view_to_u64(view_of(optarg), &options->first) && options->first <= 1000000;
    case 'f':
        options->as_json = strcmp(optarg, "json") == 0;
        return options->as_json || strcmp(optarg, "text") == 0;
    default:
        return 0;
    }
}

static int
read_options(struct options *options, int argc, char **argv)
{
    static const struct option names[] = {
        { "seeds", required_argument, NULL, 's' },
        { "brands", required_argument, NULL, 'b' },
        { "days", required_argument, NULL, 'd' },
        { "threads", required_argument, NULL, 't' },
        { "attributes", required_argument, NULL, 'a' },
        { "details", required_argument, NULL, 'l' },
        { "stream", required_argument, NULL, 'o' },
        { "first", required_argument, NULL, 'n' },
        { "format", required_argument, NULL, 'f' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    *options = (struct options){ .brands = 1000, .days = 28, .threads = 2 };
    (void)read_seeds(options, "1");
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): before threads */
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (!read_option(options, option)) {
            return 0;
        }
    }
    return optind == argc;
}

static void
tell(const struct options *options, const struct report_head *head, struct results *results)
{
    if (!options->as_json) {
        report_text(head, results);
        return;
    }
    json_t *report = report_json(head, results);
    (void)json_dumpf(report, stdout, JSON_COMPACT | JSON_REAL_PRECISION(8));
    (void)putchar('\n');
    (void)fflush(stdout);
    json_decref(report);
}

static double
seconds_since(int64_t start_ms)
{
    return (double)(clock_monotonic_ms() - start_ms) / 1000;
}

/* What all seeds share. */
struct shared {
    FILE *details;
    FILE *stream;
    const struct rule_set *rules;
};

/* NULL names are not wanted; false: cannot be written. */
static int
open_output(const char *name, FILE **file)
{
    *file = name == NULL ? NULL : fopen(name, "w");
    return name == NULL || *file != NULL;
}

static int
close_output(FILE *file)
{
    return file == NULL || fclose(file) == 0;
}

/* One seed into `all`; told on its own when there are more. */
static int
run_one(const struct options *options,
        size_t number,
        const struct shared *shared,
        struct results *all)
{
    const struct run_options run = { .seed = options->seeds[number],
        .first = (uint32_t)options->first,
        .brands = (uint32_t)options->brands,
        .days = (uint32_t)options->days,
        .threads = (unsigned)options->threads,
        .world = world_usual(),
        .rules = shared->rules,
        .stream = shared->stream,
        .details = shared->details };
    struct results *results = calloc(1, sizeof *results);
    int64_t start_ms = clock_monotonic_ms();
    char seed[24];

    if (results == NULL || !run_seed(&run, results)) {
        free(results);
        return 0;
    }
    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)run.seed);
    struct report_head head = { seed, run.brands, run.days, seconds_since(start_ms) };
    if (options->seed_count > 1) {
        tell(options, &head, results);
    }
    results_add(all, results);
    results_fini(results);
    free(results);
    return !all->failed;
}

static int
run_all(const struct options *options)
{
    struct results *all = calloc(1, sizeof *all);
    struct shared shared = { NULL, NULL, agreement_rules() };
    int64_t start_ms = clock_monotonic_ms();
    int fine = all != NULL && shared.rules != NULL &&
               open_output(options->details, &shared.details) &&
               open_output(options->stream, &shared.stream);

    for (size_t i = 0; fine && i < options->seed_count; i++) {
        fine = run_one(options, i, &shared, all);
    }
    if (fine) {
        struct report_head head = { options->seed_list, (uint32_t)options->brands,
            (uint32_t)options->days, seconds_since(start_ms) };
        tell(options, &head, all);
    }
    fine = close_output(shared.details) && fine;
    fine = close_output(shared.stream) && fine;
    int agreed = fine && all->agreement.differences == 0;
    if (all != NULL) {
        results_fini(all);
    }
    free(all);
    rule_set_destroy(&shared.rules);
    return !fine ? 2 : agreed ? 0 : 1;
}

int
main(int argc, char **argv)
{
    struct options options;

    log_setup(LOG_ERROR, LOG_SILENT);
    if (!read_options(&options, argc, argv)) {
        (void)fprintf(stderr, usage, argv[0], argv[0]);
        return 2;
    }
    return options.attributes != NULL ? attributes_judge(options.attributes, stdout)
                                      : run_all(&options);
}
