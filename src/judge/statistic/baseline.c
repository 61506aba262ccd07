#include "judge/statistic/baseline.h"

#include <assert.h>
#include <math.h> /* sqrt only: it is exact by IEEE 754, the rest of libm is not */

/* 0.5 ^ (1 / (14 * 288)): half of a step's weight is gone after 14 days. */
#define FADE_STEP 0.9998281032728207
/* 0.5 ^ (1 / (28 * 12)): a slot is visited twelve times a day and halves in 28 of its days. */
#define FADE_SLOT 0.9979391883568344

#define PRIOR_STEPS    144.0
#define SLOT_PRIOR     5.0
#define SPREAD_PRIOR   0.15
#define SPREAD_STEPS   576.0
#define SPREAD_LOWEST  0.005
#define CLIP_DEVIATION 3.0

const uint32_t scale_steps[SCALE_COUNT] = { 2, 12, 72, 288 };

void
baseline_init(struct baseline *baseline, double prior_level)
{
    *baseline = (struct baseline){ .prior_level = prior_level };
    for (uint32_t scale = 0; scale < SCALE_COUNT; scale++) {
        baseline->spread_sum[scale] = SPREAD_PRIOR * SPREAD_STEPS;
        baseline->spread_weight[scale] = SPREAD_STEPS;
    }
}

/* Hour of the day, and weekends apart. 1970 began on a Thursday. */
static uint32_t
slot_of(uint32_t step)
{
    uint32_t hour = step / STEPS_AN_HOUR % 24;
    uint32_t weekday = (step / STEPS_A_DAY + 4) % 7; /* 0 = Sunday */
    return hour + (weekday == 0 || weekday == 6 ? 24 : 0);
}

const struct season_slot *
baseline_slot(const struct baseline *baseline, uint32_t step)
{
    return &baseline->slots[slot_of(step)];
}

static double
season(const struct season_slot *slot)
{
    return (slot->sum + SLOT_PRIOR) / (slot->weight + SLOT_PRIOR);
}

double
baseline_level(const struct baseline *baseline)
{
    return (baseline->level_sum + baseline->prior_level * PRIOR_STEPS) /
           (baseline->level_weight + PRIOR_STEPS);
}

static double
not_impossible(double mean)
{
    return mean > EXPECTED_FLOOR ? mean : EXPECTED_FLOOR;
}

double
baseline_expected(const struct baseline *baseline, uint32_t step)
{
    return not_impossible(baseline_level(baseline) * season(baseline_slot(baseline, step)));
}

double
baseline_odds(const struct baseline *baseline)
{
    return (baseline->complaint_sum + 1) / (baseline->other_sum + 10);
}

double
baseline_posts_per_author(const struct baseline *baseline)
{
    double ratio = (baseline->post_sum + 1) / (baseline->author_sum + 1);
    return ratio > 1 ? ratio : 1;
}

double
baseline_dispersion(const struct baseline *baseline, uint32_t scale)
{
    assert(scale < SCALE_COUNT);
    double spread = baseline->spread_sum[scale] / baseline->spread_weight[scale];
    return spread > SPREAD_LOWEST ? spread : SPREAD_LOWEST;
}

double
baseline_doubt(const struct baseline *baseline)
{
    return 1 / (baseline->complaint_sum + 1);
}

double
spread_of(double mean, double dispersion)
{
    return sqrt(mean + dispersion * mean * mean);
}

double
baseline_clip(const struct baseline *baseline, double mean, uint64_t count)
{
    if ((double)count <= mean + 1) {
        return (double)count; /* most steps: whatever the spread, it is not cut off there */
    }
    double most = mean + CLIP_DEVIATION * spread_of(mean, baseline_dispersion(baseline, 0)) + 1;
    return (double)count < most ? (double)count : most;
}

void
baseline_learn(struct baseline *baseline, const struct step_facts *facts)
{
    struct season_slot *slot = &baseline->slots[slot_of(facts->step)];
    double level = baseline_level(baseline);
    double usual = season(slot);
    double by_season = baseline_clip(baseline, not_impossible(level * usual), facts->counted);
    double by_odds = baseline_clip(baseline, facts->expected, facts->counted);
    double total = (double)facts->total;
    double others = facts->total > facts->posts ? (double)(facts->total - facts->posts) : 0;

    baseline->level_sum = baseline->level_sum * FADE_STEP + by_season;
    baseline->level_weight = baseline->level_weight * FADE_STEP + usual;
    slot->sum = slot->sum * FADE_SLOT + by_season;
    slot->weight = slot->weight * FADE_SLOT + level;
    baseline->complaint_sum =
            baseline->complaint_sum * FADE_STEP + (by_odds < total ? by_odds : total);
    baseline->other_sum = baseline->other_sum * FADE_STEP + others;
    baseline->author_sum = baseline->author_sum * FADE_STEP + (double)facts->counted;
    baseline->post_sum = baseline->post_sum * FADE_STEP + (double)facts->posts;
}

void
baseline_learn_spread(struct baseline *baseline, uint32_t scale, double expected, double counted)
{
    assert(scale < SCALE_COUNT);

    double mean = expected > 1e-3 ? expected : 1e-3;
    double square = mean * mean > 1 ? mean * mean : 1; /* tiny means would only teach noise */
    double excess = ((counted - mean) * (counted - mean) - mean) / square;
    double sum = baseline->spread_sum[scale] * FADE_STEP + excess;
    double weight = baseline->spread_weight[scale] * FADE_STEP + 1;
    double lowest = SPREAD_LOWEST * weight;

    baseline->spread_sum[scale] = sum > lowest ? sum : lowest;
    baseline->spread_weight[scale] = weight;
}
