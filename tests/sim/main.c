/*
 * counting_sim: runs worlds, says what happened in them, fails when one of them breaks a promise.
 *
 * A run in which nothing was ever refused fails, too: then the faults did not reach what they are for.
 */
#include "sim/judge.h"
#include "sim/network.h"
#include "sim/truth.h"
#include "sim/worker.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Fewer worlds say nothing of shares. */
#define SEEDS_FOR_CORNERS 2000
#define CORNER_PERCENT    10.0

struct row {
    const char *name;
    const char *text;
};

static const struct row fault_rows[] = {
#define FAULT(name, text) { #name, text },
    FAULTS(FAULT)
#undef FAULT
};

static const struct row extra_rows[] = {
#define EXTRA(name, text) { #name, text },
    EXTRAS(EXTRA)
#undef EXTRA
};

static const struct row corner_rows[] = {
#define CORNER(name, text) { #name, text },
    CORNERS(CORNER)
#undef CORNER
};

static const struct row mutation_rows[] = {
#define MUTATION(name, text) { #name, text },
    MUTATIONS(MUTATION)
#undef MUTATION
};

static const char *const refusal_names[REFUSAL_COUNT] = { "moved", "ahead", "no_fence", "closed",
    "lost" };

static const char *const violation_names[VIOLATION_COUNT] = { "OVER", "LOST", "SPLIT", "AUTHORS",
    "FENCE", "STALE", "STUCK", "PUBLISHED", "MISSED", "REFUSED", "PHANTOM" };

struct options {
    uint64_t first;
    uint64_t last;
    int trace;
    int all_mutations;
    int stop; /* with the first world that breaks a promise */
};

/* What a range of seeds came to. */
struct outcome {
    uint64_t seeds;
    uint64_t failed;
    uint64_t by_kind[VIOLATION_COUNT];
    uint64_t example[VIOLATION_COUNT];
};

static int
usage(void)
{
    puts("usage: counting_sim [--seeds A..B | --seed N] [--mutate NAME] [--fault NAME] "
         "[--stop] [--mutations]\n"
         "  --seeds A..B    these worlds, both ends included; 0..9999 unless told\n"
         "  --seed N        one world, with a trace of its steps\n"
         "  --mutate NAME   takes a rule out of the models; the run has to fail\n"
         "  --fault NAME    a fault that today's protocol is not built for\n"
         "  --stop          ends with the first world that breaks a promise\n"
         "  --mutations     every mutation, each until a seed notices; fails when one is missed");
    puts("mutations:");
    for (size_t i = 0; i < MUTATION_COUNT; i++) {
        printf("  %-22s %s\n", mutation_rows[i].name, mutation_rows[i].text);
    }
    puts("faults beyond today's protocol:");
    for (size_t i = 0; i < EXTRA_COUNT; i++) {
        printf("  %-22s %s\n", extra_rows[i].name, extra_rows[i].text);
    }
    return 2;
}

/* ---- options ---- */

static int
read_number(const char **text, uint64_t *number)
{
    char *end = NULL;

    errno = 0;
    *number = strtoull(*text, &end, 10);
    if (end == *text || errno != 0) {
        return 0;
    }
    *text = end;
    return 1;
}

static int
read_seeds(const char *text, struct options *options)
{
    if (!read_number(&text, &options->first) || strncmp(text, "..", 2) != 0) {
        return 0;
    }
    text += 2;
    return read_number(&text, &options->last) && *text == '\0' && options->first <= options->last;
}

static int
read_seed(const char *text, struct options *options)
{
    options->trace = 1;
    if (!read_number(&text, &options->first) || *text != '\0') {
        return 0;
    }
    options->last = options->first;
    return 1;
}

static int
read_name(const struct row *rows, size_t count, const char *name, uint32_t *bits)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *bits |= 1U << i;
            return 1;
        }
    }
    fprintf(stderr, "counting_sim: there is no \"%s\"\n", name);
    return 0;
}

static int
read_option(const char *name, const char *value, struct options *options, struct world *world)
{
    if (strcmp(name, "--seeds") == 0) {
        return read_seeds(value, options);
    }
    if (strcmp(name, "--seed") == 0) {
        return read_seed(value, options);
    }
    if (strcmp(name, "--mutate") == 0) {
        return read_name(mutation_rows, MUTATION_COUNT, value, &world->mutations);
    }
    if (strcmp(name, "--fault") == 0) {
        return read_name(extra_rows, EXTRA_COUNT, value, &world->extras);
    }
    return 0;
}

static int
read_options(int count, char **words, struct options *options, struct world *world)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--mutations") == 0) {
            options->all_mutations = 1;
        } else if (strcmp(words[i], "--stop") == 0) {
            options->stop = 1;
        } else if (i + 1 == count || !read_option(words[i], words[i + 1], options, world)) {
            return 0;
        } else {
            i++;
        }
    }
    return 1;
}

/* ---- running ---- */

static void
note_world(struct outcome *outcome, const struct world *world)
{
    outcome->seeds++;
    outcome->failed += world->violations != 0;
    for (size_t i = 0; i < VIOLATION_COUNT; i++) {
        if ((world->violations >> i & 1U) != 0 && outcome->by_kind[i]++ == 0) {
            outcome->example[i] = world->seed;
        }
    }
}

static struct outcome
run_seeds(struct world *world, const struct options *options)
{
    struct outcome outcome = { 0 };

    for (uint64_t seed = options->first;
            seed <= options->last && !(options->stop && outcome.failed > 0); seed++) {
        world->seed = seed;
        world_run(world);
        note_world(&outcome, world);
    }
    return outcome;
}

