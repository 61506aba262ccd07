/*
 * special: log, exp and the log of the gamma function, and the one tail probability made of them.
 *
 * A verdict must be the same on two hosts, and two C libraries may differ in the last bit of log().
 * These use + - * / only, so they cannot differ. Good to about 1e-13 relative, which is plenty for
 * scores compared in hundredths. Not for general use: arguments are checked by assertion.
 */
#ifndef REBATO_JUDGE_STATISTIC_SPECIAL_H
#define REBATO_JUDGE_STATISTIC_SPECIAL_H

#include <stdint.h>

#define SPECIAL_LN_2  0.69314718055994530942
#define SPECIAL_LN_10 2.30258509299404568402

double special_log(double x);    /* x > 0 and finite */
double special_exp(double x);    /* -700 and less give 0; x <= 700 */
double special_lgamma(double x); /* x > 0 */

/* log10 P[X >= count] for a negative binomial of this mean and dispersion (variance = mean +
 * dispersion * mean^2), both > 0. From 0 down to about -300 * count. */
double negative_binomial_tail_log10(double mean, double dispersion, uint64_t count);

#endif
