/* What is certain in a pattern: by table, and by chance against PCRE2. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/rng.h"
#include "literals_oracle.h"
#include "pattern/literals.h"

#define ENYE "\xc3\xb1"

struct bench {
    struct arena *arena;
    struct frequency *frequency;
    struct literals literals;
};

static struct bench
found(const char *pattern, enum pattern_mode mode)
{
    struct bench bench = { .arena = arena_create(), .frequency = frequency_create() };
    cr_assert(literals_find(view_of(pattern), mode, bench.frequency, bench.arena, &bench.literals));
    return bench;
}

static void
clear(struct bench *bench)
{
    arena_destroy(&bench->arena);
    frequency_destroy(&bench->frequency);
}

/* "\bno va\b|ya va": in order, ^ before an anchor that is not the first byte, ~ behind a loose one. */
static void
spell(const struct literal_set *set, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < set->count; i++) {
        const struct literal *literal = &set->at[i];
        int n = snprintf(out + at, size - at, "%s%s%.*s%s%.*s%s%s", i > 0 ? "|" : "",
                literal->boundary_begin ? "\\b" : "", (int)literal->anchor, literal->at,
                literal->anchor > 0 ? "^" : "", (int)(literal->size - literal->anchor),
                literal->at + literal->anchor, literal->boundary_end ? "\\b" : "",
                literal->loose ? "~" : "");
        cr_assert(n >= 0 && (size_t)n < size - at);
        at += (size_t)n;
    }
}

struct row {
    const char *pattern;
    enum literals_kind kind;
    const char *first;
    const char *second;
};

static void
check_rows(const struct row *rows, size_t count, enum pattern_mode mode)
{
    for (size_t i = 0; i < count; i++) {
        struct bench bench = found(rows[i].pattern, mode);
        char first[4096];
        char second[4096];
        spell(&bench.literals.first, first, sizeof first);
        spell(&bench.literals.second, second, sizeof second);
        cr_expect_eq(bench.literals.kind, rows[i].kind, "%s", rows[i].pattern);
        cr_expect_str_eq(first, rows[i].first, "%s: %s", rows[i].pattern, first);
        cr_expect_str_eq(second, rows[i].second == NULL ? "" : rows[i].second, "%s: %s",
                rows[i].pattern, second);
        clear(&bench);
    }
}

Test(literals, spells_out_what_is_finite)
{
    static const struct row rows[] = {
        { "\\bno funciona\\b", LITERALS_EXACT, "\\bno funciona\\b", NULL },
        { "\\bcaid[oa]s?\\b", LITERALS_EXACT, "\\bcaida\\b|\\bcaidas\\b|\\bcaido\\b|\\bcaidos\\b",
                NULL },
        { "\\b(?:bbva)\\b|(?:@bbva_es)\\b", LITERALS_EXACT, "@^bbva_es\\b|\\bbbva\\b", NULL },
        { "\\bno\\b", LITERALS_EXACT, "\\bno\\b", NULL },
        { "\\bdisney\\+\\b", LITERALS_EXACT, "\\bdisney+\\b", NULL },
        { "\\bque cajero\\b", LITERALS_EXACT, "\\bque ^cajero\\b", NULL },
        { "\\bup\\b\\+", LITERALS_EXACT, "\\bup+", NULL },
        { "\\b(?:zig\\bva|zig va)\\b", LITERALS_EXACT, "\\bzig va\\b", NULL },
        { "\\b(?:xbox|)\\b", LITERALS_EXACT, "\\bxbox\\b", NULL },
        { "\\b\\Qxbox.a\\E\\b", LITERALS_EXACT, "\\bxbox.a\\b", NULL },
        { "\\bx{2,3}box", LITERALS_EXACT, "\\bxxbox|\\bxxxbox", NULL },
        { "\\b(?<os>xbox|wii)\\b", LITERALS_EXACT, "\\bwii\\b|\\bxbox\\b", NULL },
        { "(?<!\\w)xbox(?!\\w)", LITERALS_EXACT, "\\bxbox\\b", NULL },
        { "\\b(?:disney\\+|xbox)(?:(?!\\w)|(?<!\\w))", LITERALS_EXACT, "\\bdisney+|\\bxbox\\b",
                NULL },
        { "fo\\bo", LITERALS_EXACT, "", NULL }, /* never */
        { "", LITERALS_EXACT, "", NULL },       /* matches are not empty */
    };
    check_rows(rows, sizeof rows / sizeof rows[0], PATTERN_UNICODE);
}