static uint64_t
say_refusals(const struct tallied *tallied)
{
    uint64_t sum = 0;

    printf("refusals:");
    for (size_t i = 0; i < REFUSAL_COUNT; i++) {
        printf(" %s %" PRIu64, refusal_names[i], tallied->refusals[i]);
        sum += tallied->refusals[i];
    }
    putchar('\n');
    return sum;
}

static void
say_events(const struct tallied *tallied)
{
    printf("steps %" PRIu64 ", applies %" PRIu64 ", folds %" PRIu64 ", resyncs %" PRIu64
           ", shards left idle %" PRIu64 "\n",
            tallied->steps, tallied->applies, tallied->folds, tallied->resyncs, tallied->idles);
    printf("late by the log %" PRIu64 ", late by idleness %" PRIu64
           "; refused flights with authors %" PRIu64 "; notices %" PRIu64 ", told again %" PRIu64
           "\n",
            tallied->late_by_log, tallied->late_by_idleness, tallied->ghost_authors,
            tallied->notices, tallied->notices_again);
    printf("faults:");
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        printf(" %s %" PRIu64, fault_rows[i].name, tallied->faults[i]);
    }
    putchar('\n');
    for (size_t i = 0; i < EXTRA_COUNT; i++) {
        if (tallied->extras[i] > 0) {
            printf("beyond the protocol: %s %" PRIu64 "\n", extra_rows[i].name, tallied->extras[i]);
        }
    }
}

/* How many corners too few worlds have met. */
static int
say_corners(const struct tallied *tallied, const struct outcome *outcome)
{
    int rare = 0;

    for (size_t i = 0; i < CORNER_COUNT; i++) {
        double share = 100.0 * (double)tallied->corners[i] / (double)outcome->seeds;
        int too_rare = outcome->seeds >= SEEDS_FOR_CORNERS && share < CORNER_PERCENT;
        printf("corner %-16s %5.1f %% of the worlds%s: %s\n", corner_rows[i].name, share,
                too_rare ? ", TOO RARE" : "", corner_rows[i].text);
        rare += too_rare;
    }
    return rare;
}

static void
say_violations(const struct outcome *outcome)
{
    for (size_t i = 0; i < VIOLATION_COUNT; i++) {
        if (outcome->by_kind[i] > 0) {
            printf("%s in %" PRIu64 " seeds, first %" PRIu64 "\n", violation_names[i],
                    outcome->by_kind[i], outcome->example[i]);
        }
    }
}

static int
run(struct world *world, const struct options *options)
{
    struct outcome outcome = run_seeds(world, options);

    say_events(&world->tallied);
    uint64_t refusals = say_refusals(&world->tallied);
    int rare = say_corners(&world->tallied, &outcome);
    say_violations(&outcome);
    printf("seeds %" PRIu64 "..%" PRIu64 ": %" PRIu64 " of %" PRIu64 " with violations, %" PRIu64
           " refusals\n",
            options->first, options->last, outcome.failed, outcome.seeds, refusals);
    if (refusals == 0 && options->first < options->last) {
        puts("nothing was refused: the faults do not reach what they are for");
        return 1;
    }
    return outcome.failed > 0 || rare > 0;
}

/* Every mutation until the first seed that notices. */
static int
run_mutations(struct world *world, const struct options *options)
{
    int missed = 0;

    for (uint32_t i = 0; i < MUTATION_COUNT; i++) {
        struct options one = *options;
        struct outcome outcome = { 0 };
        world->mutations = 1U << i;
        for (uint64_t seed = options->first; seed <= options->last && outcome.failed == 0; seed++) {
            one.first = seed;
            one.last = seed;
            outcome = run_seeds(world, &one);
        }
        if (outcome.failed > 0) {
            printf("found by seed %" PRIu64 ": %s\n", one.last, mutation_rows[i].name);
        } else {
            printf("MISSED: %s (%s)\n", mutation_rows[i].name, mutation_rows[i].text);
            missed++;
        }
    }
    printf("%d mutations, %d missed\n", MUTATION_COUNT, missed);
    return missed > 0;
}

static void
build(struct world *world)
{
    world->store = store_create();
    world->network = network_create();
    world->truth = truth_create();
    assert(world->store != NULL && world->network != NULL && world->truth != NULL);
    for (size_t i = 0; i < WORKERS; i++) {
        world->worker[i] = worker_create();
    }
    for (size_t i = 0; i < JUDGES; i++) {
        world->judge[i] = judge_create();
        assert(world->judge[i] != NULL);
    }
}

static void
tear_down(struct world *world)
{
    for (size_t i = 0; i < WORKERS; i++) {
        worker_destroy(&world->worker[i]);
    }
    for (size_t i = 0; i < JUDGES; i++) {
        judge_destroy(&world->judge[i]);
    }
    truth_destroy(&world->truth);
    network_destroy(&world->network);
    store_destroy(&world->store);
}

int
main(int count, char **words)
{
    struct options options = { .first = 0, .last = 9999 };
    struct world *world = calloc(1, sizeof *world);

    assert(world != NULL);
    if (!read_options(count, words, &options, world)) {
        free(world);
        return usage();
    }
    world->trace = options.trace ? stdout : NULL;
    build(world);
    int status = options.all_mutations ? run_mutations(world, &options) : run(world, &options);
    tear_down(world);
    free(world);
    return status;
}
