/*
 * kernel: folding by the block, once per instruction set. For this folder alone.
 *
 * Two passes, because a text is seldom drawn out:
 *
 *   text ──▶ fold (every option but squeezing) ──▶ look for three equal letters ──▶ done, mostly
 *                                                          └─▶ squeeze in place
 *
 * (AVX-512 squeezes at once what does not touch the edge of a block.)
 *
 * A vector kernel knows what is common in posts: ASCII, Latin-1 and Latin Extended-A, combining marks,
 * curly quotes, and all that passes through (pictures, other scripts without case). A code point beyond
 * that it hands to fold_portable(), which knows every rule, and takes over again behind it. So there is
 * one rule and no second opinion; the tests compare all kernels over every code point.
 *
 * None reads outside of the text it is given, but for the finders, see there.
 */
#ifndef REBATO_FOLD_KERNEL_H
#define REBATO_FOLD_KERNEL_H

#include "fold/fold.h"

/* A text being folded. */
struct fold_job {
    struct view text;
    enum fold_options options;
    size_t at; /* bytes of `text` that are folded; on a code point */
    char *out; /* where the next folded byte goes; FOLD_SLACK more are overwritten */
    /* Not 0 if three equal letters may stand in what is written. The vector kernels look while they
     * have it in a register: read back at once, it would have to leave the store buffer first. */
    uint64_t suspect;
    /* The way back, where the next one goes; NULL for none. fold_portable() only. */
    uint16_t *origin;
};

/* Folds up to byte `until` of the text, or a few code points further. */
void fold_portable(struct fold_job *job, size_t until);
void fold_avx2(struct fold_job *job);
void fold_avx512(struct fold_job *job);

/* Where the first three equal letters of a folded text begin, from byte `from`; `size` when there are
 * none. The vector ones read up to FOLD_SLACK bytes behind `size`, whatever they hold. */
size_t fold_find_portable(const char *text, size_t size, size_t from);
size_t fold_find_avx2(const char *text, size_t size, size_t from);
size_t fold_find_avx512(const char *text, size_t size, size_t from);

/* The first of the bytes from `at` on with a bit in `marks` where three equal letters do stand; `size`
 * when there is none. */
size_t fold_first_run(struct view folded, size_t at, uint64_t marks);

/* How many of the `size` bytes at `at` are whole code points, when a code point begins at `at` and
 * others may follow. A branch that is nearly always the same: computed, the place of the next block
 * would have to wait for the bytes of this one. */
static inline size_t
fold_whole(const unsigned char *at, size_t size)
{
    if (__builtin_expect(at[size - 1] >= 0xC0 || at[size - 2] >= 0xE0 || at[size - 3] >= 0xF0, 0)) {
        do {
            size--;
        } while ((at[size] & 0xC0) == 0x80);
    }
    return size;
}

/* May a run of equal letters go on across `at`, from what is written before, three bytes at least, to
 * what is written behind? The first is for letters of ASCII, the other for those beyond. */
static inline int
fold_meets(const char *at)
{
    return (at[-1] == at[0]) & ((at[-2] == at[0]) | (at[1] == at[0]));
}

static inline int
fold_meets_wide(const char *at)
{
    return memcmp(at - 2, at, 2) == 0 || memcmp(at - 3, at, 2) == 0;
}

/* Bytes of the code point that begins with `lead`. */
static inline size_t
fold_size_of(char lead)
{
    unsigned char byte = (unsigned char)lead;

    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/*
 * The letters of U+00C0-017F by their second byte, one row for each of the lead bytes C3, C4, C5:
 * ASCII is what the letter becomes; a continuation byte means that it stays two bytes, this being the
 * second (Ñ and ñ, ŋ, ×); 0 leaves it to fold_latin(), for it becomes two letters. The first row
 * stands for itself, the fourth is the first with FOLD_ENYE_AS_N.
 */
extern const unsigned char fold_pairs[4][64];

static inline const unsigned char *
fold_pairs_c3(enum fold_options options)
{
    return fold_pairs[(options & FOLD_ENYE_AS_N) != 0 ? 3 : 0];
}

#endif
