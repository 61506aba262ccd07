/*
 * table: what a scan_set is made of. For this folder only: scan_set.c writes it, filters and scanner
 * read it.
 *
 * Three tables, each met far less often than the one before (per mention of 111 bytes, 500 rules):
 *
 *   filter   18 starts    a bit for every key that some literal has: does the start deserve a look?
 *   buckets  about 2      the key itself, and which two letters may follow it
 *   entries  about 0.3    the whole literal, its boundaries, and whose it is
 *
 * A *key* is the four bytes at a literal's anchor, normalised: a byte that is not a-z, 0-9 or _ counts
 * as a blank. So "no va", "no-va" and "no\nva" have one key, and a literal of two or three bytes that
 * ends at a word's end needs 38 or 1 keys in place of thousands.
 */
#ifndef REBATO_SCAN_TABLE_H
#define REBATO_SCAN_TABLE_H

#include "pattern/literals.h"
#include "scan/scan_set.h"

#include <stdint.h>
#include <string.h>

/* Stands before, between and behind texts: no UTF-8 holds it, and no literal does. */
#define SCAN_SEPARATOR 0xFF

/* What a byte is to a filter: bits of scan_filter.classes. */
enum {
    SCAN_WORD = 1,  /* a-z A-Z 0-9 _: what \b of ASCII text knows */
    SCAN_KEY = 2,   /* a-z 0-9 _: kept in keys */
    SCAN_LOOSE = 4, /* every place where it stands is a start */
};

#define SCAN_SMALL_LOG     12
#define SCAN_FILTER_FACTOR 0x9E3779B1U

/* Are there candidates at all? One multiplication, one bit. */
struct scan_filter {
    uint8_t classes[256];
    /* The loose bytes once more, for lookup by halves: bit h of row l says that byte 16 * h + l is one;
     * rows 16 to 31 are the bytes from 128 on. */
    uint8_t loose_rows[32];
    /* And as a list. */
    uint8_t loose[256];
    unsigned loose_count;
    int loose_high; /* one of them is 128 or more */
    unsigned shift; /* of the product: 32 - log2(bits) */
    const uint32_t *bits;
    /* The same bits, many to one: by the first SCAN_SMALL_LOG bits of the product. It fits in registers;
     * useless, and not asked, when most of it is set. */
    uint32_t small[(1 << SCAN_SMALL_LOG) / 32];
    int small_useful;
};

/* A start whose key may be in the table. */
struct scan_candidate {
    uint32_t at; /* byte of the arena */
    uint32_t key;
};

#define SCAN_BUCKET_KEYS 4

/* One cache line. Key 0 is a free place: a normalised byte is never 0. Of the fifth and the sixth byte
 * a bit for each letter (scan_letter) says whether any literal of the key goes on with it. */
struct scan_bucket {
    uint32_t keys[SCAN_BUCKET_KEYS];
    uint32_t lists[SCAN_BUCKET_KEYS]; /* see SCAN_LIST_BITS */
    uint32_t fifths[SCAN_BUCKET_KEYS];
    uint32_t sixths[SCAN_BUCKET_KEYS];
};

enum {
    SCAN_BEGINS = 1,  /* \b before it */
    SCAN_ENDS = 2,    /* \b behind it */
    SCAN_UNICODE = 4, /* \b next to a byte beyond ASCII is PCRE2's to decide */
};

/* Four literals of one key side by side: four bytes before the anchor, and eight behind the key. A key
 * that begins many literals ("no f...") is gone through four at a time, and literals that differ before
 * the anchor only ("sorry for the delay", "for any delay") are told apart here. One cache line. Quad q
 * stands for entries 4 * q and on; the last one of a key is filled up with what no text can hold
 * there. */
#define SCAN_QUAD       4
#define SCAN_QUAD_WORDS 3
/* Where they begin, seen from the anchor. */
#define SCAN_QUAD_BEGINS                                                                           \
    {                                                                                              \
        -4, 4, 8                                                                                   \
    }
