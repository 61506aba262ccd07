/*
 * narrow_kernel: what the steps from candidates to literals have in common, for narrow*.c alone, which
 * compile it once for every machine and once with the registers of AVX-512.
 */
#ifndef REBATO_SCAN_NARROW_KERNEL_H
#define REBATO_SCAN_NARROW_KERNEL_H

#include "scan/boundary.h"
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

static inline const struct scan_bucket *
bucket_of(const struct scan_set *set, uint32_t key)
{
    return &set->buckets[scan_bucket_hash(key, set->bucket_shift)];
}

/* Do the fifth and the sixth byte go on as those of some literal of the key at `place`? */
static inline unsigned
goes_on(const struct scan_set *set,
        const struct scan_bucket *bucket,
        unsigned place,
        const unsigned char *at)
{
    return bucket->fifths[place] >> set->letters[at[4]] &
           bucket->sixths[place] >> set->letters[at[5]];
}

/* No branch depends on what a candidate is, so that several are looked up at the same time. */
static inline __attribute__((always_inline)) size_t
narrow_candidates(struct scanner *scanner, size_t candidate_count)
{
    const struct scan_set *set = scanner->set;
    const unsigned char *texts = (const unsigned char *)scanner->batch->arena + ARENA_FRONT;
    struct survivor *out = scanner->survivors;
    size_t count = 0;

    for (size_t i = 0; i < candidate_count; i++) {
        struct scan_candidate candidate = scanner->candidates[i];
        const struct scan_bucket *bucket = bucket_of(set, candidate.key);
        unsigned found = find_key(bucket, candidate.key);
        /* One test and not two: whether the key was found is anybody's guess. */
        if (__builtin_expect((found | (bucket->keys[SCAN_BUCKET_KEYS - 1] == 0)) == 0, 0)) {
            bucket = narrow_next_bucket(set, bucket, candidate.key);
            found = find_key(bucket, candidate.key);
        }
        unsigned place = (unsigned)__builtin_ctz(found | 1U << (SCAN_BUCKET_KEYS - 1));
        out[count].at = candidate.at + ARENA_FRONT;
        out[count].list = bucket->lists[place];
        count += (found != 0) & goes_on(set, bucket, place, texts + candidate.at);
    }
    return count;
}

static inline const struct scan_entry *
narrow_entry(const struct scanner *scanner, struct standing standing)
{
    return &scanner->set->entries[standing.entry];
}

/* Notes all of a standing literal but its text; false when its boundaries are not so. */
static inline int
narrow_note(const struct scanner *scanner, struct standing standing, struct found *found)
{
    const struct scan_entry *entry = narrow_entry(scanner, standing);
    uint32_t at = standing.at - entry->anchor;
    enum boundary boundary = boundaries_of(scanner->set, entry, scanner->batch->arena + at);

    found->at = at;
    found->entry = standing.entry;
    found->sure = boundary == BOUNDARY_YES;
    return boundary != BOUNDARY_NO;
}

/* A literal that is longer than its head: seldom. */
static inline int
narrow_long_stands(const struct scan_set *set, const struct scan_entry *entry, const char *first)
{
    return memcmp(first, set->bytes + entry->tail, entry->size) == 0;
}

/* The text that byte `at` is in, among sixteen times sixteen: without a branch on how far away it is,
 * and without a look at where the literal before was. `count_until` says how many of sixteen rising
 * numbers are not greater than `at`; the last one always is. */
static inline __attribute__((always_inline)) uint32_t
narrow_text(const struct scan_batch *batch,
        uint32_t at,
        uint32_t (*count_until)(const uint32_t numbers[16], uint32_t at))
{
    uint32_t row = count_until(batch->rows, at);
    return row * 16 + count_until(&batch->begins[row * 16 + 1], at);
}

#endif
