#include "json/block.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET                                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,"             \
                          "popcnt,pclmul")))

/* By the lower half of a byte: what it is if it is a mark and a blank's bit is laid over it, which makes
 * one of both brackets of a kind. Two control characters look like marks, too. */
#define MARKS 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0

/* A mask as a number, from here on. Compilers would rather lay it over the comparison that follows, and
 * then each of them waits for the one before. */
TARGET static inline uint64_t
bits_of(__mmask64 mask)
{
    uint64_t bits = _cvtmask64_u64(mask);

    __asm__("" : "+r"(bits));
    return bits;
}

TARGET static inline struct json_block
classify(__m512i bytes)
{
    const __m512i table = _mm512_broadcast_i32x4(_mm_setr_epi8(MARKS));
    __m512i folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    __m512i marks = _mm512_shuffle_epi8(table, bytes);

    return (struct json_block){
        .quotes = bits_of(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'))),
        .slashes = bits_of(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'))),
        .wide = bits_of(_mm512_movepi8_mask(bytes)),
        .blanks = bits_of(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' '))),
        .marks = bits_of(_mm512_cmpeq_epi8_mask(folded, marks)),
        /* What colons and commas lack. */
        .brackets = bits_of(_mm512_test_epi8_mask(bytes, _mm512_set1_epi8(0x40))),
        .closers = bits_of(_mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}'))),
    };
}

TARGET static inline uint64_t
parity_of(uint64_t bits)
{
    __m128i product =
            _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8(-1), 0);

    return (uint64_t)_mm_cvtsi128_si64(product);
}

/* The places of the bits, squeezed together in a register and widened, 16 at a time: hardly any block
 * has more. */
TARGET static inline size_t
list_bits(uint64_t bits, size_t base, uint32_t *list)
{
    const __m512i steps = _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50,
            49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28,
            27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5,
            4, 3, 2, 1, 0);
    __m512i places = _mm512_maskz_compress_epi8(bits, steps);
    __m512i bases = _mm512_set1_epi32((int)base);
    size_t count = (size_t)_mm_popcnt_u64(bits);

    _mm512_storeu_si512(
            list, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(places)), bases));
    if (count > 16) {
        __m128i second = _mm512_extracti32x4_epi32(places, 1);
        __m128i third = _mm512_extracti32x4_epi32(places, 2);
        __m128i fourth = _mm512_extracti32x4_epi32(places, 3);
        _mm512_storeu_si512(list + 16, _mm512_add_epi32(_mm512_cvtepu8_epi32(second), bases));
        _mm512_storeu_si512(list + 32, _mm512_add_epi32(_mm512_cvtepu8_epi32(third), bases));
        _mm512_storeu_si512(list + 48, _mm512_add_epi32(_mm512_cvtepu8_epi32(fourth), bases));
    }
    return count;
}

TARGET JSON_INLINE void
take_block(struct json_index *index, struct json_state *state, const char *at, __m512i bytes)
{
    struct json_block block = classify(bytes);
    size_t base = 64 * state->block;

    block.quotes &= ~json_escaped(block.slashes, state);
    uint64_t marks = json_block_take(index, state, &block, parity_of(block.quotes), at);
    state->mark_count += list_bits(marks, base, index->marks + state->mark_count);
}

TARGET int
json_index_avx512(struct json_index *index, struct view text, struct json_state *out)
{
    struct json_state state = *out; /* a copy that the compiler can keep in registers */
    const __m512i filler = _mm512_set1_epi8(JSON_FILLER);
    __m512i lowest = filler; /* the smallest byte of each place */

    for (size_t at = 0; at < text.size; at += 64) {
        size_t left = text.size - at;
        __mmask64 given = left >= 64 ? UINT64_MAX : _bzhi_u64(UINT64_MAX, (unsigned int)left);
        __m512i bytes = _mm512_mask_loadu_epi8(filler, given, text.at + at);
        lowest = _mm512_min_epu8(lowest, bytes);
        take_block(index, &state, text.at + at, bytes);
    }
    *out = state;
    return _mm512_cmplt_epu8_mask(lowest, _mm512_set1_epi8(0x20)) == 0;
}

#endif
