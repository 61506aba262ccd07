/*
 * json_index: where the marks of a JSON text stand (colons, commas, brackets), found 64 bytes at a time.
 *
 *   {"id":[7,"a\"]"]}   ── bit masks of 64 bytes ──▶   marks 0 5 6 8 15 16
 *
 * What is inside a string is no mark. That strings and containers begin behind an opening bracket, a
 * colon or a comma and nowhere else is seen with the same masks, so that between two marks stands one
 * string, or none; everything else is for whoever walks from mark to mark.
 *
 * The kernels (one file per instruction set) give the same index, byte for byte, and never read outside
 * the text. For json*.c alone.
 */
#ifndef REBATO_MENTION_JSON_INDEX_H
#define REBATO_MENTION_JSON_INDEX_H

#include "core/isa.h"
#include "core/view.h"

#include <stdint.h>

/* What is known of 64 bytes; bit i is byte i. */
struct json_word {
    uint64_t marks;
    uint64_t brackets;     /* those of the marks that are */
    uint64_t slashes;      /* backslashes, wherever they are */
    uint64_t marks_before; /* how many stand before these bytes */
};

struct json_index {
    /* Fixed at creation. */
    enum isa isa;
    size_t size_max;

    /* Of the last text. */
    uint32_t *marks; /* positions in order, then the text's size, so that looking ahead is safe */
    size_t mark_count;
    struct json_word *words;
    int slashed; /* there are backslashes */
    int wide;    /* there are bytes beyond ASCII */
    int spaced;  /* there is white space outside strings */
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

/* Is there a backslash in [from, to), which is not empty? */
static inline int
json_index_slashed(const struct json_index *index, size_t from, size_t to)
{
    const struct json_word *word = &index->words[from / 64];
    const struct json_word *last = &index->words[(to - 1) / 64];
    uint64_t bits = word->slashes & (UINT64_MAX << from % 64);

    while (word < last) {
        if (bits != 0) {
            return 1;
        }
        word++;
        bits = word->slashes;
    }
    return (bits & (UINT64_MAX >> (63 - (to - 1) % 64))) != 0;
}

#endif
