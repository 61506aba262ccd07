/*
 * rate: how lively a calm day is, hour by hour. Private to this folder.
 *
 * A table with straight lines between the hours and no call of the mathematics library, whose last
 * digits differ between hosts.
 */
#ifndef REBATO_SCENE_RATE_H
#define REBATO_SCENE_RATE_H

#include <stdint.h>

/* Mentions per second at `local_ms` of a source that gets `daily` on an average day of an average week.
 * `seed` makes the hours of different sources wander differently. */
double rate_per_second(double daily, int64_t local_ms, uint64_t seed);

/* A well-mixed number out of two: the private seed of a part, of a post, of an hour. */
uint64_t rate_mix(uint64_t seed, uint64_t number);

#endif
