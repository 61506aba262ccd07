#include "fold/rule.h"

#include "core/text/utf8.h"
#include "fold/fold.h"
#include "fold/latin.h"

static int
between(uint32_t value, uint32_t low, uint32_t high)
{
    return value >= low && value <= high;
}

int
fold_is_letter(uint32_t code_point)
{
    if (code_point < 0xC0) {
        return between(code_point, 'a', 'z');
    }
    return code_point != 0xD7 && code_point != 0xF7 && !between(code_point, 0x0660, 0x0669) &&
           !between(code_point, 0x06F0, 0x06F9) && !between(code_point, 0x0966, 0x096F) &&
           !between(code_point, 0x2000, 0x2BFF) && !between(code_point, 0x3000, 0x303F) &&
           !between(code_point, 0xE000, 0xFAFF) && code_point < 0xFE00;
}

/* Simple lower case of Greek, Cyrillic and Armenian; itself otherwise. */
static uint32_t
lower_other(uint32_t code_point)
{
    static const struct {
        uint32_t low;
        uint32_t high;
        uint32_t add;
    } shifts[] = { { 0x388, 0x38A, 37 }, { 0x391, 0x3AB, 32 }, { 0x38E, 0x38F, 63 },
        { 0x386, 0x386, 38 }, { 0x38C, 0x38C, 64 }, { 0x400, 0x40F, 80 }, { 0x410, 0x42F, 32 },
        { 0x531, 0x556, 48 } };

    for (size_t i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
        if (between(code_point, shifts[i].low, shifts[i].high)) {
            return code_point + shifts[i].add;
        }
    }
    /* Here capital and small letters take turns. */
    if (between(code_point, 0x460, 0x481) || between(code_point, 0x48A, 0x4BF) ||
            between(code_point, 0x4D0, 0x52F)) {
        return code_point | 1;
    }
    return code_point == 0x3C2 ? 0x3C3 : code_point; /* ς is σ at the end of a word */
}

/* Ligatures of the presentation forms. */
static size_t
fold_ligature(uint32_t code_point, uint32_t out[4])
{
    static const char *const letters[] = { "ff", "fi", "fl", "ffi", "ffl", "st", "st" };
    const char *found = letters[code_point - 0xFB00];
    size_t count = 0;

    for (; found[count] != '\0'; count++) {
        out[count] = (unsigned char)found[count];
    }
    return count;
}

static uint32_t
fold_sign(uint32_t code_point)
{
    if (between(code_point, 0x2018, 0x201B) || code_point == 0x02BC) {
        return '\'';
    }
    if (between(code_point, 0x201C, 0x201F)) {
        return '"';
    }
    if (between(code_point, 0xFF01, 0xFF5E)) { /* full-width ASCII */
        uint32_t plain = code_point - 0xFF01 + '!';
        return between(plain, 'A', 'Z') ? plain + ('a' - 'A') : plain;
    }
    return code_point == 0x3000 ? ' ' : lower_other(code_point);
}

size_t
fold_code_point_with(uint32_t code_point, enum fold_options options, uint32_t out[4])
{
    if (code_point < 0xC0) {
        out[0] = between(code_point, 'A', 'Z') ? code_point + ('a' - 'A') : code_point;
        return 1;
    }
    if (fold_is_latin(code_point)) {
        size_t count = fold_latin(code_point, out);
        if (out[0] == FOLD_ENYE && (options & FOLD_ENYE_AS_N) != 0) {
            out[0] = 'n';
        }
        return count;
    }
    if (between(code_point, 0x300, 0x36F)) {
        return 0;
    }
    if (between(code_point, 0xFB00, 0xFB06)) {
        return fold_ligature(code_point, out);
    }
    out[0] = fold_sign(code_point);
    return 1;
}

size_t
fold_code_point(uint32_t code_point, uint32_t out[4])
{
    return fold_code_point_with(code_point, FOLD_PLAIN, out);
}

uint32_t
fold_next(struct view text, size_t *at)
{
    uint32_t code_point = utf8_next(text, at);

    if ((code_point == 'n' || code_point == 'N') && *at < text.size) {
        size_t next = *at;
        if (utf8_next(text, &next) == FOLD_TILDE) {
            *at = next;
            return FOLD_ENYE;
        }
    }
    return code_point;
}
