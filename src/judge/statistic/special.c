#include "judge/statistic/special.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define SQRT_HALF       0.70710678118654752440
#define HALF_LOG_TWO_PI 0.91893853320467274178
/* Terms added one by one before the rest of a tail is closed as a geometric series. */
#define TAIL_TERMS_MAX 1000

static uint64_t
bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double
double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* x = m * 2^k with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh((m - 1) / (m + 1)), whose argument is
 * below 0.172, so that eleven terms suffice. */
double
special_log(double x)
{
    assert(x > 0 && x <= 1.7e308);

    int64_t exponent = 0;
    if (x < 2.3e-308) { /* subnormal: no implicit leading bit to rely on */
        x *= 18014398509481984.0;
        exponent = -54;
    }
    uint64_t bits = bits_of(x);
    exponent += (int64_t)(bits >> 52) - 1022;
    double m = double_of((bits & UINT64_C(0xfffffffffffff)) | UINT64_C(1022) << 52);
    if (m < SQRT_HALF) {
        m *= 2;
        exponent--;
    }
    /* Written down: most compilers would divide anew each time. */
    static const double parts[] = { 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11,
        1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3, 1.0 };
    double s = (m - 1) / (m + 1);
    double z = s * s;
    double sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        sum = sum * z + parts[i];
    }
    return (double)exponent * SPECIAL_LN_2 + 2 * s * sum;
}

/* x = k ln 2 + r with |r| <= ln 2 / 2, then the power series. */
double
special_exp(double x)
{
    assert(x <= 700);

    if (x <= -700) {
        return 0;
    }
    double scaled = x / SPECIAL_LN_2;
    int64_t k = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    double r = x - (double)k * SPECIAL_LN_2;
    double sum = 1;
    for (int n = 16; n >= 1; n--) {
        sum = 1 + sum * r / n;
    }
    return sum * double_of((uint64_t)(k + 1023) << 52);
}

/* Stirling's series from 10 on; below, the recurrence moves up first. */
double
special_lgamma(double x)
{
    assert(x > 0);

    double product = 1;
    while (x < 10) {
        product *= x;
        x += 1;
    }
    double inverse = 1 / x;
    double z = inverse * inverse;
    double series =
            inverse *
            (1.0 / 12 - z * (1.0 / 360 -
                                    z * (1.0 / 1260 -
                                                z * (1.0 / 1680 -
                                                            z * (1.0 / 1188 - z * 691 / 360360)))));
    return (x - 0.5) * special_log(x) - x + HALF_LOG_TWO_PI + series - special_log(product);
}

struct negative_binomial {
    double size; /* 1 / dispersion */
    double odds; /* mean / (size + mean): the ratio of far terms */
};

static double
log_probability(struct negative_binomial law, double mean, double count)
{
    return special_lgamma(count + law.size) - special_lgamma(law.size) - special_lgamma(count + 1) +
           law.size * special_log(law.size / (law.size + mean)) + count * special_log(law.odds);
}

/* Sum of the terms from `count` on, as a multiple of the first one. Above the mean the ratio of two
 * terms is below 1 and moves slowly: what is left after many is close to a geometric series. */
static double
terms_upward(struct negative_binomial law, double count)
{
    double sum = 1;
    double term = 1;
    double ratio = 0;

    for (int i = 0; i < TAIL_TERMS_MAX; i++) {
        ratio = (count + law.size) / (count + 1) * law.odds;
        term *= ratio;
        sum += term;
        count += 1;
        if (term < sum * 1e-14) {
            return sum;
        }
    }
    return ratio < 1 ? sum + term * ratio / (1 - ratio) : sum;
}

double
negative_binomial_tail_log10(double mean, double dispersion, uint64_t count)
{
    assert(mean > 0 && dispersion > 0);

    struct negative_binomial law = { .size = 1 / dispersion };
    law.odds = mean / (law.size + mean);
    if ((double)count <= mean) {
        return 0; /* nothing unusual: nobody asks how little */
    }
    double log_tail = log_probability(law, mean, (double)count) +
                      special_log(terms_upward(law, (double)count));
    return log_tail < 0 ? log_tail / SPECIAL_LN_10 : 0;
}
