/* Narrowing with AVX-512: the same tables, a quad in one comparison. */
#include "scan/narrow_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,bmi,bmi2,popcnt")))

AVX512 size_t
narrow_survivors_avx512(struct scanner *scanner, size_t candidate_count)
{
    return narrow_candidates(scanner, candidate_count);
}

/* Which of four literals may stand where the anchor is at `at`, a bit each. Of the difference between
 * text and quad only bytes that count are left; a word is there when nothing is. */
AVX512 static inline unsigned
find_literals(const struct scan_quad *quad, const char *at)
{
    const __m512i spread = _mm512_set_epi32(1, 1, 1, 1, 3, 3, 3, 3, 2, 2, 2, 2, 0, 0, 0, 0);
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)(at - 4));
    __m512i words = _mm512_permutexvar_epi32(spread, _mm512_castsi128_si512(text));
    __m512i wrong = _mm512_maskz_sub_epi8(quad->need, words, _mm512_load_si512(quad));
    unsigned there = _mm512_testn_epi32_mask(wrong, wrong);

    return there & there >> 4 & there >> 8 & 0xF;
}

AVX512 size_t
narrow_literals_avx512(struct scanner *scanner, size_t look_count)
{
    const struct scan_quad *quads = scanner->set->quads;
    const char *arena = scanner->batch->arena;
    struct standing *out = scanner->standing;
    size_t count = 0;

    for (size_t i = 0; i < look_count; i++) {
        struct look look = scanner->looks[i];
        unsigned found = find_literals(&quads[look.quad], arena + look.at);
        uint32_t entry = look.quad * SCAN_QUAD;
        out[count] = (struct standing){ .at = look.at, .entry = entry + _tzcnt_u32(found | 8) };
        count += found != 0;
        for (found &= found - 1; __builtin_expect(found != 0, 0); found &= found - 1) {
            out[count++] = (struct standing){ .at = look.at, .entry = entry + _tzcnt_u32(found) };
        }
    }
    return count;
}

AVX512 static inline int
stands(const struct scan_set *set, const struct scan_entry *entry, const char *first)
{
    if (__builtin_expect(entry->size > SCAN_HEAD_SIZE, 0)) {
        return narrow_long_stands(set, entry, first);
    }
    __m256i text = _mm256_loadu_si256((const __m256i *)(const void *)first);
    __m256i head = _mm256_load_si256((const __m256i *)(const void *)entry->head);
    return _mm256_mask_cmpneq_epi8_mask(_bzhi_u32(UINT32_MAX, entry->size), text, head) == 0;
}

AVX512 static inline uint32_t
count_until(const uint32_t numbers[16], uint32_t at)
{
    __m512i all = _mm512_loadu_si512(numbers);
    return _tzcnt_u32(_mm512_cmpgt_epu32_mask(all, _mm512_set1_epi32((int)at)));
}

AVX512 size_t
narrow_found_avx512(struct scanner *scanner, size_t standing_count)
{
    struct found *out = scanner->found;
    size_t count = 0;

    for (size_t i = 0; i < standing_count; i++) {
        struct standing standing = scanner->standing[i];
        int between = narrow_note(scanner, standing, &out[count]);
        const char *first = scanner->batch->arena + out[count].at;
        out[count].text = narrow_text(scanner->batch, out[count].at, count_until);
        count += (size_t)(between & stands(scanner->set, narrow_entry(scanner, standing), first));
    }
    return count;
}

#endif
