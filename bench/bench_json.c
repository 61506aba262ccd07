/*
 * bench_json: from a record's bytes to the fields of a mention.
 *
 *   bench_json --corpus FILE.ndjson.zst --format json
 *   bench_json --seed 7 --kind full
 *
 * Our reader for each instruction set of this machine, with all fields and, as "few", with what is left
 * when only the text, the time, the language and the followers are wanted; against simdjson on demand,
 * with the fields that bench_core takes and with three, and jansson, which builds the whole tree. The
 * shape is told to everybody. Records lie one after the other in memory, larger than the cache if the
 * corpus is. Status 2 when nothing could be measured.
 */
#include "course/record.h"
#include "generator/material.h"
#include "harness/report.h"
#include "mention/reader.h"
#include "json/simdjson_few.h"

#include <stdio.h>
#include <stdlib.h>

/* All and few for every instruction set, twice simdjson, jansson. */
#define CONTENDERS_MAX (2 * ISA_COUNT + 3)

struct entry {
    const struct lines *lines;
    struct reader *reader;
    struct simdjson_few *few;
    struct simdjson_reader *all;
    enum record_shape shape;
    uint64_t sum;   /* keeps the work from vanishing */
    size_t refused; /* in the last round */
};

struct bench {
    struct bench_options options;
    struct material material;
    json_t *report;
    enum record_shape shape;
    size_t size; /* of all records */
    size_t count;
    struct entry entries[CONTENDERS_MAX];
    struct contender contenders[CONTENDERS_MAX];
};

static size_t
read_ours(void *state)
{
    struct entry *entry = state;
    struct mention mention;
    struct reader_trouble trouble;

    entry->refused = 0;
    reader_clear(entry->reader);
    for (size_t i = 0; i < entry->lines->count; i++) {
        if (!reader_has_room(entry->reader)) {
            reader_clear(entry->reader);
        }
        enum rebato_fate fate =
                reader_read_on(entry->reader, entry->lines->at[i], &mention, &trouble);
        entry->refused += fate != REBATO_FATE_unmatched;
        entry->sum += mention.text.size + (uint64_t)mention.reach;
    }
    return entry->lines->count;
}

#if defined(BENCH_HAS_SIMDJSON)
static size_t
read_few(void *state)
{
    struct entry *entry = state;
    struct few few;

    entry->refused = 0;
    for (size_t i = 0; i < entry->lines->count; i++) {
        struct record_string line = { entry->lines->at[i].at, entry->lines->at[i].size };
        entry->refused += !simdjson_few_read(entry->few, entry->shape, line, &few);
        entry->sum += few.text.size + (uint64_t)few.followers;
    }
    return entry->lines->count;
}

static size_t
read_all(void *state)
{
    struct entry *entry = state;
    struct record record;

    entry->refused = 0;
    for (size_t i = 0; i < entry->lines->count; i++) {
        struct record_string line = { entry->lines->at[i].at, entry->lines->at[i].size };
        entry->refused += !simdjson_reader_read(entry->all, entry->shape, line, &record);
        entry->sum += record.text.size + (uint64_t)record.reach;
    }
    return entry->lines->count;
}
#endif

static size_t
read_tree(void *state)
{
    struct entry *entry = state;
    int native = entry->shape == RECORD_NATIVE;

    entry->refused = 0;
    for (size_t i = 0; i < entry->lines->count; i++) {
        struct view line = entry->lines->at[i];
        json_t *root = json_loadb(line.at, line.size, JSON_DECODE_ANY, NULL);
        json_t *author = json_object_get(root, native ? "author" : "user");
        json_t *followers = json_object_get(author, native ? "followers" : "followers_count");
        entry->refused += !json_is_string(json_object_get(root, "text"));
        entry->sum += json_string_length(json_object_get(root, "text")) +
                      json_string_length(json_object_get(root, "lang")) +
                      (uint64_t)json_integer_value(followers);
        json_decref(root);
    }
    return entry->lines->count;
}

/* The next entry, if it is wanted. */
static struct entry *
enter(struct bench *bench, const char *name, size_t (*round)(void *state))
{
    struct entry *entry = &bench->entries[bench->count];

    if (!bench_options_want(&bench->options, name)) {
        return NULL;
    }
    *entry = (struct entry){ .lines = &bench->material.lines, .shape = bench->shape };
    bench->contenders[bench->count++] =
            (struct contender){ .name = name, .round = round, .state = entry };
    return entry;
}

