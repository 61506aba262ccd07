/*
 * contest: engines side by side over one corpus, and whether they found the same.
 *
 *   full    the pairs over every line: of fast engines always, of slow ones when asked for or when
 *           they fit in the budget
 *   sample  the pairs over every k-th line: of all engines, so that all can be compared
 */
#ifndef REBATO_BENCH_CONTEST_CONTEST_H
#define REBATO_BENCH_CONTEST_CONTEST_H

#include "engines/engines.h"
#include "harness/options.h"
#include "harness/report.h"
#include "harness/texts.h"

struct entrant {
    const struct engine *engine;
    void *state;
    struct engine_task task;
    struct pairs round; /* what the last round found */
    double create_ms;
    struct pairs full;
    struct pairs sample;
    int ran_full;
};

struct contest {
    const struct bench_options *options;
    const struct texts *texts;
    struct entrant entrants[ENGINES_MAX];
    struct contender contenders[ENGINES_MAX];
    size_t count;
    size_t stride; /* of the sample */
};

/* Creates the engines that are wanted and possible; those that are not are told to the report.
 * `contest` stays where it is. */
void contest_init(struct contest *contest, const struct engine_input *input, json_t *report);
void contest_fini(struct contest *contest);

/* Times all, then fills full and sample. False when out of memory. */
int contest_run(struct contest *contest);
/* NULL when it takes no part. */
const struct entrant *contest_find(const struct contest *contest, const char *name);
/* One engine more in the report for each. */
void contest_report(const struct contest *contest, json_t *report);
/* Differences between engines on folded text; each is told to the report. */
size_t contest_compare(const struct contest *contest, json_t *report);

#endif