Test(literals, knows_what_is_needed_where_not_all_is_finite)
{
    static const struct row rows[] = {
        { "\\bpaypal\\b.{0,60}\\b(?:down|roto)\\b", LITERALS_REQUIRED, "\\bpaypal\\b",
                "\\bdown\\b|\\broto\\b" },
        { "^xbox", LITERALS_REQUIRED, "xbox", NULL },
        { "(?<!\\S)xbox", LITERALS_REQUIRED, "xbox", NULL },
        { "\\s+xbox", LITERALS_REQUIRED, "xbox", NULL },
        { "xbox(?=!)", LITERALS_REQUIRED, "xbox~", NULL },
        { "\\bxbox\\B", LITERALS_REQUIRED, "\\bxbox", NULL },
        { "\\b(?>xbox|xbo)", LITERALS_REQUIRED, "\\bxbo", NULL },
        { "\\b(?:xbox.*|wii\\d+)\\b", LITERALS_REQUIRED, "\\bwii|\\bxbox", NULL },
        { "(?:\\w+ )?xbox", LITERALS_REQUIRED, "xbox~", NULL },
        { "\\b(?:\\w+ )?xbox", LITERALS_REQUIRED, "xbox", NULL },
        { "\\bxbox(?:es)?.", LITERALS_REQUIRED, "\\bxbox", NULL },
        { "\\b" ENYE "am\\b", LITERALS_REQUIRED, ENYE "^am\\b", NULL },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], PATTERN_UNICODE);
}

Test(literals, says_why_nothing_is_certain)
{
    static const char *const patterns[] = { "\\d{4}", ".*", "a|\\bfuncion", "x?", "\\bno",
        "\\p{L}+", "(?i)paypal", "(*UCP)paypal", "paypal(?(1)a|b)", "x{,3}", "[[:alpha:]]+" };
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        struct bench bench = found(patterns[i], PATTERN_UNICODE);
        cr_expect_eq(bench.literals.kind, LITERALS_NONE, "%s", patterns[i]);
        cr_expect(bench.literals.why != NULL && strlen(bench.literals.why) > 10, "%s", patterns[i]);
        clear(&bench);
    }
}

/* A pattern by chance, from the pieces that rules are made of. */
struct writing {
    struct rng rng;
    char at[512];
    size_t size;
};

static void
put(struct writing *writing, const char *piece)
{
    size_t size = strlen(piece);
    if (writing->size + size < sizeof writing->at) {
        memcpy(writing->at + writing->size, piece, size);
        writing->size += size;
    }
}

static void
put_one(struct writing *writing, const char *const *pieces, size_t count)
{
    put(writing, pieces[rng_below(&writing->rng, (uint32_t)count)]);
}

#define PUT_ONE(writing, pieces) put_one(writing, pieces, sizeof(pieces) / sizeof(pieces)[0])

static const char *const words[] = { "no", "va", "ab", "abc", "a", "b", ENYE, ENYE "a", "@ab",
    "a_b", "12", "1", " ", "no va", "abcab", "ca", "cab", " a", "b ", "ba", "#a", "a-b", "_" };
static const char *const signs[] = { "\\+", "\\.", "\\$", "\\b", "\\b", "\\b", "\\B", "\\d", "\\s",
    "\\w", "\\W", ".", "[ab]", "[a" ENYE "]", "[^a]", "[a-c]", "[ _-]", "[^\\w]", "[\\s@]", "^",
    "$", "\\x61", "\\S", "\\Qa.\\E", "\\A", "\\z", "\\R", "[[:alpha:]]", "\\p{L}", "(?!\\w)",
    "(?<!\\w)", "(?:(?!\\w)|(?<!\\w))", "(?#x)", "\\x{f1}", "{", "}", "(?i)" };
static const char *const repeats[] = { "?", "??", "*", "+", "{2}", "{0,2}", "{1,2}", "{0,20}", "*+",
    "?+", "+?", "{2,}", "{0}" };
static const char *const groups[] = { "(?:", "(?:", "(?:", "(", "(?<n>", "(?=", "(?!",
    "(?<=", "(?<!", "(?>", "(?i:", "(?s)(?:", "(?|" };

static void put_sequence(struct writing *writing, unsigned depth);

static void
put_atom(struct writing *writing, unsigned depth)
{
    uint32_t kind = rng_below(&writing->rng, 20);
    if (kind < 10) {
        PUT_ONE(writing, words);
    } else if (kind < 16 || depth == 0) {
        PUT_ONE(writing, signs);
    } else {
        PUT_ONE(writing, groups);
        put_sequence(writing, depth - 1);
        while (rng_below(&writing->rng, 2) > 0) {
            put(writing, "|");
            put_sequence(writing, depth - 1);
        }
        put(writing, ")");
    }
    if (rng_below(&writing->rng, 5) == 0) {
        PUT_ONE(writing, repeats);
    }
}

