#include "json/avx2.h"
#include "json/glance.h"

#if defined(__x86_64__)

#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))

/* The bytes that are `most` or less, of numbers without a sign. */
TARGET static inline uint64_t
up_to(__m256i low, __m256i high, char most)
{
    __m256i limit = _mm256_set1_epi8(most);

    return json_avx2_join(_mm256_cmpeq_epi8(_mm256_min_epu8(low, limit), low),
            _mm256_cmpeq_epi8(_mm256_min_epu8(high, limit), high));
}

TARGET static inline struct json_look
look(const char *at)
{
    __m256i low = json_glance_load(at);
    __m256i high = json_glance_load(at + 32);

    return (struct json_look){
        .quotes = json_avx2_equal(low, high, '"'),
        .slashes = json_avx2_equal(low, high, '\\'),
        .controls = up_to(low, high, 0x1F),
        .wide = json_avx2_join(low, high),
    };
}

TARGET int
json_run_avx2(struct json_picker *picker, struct view text)
{
    const struct json_eye eye = { look, json_glance, json_glance_digits, json_glance_fits };

    return json_run_text(picker, text, &eye);
}

#endif
