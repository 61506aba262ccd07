/*
 * rng: seeded pseudo-random numbers for generated streams, jitter and tests (splitmix64).
 *
 * Never for secrets. The same seed gives the same sequence on every host.
 */
#ifndef REBATO_CORE_RNG_H
#define REBATO_CORE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state;
};

struct rng rng_seeded(uint64_t seed);
uint64_t rng_next(struct rng *rng);
uint32_t rng_below(struct rng *rng, uint32_t limit); /* 0 .. limit-1; limit > 0 */
double rng_unit(struct rng *rng);                    /* [0, 1) */

#endif