static void
put_sequence(struct writing *writing, unsigned depth)
{
    if (rng_below(&writing->rng, 3) == 0) {
        put(writing, "\\b");
    }
    for (uint32_t count = rng_below(&writing->rng, 4); count > 0; count--) {
        put_atom(writing, depth);
    }
    if (rng_below(&writing->rng, 3) == 0) {
        put(writing, "\\b");
    }
}

static void
write_pattern(struct writing *writing)
{
    writing->size = 0;
    put_sequence(writing, 3);
    put_atom(writing, 2);
    while (rng_below(&writing->rng, 4) == 0) {
        put(writing, "|");
        put_sequence(writing, 2);
    }
}

static void
write_text(struct writing *writing)
{
    static const char *const others[] = { "+", ".", "$", "\n", "x", "\xe2\x82\xac", "ab", "abc",
        " no", "\xcc\x81", "\xc3\xb3", "Z" };
    writing->size = 0;
    for (uint32_t count = rng_below(&writing->rng, 9); count > 0; count--) {
        if (rng_below(&writing->rng, 4) == 0) {
            PUT_ONE(writing, others);
        } else {
            PUT_ONE(writing, words);
        }
    }
}

struct tallies {
    size_t patterns, exact, required, seconds, reaching, matches, misses;
};

static void
try_texts(struct writing *writing,
        const struct pattern *pattern,
        const struct literals *literals,
        enum pattern_mode mode,
        struct tallies *tallies)
{
    struct pattern_scratch *scratch = pattern_scratch_create(pattern->group_count);
    struct writing text = { .rng = rng_seeded(rng_next(&writing->rng)) };
    for (size_t i = 0; i < 20; i++) {
        struct pattern_span span;
        write_text(&text);
        struct view view = { text.at, text.size };
        enum pattern_outcome outcome = pattern_find(pattern, scratch, view, 0, &span);
        const char *fault = outcome == PATTERN_GAVE_UP
                                    ? NULL
                                    : oracle_fault(literals, mode, view, outcome == PATTERN_FOUND);
        cr_assert_null(fault, "%s, mode %d: '%.*s' in '%.*s'", fault, (int)mode, (int)writing->size,
                writing->at, (int)text.size, text.at);
        tallies->matches += outcome == PATTERN_FOUND;
        tallies->misses += outcome == PATTERN_NOT_FOUND;
    }
    pattern_scratch_destroy(&scratch);
}

static void
try_pattern(struct writing *writing,
        const struct frequency *frequency,
        enum pattern_mode mode,
        struct tallies *tallies)
{
    struct pattern pattern;
    struct pattern_error error;
    struct literals literals;
    write_pattern(writing);
    struct view text = { writing->at, writing->size };
    if (!pattern_init(&pattern, text, mode, &error)) {
        return;
    }
    struct arena *arena = arena_create();
    cr_assert(literals_find(text, mode, frequency, arena, &literals));
    oracle_check_set(&literals.first);
    oracle_check_set(&literals.second);
    tallies->patterns++;
    tallies->exact += literals.kind == LITERALS_EXACT;
    tallies->required += literals.kind == LITERALS_REQUIRED;
    tallies->seconds += literals.second.count > 0;
    tallies->reaching += literals.reach != 0;
    try_texts(writing, &pattern, &literals, mode, tallies);
    arena_destroy(&arena);
    pattern_fini(&pattern);
}

/* REBATO_CASES says how many patterns; seldom a run needs more than the default. */
static size_t
case_count(void)
{
    const char *wished = getenv("REBATO_CASES");
    uint64_t count = 0;
    return wished != NULL && view_to_u64(view_of(wished), &count) ? (size_t)count : 4000;
}

Test(literals, promises_hold_for_patterns_and_texts_by_chance, .timeout = 600)
{
    struct writing writing = { .rng = rng_seeded(20) };
    /* By the one table these words are frequent, by the other everything is rare: then there are
     * second sets, too. */
    struct frequency *tables[] = { frequency_create(), frequency_read(VIEW("zzzz\t0.0001\n")) };
    struct tallies tallies = { 0 };
    size_t count = case_count();
    for (size_t i = 0; i < count; i++) {
        enum pattern_mode mode = i % 2 == 0 ? PATTERN_UNICODE : PATTERN_BYTES;
        try_pattern(&writing, tables[i / 2 % 2], mode, &tallies);
    }
    /* The cases are worth something only if all kinds occur, with and without a match. */
    cr_expect_gt(tallies.exact, tallies.patterns / 20);
    cr_expect_gt(tallies.required, tallies.patterns / 20);
    cr_expect_gt(tallies.seconds, tallies.patterns / 200);
    cr_expect_gt(tallies.reaching, tallies.patterns / 400);
    cr_expect_gt(tallies.matches, tallies.patterns);
    cr_expect_gt(tallies.misses, tallies.patterns);
    frequency_destroy(&tables[0]);
    frequency_destroy(&tables[1]);
}
