/*
 * bench_ledger: what it costs to count a matched mention in Redis, exactly and plainly.
 *
 *   bench_ledger --redis unix:/run/redis.sock --seed 7
 *   bench/ledger/with_redis build/release/bench/bench_ledger --seed 7     # a server of its own
 *
 * The same mentions go through the ledger with its fences (`exact`) and as HINCRBY and SADD without any
 * (`plain`: the same additions; `plain-merged`: partitions added up first, which only a counter without
 * fences may do), round by round in turn. CPU of the server and ours, for a mention. After each round the
 * sums in Redis are compared with what was fed; status 1 when they differ.
 */
#include "harness/report.h"
#include "ledger/audit.h"
#include "ledger/flight.h"

#include "core/process/clock.h"
#include "core/process/log.h"

#include "ledger/ops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REPS_MAX = 64 };

/* Goals: CPU of the server for a matched mention, and what exactness may add to a core that reads one. */
#define SERVER_NS_GOAL    100.0
#define CORE_PERCENT_GOAL 5.0

static const struct way {
    const char *name;
    int (*open)(struct carrier *, const struct feed *, const struct carrier_place *);
    int fenced;
    int merged;
} ways[] = {
    { "exact", carrier_fenced, 1, 0 },
    { "plain", carrier_plain, 0, 0 },
    { "plain-merged", carrier_plain, 0, 1 },
};

enum { EXACT, PLAIN, MERGED, WAY_COUNT = sizeof ways / sizeof ways[0] };

struct bench {
    struct bench_options options;
    const char *url;
    struct feed_shape shape;
    uint32_t shards;
    uint64_t linger_ms;
    uint64_t paced;
    uint64_t spoil;   /* puts a count wrong before the audit: a test of the audit */
    uint64_t core_ns; /* to read and match a mention */
    struct feed feed;
    redisContext *server;
    struct flight_result results[WAY_COUNT][REPS_MAX];
    json_t *report;
};

/* ---- command line: ours are taken out, the rest is everybody's ---- */

struct number_row {
    const char *name;
    uint64_t *at;
    uint64_t lowest;
    uint64_t highest;
};

struct numbers {
    uint64_t shards, mentions, brands, partitions, complaints, authors;
};

/* 1: taken, 0: not ours, -1: cannot be. */
static int
take_number(const struct number_row *rows, const char *name, const char *value)
{
    for (const struct number_row *row = rows; row->name != NULL; row++) {
        if (strcmp(name, row->name) == 0) {
            const int fine = view_to_u64(view_of(value), row->at) && *row->at >= row->lowest &&
                             *row->at <= row->highest;
            return fine ? 1 : -1;
        }
    }
    return 0;
}

static int
take_option(struct bench *bench, struct numbers *numbers, const char *name, const char *value)
{
    const struct number_row rows[] = {
        { "--shards", &numbers->shards, 1, SHARDS_MAX },
        { "--mentions", &numbers->mentions, 1, 100000000 },
        { "--brands", &numbers->brands, 1, FEED_BRANDS_MAX },
        { "--partitions", &numbers->partitions, 1, TALLY_RANGES_MAX - 1 },
        { "--complaints", &numbers->complaints, 0, 100 },
        { "--authors", &numbers->authors, 1, 100000000 },
        { "--rate", &bench->shape.rate, 1000, 100000000 },
        { "--linger", &bench->linger_ms, 1, 10000 },
        { "--paced", &bench->paced, 0, 1 },
        { "--spoil", &bench->spoil, 0, 1 },
        { "--core-ns", &bench->core_ns, 1, 1000000 },
        { NULL, NULL, 0, 0 },
    };

    if (strcmp(name, "--redis") == 0) {
        bench->url = value;
        return 1;
    }
    return take_number(rows, name, value);
}

