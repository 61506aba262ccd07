/*
 * The filter with AVX-512: 64 bytes at a time.
 *
 *   bytes ── permute by class table ──▶ masks: word, key, loose
 *   word & ~(word << 1) | loose ──▶ starts ── compress 0..63 ──▶ their positions, side by side
 *   key bytes kept, others blank ── permute by position, 4 at once ──▶ 16 keys a register
 *   keys * constant ── permute in registers, or gather ──▶ bits ── compress ──▶ candidates
 *
 * A key may reach into the next block, so a block's keys are made when the next one is at hand.
 * Compressing goes to a register and is stored whole: compressing to memory is very slow on Zen 4.
 */
#include "scan/filter.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512                                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi2,popcnt")))

struct tables {
    __m512i low, high; /* classes of bytes below 128 */
    __m512i top[2];    /* of those above; only looked at when one of them is loose */
    int loose_high;
};

/* Bytes that are asked for before their turn: more than the loads that are under way anyway. */
#define AHEAD 1024

/* The small table of the filter. */
struct small {
    __m512i words[(1 << SCAN_SMALL_LOG) / 512];
};

/* One block: its starts, and its bytes as keys see them. */
struct block {
    uint64_t starts;
    __m512i normal;
};

AVX512 static inline struct block
classify(const struct tables *tables, const char *at, uint64_t *before)
{
    __m512i bytes = _mm512_loadu_si512(at);
    uint64_t beyond = _mm512_movepi8_mask(bytes);
    __m512i class = _mm512_maskz_permutex2var_epi8(~beyond, tables->low, bytes, tables->high);
    if (tables->loose_high) {
        __m512i top = _mm512_permutex2var_epi8(tables->top[0], bytes, tables->top[1]);
        class = _mm512_mask_mov_epi8(class, beyond, top);
    }
    uint64_t word = _mm512_test_epi8_mask(class, _mm512_set1_epi8(SCAN_WORD));
    uint64_t kept = _mm512_test_epi8_mask(class, _mm512_set1_epi8(SCAN_KEY));
    uint64_t loose = _mm512_test_epi8_mask(class, _mm512_set1_epi8(SCAN_LOOSE));
    struct block block = { .starts = (word & ~(word << 1 | *before)) | loose,
        .normal = _mm512_mask_mov_epi8(_mm512_set1_epi8(' '), kept, bytes) };

    *before = word >> 63;
    return block;
}

/* Sixteen positions in the low bytes of `places` to sixteen keys. */
AVX512 static inline __m512i
keys_of(__m512i places, __m512i normal, __m512i next)
{
    const __m512i spread = _mm512_set_epi32(0x0F0F0F0F, 0x0E0E0E0E, 0x0D0D0D0D, 0x0C0C0C0C,
            0x0B0B0B0B, 0x0A0A0A0A, 0x09090909, 0x08080808, 0x07070707, 0x06060606, 0x05050505,
            0x04040404, 0x03030303, 0x02020202, 0x01010101, 0x00000000);
    const __m512i steps = _mm512_set1_epi32(0x03020100);
    __m512i index = _mm512_add_epi8(_mm512_permutexvar_epi8(spread, places), steps);

    return _mm512_permutex2var_epi8(normal, index, next);
}

/* The keys' bits in the whole table, one load each. Lanes beyond the last start hold some other key of
 * the block: looked up in vain, and left out. The intrinsic is a macro without optimization, and
 * converts signs itself. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
AVX512 static inline __mmask16
hits_of(const struct scan_filter *filter, __m512i product)
{
    __m512i bit = _mm512_srl_epi32(product, _mm_cvtsi32_si128((int)filter->shift));
    __m512i words = _mm512_i32gather_epi32(_mm512_srli_epi32(bit, 5), filter->bits, 4);

    return _mm512_test_epi32_mask(words, _mm512_rolv_epi32(_mm512_set1_epi32(1), bit));
}
#pragma GCC diagnostic pop

/* The keys' bits in the small table, which lies in eight registers: four permutations look in 32 words
 * each, and two bits of the place choose between them. */
