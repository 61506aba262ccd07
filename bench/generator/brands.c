#include "generator/brands.h"

#include <math.h>
#include <stdio.h>

/* Plain ones more often than clusters. */
static const char *const onsets[] = { "b", "c", "d", "f", "g", "j", "l", "m", "n", "p", "r", "s",
    "t", "v", "c", "d", "l", "m", "n", "r", "s", "t", "b", "m", "p", "br", "cl", "tr", "pl", "gr",
    "k", "w", "x", "y", "z", "st", "qu" };
static const char *const nuclei[] = { "a", "e", "i", "o", "u", "a", "e", "o", "a", "e", "i", "o",
    "ia" };
static const char *const codas[] = { "", "", "", "", "", "", "", "", "n", "r", "s", "l" };
static const char *const endings[] = { "tel", "bank", "jet", "net", "gas", "air", "pay", "shop",
    "mart", "seguros", "movil", "banco", "express", "media", "play", "lux" };
/* Everyday words that brands are made of, which posts use without meaning any brand. */
static const char *const everyday[] = { "banco", "línea", "metro", "mundo", "correo", "madre",
    "sol", "american", "first", "united", "sky", "gran", "nueva", "casa", "tele", "radio", "best",
    "blue", "air", "super", "mercado", "tierra", "orange", "nacional", "direct", "virgin" };

#define PICK(table, rng) (table)[rng_below((rng), sizeof(table) / sizeof *(table))]

/* A stream of its own for every (seed, what, number). */
static struct rng
stream(uint64_t seed, uint64_t what, uint64_t number)
{
    struct rng rng =
            rng_seeded(seed * 0x9E3779B97F4A7C15ULL + what * 0xD1B54A32D192ED03ULL + number);

    (void)rng_next(&rng);
    return rng;
}

static size_t
append(char *out, size_t size, size_t capacity, const char *text)
{
    int written = snprintf(out + size, capacity - size, "%s", text);

    return size + (size_t)written < capacity ? size + (size_t)written : size;
}

static size_t
make_word(struct rng *rng, unsigned syllables, size_t size_min, char out[32])
{
    size_t size = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < syllables || size < size_min; i++) {
        if (i > 0 || rng_below(rng, 6) > 0) {
            size = append(out, size, 32, PICK(onsets, rng));
        }
        size = append(out, size, 32, PICK(nuclei, rng));
        size = append(out, size, 32, PICK(codas, rng));
    }
    return size;
}

size_t
brand_word(uint64_t seed, uint64_t number, unsigned syllables, char out[32])
{
    struct rng rng = stream(seed, 1, number);

    return make_word(&rng, syllables, 4, out);
}

/* Five ways in which brands are called. */
static void
make_names(struct rng *rng, const char *word, struct brand *brand)
{
    uint32_t way = rng_below(rng, 100);

    if (way < 62) {
        (void)snprintf(brand->names, sizeof brand->names, "%s", word);
    } else if (way < 72) {
        (void)snprintf(brand->names, sizeof brand->names, "%s[ _]?%s", word, PICK(endings, rng));
    } else if (way < 82) {
        (void)snprintf(
                brand->names, sizeof brand->names, "%s|%s[ _]%s", word, PICK(everyday, rng), word);
    } else if (way < 93) {
        (void)snprintf(brand->names, sizeof brand->names, "%s[ _]%s", PICK(everyday, rng),
                PICK(endings, rng));
    }
}

void
brand_make(uint64_t seed, size_t number, struct brand *brand)
{
    struct rng rng = stream(seed, 2, number);
    char word[32];
    /* Long enough that a made word of a post is hardly ever one. */
    size_t size = make_word(&rng, 2 + rng_below(&rng, 2), 6, word);

    *brand = (struct brand){ 0 };
    if (size < 10 && rng_below(&rng, 4) == 0) {
        (void)append(word, size, sizeof word, PICK(endings, &rng));
    }
    make_names(&rng, word, brand);
    if (brand->names[0] == '\0' || rng_below(&rng, 100) < 82) {
        (void)snprintf(brand->handle, sizeof brand->handle, "%.24s%s", word,
                rng_below(&rng, 4) == 0 ? "_es" : "");
    }
}

size_t
brand_pick(uint64_t seed, struct rng *rng)
{
    /* Uniform in the logarithm of the rank: the first ten are half of all. */
    size_t rank = (size_t)exp(rng_unit(rng) * log((double)BRANDS_COUNT + 0.9999)) - 1;

    /* Any odd step through a number of brands that is no multiple of it visits all of them. */
    return (rank * 77 + (size_t)(seed % BRANDS_COUNT)) % BRANDS_COUNT;
}
