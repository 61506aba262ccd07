#include "core/utf8.h"
#include "mention/fold_kernel.h"
#include "mention/fold_rule.h"

/* Eight bytes at a time in a plain integer. */
#define EACH(byte) (0x0101010101010101ULL * (byte))
#define HIGH       EACH(0x80)

/* Bytes that suspects() looks at. */
#define LOOK_SIZE 11

int
fold_is_run(const char *text, size_t size, size_t at)
{
    size_t letter = fold_size_of(text[at]);
    size_t next = at;

    if (((unsigned char)text[at] & 0xC0) == 0x80 || size - at < letter * 3) {
        return 0;
    }
    return memcmp(text + at, text + at + letter, letter * 2) == 0 &&
           fold_is_letter(utf8_next((struct view){ text, size }, &next));
}

/* Marks the bytes that are zero. The subtraction borrows from the byte above a zero, which may be
 * marked for nothing then; no zero is left out. */
static uint64_t
zeros(uint64_t bytes)
{
    return (bytes - EACH(1)) & ~bytes & HIGH;
}

/* May one of eight bytes begin three equal letters? ASCII if it equals the two behind it; another if
 * it equals the byte that is two or three behind, where the next letter would begin. */
static int
suspects(const char *at)
{
    uint64_t bytes[4];

    for (size_t i = 0; i < 4; i++) {
        memcpy(&bytes[i], at + i, sizeof bytes[i]);
    }
    uint64_t ascii = zeros((bytes[0] ^ bytes[1]) | (bytes[0] ^ bytes[2]));
    uint64_t other = zeros(bytes[0] ^ bytes[2]) | zeros(bytes[0] ^ bytes[3]);
    return (ascii | (other & bytes[0])) != 0;
}

size_t
fold_find_portable(const char *text, size_t size, size_t from)
{
    size_t at = from;

    while (at < size) {
        size_t end = size - at < 8 ? size : at + 8;
        if (size - at >= LOOK_SIZE && !suspects(text + at)) {
            at = end;
        }
        for (; at < end; at++) {
            if (fold_is_run(text, size, at)) {
                return at;
            }
        }
    }
    return size;
}
