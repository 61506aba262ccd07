#include "core/text/utf8_fast.h"

#if defined(__x86_64__)

#include "core/text/utf8_faults.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,bmi2")))

/* The bytes that stand `count` places before each of `bytes`. */
TARGET static inline __m512i
before(__m512i bytes, __m512i last, int count)
{
    const __m512i steps = _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50,
            49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28,
            27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5,
            4, 3, 2, 1, 0);

    return _mm512_permutex2var_epi8(
            last, _mm512_add_epi8(steps, _mm512_set1_epi8((char)(64 - count))), bytes);
}

/* Bytes that are not zero where something is wrong. */
TARGET static inline __m512i
faults(__m512i bytes, __m512i last)
{
    const __m512i half = _mm512_set1_epi8(0x0F);
    const __m512i first_upper = _mm512_broadcast_i32x4(_mm_setr_epi8(FIRST_UPPER));
    const __m512i first_lower = _mm512_broadcast_i32x4(_mm_setr_epi8(FIRST_LOWER));
    const __m512i second_upper = _mm512_broadcast_i32x4(_mm_setr_epi8(SECOND_UPPER));
    __m512i first = before(bytes, last, 1);
    __m512i upper = _mm512_and_si512(_mm512_srli_epi16(first, 4), half);
    __m512i second = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), half);
    __m512i allowed = _mm512_and_si512(_mm512_shuffle_epi8(first_upper, upper),
            _mm512_and_si512(_mm512_shuffle_epi8(first_lower, _mm512_and_si512(first, half)),
                    _mm512_shuffle_epi8(second_upper, second)));
    /* The third and fourth of a longer sequence: only there may, and must, two continuations meet. */
    __m512i third = _mm512_subs_epu8(before(bytes, last, 2), _mm512_set1_epi8(0xE0 - 0x80));
    __m512i fourth = _mm512_subs_epu8(before(bytes, last, 3), _mm512_set1_epi8(0xF0 - 0x80));
    __m512i longer = _mm512_and_si512(_mm512_or_si512(third, fourth), _mm512_set1_epi8(-128));

    return _mm512_xor_si512(allowed, longer);
}

TARGET int
utf8_valid_avx512(struct view text)
{
    __m512i last = _mm512_setzero_si512();
    __m512i wrong = _mm512_setzero_si512();

    /* Zeros behind the end, one at least: what is cut off there is seen as short. */
    for (size_t at = 0; at <= text.size; at += 64) {
        size_t left = text.size - at;
        __mmask64 given = left >= 64 ? UINT64_MAX : _bzhi_u64(UINT64_MAX, (unsigned int)left);
        __m512i bytes = _mm512_maskz_loadu_epi8(given, text.at + at);
        wrong = _mm512_or_si512(wrong, faults(bytes, last));
        last = bytes;
    }
    return _mm512_test_epi8_mask(wrong, wrong) == 0;
}

#endif
