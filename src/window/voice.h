/*
 * voice: who complained, from what account and in what words, in eight bytes: what the judge tells a crowd from a
 * campaign by.
 *
 *   63 ... 44   43          42 .. 40   39 ... 0
 *   author      passed on   age        sketch of the text: ten digits of fold/sketch.h
 *
 * Voices of one author stand together when they are sorted, and beside the author's own hash, whose highest bits
 * they begin with.
 */
#ifndef REBATO_WINDOW_VOICE_H
#define REBATO_WINDOW_VOICE_H

#include <stdint.h>

#define VOICE_SKETCH_MASK UINT64_C(0xFFFFFFFFFF)
/* Of ten digits: unrelated complaints about one brand share a third of their words. */
#define VOICE_DIGITS      10
#define VOICE_DIGITS_NEAR 7

enum voice_age {
    VOICE_AGE_UNKNOWN,
    VOICE_AGE_MONTH,     /* an account of less than 30 days */
    VOICE_AGE_HALF_YEAR, /* less than 180 */
    VOICE_AGE_OLDER,
};

/* Of an account made at `since_ms` (0: nobody says when) that speaks at `now_ms`. One from the future is as
 * unknown. */
static inline enum voice_age
voice_age_of(int64_t since_ms, int64_t now_ms)
{
    const int64_t day_ms = INT64_C(86400000);

    if (since_ms <= 0 || since_ms > now_ms + day_ms) {
        return VOICE_AGE_UNKNOWN;
    }
    int64_t age_ms = now_ms - since_ms;
    return age_ms < 30 * day_ms    ? VOICE_AGE_MONTH
           : age_ms < 180 * day_ms ? VOICE_AGE_HALF_YEAR
                                   : VOICE_AGE_OLDER;
}

/* The highest bits of an author's hash, by which voices and authors find each other. */
static inline uint32_t
voice_author_of(uint64_t author)
{
    return (uint32_t)(author >> 44);
}

/* `sketch` 0: no words. */
static inline uint64_t
voice_make(uint64_t author, enum voice_age age, uint64_t sketch)
{
    return author >> 44 << 44 | (uint64_t)age << 40 | (sketch & VOICE_SKETCH_MASK);
}

/* Of a post of somebody else's, with its words. */
static inline uint64_t
voice_passed_on(uint64_t voice)
{
    return voice | UINT64_C(1) << 43;
}

static inline enum voice_age
voice_age(uint64_t voice)
{
    return (enum voice_age)(voice >> 40 & 7);
}

static inline uint64_t
voice_sketch(uint64_t voice)
{
    return voice & VOICE_SKETCH_MASK;
}

/* Nearly the same words, of two sketches that are not 0? */
static inline int
voice_sketch_near(uint64_t a, uint64_t b)
{
    uint64_t differ = a ^ b;
    int digits = 0;

    differ |= differ >> 1;
    differ |= differ >> 2;
    for (differ &= UINT64_C(0x1111111111); differ != 0; differ &= differ - 1) {
        digits++;
    }
    return VOICE_DIGITS - digits >= VOICE_DIGITS_NEAR;
}

#endif
