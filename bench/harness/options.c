#include "harness/options.h"

#include "harness/calibration.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    OPTION_RULES = 256,
    OPTION_CORPUS,
    OPTION_ENGINES,
    OPTION_HYPERSCAN,
    OPTION_KIND,
    OPTION_SEED,
    OPTION_RULE_COUNT,
    OPTION_LIMIT,
    OPTION_ALIASES,
    OPTION_REPS,
    OPTION_THREADS,
    OPTION_CPU,
    OPTION_BUDGET,
    OPTION_ISA,
    OPTION_FORMAT,
    OPTION_OUT_DIR,
    OPTION_AUDIT,
    OPTION_COMPILE,
    OPTION_HELP,
};

static const struct option long_options[] = {
    { "rules", required_argument, NULL, OPTION_RULES },
    { "corpus", required_argument, NULL, OPTION_CORPUS },
    { "engines", required_argument, NULL, OPTION_ENGINES },
    { "hyperscan", required_argument, NULL, OPTION_HYPERSCAN },
    { "kind", required_argument, NULL, OPTION_KIND },
    { "seed", required_argument, NULL, OPTION_SEED },
    { "rule-count", required_argument, NULL, OPTION_RULE_COUNT },
    { "limit", required_argument, NULL, OPTION_LIMIT },
    { "aliases", required_argument, NULL, OPTION_ALIASES },
    { "reps", required_argument, NULL, OPTION_REPS },
    { "threads", required_argument, NULL, OPTION_THREADS },
    { "cpu", required_argument, NULL, OPTION_CPU },
    { "budget", required_argument, NULL, OPTION_BUDGET },
    { "isa", required_argument, NULL, OPTION_ISA },
    { "format", required_argument, NULL, OPTION_FORMAT },
    { "out-dir", required_argument, NULL, OPTION_OUT_DIR },
    { "audit", no_argument, NULL, OPTION_AUDIT },
    { "compile", no_argument, NULL, OPTION_COMPILE },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static const char usage[] =
        "usage: %s --rules FILE.tsv --corpus FILE.ndjson[.zst|.gz]\n"
        "       %s --seed N [--kind lean|hot|full] [--rule-count N]\n"
        "  --engines A,B    only these          --reps N     rounds (median; default 5)\n"
        "  --limit N        lines of the corpus --cpu N      pin to this core (-1: no; default 0)\n"
        "  --isa NAME       portable avx2 avx512 --threads N  workers (bench_core)\n"
        "  --format F       text (default) json --budget S   seconds for a full run of a slow "
        "engine\n"
        "  --audit          every line through the oracle; exit 1 on a difference\n"
        "  --compile        how long the rules take to compile\n"
        "  --aliases N      so many generated names of brands on top of the rules\n"
        "  --hyperscan PATH a libhs.so.5 to run beside the linked one\n";

static int
read_number(const char *text, uint64_t lowest, uint64_t highest, uint64_t *number)
{
    return view_to_u64(view_of(text), number) && *number >= lowest && *number <= highest;
}

static int
read_size(const char *text, size_t *size)
{
    uint64_t number;

    if (!read_number(text, 1, SIZE_MAX / 2, &number)) {
        return 0;
    }
    *size = (size_t)number;
    return 1;
}

static int
read_unsigned(const char *text, unsigned highest, unsigned *out)
{
    uint64_t number;

    if (!read_number(text, 1, highest, &number)) {
        return 0;
    }
    *out = (unsigned)number;
    return 1;
}

static int
read_cpu(const char *text, int *cpu)
{
    uint64_t number = 0;

    if (view_equal(view_of(text), VIEW("-1"))) {
        *cpu = -1;
        return 1;
    }
    if (!read_number(text, 0, 1023, &number)) {
        return 0;
    }
    *cpu = (int)number;
    return 1;
}

static int
read_seed(struct bench_options *options, const char *text)
{
    options->wishes |= BENCH_SEEDED;
    return read_number(text, 0, UINT64_MAX, &options->seed);
}

/* Readers choose for themselves, and look at the environment for it. */
static int
read_isa(const char *text, enum isa *isa)
{
    return isa_named(view_of(text), isa) && isa_available(*isa) &&
           setenv("REBATO_ISA", text, 1) == 0; /* NOLINT(concurrency-mt-unsafe): before threads */
}

static int
read_format(const char *text, enum bench_format *format)
{
    *format = strcmp(text, "json") == 0 ? BENCH_JSON : BENCH_TEXT;
    return *format == BENCH_JSON || strcmp(text, "text") == 0;
}

static int
read_budget(const char *text, double *seconds)
{
    char *end;

    *seconds = strtod(text, &end);
    return end != text && *end == '\0' && *seconds >= 0;
}

static int
read_kind(const char *text, const char **kind)
{
    *kind = text;
    return strcmp(text, "lean") == 0 || strcmp(text, "hot") == 0 || strcmp(text, "full") == 0;
}

/* What names a thing; anything goes, and opening it says whether it is one. */
static int
read_name(struct bench_options *options, int option, const char *text)
{
    switch (option) {
    case OPTION_RULES:
        options->rules = text;
        return 1;
    case OPTION_CORPUS:
        options->corpus = text;
        return 1;
    case OPTION_ENGINES:
        options->engines = text;
        return 1;
    case OPTION_HYPERSCAN:
        options->hyperscan = text;
        return 1;
    case OPTION_OUT_DIR:
        options->out_dir = text;
        return 1;
    case OPTION_AUDIT:
        options->wishes |= BENCH_AUDIT;
        return 1;
    case OPTION_COMPILE:
        options->wishes |= BENCH_COMPILE;
        return 1;
    default:
        return 0;
    }
}

static int
read_option(struct bench_options *options, int option, const char *text)
{
    switch (option) {
    case OPTION_KIND:
        return read_kind(text, &options->kind);
    case OPTION_SEED:
        return read_seed(options, text);
    case OPTION_RULE_COUNT:
        return read_size(text, &options->rule_count);
    case OPTION_LIMIT:
        return read_size(text, &options->limit);
    case OPTION_ALIASES:
        return read_size(text, &options->aliases);
    case OPTION_REPS:
        return read_unsigned(text, 1000, &options->reps);
    case OPTION_THREADS:
        return read_unsigned(text, 64, &options->threads);
    case OPTION_CPU:
        return read_cpu(text, &options->cpu);
    case OPTION_BUDGET:
        return read_budget(text, &options->budget_s);
    case OPTION_ISA:
        return read_isa(text, &options->isa);
    case OPTION_FORMAT:
        return read_format(text, &options->format);
    default:
        return read_name(options, option, text);
    }
}

static const char *
option_name(int option)
{
    for (const struct option *row = long_options; row->name != NULL; row++) {
        if (row->val == option) {
            return row->name;
        }
    }
    return "";
}

static int
say_usage(FILE *out, const char *program)
{
    (void)fprintf(out, usage, program, program);
    return 1;
}

int
bench_options_read(struct bench_options *options, int argc, char **argv, int *status)
{
    int option;

    *options = (struct bench_options){ .kind = "lean",
        .rule_count = 500,
        .limit = SIZE_MAX,
        .reps = 5,
        .threads = 1,
        .cpu = 0,
        .budget_s = 10,
        .isa = isa_choose() };
    *status = 2;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): before threads */
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (option == OPTION_HELP) {
            *status = 0;
            return say_usage(stdout, argv[0]);
        }
        if (option == '?') {
            return say_usage(stderr, argv[0]);
        }
        if (!read_option(options, option, optarg)) {
            (void)fprintf(stderr, "%s: --%s cannot be %s\n", argv[0], option_name(option), optarg);
            return 1;
        }
    }
    if (optind < argc) {
        return say_usage(stderr, argv[0]);
    }
    if (options->cpu >= 0 && !bench_pin(options->cpu)) {
        (void)fprintf(stderr, "not pinned: core %d is not ours\n", options->cpu);
    }
    return 0;
}

int
bench_options_want(const struct bench_options *options, const char *engine)
{
    size_t size = strlen(engine);
    const char *at = options->engines;

    while (at != NULL) {
        if (strncmp(at, engine, size) == 0 && (at[size] == ',' || at[size] == '\0')) {
            return 1;
        }
        at = strchr(at, ',');
        at = at == NULL ? NULL : at + 1;
    }
    return options->engines == NULL;
}
