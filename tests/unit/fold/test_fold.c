#include "core/rng.h"
#include "core/text/utf8.h"
#include "fold/fold.h"

#include <criterion/criterion.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct folded folded;

static void
expect_fold(const char *text, const char *expected, enum fold_options repeats)
{
    fold_text(view_of(text), repeats, &folded);
    cr_assert(view_equal(folded_view(&folded), view_of(expected)), "%s -> %.*s, not %s", text,
            (int)folded.size, folded.text, expected);
}

Test(fold, writes_one_form_for_what_reads_the_same)
{
    static const char *const rows[][2] = {
        { "¡WhatsApp NO FUNCIONAAAA!", "¡whatsapp no funciona!" },
        { "Señor, el AÑO", "señor, el año" },     /* ñ stays: año is not ano */
        { "sen\u0303or AN\u0303O", "señor año" }, /* and written with a combining tilde as well */
        { "canción PINGÜINO Ação façade", "cancion pinguino acao facade" },
        { "cancio\u0301n", "cancion" }, /* a combining accent is no letter */
        { "NOooÓ", "no" },              /* counted after folding: one run */
        { "llamar 5000 www", "llamar 5000 w" },
        { "aa aaa aaaa", "aa a a" },
        { "!!! ... 😡😡😡", "!!! ... 😡😡😡" }, /* only letters are squeezed */
        { "ŒUVRE straße Æsir Łódź đ ø", "oeuvre strasse aesir lodz d o" },
        { "ﬁn oﬃce", "fin office" },
        { "ＷＨＡＴＳ　１", "whats 1" },
        { "doesn’t “ok”", "doesn't \"ok\"" },
        { "Việt Nam Ế", "viet nam e" },
        { "ΑΘΗΝΑΣ Ёлка НЕТТТ", "αθηνασ ёлка нет" },
        { "日本語ｶﾅ", "日本語ｶﾅ" },
        { "ㅋㅋㅋㅋ", "ㅋ" },
        { "n\u0301\u0303", "n" },
        { "\u0303a", "a" },
        { "", "" },
        { "a\tb\n", "a\tb\n" },
        { "İstanbul ı", "istanbul i" },
        { "٠٠٠", "٠٠٠" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_fold(rows[i][0], rows[i][1], FOLD_SQUEEZE_REPEATS);
    }
}

Test(fold, enye_loses_its_tilde_only_when_told_so)
{
    static const char *const rows[][3] = {
        { "AÑO año", "ano ano", "año año" },
        { "AN\u0303O an\u0303o", "ano ano", "año año" },
        { "Ññn", "n", "ññn" }, /* one run, once folded */
        { "ñ\u0303 ń\u0303", "n n", "ñ n" },
        { "ano ŋ", "ano ŋ", "ano ŋ" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_fold(rows[i][0], rows[i][1], FOLD_SQUEEZE_REPEATS | FOLD_ENYE_AS_N);
        expect_fold(rows[i][0], rows[i][2], FOLD_SQUEEZE_REPEATS);
    }
}

Test(fold, enye_is_one_letter_however_it_is_written)
{
    expect_fold("n\u0303n\u0303n\u0303", "ñ", FOLD_SQUEEZE_REPEATS);
    expect_fold("nnn\u0303 n\u0303Ññ", "nnñ ñ", FOLD_SQUEEZE_REPEATS);
    expect_fold("nn\u0303n\u0303n", "nññn", FOLD_SQUEEZE_REPEATS);
}

Test(fold, keeps_repeats_when_told_so)
{
    expect_fold("NOooÓ www", "noooo www", FOLD_PLAIN);
}

Test(fold, is_done_once_and_for_all)
{
    static const char *const rows[] = { "¡WhatsApp NO FUNCIONAAAA!", "ŒŒŒ ßßß ﬃ", "n\u0303n\u0303",
        "Ǆǅǆ ŉ", "ΑΣΣΣ" };
    static struct folded twice;

    for (size_t i = 0; i < COUNT(rows); i++) {
        fold_text(view_of(rows[i]), FOLD_SQUEEZE_REPEATS, &folded);
        fold_text(folded_view(&folded), FOLD_SQUEEZE_REPEATS, &twice);
        cr_assert(view_equal(folded_view(&folded), folded_view(&twice)), "%s", rows[i]);
    }
}

Test(fold, spans_lead_back_to_the_original)
{
    static const struct {
        const char *text;
        const char *part;     /* as it stands in the folded text */
        const char *original; /* what it stands for */
    } rows[] = { { "¡WhatsApp NO FUNCIONAAAA!", "no funciona", "NO FUNCIONAAAA" },
        { "Es una CAÍDA total", "caida", "CAÍDA" },
        { "cancio\u0301n!", "cancion", "cancio\u0301n" }, { "el an\u0303o", "año", "an\u0303o" },
        { "oﬃce", "f", "ﬃ" }, /* a ligature is not split */
        { "straße", "s", "s" }, { "xNOooÓ", "no", "NOooÓ" }, { "año", "año", "año" },
        { "a 😡 b", "😡", "😡" }, { "n\u0303n\u0303n\u0303o", "ño", "n\u0303n\u0303n\u0303o" },
        { "xn\u0303", "x", "x" } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t begin;
        size_t end;
        fold_text(view_of(rows[i].text), FOLD_SQUEEZE_REPEATS, &folded);
        const char *found = memmem(folded.text, folded.size, rows[i].part, strlen(rows[i].part));
        cr_assert_not_null(found, "row %zu", i);
        size_t from = (size_t)(found - folded.text);
        fold_span(&folded, from, from + strlen(rows[i].part), &begin, &end);
        struct view span = view_slice(view_of(rows[i].text), begin, end);
        cr_assert(view_equal(span, view_of(rows[i].original)), "row %zu: %.*s", i, (int)span.size,
                span.at);
    }
}

Test(fold, an_empty_span_is_empty)
{
    size_t begin;
    size_t end;

    fold_text(VIEW("ab"), FOLD_SQUEEZE_REPEATS, &folded);
    fold_span(&folded, 2, 2, &begin, &end);
    cr_assert_eq(begin, 2);
    cr_assert_eq(end, 2);
}

Test(fold, any_text_keeps_its_promises)
{
    struct rng rng = rng_seeded(7);
    static char text[TEXT_SIZE_MAX];

    for (int round = 0; round < 300; round++) {
        size_t size = 0;
        while (size + 4 <= sizeof text) {
            /* Mostly Latin letters and marks, where folding happens. */
            uint32_t limit = rng_below(&rng, 8) == 0 ? 0x110000 : 0x370;
            size += utf8_put(rng_below(&rng, limit), text + size);
        }
        fold_text((struct view){ text, size }, FOLD_SQUEEZE_REPEATS, &folded);
        cr_assert(utf8_valid(folded_view(&folded)));
        cr_assert_leq(folded.size, size * FOLD_GROWTH_MAX);
        for (size_t i = 0; i < folded.size; i++) {
            cr_assert_leq(folded.origin[i], folded.origin[i + 1]);
        }
        cr_assert_eq(folded.origin[folded.size], size);
    }
}

Test(fold, no_code_point_grows_past_the_limit)
{
    for (uint32_t code_point = 1; code_point <= 0x10FFFF; code_point++) {
        uint32_t out[4];
        char bytes[4];
        size_t size = 0;
        size_t count = fold_code_point(code_point, out);
        cr_assert_leq(count, 4);
        for (size_t i = 0; i < count; i++) {
            size += utf8_put(out[i], bytes);
        }
        cr_assert_leq(size, utf8_put(code_point, bytes) * FOLD_GROWTH_MAX, "%x", code_point);
    }
}
