#include "crisis/draw.h"

#include "core/hash.h"

#include <math.h>

#define PI 3.14159265358979323846
/* Above it the normal curve is near enough, and the product of uniforms would take long. */
#define POISSON_COUNTED 30.0

int
draw_chance(struct rng *rng, double probability)
{
    return rng_unit(rng) < probability;
}

double
draw_in(struct rng *rng, struct range range)
{
    return range.low + (range.high - range.low) * rng_unit(rng);
}

double
draw_magnitude(struct rng *rng, struct range range)
{
    return exp(draw_in(rng, (struct range){ log(range.low), log(range.high) }));
}

double
draw_normal(struct rng *rng)
{
    double radius = sqrt(-2 * log(1 - rng_unit(rng)));
    return radius * cos(2 * PI * rng_unit(rng));
}

double
draw_exponential(struct rng *rng, double mean)
{
    return -mean * log(1 - rng_unit(rng));
}

/* Marsaglia and Tsang; shape >= 1. */
static double
draw_gamma(struct rng *rng, double shape)
{
    double d = shape - 1.0 / 3;
    double c = 1 / sqrt(9 * d);
    for (;;) {
        double x = draw_normal(rng);
        double v = 1 + c * x;
        if (v <= 0) {
            continue;
        }
        v = v * v * v;
        if (log(1 - rng_unit(rng)) < 0.5 * x * x + d - d * v + d * log(v)) {
            return d * v;
        }
    }
}

double
draw_beta(struct rng *rng, double a, double b)
{
    double x = draw_gamma(rng, a);
    double y = draw_gamma(rng, b);
    return x / (x + y);
}

double
draw_pareto(struct rng *rng)
{
    return pow(1 - rng_unit(rng), -1 / 1.5) - 1;
}

uint32_t
draw_poisson(struct rng *rng, double mean)
{
    if (mean <= 0) {
        return 0;
    }
    if (mean > POISSON_COUNTED) {
        double count = floor(mean + sqrt(mean) * draw_normal(rng) + 0.5);
        return count > 0 ? (uint32_t)count : 0;
    }
    uint32_t count = 0;
    double limit = exp(-mean);
    double product = rng_unit(rng);
    while (product > limit) {
        product *= rng_unit(rng);
        count++;
    }
    return count;
}

struct rng
draw_stream(uint64_t seed, const char *what, uint64_t number)
{
    return rng_seeded(hash_view(view_of(what), seed * UINT64_C(0x9e3779b97f4a7c15) + number));
}
