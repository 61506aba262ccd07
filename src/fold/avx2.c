#include "fold/kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

/* See fold/avx512.c: the same steps, with vectors of 00 and FF in place of masks. */
#define STRETCH_SIZE 16

struct block {
    __m256i in;
    __m256i out;
    __m256i drop; /* bytes of `out` that are not written */
    __m256i rule; /* first bytes of code points that are left to fold_portable() */
    __m256i wide; /* negative for every letter beyond ASCII that may be among what is written */
};

/* Bytes of a block that are to be folded: those before are, behind is no whole code point any more. */
struct span {
    size_t begin;
    size_t end;
};

AVX2 static inline uint32_t
mask_of(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(bytes);
}

AVX2 static inline __m256i
equal(__m256i bytes, int byte)
{
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)byte));
}

/* Unsigned, which AVX2 compares only by way of the smaller one. */
AVX2 static inline __m256i
between(__m256i bytes, int low, int high)
{
    __m256i above = _mm256_sub_epi8(bytes, _mm256_set1_epi8((char)low));
    __m256i span = _mm256_set1_epi8((char)(high - low));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(above, span), above);
}

/* The bytes' numbers. */
AVX2 static inline __m256i
places(void)
{
    return _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
            20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
}

/* Each byte moves to the place of the next one, or of the one before; zero moves in. */
AVX2 static inline __m256i
to_next(__m256i bytes)
{
    return _mm256_alignr_epi8(bytes, _mm256_permute2x128_si256(bytes, bytes, 0x08), 15);
}

AVX2 static inline __m256i
to_previous(__m256i bytes)
{
    return _mm256_alignr_epi8(_mm256_permute2x128_si256(bytes, bytes, 0x81), bytes, 1);
}

/* A table of 16 by the lower four bits. */
AVX2 static inline __m256i
look_up_16(const unsigned char *table, __m256i places)
{
    __m128i sixteen = _mm_loadu_si128((const void *)table);
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(sixteen), places);
}

/* A table of 64 by the lower six bits: four of 16, of which bits 4 and 5 choose. */
AVX2 static inline __m256i
look_up(const unsigned char *table, __m256i bytes)
{
    __m256i low = _mm256_and_si256(bytes, _mm256_set1_epi8(15));
    __m256i bit4 = _mm256_slli_epi16(bytes, 3);
    __m256i bit5 = _mm256_slli_epi16(bytes, 2);
    __m256i lower = _mm256_blendv_epi8(look_up_16(table, low), look_up_16(table + 16, low), bit4);
    __m256i upper =
            _mm256_blendv_epi8(look_up_16(table + 32, low), look_up_16(table + 48, low), bit4);

    return _mm256_blendv_epi8(lower, upper, bit5);
}

AVX2 static inline void
fold_pair(struct block *block, __m256i leads, const unsigned char *row)
{
    __m256i letters = look_up(row, block->in);
    __m256i seconds = to_next(leads);
    __m256i stay = to_previous(_mm256_and_si256(letters, seconds));
    __m256i unknown = _mm256_and_si256(equal(letters, 0), seconds);
    __m256i sign = _mm256_set1_epi8((char)0x80);

    block->out = _mm256_blendv_epi8(block->out, letters, seconds);
    /* The sign of each byte chooses: what stays is a continuation byte, so it has one. */
    __m256i none = _mm256_setzero_si256();
    block->drop = _mm256_or_si256(block->drop, _mm256_blendv_epi8(leads, none, stay));
    block->rule = _mm256_or_si256(block->rule, to_previous(unknown));
    block->wide = _mm256_or_si256(block->wide, _mm256_and_si256(stay, sign));
}

AVX2 static inline void
fold_marks(struct block *block, size_t begin, enum fold_options options)
{
    __m256i first = equal(block->in, 0xCC);
    __m256i latin = to_previous(between(block->in, 0x80, 0xAF));
    __m256i marks = _mm256_or_si256(first, _mm256_and_si256(equal(block->in, 0xCD), latin));

    marks = _mm256_or_si256(marks, to_next(marks));
    block->drop = _mm256_or_si256(block->drop, marks);
    if ((options & FOLD_ENYE_AS_N) != 0) {
        return;
    }
    __m256i tildes = _mm256_and_si256(first, to_previous(equal(block->in, 0x83)));
    __m256i small = _mm256_or_si256(block->in, _mm256_set1_epi8('a' - 'A'));
    __m256i at_begin = _mm256_cmpeq_epi8(places(), _mm256_set1_epi8((char)begin));
    __m256i enyes = _mm256_and_si256(tildes, to_next(equal(small, 'n')));
    __m256i seconds = to_next(enyes);
    block->drop = _mm256_andnot_si256(_mm256_or_si256(enyes, seconds), block->drop);
    block->drop = _mm256_or_si256(block->drop, to_previous(enyes));
    block->wide = _mm256_or_si256(block->wide, enyes);
    block->out = _mm256_blendv_epi8(block->out, _mm256_set1_epi8((char)0xC3), enyes);
    block->out = _mm256_blendv_epi8(block->out, _mm256_set1_epi8((char)0xB1), seconds);
    block->rule = _mm256_or_si256(block->rule, _mm256_and_si256(tildes, at_begin));
}

