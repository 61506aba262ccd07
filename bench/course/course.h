/*
 * course: the whole way of a contender, from the bytes of records to counts.
 *
 *   NDJSON ─▶ fields ─▶ folded text ─▶ hits ─▶ brand × category × second
 */
#ifndef REBATO_BENCH_COURSE_COURSE_H
#define REBATO_BENCH_COURSE_COURSE_H

#include "course/record.h"
#include "course/tally_table.h"
#include "engines/engines.h"
#include "engines/rebato_rules.h"

struct course_input {
    const struct lines *lines;
    const struct engine_input *engines;
    const struct rebato_rules *rebato; /* shared by the threads that use it */
    enum record_shape shape;
};

/* What came out of one run. */
struct course_result {
    struct tally_table *tally;
    struct pairs *pairs; /* all of them; NULL: not asked for */
    size_t matched;
    size_t refused;
};

struct course {
    const char *name;
    enum engine_pace pace;
    const char *engine; /* its name, for peers */
    /* NULL and `why` when it cannot be. The input outlives the course. */
    void *(*create)(
            const struct course_input *input, const char *engine, char why[ENGINE_WHY_SIZE]);
    /* Lines begin, begin + stride, ... below end. */
    void (*run)(void *state, const struct engine_task *task, struct course_result *result);
    void (*destroy)(void **state);
};

/* Row `index`; false behind the last. */
int course_at(size_t index, struct course *course);

/* One of them, each in its file. */
void course_rebato(struct course *course);
void course_simdjson(struct course *course);
void course_dom(struct course *course);

/* Hits of a batch, in any order of rules but line by line, into the tally. `times` are those of
 * lines. */
struct course_times {
    uint32_t line;
    int64_t time_ms;
};
void course_count(const struct pairs *hits,
        const struct course_times *times,
        size_t count,
        struct course_result *result);

/* Milliseconds of a record's time; 0 when it has none. */
int64_t course_time(const struct record *record);
/* The text as X means it: &amp; is &. `out` takes TEXT_SIZE_MAX bytes and is used when need be. */
struct view course_text(const struct record *record, char *out);

#endif
