/* words: what posts are made of besides brands and phrases. */
#ifndef REBATO_BENCH_GENERATOR_WORDS_H
#define REBATO_BENCH_GENERATOR_WORDS_H

#include "generator/lexicon.h"
#include "generator/sink.h"

struct words_mix {
    enum words_language language;
    /* Of a hundred words: how many are of the language's small words, how many everyday ones that
     * rules use too; the rest is the lexicon's, rare words rarely. */
    uint32_t small, everyday;
    uint32_t vocabulary; /* so many words of the lexicon; the more, the rarer each */
    uint64_t seed;
};

/* One word of the mix, with the accents it has. */
void words_put(const struct words_mix *mix, struct rng *rng, struct sink *sink);

#endif