AVX2 static inline void
fold_quotes(struct block *block)
{
    __m256i starts = _mm256_and_si256(equal(block->in, 0xE2), to_previous(equal(block->in, 0x80)));
    __m256i thirds = to_next(to_next(starts));
    __m256i single = _mm256_and_si256(thirds, between(block->in, 0x98, 0x9B));
    __m256i twofold = _mm256_and_si256(thirds, between(block->in, 0x9C, 0x9F));
    __m256i second = to_previous(_mm256_or_si256(single, twofold));

    block->out = _mm256_blendv_epi8(block->out, _mm256_set1_epi8('\''), single);
    block->out = _mm256_blendv_epi8(block->out, _mm256_set1_epi8('"'), twofold);
    block->drop = _mm256_or_si256(block->drop, _mm256_or_si256(second, to_previous(second)));
}

AVX2 static inline __m256i
for_rule(__m256i in)
{
    __m256i pairs = _mm256_or_si256(between(in, 0xC6, 0xCA), between(in, 0xCE, 0xD5));
    __m256i zeros = to_previous(equal(in, 0x80));
    __m256i latin = _mm256_and_si256(equal(in, 0xE1), to_previous(between(in, 0xB8, 0xBB)));
    __m256i space = _mm256_and_si256(equal(in, 0xE3), _mm256_and_si256(zeros, to_previous(zeros)));
    __m256i second = _mm256_or_si256(equal(in, 0xAC), between(in, 0xBC, 0xBD));
    __m256i forms = _mm256_and_si256(equal(in, 0xEF), to_previous(second));

    return _mm256_or_si256(_mm256_or_si256(pairs, latin), _mm256_or_si256(space, forms));
}

/* What lead bytes say: bits of SELDOM for one that the common path knows nothing of (C4 to CA, CE to D5,
 * E1 to E3, EF), of WIDE for one that may begin a letter that stays (all but C2, C3, CC, E2, EF and F0 to F4).
 * The upper half of a byte names the bits that its lower half has to have. */
#define SELDOM 7
#define WIDE   56

AVX2 static inline __m256i
lead_class(__m256i in)
{
    const __m256i upper = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 18, 36, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 18, 36, 0);
    const __m256i lower = _mm256_setr_epi8(50, 54, 22, 54, 59, 59, 57, 57, 57, 57, 57, 56, 48, 56,
            57, 29, 50, 54, 22, 54, 59, 59, 57, 57, 57, 57, 57, 56, 48, 56, 57, 29);
    const __m256i half = _mm256_set1_epi8(15);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(in, 4), half);
    __m256i low = _mm256_and_si256(in, half);

    return _mm256_and_si256(_mm256_shuffle_epi8(upper, high), _mm256_shuffle_epi8(lower, low));
}

/* E2 and EF begin signs and pictures mostly, but letters from U+2C00 on and from U+FB00 to FDFF. */
AVX2 static inline __m256i
seldom_letters(__m256i in)
{
    __m256i high = _mm256_and_si256(equal(in, 0xE2), to_previous(between(in, 0xB0, 0xBF)));
    __m256i forms = _mm256_and_si256(equal(in, 0xEF), to_previous(between(in, 0xAC, 0xB7)));

    return _mm256_or_si256(high, forms);
}

