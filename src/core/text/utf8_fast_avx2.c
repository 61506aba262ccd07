/* See utf8_fast_avx512.c: the same with 32 bytes. */
#include "core/text/utf8_fast.h"

#if defined(__x86_64__)

#include "core/text/utf8_faults.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))

/* The bytes that stand one, two and three places before each of `bytes`. */
TARGET static inline __m256i
before(__m256i bytes, __m256i last, int count)
{
    __m256i across = _mm256_permute2x128_si256(last, bytes, 0x21);

    switch (count) {
    case 1:
        return _mm256_alignr_epi8(bytes, across, 15);
    case 2:
        return _mm256_alignr_epi8(bytes, across, 14);
    default:
        return _mm256_alignr_epi8(bytes, across, 13);
    }
}

/* Bytes that are not zero where something is wrong. */
TARGET static inline __m256i
faults(__m256i bytes, __m256i last)
{
    const __m256i half = _mm256_set1_epi8(0x0F);
    const __m256i first_upper = _mm256_setr_epi8(FIRST_UPPER, FIRST_UPPER);
    const __m256i first_lower = _mm256_setr_epi8(FIRST_LOWER, FIRST_LOWER);
    const __m256i second_upper = _mm256_setr_epi8(SECOND_UPPER, SECOND_UPPER);
    __m256i first = before(bytes, last, 1);
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(first, 4), half);
    __m256i second = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
    __m256i allowed = _mm256_and_si256(_mm256_shuffle_epi8(first_upper, upper),
            _mm256_and_si256(_mm256_shuffle_epi8(first_lower, _mm256_and_si256(first, half)),
                    _mm256_shuffle_epi8(second_upper, second)));
    /* The third and fourth of a longer sequence: only there may, and must, two continuations meet. */
    __m256i third = _mm256_subs_epu8(before(bytes, last, 2), _mm256_set1_epi8(0xE0 - 0x80));
    __m256i fourth = _mm256_subs_epu8(before(bytes, last, 3), _mm256_set1_epi8(0xF0 - 0x80));
    __m256i longer = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(-128));

    return _mm256_xor_si256(allowed, longer);
}

TARGET int
utf8_valid_avx2(struct view text)
{
    __m256i last = _mm256_setzero_si256();
    __m256i wrong = _mm256_setzero_si256();
    char tail[32] = { 0 };
    size_t at = 0;

    for (; text.size - at >= 32; at += 32) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(text.at + at));
        wrong = _mm256_or_si256(wrong, faults(bytes, last));
        last = bytes;
    }
    /* Zeros behind the end, one at least: what is cut off there is seen as short. */
    if (at < text.size) {
        memcpy(tail, text.at + at, text.size - at);
    }
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)tail);
    wrong = _mm256_or_si256(wrong, faults(bytes, last));
    return _mm256_testz_si256(wrong, wrong);
}

#endif
