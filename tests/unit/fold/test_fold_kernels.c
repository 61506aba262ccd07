/* Every instruction set folds as the rule does, wherever in a block a code point stands. */
#include "core/rng.h"
#include "core/text/utf8.h"
#include "fold/fold.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define COUNT(table)  (sizeof(table) / sizeof((table)[0]))
#define OPTIONS_COUNT 4 /* squeezing and ñ as n, each on or off */
#define FILLER        0xA5

static struct folded folded;
static struct folded expected;
static char text[TEXT_SIZE_MAX];
static char out[TEXT_SIZE_MAX * FOLD_GROWTH_MAX + FOLD_SLACK];

/* The rule, and nothing but: one code point after the other, then every run from its definition. */
struct ruled {
    uint32_t letter[TEXT_SIZE_MAX * FOLD_GROWTH_MAX];
    uint16_t origin[TEXT_SIZE_MAX * FOLD_GROWTH_MAX];
    size_t count;
};
static struct ruled ruled;

static int
is_letter(uint32_t code_point)
{
    static const struct {
        uint32_t low;
        uint32_t high;
    } others[] = { { 0, 'a' - 1 }, { 'z' + 1, 0xBF }, { 0xD7, 0xD7 }, { 0xF7, 0xF7 },
        { 0x660, 0x669 }, { 0x6F0, 0x6F9 }, { 0x966, 0x96F }, { 0x2000, 0x2BFF },
        { 0x3000, 0x303F }, { 0xE000, 0xFAFF }, { 0xFE00, 0x10FFFF } };

    for (size_t i = 0; i < COUNT(others); i++) {
        if (code_point >= others[i].low && code_point <= others[i].high) {
            return 0;
        }
    }
    return 1;
}

static void
read_by_rule(struct view original, enum fold_options options)
{
    ruled.count = 0;
    for (size_t at = 0; at < original.size;) {
        uint32_t parts[4];
        size_t start = at;
        size_t count = fold_code_point_with(fold_next(original, &at), options, parts);
        for (size_t i = 0; i < count; i++) {
            ruled.origin[ruled.count] = (uint16_t)start;
            ruled.letter[ruled.count++] = parts[i];
        }
    }
}

static size_t
run_length(size_t from, enum fold_options options)
{
    size_t count = 1;

    if ((options & FOLD_SQUEEZE_REPEATS) == 0 || !is_letter(ruled.letter[from])) {
        return 1;
    }
    while (from + count < ruled.count && ruled.letter[from + count] == ruled.letter[from]) {
        count++;
    }
    return count;
}

static void
fold_by_rule(struct view original, enum fold_options options)
{
    read_by_rule(original, options);
    expected.size = 0;
    for (size_t i = 0; i < ruled.count;) {
        size_t length = run_length(i, options);
        for (size_t copy = 0; copy < (length < 3 ? length : 1); copy++) {
            size_t size = utf8_put(ruled.letter[i + copy], expected.text + expected.size);
            for (size_t byte = 0; byte < size; byte++) {
                expected.origin[expected.size++] = ruled.origin[i + copy];
            }
        }
        i += length;
    }
    expected.origin[expected.size] = (uint16_t)original.size;
}

/* The text lies in a block of its own, so that ASan sees a byte read outside of it. */
static void
expect_into(enum isa isa, const char *original, size_t size, enum fold_options options)
{
    size_t room = size * FOLD_GROWTH_MAX + FOLD_SLACK;
    char *exact = malloc(size == 0 ? 1 : size);

    cr_assert_not_null(exact);
    memcpy(exact, original, size);
    size_t watched = room + 256 < sizeof out ? room + 256 : sizeof out;
    memset(out, FILLER, watched);
    size_t written = fold_into(isa, (struct view){ exact, size }, options, out);
    free(exact);
    cr_assert_eq(written, folded.size, "%s, options %d, %.*s: %zu bytes, not %zu", isa_name(isa),
            (int)options, (int)size, original, written, folded.size);
    cr_assert_arr_eq(out, folded.text, written, "%s, options %d: %.*s gives %.*s", isa_name(isa),
            (int)options, (int)size, original, (int)written, out);
    for (size_t i = room; i < watched; i++) {
        cr_assert_eq((unsigned char)out[i], FILLER, "%s wrote at %zu", isa_name(isa), i);
    }
}

static void
expect_all_agree(const char *original, size_t size)
{
    struct view view = { original, size };

    for (int options = 0; options < OPTIONS_COUNT; options++) {
        fold_by_rule(view, (enum fold_options)options);
        fold_text(view, (enum fold_options)options, &folded);
        cr_assert(view_equal(folded_view(&folded), folded_view(&expected)), "%d: %.*s gives %.*s",
                options, (int)size, original, (int)folded.size, folded.text);
        cr_assert_arr_eq(folded.origin, expected.origin, (folded.size + 1) * sizeof(uint16_t),
                "%d: %.*s", options, (int)size, original);
        for (int isa = 0; isa < ISA_COUNT; isa++) {
            if (isa_available((enum isa)isa)) {
                expect_into((enum isa)isa, original, size, (enum fold_options)options);
            }
        }
    }
}

