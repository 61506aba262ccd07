#include "fold/kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512                                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))

/* Bytes that are folded one code point at a time when a block holds one for fold_portable(): enough
 * to pay in a text that is all Greek, little for a single letter. */
#define STRETCH_SIZE 16

/* 64 bytes and what becomes of them. Masks have a bit for each byte. */
struct block {
    __m512i in;
    __m512i out;
    uint64_t keep; /* bytes of `out` that are written, the others are closed up */
    uint64_t rule; /* first bytes of code points that are left to fold_portable() */
    uint64_t wide; /* a bit for every letter beyond ASCII that may be among what is written */
};

/* What a lead byte says, by its lower six bits. */
#define SELDOM 1 /* the common path knows nothing of it: C4 to CA, CE to D5, E1 to E3, EF */
#define WIDE   2 /* it may begin a letter that stays: all but C2, C3, CC, E2, EF and F0 to F4 */
#define MARK   4 /* it may begin a combining mark: CC and CD. Whole texts are written with them */

static const unsigned char lead_class[64] = {
    0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 2, 4, 6, 3, 3, /* C0 */
    3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, /* D0 */
    2, 3, 1, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, /* E0 */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* F0 */
};

AVX512 static inline uint64_t
equal(__m512i bytes, int byte)
{
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)byte));
}

AVX512 static inline uint64_t
between(__m512i bytes, int low, int high)
{
    __m512i above = _mm512_sub_epi8(bytes, _mm512_set1_epi8((char)low));
    return _mm512_cmple_epu8_mask(above, _mm512_set1_epi8((char)(high - low)));
}

/* Folds the pairs that begin at `leads` by a row of fold_pairs: the second byte becomes the letter,
 * and the first is dropped if that is ASCII. */
AVX512 static inline void
fold_pair(struct block *block, uint64_t leads, const unsigned char *row)
{
    uint64_t seconds = leads << 1;
    __m512i letters = _mm512_loadu_si512(row);

    block->out = _mm512_mask_permutexvar_epi8(block->out, seconds, block->in, letters);
    uint64_t stay = _mm512_movepi8_mask(block->out) & seconds;
    block->keep &= ~(leads & ~(stay >> 1));
    block->wide |= stay;
    block->rule |= _mm512_mask_testn_epi8_mask(seconds, block->out, block->out) >> 1;
}

/* Combining marks go. n and tilde become ñ where they stand: the n goes, the two bytes of the tilde
 * are overwritten. A tilde in front of everything may belong to an n that is written already. */
AVX512 static inline void
fold_marks(struct block *block, enum fold_options options)
{
    uint64_t greek = _mm512_cmpge_epu8_mask(block->in, _mm512_set1_epi8((char)0xB0));
    uint64_t marks = equal(block->in, 0xCC) | (equal(block->in, 0xCD) & ~(greek >> 1));

    block->keep &= ~(marks | marks << 1);
    if ((options & FOLD_ENYE_AS_N) != 0) {
        return;
    }
    __m512i small = _mm512_or_si512(block->in, _mm512_set1_epi8('a' - 'A'));
    uint64_t tildes = equal(block->in, 0xCC) & equal(block->in, 0x83) >> 1;
    uint64_t enyes = tildes & equal(small, 'n') << 1;
    block->rule |= tildes & 1;
    block->wide |= enyes;
    block->keep = (block->keep & ~(enyes >> 1)) | enyes | enyes << 1;
    block->out = _mm512_mask_mov_epi8(block->out, enyes, _mm512_set1_epi8((char)0xC3));
    block->out = _mm512_mask_mov_epi8(block->out, enyes << 1, _mm512_set1_epi8((char)0xB1));
}

/* E2 80 98 to 9B and 9C to 9F: the third byte becomes the quote. */
AVX512 static inline void
fold_quotes(struct block *block)
{
    uint64_t thirds = (equal(block->in, 0xE2) & equal(block->in, 0x80) >> 1) << 2;
    uint64_t single = thirds & between(block->in, 0x98, 0x9B);
    uint64_t twofold = thirds & between(block->in, 0x9C, 0x9F);
    uint64_t quotes = single | twofold;

    block->out = _mm512_mask_mov_epi8(block->out, single, _mm512_set1_epi8('\''));
    block->out = _mm512_mask_mov_epi8(block->out, twofold, _mm512_set1_epi8('"'));
    block->keep &= ~(quotes >> 1 | quotes >> 2);
}

/* What only the rule knows: U+0180-02BF, Greek to Armenian, Latin Extended Additional, U+3000, and the
 * presentation forms. */
