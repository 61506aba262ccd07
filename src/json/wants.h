/*
 * wants: pointers cut into keys, as a tree whose root is the document. Keys are found by their first
 * and last eight bytes and their size; most are no longer. For json/pick.c and json/walk.c alone.
 */
#ifndef REBATO_JSON_WANTS_H
#define REBATO_JSON_WANTS_H

#include "json/index.h"
#include "json/known.h"
#include "json/nodes.h"
#include "json/pick.h"

#define JSON_WANT_BUCKETS 512U
#define JSON_NO_WANT      0U /* the root is nobody's child */

struct want {
    uint64_t head;     /* the first eight bytes of the key, zeros behind its end */
    uint64_t tail;     /* its last eight, when it has more than eight */
    char *key;         /* ours */
    struct view token; /* of it */
    uint32_t parent;
    uint32_t child;   /* first one, or JSON_NO_WANT */
    uint32_t sibling; /* next one */
    uint32_t bucket;  /* next one whose hash falls together with this one's */
    uint32_t index;   /* of an element, if the token can be one; else UINT32_MAX */
    int whole;
};

struct json_picker {
    /* Fixed before the first text. */
    struct want *wants; /* parents before children */
    uint32_t count;
    uint32_t capacity;
    uint32_t buckets[JSON_WANT_BUCKETS];
    int strict;

    /* What earlier texts had. */
    struct json_known_keys known;
    int blanks;       /* the last text that was walked over had white space */
    uint32_t caution; /* texts that are walked over before one is run through again */
    uint32_t retreat; /* how many it was the last time */

    /* Of the text being read. */
    uint64_t serial; /* texts are numbered, so that nothing has to be cleared between them */
    struct json_pick *picks; /* one per want; those with that number are there */
    uint64_t layout;         /* see json_picker_layout() */
    struct json_document *document;
    struct json_index index;
};

/* Up to eight bytes of a text, zeros behind its end. */
static inline uint64_t
json_load(struct view text, size_t at, size_t size)
{
    uint64_t word = 0;

    if (text.size - at >= 8) {
        memcpy(&word, text.at + at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        return size >= 8 ? word : word & ((UINT64_C(1) << 8 * size) - 1);
    }
    for (size_t i = 0; i < size && i < 8; i++) {
        word |= (uint64_t)(unsigned char)text.at[at + i] << 8 * i;
    }
    return word;
}

static inline uint32_t
json_want_bucket(uint32_t parent, uint64_t head, uint64_t tail, size_t size)
{
    uint64_t mixed = (head ^ (tail << 7 | tail >> 57)) + ((uint64_t)parent << 8) + size;

    return (uint32_t)((mixed * UINT64_C(0x9E3779B97F4A7C15)) >> 55);
}

/* Of the key [from, to) of the text. */
static inline uint32_t
json_want_hash(uint32_t parent, struct view text, size_t from, size_t to)
{
    size_t size = to - from;
    uint64_t tail = size > 8 ? json_load(text, to - 8, 8) : 0;

    return json_want_bucket(parent, json_load(text, from, size), tail, size);
}

/* The child of `parent` whose key is [from, to) of the text, byte for byte, or JSON_NO_WANT. */
static inline uint32_t
json_want_find(
        const struct json_picker *picker, uint32_t parent, struct view text, size_t from, size_t to)
{
    size_t size = to - from;
    uint64_t head = json_load(text, from, size);
    uint64_t tail = size > 8 ? json_load(text, to - 8, 8) : 0;
    uint32_t number = picker->buckets[json_want_bucket(parent, head, tail, size)];

    for (; number != JSON_NO_WANT; number = picker->wants[number].bucket) {
        const struct want *want = &picker->wants[number];
        if (want->head == head && want->tail == tail && want->token.size == size &&
                want->parent == parent &&
                (size <= 16 || memcmp(want->token.at + 8, text.at + from + 8, size - 16) == 0)) {
            return number;
        }
    }
    return JSON_NO_WANT;
}

/* `node` is what is wanted, or JSON_NOWHERE. */
void json_picker_set(struct json_picker *picker, uint32_t want, json_node node);
/* Everything below `want` is looked for again, in the nodes that the document has. */
void json_picker_refill(struct json_picker *picker, uint32_t want);

/* A value that was found, for the caller to fill in, field by field: a whole one that is copied is slower.
 * Where its key stood before, what was in that value counts no more. */
static inline struct json_value *
json_picker_take(struct json_picker *picker, struct json_pick *pick)
{
    uint64_t before = pick->serial;

    pick->node = JSON_NOWHERE;
    pick->serial = picker->serial;
    if (__builtin_expect(before == picker->serial, 0)) {
        json_picker_refill(picker, (uint32_t)(pick - picker->picks));
    }
    return &pick->value;
}

/* One walk over a text for what is wanted. 0 when it is not sure. */
int json_walk(struct json_picker *picker, struct view text);

#endif
