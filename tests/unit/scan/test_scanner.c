/* Small rule sets that lead a scanner into its corners, held against PCRE2 in every instruction set. */
#include "core/view.h"
#include "scan/scanner.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define PATTERNS_MAX 2000
#define SOURCE_SIZE  128

struct bench {
    char sources[PATTERNS_MAX][SOURCE_SIZE];
    struct pattern patterns[PATTERNS_MAX];
    size_t pattern_count;
    struct frequency *frequency;
    struct pattern_scratch *scratch;
    const struct scan_set *set;
    struct scanner *scanner;
};

static struct bench *
bench_create(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    cr_assert_not_null(bench);
    bench->frequency = frequency_create();
    bench->scratch = pattern_scratch_create(0);
    cr_assert(bench->frequency != NULL && bench->scratch != NULL);
    return bench;
}

static void
bench_destroy(struct bench *bench)
{
    scan_set_destroy(&bench->set);
    for (size_t i = 0; i < bench->pattern_count; i++) {
        pattern_fini(&bench->patterns[i]);
    }
    pattern_scratch_destroy(&bench->scratch);
    frequency_destroy(&bench->frequency);
    free(bench);
}

static void
add(struct bench *bench, const char *source)
{
    struct pattern_error error;
    size_t number = bench->pattern_count++;
    (void)snprintf(bench->sources[number], SOURCE_SIZE, "%s", source);
    cr_assert(pattern_init(
            &bench->patterns[number], view_of(bench->sources[number]), PATTERN_BYTES, &error));
}

static void
build(struct bench *bench)
{
    struct scan_builder *builder = scan_builder_create(bench->frequency);
    for (size_t i = 0; i < bench->pattern_count; i++) {
        cr_assert(scan_builder_add(
                builder, &bench->patterns[i], view_of(bench->sources[i]), PATTERN_BYTES, NULL));
    }
    bench->set = scan_set_build(builder);
    cr_assert_not_null(bench->set);
    scan_builder_destroy(&builder);
}

static void
put_texts(struct scanner *scanner, const char *const *texts, size_t count)
{
    scanner_clear(scanner);
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(texts[i]);
        char *room = scanner_room(scanner, size);
        cr_assert_not_null(room);
        memcpy(room, texts[i], size);
        (void)scanner_add(scanner, size);
    }
}

static size_t
check_text(struct bench *bench, struct scanner *scanner, uint32_t text)
{
    size_t count;
    size_t next = 0;
    (void)scanner_confirm(scanner, text);
    const struct scan_hit *hits = scanner_hits(scanner, text, &count);
    for (uint32_t i = 0; i < bench->pattern_count; i++) {
        struct view view = scanner_text(scanner, text);
        int matches = pattern_test(&bench->patterns[i], bench->scratch, view) == PATTERN_FOUND;
        int hit = next < count && hits[next].pattern == i;
        cr_expect_eq(
                hit, matches, "%s on '%.*s': %d", bench->sources[i], (int)view.size, view.at, hit);
        next += (size_t)hit;
    }
    cr_expect_eq(next, count, "hits are not in order");
    return count;
}

/* Scans with every instruction set, and compares every pattern on every text. Returns the matches. */
static size_t
check(struct bench *bench, const char *const *texts, size_t count)
{
    size_t matches = 0;
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (!isa_available((enum isa)isa)) {
            continue;
        }
        struct scanner *scanner = scanner_create(bench->set, (enum isa)isa);
        cr_assert_not_null(scanner);
        put_texts(scanner, texts, count);
        scanner_run(scanner);
        matches = 0;
        for (uint32_t i = 0; i < count; i++) {
            matches += check_text(bench, scanner, i);
        }
        scanner_destroy(&scanner);
    }
    return matches;
}

Test(scanner, finds_a_word_inside_of_one_that_is_found_later)
{
    /* "la" of the second set is met first, and begins behind the longer one that is met after it. */
    const char *texts[] = { "no que la zoomba", "que la", "la que", "no que le zoomba", "" };
    struct bench *bench = bench_create();
    add(bench, "\\bque\\b.{0,60}\\b(?:no que la zoomba|la)\\b");
    add(bench, "\\b(?:no que la zoomba|la)\\b.{0,60}\\bque\\b");
    build(bench);
    cr_expect_eq(check(bench, texts, 5), 3);
    bench_destroy(bench);
}