AVX512 static inline uint64_t
for_rule(__m512i in)
{
    uint64_t pairs = between(in, 0xC6, 0xCA) | between(in, 0xCE, 0xD5);
    uint64_t latin = equal(in, 0xE1) & between(in, 0xB8, 0xBB) >> 1;
    uint64_t space = equal(in, 0xE3) & equal(in, 0x80) >> 1 & equal(in, 0x80) >> 2;
    uint64_t forms = equal(in, 0xEF) & (equal(in, 0xAC) | between(in, 0xBC, 0xBD)) >> 1;

    return pairs | latin | space | forms;
}

/* E2 and EF begin signs and pictures mostly, but letters from U+2C00 on and from U+FB00 to FDFF. */
AVX512 static inline uint64_t
seldom_letters(__m512i in)
{
    uint64_t high = equal(in, 0xE2) & between(in, 0xB0, 0xBF) >> 1;
    uint64_t forms = equal(in, 0xEF) & between(in, 0xAC, 0xB7) >> 1;

    return high | forms;
}

/* The block's bytes of `valid` are whole code points. */
AVX512 static inline struct block
fold_block(__m512i in, uint64_t valid, enum fold_options options)
{
    struct block block = { .in = in, .keep = valid };

    block.out = _mm512_mask_add_epi8(in, between(in, 'A', 'Z'), in, _mm512_set1_epi8('a' - 'A'));
    fold_pair(&block, equal(in, 0xC3), fold_pairs_c3(options));
    uint64_t leads = _mm512_cmpge_epu8_mask(in, _mm512_set1_epi8((char)0xC0));
    __m512i class = _mm512_permutexvar_epi8(in, _mm512_loadu_si512(lead_class));
    block.wide |= _mm512_mask_test_epi8_mask(leads, class, _mm512_set1_epi8(WIDE));
    if (_mm512_mask_test_epi8_mask(leads, class, _mm512_set1_epi8(MARK)) != 0) {
        fold_marks(&block, options);
    }
    if (_mm512_mask_test_epi8_mask(leads, class, _mm512_set1_epi8(SELDOM)) != 0) {
        fold_pair(&block, equal(in, 0xC4), fold_pairs[1]);
        fold_pair(&block, equal(in, 0xC5), fold_pairs[2]);
        fold_quotes(&block);
        block.rule |= for_rule(in);
        block.wide |= seldom_letters(in);
    }
    block.rule &= valid;
    return block;
}

/* Up to 64 bytes of the text that are whole code points, and how many they are. */
AVX512 static inline size_t
load(const struct fold_job *job, __m512i *in)
{
    const unsigned char *at = (const unsigned char *)job->text.at + job->at;
    size_t left = job->text.size - job->at;

    if (left <= 64) {
        *in = _mm512_maskz_loadu_epi8(_bzhi_u64(~0ULL, (unsigned)left), at);
        return left;
    }
    *in = _mm512_loadu_si512(at);
    return fold_whole(at, 64);
}

/* Each byte's neighbour that is so many places behind; the first ones behind the last. */
AVX512 static inline __m512i
behind(__m512i bytes, int places)
{
    const __m512i own = _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49,
            48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27,
            26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3,
            2, 1, 0);

    return _mm512_permutexvar_epi8(_mm512_add_epi8(own, _mm512_set1_epi8((char)places)), bytes);
}

/* Where three equal letters of ASCII may begin. Letters are what lies above '`', nearly; as signed
 * numbers the bytes of others are below it. */
AVX512 static inline uint64_t
runs(__m512i bytes)
{
    uint64_t letters = _mm512_cmpgt_epi8_mask(bytes, _mm512_set1_epi8('`'));
    uint64_t equals = _mm512_mask_cmpeq_epi8_mask(letters, bytes, behind(bytes, 1));

    return equals & equals >> 1;
}

/* Where three equal letters of two or three bytes may begin. */
AVX512 static inline uint64_t
wide_runs(__m512i bytes)
{
    uint64_t leads = between(bytes, 0xC3, 0xEF);
    uint64_t two = _mm512_cmpeq_epi8_mask(bytes, behind(bytes, 2));
    uint64_t three = _mm512_cmpeq_epi8_mask(bytes, behind(bytes, 3));

    two &= two >> 1;
    three &= three >> 1;
    return leads & ((two & two >> 2) | (three & three >> 2 & three >> 4));
}

/* A block that is folded: what is kept of it, closed up. */
struct kept {
    __m512i bytes;
    unsigned size;
    uint64_t edges; /* its first and its last byte, if a run may go on beyond it */
};

/* Makes every run of equal letters of ASCII one, or leaves it all as it is and returns 1 when one may
 * go on in the block before or behind. */
