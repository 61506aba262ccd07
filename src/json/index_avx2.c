#include "json/avx2.h"
#include "json/block.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul")))

TARGET static inline struct json_block
classify(const char *bytes, __m256i *lowest)
{
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    /* A blank's bit laid over both brackets of a kind leaves the braces. */
    __m256i fold = _mm256_set1_epi8(0x20);
    __m256i folded_low = _mm256_or_si256(low, fold);
    __m256i folded_high = _mm256_or_si256(high, fold);
    uint64_t closers = json_avx2_equal(folded_low, folded_high, '}');
    uint64_t brackets = closers | json_avx2_equal(folded_low, folded_high, '{');

    *lowest = _mm256_min_epu8(*lowest, _mm256_min_epu8(low, high));
    return (struct json_block){
        .quotes = json_avx2_equal(low, high, '"'),
        .slashes = json_avx2_equal(low, high, '\\'),
        .wide = json_avx2_join(low, high),
        .blanks = json_avx2_equal(low, high, ' '),
        .marks = json_avx2_equal(low, high, ':') | json_avx2_equal(low, high, ',') | brackets,
        .brackets = brackets,
        .closers = closers,
    };
}

TARGET static inline uint64_t
parity_of(uint64_t bits)
{
    __m128i product =
            _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8(-1), 0);

    return (uint64_t)_mm_cvtsi128_si64(product);
}

/* Eight places at a time, needed or not: what is written too much is written over, and how many there
 * are is guessed wrong less often. */
TARGET static inline size_t
list_bits(uint64_t bits, size_t base, uint32_t *list)
{
    size_t count = (size_t)_mm_popcnt_u64(bits);

    for (size_t done = 0; done < count; done += 8) {
        for (size_t i = 0; i < 8; i++) {
            list[done + i] = (uint32_t)(base + _tzcnt_u64(bits));
            bits = _blsr_u64(bits);
        }
    }
    return count;
}

TARGET int
json_index_avx2(struct json_index *index, struct view text, struct json_state *out)
{
    struct json_state state = *out; /* a copy that the compiler can keep in registers */
    uint32_t *list = index->marks;
    __m256i lowest = _mm256_set1_epi8(JSON_FILLER); /* the smallest byte of each place */
    char tail[64];

    for (size_t at = 0; at < text.size; at += 64) {
        const char *bytes = text.at + at;
        if (text.size - at < 64) {
            memset(tail, JSON_FILLER, sizeof tail);
            memcpy(tail, bytes, text.size - at);
            bytes = tail;
        }
        struct json_block block = classify(bytes, &lowest);
        block.quotes &= ~json_escaped(block.slashes, &state);
        uint64_t marks = json_block_take(index, &state, &block, parity_of(block.quotes), bytes);
        state.mark_count += list_bits(marks, at, list + state.mark_count);
    }
    *out = state;
    __m256i last =
            _mm256_set1_epi8(0x1F); /* that is no larger than 31 which is the smaller of the two */
    __m256i controls = _mm256_cmpeq_epi8(_mm256_min_epu8(lowest, last), lowest);
    return _mm256_testz_si256(controls, controls);
}

#endif