static int
say_usage(const char *program)
{
    (void)fprintf(stderr,
            "usage: %s --redis URL [--seed N] [--reps N] [--engines exact,plain,plain-merged]\n"
            "  --mentions N    of a round (10000000)    --rate N        a second of event time "
            "(1000000)\n"
            "  --linger MS     of event time (200)     --brands N      of 10 series each (20)\n"
            "  --partitions N  (6)                     --shards N      (8)\n"
            "  --complaints N  of 100 mentions, whose authors are written (30)\n"
            "  --authors N     accounts (1000000)      --core-ns N     to read and match a mention "
            "(270)\n"
            "  --paced 1       at the rate, not as fast as it goes\n"
            "  --spoil 1       put a count wrong, to see that it is noticed\n"
            "  --format json, --cpu N                  at most %d rounds\n",
            program, REPS_MAX);
    return 0;
}

/* True: go on. */
static int
read_options(struct bench *bench, int argc, char **argv, int *status)
{
    struct numbers numbers = { .shards = 8,
        .mentions = 10000000,
        .brands = FEED_BRANDS_MAX,
        .partitions = 6,
        .complaints = 30,
        .authors = 1000000 };
    int kept = 1;

    bench->shape.rate = 1000000;
    bench->linger_ms = 200;
    bench->core_ns = 270;
    for (int i = 1; i < argc; i++) {
        const int taken = i + 1 < argc ? take_option(bench, &numbers, argv[i], argv[i + 1]) : 0;
        if (taken < 0) {
            (void)fprintf(stderr, "%s cannot be %s\n", argv[i], argv[i + 1]);
            return 0;
        }
        i += taken;
        if (!taken) {
            argv[kept++] = argv[i];
        }
    }
    argv[kept] = NULL;
    if (bench_options_read(&bench->options, kept, argv, status)) {
        return 0;
    }
    bench->shards = (uint32_t)numbers.shards;
    bench->shape.mentions = (size_t)numbers.mentions;
    bench->shape.brands = (uint32_t)numbers.brands;
    bench->shape.partitions = (uint32_t)numbers.partitions;
    bench->shape.complaints = (uint32_t)numbers.complaints;
    bench->shape.authors = (uint32_t)numbers.authors;
    bench->shape.seed = bench->options.seed;
    return bench->url != NULL && bench->options.reps <= REPS_MAX ? 1 : say_usage(argv[0]);
}

/* ---- rounds ---- */

enum verdict { ROUND_FINE, ROUND_WRONG, ROUND_FAILED };

static enum verdict
run_way(const struct bench *bench, const struct way *way, struct flight_result *result)
{
    char name_space[NAME_SIZE_MAX];
    struct carrier carrier;
    const struct carrier_place place = { bench->url, name_space, bench->shards };
    const struct audit audit = { &bench->feed, bench->server, name_space, bench->shards,
        way->fenced };

    /* A namespace of its own: nothing that was there is touched, and nothing stays. */
    (void)snprintf(name_space, sizeof name_space, "bench-%" PRId64 "-%d",
            clock_wall_ms() % 1000000000, (int)getpid());
    if (!way->open(&carrier, &bench->feed, &place)) {
        return ROUND_FAILED;
    }
    const struct flight flight = { .feed = &bench->feed,
        .carrier = &carrier,
        .server = bench->server,
        .per_tally = (size_t)(bench->shape.rate * bench->linger_ms / 1000),
        .pace_ns = bench->paced ? (int64_t)(1000000000 / bench->shape.rate) : 0,
        .cells_max = LEDGER_APPLY_CELLS_MAX,
        .ranges = way->merged ? 1 : bench->shape.partitions };
    enum verdict verdict = flight_run(&flight, result) ? ROUND_FINE : ROUND_FAILED;
    carrier.destroy(carrier.self);
    if (bench->spoil) {
        audit_spoil(&audit);
    }
    if (verdict == ROUND_FINE && !audit_run(&audit)) {
        (void)fprintf(stderr, "%s: Redis does not hold what was fed\n", way->name);
        verdict = ROUND_WRONG;
    }
    if (!server_clear(bench->server, name_space)) {
        verdict = verdict == ROUND_FINE ? ROUND_FAILED : verdict;
    }
    return verdict;
}

