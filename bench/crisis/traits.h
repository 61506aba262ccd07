/*
 * traits: what a generated brand is like: how much it is spoken of, when, and how much of it is complaint.
 */
#ifndef REBATO_BENCH_CRISIS_TRAITS_H
#define REBATO_BENCH_CRISIS_TRAITS_H

#include "crisis/world.h"

#define SLOT_MINUTES 10
#define SLOT_MS      INT64_C(600000)
#define SLOTS_A_DAY  144
#define SLOTS_A_WEEK 1008
#define DAY_MS       INT64_C(86400000)
#define MINUTE_MS    INT64_C(60000)

enum volume_tier { TIER_TINY, TIER_SMALL, TIER_MEDIUM, TIER_LARGE, TIER_COUNT };

struct traits {
    double volume; /* mentions a day */
    double share;
    double busy; /* complaints a minute in a busy hour */
    double volume_noise, share_noise;
    double reshared;
    int warm;                  /* it was watched before the days that count */
    double mix[MIX_SIZE];      /* cumulative */
    double week[SLOTS_A_WEEK]; /* season, mean 1; the week begins on a Monday */
};

void traits_draw(struct traits *traits, const struct world *world, struct rng *rng);
enum volume_tier traits_tier(const struct traits *traits);
const char *tier_name(enum volume_tier tier);
/* Time of a season: 1970 began on a Thursday. */
double traits_season(const struct traits *traits, int64_t time_ms);

#endif
