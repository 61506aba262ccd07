#include "json/glance.h"

#if defined(__x86_64__)

#define TARGET __attribute__((target("avx2,avx512f,avx512bw,avx512vl,bmi,bmi2,popcnt")))

/* A mask as a number, from here on: see json/index_avx512.c. */
TARGET static inline uint64_t
bits_of(__mmask64 mask)
{
    uint64_t bits = _cvtmask64_u64(mask);

    __asm__("" : "+r"(bits));
    return bits;
}

TARGET static inline struct json_look
look(const char *at)
{
    __m512i bytes = _mm512_loadu_si512(at);

    return (struct json_look){
        .quotes = bits_of(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'))),
        .slashes = bits_of(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'))),
        .controls = bits_of(_mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(' '))),
        .wide = bits_of(_mm512_movepi8_mask(bytes)),
    };
}

TARGET int
json_run_avx512(struct json_picker *picker, struct view text)
{
    const struct json_eye eye = { look, json_glance, json_glance_digits, json_glance_fits };

    return json_run_text(picker, text, &eye);
}

#endif
