#include "mention/json_block.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET                                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt,"      \
                          "pclmul")))

/* By the lower half of a byte: what it is if it is a mark and a blank's bit is laid over it, which makes
 * one of both brackets of a kind. Two control characters look like marks, too. */
#define MARKS 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0

TARGET static inline struct json_block
classify(__m512i bytes)
{
    const __m512i table = _mm512_broadcast_i32x4(_mm_setr_epi8(MARKS));
    __m512i folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));

    return (struct json_block){
        .quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
        .slashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')),
        .blanks = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' ')),
        .marks = _mm512_cmpeq_epi8_mask(folded, _mm512_shuffle_epi8(table, bytes)),
        /* What colons and commas lack. */
        .brackets = _mm512_test_epi8_mask(bytes, _mm512_set1_epi8(0x40)),
        .closers = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}')),
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

/* The bytes seen so far, laid over each other. */
struct seen {
    __m512i all;    /* their bits */
    __m512i lowest; /* the smallest of each place */
};

TARGET JSON_INLINE void
take_block(struct json_index *index,
        struct json_state *state,
        const char *at,
        __m512i bytes,
        struct seen *seen)
{
    struct json_word *word = &index->words[state->block];
    struct json_block block = classify(bytes);

    seen->all = _mm512_or_si512(seen->all, bytes);
    seen->lowest = _mm512_min_epu8(seen->lowest, bytes);
    block.quotes &= ~json_escaped(block.slashes, state);
    uint64_t marks = json_block_take(state, &block, parity_of(block.quotes), at, word);
    state->mark_count += list_bits(marks, 64 * state->block, index->marks + state->mark_count);
    state->block++;
}

TARGET int
json_index_avx512(struct json_index *index, struct view text, struct json_state *out)
{
    struct json_state state = *out; /* a copy that the compiler can keep in registers */
    const __m512i filler = _mm512_set1_epi8(JSON_FILLER);
    struct seen seen = { _mm512_setzero_si512(), filler };
    size_t left = text.size % 64;
    const char *at = text.at;
    const char *end = at + (text.size - left);

    for (; at < end; at += 64) {
        take_block(index, &state, at, _mm512_loadu_si512(at), &seen);
    }
    if (left > 0) {
        __mmask64 given = _bzhi_u64(UINT64_MAX, (unsigned int)left);
        take_block(index, &state, at, _mm512_mask_loadu_epi8(filler, given, at), &seen);
    }
    state.wide = _mm512_movepi8_mask(seen.all);
    *out = state;
    return _mm512_cmplt_epu8_mask(seen.lowest, _mm512_set1_epi8(0x20)) == 0;
}

#endif
