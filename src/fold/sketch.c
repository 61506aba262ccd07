#include "fold/sketch.h"

#include "core/hash.h"

#include <string.h>

#define DIGITS          16
#define WORD_SIZE_LEAST 3
/* Unrelated replies share filler words: a digit in four; these many are chance once in a hundred. */
#define DIGITS_NEAR 9

static int
is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Letters of any script. A run without one is a number, a sign, a picture of two bytes at most. */
static int
is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static uint64_t
permuted(uint64_t hash, uint64_t number)
{
    uint64_t mixed =
            (hash ^ (number * UINT64_C(0x9E3779B97F4A7C15))) * UINT64_C(0xD6E8FEB86659FD93);

    return mixed ^ mixed >> 32;
}

static void
take_word(struct view word, uint64_t least[DIGITS])
{
    uint64_t hash = hash_view(word, 0);

    for (uint64_t i = 0; i < DIGITS; i++) {
        uint64_t value = permuted(hash, i + 1);
        least[i] = value < least[i] ? value : least[i];
    }
}

/* The words of what stands between two blanks. */
static size_t
take_piece(struct view piece, uint64_t least[DIGITS])
{
    size_t words = 0;
    size_t at = 0;

    if (piece.at[0] == '@' || view_starts(piece, VIEW("http"))) {
        return 0;
    }
    while (at < piece.size) {
        size_t from = at;
        while (at < piece.size && is_word_byte(piece.at[at])) {
            at++;
        }
        if (at - from >= WORD_SIZE_LEAST) {
            take_word(view_slice(piece, from, at), least);
            words++;
        }
        at += at == from;
    }
    return words;
}

uint64_t
sketch_of(struct view folded)
{
    uint64_t least[DIGITS];
    uint64_t sketch = 0;
    size_t words = 0;
    size_t at = 0;

    memset(least, 0xFF, sizeof least);
    while (at < folded.size) {
        size_t from = at;
        while (at < folded.size && !is_blank(folded.at[at])) {
            at++;
        }
        if (at > from) {
            words += take_piece(view_slice(folded, from, at), least);
        }
        at++;
    }
    for (size_t i = 0; i < DIGITS && words > 0; i++) {
        sketch |= (least[i] & 15) << (4 * i);
    }
    /* The one text in 2^64 that comes out as none is taken for another. */
    return words > 0 && sketch == 0 ? 1 : sketch;
}

int
sketch_near(uint64_t a, uint64_t b)
{
    int equal = 0;

    for (int i = 0; i < DIGITS; i++) {
        equal += ((a ^ b) >> (4 * i) & 15) == 0;
    }
    return a != 0 && b != 0 && equal >= DIGITS_NEAR;
}
