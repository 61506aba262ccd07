/*
 * lexicon: words as Spanish and English have them, without a word list behind them. A frequent one
 * is an ordinary root with an ordinary ending, a rare one a name, a relative or a slip of the
 * finger. What the two languages share with rules matters: -ción, -ando, -ing and -ment are in
 * both.
 */
#ifndef REBATO_BENCH_GENERATOR_LEXICON_H
#define REBATO_BENCH_GENERATOR_LEXICON_H

#include "core/rng.h"

#include <stddef.h>
#include <stdint.h>

enum words_language { WORDS_ES, WORDS_EN, WORDS_LANGUAGE_COUNT };

#define LEXICON_WORD_SIZE 40

/* Roots that take the same endings. What stands in a table twice is met twice as often. */
struct lexicon_class {
    uint32_t weight; /* of a hundred frequent words */
    const char *const *roots;
    size_t root_count;
    const char *const *endings;
    size_t ending_count;
};

struct lexicon {
    const struct lexicon_class *classes;
    size_t class_count;
    const char *const *prefixes;
    size_t prefix_count;
    const char *const *onsets;
    size_t onset_count;
    const char *const *nuclei;
    size_t nucleus_count;
    const char *const *codas;
    size_t coda_count;
};

const struct lexicon *lexicon_spanish(void);
const struct lexicon *lexicon_english(void);

/* The word of a rank in the language of this seed, with its accents; its length in bytes. Low
 * ranks are frequent words. */
size_t lexicon_word(
        enum words_language language, uint64_t seed, uint64_t rank, char out[LEXICON_WORD_SIZE]);
/* A name of so many syllables, at least `size_min` and at most 24 bytes long; ASCII. */
size_t lexicon_name(enum words_language language,
        struct rng *rng,
        unsigned syllables,
        size_t size_min,
        char out[LEXICON_WORD_SIZE]);
/* An ordinary root, as it stands in front of endings. */
const char *lexicon_root(enum words_language language, struct rng *rng);
/* A stream of its own for every (seed, what, number). */
struct rng lexicon_stream(uint64_t seed, uint64_t what, uint64_t number);

#endif
