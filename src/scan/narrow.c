/* From candidates to literals that may stand there: three tables, one after the other, each read for
 * several candidates at the same time because nothing waits for what came before. */
#include "scan/scanner_private.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Place of the key in its bucket as a bit; 0 when it is not there. */
static inline unsigned
find_key(const struct scan_bucket *bucket, uint32_t key)
{
#if defined(__SSE2__)
    __m128i keys = _mm_load_si128((const __m128i *)(const void *)bucket->keys);
    __m128i equal = _mm_cmpeq_epi32(keys, _mm_set1_epi32((int)key));
    return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(equal));
#else
    unsigned found = 0;
    for (unsigned i = 0; i < SCAN_BUCKET_KEYS; i++) {
        found |= (unsigned)(bucket->keys[i] == key) << i;
    }
    return found;
#endif
}

/* A bucket that is full has passed keys on to the next one: seldom, and found out here. */
static const struct scan_bucket *
next_bucket(const struct scan_set *set, const struct scan_bucket *bucket, uint32_t key)
{
    while (find_key(bucket, key) == 0 && bucket->keys[SCAN_BUCKET_KEYS - 1] != 0) {
        size_t number = (size_t)(bucket - set->buckets) + 1;
        bucket = &set->buckets[number & set->bucket_mask];
    }
    return bucket;
}

/* No branch depends on what a candidate is, so that several are looked up at the same time. */
size_t
narrow_survivors(struct scanner *scanner, size_t candidate_count)
{
    const struct scan_set *set = scanner->set;
    size_t count = 0;

    for (size_t i = 0; i < candidate_count; i++) {
        struct scan_candidate candidate = scanner->candidates[i];
        const struct scan_bucket *bucket =
                &set->buckets[scan_bucket_hash(candidate.key, set->bucket_shift)];
        unsigned found = find_key(bucket, candidate.key);
        if (__builtin_expect(found == 0 && bucket->keys[SCAN_BUCKET_KEYS - 1] != 0, 0)) {
            bucket = next_bucket(set, bucket, candidate.key);
            found = find_key(bucket, candidate.key);
        }
        unsigned place = (unsigned)__builtin_ctz(found | 1U << (SCAN_BUCKET_KEYS - 1));
        const unsigned char *text = (const unsigned char *)scanner->batch->arena + candidate.at;
        uint32_t fifth = bucket->fifths[place] >> set->letters[text[4]];
        uint32_t sixth = bucket->sixths[place] >> set->letters[text[5]];
        scanner->survivors[count] =
                (struct survivor){ .at = candidate.at, .quad = bucket->lists[place] };
        count += (found != 0) & fifth & sixth & 1;
    }
    return count;
}

/* Which of four literals go on as the text does. */
static inline unsigned
find_next(const struct scan_quad *quad, uint32_t next)
{
#if defined(__SSE2__)
    __m128i wanted = _mm_load_si128((const __m128i *)(const void *)quad->next);
    __m128i mask = _mm_load_si128((const __m128i *)(const void *)quad->mask);
    __m128i there = _mm_and_si128(_mm_set1_epi32((int)next), mask);
    return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(there, wanted)));
#else
    unsigned found = 0;
    for (unsigned i = 0; i < SCAN_QUAD; i++) {
        found |= (unsigned)((next & quad->mask[i]) == quad->next[i]) << i;
    }
    return found;
#endif
}

static inline struct standing
standing_of(const struct scan_set *set, uint32_t at, uint32_t quad, unsigned found)
{
    uint32_t entry = quad * SCAN_QUAD + (uint32_t)__builtin_ctz(found | 1U << (SCAN_QUAD - 1));
    __builtin_prefetch(&set->entries[entry]);
    return (struct standing){ .at = at, .entry = entry };
}

/* What is left to settle_literals(): here the loads of one survivor need not wait for another's. Most
 * survivors have one quad and at most one literal of it: no branch tells the two cases apart. */
size_t
narrow_literals(struct scanner *scanner, size_t survivor_count, struct narrow_progress *progress)
{
    const struct scan_set *set = scanner->set;
    struct standing *out = scanner->standing;
    struct narrow_progress now = *progress;
    size_t count = 0;
    while (now.survivor < survivor_count && count + SCAN_QUAD <= STANDING_MAX) {
        const struct survivor *survivor = &scanner->survivors[now.survivor];
        uint32_t number = now.quad == NO_QUAD ? survivor->quad : now.quad;
        uint32_t next = scan_load32(scanner->batch->arena + survivor->at + 4);
        unsigned found = find_next(&set->quads[number], next);
        unsigned last = set->quad_lasts[number];
        out[count] = standing_of(set, survivor->at, number, found);
        count += found != 0;
        for (found &= found - 1; __builtin_expect(found != 0, 0); found &= found - 1) {
            out[count++] = standing_of(set, survivor->at, number, found);
        }
        now.survivor += last;
        now.quad = last ? NO_QUAD : number + 1;
    }
    *progress = now;
    return count;
}
