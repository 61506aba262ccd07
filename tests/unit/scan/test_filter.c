/* Every instruction set finds the same starts, with the same keys, in whatever bytes come. */
#include "core/rng.h"
#include "scan/filter.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define ARENA_SIZE 4096
#define ROUNDS     400

struct bench {
    struct scan_filter filter;
    uint32_t bits[(1 << 14) / 32];
    char *arena; /* the byte before it is a separator */
    struct scan_candidate expected[ARENA_SIZE + 64];
    struct scan_candidate got[ARENA_SIZE + 64];
};

static void
set_loose(struct scan_filter *filter, unsigned char byte)
{
    filter->classes[byte] |= SCAN_LOOSE;
    filter->loose[filter->loose_count++] = byte;
    filter->loose_high |= byte >= 128;
    filter->loose_rows[(byte & 15) + (byte >= 128 ? 16 : 0)] |= (uint8_t)(1U << (byte >> 4 & 7));
}

/* `fill` of 256 keys pass; `loose` bytes are starts wherever they stand. */
static void
set_filter(struct bench *bench, struct rng *rng, unsigned fill, const char *loose)
{
    memset(&bench->filter, 0, sizeof bench->filter);
    bench->filter.bits = bench->bits;
    bench->filter.shift = 32 - 14;
    for (unsigned byte = 0; byte < 256; byte++) {
        bench->filter.classes[byte] = scan_class((unsigned char)byte);
    }
    for (; *loose != '\0'; loose++) {
        set_loose(&bench->filter, (unsigned char)*loose);
    }
    memset(bench->bits, 0, sizeof bench->bits);
    for (unsigned bit = 0; bit < 1 << 14; bit++) {
        if (rng_below(rng, 256) < fill) {
            unsigned small = bit >> (14 - SCAN_SMALL_LOG);
            bench->bits[bit / 32] |= 1U << (bit % 32);
            bench->filter.small[small / 32] |= 1U << (small % 32);
        }
    }
    bench->filter.small_useful = (int)rng_below(rng, 2);
}

/* What a filter is asked for, written as it is said: no table, no mask. */
static size_t
find_plainly(struct bench *bench, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bench->arena[i];
        unsigned char before = (unsigned char)bench->arena[(long)i - 1];
        int starts = (scan_class(byte) & SCAN_WORD) != 0 && (scan_class(before) & SCAN_WORD) == 0;
        if (!starts && (bench->filter.classes[byte] & SCAN_LOOSE) == 0) {
            continue;
        }
        uint32_t key = 0;
        for (unsigned k = 0; k < 4; k++) {
            key |= (uint32_t)scan_normal((unsigned char)bench->arena[i + k]) << (8 * k);
        }
        if (scan_filter_has(&bench->filter, key)) {
            bench->expected[count++] = (struct scan_candidate){ .at = (uint32_t)i, .key = key };
        }
    }
    return count;
}

static void
expect_same(struct bench *bench, size_t size)
{
    size_t expected = find_plainly(bench, size);
    for (int i = 0; i < ISA_COUNT; i++) {
        if (!isa_available((enum isa)i)) {
            continue;
        }
        size_t got = scan_filter_for((enum isa)i)(&bench->filter, bench->arena, size, bench->got);
        cr_assert_eq(got, expected, "%s: %zu of %zu", isa_name((enum isa)i), got, expected);
        cr_assert(memcmp(bench->got, bench->expected, got * sizeof bench->got[0]) == 0, "%s",
                isa_name((enum isa)i));
    }
}

static struct bench *
bench_create(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    bench->arena = calloc(1, 64 + ARENA_SIZE + FILTER_OVERREAD);
    memset(bench->arena, SCAN_SEPARATOR, 64 + ARENA_SIZE + FILTER_OVERREAD);
    bench->arena += 64;
    return bench;
}

static void
bench_destroy(struct bench *bench)
{
    free(bench->arena - 64);
    free(bench);
}

Test(filter, every_instruction_set_finds_the_same_candidates)
{
    static const char *const alphabets[] = { "abc ", "ab_09 @#-", "aZ\xC3\xB1\xFF z", "a", " .!" };
    static const char *const loose[] = { "", "@", "@#z", "\xC3", "abc \x80\xFF" };
    struct bench *bench = bench_create();
    struct rng rng = rng_seeded(20261122);

    for (unsigned round = 0; round < ROUNDS; round++) {
        const char *alphabet = alphabets[rng_below(&rng, 5)];
        size_t size = 64 * (1 + rng_below(&rng, ARENA_SIZE / 64));
        set_filter(bench, &rng, 256 >> rng_below(&rng, 6), loose[rng_below(&rng, 5)]);
        for (size_t i = 0; i < size; i++) {
            bench->arena[i] = alphabet[rng_below(&rng, (uint32_t)strlen(alphabet))];
        }
        expect_same(bench, size);
    }
    bench_destroy(bench);
}

Test(filter, any_bytes_at_all_are_treated_alike)
{
    struct bench *bench = bench_create();
    struct rng rng = rng_seeded(7);

    for (unsigned round = 0; round < ROUNDS; round++) {
        set_filter(bench, &rng, 200, "\x01\x7F\x80\xFE@z");
        for (size_t i = 0; i < ARENA_SIZE; i++) {
            bench->arena[i] = (char)rng_below(&rng, 256);
        }
        expect_same(bench, ARENA_SIZE);
    }
    bench_destroy(bench);
}

Test(filter, a_word_is_found_once_wherever_a_block_ends)
{
    struct bench *bench = bench_create();
    struct rng rng = rng_seeded(1);

    set_filter(bench, &rng, 256, "");
    for (size_t at = 0; at + 8 <= 192; at++) {
        memset(bench->arena, ' ', 192);
        memcpy(bench->arena + at, "paypal", 6);
        expect_same(bench, 192);
        cr_expect_eq(find_plainly(bench, 192), 1);
        cr_expect_eq(bench->expected[0].at, at);
        cr_expect_eq(memcmp(&bench->expected[0].key, "payp", 4), 0);
    }
    bench_destroy(bench);
}

Test(filter, what_no_key_begins_with_is_no_candidate)
{
    struct bench *bench = bench_create();
    struct rng rng = rng_seeded(1);

    set_filter(bench, &rng, 0, "@");
    memset(bench->arena, '@', 64);
    expect_same(bench, 64);
    cr_expect_eq(find_plainly(bench, 64), 0);
    bench_destroy(bench);
}