AVX2 static inline struct block
fold_block(__m256i in, size_t begin, enum fold_options options)
{
    __m256i capital = between(in, 'A', 'Z');
    struct block block = { .in = in };

    block.out = _mm256_add_epi8(in, _mm256_and_si256(capital, _mm256_set1_epi8('a' - 'A')));
    __m256i class = lead_class(in);
    block.drop = block.rule = _mm256_setzero_si256();
    block.wide = _mm256_cmpgt_epi8(
            _mm256_and_si256(class, _mm256_set1_epi8(WIDE)), _mm256_setzero_si256());
    fold_pair(&block, equal(in, 0xC3), fold_pairs_c3(options));
    __m256i marks = between(in, 0xCC, 0xCD);
    if (!_mm256_testz_si256(marks, marks)) {
        fold_marks(&block, begin, options);
    }
    if (!_mm256_testz_si256(class, _mm256_set1_epi8(SELDOM))) {
        fold_pair(&block, equal(in, 0xC4), fold_pairs[1]);
        fold_pair(&block, equal(in, 0xC5), fold_pairs[2]);
        fold_quotes(&block);
        block.rule = _mm256_or_si256(block.rule, for_rule(in));
        block.wide = _mm256_or_si256(block.wide, seldom_letters(in));
    }
    return block;
}

/* AVX2 has nothing that closes gaps, but a general register has: eight bytes at a time. */
AVX2 static inline char *
write_eight(char *out, uint64_t bytes, uint64_t drop)
{
    uint64_t closed = _pext_u64(bytes, ~drop);

    memcpy(out, &closed, sizeof closed);
    return out + 8 - __builtin_popcountll(drop) / 8;
}

/* Writes what is kept of the block, returns behind the last byte written. */
AVX2 static inline char *
write_kept(char *out, __m256i bytes, __m256i drop)
{
    __m128i high = _mm256_extracti128_si256(bytes, 1);
    __m128i high_drop = _mm256_extracti128_si256(drop, 1);

    out = write_eight(
            out, (uint64_t)_mm256_extract_epi64(bytes, 0), (uint64_t)_mm256_extract_epi64(drop, 0));
    out = write_eight(
            out, (uint64_t)_mm256_extract_epi64(bytes, 1), (uint64_t)_mm256_extract_epi64(drop, 1));
    out = write_eight(
            out, (uint64_t)_mm_extract_epi64(high, 0), (uint64_t)_mm_extract_epi64(high_drop, 0));
    return write_eight(
            out, (uint64_t)_mm_extract_epi64(high, 1), (uint64_t)_mm_extract_epi64(high_drop, 1));
}

/* 32 bytes of the text, of which there are as many at least. At its end they overlap what is folded. */
AVX2 static inline struct span
load(const struct fold_job *job, __m256i *in)
{
    size_t left = job->text.size - job->at;
    size_t begin = left < 32 ? 32 - left : 0;
    const unsigned char *at = (const unsigned char *)job->text.at + job->at - begin;

    *in = _mm256_loadu_si256((const void *)at);
    return (struct span){ begin, left > 32 ? fold_whole(at, 32) : 32 };
}

/* FF outside of the span. */
AVX2 static inline __m256i
outside(struct span span)
{
    __m256i before = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)span.begin), places());
    __m256i behind = _mm256_cmpgt_epi8(places(), _mm256_set1_epi8((char)(span.end - 1)));

    return _mm256_or_si256(before, behind);
}

/* Writes the block, or its part up to the first code point for the rule; returns behind it. */
AVX2 static inline char *
write_block(char *out, const struct block *block, struct span span)
{
    /* Bytes of a text's last block that are folded already are written once more, if they stay as
     * they are. A continuation byte in front may belong to what did not. */
    int changed = !_mm256_testz_si256(block->drop, block->drop) || mask_of(block->rule) != 0;
    if (span.end == 32 && !changed && (span.begin == 0 || (mask_of(block->in) & 1) == 0)) {
        _mm256_storeu_si256((void *)(out - span.begin), block->out);
        return out + 32 - span.begin;
    }
    return write_kept(out, block->out, _mm256_or_si256(block->drop, outside(span)));
}

/* Where three equal letters of ASCII may begin; see fold/avx512.c. */
AVX2 static inline uint32_t
runs(const char *at)
{
    __m256i bytes = _mm256_loadu_si256((const void *)at);
    __m256i one = _mm256_cmpeq_epi8(bytes, _mm256_loadu_si256((const void *)(at + 1)));
    __m256i two = _mm256_cmpeq_epi8(bytes, _mm256_loadu_si256((const void *)(at + 2)));
    __m256i letters = _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8('`'));

    return mask_of(_mm256_and_si256(letters, _mm256_and_si256(one, two)));
}

