/*
 * The filter with AVX2: the bytes are classified 32 at a time, the starts are then taken one by one.
 *
 * Normalised bytes go to a small buffer that holds two blocks, so that a key can be read from it
 * wherever it starts.
 */
#include "scan/filter.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define HALF 32
#define STEP 64

AVX2 static inline uint32_t
between(__m256i bytes, char low, char count)
{
    __m256i from = _mm256_sub_epi8(bytes, _mm256_set1_epi8(low));
    __m256i last = _mm256_set1_epi8((char)(count - 1));
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(from, last), from));
}

struct masks {
    uint64_t word, kept;
};

/* Masks of 32 bytes; their normalised form goes to `normal`. */
AVX2 static inline struct masks
classify_half(const char *at, char *normal)
{
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)at);
    __m256i from_a = _mm256_sub_epi8(bytes, _mm256_set1_epi8('a'));
    __m256i from_0 = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
    __m256i small = _mm256_cmpeq_epi8(_mm256_min_epu8(from_a, _mm256_set1_epi8(25)), from_a);
    __m256i digit = _mm256_cmpeq_epi8(_mm256_min_epu8(from_0, _mm256_set1_epi8(9)), from_0);
    __m256i line = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('_'));
    __m256i kept = _mm256_or_si256(_mm256_or_si256(small, digit), line);
    uint32_t mask = (uint32_t)_mm256_movemask_epi8(kept);

    _mm256_storeu_si256(
            (__m256i *)(void *)normal, _mm256_blendv_epi8(_mm256_set1_epi8(' '), bytes, kept));
    return (struct masks){ .word = mask | between(bytes, 'A', 26), .kept = mask };
}

/* Which of 32 bytes are loose: a shuffle by the byte itself looks at its low half, and gives 0 when
 * the byte is 128 or more; with that bit turned it is the other way round. */
AVX2 static inline uint32_t
loose_in(const struct scan_filter *filter, const char *at)
{
    const __m256i bit_of_high = _mm256_set1_epi64x((long long)0x8040201008040201ULL);
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)at);
    __m256i turned = _mm256_xor_si256(bytes, _mm256_set1_epi8((char)0x80));
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)filter->loose_rows);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(filter->loose_rows + 16));
    __m256i rows = _mm256_or_si256(_mm256_shuffle_epi8(_mm256_broadcastsi128_si256(low), bytes),
            _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(high), turned));
    __m256i half = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x07));
    __m256i bit = _mm256_shuffle_epi8(bit_of_high, half);
    __m256i hit = _mm256_cmpeq_epi8(_mm256_and_si256(rows, bit), bit);

    return (uint32_t)_mm256_movemask_epi8(hit);
}

/* The starts of 64 bytes; `normal` gets their normalised form. */
AVX2 static inline uint64_t
classify(const struct scan_filter *filter, const char *at, char *normal, uint64_t *before)
{
    struct masks low = classify_half(at, normal);
    struct masks high = classify_half(at + HALF, normal + HALF);
    uint64_t word = low.word | high.word << HALF;
    uint64_t starts = word & ~(word << 1 | *before);

    *before = word >> 63;
    return starts | loose_in(filter, at) | (uint64_t)loose_in(filter, at + HALF) << HALF;
}

AVX2 size_t
scan_filter_avx2(const struct scan_filter *filter,
        const char *arena,
        size_t size,
        struct scan_candidate *out)
{
    char normal[2 * STEP];
    uint64_t before = 0;
    size_t count = 0;
    uint64_t starts = classify(filter, arena, normal, &before);

    for (size_t i = 0; i < size; i += STEP) {
        uint64_t next = classify(filter, arena + i + STEP, normal + STEP, &before);
        count += scan_filter_take(
                filter, starts, (const unsigned char *)normal, (uint32_t)i, out + count);
        memcpy(normal, normal + STEP, STEP);
        starts = next;
    }
    return count;
}

#endif
