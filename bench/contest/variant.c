#include "contest/variant.h"

#include "core/text/utf8.h"
#include "fold/fold.h"

#include <locale.h>
#include <wctype.h>

/* The first kind in which this code point is folded. By ranges of Unicode, not by what fold does.
 * */
static enum variant_kind
kind_of(uint32_t code_point)
{
    if (code_point < 0x80) {
        return VARIANT_FOLDED;
    }
    if (code_point >= 0x300 && code_point <= 0x36F) {
        return VARIANT_MARKS;
    }
    if (code_point == 0xD1 || code_point == 0xF1) {
        return VARIANT_ENYE;
    }
    if ((code_point >= 0x2018 && code_point <= 0x201F) || code_point == 0x2032 ||
            code_point == 0x2033 || code_point == 0xB4 || code_point == 0x2BC) {
        return VARIANT_QUOTES;
    }
    if (code_point == 0xC6 || code_point == 0xE6 || code_point == 0xDF || code_point == 0x1E9E ||
            code_point == 0x152 || code_point == 0x153 || code_point == 0x132 ||
            code_point == 0x133 || code_point >= 0xFB00) {
        return VARIANT_FORMS;
    }
    if ((code_point >= 0xC0 && code_point <= 0x24F && code_point != 0x17F) ||
            (code_point >= 0x1E00 && code_point <= 0x1EFF)) {
        return VARIANT_LETTERS;
    }
    return VARIANT_FOLDED;
}

struct view
variant_make(struct variant *variant, struct view text, enum variant_kind kind)
{
    uint32_t folded[4];
    size_t size = 0;

    for (size_t at = 0; at < text.size;) {
        uint32_t code_point = utf8_next(text, &at);
        size_t count = 1;
        folded[0] = code_point;
        if (kind_of(code_point) <= kind) {
            count = fold_code_point(code_point, folded);
            /* Folding for these rules takes the tilde, too; a single code point keeps it. */
            folded[0] = kind_of(code_point) == VARIANT_ENYE ? 'n' : folded[0];
        }
        for (size_t i = 0; i < count; i++) {
            size += utf8_put(folded[i], variant->text + size);
        }
    }
    return (struct view){ .at = variant->text, .size = size };
}

int
variant_is_case_of(struct view text, struct view folded)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    size_t i = 0;
    size_t j = 0;
    int same = locale != (locale_t)0;

    while (same && i < text.size && j < folded.size) {
        wint_t left = towlower_l((wint_t)utf8_next(text, &i), locale);
        same = left == (wint_t)utf8_next(folded, &j);
    }
    if (locale != (locale_t)0) {
        freelocale(locale);
    }
    return same && i == text.size && j == folded.size;
}
