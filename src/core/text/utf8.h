/* utf8: decoding that never trusts its input. Nothing here allocates. */
#ifndef REBATO_CORE_TEXT_UTF8_H
#define REBATO_CORE_TEXT_UTF8_H

#include "core/view.h"

#include <stdint.h>

#define UTF8_REPLACEMENT 0xFFFDU

/* Decodes one code point at `*at` (< text.size) and moves `*at` behind it. Overlong forms,
 * surrogates, values past U+10FFFF and cut sequences give UTF8_REPLACEMENT and move by the length of
 * the maximal valid prefix, at least one byte. */
uint32_t utf8_next(struct view text, size_t *at);

/* Writes 1-4 bytes, returns how many. Not a valid scalar value: writes U+FFFD. */
size_t utf8_put(uint32_t code_point, char out[4]);

int utf8_valid(struct view text);

/* The longest prefix of at most `size_max` bytes that ends on a code point. */
struct view utf8_cut(struct view text, size_t size_max);

/* Copies with every fault replaced by U+FFFD; writes at most out_size bytes, whole code points.
 * Returns bytes written; `*repaired` is the number of replacements. */
size_t utf8_repair(struct view text, char *out, size_t out_size, size_t *repaired);

/* For terminals and logs: control characters, C1 and bidi overrides become visible escapes
 * (backslash, x or u, hex digits). Whole escapes only; returns bytes written, without a NUL. */
size_t utf8_escape(struct view text, char *out, size_t out_size);

#endif
