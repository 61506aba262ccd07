#include "core/rng.h"

#include <assert.h>

struct rng
rng_seeded(uint64_t seed)
{
    return (struct rng){ .state = seed };
}

/* splitmix64: one addition and a mixing function, so any seed is a good one, 0 included. */
uint64_t
rng_next(struct rng *rng)
{
    rng->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = rng->state;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

uint32_t
rng_below(struct rng *rng, uint32_t limit)
{
    assert(limit > 0);
    /* Multiplying the upper half by the limit spreads the rest evenly, without a division; the bias
     * of at most limit / 2^32 does not matter to generated streams. */
    return (uint32_t)(((rng_next(rng) >> 32) * limit) >> 32);
}

double
rng_unit(struct rng *rng)
{
    /* 53 bits: every value is exact, and 1 cannot come out by rounding. */
    return (double)(rng_next(rng) >> 11) * 0x1.0p-53;
}
