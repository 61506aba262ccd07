/*
 * world: every number of the generated world, in one place and apart from the judge's.
 *
 * Whoever changes a number here does not change the judge in the same commit: the world was set by what is
 * published about how people complain, not by what the judge finds easy.
 */
#ifndef REBATO_BENCH_CRISIS_WORLD_H
#define REBATO_BENCH_CRISIS_WORLD_H

#include "crisis/draw.h"
#include "match/signal.h"

#define MIX_SIZE 9

struct mix_row {
    enum signal signal;
    double weight;
};

struct world {
    /* Brands. */
    struct range volume;     /* mentions a day, evenly in the logarithm */
    double share_a, share_b; /* usual share of complaints: Beta(a, b) ... */
    double grumbled_at;      /* ... but so many of the brands live with a share in */
    struct range grumbled_share;
    struct range swing;                  /* of a day: exp(a cos) */
    struct range second_swing;           /* and exp(b cos 2) */
    double weekend_mean, weekend_spread; /* logarithms */
    struct range volume_noise;           /* log-AR(1) of 3 h */
    struct range share_noise;            /* log-AR(1) of 6 h */
    double onboarding;                   /* so many brands begin without a warm-up */
    int warm_days;
    struct range reshared; /* of ordinary mentions */
    double regulars;       /* of ordinary mentions, by people who speak of the brand often */
    double cluster;        /* mentions of one who complains: 1 + this, on average */
    double mix_spread;     /* how brands differ in what they are reproached with, a logarithm */
    struct mix_row mix[MIX_SIZE];

    /* Arrival. */
    double delay_s; /* of nearly all, on average */
    double slow;    /* the share of those that take up to */
    struct range slow_s;
    double twice; /* the share that comes twice, the second time after */
    struct range twice_s;

    /* Crises. Multiples are of the complaints of a busy hour. */
    struct range outage_multiple, outage_minutes, outage_ramp;
    double outage_least; /* complaints a minute */
    double outage_small; /* the share that only a few people notice: so many */
    struct range outage_few;
    struct range region, regional_multiple;
    double regional_least;
    int supplier_group;   /* brands */
    double supplier_hits; /* of them */
    struct range supplier_multiple, supplier_lag_minutes;
    struct range viral_reshares, viral_peak;
    struct range boycott_people, boycott_peak;
    struct range degradation_multiple, degradation_minutes;
    double degradation_least;
    struct range privacy_people, privacy_minutes;
    struct range slow_multiple, slow_ramp_minutes, slow_plateau_minutes;
    double slow_least; /* a day */

    /* What only looks like one. */
    struct range bot_posts, bot_accounts, bot_minutes;
    struct range sybil_accounts, sybil_peak;
    struct range planned_multiple, planned_minutes, football_share;
    struct range gap_minutes;
    double gap_delivery_minutes;
    struct range newsletter_multiple, step_multiple;
    struct range harmless_minutes;
    double harmless_size, harmless_most; /* hours of usual volume, days of it */
    struct range thread_people, thread_posts, thread_minutes;
};

const struct world *world_usual(void);

#endif
