/*
 * The scanner against PCRE2 itself: random rules, random texts, every pattern on every text, in all
 * instruction sets and both modes. Not one difference is allowed.
 *
 *   scan_differential_stress [SECONDS [SEED]]
 *
 * Rules and texts are made of one small stock of words, so that they meet often, and of the borders
 * where scanners go wrong: words that end in signs, one letter more or less, letters beyond ASCII,
 * texts whose end and the next one's beginning make a word together.
 */
#include "core/process/clock.h"
#include "core/rng.h"
#include "scan/scanner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define PATTERNS_MAX 48
#define TEXTS        64
#define PATTERN_SIZE 512
#define TEXT_SIZE    256

struct round {
    enum pattern_mode mode;
    size_t pattern_count;
    char sources[PATTERNS_MAX][PATTERN_SIZE];
    struct pattern patterns[PATTERNS_MAX];
    char texts[TEXTS][TEXT_SIZE];
    size_t sizes[TEXTS];
    unsigned char expected[TEXTS][PATTERNS_MAX];
    struct pattern_scratch *scratch;
};

struct tally {
    uint64_t rounds, checks, matches, given_up;
};

/* ---- the stock ---- */

static const char *const words[] = { "disney", "disne", "disneyy", "no", "va", "nova", "caido",
    "caida", "caidas", "o2", "o", "paypal", "zoom", "us", "t", "mobile", "senal", "se\303\261al",
    "\xC3\xB1", "a\xC3\xB1o", "ano", "a", "ab", "abc", "aba", "b", "x_", "_", "1", "24", "es",
    "vodafone_es", "error", "errores", "funciona", "que", "la", "\xD0\xB0", "\xE2\x82\xAC", "_url",
    "una palabra mas larga que dieciseis", "otra mas larga que dieciseis" };

/* As they stand in a text, and as a pattern writes them. */
static const char *const signs[][2] = { { " ", " " }, { "-", "-" }, { "+", "\\+" }, { "@", "@" },
    { "#", "#" }, { ".", "\\." }, { "'", "'" }, { "\n", "\\n" },
    { "\xF0\x9F\x98\xA1", "\xF0\x9F\x98\xA1" }, { "/", "/" } };

#define LENGTH(array) (uint32_t)(sizeof(array) / sizeof(array)[0])

struct text {
    char *at;
    size_t size;
    size_t capacity;
};

static void
put(struct text *text, const char *piece)
{
    size_t size = strlen(piece);
    if (text->size + size < text->capacity) {
        memcpy(text->at + text->size, piece, size);
        text->size += size;
        text->at[text->size] = '\0';
    }
}

static const char *
any_word(struct rng *rng)
{
    return words[rng_below(rng, LENGTH(words))];
}

static int
one_in(struct rng *rng, uint32_t chance)
{
    return rng_below(rng, chance) == 0;
}

/* ---- patterns ---- */

static void
put_sign(struct text *text, struct rng *rng)
{
    put(text, signs[rng_below(rng, LENGTH(signs))][1]);
}

static void
put_piece(struct text *text, struct rng *rng)
{
    static const char *const pieces[] = { "[ao]", "\\d", "\\w+", "[ _]?", "(?:s|es)?", ".", "[^ ]",
        "\\s", "a{1,2}", "b+", "(?:no|no me) ", "x*", "[a-c]", "\\w{2}", "\\S" };
    switch (rng_below(rng, 4)) {
    case 0:
        put(text, pieces[rng_below(rng, LENGTH(pieces))]);
        break;
    case 1:
        put_sign(text, rng);
        break;
    default:
        put(text, any_word(rng));
        break;
    }
}

static void
put_run(struct text *text, struct rng *rng)
{
    if (one_in(rng, 2)) {
        put(text, "\\b");
    }
    for (uint32_t i = rng_below(rng, 3) + 1; i > 0; i--) {
        put_piece(text, rng);
        if (one_in(rng, 3)) {
            put(text, " ");
        }
    }
    if (one_in(rng, 2)) {
        put(text, "\\b");
    }
}

