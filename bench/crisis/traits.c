#include "crisis/traits.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

static int
by_value(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;
    return (*left > *right) - (*left < *right);
}

static void
draw_week(struct traits *traits, const struct world *world, struct rng *rng)
{
    double swing = draw_in(rng, world->swing);
    double second = draw_in(rng, world->second_swing);
    double noon = 24 * rng_unit(rng);
    double weekend = exp(world->weekend_mean + world->weekend_spread * draw_normal(rng));
    double sum = 0;

    for (int i = 0; i < SLOTS_A_WEEK; i++) {
        double angle = 2 * PI * ((double)(i % SLOTS_A_DAY) / 6 - noon) / 24;
        double value = exp(swing * cos(angle) + second * cos(2 * angle));
        traits->week[i] = i / SLOTS_A_DAY >= 5 ? value * weekend : value;
        sum += traits->week[i];
    }
    for (int i = 0; i < SLOTS_A_WEEK; i++) {
        traits->week[i] *= SLOTS_A_WEEK / sum;
    }
}

static double
busy_season(const struct traits *traits)
{
    double sorted[SLOTS_A_WEEK];
    memcpy(sorted, traits->week, sizeof sorted);
    qsort(sorted, SLOTS_A_WEEK, sizeof sorted[0], by_value);
    return sorted[SLOTS_A_WEEK * 9 / 10];
}

static void
draw_mix(struct traits *traits, const struct world *world, struct rng *rng)
{
    double sum = 0;
    for (int i = 0; i < MIX_SIZE; i++) {
        sum += world->mix[i].weight * exp(world->mix_spread * draw_normal(rng));
        traits->mix[i] = sum;
    }
    for (int i = 0; i < MIX_SIZE; i++) {
        traits->mix[i] /= sum;
    }
}

void
traits_draw(struct traits *traits, const struct world *world, struct rng *rng)
{
    double share = draw_beta(rng, world->share_a, world->share_b);

    traits->volume = draw_magnitude(rng, world->volume);
    traits->share = share < 0.01 ? 0.01 : share > 0.5 ? 0.5 : share;
    if (draw_chance(rng, world->grumbled_at)) {
        traits->share = draw_in(rng, world->grumbled_share);
    }
    draw_week(traits, world, rng);
    draw_mix(traits, world, rng);
    traits->busy = traits->volume / 1440 * traits->share * busy_season(traits);
    traits->volume_noise = draw_in(rng, world->volume_noise);
    traits->share_noise = draw_in(rng, world->share_noise);
    traits->reshared = draw_in(rng, world->reshared);
    traits->warm = !draw_chance(rng, world->onboarding);
}

enum volume_tier
traits_tier(const struct traits *traits)
{
    return traits->volume < 20     ? TIER_TINY
           : traits->volume < 200  ? TIER_SMALL
           : traits->volume < 2000 ? TIER_MEDIUM
                                   : TIER_LARGE;
}

const char *
tier_name(enum volume_tier tier)
{
    static const char *const names[] = { "under_20_a_day", "under_200", "under_2000", "from_2000" };
    assert(tier < TIER_COUNT);
    return names[tier];
}

double
traits_season(const struct traits *traits, int64_t time_ms)
{
    int64_t slot = time_ms / SLOT_MS + INT64_C(3) * SLOTS_A_DAY;
    return traits->week[slot % SLOTS_A_WEEK];
}
