/*
 * scoring: the Numenta Anomaly Benchmark's rules for one series: what alarms at given rows are worth.
 *
 *   window of a labelled anomaly: its earliest alarm earns up to 1, the more the earlier; none costs `fn`
 *   anywhere else: each alarm costs up to `fp`, less when it only just missed a window
 *   rows of the probation (15 in 100, at most 750): nothing counts
 */
#ifndef REBATO_BENCH_NAB_SCORING_H
#define REBATO_BENCH_NAB_SCORING_H

#include <stddef.h>

struct nab_window {
    size_t first, last; /* rows, both inside */
};

struct nab_rows {
    size_t count;
    const struct nab_window *windows; /* rising, apart from each other */
    size_t window_count;
};

struct nab_profile {
    const char *name;
    double fn, fp; /* a hit earns 1 in all of them */
};

enum { NAB_STANDARD, NAB_LOW_FP, NAB_LOW_FN, NAB_PROFILES };
extern const struct nab_profile nab_profiles[NAB_PROFILES];

size_t nab_probation(size_t row_count);

/* What `alarms`, rows in rising order, are worth. */
double nab_raw(const struct nab_rows *rows,
        const struct nab_profile *profile,
        const size_t *alarms,
        size_t alarm_count);

/* 0: as good as never to ring, 100: perfect. */
double nab_normal(double raw, const struct nab_profile *profile, size_t window_count);

#endif