static void
put_choice(struct text *text, struct rng *rng)
{
    put(text, one_in(rng, 3) ? "\\b(?:" : "(?:");
    for (uint32_t i = rng_below(rng, 4) + 1; i > 0; i--) {
        put_run(text, rng);
        put(text, i > 1 ? "|" : "");
    }
    put(text, one_in(rng, 3) ? ")\\b" : ")");
    if (one_in(rng, 6)) {
        put(text, "?");
    }
}

static void
make_pattern(struct rng *rng, char *out)
{
    static const char *const joins[] = { "", " ", ".{0,12}", "\\W", "(?!\\w)", "(?= )", "\\B",
        "\\b", "|", "(?<!a)", ".*", "$", "^" };
    struct text text = { .at = out, .capacity = PATTERN_SIZE };
    out[0] = '\0';
    for (uint32_t i = rng_below(rng, 3) + 1; i > 0; i--) {
        if (one_in(rng, 2)) {
            put_choice(&text, rng);
        } else {
            put_run(&text, rng);
        }
        put(&text, i > 1 ? joins[rng_below(rng, LENGTH(joins))] : "");
    }
}

static void
make_patterns(struct round *round, struct rng *rng)
{
    struct pattern_error error;
    size_t wanted = 1 + rng_below(rng, PATTERNS_MAX);
    round->mode = one_in(rng, 2) ? PATTERN_UNICODE : PATTERN_BYTES;
    round->pattern_count = 0;
    while (round->pattern_count < wanted) {
        char *source = round->sources[round->pattern_count];
        struct pattern *pattern = &round->patterns[round->pattern_count];
        make_pattern(rng, source);
        round->pattern_count += (size_t)pattern_init(pattern, view_of(source), round->mode, &error);
    }
}

/* ---- texts ---- */

static void
make_text(struct rng *rng, char *out, size_t *size)
{
    struct text text = { .at = out, .capacity = TEXT_SIZE };
    out[0] = '\0';
    for (uint32_t i = rng_below(rng, 8); i > 0; i--) {
        put(&text, any_word(rng));
        if (!one_in(rng, 5)) {
            put(&text, one_in(rng, 2) ? " " : signs[rng_below(rng, LENGTH(signs))][0]);
        }
    }
    *size = text.size;
}

/* Cut between two characters. */
static size_t
cut_at(struct rng *rng, const char *text, size_t size)
{
    size_t at = rng_below(rng, (uint32_t)size + 1);
    while (at < size && ((unsigned char)text[at] & 0xC0) == 0x80) {
        at++;
    }
    return at;
}

/* Now and then one text is another's continuation: together they hold words that neither has. */
static void
make_texts(struct round *round, struct rng *rng)
{
    for (size_t i = 0; i < TEXTS; i++) {
        make_text(rng, round->texts[i], &round->sizes[i]);
        if (i + 1 < TEXTS && one_in(rng, 3)) {
            size_t cut = cut_at(rng, round->texts[i], round->sizes[i]);
            round->sizes[i + 1] = round->sizes[i] - cut;
            memcpy(round->texts[i + 1], round->texts[i] + cut, round->sizes[i + 1]);
            round->sizes[i] = cut;
            i++;
        }
    }
}

/* ---- the oracle, and the scanner ---- */

static void
ask_pcre2(struct round *round, struct tally *tally)
{
    for (size_t text = 0; text < TEXTS; text++) {
        struct view view = { .at = round->texts[text], .size = round->sizes[text] };
        for (size_t i = 0; i < round->pattern_count; i++) {
            enum pattern_outcome outcome = pattern_test(&round->patterns[i], round->scratch, view);
            round->expected[text][i] = (unsigned char)outcome;
            tally->given_up += outcome == PATTERN_GAVE_UP;
            tally->matches += outcome == PATTERN_FOUND;
        }
    }
}

