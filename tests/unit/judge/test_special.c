#include "judge/statistic/special.h"

#include <criterion/criterion.h>
#include <math.h>

static int
is_near(double got, double want)
{
    double scale = fabs(want) > 1e-3 ? fabs(want) : 1e-3;
    return fabs(got - want) <= 1e-10 * scale;
}

Test(special, log_agrees_with_the_library)
{
    for (double x = 1e-300; x < 1e300; x *= 1.37) {
        cr_assert(is_near(special_log(x), log(x)), "log %g", x);
    }
    for (double x = 0.5; x < 2; x += 0.001) {
        cr_assert(is_near(special_log(x), log(x)), "log %g", x);
    }
    cr_assert(is_near(special_log(5e-320), log(5e-320)), "subnormal");
    cr_assert_eq(special_log(1), 0.0);
}

Test(special, exp_agrees_with_the_library)
{
    for (double x = -690; x <= 690; x += 0.173) {
        double want = exp(x);
        cr_assert(fabs(special_exp(x) - want) <= 1e-10 * want, "exp %g", x);
    }
    cr_assert_eq(special_exp(-1000), 0.0);
    cr_assert_eq(special_exp(0), 1.0);
}

Test(special, lgamma_agrees_with_the_library)
{
    for (double x = 1e-6; x < 1e9; x *= 1.07) {
        cr_assert(is_near(special_lgamma(x), lgamma(x)), "lgamma %g", x);
    }
    for (double x = 0.9; x < 2.1; x += 0.01) {
        cr_assert(is_near(special_lgamma(x), lgamma(x)), "lgamma %g", x);
    }
}

/* The sum written out, with the library's functions. */
static double
tail_by_hand(double mean, double dispersion, unsigned count)
{
    double size = 1 / dispersion;
    double sum = 0;
    for (unsigned k = count; k < count + 200000; k++) {
        sum += exp(lgamma(k + size) - lgamma(size) - lgamma(k + 1.0) +
                   size * log(size / (size + mean)) + k * log(mean / (size + mean)));
    }
    return log10(sum);
}

Test(special, the_tail_agrees_with_a_sum_written_out)
{
    static const struct {
        double mean, dispersion;
        unsigned count;
    } rows[] = { { 0.01, 0.15, 4 }, { 0.06, 0.15, 6 }, { 1, 0.15, 4 }, { 1.8, 0.15, 27 },
        { 10, 0.005, 40 }, { 10, 0.15, 15 }, { 10, 3, 100 }, { 500, 0.15, 900 },
        { 2000, 0.05, 2400 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double want = tail_by_hand(rows[i].mean, rows[i].dispersion, rows[i].count);
        double got = negative_binomial_tail_log10(rows[i].mean, rows[i].dispersion, rows[i].count);
        cr_assert(fabs(got - want) < 0.002, "row %zu: %.12g, by hand %.12g", i, got, want);
    }
}

Test(special, the_tail_of_what_is_usual_is_no_alarm_and_large_numbers_end_quickly)
{
    cr_assert_eq(negative_binomial_tail_log10(10, 0.15, 10), 0.0);
    cr_assert_eq(negative_binomial_tail_log10(10, 0.15, 0), 0.0);
    double far = negative_binomial_tail_log10(50000, 0.15, 500000);
    cr_assert(far < -20 && far > -60, "%g", far);
    cr_assert(negative_binomial_tail_log10(0.001, 0.15, 100000) < -300);
}
