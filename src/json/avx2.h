/*
 * avx2: 64 bytes as two vectors of 32, and masks of both side by side. For the AVX2 kernels of this folder.
 */
#ifndef REBATO_JSON_AVX2_H
#define REBATO_JSON_AVX2_H

#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>

__attribute__((target("avx2"))) static inline uint64_t
json_avx2_join(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                         << 32;
}

__attribute__((target("avx2"))) static inline uint64_t
json_avx2_equal(__m256i low, __m256i high, char byte)
{
    __m256i wanted = _mm256_set1_epi8(byte);

    return json_avx2_join(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
}

#endif

#endif
