/*
 * bench_fold: a text from as it was written to the form that rules are matched on.
 *
 *   bench_fold --corpus FILE.ndjson.zst --format json
 *   bench_fold --seed 7 --kind lean
 *
 * fold_into() for each instruction set of this machine, fold_text() with the way back, and two peers:
 * memcpy, which is the floor, and a loop over tables as one writes it first, which knows Latin letters
 * and nothing of runs. Texts lie one after the other in memory, larger than the cache if the corpus is.
 * Status 2 when nothing could be measured.
 */
#include "generator/material.h"
#include "harness/report.h"
#include "harness/texts.h"

#include <stdio.h>
#include <stdlib.h>

/* Every instruction set, then fold_text, tables, memcpy. */
#define CONTENDERS_MAX (ISA_COUNT + 3)

enum how { HOW_INTO, HOW_TEXT, HOW_TABLES, HOW_COPY };

struct entry {
    const struct texts *texts;
    struct folded *folded;
    char *out;
    uint64_t sum; /* keeps the work from vanishing */
    enum how how;
    enum isa isa;
};

struct bench {
    struct bench_options options;
    struct material material;
    struct texts texts;
    struct folded *folded;
    char *out;
    json_t *report;
    size_t count;
    struct entry entries[CONTENDERS_MAX];
    struct contender contenders[CONTENDERS_MAX];
};

/* One byte at a time: ASCII and the letters of U+00C0-017F; a combining mark goes. */
static size_t
fold_by_tables(struct view text, unsigned char *out)
{
    static const unsigned char latin[] =
            "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkqlllllll"
            "lllnnnnnn...oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
    const unsigned char *bytes = (const unsigned char *)text.at;
    size_t size = 0;

    for (size_t at = 0; at < text.size; at++) {
        unsigned char byte = bytes[at];
        unsigned char next = at + 1 < text.size ? bytes[at + 1] : 0;
        unsigned char letter = '.';
        if (byte >= 0xC3 && byte <= 0xC5) {
            letter = latin[(size_t)(byte - 0xC3) * 64 + (next & 63)];
        }
        if (byte < 0x80) {
            out[size++] = byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
        } else if (letter != '.') {
            out[size++] = letter;
            at++;
        } else if (byte == 0xCC || (byte == 0xCD && next < 0xB0)) {
            at++;
        } else {
            out[size++] = byte;
        }
    }
    return size;
}

static size_t
fold_one(const struct entry *entry, struct view text)
{
    switch (entry->how) {
    case HOW_INTO:
        return fold_into(entry->isa, text, FOLD_SQUEEZE_REPEATS, entry->out);
    case HOW_TEXT:
        fold_text(text, FOLD_SQUEEZE_REPEATS, entry->folded);
        return entry->folded->size;
    case HOW_TABLES:
        return fold_by_tables(text, (unsigned char *)entry->out);
    case HOW_COPY:
        break;
    }
    memcpy(entry->out, text.at, text.size);
    return text.size;
}

static size_t
fold_all(void *state)
{
    struct entry *entry = state;

    for (size_t i = 0; i < entry->texts->count; i++) {
        if (entry->texts->raw[i].size > 0) {
            entry->sum += fold_one(entry, entry->texts->raw[i]);
            entry->sum += (unsigned char)entry->out[0];
        }
    }
    return entry->texts->count;
}

static void
enter(struct bench *bench, const char *name, enum how how, enum isa isa)
{
    struct entry *entry = &bench->entries[bench->count];

    if (!bench_options_want(&bench->options, name)) {
        return;
    }
    *entry = (struct entry){
        .texts = &bench->texts, .folded = bench->folded, .out = bench->out, .how = how, .isa = isa
    };
    bench->contenders[bench->count++] =
            (struct contender){ .name = name, .round = fold_all, .state = entry };
}

static void
enter_all(struct bench *bench)
{
    static const char *const names[ISA_COUNT] = { "fold-portable", "fold-avx2", "fold-avx512" };

    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (isa_available((enum isa)isa)) {
            enter(bench, names[isa], HOW_INTO, (enum isa)isa);
        } else {
            report_absent(bench->report, names[isa], "this machine cannot run it");
        }
    }
    enter(bench, "fold-text", HOW_TEXT, ISA_PORTABLE);
    enter(bench, "tables", HOW_TABLES, ISA_PORTABLE);
    enter(bench, "memcpy", HOW_COPY, ISA_PORTABLE);
}

/* Rules are of no use here: a corpus alone will do. */
static int
load_lines(struct bench *bench)
{
    const struct bench_options *options = &bench->options;

    if ((options->wishes & BENCH_SEEDED) == 0 && options->corpus != NULL) {
        return lines_load(&bench->material.lines, options->corpus, options->limit);
    }
    return material_load(&bench->material, options);
}

static int
load(struct bench *bench)
{
    if (!load_lines(bench) ||
            !texts_load(&bench->texts, &bench->material.lines, bench->options.isa)) {
        return 0;
    }
    if (bench->texts.raw_size == 0) {
        (void)fprintf(stderr, "nothing to measure: no texts\n");
        return 0;
    }
    bench->folded = malloc(sizeof *bench->folded);
    bench->out = calloc(1, TEXT_SIZE_MAX * FOLD_GROWTH_MAX + FOLD_SLACK);
    return bench->folded != NULL && bench->out != NULL;
}

static int
measure(struct bench *bench)
{
    struct calibration calibration = calibration_measure();
    double text_size = (double)bench->texts.raw_size / (double)bench->texts.count;

    bench->report = report_create("fold", &bench->options, &calibration);
    if (bench->report == NULL) {
        return 0;
    }
    enter_all(bench);
    if (bench->count == 0 || !timing_run(bench->contenders, bench->count, bench->options.reps)) {
        return 0;
    }
    json_object_set_new(bench->report, "mentions", json_integer((json_int_t)bench->texts.count));
    json_object_set_new(bench->report, "text_bytes", json_real(text_size));
    for (size_t i = 0; i < bench->count; i++) {
        const struct contender *contender = &bench->contenders[i];
        json_t *engine = report_engine(bench->report, contender, "mention");
        json_object_set_new(engine, "mb_per_s", json_real(text_size * 1e3 / contender->median_ns));
    }
    report_print(bench->report, &bench->options);
    return 1;
}

static void
fini(struct bench *bench)
{
    report_destroy(&bench->report);
    free(bench->out);
    free(bench->folded);
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
    status = load(&bench) && measure(&bench) ? 0 : 2;
    if (status != 0) {
        (void)fprintf(stderr, "nothing could be measured\n");
    }
    fini(&bench);
    return status;
}
