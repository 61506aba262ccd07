/*
 * race: courses side by side over one corpus, and ours on several cores.
 */
#ifndef REBATO_BENCH_COURSE_RACE_H
#define REBATO_BENCH_COURSE_RACE_H

#include "course/course.h"
#include "harness/options.h"
#include "harness/report.h"

#define RACE_MAX 8

struct racer {
    struct course course;
    void *state;
    struct engine_task task;
    struct course_result result;
    struct pairs pairs; /* of the run that is looked at, settled */
    int ran_full;
};

struct race {
    const struct bench_options *options;
    struct course_input input;
    struct racer racers[RACE_MAX];
    struct contender contenders[RACE_MAX];
    size_t count;
    size_t stride;
};

/* Those that are wanted and possible; the others are told to the report. `race` stays where it is.
 * */
void race_init(struct race *race, json_t *report);
void race_fini(struct race *race);
/* False when out of memory. */
int race_run(struct race *race);
/* Puts all in the report; returns how many differ from ours in what they found. */
size_t race_report(const struct race *race, json_t *report);

/* How much faster options->threads pinned threads are than one, beside a loop that needs no memory.
 * */
int race_scale(const struct race *race, json_t *report);

#endif