AVX512 static inline uint64_t
squeeze(struct kept *kept)
{
    uint64_t letters = between(kept->bytes, 'a', 'z');
    uint64_t equals = _mm512_mask_cmpeq_epi8_mask(letters, kept->bytes, behind(kept->bytes, 1));
    equals = _bzhi_u64(equals, kept->size - 1);
    uint64_t three = equals & equals >> 1;
    uint64_t run = three | three << 1 | three << 2;
    uint64_t gone = run & equals << 1;

    if ((run & kept->edges) != 0) {
        return 1;
    }
    kept->bytes = _mm512_maskz_compress_epi8(~gone, kept->bytes);
    kept->size -= (unsigned)_mm_popcnt_u64(gone);
    return 0;
}

/* May a run that is left be in the bytes that were just written to `out`, or end there? `wide`: letters
 * beyond ASCII in this block and the one before. Three equal ones are in two blocks at most, and so many
 * are seldom, but in other scripts. */
AVX512 static inline uint64_t
suspect(const struct kept *kept, unsigned wide, const char *out, const char *begin)
{
    uint64_t found = 0;

    if (out - begin >= 3) {
        found |= (uint64_t)fold_meets(out);
    } else if (out != begin) {
        found = 1;
    }
    if (__builtin_expect(wide >= 3, 0)) {
        found |= wide_runs(kept->bytes);
        found |= (uint64_t)(out - begin >= 3 && fold_meets_wide(out));
    }
    return found;
}

/* Closes up what is kept of a block of `size` bytes, and squeezes it if that can be done without what is
 * before and behind. Compressing in a register and storing all of it is many times faster than storing
 * what is kept, on some machines. */
AVX512 static inline struct kept
close_up(struct fold_job *job, const struct block *block, size_t size, const char *begin)
{
    struct kept kept = { .bytes = _mm512_maskz_compress_epi8(block->keep, block->out),
        .size = (unsigned)_mm_popcnt_u64(block->keep) };

    if ((job->options & FOLD_SQUEEZE_REPEATS) != 0 && __builtin_expect(runs(kept.bytes) != 0, 0)) {
        uint64_t more = job->at + size != job->text.size;
        kept.edges = (uint64_t)(job->out != begin) | more << (kept.size - 1);
        job->suspect |= squeeze(&kept);
    }
    return kept;
}

/* Folds block after block; true when fold_portable() has to go on. Calls nothing, so that constants
 * stay in registers. */
AVX512 static inline int
fold_blocks(struct fold_job *job, const char *begin)
{
    unsigned wide = 0;

    while (job->at < job->text.size) {
        __m512i in;
        size_t size = load(job, &in);
        struct block block = fold_block(in, _bzhi_u64(~0ULL, (unsigned)size), job->options);
        if (__builtin_expect(block.rule != 0, 0)) {
            size = (size_t)__builtin_ctzll(block.rule);
            block.keep = _bzhi_u64(block.keep, (unsigned)size);
        }
        struct kept kept = close_up(job, &block, size, begin);
        _mm512_storeu_si512(job->out, kept.bytes);
        if ((job->options & FOLD_SQUEEZE_REPEATS) != 0) {
            unsigned before = wide;
            wide = (unsigned)_mm_popcnt_u64(block.wide);
            job->suspect |= suspect(&kept, before + wide, job->out, begin);
        }
        job->out += kept.size;
        job->at += size;
        if (__builtin_expect(block.rule != 0, 0)) {
            return 1;
        }
    }
    return 0;
}

AVX512 void
fold_avx512(struct fold_job *asked)
{
    struct fold_job job = *asked; /* a copy, so that it lives in registers */

    while (fold_blocks(&job, asked->out)) {
        struct fold_job stretch = job;
        size_t left = job.text.size - job.at;
        fold_portable(&stretch, job.at + (left < STRETCH_SIZE ? left : STRETCH_SIZE));
        job = stretch;
    }
    *asked = job;
}

/* Starts whose letters are all in the block: nine bytes, of the longest. */
#define FIND_STEP 56

AVX512 size_t
fold_find_avx512(const char *text, size_t size, size_t from)
{
    for (size_t at = from; at < size; at += FIND_STEP) {
        size_t count = size - at < FIND_STEP ? size - at : FIND_STEP;
        __m512i bytes = _mm512_loadu_si512(text + at);
        uint64_t found = _bzhi_u64(runs(bytes) | wide_runs(bytes), (unsigned)count);
        size_t run = found == 0 ? size : fold_first_run((struct view){ text, size }, at, found);
        if (run < size) {
            return run;
        }
    }
    return size;
}

#endif