/* One of each kind that a kernel treats in its own way, and its neighbours that it must not. */
static const char *const pieces[] = { "a", "Z", "@", "[", "`", "{", "0", "¡", "À", "ñ", "Ñ", "×",
    "÷", "Æ", "ß", "þ", "ÿ", "Ā", "Ĳ", "ĸ", "ŉ", "Ŋ", "ŋ", "Œ", "œ", "ſ", "ƀ", "ǅ", "Ǹ", "ɏ", "ɐ",
    "ʼ", "ʻ", "˂", "\u0300", "\u0301", "\u0303", "\u033F", "\u0340", "\u036F", "\u0370", "n\u0303",
    "N\u0303", "n\u0301\u0303", "ñ\u0303", "ń\u0303", "n\u0304", "Ά", "Ω", "ς", "Ѐ", "Я", "ѡ", "Ҋ",
    "Ӏ", "ԯ", "Ա", "ֆ", "א", "٠", "०", "\u1DFF", "Ḁ", "Ế", "\u1F00", "“", "”", "‘", "‛", "‟", "‗",
    "†", "…", "—", "€", "\u3000", "、", "〻", "日", "ｶ", "！", "Ａ", "～", "｟", "ﬀ", "ﬃ", "ﬆ", "ﬓ",
    "\uFE0F", "\uFFFD", "😭", "\U0010FFFD", "\xC2\x80", "\u07FF", "\u0800", "ㅋ", "\u2028", "Ⰰ",
    "ⷿ" };

Test(fold_kernels, a_code_point_folds_alike_at_every_place_of_a_block)
{
    for (size_t piece = 0; piece < COUNT(pieces); piece++) {
        size_t size = strlen(pieces[piece]);
        for (size_t before = 0; before < 70; before++) {
            /* Behind it nothing, one more, and enough for another block. */
            for (size_t behind = 0; behind < 70; behind += behind == 0 ? 1 : 34) {
                memset(text, 'x', before + size + behind);
                memcpy(text + before, pieces[piece], size);
                expect_all_agree(text, before + size + behind);
            }
        }
    }
}

Test(fold_kernels, two_code_points_fold_alike_wherever_they_meet)
{
    for (size_t first = 0; first < COUNT(pieces); first++) {
        for (size_t second = 0; second < COUNT(pieces); second++) {
            size_t size = strlen(pieces[first]);
            size_t before = (first * 7 + second) % 8 + (first % 2 == 0 ? 27 : 59);
            memset(text, 'n', before);
            memcpy(text + before, pieces[first], size);
            size += before;
            memcpy(text + size, pieces[second], strlen(pieces[second]));
            size += strlen(pieces[second]);
            memset(text + size, 'N', 8);
            expect_all_agree(text, size + 8);
        }
    }
}

Test(fold_kernels, every_code_point_folds_alike)
{
    size_t size = 0;

    /* Planes 1 to 16 pass through: some of each are enough. */
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        if (code_point > 0x10000 && code_point % 0x1000 > 2) {
            continue;
        }
        size += utf8_put(code_point, text + size);
        if (size + 4 > 300) {
            expect_all_agree(text, size);
            size = 0;
        }
    }
    expect_all_agree(text, size);
}

Test(fold_kernels, runs_are_squeezed_alike_wherever_they_stand)
{
    static const char *const letters[] = { "o", "O", "ó", "ñ", "n\u0303", "œ", "ﬀ", "я", "日", "ㅋ",
        ".", "😭", "…", "5", "×", "o\u0301", "ŋ", "אּ", "ⰰ", "א", "\u0800", "\uD7A3", "ﬓ", "ϣ" };

    for (size_t letter = 0; letter < COUNT(letters); letter++) {
        size_t one = strlen(letters[letter]);
        for (size_t before = 0; before < 70; before++) {
            size_t size = before;
            for (size_t length = 1; length < 6; length++) {
                memset(text, 'x', before);
                for (size_t i = 1; i < before; i += 2) {
                    text[i] = 'y';
                }
                memcpy(text + size, letters[letter], one);
                size += one;
                expect_all_agree(text, size);
                memcpy(text + size, "oO lL!", 6);
                expect_all_agree(text, size + 6);
            }
        }
    }
}

static size_t
random_text(struct rng *rng, size_t size_max)
{
    /* Texts of few different pieces hold runs; limits favour what folding is about. */
    uint32_t few = 1 + rng_below(rng, rng_below(rng, 2) == 0 ? 3 : COUNT(pieces));
    uint32_t first = rng_below(rng, COUNT(pieces));
    size_t size = 0;

    while (size + 8 <= size_max) {
        uint32_t dice = rng_below(rng, 8);
        if (dice == 0) {
            size += utf8_put(
                    rng_below(rng, rng_below(rng, 4) == 0 ? 0x110000 : 0x580), text + size);
        } else if (dice < 5) {
            text[size++] = (char)(rng_below(rng, 8) == 0 ? 'N' : 'a' + (char)rng_below(rng, 26));
        } else {
            const char *piece = pieces[(first + rng_below(rng, few)) % COUNT(pieces)];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
    }
    return size;
}

Test(fold_kernels, any_mixture_folds_alike)
{
    struct rng rng = rng_seeded(11);

    for (int round = 0; round < 4000; round++) {
        expect_all_agree(text, random_text(&rng, 8 + rng_below(&rng, 400)));
    }
    for (int round = 0; round < 20; round++) {
        expect_all_agree(text, random_text(&rng, sizeof text));
    }
}

/* The widest texts there are: nothing may be written past what a caller has to give. */
Test(fold_kernels, texts_of_one_thing_stay_within_their_room)
{
    for (size_t piece = 0; piece < COUNT(pieces); piece++) {
        size_t one = strlen(pieces[piece]);
        size_t size = 0;
        while (size + one <= sizeof text) {
            memcpy(text + size, pieces[piece], one);
            size += one;
        }
        expect_all_agree(text, size);
    }
}

Test(fold_kernels, an_empty_text_is_empty)
{
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (isa_available((enum isa)isa)) {
            struct view none = { NULL, 0 };
            cr_assert_eq(fold_into((enum isa)isa, none, FOLD_SQUEEZE_REPEATS, out), 0);
        }
    }
}
