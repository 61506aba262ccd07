/*
 * rivals: what others do, over the same posts in the order of their arrival.
 *
 *   static            complaints in 10 minutes
 *   ratio             the same over what 10 minutes of the 24 hours before held; at least 5 complaints
 *   ewma              5 minutes against a moving mean and deviation, half-life a day; at least 5
 *   plain_nb          negative-binomial tail of 10 min to 24 h against hour of day and level, on posts
 *   hour_over_week    a listening product: the last hour over the mean hour of 7 days; at least 3
 *   hour_over_recent  another: the last hour above the greatest of the mean hour of 12, the same hour yesterday
 *                     and a week ago, in roots of it; at least 3
 *   day_over_week     a third: each hour, the mean hour of 24 above that of 7 days, in their deviations
 *
 * Each runs at a ladder of thresholds at once. The lowest is the one usually set; whoever compares may take
 * the one that keeps to a budget of false alarms, found on the very data that it is measured on, which is
 * more than the judge is granted.
 */
#ifndef REBATO_BENCH_CRISIS_RIVALS_H
#define REBATO_BENCH_CRISIS_RIVALS_H

#include <stddef.h>
#include <stdint.h>

#define RIVAL_COUNT  7
#define LADDER_STEPS 16

/* Posts by the minute they arrived in, summed up: entry i holds all before minute i. */
struct minutes {
    uint32_t *complaints;
    size_t count;  /* of minutes; there is one more entry */
    size_t scored; /* minutes before are not judged */
};

int minutes_init(struct minutes *minutes, size_t count, size_t scored); /* false: out of memory */
void minutes_fini(struct minutes *minutes);
/* First each complaint, in any order, then once the sums. */
void minutes_note(struct minutes *minutes, size_t minute);
void minutes_sum(struct minutes *minutes);

/* Alarms of one rival over one brand: at each step of its ladder, minutes in rising order. */
struct ladder {
    double thresholds[LADDER_STEPS];
    int64_t last[LADDER_STEPS];
    uint32_t *alarms[LADDER_STEPS];
    size_t counts[LADDER_STEPS], capacities[LADDER_STEPS];
    int failed;
};

const char *rival_name(size_t rival);
/* `ladder` starts empty or as the last run left it: its memory is used again. */
void rival_run(size_t rival, const struct minutes *minutes, struct ladder *ladder);
void ladder_fini(struct ladder *ladder);
double ladder_threshold(size_t rival, size_t step);
/* A minute and how unusual it is. An episode ends when nothing is for three hours. */
void ladder_note(struct ladder *ladder, size_t minute, double score);

#endif