/* Where three equal letters of two or three bytes may begin. */
AVX2 static inline uint32_t
wide_runs(const char *at)
{
    __m256i bytes = _mm256_loadu_si256((const void *)at);
    uint32_t two = mask_of(_mm256_cmpeq_epi8(bytes, _mm256_loadu_si256((const void *)(at + 2))));
    uint32_t three = mask_of(_mm256_cmpeq_epi8(bytes, _mm256_loadu_si256((const void *)(at + 3))));

    two &= two >> 1;
    three &= three >> 1;
    return mask_of(between(bytes, 0xC3, 0xEF)) &
           ((two & two >> 2) | (three & three >> 2 & three >> 4));
}

/* The same as runs() for bytes that are in a register; the last two are not looked at. */
AVX2 static inline uint32_t
runs_in(__m256i bytes)
{
    __m256i letters = _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8('`'));
    uint32_t equals =
            mask_of(_mm256_and_si256(letters, _mm256_cmpeq_epi8(bytes, to_previous(bytes))));

    return equals & equals >> 1;
}

/* Bytes that were just written, of a text whose first is at `begin`. */
struct written {
    const char *begin;
    const char *out;
    const char *end;
};

/* May a run of ASCII be in the block that was just written, or end there? What has gaps is only known
 * from memory. */
AVX2 static inline uint32_t
suspect(const struct block *block, struct written written)
{
    const char *out = written.out;
    size_t size = (size_t)(written.end - out);
    uint32_t found;

    if (size == 32) {
        found = runs_in(block->out);
    } else {
        found = _bzhi_u32(runs_in(_mm256_loadu_si256((const void *)out)), (unsigned)size);
    }
    if (out - written.begin >= 3) {
        found |= (uint32_t)fold_meets(out);
    } else if (out != written.begin) {
        found = 1;
    }
    return found;
}

/* The same for letters beyond ASCII. `wide`: how many are in this block and the one before, where three
 * equal ones would be; see fold/avx512.c. */
AVX2 static inline uint32_t
suspect_wide(unsigned wide, struct written written)
{
    const char *out = written.out;

    if (__builtin_expect(wide < 3, 1)) {
        return 0;
    }
    return wide_runs(out) | (uint32_t)(out - written.begin >= 3 && fold_meets_wide(out));
}

/* Folds block after block; true when fold_portable() has to go on. Calls nothing, so that constants
 * stay in registers. */
AVX2 static inline int
fold_blocks(struct fold_job *job, const char *begin)
{
    unsigned wide = 0;

    while (job->at < job->text.size) {
        __m256i in;
        struct span span = load(job, &in);
        struct block block = fold_block(in, span.begin, job->options);
        uint32_t rule = mask_of(block.rule) >> span.begin << span.begin;
        int stops = rule != 0;
        if (__builtin_expect(stops, 0)) {
            size_t place = (size_t)__builtin_ctz(rule);
            stops = place < span.end;
            span.end = stops ? place : span.end;
        }
        char *out = job->out;
        job->out = write_block(out, &block, span);
        if ((job->options & FOLD_SQUEEZE_REPEATS) != 0) {
            struct written written = { begin, out, job->out };
            unsigned before = wide;
            wide = (unsigned)__builtin_popcount(mask_of(block.wide));
            job->suspect |= suspect(&block, written) | suspect_wide(before + wide, written);
        }
        job->at += span.end - span.begin;
        if (__builtin_expect(stops, 0)) {
            return 1;
        }
    }
    return 0;
}

AVX2 void
fold_avx2(struct fold_job *asked)
{
    struct fold_job job = *asked; /* a copy, so that it lives in registers */

    if (job.text.size < 32) {
        fold_portable(asked, job.text.size);
        return;
    }
    while (fold_blocks(&job, asked->out)) {
        struct fold_job stretch = job;
        size_t left = job.text.size - job.at;
        fold_portable(&stretch, job.at + (left < STRETCH_SIZE ? left : STRETCH_SIZE));
        job = stretch;
    }
    *asked = job;
}

/* Starts that runs() is sure of: five more places have to be compared, each with one that lies behind
 * the block, if need be. */
#define FIND_STEP 27

AVX2 size_t
fold_find_avx2(const char *text, size_t size, size_t from)
{
    for (size_t at = from; at < size; at += FIND_STEP) {
        size_t count = size - at < FIND_STEP ? size - at : FIND_STEP;
        uint32_t found = _bzhi_u32(runs(text + at) | wide_runs(text + at), (unsigned)count);
        size_t run = found == 0 ? size : fold_first_run((struct view){ text, size }, at, found);
        if (run < size) {
            return run;
        }
    }
    return size;
}

#endif
