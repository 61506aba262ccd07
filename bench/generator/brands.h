/*
 * brands: invented ones. Number n of a seed is always the same brand, in rules and in posts.
 */
#ifndef REBATO_BENCH_GENERATOR_BRANDS_H
#define REBATO_BENCH_GENERATOR_BRANDS_H

#include "core/rng.h"
#include "generator/lexicon.h"
#include "generator/sink.h"

/* Brands that rules and posts know. */
#define BRANDS_COUNT 200

/* Patterns in the generator's own spelling: accents are written, and taken off for the folded
 * column. */
struct brand {
    char names[96];  /* alternatives with | between them, "" when only its handle is unmistakable */
    char handle[48]; /* without the @, "" when it has none */
    char helper[48]; /* a second handle, "" for most */
};

void brand_make(uint64_t seed, size_t number, struct brand *brand);
/* A number by how often people speak of it: few are on everybody's lips, and not the first ones. */
size_t brand_pick(uint64_t seed, struct rng *rng);
/* A name of so many syllables, the same for the same number; its length in bytes. */
size_t brand_word(uint64_t seed, uint64_t number, unsigned syllables, char out[LEXICON_WORD_SIZE]);

#endif
