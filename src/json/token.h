/*
 * token: one scalar of a JSON text, read strictly: a string, a number, true, false or null. The
 * grammar (RFC 8259) stands here once, for whoever walks over a text.
 */
#ifndef REBATO_JSON_TOKEN_H
#define REBATO_JSON_TOKEN_H

#include "core/view.h"

#include <stdint.h>
#include <string.h>

/* The byte at `at`, or -1 behind the end. */
static inline int
json_peek(struct view text, size_t at)
{
    return at < text.size ? (unsigned char)text.at[at] : -1;
}

/* Behind the white space that begins at `at`, if any does. */
static inline size_t
json_skip_space(struct view text, size_t at)
{
    while (at < text.size && (unsigned char)text.at[at] <= ' ' &&
            (text.at[at] == ' ' || text.at[at] == '\n' || text.at[at] == '\r' ||
                    text.at[at] == '\t')) {
        at++;
    }
    return at;
}

/* The upper bits of those of eight bytes that are backslashes, the first one lowest. Only the lowest bit
 * that is set can be relied on: the difference may borrow from the byte behind. */
static inline uint64_t
json_slashes(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word;

    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    word ^= ones * '\\';
    return (word - ones) & ~word & tops;
}

/* Moves behind the scalar at `*at`; 0 when it is broken, and then `*at` is where. What follows it is not
 * looked at: 01 is a 0, and somebody else's fault. */
int json_token(struct view text, size_t *at);
/* Moves behind the escape whose letter, behind the backslash, is at `*at`; 0 when there is no such one. */
int json_escape(struct view text, size_t *at);
/* Are the escapes of [from, to) good, which begins and ends with a quote, so that it may be a string? */
int json_escapes(struct view text, size_t from, size_t to);

#endif
