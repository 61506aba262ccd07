#include "generator/brands.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PICK(table, rng) (table)[rng_below((rng), sizeof(table) / sizeof *(table))]

/* What makes a brand of an ordinary root. */
static const char *const endings[] = { "tel", "bank", "jet", "net", "gas", "air", "pay", "mart",
    "movil", "play", "lux", "ex", "ix", "ify", "ora", "itas", "zon", "inter", "book", "flix",
    "phone", "app", "card", "us", "azo", "cel" };
/* What stands behind the name: what the company does, or where. */
static const char *const trades[] = { "air", "airlines", "lines", "bank", "mobile", "express",
    "direct", "media", "play", "plus", "pass", "games", "pay", "cloud", "drive", "music", "store",
    "card", "sports", "seguros", "movil", "uk", "care", "directa", "box", "social", "estado",
    "madrid", "energia", "broadband", "app", "teams", "jet" };
/* Everyday words that brands are made of, which posts use without meaning any brand. */
static const char *const everyday[] = { "banco", "linea", "metro", "mundo", "media", "madre", "sol",
    "central", "first", "silver", "nova", "gran", "nueva", "casa", "tele", "radio", "best", "blue",
    "air", "super", "mercado", "tierra", "verde", "nacional", "valley", "south", "northern",
    "summit", "seguridad", "total", "office", "target", "corte", "mutua", "pedidos", "agencia",
    "quick", "three", "real", "island", "gas", "la", "us", "t" };
static const char *const tails[] = { "_es", "_es", "help", "support", "cares", "mx", "uk", "app",
    "_oficial", "express", "hq", "espana" };
static const char *const heads[] = { "ask", "viaja", "somos", "banco", "team", "the", "soy" };

static size_t
append(char *out, size_t size, size_t capacity, const char *text)
{
    int written = snprintf(out + size, capacity - size, "%s", text);

    return size + (size_t)written < capacity ? size + (size_t)written : strlen(out);
}

static enum words_language
pick_language(struct rng *rng)
{
    return rng_below(rng, 2) == 0 ? WORDS_ES : WORDS_EN;
}

size_t
brand_word(uint64_t seed, uint64_t number, unsigned syllables, char out[LEXICON_WORD_SIZE])
{
    struct rng rng = lexicon_stream(seed, 1, number);

    return lexicon_name(pick_language(&rng), &rng, syllables, 4, out);
}

/* bbva, dhl: consonants, and now and then a vowel to end with. */
static void
make_acronym(struct rng *rng, char out[LEXICON_WORD_SIZE])
{
    static const char consonants[] = "bbccdfghklmmnprsstvwx";
    size_t size = 0;

    while (size < 3) {
        out[size++] = consonants[rng_below(rng, sizeof consonants - 1)];
    }
    if (rng_below(rng, 2) == 0) {
        out[size++] = "aeo"[rng_below(rng, 3)];
    }
    out[size] = '\0';
}

/* A short name has a letter that is rare in ordinary words, lest it be one. */
static void
make_short(struct rng *rng, char out[LEXICON_WORD_SIZE])
{
    size_t size = lexicon_name(pick_language(rng), rng, 2, 4, out);

    if (size < 7) {
        char rare = "kwxyzvj"[rng_below(rng, 7)];
        out[rng_below(rng, 2) * (size - 2)] = rare;
    }
}

static void
make_of_root(struct rng *rng, char out[LEXICON_WORD_SIZE])
{
    const char *root = lexicon_root(pick_language(rng), rng);
    size_t size = 0;

    for (; *root != '\0' && size < 5; root++) {
        if ((unsigned char)*root < 0x80) {
            out[size++] = *root;
        }
    }
    size = append(out, size, LEXICON_WORD_SIZE, PICK(endings, rng));
    if (size < 6) {
        (void)append(out, size, LEXICON_WORD_SIZE, PICK(endings, rng));
    }
}

static void
make_word(struct rng *rng, char out[LEXICON_WORD_SIZE])
{
    uint32_t way = rng_below(rng, 100);

    if (way < 11) {
        make_acronym(rng, out);
    } else if (way < 62) {
        make_short(rng, out);
    } else {
        make_of_root(rng, out);
    }
}

/* Written together, as handles are and as some write names of two words. */
static void
put_together(const char *name, char out[48])
{
    size_t size = 0;

    for (; *name != '\0' && *name != '|' && size < 30; name++) {
        if (*name == '[') {
            name = strchr(name, ']');
        } else if (*name != '?' && (unsigned char)*name < 0x80) {
            out[size++] = *name;
        }
    }
    out[size] = '\0';
}

/* How brands are called: by one word, by one with a trade, by everyday words, in two ways. */
static void
make_names(struct rng *rng, struct brand *brand)
{
    char word[LEXICON_WORD_SIZE];
    char other[LEXICON_WORD_SIZE];
    const char *common = PICK(everyday, rng);
    const char *trade = PICK(trades, rng);
    const char *gap = rng_below(rng, 2) == 0 ? "[ _]" : "[ _]?";
    uint32_t way = rng_below(rng, 100);
    size_t room = sizeof brand->names;

    make_word(rng, word);
    make_word(rng, other);
    if (way < 62) {
        (void)snprintf(brand->names, room, "%s", word);
    } else if (way < 72) {
        (void)snprintf(brand->names, room, "%s%s%s", word, gap, trade);
    } else if (way < 78) {
        (void)snprintf(brand->names, room, "%s%s%s", common, gap, word);
    } else if (way < 89) {
        (void)snprintf(brand->names, room, "%s%s%s", common, gap, trade);
    } else if (way < 95) {
        (void)snprintf(brand->names, room, "%s|%s%s%s", word, common, gap, word);
    } else {
        (void)snprintf(brand->names, room, "%s|%s", word, other);
    }
}

/* Most handles are the name; some say more, some are the first word of two. */
static void
make_handles(struct rng *rng, struct brand *brand)
{
    char name[48];
    uint32_t way = rng_below(rng, 100);
    size_t room = sizeof brand->handle;

    put_together(brand->names, name);
    if (way < 68) {
        (void)snprintf(brand->handle, room, "%s", name);
    } else if (way < 86) {
        (void)snprintf(brand->handle, room, "%s%s", name, PICK(tails, rng));
    } else if (way < 96) {
        (void)snprintf(brand->handle, room, "%s%s", PICK(heads, rng), name);
    }
    if (rng_below(rng, 20) == 0) {
        (void)snprintf(brand->helper, room, "%s%s", name, PICK(tails, rng));
    }
}

void
brand_make(uint64_t seed, size_t number, struct brand *brand)
{
    struct rng rng = lexicon_stream(seed, 2, number);

    *brand = (struct brand){ 0 };
    make_names(&rng, brand);
    make_handles(&rng, brand);
    if (brand->handle[0] != '\0' && rng_below(&rng, 100) < 3) {
        brand->names[0] = '\0';
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
