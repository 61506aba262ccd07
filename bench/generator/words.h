/* words: what posts are made of besides brands and phrases. */
#ifndef REBATO_BENCH_GENERATOR_WORDS_H
#define REBATO_BENCH_GENERATOR_WORDS_H

#include "core/rng.h"
#include "generator/sink.h"

enum words_language { WORDS_ES, WORDS_EN };

struct words_mix {
    enum words_language language;
    /* Of a hundred words: how many are of the language's small words, how many everyday ones that
     * rules use too; the rest is made of syllables, rare words rarely. */
    uint32_t small, everyday;
    uint64_t seed; /* of the made ones */
};

/* One word of the mix, with the accents it has. */
void words_put(const struct words_mix *mix, struct rng *rng, struct sink *sink);

#endif
