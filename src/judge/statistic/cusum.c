#include "judge/statistic/cusum.h"

#include "judge/statistic/special.h"

#define RATIO        5.0 /* it looks for five times what is usual */
#define BIN_MAX      4.0 /* one bin alone is the scan's business */
#define EVIDENCE_MAX 60.0
#define FEW_AN_HOUR  1.0 /* fewer usual people than this: chance moves them, nothing else */
#define EXPECTED_LEAST                                                                             \
    0.02 /* of a bin, when asking how far those who complain bring others along */
#define SPREAD_LEAST 0.01
#define SPREAD_MOST  3.0

void
cusum_restart(struct cusum *cusum, uint32_t bucket)
{
    *cusum = (struct cusum){ .from = bucket };
}

static uint32_t
bin_steps(const struct baseline *baseline)
{
    return STEPS_AN_HOUR * baseline_level(baseline) < FEW_AN_HOUR ? 1 : STEPS_AN_HOUR;
}

/* The wider of what a step and what an hour have taught. */
static double
spread_of_bin(const struct baseline *baseline, double expected)
{
    double step = baseline_dispersion(baseline, 0);
    double hour = baseline_dispersion(baseline, 1);
    double mean = expected > EXPECTED_LEAST ? expected : EXPECTED_LEAST;
    double spread = (hour > step ? hour : step) + BASELINE_CONTAGION / mean;

    return spread < SPREAD_LEAST ? SPREAD_LEAST : spread > SPREAD_MOST ? SPREAD_MOST : spread;
}

static double
evidence_of(double spread, double expected, uint64_t counted)
{
    double size = 1 / spread;
    double evidence =
            (double)counted * special_log(RATIO) -
            ((double)counted + size) * special_log((size + RATIO * expected) / (size + expected));

    return evidence < BIN_MAX ? evidence : BIN_MAX;
}

void
cusum_add(struct cusum *cusum,
        const struct baseline *baseline,
        uint32_t step,
        double expected,
        uint64_t counted)
{
    cusum->expected += expected;
    cusum->counted += counted;
    if (++cusum->steps < bin_steps(baseline)) {
        return;
    }
    /* Nobody is evidence against, and there is none to take back: most bins of most series. */
    if (cusum->counted > 0 || cusum->evidence > 0) {
        double spread = spread_of_bin(baseline, cusum->expected);
        cusum->evidence += evidence_of(spread, cusum->expected, cusum->counted);
    }
    if (cusum->evidence <= 0) {
        cusum_restart(cusum, (step + 1) * STEP_BUCKETS);
        return;
    }
    cusum->evidence = cusum->evidence < EVIDENCE_MAX ? cusum->evidence : EVIDENCE_MAX;
    cusum->steps = 0;
    cusum->counted = 0;
    cusum->expected = 0;
}
