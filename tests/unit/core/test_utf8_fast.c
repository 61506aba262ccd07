/* The fast check of UTF-8, held against the plain one. */
#include "core/rng.h"
#include "core/text/utf8_fast.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
agree(struct view text)
{
    int valid = utf8_valid(text);

    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (isa_available((enum isa)isa)) {
            cr_assert_eq(!valid, !utf8_valid_for((enum isa)isa, text), "%s, %zu bytes",
                    isa_name((enum isa)isa), text.size);
        }
    }
}

/* A character, or something that nearly is one. */
static size_t
put_some(struct rng *rng, char out[4])
{
    static const unsigned char edges[] = { 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2,
        0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF };
    uint32_t limit = rng_below(rng, 2) == 0 ? 0x3000 : 0x110000;
    size_t size = utf8_put(rng_below(rng, 3) == 0 ? 'a' : rng_below(rng, limit), out);

    if (rng_below(rng, 60) == 0) {
        out[rng_below(rng, (uint32_t)size)] = (char)edges[rng_below(rng, COUNT(edges))];
    }
    return size;
}

Test(utf8_fast, texts_are_judged_alike_at_every_size)
{
    struct rng rng = rng_seeded(3);
    char text[204];
    size_t valid = 0;

    for (size_t round = 0; round < 200000; round++) {
        size_t size = 0;
        size_t wanted = rng_below(&rng, 200);
        while (size < wanted) {
            size += put_some(&rng, text + size);
        }
        valid += utf8_valid((struct view){ text, size }) != 0;
        agree((struct view){ text, size });
        agree((struct view){ text, wanted }); /* cut anywhere */
    }
    cr_assert(valid > 20000 && valid < 180000, "%zu: one half of this test shows nothing", valid);
}

Test(utf8_fast, any_two_bytes_are_judged_alike_wherever_a_block_ends)
{
    char text[132];

    for (uint32_t pair = 0; pair < 65536; pair++) {
        for (size_t at = 61; at < 65; at++) {
            memset(text, 'a', sizeof text);
            text[at] = (char)pair;
            text[at + 1] = (char)(pair >> 8);
            text[at + 2] = (char)0x80;
            agree((struct view){ text, at + 2 });
            agree((struct view){ text, at + 3 });
            agree((struct view){ text, sizeof text });
        }
    }
}
