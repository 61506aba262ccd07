/*
 * glance: looks at a few bytes, as both kernels of json_run take them: vectors of 32 bytes answer
 * sooner than those of 64. For json/run_avx2.c and json/run_avx512.c alone.
 */
#ifndef REBATO_JSON_GLANCE_H
#define REBATO_JSON_GLANCE_H

#include "json/run.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define JSON_GLANCE_TARGET __attribute__((target("avx2,bmi,bmi2")))

JSON_GLANCE_TARGET static inline __m256i
json_glance_load(const void *at)
{
    return _mm256_loadu_si256((const __m256i *)at);
}

JSON_GLANCE_TARGET static inline struct json_glance
json_glance(const char *at)
{
    const __m256i control = _mm256_set1_epi8(0x1F);
    __m256i bytes = json_glance_load(at);
    __m256i quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    __m256i slashes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
    __m256i controls = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, control), bytes);

    return (struct json_glance){
        .quotes = (uint32_t)_mm256_movemask_epi8(quotes),
        .odd = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(slashes, controls)),
        .wide = (uint32_t)_mm256_movemask_epi8(bytes),
    };
}

JSON_GLANCE_TARGET static inline uint32_t
json_glance_digits(const char *at)
{
    const __m128i nine = _mm_set1_epi8(9);
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i above_zero = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));

    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(above_zero, nine), above_zero));
}

/* 32 bytes at once; few keys are longer. */
JSON_GLANCE_TARGET static inline int
json_glance_fits(const struct json_known *key, const char *at)
{
    __m256i differs = _mm256_xor_si256(json_glance_load(at), json_glance_load(key->bytes));

    if (!_mm256_testz_si256(differs, json_glance_load(key->masks))) {
        return 0;
    }
    return key->size <= 32 || memcmp(key->bytes + 4, at + 32, key->size - 32) == 0;
}

#endif

#endif
