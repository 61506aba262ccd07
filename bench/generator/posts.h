/* posts: the text of one generated post. */
#ifndef REBATO_BENCH_GENERATOR_POSTS_H
#define REBATO_BENCH_GENERATOR_POSTS_H

#include "generator/generator.h"
#include "generator/words.h"

/* Of a thousand, unless it says otherwise. */
struct post_shares {
    uint32_t english;
    uint32_t brand;   /* posts that name a brand */
    uint32_t trouble; /* of those, with a phrase of a rule: who complains names whom */
    uint32_t handles, hashtags, links, emoji; /* per hundred posts; a post may have several */
    uint32_t newline, repost;
    uint32_t numbered; /* of a hundred handles that are nobody's brand, how many end in a number */
    uint32_t accents;  /* of the words that have one, how many are written with it */
    uint32_t small, everyday; /* of a hundred words */
    uint32_t vocabulary;
    uint32_t size_low, size_high;  /* bytes of most texts */
    uint32_t longer, size_longest; /* so many of a hundred are longer */
};

const struct post_shares *post_shares(enum corpus_kind kind);
/* Writes the text; returns its language. */
enum words_language post_put(
        const struct post_shares *shares, uint64_t seed, struct rng *rng, struct sink *sink);

#endif
