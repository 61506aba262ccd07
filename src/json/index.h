/*
 * index: where the marks of a JSON text stand (colons, commas, brackets), found 64 bytes at a time.
 *
 *   {"id":[7,"a\"]"]}   ── bit masks of 64 bytes ──▶   marks 0 5 6 8 15 16
 *
 * What is inside a string is no mark. That strings and containers begin behind an opening bracket, a
 * colon or a comma and nowhere else is seen with the same masks, so that between two marks stands one
 * string, or none; everything else is for whoever walks from mark to mark.
 *
 * The kernels (one file per instruction set) give the same index, byte for byte, and never read outside
 * the text. For this folder alone.
 */
#ifndef REBATO_JSON_INDEX_H
#define REBATO_JSON_INDEX_H

#include "core/isa.h"
#include "core/view.h"

#include <stdint.h>

/* What is known of 64 bytes; bit i is byte i. */
struct json_word {
    uint64_t marks;
    uint64_t brackets;     /* those of the marks that are */
    uint64_t marks_before; /* how many stand before these bytes */
    uint64_t slashes;      /* backslashes, wherever they are */
    uint64_t wide;         /* bytes beyond ASCII */
};

/* Behind a text's last word so many may be read. */
#define JSON_WORDS_SLACK 4

struct json_index {
    /* Fixed at creation. */
    enum isa isa;
    size_t size_max;

    /* Of the last text. */
    uint32_t *marks; /* positions in order, then the text's size, so that looking ahead is safe */
    size_t mark_count;
    struct json_word *words;
    int spaced; /* there is white space outside strings */
    int broken; /* a string without end or in a wrong place, a bracket likewise, control characters */
};

/* For texts of up to `size_max` bytes; memory is touched only as texts need it. 0 when out of memory;
 * then, as always, json_index_fini() gives back what there is. */
int json_index_init(struct json_index *index, size_t size_max, enum isa isa);
void json_index_fini(struct json_index *index);

/* Of a text that is not empty. */
void json_index_make(struct json_index *index, struct view text);

/* How many marks stand before byte `at` (below the text's size). */
static inline size_t
json_index_rank(const struct json_index *index, size_t at)
{
    const struct json_word *word = &index->words[at / 64];
    uint64_t below = word->marks & ((UINT64_C(1) << at % 64) - 1);

    return (size_t)word->marks_before + (size_t)__builtin_popcountll(below);
}

/* What the bytes [from, to), which are some, have among them. */
struct json_traits {
    uint64_t slashes; /* not 0: a backslash */
    uint64_t wide;    /* not 0: a byte beyond ASCII */
};

/* Of up to 64 bytes, in one word or two: without asking in how many. */
static inline struct json_traits
json_index_short(const struct json_index *index, size_t from, size_t to)
{
    const struct json_word *word = &index->words[from / 64];
    unsigned int shift = from % 64;
    uint64_t slashes = word[0].slashes >> shift | word[1].slashes << 1 << (63 - shift);
    uint64_t wide = word[0].wide >> shift | word[1].wide << 1 << (63 - shift);

    return (struct json_traits){ slashes << (64 - (to - from)), wide << (64 - (to - from)) };
}

/* Of more than 64. How many words most posts take is anybody's guess: three are looked at that may be
 * behind the last, and then they do not count. */
static inline struct json_traits
json_index_long(const struct json_index *index, size_t from, size_t to)
{
    const struct json_word *word = &index->words[from / 64];
    const struct json_word *last = &index->words[(to - 1) / 64];
    uint64_t first_bits = UINT64_MAX << from % 64;
    uint64_t last_bits = UINT64_MAX >> (63 - (to - 1) % 64);
    struct json_traits traits = { (word->slashes & first_bits) | (last->slashes & last_bits),
        (word->wide & first_bits) | (last->wide & last_bits) };

    for (size_t i = 1; i < JSON_WORDS_SLACK; i++) {
        uint64_t between = (uint64_t)0 - (word + i < last);
        traits.slashes |= word[i].slashes & between;
        traits.wide |= word[i].wide & between;
    }
    for (word += JSON_WORDS_SLACK; word < last; word++) {
        traits.slashes |= word->slashes;
        traits.wide |= word->wide;
    }
    return traits;
}

static inline struct json_traits
json_index_traits(const struct json_index *index, size_t from, size_t to)
{
    return to - from <= 64 ? json_index_short(index, from, to) : json_index_long(index, from, to);
}

#endif
