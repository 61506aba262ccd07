/*
 * fold: the form of a text that rules are matched on, with the way back.
 *
 *   "¡WhatsApp NO FUNCIONAAAA!"  →  "¡whatsapp no funciona!"
 *
 * Lower case; Latin diacritics off, precomposed and combining (U+0300-036F) — but ñ stays ñ: año is not
 * ano; ligatures and width forms to plain letters; curly apostrophes and quotes to ASCII ones; three or
 * more equal letters to one (doubles and digits stay: llamar, 5000), counted after folding, so "NOooÓ"
 * is one run. Every other code point passes through untouched. Patterns are folded by the same rule.
 */
#ifndef REBATO_FOLD_FOLD_H
#define REBATO_FOLD_FOLD_H

#include "core/isa.h"
#include "core/limits.h"
#include "core/view.h"

#include <stdint.h>

/* How a rule set wants its texts. */
enum fold_options {
    FOLD_PLAIN = 0,
    FOLD_SQUEEZE_REPEATS = 1, /* three and more equal letters become one */
    FOLD_ENYE_AS_N = 2,       /* ñ loses its tilde too; for rule files written that way */
};

/* Filled by fold_text; about 40 kB, so keep one per thread, not on the stack. */
struct folded {
    size_t size;
    char text[TEXT_SIZE_MAX * FOLD_GROWTH_MAX];
    /* Byte i of the folded text comes from the code point that starts at byte origin[i] of the
     * original; origin[size] is the original's size. Never decreasing. */
    uint16_t origin[TEXT_SIZE_MAX * FOLD_GROWTH_MAX + 1];
};

/* `text` is valid UTF-8 of at most TEXT_SIZE_MAX bytes. */
void fold_text(struct view text, enum fold_options options, struct folded *out);

/* Bytes behind the folded text that fold_into() may overwrite. */
#define FOLD_SLACK 64

/* The same bytes as fold_text(), without the way back, as fast as `isa` can: for texts of which most
 * match nothing. Writes at most text.size * FOLD_GROWTH_MAX + FOLD_SLACK bytes at `out`, reads nothing
 * outside `text`, returns the folded size. */
size_t fold_into(enum isa isa, struct view text, enum fold_options options, char *out);

static inline struct view
folded_view(const struct folded *folded)
{
    return (struct view){ .at = folded->text, .size = folded->size };
}

/* The half-open span of the original text that folded bytes [from, to) stand for. */
void fold_span(const struct folded *folded, size_t from, size_t to, size_t *begin, size_t *end);

/* One code point folded: writes up to 4 code points (0 for a combining mark), returns how many. Of the
 * options only FOLD_ENYE_AS_N matters here. */
size_t fold_code_point_with(uint32_t code_point, enum fold_options options, uint32_t out[4]);
/* The same with FOLD_PLAIN. */
size_t fold_code_point(uint32_t code_point, uint32_t out[4]);

/* utf8_next() as folding reads: n and a combining tilde are one code point, ñ. */
uint32_t fold_next(struct view text, size_t *at);

#endif
