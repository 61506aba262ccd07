/*
 * sample: texts that a pattern likes.
 *
 *   '\bno (?:me |nos )?funciona\w*'   ──▶   "no nos funcionaaa", "no funciona", ...
 *
 * For probes and hostile tests, which cut such texts short, repeat and mix them. It reads the syntax
 * that rules may use (pattern_source.h) and is not exact: look-arounds are left out and classes give
 * one of their first members, so a sample matches mostly, not always. What it cannot read it skips.
 */
#ifndef REBATO_PATTERN_SAMPLE_H
#define REBATO_PATTERN_SAMPLE_H

#include "core/view.h"

#include <stdint.h>

/* A repeat without an upper bound is taken up to this many times. */
#define SAMPLE_REPEATS_MAX 24

/* Writes at most `capacity` bytes at `out`, whole characters; returns how many. The same seed gives
 * the same text. */
size_t sample_pattern(struct view pattern, uint64_t seed, char *out, size_t capacity);

#endif
