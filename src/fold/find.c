#include "core/text/utf8.h"
#include "fold/kernel.h"
#include "fold/rule.h"

/* Eight bytes at a time in a plain integer. */
#define EACH(byte) (0x0101010101010101ULL * (byte))
#define HIGH       EACH(0x80)

/* Bytes that suspects() looks at. */
#define LOOK_SIZE 11

static int
is_run(struct view text, size_t at)
{
    size_t letter = fold_size_of(text.at[at]);
    size_t next = at;

    if (((unsigned char)text.at[at] & 0xC0) == 0x80 || text.size - at < letter * 3) {
        return 0;
    }
    return memcmp(text.at + at, text.at + at + letter, letter * 2) == 0 &&
           fold_is_letter(utf8_next(text, &next));
}

size_t
fold_first_run(struct view folded, size_t at, uint64_t marks)
{
    for (; marks != 0; marks &= marks - 1) {
        size_t run = at + (size_t)__builtin_ctzll(marks);
        if (is_run(folded, run)) {
            return run;
        }
    }
    return folded.size;
}

/* Marks the bytes that are zero. The subtraction borrows from the byte above a zero, which may be
 * marked for nothing then; no zero is left out. */
static uint64_t
zeros(uint64_t bytes)
{
    return (bytes - EACH(1)) & ~bytes & HIGH;
}

static uint64_t
load8(const char *at)
{
    uint64_t bytes;

    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* May one of eight bytes begin three equal letters? ASCII if it equals the two behind it; another if
 * it equals the byte that is two or three behind, where the next letter would begin. */
static inline int
suspects(const char *at)
{
    uint64_t bytes = load8(at);
    uint64_t second = bytes ^ load8(at + 2);
    uint64_t marks = zeros((bytes ^ load8(at + 1)) | second) & ~bytes;

    if ((bytes & HIGH) != 0) {
        marks |= (zeros(second) | zeros(bytes ^ load8(at + 3))) & bytes;
    }
    return marks != 0;
}

/* Most bytes are out after one look: of those between which there is a suspect, too. */
static size_t
look_closely(struct view text, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++) {
        size_t next = at + fold_size_of(text.at[at]);
        if (next < text.size && text.at[at] == text.at[next] && is_run(text, at)) {
            return at;
        }
    }
    return text.size;
}

size_t
fold_find_portable(const char *text, size_t size, size_t from)
{
    for (size_t at = from; at < size; at += 8) {
        size_t end = size - at < 8 ? size : at + 8;
        int clear = size - at >= LOOK_SIZE && !suspects(text + at);
        size_t run = clear ? size : look_closely((struct view){ text, size }, at, end);
        if (run < size) {
            return run;
        }
    }
    return size;
}