static void
fail(const struct round *round, enum isa isa, size_t text, size_t pattern, int got)
{
    printf("%s, %s: pattern %zu of %zu %s\n  pattern: %s\n  text:    %.*s\n", isa_name(isa),
            round->mode == PATTERN_BYTES ? "bytes" : "unicode", pattern, round->pattern_count,
            got ? "is a hit, and does not match" : "matches, and is no hit",
            round->sources[pattern], (int)round->sizes[text], round->texts[text]);
    exit(1);
}

static void
compare(const struct round *round, enum isa isa, struct scanner *scanner)
{
    for (uint32_t text = 0; text < TEXTS; text++) {
        size_t count;
        unsigned char got[PATTERNS_MAX] = { 0 };
        (void)scanner_confirm(scanner, text);
        const struct scan_hit *hits = scanner_hits(scanner, text, &count);
        for (size_t i = 0; i < count; i++) {
            assert(i == 0 || hits[i - 1].pattern < hits[i].pattern);
            got[hits[i].pattern] = 1;
        }
        for (size_t i = 0; i < round->pattern_count; i++) {
            /* What PCRE2 itself gave up has no answer to compare with. */
            enum pattern_outcome expected = (enum pattern_outcome)round->expected[text][i];
            if (expected != PATTERN_GAVE_UP && got[i] != (expected == PATTERN_FOUND)) {
                fail(round, isa, text, i, got[i]);
            }
        }
    }
}

static void
scan(const struct round *round, const struct scan_set *set, enum isa isa)
{
    struct scanner *scanner = scanner_create(set, isa);
    assert(scanner != NULL);
    /* Twice: what the first pass leaves behind must not show in the second. */
    for (int pass = 0; pass < 2; pass++) {
        scanner_clear(scanner);
        for (size_t i = 0; i < TEXTS; i++) {
            char *room = scanner_room(scanner, round->sizes[i]);
            assert(room != NULL);
            memcpy(room, round->texts[i], round->sizes[i]);
            (void)scanner_add(scanner, round->sizes[i]);
        }
        scanner_run(scanner);
        compare(round, isa, scanner);
    }
    scanner_destroy(&scanner);
}

static void
check(struct round *round, const struct frequency *frequency, struct tally *tally)
{
    struct scan_builder *builder = scan_builder_create(frequency);
    assert(builder != NULL);
    for (size_t i = 0; i < round->pattern_count; i++) {
        int added = scan_builder_add(
                builder, &round->patterns[i], view_of(round->sources[i]), round->mode, NULL);
        assert(added);
    }
    const struct scan_set *set = scan_set_build(builder);
    assert(set != NULL);
    ask_pcre2(round, tally);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (isa_available((enum isa)isa)) {
            scan(round, set, (enum isa)isa);
        }
    }
    tally->rounds++;
    tally->checks += TEXTS * round->pattern_count;
    scan_set_destroy(&set);
    scan_builder_destroy(&builder);
}

int
main(int argc, char **argv)
{
    int64_t seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 5;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    int64_t end_ms = clock_monotonic_ms() + seconds * 1000;
    struct rng rng = rng_seeded(seed);
    struct frequency *frequency = frequency_create();
    struct round *round = calloc(1, sizeof *round);
    struct tally tally = { 0 };

    assert(frequency != NULL && round != NULL);
    round->scratch = pattern_scratch_create(0);
    assert(round->scratch != NULL);
    while (clock_monotonic_ms() < end_ms) {
        make_patterns(round, &rng);
        make_texts(round, &rng);
        check(round, frequency, &tally);
        for (size_t i = 0; i < round->pattern_count; i++) {
            pattern_fini(&round->patterns[i]);
        }
    }
    printf("%llu rounds, %llu pattern-text pairs, %llu matches, %llu given up, no difference (seed "
           "%llu)\n",
            (unsigned long long)tally.rounds, (unsigned long long)tally.checks,
            (unsigned long long)tally.matches, (unsigned long long)tally.given_up,
            (unsigned long long)seed);
    pattern_scratch_destroy(&round->scratch);
    frequency_destroy(&frequency);
    free(round);
    return tally.matches == 0 || tally.given_up > tally.checks / 10000;
}
