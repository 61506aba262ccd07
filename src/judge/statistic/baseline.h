/*
 * baseline: what is usual for one number of a brand, learnt from itself.
 *
 *   expected in a 5-minute step = level (half-life 14 days) x season (hour, weekday or weekend)
 *
 * and, for complaints, the usual odds of a complaint against the other mentions: when the whole
 * conversation grows, the complaints that come with it are expected too. All state is sums that fade, so
 * it costs the same after an hour and after a year. What is learnt is clipped: an incident must not
 * teach that incidents are usual.
 */
#ifndef REBATO_JUDGE_STATISTIC_BASELINE_H
#define REBATO_JUDGE_STATISTIC_BASELINE_H

#include <stdint.h>

#define STEP_BUCKETS   30 /* buckets of a step: 5 minutes */
#define STEPS_AN_HOUR  12
#define STEPS_A_DAY    288
#define SEASON_SLOTS   48
#define SCALE_COUNT    4
#define EXPECTED_FLOOR 1e-4 /* of a step: nothing is impossible */

/* People who complain bring others along: what that adds to the variance, in means. It makes the tail of a small count
 * heavier than chance alone would. From 0.3 to 0.4 the verdicts hardly change: see decisions/0021. */
#define BASELINE_CONTAGION 0.3

/* The windows of the scan, in steps: 10 min, 1 h, 6 h, 24 h. */
extern const uint32_t scale_steps[SCALE_COUNT];

struct season_slot {
    double sum, weight;
};

struct baseline {
    double prior_level; /* a step's mean before anything is known; worth half a day */
    double level_sum, level_weight;
    double complaint_sum, other_sum; /* distinct authors who complain; mentions that do not */
    double author_sum, post_sum;     /* the same authors, and how much they wrote */
    double spread_sum[SCALE_COUNT], spread_weight[SCALE_COUNT];
    struct season_slot slots[SEASON_SLOTS];
};

/* One closed step of what is learnt from. */
struct step_facts {
    uint32_t step;    /* number since 1970 */
    uint64_t counted; /* distinct authors (or, for the volume, mentions) */
    uint64_t posts;   /* that they wrote */
    uint64_t total;   /* all mentions of the brand */
    double expected;  /* given season and odds */
};

void baseline_init(struct baseline *baseline, double prior_level);

double baseline_level(const struct baseline *baseline);
/* Of a step's hour. */
const struct season_slot *baseline_slot(const struct baseline *baseline, uint32_t step);
/* Mean of a step by level and season. */
double baseline_expected(const struct baseline *baseline, uint32_t step);
/* Complaining authors per other mention. */
double baseline_odds(const struct baseline *baseline);
double baseline_posts_per_author(const struct baseline *baseline);
/* Excess variance at a scale, as of a negative binomial. */
double baseline_dispersion(const struct baseline *baseline, uint32_t scale);

/* What is still uncertain about the mean itself, as a dispersion: 1 before the first complaint. */
double baseline_doubt(const struct baseline *baseline);

/* `count`, cut off where it would be an alarm for a step of mean `mean`. */
double baseline_clip(const struct baseline *baseline, double mean, uint64_t count);
void baseline_learn(struct baseline *baseline, const struct step_facts *facts);
/* `counted` (clipped) was seen in a window of `scale` where `expected` was. */
void baseline_learn_spread(
        struct baseline *baseline, uint32_t scale, double expected, double counted);

/* Standard deviation of a count of this mean. */
double spread_of(double mean, double dispersion);

#endif
