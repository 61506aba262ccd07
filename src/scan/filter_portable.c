/* The filter in plain C: what every machine can do, and what the vector ones are tested against. */
#include "scan/filter.h"

/* The loops over a block are there to become vectors, which gcc does from -O3 on. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#define BLOCK 64

/* What a block's bytes are: 1 or 0 each, side by side, so that compilers make vectors of the loops. */
struct kinds {
    uint8_t word[BLOCK];
    uint8_t loose[BLOCK];
};

static uint8_t
between(uint8_t byte, uint8_t low, uint8_t count)
{
    return (uint8_t)(byte - low) < count;
}

/* Copied first, so that nothing written can be what is still to be read. */
static void
classify(const char *restrict at, char *restrict normal, struct kinds *restrict kinds)
{
    uint8_t bytes[BLOCK];

    memcpy(bytes, at, BLOCK);
    for (unsigned i = 0; i < BLOCK; i++) {
        uint8_t kept = between(bytes[i], 'a', 26) | between(bytes[i], '0', 10) | (bytes[i] == '_');
        kinds->word[i] = kept | between(bytes[i], 'A', 26);
        normal[i] = (char)(' ' ^ ((bytes[i] ^ ' ') & (uint8_t)-kept));
    }
}

static void
find_loose(const struct scan_filter *filter, const char *restrict at, struct kinds *restrict kinds)
{
    uint8_t bytes[BLOCK];

    memcpy(bytes, at, BLOCK);
    memset(kinds->loose, 0, BLOCK);
    for (unsigned k = 0; k < filter->loose_count; k++) {
        uint8_t wanted = filter->loose[k];
        for (unsigned i = 0; i < BLOCK; i++) {
            kinds->loose[i] |= bytes[i] == wanted;
        }
    }
}

/* Eight bytes of 1 or 0 to eight bits: the product moves bit 8 * i to bit 56 + i. */
static uint64_t
bits_of(const uint8_t kinds[BLOCK])
{
    uint64_t mask = 0;

    for (unsigned i = 0; i < BLOCK; i += 8) {
        uint64_t eight = 0;
        for (unsigned k = 0; k < 8; k++) {
            eight |= (uint64_t)kinds[i + k] << (8 * k);
        }
        mask |= (eight * 0x0102040810204080U) >> 56 << i;
    }
    return mask;
}

static uint64_t
starts_of(const struct scan_filter *filter, const char *at, char *normal, uint64_t *before)
{
    struct kinds kinds;

    classify(at, normal, &kinds);
    find_loose(filter, at, &kinds);
    uint64_t word = bits_of(kinds.word);
    uint64_t starts = (word & ~(word << 1 | *before)) | bits_of(kinds.loose);
    *before = word >> 63;
    return starts;
}

size_t
scan_filter_portable(const struct scan_filter *filter,
        const char *arena,
        size_t size,
        struct scan_candidate *out)
{
    char normal[2 * BLOCK];
    uint64_t before = 0;
    size_t count = 0;
    uint64_t starts = starts_of(filter, arena, normal, &before);

    for (size_t i = 0; i < size; i += BLOCK) {
        uint64_t next = starts_of(filter, arena + i + BLOCK, normal + BLOCK, &before);
        count += scan_filter_take(
                filter, starts, (const unsigned char *)normal, (uint32_t)i, out + count);
        memcpy(normal, normal + BLOCK, BLOCK);
        starts = next;
    }
    return count;
}

scan_filter_run *
scan_filter_for(enum isa isa)
{
#if defined(__x86_64__)
    if (isa == ISA_AVX512) {
        return scan_filter_avx512;
    }
    if (isa == ISA_AVX2) {
        return scan_filter_avx2;
    }
#endif
    (void)isa;
    return scan_filter_portable;
}
