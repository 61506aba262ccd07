#include "course/race.h"

#include <stdlib.h>

enum { SAMPLE_LINES_MIN = 256 };

static size_t
run_round(void *owner)
{
    struct racer *racer = owner;
    const struct engine_task *task = &racer->task;

    racer->result.matched = 0;
    racer->result.refused = 0;
    racer->course.run(racer->state, task, &racer->result);
    return (task->end - task->begin + task->stride - 1) / task->stride;
}

static void
enter(struct race *race, const struct course *course, json_t *report)
{
    struct racer *racer = &race->racers[race->count];
    char why[ENGINE_WHY_SIZE] = "";

    *racer = (struct racer){ .course = *course };
    racer->task = (struct engine_task){ NULL, 0, race->input.lines->count,
        course->pace == ENGINE_SAMPLE ? race->stride : 1, 0 };
    racer->state = course->create(&race->input, course->engine, why);
    racer->result.tally = tally_table_create(race->input.engines->rules);
    if (racer->state == NULL || racer->result.tally == NULL) {
        report_absent(report, course->name, why);
        tally_table_destroy(&racer->result.tally);
        if (racer->state != NULL) {
            course->destroy(&racer->state);
        }
        return;
    }
    race->contenders[race->count] =
            (struct contender){ .name = course->name, .round = run_round, .state = racer };
    race->count++;
}

void
race_init(struct race *race, json_t *report)
{
    size_t rules = race->input.engines->rules->count;
    struct course course;

    race->stride = 1;
    while (race->stride * 16 < rules && race->stride < 256 &&
            race->input.lines->count / (race->stride * 2) >= SAMPLE_LINES_MIN) {
        race->stride *= 2;
    }
    for (size_t i = 0; course_at(i, &course); i++) {
        if (bench_options_want(race->options, course.name)) {
            enter(race, &course, report);
        }
    }
}

void
race_fini(struct race *race)
{
    for (size_t i = 0; i < race->count; i++) {
        struct racer *racer = &race->racers[i];
        racer->course.destroy(&racer->state);
        tally_table_destroy(&racer->result.tally);
        pairs_fini(&racer->pairs);
    }
    race->count = 0;
}

/* Once more, with a fresh tally and the pairs kept. */
static int
look(struct racer *racer)
{
    if (!pairs_init(&racer->pairs, 4096)) {
        return 0;
    }
    tally_table_clear(racer->result.tally);
    racer->result.pairs = &racer->pairs;
    (void)run_round(racer);
    racer->result.pairs = NULL;
    racer->ran_full = racer->task.stride == 1;
    pairs_settle(&racer->pairs);
    return 1;
}

int
race_run(struct race *race)
{
    int done = timing_run(race->contenders, race->count, race->options->reps);

    for (size_t i = 0; i < race->count && done; i++) {
        done = look(&race->racers[i]);
    }
    return done;
}

static void
report_racer(const struct race *race, size_t index, json_t *object)
{
    const struct racer *racer = &race->racers[index];
    struct pairs sample = { 0 };

    json_object_set_new(object, "times_rebato",
            json_real(race->contenders[index].median_ns / race->contenders[0].median_ns));
    json_object_set_new(
            object, "mentions_per_second", json_real(1e9 / race->contenders[index].median_ns));
    json_object_set_new(object, "hits_hash", json_null());
    if (racer->ran_full) {
        report_set_hash(object, "hits_hash", pairs_hash(&racer->pairs));
    }
    if (pairs_sample(&racer->pairs, race->stride, &sample)) {
        report_set_hash(object, "sample_hash", pairs_hash(&sample));
        pairs_fini(&sample);
    }
    report_set_hash(object, "counts_hash", tally_table_hash(racer->result.tally));
    json_object_set_new(object, "over", json_string(racer->ran_full ? "every line" : "sample"));
    json_object_set_new(object, "pairs", json_integer((json_int_t)racer->pairs.count));
    json_object_set_new(object, "matched", json_integer((json_int_t)racer->result.matched));
    json_object_set_new(object, "refused", json_integer((json_int_t)racer->result.refused));
    json_object_set_new(
            object, "counted", json_integer((json_int_t)tally_table_sum(racer->result.tally)));
}

size_t
race_report(const struct race *race, json_t *report)
{
    const struct racer *first = &race->racers[0];
    size_t differences = 0;

    json_object_set_new(report, "sample_stride", json_integer((json_int_t)race->stride));
    for (size_t i = 0; i < race->count; i++) {
        const struct racer *racer = &race->racers[i];
        json_t *object = report_engine(report, &race->contenders[i], "mention");
        if (object != NULL) {
            report_racer(race, i, object);
        }
        /* The one on raw rules answers another question; bench_match --audit classes the answers.
         * */
        differences += racer->course.pace == ENGINE_EVERY &&
                       (pairs_hash(&racer->pairs) != pairs_hash(&first->pairs) ||
                               tally_table_hash(racer->result.tally) !=
                                       tally_table_hash(first->result.tally));
    }
    json_object_set_new(report, "differences", json_integer((json_int_t)differences));
    return differences;
}