/* Every way that is asked for, once. Round 0 warms up: it is audited, and its figures are overwritten. */
static enum verdict
run_round(struct bench *bench, unsigned round)
{
    enum verdict verdict = ROUND_FINE;

    for (size_t i = 0; verdict == ROUND_FINE && i < WAY_COUNT; i++) {
        if (bench_options_want(&bench->options, ways[i].name)) {
            verdict = run_way(bench, &ways[i], &bench->results[i][round == 0 ? 0 : round - 1]);
        }
    }
    return verdict;
}

static enum verdict
run_rounds(struct bench *bench)
{
    enum verdict verdict = ROUND_FINE;

    for (unsigned round = 0; verdict == ROUND_FINE && round <= bench->options.reps; round++) {
        verdict = run_round(bench, round);
    }
    return verdict;
}

/* ---- telling ---- */

static int
by_server(const void *a, const void *b)
{
    const struct flight_result *left = a;
    const struct flight_result *right = b;

    return (left->server_ns > right->server_ns) - (left->server_ns < right->server_ns);
}

static int
by_carry(const void *a, const void *b)
{
    const struct flight_result *left = a;
    const struct flight_result *right = b;

    return (left->carry_ns > right->carry_ns) - (left->carry_ns < right->carry_ns);
}

static double
each(const struct bench *bench, double sum)
{
    return sum / (double)bench->shape.mentions;
}

/* Median of our CPU for carrying; leaves the results by the server's CPU, whose median is in the middle. */
static double
sort_results(struct bench *bench, size_t way)
{
    struct flight_result *results = bench->results[way];
    const unsigned reps = bench->options.reps;

    qsort(results, reps, sizeof *results, by_carry);
    const double carry_ns = results[reps / 2].carry_ns;
    qsort(results, reps, sizeof *results, by_server);
    return carry_ns;
}

static void
tell_way(struct bench *bench, size_t way, double carry_ns)
{
    const struct flight_result *lowest = bench->results[way];
    const struct flight_result *median = &lowest[bench->options.reps / 2];
    const struct flight_result *highest = &lowest[bench->options.reps - 1];
    /* A range is applied to every shard, also where it has no count. */
    const double applies = ways[way].fenced ? (double)median->ranges * bench->shards : 0;
    json_t *row = json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "name", ways[way].name,
            "server_ns_per_mention", each(bench, median->server_ns), "lowest_server_ns",
            each(bench, lowest->server_ns), "highest_server_ns", each(bench, highest->server_ns),
            "main_thread_ns", each(bench, median->main_ns), "worker_ns_per_mention",
            each(bench, carry_ns), "tally_ns", each(bench, median->fill_ns), "mentions_per_s",
            (double)bench->shape.mentions * 1e9 / median->wall_ns);

    json_object_set_new(row, "tallies", json_integer((json_int_t)median->tallies));
    json_object_set_new(row, "mentions_per_tally",
            json_real((double)bench->shape.mentions / (double)median->tallies));
    json_object_set_new(row, "cells", json_integer((json_int_t)median->cells));
    json_object_set_new(row, "authors", json_integer((json_int_t)median->authors));
    json_object_set_new(row, "bytes_per_mention", json_real(each(bench, (double)median->bytes)));
    if (applies > 0) {
        json_object_set_new(row, "applies_per_s", json_real(applies * 1e9 / median->wall_ns));
        json_object_set_new(row, "cells_per_apply", json_real((double)median->cells / applies));
    }
    json_array_append_new(json_object_get(bench->report, "engines"), row);
}

