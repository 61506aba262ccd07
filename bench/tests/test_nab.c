#include "nab/scoring.h"

#include <criterion/criterion.h>
#include <math.h>

#define NEARLY 1e-9

static const struct nab_window windows[] = { { 30, 39 }, { 60, 69 } };
static const struct nab_rows rows = { .count = 100, .windows = windows, .window_count = 2 };

static double
sigmoid(double x)
{
    return 2 / (1 + exp(5 * x)) - 1;
}

static double
standard(const size_t *alarms, size_t count)
{
    return nab_raw(&rows, &nab_profiles[NAB_STANDARD], alarms, count);
}

static void
expect(double found, double wanted)
{
    cr_assert(fabs(found - wanted) < NEARLY, "%.9f is not %.9f", found, wanted);
}

Test(nab, never_to_ring_is_nothing_and_both_first_rows_are_a_hundred)
{
    expect(standard(NULL, 0), -2);
    expect(nab_normal(-2, &nab_profiles[NAB_STANDARD], 2), 0);
    expect(standard((const size_t[]){ 30, 60 }, 2), 2);
    expect(nab_normal(2, &nab_profiles[NAB_STANDARD], 2), 100);
    expect(nab_normal(-4, &nab_profiles[NAB_LOW_FN], 2), 0);
}

Test(nab, the_earliest_alarm_of_a_window_counts_once)
{
    double one = standard((const size_t[]){ 33 }, 1);
    expect(one, sigmoid(-0.7) / sigmoid(-1) - 1);
    expect(standard((const size_t[]){ 33, 35, 39 }, 3), one);
    cr_assert(standard((const size_t[]){ 39 }, 1) < one);
}

Test(nab, an_alarm_outside_costs_less_just_after_a_window)
{
    expect(standard((const size_t[]){ 20 }, 1), -2 - 0.11);
    expect(standard((const size_t[]){ 40 }, 1), -2 + 0.11 * sigmoid(1.0 / 9));
    expect(standard((const size_t[]){ 45 }, 1), -2 + 0.11 * sigmoid(6.0 / 9));
    expect(standard((const size_t[]){ 97 }, 1), -2 - 0.11);
}

Test(nab, rows_of_the_probation_do_not_count)
{
    cr_assert_eq(nab_probation(100), 15u);
    cr_assert_eq(nab_probation(20000), 750u);
    expect(standard((const size_t[]){ 0, 14 }, 2), -2);
    expect(standard((const size_t[]){ 14, 15 }, 2), -2 - 0.11);
}

Test(nab, a_whole_series_worked_out_by_hand)
{
    expect(standard((const size_t[]){ 5, 20, 33, 35, 45, 90 }, 6), -0.3682726984049165);
    expect(nab_raw(&rows, &nab_profiles[NAB_LOW_FN], (const size_t[]){ 69 }, 1), -1.75175845022457);
}
