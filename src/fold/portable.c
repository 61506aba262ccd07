#include "core/text/utf8.h"
#include "fold/kernel.h"
#include "fold/rule.h"

#include <assert.h>

/* Eight bytes at a time in a plain integer. */
#define EACH(byte) (0x0101010101010101ULL * (byte))
#define HIGH       EACH(0x80)

const unsigned char fold_pairs[4][64] = {
    /* U+00C0-00FF */
    "aaaaaa\0ceeeeiiii"
    "d\xB1"
    "ooooo\x97ouuuuy\0\0"
    "aaaaaa\0ceeeeiiii"
    "d\xB1"
    "ooooo\xB7ouuuuy\0y",
    /* U+0100-013F */
    "aaaaaaccccccccdd"
    "ddeeeeeeeeeegggg"
    "gggghhhhiiiiiiii"
    "ii\0\0jjkkqlllllll",
    /* U+0140-017F */
    "lllnnnnnn\0\x8B\x8Boooo"
    "oo\0\0rrrrrrssssss"
    "ssttttttuuuuuuuu"
    "uuuuwwyyyzzzzzzs",
    /* U+00C0-00FF, ñ as n */
    "aaaaaa\0ceeeeiiii"
    "dnooooo\x97ouuuuy\0\0"
    "aaaaaa\0ceeeeiiii"
    "dnooooo\xB7ouuuuy\0y",
};

static uint64_t
load8(const char *at)
{
    uint64_t bytes;

    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* How many bytes of the eight, in the order of the text, stand before the first that `marks` marks
 * with its highest bit. */
static size_t
bytes_before(uint64_t marks)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (size_t)__builtin_clzll(marks) / 8;
#else
    return (size_t)__builtin_ctzll(marks) / 8;
#endif
}

/* Lower-cases the ASCII letters among eight bytes. Adding carries into a byte's highest bit exactly if
 * its seven others are large enough; it never leaves the byte. */
static uint64_t
lower8(uint64_t bytes)
{
    uint64_t low = bytes & ~HIGH;
    uint64_t from_a = low + EACH(0x80 - 'A');
    uint64_t past_z = low + EACH(0x7F - 'Z');

    return bytes | ((from_a ^ past_z) & ~bytes & HIGH) >> 2;
}

/* By the rule, whatever it is: what the paths below do not know. Returns how many bytes it gives. */
static size_t
fold_by_rule(struct view text, size_t at, enum fold_options options, char *out)
{
    uint32_t folded[4];
    size_t written = 0;
    size_t count = fold_code_point_with(utf8_next(text, &at), options, folded);

    for (size_t i = 0; i < count; i++) {
        written += utf8_put(folded[i], out + written);
    }
    return written;
}

/* Folds a code point of two bytes, returns how many bytes it gives. */
static inline size_t
fold_pair(const struct fold_job *job, const unsigned char *at)
{
    unsigned char letter = 0;

    if (at[0] >= 0xC3 && at[0] <= 0xC5) {
        const unsigned char *c3 = fold_pairs_c3(job->options);
        letter = at[0] == 0xC3 ? c3[at[1] & 63] : fold_pairs[at[0] - 0xC3][at[1] & 63];
    } else if (at[0] == 0xC2 || at[0] >= 0xD6) {
        letter = at[1];
    }
    if (letter == 0) {
        return fold_by_rule(job->text, job->at, job->options, job->out);
    }
    job->out[0] = (char)(letter < 0x80 ? letter : at[0]);
    job->out[1] = (char)letter;
    return letter < 0x80 ? 1 : 2;
}

/* The same for three or four bytes: mostly pictures and scripts without case, which stay. */
static inline size_t
fold_long(const struct fold_job *job, const unsigned char *at)
{
    if (at[0] == 0xE1 || at[0] == 0xE3 || at[0] == 0xEF || (at[0] == 0xE2 && at[1] == 0x80)) {
        return fold_by_rule(job->text, job->at, job->options, job->out);
    }
    memcpy(job->out, at, 3);
    if (at[0] < 0xF0) {
        return 3;
    }
    job->out[3] = (char)at[3];
    return 4;
}

/* A combining tilde behind an n, which is written already. */
static inline int
is_enye(const struct fold_job *job, const unsigned char *at)
{
    return at[0] == 0xCC && at[1] == 0x83 && job->at > 0 && (at[-1] | 0x20) == 'n' &&
           (job->options & FOLD_ENYE_AS_N) == 0;
}

static inline void
advance(struct fold_job *job, size_t size, size_t written)
{
    for (size_t i = 0; job->origin != NULL && i < written; i++) {
        job->origin[i] = (uint16_t)job->at;
    }
    job->origin = job->origin != NULL ? job->origin + written : NULL;
    job->at += size;
    job->out += written;
}

/* One code point beyond ASCII. */
static inline void
fold_one(struct fold_job *job)
{
    const unsigned char *at = (const unsigned char *)job->text.at + job->at;
    size_t size = at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;

    if (is_enye(job, at)) {
        /* The n becomes the first byte of ñ, and where it stood both come from. */
        job->out[-1] = (char)0xC3;
        job->out[0] = (char)0xB1;
        job->at--;
        advance(job, 3, 1);
    } else {
        advance(job, size, size == 2 ? fold_pair(job, at) : fold_long(job, at));
    }
}

/* Eight bytes, or as many of them as are ASCII. Writes eight in any case, which is within the growth
 * that a text is granted, for eight are left to read. */
static inline void
fold_eight(struct fold_job *job)
{
    uint64_t bytes = load8(job->text.at + job->at);
    uint64_t lower = lower8(bytes);
    size_t count = (bytes & HIGH) == 0 ? 8 : bytes_before(bytes & HIGH);

    memcpy(job->out, &lower, sizeof lower);
    for (size_t i = 0; job->origin != NULL && i < 8; i++) {
        job->origin[i] = (uint16_t)(job->at + i);
    }
    job->origin = job->origin != NULL ? job->origin + count : NULL;
    job->at += count;
    job->out += count;
}

/* One byte of ASCII near the end of the text, or any other code point. */
static inline void
fold_next_one(struct fold_job *job)
{
    unsigned char byte = (unsigned char)job->text.at[job->at];

    if (byte >= 0x80) {
        fold_one(job);
        return;
    }
    job->out[0] = (char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte);
    advance(job, 1, 1);
}

void
fold_portable(struct fold_job *asked, size_t until)
{
    struct fold_job job = *asked; /* a copy, so that it lives in registers */

    assert(until <= job.text.size);
    while (job.at < until) {
        if (job.text.size - job.at >= 8) {
            fold_eight(&job);
        }
        if (job.at < until) {
            fold_next_one(&job);
        }
    }
    job.suspect = 1;
    *asked = job;
}