struct scan_quad {
    unsigned char words[SCAN_QUAD_WORDS][SCAN_QUAD][4];
    uint64_t need;      /* a bit for each of those bytes: it counts */
    uint32_t list_size; /* of the first of a key: how many quads it has */
};

/* A key's quads: the first one's number, and how many there are, as far as that can be told in so few
 * bits; the greatest number says that the first quad knows. */
#define SCAN_LIST_BITS 4
#define SCAN_LIST_LONG ((1U << SCAN_LIST_BITS) - 1)

enum scan_use_kind {
    SCAN_USE_EXACT,    /* the pattern matches */
    SCAN_USE_REQUIRED, /* it may match, once its group was met, too */
    SCAN_USE_GROUP,    /* a literal of a second required set */
};

#define SCAN_NO_GROUP UINT32_MAX

struct scan_use {
    uint32_t pattern; /* unused for a group */
    uint32_t group;   /* or SCAN_NO_GROUP */
    int32_t reach;    /* required, with a group: see literals.h */
    enum scan_use_kind kind;
};

/* Bytes of a literal that are compared at once. */
#define SCAN_HEAD_SIZE 32

/* A literal under one of its keys, in one cache line. Most have one use, and it is here, too. */
struct scan_entry {
    char head[SCAN_HEAD_SIZE];
    struct scan_use use;
    uint32_t first_use;
    uint32_t tail; /* the whole literal in `bytes`; read when it is longer than the head */
    uint16_t use_count;
    uint16_t wait_count; /* the last ones of those: they need a group that was met */
    uint8_t size;
    uint8_t anchor;
    uint8_t flags;
};

struct scan_set {
    struct scan_filter filter;
    uint8_t letters[256];        /* scan_letter of every byte */
    struct scan_bucket *buckets; /* aligned to their size */
    unsigned bucket_shift;
    uint32_t bucket_mask;
    struct scan_quad *quads;    /* aligned to cache lines */
    struct scan_entry *entries; /* aligned to cache lines */
    struct scan_use *uses;
    char *bytes;
    const struct pattern **patterns; /* by number; NULL for a probe */
    uint32_t pattern_count;
    uint32_t group_count;
    uint32_t group_max; /* capture groups of any pattern */
    uint32_t *always;   /* patterns without literals, rising */
    uint32_t always_count;
    uint32_t *filter_bits;
    struct arena *arena; /* literals */
    struct scan_summary summary;
};

static inline uint32_t
scan_load32(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint64_t
scan_load64(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* Two odd constants, so that what collides in the filter does not collide in the buckets. */
static inline uint32_t
scan_filter_hash(uint32_t key, unsigned shift)
{
    return (key * SCAN_FILTER_FACTOR) >> shift;
}

static inline uint32_t
scan_bucket_hash(uint32_t key, unsigned shift)
{
    return (key * 0x85EBCA6BU) >> shift;
}

static inline int
scan_filter_has(const struct scan_filter *filter, uint32_t key)
{
    uint32_t bit = scan_filter_hash(key, filter->shift);
    return (int)(filter->bits[bit >> 5] >> (bit & 31) & 1);
}

/* The class of a byte by itself; loose starts are added to a filter's copy. */
static inline uint8_t
scan_class(unsigned char byte)
{
    if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_') {
        return SCAN_WORD | SCAN_KEY;
    }
    return byte >= 'A' && byte <= 'Z' ? SCAN_WORD : 0;
}

/* 32 letters: a-z, four kinds of digits, _, and all others. */
static inline uint8_t
scan_letter(unsigned char byte)
{
    if (byte >= 'a' && byte <= 'z') {
        return (uint8_t)(byte - 'a');
    }
    if (byte >= '0' && byte <= '9') {
        return (uint8_t)(26 + (byte & 3));
    }
    return byte == '_' ? 30 : 31;
}

static inline unsigned char
scan_normal(unsigned char byte)
{
    return (scan_class(byte) & SCAN_KEY) != 0 ? byte : ' ';
}

#endif
