/*
 * draw: random quantities out of the project's generator. For made-up worlds, never for the product: these
 * use libm.
 */
#ifndef REBATO_BENCH_CRISIS_DRAW_H
#define REBATO_BENCH_CRISIS_DRAW_H

#include "core/rng.h"

#include <stdint.h>

struct range {
    double low, high;
};

int draw_chance(struct rng *rng, double probability);
double draw_in(struct rng *rng, struct range range);        /* evenly */
double draw_magnitude(struct rng *rng, struct range range); /* evenly in its logarithm; low > 0 */
double draw_normal(struct rng *rng);                        /* mean 0, deviation 1 */
double draw_exponential(struct rng *rng, double mean);
double draw_beta(struct rng *rng, double a, double b);
/* Heavy-tailed, at least 0: 1.5 is the exponent of its tail. */
double draw_pareto(struct rng *rng);
uint32_t draw_poisson(struct rng *rng, double mean);

/* A generator for one thing of one world: neighbours are independent of each other. */
struct rng draw_stream(uint64_t seed, const char *what, uint64_t number);

#endif
