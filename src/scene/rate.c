#include "scene/rate.h"

#include "core/rng.h"
#include "core/text/calendar.h"

#include <stddef.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

/* Share of the day's average at each full hour, local time: low at four, high after dinner. The mean of
 * the row is 1, which is also the mean of the lines between its points. */
static const double hours[24] = { 0.75, 0.45, 0.27, 0.18, 0.15, 0.17, 0.32, 0.65, 0.97, 1.13, 1.21,
    1.24, 1.27, 1.31, 1.35, 1.27, 1.21, 1.24, 1.31, 1.42, 1.56, 1.72, 1.67, 1.18 };

/* Sunday first; the mean is 1. */
static const double weekdays[7] = { 0.95, 1.03, 1.03, 1.03, 1.03, 1.03, 0.90 };

/* An hour is up to this much livelier or duller than the table says. */
#define WANDER 0.15

uint64_t
rate_mix(uint64_t seed, uint64_t number)
{
    struct rng rng = rng_seeded(seed ^ (number * UINT64_C(0xD6E8FEB86659FD93)));
    return rng_next(&rng);
}

/* The mood of an hour, from the hour's number alone: no state runs along. */
static double
wander(uint64_t seed, int64_t hour)
{
    struct rng rng = rng_seeded(rate_mix(seed, (uint64_t)hour));
    return 1 - WANDER + 2 * WANDER * rng_unit(&rng);
}

double
rate_per_second(double daily, int64_t local_ms, uint64_t seed)
{
    int64_t hour = local_ms / HOUR_MS;
    double part = (double)(local_ms % HOUR_MS) / (double)HOUR_MS;
    size_t from = (size_t)(hour % 24);
    double shape = hours[from] * (1 - part) + hours[(from + 1) % 24] * part;
    double mood = wander(seed, hour) * (1 - part) + wander(seed, hour + 1) * part;
    /* 1 January 1970 was a Thursday. */
    size_t weekday = (size_t)((local_ms / DAY_MS + 4) % 7);
    return daily / 86400 * shape * mood * weekdays[weekday];
}