/* What exactness adds to a way without fences. Returns our CPU. */
static double
tell_difference(struct bench *bench, size_t way, const double carry_ns[WAY_COUNT])
{
    const size_t middle = bench->options.reps / 2;
    const double server = each(bench, bench->results[EXACT][middle].server_ns);
    const double without = each(bench, bench->results[way][middle].server_ns);
    const double worker = each(bench, carry_ns[EXACT] - carry_ns[way]);

    json_array_append_new(json_object_get(bench->report, "exactness"),
            json_pack("{s:s, s:f, s:f, s:f, s:f}", "than", ways[way].name, "server_ns",
                    server - without, "server_percent", 100 * (server - without) / without,
                    "worker_ns", worker, "core_percent", 100 * worker / (double)bench->core_ns));
    return worker;
}

/* The dearer comparison decides about the core. */
static void
tell_exactness(struct bench *bench, const double carry_ns[WAY_COUNT])
{
    const double server = each(bench, bench->results[EXACT][bench->options.reps / 2].server_ns);
    double worker = 0;

    json_object_set_new(bench->report, "exactness", json_array());
    for (size_t i = PLAIN; i <= MERGED; i++) {
        if (carry_ns[EXACT] > 0 && carry_ns[i] > 0) {
            const double more = tell_difference(bench, i, carry_ns);
            worker = more > worker ? more : worker;
        }
    }
    json_object_set_new(bench->report, "goals",
            json_pack("{s:f, s:s, s:f, s:i, s:s}", "server_ns", SERVER_NS_GOAL, "server",
                    server <= SERVER_NS_GOAL ? "met" : "missed", "core_percent", CORE_PERCENT_GOAL,
                    "core_ns", (int)bench->core_ns, "core",
                    100 * worker <= CORE_PERCENT_GOAL * (double)bench->core_ns ? "met" : "missed"));
}

static void
tell_setup(struct bench *bench)
{
    static const char *const settings[] = { "appendonly", "appendfsync", "io-threads",
        "hash-max-listpack-entries" };
    json_t *server = json_object();
    char value[32];

    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        server_setting(bench->server, settings[i], value);
        json_object_set_new(server, settings[i], json_string(value));
    }
    json_object_set_new(bench->report, "server", server);
    json_object_set_new(bench->report, "feed",
            json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:i, s:b}", "seed",
                    (json_int_t)bench->shape.seed, "mentions", (json_int_t)bench->shape.mentions,
                    "rate", (json_int_t)bench->shape.rate, "linger_ms",
                    (json_int_t)bench->linger_ms, "series",
                    (json_int_t)bench->shape.brands * FEED_DIMS, "accounts",
                    (json_int_t)bench->shape.authors, "complaints_percent",
                    (int)bench->shape.complaints, "partitions", (int)bench->shape.partitions,
                    "shards", (int)bench->shards, "buckets", (int)bench->feed.buckets, "paced",
                    (int)bench->paced));
}

static void
print(struct bench *bench, const struct calibration *calibration)
{
    double carry_ns[WAY_COUNT] = { 0 };
    struct bench_options options = bench->options;

    options.wishes = 0; /* no rules and no corpus: the feed says what there was */
    bench->report = report_create("ledger", &options, calibration);
    if (bench->report == NULL) {
        return;
    }
    tell_setup(bench);
    for (size_t i = 0; i < WAY_COUNT; i++) {
        if (bench->results[i][0].tallies > 0) {
            carry_ns[i] = sort_results(bench, i);
            tell_way(bench, i, carry_ns[i]);
        }
    }
    if (carry_ns[EXACT] > 0) {
        tell_exactness(bench, carry_ns);
    }
    report_print(bench->report, &options);
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
    bench->server = server_connect(bench->url);
    if (bench->server != NULL && feed_init(&bench->feed, &bench->shape)) {
        const enum verdict verdict = run_rounds(bench);
        status = verdict == ROUND_FINE ? 0 : verdict == ROUND_WRONG ? 1 : 2;
        if (verdict == ROUND_FINE) {
            print(bench, &calibration);
        }
    }
    report_destroy(&bench->report);
    feed_fini(&bench->feed);
    server_disconnect(&bench->server);
    free(bench);
    return status;
}