Test(scanner, tells_many_literals_with_the_same_beginning_apart)
{
    const char *texts[] = { "the bank of place 0007", "the bank of place 1499 and place 0000",
        "the bank of place 1500", "the bank of place 14990", "a bank of place 0001",
        "the bank of place 0002the bank of place 0003", "the bank of place" };
    char source[SOURCE_SIZE];
    struct bench *bench = bench_create();
    for (int i = 0; i < 1500; i++) {
        (void)snprintf(source, sizeof source, "\\bthe bank of place %04d\\b", i);
        add(bench, source);
    }
    build(bench);
    cr_expect_eq(check(bench, texts, 7), 2);
    bench_destroy(bench);
}

Test(scanner, tells_literals_apart_by_what_stands_before_their_rare_word)
{
    const char *texts[] = { "sorry for the xylophone", "sorry for a xylophone", "sorry xylophone",
        "sorry for my xylophone", "sorry for the xylophones", "the xylophone", "xylophone" };
    struct bench *bench = bench_create();
    add(bench, "\\bsorry (?:for )?(?:the|a|any|this|that) xylophone\\b");
    add(bench, "\\b(?:the|her|his) xylophone");
    add(bench, "xylophones?\\b");
    build(bench);
    cr_expect_eq(check(bench, texts, 7), 12);
    bench_destroy(bench);
}

Test(scanner, compares_long_literals_to_the_last_byte)
{
    const char *texts[] = { "abcdefghijklmnopqrstuvwxyz01234", "abcdefghijklmnopqrstuvwxyz012345",
        "abcdefghijklmnopqrstuvwxyz0123456", "abcdefghijklmnopqrstuvwxyz0123455",
        "abcdefghijklmnopqrstuvwxyz012346" };
    struct bench *bench = bench_create();
    add(bench, "abcdefghijklmnopqrstuvwxyz01234");
    add(bench, "abcdefghijklmnopqrstuvwxyz012345");
    add(bench, "abcdefghijklmnopqrstuvwxyz0123456");
    build(bench);
    cr_expect_eq(check(bench, texts, 5), 5 + 3 + 1);
    bench_destroy(bench);
}

Test(scanner, remembers_every_word_that_waits_for_another)
{
    /* More of them in one text than are kept waiting, and the one that counts is the first or last. */
    char texts[3][4096] = { "", "", "" };
    const char *views[] = { texts[0], texts[1], texts[2] };
    struct bench *bench = bench_create();
    add(bench, "\\bzorro\\b.{0,20}\\b(?:caido|roto)\\b");
    add(bench, "\\bquijote\\b.{0,20}\\b(?:caido|roto)\\b");
    build(bench);
    for (int i = 0; i < 300; i++) {
        (void)snprintf(texts[0] + strlen(texts[0]), 16, "zorro ");
        (void)snprintf(texts[1] + strlen(texts[1]), 16, "%s", i == 0 ? "zorro roto " : "quijote ");
    }
    (void)snprintf(texts[0] + strlen(texts[0]), 16, "caido");
    (void)snprintf(texts[2], 32, "caido zorro quijote");
    cr_expect_eq(check(bench, views, 3), 2);
    bench_destroy(bench);
}

Test(scanner, knows_which_of_256_texts_a_literal_is_in)
{
    char texts[SCAN_TEXTS_MAX][40];
    const char *views[SCAN_TEXTS_MAX];
    char source[SOURCE_SIZE];
    struct bench *bench = bench_create();
    for (int i = 0; i < SCAN_TEXTS_MAX; i++) {
        (void)snprintf(source, sizeof source, "\\btext%dx\\b", i);
        add(bench, source);
        (void)snprintf(texts[i], sizeof texts[i], "%.*stext%dx", i % 13, "a b c d e f g ", i);
        views[i] = texts[i];
    }
    build(bench);
    /* Of two letters run together there is no match: not a word's beginning. */
    size_t together = 0;
    for (int i = 0; i < SCAN_TEXTS_MAX; i++) {
        together += i % 13 % 2 == 1;
    }
    static const size_t counts[] = { SCAN_TEXTS_MAX, 1, 15, 16, 17, 255 };
    cr_expect_eq(check(bench, views, SCAN_TEXTS_MAX), SCAN_TEXTS_MAX - together);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        (void)check(bench, views, counts[i]);
    }
    bench_destroy(bench);
}
