/*
 * Several cores. What is asked is whether threads of ours stand in each other's way, not whether
 * this machine gives them a whole core each, so the same is measured with a loop that touches no
 * memory:
 *
 *   scaling = (time of one / time of n, each with an n-th) / (the same of the loop)
 *
 * Clouds often share what they sell as two cores; then the loop scales badly, too.
 */
#include "course/race.h"

#include "core/process/clock.h"
#include "core/process/thread.h"

#include <stdio.h>
#include <stdlib.h>

enum { THREADS_MAX = 64 };

struct worker {
    struct thread thread;
    pthread_barrier_t *start;
    int cpu;
    void *state; /* of the course; NULL: the loop */
    const struct course *course;
    struct engine_task task;
    struct course_result result;
    uint64_t steps;
    int64_t start_ns, end_ns; /* its own clock: whoever starts it may get no core meanwhile */
};

static void
work(struct worker *worker)
{
    worker->start_ns = clock_monotonic_ns();
    if (worker->state == NULL) {
        worker->steps ^= calibration_alu(worker->steps);
    } else {
        worker->course->run(worker->state, &worker->task, &worker->result);
    }
    worker->end_ns = clock_monotonic_ns();
}

static void *
work_in_thread(void *owner)
{
    struct worker *worker = owner;

    (void)bench_pin(worker->cpu);
    (void)pthread_barrier_wait(worker->start);
    work(worker);
    return NULL;
}

/* From the start of the first to the end of the last; 0 when a thread could not start. */
static double
time_all(struct worker *workers, unsigned count)
{
    pthread_barrier_t start;
    int64_t start_ns = INT64_MAX;
    int64_t end_ns = 0;
    unsigned started = 0;

    if (pthread_barrier_init(&start, NULL, count + 1) != 0) {
        return 0;
    }
    for (; started < count; started++) {
        workers[started].start = &start;
        if (!thread_start(&workers[started].thread, "bench", work_in_thread, &workers[started])) {
            (void)fprintf(stderr, "thread %u could not start\n", started);
            abort(); /* those that started wait for it at the barrier */
        }
    }
    (void)pthread_barrier_wait(&start);
    for (unsigned i = 0; i < count; i++) {
        thread_join(&workers[i].thread);
        start_ns = workers[i].start_ns < start_ns ? workers[i].start_ns : start_ns;
        end_ns = workers[i].end_ns > end_ns ? workers[i].end_ns : end_ns;
    }
    (void)pthread_barrier_destroy(&start);
    return (double)(end_ns - start_ns);
}

static int
workers_init(struct worker *workers, unsigned count, const struct race *race)
{
    char why[ENGINE_WHY_SIZE];

    for (unsigned i = 0; i < count; i++) {
        const struct racer *ours = &race->racers[0];
        workers[i] = (struct worker){ .cpu = (int)i, .course = &ours->course };
        workers[i].state = ours->course.create(&race->input, NULL, why);
        workers[i].result.tally = tally_table_create(race->input.engines->rules);
        if (workers[i].state == NULL || workers[i].result.tally == NULL) {
            return 0;
        }
    }
    return 1;
}

static void
workers_fini(struct worker *workers, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (workers[i].state != NULL) {
            workers[i].course->destroy(&workers[i].state);
        }
        tally_table_destroy(&workers[i].result.tally);
    }
}

/* Each on its own core over all lines, one after the other: the mean of the cores. */
static double
time_alone(struct worker *workers, unsigned count, size_t lines)
{
    double sum = 0;

    for (unsigned i = 0; i < count; i++) {
        workers[i].task = (struct engine_task){ NULL, 0, lines, 1, 0 };
        sum += time_all(&workers[i], 1);
    }
    return sum / count;
}

static double
time_together(struct worker *workers, unsigned count, size_t lines)
{
    for (unsigned i = 0; i < count; i++) {
        workers[i].task =
                (struct engine_task){ NULL, lines * i / count, lines * (i + 1) / count, 1, 0 };
    }
    return time_all(workers, count);
}

/* Time of one for n times the work of each of n, as for the lines. */
static double
loop_speedup(unsigned count)
{
    const uint64_t steps = 40000000;
    struct worker loops[THREADS_MAX];
    double alone = 0;

    for (unsigned i = 0; i < count; i++) {
        loops[i] = (struct worker){ .cpu = (int)i, .steps = steps };
        alone += time_all(&loops[i], 1);
    }
    for (unsigned i = 0; i < count; i++) {
        loops[i] = (struct worker){ .cpu = (int)i, .steps = steps };
    }
    return alone / time_all(loops, count);
}

static int
compare_doubles(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;

    return (*left > *right) - (*left < *right);
}

static double
median(double *figures, unsigned count)
{
    qsort(figures, count, sizeof *figures, compare_doubles);
    return figures[count / 2];
}

int
race_scale(const struct race *race, json_t *report)
{
    enum { REPS_MAX = 99 };
    struct worker workers[THREADS_MAX] = { 0 };
    unsigned count = race->options->threads;
    unsigned reps = race->options->reps < REPS_MAX ? race->options->reps : REPS_MAX;
    size_t lines = race->input.lines->count;
    double ours[REPS_MAX];
    double loop[REPS_MAX];
    double ratio[REPS_MAX];

    if (race->count == 0 || race->racers[0].course.engine != NULL ||
            !workers_init(workers, count, race)) {
        workers_fini(workers, count);
        return 0;
    }
    (void)time_alone(workers, count, lines); /* warm */
    for (unsigned i = 0; i < reps; i++) {
        double alone = time_alone(workers, count, lines);
        ours[i] = alone / time_together(workers, count, lines);
        loop[i] = loop_speedup(count);
        ratio[i] = ours[i] / loop[i];
    }
    workers_fini(workers, count);
    json_object_set_new(report, "scaling",
            json_pack("{s:i, s:f, s:f, s:f}", "threads", (int)count, "speedup", median(ours, reps),
                    "loop_speedup", median(loop, reps), "scaling", median(ratio, reps)));
    return 1;
}