static void
enter_ours(struct bench *bench, enum isa isa, const char *name, uint32_t fields)
{
    struct reader_options options = { .fields = fields,
        .shape = bench->shape == RECORD_NATIVE ? "native" : "x-v1.1" };

    if (!isa_available(isa)) {
        report_absent(bench->report, name, "this machine cannot run it");
        return;
    }
    struct entry *entry = enter(bench, name, read_ours);
    if (entry != NULL) {
        entry->reader = reader_create_for(&options, isa);
        bench->count -= entry->reader == NULL;
    }
}

static void
enter_all(struct bench *bench)
{
    static const char *const names[ISA_COUNT][2] = { { "rebato-portable", "rebato-portable-few" },
        { "rebato-avx2", "rebato-avx2-few" }, { "rebato-avx512", "rebato-avx512-few" } };
    const uint32_t few = READER_FIELD_BIT(READER_FIELD_text) | READER_FIELD_BIT(READER_FIELD_lang) |
                         READER_FIELD_BIT(READER_FIELD_reach);

    for (int isa = 0; isa < ISA_COUNT; isa++) {
        enter_ours(bench, (enum isa)isa, names[isa][0], 0);
        enter_ours(bench, (enum isa)isa, names[isa][1], few);
    }
#if defined(BENCH_HAS_SIMDJSON)
    struct entry *entry = enter(bench, "simdjson", read_all);
    if (entry != NULL) {
        entry->all = simdjson_reader_create();
        bench->count -= entry->all == NULL;
    }
    entry = enter(bench, "simdjson-few", read_few);
    if (entry != NULL) {
        entry->few = simdjson_few_create();
        bench->count -= entry->few == NULL;
    }
#else
    report_absent(bench->report, "simdjson", "not built");
#endif
    enter(bench, "jansson", read_tree);
}

/* Rules are of no use here: a corpus alone will do. */
static int
load(struct bench *bench)
{
    const struct bench_options *options = &bench->options;
    struct lines *lines = &bench->material.lines;
    int given = (options->wishes & BENCH_SEEDED) == 0 && options->corpus != NULL;

    if (!(given ? lines_load(lines, options->corpus, options->limit)
                : material_load(&bench->material, options)) ||
            lines->count == 0) {
        return 0;
    }
    for (size_t i = 0; i < lines->count; i++) {
        bench->size += lines->at[i].size;
    }
    struct view first = lines->at[0];
    bench->shape = memmem(first.at, first.size, "\"user\"", 6) == NULL ? RECORD_NATIVE : RECORD_X;
    return 1;
}

static int
measure(struct bench *bench)
{
    struct calibration calibration = calibration_measure();
    double size = (double)bench->size / (double)bench->material.lines.count;

    bench->report = report_create("json", &bench->options, &calibration);
    if (bench->report == NULL) {
        return 0;
    }
    enter_all(bench);
    if (bench->count == 0 || !timing_run(bench->contenders, bench->count, bench->options.reps)) {
        return 0;
    }
    json_object_set_new(
            bench->report, "mentions", json_integer((json_int_t)bench->material.lines.count));
    json_object_set_new(bench->report, "record_bytes", json_real(size));
    for (size_t i = 0; i < bench->count; i++) {
        const struct contender *contender = &bench->contenders[i];
        json_t *engine = report_engine(bench->report, contender, "mention");
        json_object_set_new(engine, "mb_per_s", json_real(size * 1e3 / contender->median_ns));
        json_object_set_new(engine, "refused", json_integer((json_int_t)bench->entries[i].refused));
    }
    report_print(bench->report, &bench->options);
    return 1;
}

static void
fini(struct bench *bench)
{
    report_destroy(&bench->report);
    for (size_t i = 0; i < bench->count; i++) {
        reader_destroy(&bench->entries[i].reader);
#if defined(BENCH_HAS_SIMDJSON)
        simdjson_few_destroy(&bench->entries[i].few);
        simdjson_reader_destroy(&bench->entries[i].all);
#endif
    }
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
    status = load(&bench) && measure(&bench) ? 0 : 2;
    if (status != 0) {
        (void)fprintf(stderr, "nothing could be measured\n");
    }
    fini(&bench);
    return status;
}
