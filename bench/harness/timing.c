#include "harness/timing.h"

#include "core/process/clock.h"

#include <assert.h>
#include <stdlib.h>

static int
compare_doubles(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;

    return (*left > *right) - (*left < *right);
}

static double
time_round(struct contender *contender)
{
    int64_t start = clock_monotonic_ns();

    contender->units = contender->round(contender->state);
    int64_t end = clock_monotonic_ns();
    assert(contender->units > 0);
    return (double)(end - start) / (double)contender->units;
}

static void
summarize(struct contender *contender, double *figures, unsigned reps)
{
    qsort(figures, reps, sizeof *figures, compare_doubles);
    contender->lowest_ns = figures[0];
    contender->highest_ns = figures[reps - 1];
    contender->median_ns =
            reps % 2 == 1 ? figures[reps / 2] : (figures[reps / 2 - 1] + figures[reps / 2]) / 2;
}

int
timing_run(struct contender *contenders, size_t count, unsigned reps)
{
    assert(reps > 0 && reps <= TIMING_REPS_MAX);
    double *figures = calloc(count * reps + 1, sizeof *figures);

    if (figures == NULL) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        contenders[i].first_ns = time_round(&contenders[i]);
    }
    for (unsigned rep = 0; rep < reps; rep++) {
        for (size_t i = 0; i < count; i++) {
            figures[i * reps + rep] = time_round(&contenders[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        summarize(&contenders[i], figures + i * reps, reps);
    }
    free(figures);
    return 1;
}
