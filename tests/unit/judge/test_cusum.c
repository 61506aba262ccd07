#include "judge/statistic/cusum.h"

#include <criterion/criterion.h>

/* A series whose usual step holds `mean` people, known for a month. */
static struct baseline
known(double mean, double spread)
{
    struct baseline baseline;

    baseline_init(&baseline, mean);
    baseline.complaint_sum = 1000;
    for (int scale = 0; scale < SCALE_COUNT; scale++) {
        baseline.spread_sum[scale] = spread;
        baseline.spread_weight[scale] = 1;
    }
    return baseline;
}

static struct cusum
after(const struct baseline *baseline, double expected, uint64_t counted, uint32_t steps)
{
    struct cusum cusum;

    cusum_restart(&cusum, 0);
    for (uint32_t step = 0; step < steps; step++) {
        cusum_add(&cusum, baseline, step, expected, counted);
    }
    return cusum;
}

struct hours_row {
    const char *name;
    double mean;      /* people expected in a step */
    uint64_t counted; /* people who came in each */
    uint32_t steps;
    double least, most; /* evidence */
};

static const struct hours_row rows[] = {
    { "nobody comes", 0.01, 0, 288, 0, 0 },
    { "as many as ever", 4, 4, 288, 0, 0 },
    { "twice as many, which many of an hour do together", 4, 8, 288, 0, 0 },
    { "one an hour where one a week is usual", 0.0005, 1, 4, 3, 20 },
    { "five times as many for half a day", 4, 20, 144, 6, 60 },
    { "five times as many, but the hour is not over", 4, 20, 11, 0, 0 },
    { "for ever", 1, 50, 2880, 60, 60 },
};

Test(cusum, an_hour_of_many_says_one_thing_once)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct hours_row *row = &rows[i];
        struct baseline baseline = known(row->mean, 0.05);
        struct cusum cusum = after(&baseline, row->mean, row->counted, row->steps);
        cr_expect(cusum.evidence >= row->least && cusum.evidence <= row->most, "%s: %g", row->name,
                cusum.evidence);
    }
}

Test(cusum, its_zero_suggests_the_onset)
{
    struct baseline baseline = known(0.001, 0.05);
    struct cusum cusum = after(&baseline, 0.001, 0, 100);
    cr_assert_eq(cusum.from, 100u * STEP_BUCKETS);
    cusum_add(&cusum, &baseline, 100, 0.001, 3);
    cr_assert_gt(cusum.evidence, 0);
    cr_assert_eq(cusum.from, 100u * STEP_BUCKETS);
}

Test(cusum, what_was_collected_before_a_restart_is_gone)
{
    struct baseline baseline = known(4, 0.05);
    struct cusum cusum = after(&baseline, 4, 20, 150);
    cusum_restart(&cusum, 7);
    cr_assert_eq(cusum.evidence, 0);
    cr_assert_eq(cusum.steps, 0u);
    cr_assert_eq(cusum.from, 7u);
}
