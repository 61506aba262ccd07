#include "mention/fold.h"

#include "core/utf8.h"
#include "mention/fold_latin.h"

#include <assert.h>

#define COMBINING_TILDE 0x303
#define ENYE            0xF1

static_assert(TEXT_SIZE_MAX <= UINT16_MAX, "positions of the original fit in origin[]");

/* The text being written, and the run of equal letters at its end. */
struct writer {
    struct folded *out;
    enum fold_options options;
    size_t origin;      /* of the code point being folded */
    uint32_t last;      /* the letter of the run, 0 when what was written last is no letter */
    size_t last_count;  /* how often it stood there */
    size_t last_start;  /* where its first copy begins in the output */
    size_t last_size;   /* bytes of one copy */
    uint32_t last_from; /* the code point that gave it */
};

static int
between(uint32_t value, uint32_t low, uint32_t high)
{
    return value >= low && value <= high;
}

/* What can be drawn out in writing: letters of any script. Digits, signs, punctuation and pictures are
 * no letters; of the scripts' own punctuation only what stands in blocks of its own is told apart. */
static int
is_letter(uint32_t code_point)
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
fold_code_point(uint32_t code_point, uint32_t out[4])
{
    if (code_point < 0xC0) {
        out[0] = between(code_point, 'A', 'Z') ? code_point + ('a' - 'A') : code_point;
        return 1;
    }
    if (fold_is_latin(code_point)) {
        return fold_latin(code_point, out);
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

static void
append(struct writer *writer, const char *bytes, size_t size)
{
    struct folded *out = writer->out;

    assert(out->size + size <= sizeof out->text);
    for (size_t i = 0; i < size; i++) {
        out->text[out->size] = bytes[i];
        out->origin[out->size++] = (uint16_t)writer->origin;
    }
}

/* The third of its kind takes the second back; from there on all are swallowed. */
static void
put(struct writer *writer, uint32_t code_point)
{
    char bytes[4];
    int letter = (writer->options & FOLD_SQUEEZE_REPEATS) != 0 && is_letter(code_point);

    if (letter && code_point == writer->last) {
        writer->last_count++;
        if (writer->last_count == 3) {
            writer->out->size = writer->last_start + writer->last_size;
        }
        if (writer->last_count >= 3) {
            return;
        }
    } else {
        writer->last = letter ? code_point : 0;
        writer->last_count = 1;
        writer->last_start = writer->out->size;
    }
    size_t size = utf8_put(code_point, bytes);
    writer->last_size = size;
    append(writer, bytes, size);
}

/* n and a combining tilde are the ñ that Spanish keeps; written apart they must not become n. */
static int
join_enye(struct writer *writer)
{
    struct folded *out = writer->out;

    if (writer->last_from != 'n' && writer->last_from != 'N') {
        return 0;
    }
    assert(out->size > 0 && out->text[out->size - 1] == 'n');
    size_t origin = writer->origin;
    out->size--;
    writer->origin = out->origin[out->size];
    writer->last = 0;
    put(writer, ENYE);
    writer->origin = origin;
    return 1;
}

static void
put_folded(struct writer *writer, uint32_t code_point)
{
    uint32_t folded[4];

    if (code_point == COMBINING_TILDE && join_enye(writer)) {
        return;
    }
    size_t count = fold_code_point(code_point, folded);
    for (size_t i = 0; i < count; i++) {
        put(writer, folded[i]);
    }
}

void
fold_text(struct view text, enum fold_options options, struct folded *out)
{
    struct writer writer = { .out = out, .options = options };

    assert(text.size <= TEXT_SIZE_MAX);
    out->size = 0;
    for (size_t at = 0; at < text.size;) {
        writer.origin = at;
        uint32_t code_point = utf8_next(text, &at);
        put_folded(&writer, code_point);
        writer.last_from = code_point;
    }
    out->origin[out->size] = (uint16_t)text.size;
}

void
fold_span(const struct folded *folded, size_t from, size_t to, size_t *begin, size_t *end)
{
    assert(from <= to && to <= folded->size);
    *begin = folded->origin[from];
    if (from == to) {
        *end = *begin;
        return;
    }
    /* One code point may have given several bytes: it is in the span whole, or not at all. */
    while (to < folded->size && folded->origin[to] == folded->origin[to - 1]) {
        to++;
    }
    *end = folded->origin[to];
}

size_t
fold_into(enum isa isa, struct view text, enum fold_options options, char *out)
{
    struct folded folded;

    (void)isa;
    fold_text(text, options, &folded);
    memcpy(out, folded.text, folded.size);
    return folded.size;
}
