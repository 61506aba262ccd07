/* view, utf8, names, hash, rng, arena. */
#include "core/arena.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/names.h"
#include "core/rng.h"
#include "core/text/utf8.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

Test(view, compares_trims_and_reads_numbers)
{
    cr_assert(view_equal(view_trim(VIEW(" \t a b\r\n")), VIEW("a b")));
    cr_assert(view_equal(view_trim(VIEW("  ")), VIEW("")));
    cr_assert(view_equal_caseless(VIEW("WhatsApp"), VIEW("whatsAPP")));
    cr_assert_not(view_equal_caseless(VIEW("a"), VIEW("ab")));
    cr_assert_lt(view_compare(VIEW("ab"), VIEW("abc")), 0);
    cr_assert_gt(view_compare(VIEW("b"), VIEW("abc")), 0);
    cr_assert_eq(view_compare((struct view){ 0 }, VIEW("")), 0);
}

Test(view, numbers_are_digits_within_64_bits_and_nothing_else)
{
    static const struct {
        const char *text;
        int good;
        uint64_t number;
    } rows[] = { { "0", 1, 0 }, { "007", 1, 7 }, { "18446744073709551615", 1, UINT64_MAX },
        { "18446744073709551616", 0, 0 }, { "99999999999999999999999", 0, 0 }, { "", 0, 0 },
        { "-1", 0, 0 }, { "+1", 0, 0 }, { "1 ", 0, 0 }, { "0x1", 0, 0 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t number = 0;
        cr_assert_eq(view_to_u64(view_of(rows[i].text), &number), rows[i].good, "%s", rows[i].text);
        cr_assert_eq(number, rows[i].number, "%s", rows[i].text);
    }
}

Test(view, a_copy_says_when_it_was_cut)
{
    char small[4];

    cr_assert_eq(view_copy(VIEW("abc"), small, sizeof small), 1);
    cr_assert_str_eq(small, "abc");
    cr_assert_eq(view_copy(VIEW("abcd"), small, sizeof small), 0);
    cr_assert_str_eq(small, "abc");
}

Test(utf8, faults_are_found_and_become_one_replacement_each)
{
    static const struct {
        const char *bytes;
        const char *repaired;
        size_t count;
    } rows[] = { { "año", "año", 0 }, { "😀", "😀", 0 },
        { "\xC0\xAF", "\uFFFD\uFFFD", 2 },                     /* overlong slash */
        { "\xE0\x80\xAF", "\uFFFD\uFFFD\uFFFD", 3 },           /* overlong, longer */
        { "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD", 3 },           /* a surrogate */
        { "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD", 4 }, /* past the end */
        { "\xF0\x9F\x98", "\uFFFD", 1 },                       /* cut: one maximal prefix */
        { "\xE2\x82x", "\uFFFDx", 1 }, { "a\xFFz", "a\uFFFDz", 1 }, { "\x80", "\uFFFD", 1 },
        { "\uFFFD", "\uFFFD", 0 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[64];
        size_t count;
        struct view text = view_of(rows[i].bytes);
        size_t size = utf8_repair(text, out, sizeof out, &count);
        struct view repaired = { out, size };
        cr_assert(view_equal(repaired, view_of(rows[i].repaired)), "row %zu", i);
        cr_assert_eq(count, rows[i].count, "row %zu: %zu", i, count);
        cr_assert_eq(utf8_valid(text), rows[i].count == 0, "row %zu", i);
        cr_assert(utf8_valid(repaired), "row %zu", i);
    }
}

Test(utf8, every_scalar_value_survives_the_way_there_and_back)
{
    for (uint32_t code_point = 0; code_point <= 0x110010; code_point++) {
        char bytes[4];
        size_t at = 0;
        size_t size = utf8_put(code_point, bytes);
        int scalar = code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
        uint32_t back = utf8_next((struct view){ bytes, size }, &at);
        cr_assert_eq(back, scalar ? code_point : UTF8_REPLACEMENT, "%x", code_point);
        cr_assert_eq(at, size, "%x", code_point);
    }
}

Test(utf8, a_cut_never_splits_a_code_point)
{
    static const struct {
        const char *text;
        size_t limit;
        size_t kept;
    } rows[] = { { "año", 2, 1 }, { "año", 3, 3 }, { "año", 9, 4 }, { "😀😀", 7, 4 }, { "😀", 3, 0 },
        { "abc", 0, 0 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_eq(
                utf8_cut(view_of(rows[i].text), rows[i].limit).size, rows[i].kept, "row %zu", i);
    }
}

Test(utf8, nothing_that_a_terminal_acts_on_survives_escaping)
{
    static const struct {
        const char *text;
        const char *escaped;
    } rows[] = { { "hola\nmundo", "hola\\x0amundo" }, { "\x1B[31m", "\\x1b[31m" },
        { "\u202Egnp", "\\u202egnp" }, { "\xC2\x85", "\\x85" }, { "\xFF", "\\xff" },
        { "\u2066", "\\u2066" }, { "ñ😀\\", "ñ😀\\" } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[64];
        struct view escaped = { out, utf8_escape(view_of(rows[i].text), out, sizeof out) };
        cr_assert(view_equal(escaped, view_of(rows[i].escaped)), "row %zu", i);
    }
    char tiny[3];
    cr_assert_eq(utf8_escape(VIEW("\n"), tiny, sizeof tiny), 0, "half an escape was written");
}

Test(names, numbers_come_in_order_and_stay)
{
    struct names *names = names_create(3);

    cr_assert_eq(names_number(names, VIEW("whatsapp")), 0);
    cr_assert_eq(names_number(names, VIEW("telegram")), 1);
    cr_assert_eq(names_number(names, VIEW("whatsapp")), 0);
    cr_assert_eq(names_find(names, VIEW("telegram")), 1);
    cr_assert_str_eq(names_text(names, 1).at, "telegram");
    cr_assert_eq(names_count(names), 2);
    names_destroy(&names);
    cr_assert_null(names);
}

Test(names, a_full_table_and_a_long_name_are_refused)
{
    struct names *names = names_create(2);
    char long_name[NAME_SIZE_MAX + 1];

    memset(long_name, 'x', sizeof long_name);
    cr_assert_eq(names_number(names, (struct view){ long_name, sizeof long_name }), NAME_NONE);
    cr_assert_eq(names_number(names, (struct view){ long_name, NAME_SIZE_MAX }), 0);
    cr_assert_eq(names_number(names, VIEW("")), 1);
    cr_assert_eq(names_number(names, VIEW("third")), NAME_NONE);
    cr_assert_eq(names_find(names, VIEW("third")), NAME_NONE);
    cr_assert_eq(names_number(names, VIEW("")), 1, "a full table forgot a name");
    names_destroy(&names);
}

Test(names, holds_as_many_as_it_promised)
{
    struct names *names = names_create(NAMES_MAX);

    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < NAMES_MAX; i++) {
            char text[16];
            int size = snprintf(text, sizeof text, "name-%u", (unsigned)i);
            cr_assert_eq(names_number(names, (struct view){ text, (size_t)size }), i);
        }
    }
    names_destroy(&names);
}

Test(hash, is_the_published_function_on_every_host)
{
    /* XXH3's own reference values: ids and shards depend on them for ever. */
    cr_assert_eq(hash_bytes("", 0), UINT64_C(0x2D06800538D394C2));
    cr_assert_eq(hash_bytes(NULL, 0), UINT64_C(0x2D06800538D394C2));
    cr_assert_eq(hash_view(VIEW("abc"), 0), hash_bytes("abc", 3));
    cr_assert_neq(hash_view(VIEW("abc"), 1), hash_view(VIEW("abc"), 2));
}

Test(hash, a_stream_in_pieces_equals_the_whole)
{
    struct hash_stream *stream = hash_stream_create();

    hash_stream_add(stream, "mencio", 6);
    hash_stream_add(stream, "", 0);
    hash_stream_add(stream, "nes", 3);
    cr_assert_eq(hash_stream_value(stream), hash_bytes("menciones", 9));
    hash_stream_destroy(&stream);
    cr_assert_null(stream);
}

Test(rng, the_same_seed_gives_the_published_sequence)
{
    struct rng rng = rng_seeded(1234567);

    /* splitmix64's reference sequence for this seed. */
    cr_assert_eq(rng_next(&rng), UINT64_C(6457827717110365317));
    cr_assert_eq(rng_next(&rng), UINT64_C(3203168211198807973));
}

Test(rng, stays_below_its_limit_and_reaches_all_of_it)
{
    struct rng rng = rng_seeded(0);
    unsigned seen = 0;

    for (int i = 0; i < 1000; i++) {
        uint32_t number = rng_below(&rng, 7);
        double unit = rng_unit(&rng);
        cr_assert_lt(number, 7);
        cr_assert(unit >= 0.0 && unit < 1.0);
        seen |= 1U << number;
    }
    cr_assert_eq(seen, 0x7F);
}

Test(arena, pieces_are_zeroed_aligned_and_apart)
{
    struct arena *arena = arena_create();
    unsigned char *last = NULL;

    for (size_t size = 1; size < 200000; size = size * 3 + 1) {
        unsigned char *piece = arena_take(arena, size);
        cr_assert_not_null(piece);
        cr_assert_eq((uintptr_t)piece % 16, 0);
        cr_assert(piece[0] == 0 && piece[size - 1] == 0);
        memset(piece, 0xAA, size);
        cr_assert_neq(piece, last);
        last = piece;
    }
    cr_assert_null(arena_take(arena, SIZE_MAX));
    cr_assert_str_eq(arena_copy(arena, VIEW("copia")).at, "copia");
    arena_destroy(&arena);
    cr_assert_null(arena);
}
