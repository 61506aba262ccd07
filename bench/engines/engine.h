/*
 * engine: one way to find which rules match which texts.
 *
 *   create(input) ─▶ run(lines) ─▶ pairs (line, rule) ─▶ destroy
 *
 * Engines on folded text must all give the same pairs; what an engine cannot say exactly it asks
 * PCRE2 about (`input->folded`), inside its own time.
 */
#ifndef REBATO_BENCH_ENGINES_ENGINE_H
#define REBATO_BENCH_ENGINES_ENGINE_H

#include "engines/compiled.h"
#include "harness/pairs.h"
#include "harness/rules.h"

#include "core/isa.h"

#include <jansson.h>

#define ENGINE_WHY_SIZE 200

struct hs_library;

struct engine_input {
    const struct rules *rules;
    const struct compiled *folded; /* all rules, for whoever confirms; read-only */
    const struct compiled *raw;
    const struct hs_library *hs;        /* Vectorscan as it is linked */
    const struct hs_library *hs_loaded; /* Hyperscan, NULL when none was asked for */
    enum isa isa;
};

/* Lines begin, begin + stride, ... below end; texts[i] is line i's. */
struct engine_task {
    const struct view *texts;
    size_t begin, end, stride;
    int fresh; /* 1: other texts than the last time, though in the same places */
};

/* Engines that scan batches keep those of the last task, so that only the first run makes them. */
static inline int
engine_task_same(const struct engine_task *a, const struct engine_task *b)
{
    return !b->fresh && a->texts == b->texts && a->begin == b->begin && a->end == b->end &&
           a->stride == b->stride;
}

enum engine_text { ENGINE_FOLDED, ENGINE_RAW };
enum engine_pace {
    ENGINE_EVERY,  /* fast enough to be timed on every line */
    ENGINE_SAMPLE, /* pattern by pattern: timed on every k-th */
};

struct engine {
    const char *name;
    enum engine_text text;
    enum engine_pace pace;
    /* NULL, and a reason in `why`, when it cannot take these rules. */
    void *(*create)(const struct engine_input *input, char why[ENGINE_WHY_SIZE]);
    void (*run)(void *state, const struct engine_task *task, struct pairs *pairs);
    void (*destroy)(void **state);
    /* Further members of the engine's report, all a mention; NULL: none. */
    void (*describe)(const void *state, json_t *report);
};

#endif
