#include "generator/lexicon.h"

#include <string.h>

#define PICK(table, count, rng) (table)[rng_below((rng), (uint32_t)(count))]

/* Ranks behind it belong to names, relatives and slips as well. */
enum { FREQUENT = 2500, NAME_SIZE_MAX = 24 };

static const struct lexicon *
lexicon_of(enum words_language language)
{
    return language == WORDS_ES ? lexicon_spanish() : lexicon_english();
}

struct rng
lexicon_stream(uint64_t seed, uint64_t what, uint64_t number)
{
    struct rng rng =
            rng_seeded(seed * 0x9E3779B97F4A7C15ULL + what * 0xD1B54A32D192ED03ULL + number);

    (void)rng_next(&rng);
    return rng;
}

static size_t
append(char out[LEXICON_WORD_SIZE], size_t size, const char *text)
{
    size_t more = strlen(text);

    if (size + more >= LEXICON_WORD_SIZE) {
        return size;
    }
    memcpy(out + size, text, more + 1);
    return size + more;
}

size_t
lexicon_name(enum words_language language,
        struct rng *rng,
        unsigned syllables,
        size_t size_min,
        char out[LEXICON_WORD_SIZE])
{
    const struct lexicon *lexicon = lexicon_of(language);
    size_t size = 0;

    out[0] = '\0';
    for (unsigned i = 0; (i < syllables || size < size_min) && size + 8 < NAME_SIZE_MAX; i++) {
        if (i > 0 || rng_below(rng, 6) > 0) {
            size = append(out, size, PICK(lexicon->onsets, lexicon->onset_count, rng));
        }
        size = append(out, size, PICK(lexicon->nuclei, lexicon->nucleus_count, rng));
        size = append(out, size, PICK(lexicon->codas, lexicon->coda_count, rng));
    }
    return size;
}

static const struct lexicon_class *
pick_class(const struct lexicon *lexicon, struct rng *rng)
{
    uint32_t draw = rng_below(rng, 100);
    size_t i = 0;

    for (; i + 1 < lexicon->class_count && draw >= lexicon->classes[i].weight; i++) {
        draw -= lexicon->classes[i].weight;
    }
    return &lexicon->classes[i];
}

const char *
lexicon_root(enum words_language language, struct rng *rng)
{
    const struct lexicon_class *of = pick_class(lexicon_of(language), rng);

    return PICK(of->roots, of->root_count, rng);
}

/* A letter too few or twice, which is how people type. */
static size_t
slip(struct rng *rng, size_t size, char out[LEXICON_WORD_SIZE])
{
    size_t at = 1 + rng_below(rng, (uint32_t)size - 1);
    int twice = rng_below(rng, 3) == 0;

    /* Only between two ASCII letters: half a letter is no slip. */
    if (((unsigned char)out[at - 1] | (unsigned char)out[at]) >= 0x80) {
        return size;
    }
    if (!twice) {
        memmove(out + at, out + at + 1, size - at);
        return size - 1;
    }
    if (size + 2 > LEXICON_WORD_SIZE) {
        return size;
    }
    memmove(out + at + 1, out + at, size - at + 1);
    return size + 1;
}

size_t
lexicon_word(
        enum words_language language, uint64_t seed, uint64_t rank, char out[LEXICON_WORD_SIZE])
{
    const struct lexicon *lexicon = lexicon_of(language);
    struct rng rng = lexicon_stream(seed, 0x1E8 + (uint64_t)language, rank);
    uint32_t way = rank < FREQUENT ? 100 : rng_below(&rng, 100);
    size_t size = 0;

    if (way < 36) {
        return lexicon_name(language, &rng, 2 + rng_below(&rng, 5) / 4, 4, out);
    }
    if (way < 50) {
        size = append(out, 0, PICK(lexicon->prefixes, lexicon->prefix_count, &rng));
    }
    const struct lexicon_class *of = pick_class(lexicon, &rng);
    size = append(out, size, PICK(of->roots, of->root_count, &rng));
    size = append(out, size, PICK(of->endings, of->ending_count, &rng));
    return way < 72 && size > 3 ? slip(&rng, size, out) : size;
}
