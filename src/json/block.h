/*
 * block: the part of the index that is the same for every instruction set: what 64 bytes mean once
 * it is known which of them are quotes, colons and so on. In masks, bit i is byte i. For json_index*.c
 * alone.
 */
#ifndef REBATO_JSON_BLOCK_H
#define REBATO_JSON_BLOCK_H

#include "json/index.h"

/* Lists are written in whole vectors, and read a little beyond their end. */
#define JSON_INDEX_SLACK 80

/* Into each kernel's loop, where its masks stay in registers: compilers hesitate when a function's
 * instruction set differs from its caller's. */
#define JSON_INLINE static inline __attribute__((always_inline))

/* What stands behind the end of a text in its last block: a byte that means nothing. */
#define JSON_FILLER '0'

/* Of 64 bytes, whatever they mean. */
struct json_block {
    uint64_t quotes;
    uint64_t slashes;
    uint64_t wide;     /* beyond ASCII */
    uint64_t controls; /* below a blank; kernels that have given up on such texts say 0 */
    uint64_t blanks;
    uint64_t marks; /* colons, commas and brackets */
    uint64_t brackets;
    uint64_t closers;
};

/* What one block leaves to the next. */
struct json_state {
    uint64_t escaped; /* 1: a backslash takes its first byte along */
    uint64_t inside;  /* all ones: its first byte is inside a string, or ends it */
    uint64_t due;     /* 1: behind a mark, where a value or a key may begin */
    /* Of all blocks. */
    uint64_t broken;
    uint64_t spaces;
    size_t mark_count;
    size_t block; /* how many there were */
};

/* The bytes that a backslash takes along. In a run of backslashes each one that is not taken along itself
 * takes the next: subtracting a run's bits from what they would take, with all odd places filled up, lets a
 * borrow run through it, which leaves every second one, counted from the run's beginning. (Langdale and
 * Lemire, as in simdjson.) */
JSON_INLINE uint64_t
json_escaped(uint64_t slashes, struct json_state *state)
{
    const uint64_t odd = UINT64_C(0xAAAAAAAAAAAAAAAA);
    uint64_t free = slashes & ~state->escaped;
    uint64_t marked =
            (((free << 1) | odd) - free) ^ odd; /* takers, and what the last of them takes */
    uint64_t escaped = marked ^ (slashes | state->escaped);

    state->escaped = (marked & slashes) >> 63;
    return escaped;
}

/* The bytes that come behind `bits` when white space is not counted: a bit that would fall on a blank is
 * carried by the sum to the end of the blanks. */
JSON_INLINE uint64_t
json_behind(uint64_t bits, uint64_t spaces, uint64_t *carry)
{
    uint64_t behind = bits << 1 | *carry;

    *carry = bits >> 63;
    if (spaces == 0) {
        return behind;
    }
    uint64_t sum = spaces + (behind & spaces);
    *carry |= sum < spaces;
    return (behind | sum) & ~spaces;
}

/* Tabs and ends of lines are white space; any other control character is none. */
JSON_INLINE uint64_t
json_strange(const char *bytes, uint64_t controls)
{
    uint64_t strange = 0;

    for (; controls != 0; controls &= controls - 1) {
        char byte = bytes[__builtin_ctzll(controls)];
        strange |= byte != '\t' && byte != '\n' && byte != '\r';
    }
    return strange;
}

/* Takes a block whose quotes are already without the escaped ones, and notes what is known of it.
 * `parity` is of these quotes: bit i tells whether an odd number of them stands at or before byte i. */
JSON_INLINE uint64_t
json_block_take(struct json_index *index,
        struct json_state *state,
        const struct json_block *block,
        uint64_t parity,
        const char *bytes)
{
    struct json_word *word = &index->words[state->block];
    uint64_t inside = parity ^ state->inside; /* the quote that ends a string is outside */
    uint64_t marks = block->marks & ~inside;
    uint64_t brackets = marks & block->brackets;
    uint64_t controls = block->controls & ~inside;
    uint64_t spaces = controls | (block->blanks & ~inside);
    uint64_t due = json_behind(marks & ~block->closers, spaces, &state->due);
    uint64_t begun = (block->quotes & inside) | (brackets & ~block->closers);

    if (controls != 0) {
        state->broken |= json_strange(bytes, controls);
    }
    state->broken |= (block->controls & inside) | (begun & ~due);
    state->inside = (uint64_t)((int64_t)inside >> 63);
    state->spaces |= spaces;
    word->marks = marks;
    word->brackets = brackets;
    word->marks_before = state->mark_count;
    word->slashes = block->slashes;
    word->wide = block->wide;
    state->block++;
    return marks;
}

/* Any text. */
void json_index_portable(struct json_index *index, struct view text, struct json_state *state);
#if defined(__x86_64__)
/* 0 when there are control characters in the text, for which they have no masks: records have none, but
 * for those that were laid out for people. */
int json_index_avx2(struct json_index *index, struct view text, struct json_state *state);
int json_index_avx512(struct json_index *index, struct view text, struct json_state *state);
#endif

#endif
