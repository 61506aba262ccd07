/* From candidates to literals that may stand there: three tables, one after the other, each read for
 * several candidates at the same time because nothing waits for what came before. */
#include "scan/narrow_kernel.h"

/* Lists of more than this many quads are seldom. */
#define SHORT_LIST 4

const struct scan_bucket *
narrow_next_bucket(const struct scan_set *set, const struct scan_bucket *bucket, uint32_t key)
{
    while (find_key(bucket, key) == 0 && bucket->keys[SCAN_BUCKET_KEYS - 1] != 0) {
        size_t number = (size_t)(bucket - set->buckets) + 1;
        bucket = &set->buckets[number & set->bucket_mask];
    }
    return bucket;
}

size_t
narrow_survivors(struct scanner *scanner, size_t candidate_count)
{
    return narrow_candidates(scanner, candidate_count);
}

/* Looks at all quads of a long list, or at as many as there is room for. */
static size_t
look_at_many(struct scanner *scanner, size_t count, struct narrow_progress *progress)
{
    struct survivor survivor = scanner->survivors[progress->survivor];
    uint32_t first = survivor.list >> SCAN_LIST_BITS;
    uint32_t size = survivor.list & SCAN_LIST_LONG;

    if (size == SCAN_LIST_LONG) {
        size = scanner->set->quads[first].list_size;
    }
    while (progress->quads < size && count < LOOKS_MAX) {
        scanner->looks[count++] = (struct look){ survivor.at, first + progress->quads++ };
    }
    if (progress->quads == size) {
        progress->quads = 0;
        progress->survivor++;
    }
    return count;
}

size_t
narrow_looks(struct scanner *scanner, size_t survivor_count, struct narrow_progress *progress)
{
    struct look *looks = scanner->looks;
    size_t count = 0;

    while (progress->survivor < survivor_count && count + SHORT_LIST <= LOOKS_MAX) {
        struct survivor survivor = scanner->survivors[progress->survivor];
        uint32_t first = survivor.list >> SCAN_LIST_BITS;
        uint32_t size = survivor.list & SCAN_LIST_LONG;
        if (__builtin_expect(size > SHORT_LIST, 0)) {
            count = look_at_many(scanner, count, progress);
            continue;
        }
        __builtin_prefetch(&scanner->set->quads[first]);
        for (uint32_t i = 0; i < SHORT_LIST; i++) {
            looks[count + i] = (struct look){ survivor.at, first + i };
        }
        count += size;
        progress->survivor++;
    }
    return count;
}

/* Bytes of the quad that the text has, a bit each; `at` is where the anchor stands. */
static inline uint64_t
bytes_there(const struct scan_quad *quad, const char *at)
{
#if defined(__SSE2__)
    const __m128i *words = (const __m128i *)(const void *)quad->words;
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)(at - 4));
    __m128i before = _mm_cmpeq_epi8(_mm_shuffle_epi32(text, 0x00), _mm_load_si128(words));
    __m128i next = _mm_cmpeq_epi8(_mm_shuffle_epi32(text, 0xAA), _mm_load_si128(words + 1));
    __m128i later = _mm_cmpeq_epi8(_mm_shuffle_epi32(text, 0xFF), _mm_load_si128(words + 2));
    return (uint64_t)(unsigned)_mm_movemask_epi8(before) |
           (uint64_t)(unsigned)_mm_movemask_epi8(next) << 16 |
           (uint64_t)(unsigned)_mm_movemask_epi8(later) << 32;
#else
    static const int begins[SCAN_QUAD_WORDS] = SCAN_QUAD_BEGINS;
    uint64_t there = 0;
    for (unsigned i = 0; i < sizeof quad->words; i++) {
        unsigned char byte = (unsigned char)at[begins[i / 16] + (int)(i % 4)];
        there |= (uint64_t)(quad->words[i / 16][i / 4 % 4][i % 4] == byte) << i;
    }
    return there;
#endif
}

/* Which of four literals may stand there: bit 4 * i for the one at place i. */
static inline unsigned
find_literals(const struct scan_quad *quad, const char *at)
{
    uint64_t missing = quad->need & ~bytes_there(quad, at);
    unsigned any = (unsigned)(missing | missing >> 16 | missing >> 32);
    any |= any >> 1;
    any |= any >> 2;
    return ~any & 0x1111;
}

size_t
narrow_literals(struct scanner *scanner, size_t look_count)
{
    const struct scan_quad *quads = scanner->set->quads;
    const char *arena = scanner->batch->arena;
    struct standing *out = scanner->standing;
    size_t count = 0;

    for (size_t i = 0; i < look_count; i++) {
        struct look look = scanner->looks[i];
        unsigned found = find_literals(&quads[look.quad], arena + look.at);
        unsigned place = (unsigned)__builtin_ctz(found | 0x1000) / 4;
        out[count] = (struct standing){ .at = look.at, .entry = look.quad * SCAN_QUAD + place };
        count += found != 0;
        for (found &= found - 1; __builtin_expect(found != 0, 0); found &= found - 1) {
            place = (unsigned)__builtin_ctz(found) / 4;
            out[count++] =
                    (struct standing){ .at = look.at, .entry = look.quad * SCAN_QUAD + place };
        }
    }
    return count;
}

/* The bytes of the head that count, and that the text has not. */
static inline uint32_t
missing(const struct scan_entry *entry, const char *first)
{
    uint32_t there;
#if defined(__SSE2__)
    const __m128i *text = (const __m128i *)(const void *)first;
    const __m128i *head = (const __m128i *)(const void *)entry->head;
    __m128i low = _mm_cmpeq_epi8(_mm_loadu_si128(text), _mm_load_si128(head));
    __m128i high = _mm_cmpeq_epi8(_mm_loadu_si128(text + 1), _mm_load_si128(head + 1));
    there = (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
#else
    there = 0;
    for (unsigned i = 0; i < SCAN_HEAD_SIZE; i++) {
        there |= (uint32_t)(entry->head[i] == first[i]) << i;
    }
#endif
    return (uint32_t)(~(uint64_t)there & ((1ULL << entry->size) - 1));
}

static inline int
stands(const struct scan_set *set, const struct scan_entry *entry, const char *first)
{
    return __builtin_expect(entry->size > SCAN_HEAD_SIZE, 0) ? narrow_long_stands(set, entry, first)
                                                             : missing(entry, first) == 0;
}

static inline uint32_t
count_until(const uint32_t numbers[16], uint32_t at)
{
#if defined(__SSE2__)
    const __m128i *four = (const __m128i *)(const void *)numbers;
    __m128i wanted = _mm_set1_epi32((int)at);
    __m128i first = _mm_cmpgt_epi32(_mm_loadu_si128(four), wanted);
    __m128i second = _mm_cmpgt_epi32(_mm_loadu_si128(four + 1), wanted);
    __m128i third = _mm_cmpgt_epi32(_mm_loadu_si128(four + 2), wanted);
    __m128i fourth = _mm_cmpgt_epi32(_mm_loadu_si128(four + 3), wanted);
    __m128i all = _mm_packs_epi16(_mm_packs_epi32(first, second), _mm_packs_epi32(third, fourth));
    return (uint32_t)__builtin_ctz((unsigned)_mm_movemask_epi8(all));
#else
    uint32_t count = 0;
    while (numbers[count] <= at) {
        count++;
    }
    return count;
#endif
}

size_t
narrow_found(struct scanner *scanner, size_t standing_count)
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