AVX512 static inline __mmask16
small_hits_of(const struct small *small, __m512i product)
{
    __m512i bit = _mm512_srli_epi32(product, 32 - SCAN_SMALL_LOG);
    __m512i place = _mm512_srli_epi32(bit, 5);
    __mmask16 odd = _mm512_test_epi32_mask(place, _mm512_set1_epi32(32));
    __mmask16 high = _mm512_test_epi32_mask(place, _mm512_set1_epi32(64));
    __m512i words[4];

    for (size_t i = 0; i < 4; i++) {
        words[i] = _mm512_permutex2var_epi32(small->words[2 * i], place, small->words[2 * i + 1]);
    }
    __m512i low_words = _mm512_mask_mov_epi32(words[0], odd, words[1]);
    __m512i high_words = _mm512_mask_mov_epi32(words[2], odd, words[3]);
    __m512i found = _mm512_mask_mov_epi32(low_words, high, high_words);

    return _mm512_test_epi32_mask(found, _mm512_rolv_epi32(_mm512_set1_epi32(1), bit));
}

AVX512 static inline size_t
put(struct scan_candidate *out, __mmask16 hits, __m512i at, __m512i keys)
{
    __m512i places = _mm512_maskz_compress_epi32(hits, at);
    __m512i kept = _mm512_maskz_compress_epi32(hits, keys);
    const __m512i even = _mm512_set_epi32(23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    const __m512i odd =
            _mm512_set_epi32(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8);
    size_t count = (size_t)_mm_popcnt_u32(hits);

    _mm512_storeu_si512(out, _mm512_permutex2var_epi32(places, even, kept));
    if (count > 8) {
        _mm512_storeu_si512(out + 8, _mm512_permutex2var_epi32(places, odd, kept));
    }
    return count;
}

/* `small` is NULL, and known to be when this is compiled into its caller, or where to look first. */
AVX512 static inline __attribute__((always_inline)) size_t
keep(const struct scan_filter *filter,
        const struct small *small,
        const struct block *blocks,
        uint32_t base,
        struct scan_candidate *out)
{
    const __m512i numbers = _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50,
            49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28,
            27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5,
            4, 3, 2, 1, 0);
    __m512i places = _mm512_maskz_compress_epi8(blocks[0].starts, numbers);
    int left = (int)_mm_popcnt_u64(blocks[0].starts);
    size_t count = 0;

    for (; left > 0; left -= 16) {
        __mmask16 lanes = (__mmask16)_bzhi_u32(0xFFFF, (unsigned)left);
        __m512i keys = keys_of(places, blocks[0].normal, blocks[1].normal);
        __m512i product = _mm512_mullo_epi32(keys, _mm512_set1_epi32((int)SCAN_FILTER_FACTOR));
        __mmask16 hits = small != NULL ? small_hits_of(small, product) : hits_of(filter, product);
        __m512i at = _mm512_add_epi32(
                _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places)), _mm512_set1_epi32((int)base));
        count += put(out + count, (__mmask16)(hits & lanes), at, keys);
        places = _mm512_alignr_epi32(places, places, 4);
    }
    return count;
}

AVX512 static inline __attribute__((always_inline)) size_t
run(const struct scan_filter *filter,
        const struct small *small,
        const char *arena,
        size_t size,
        struct scan_candidate *out)
{
    struct tables tables = { .low = _mm512_loadu_si512(filter->classes),
        .high = _mm512_loadu_si512(filter->classes + 64),
        .top = { _mm512_loadu_si512(filter->classes + 128),
                _mm512_loadu_si512(filter->classes + 192) },
        .loose_high = filter->loose_high };
    struct block blocks[2];
    uint64_t before = 0;
    size_t count = 0;

    blocks[0] = classify(&tables, arena, &before);
    for (size_t i = 0; i < size; i += 64) {
        __builtin_prefetch(arena + i + AHEAD);
        blocks[1] = classify(&tables, arena + i + 64, &before);
        count += keep(filter, small, blocks, (uint32_t)i, out + count);
        blocks[0] = blocks[1];
    }
    return count;
}

/* What the small table let through is looked up in the whole one: few, and one by one. */
AVX512 static size_t
run_small(const struct scan_filter *filter,
        const char *arena,
        size_t size,
        struct scan_candidate *out)
{
    struct small small;
    size_t kept = 0;

    for (size_t i = 0; i < sizeof small.words / sizeof small.words[0]; i++) {
        small.words[i] = _mm512_loadu_si512(filter->small + 16 * i);
    }
    size_t count = run(filter, &small, arena, size, out);
    for (size_t i = 0; i < count; i++) {
        out[kept] = out[i];
        kept += (size_t)scan_filter_has(filter, out[kept].key);
    }
    return kept;
}

AVX512 size_t
scan_filter_avx512(const struct scan_filter *filter,
        const char *arena,
        size_t size,
        struct scan_candidate *out)
{
    return filter->small_useful ? run_small(filter, arena, size, out)
                                : run(filter, NULL, arena, size, out);
}

#endif
