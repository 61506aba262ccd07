/*
 * spelling: a finite set of strings that a part of a pattern matches. Private to literals.
 *
 *   (?:\bno|ya) va   ──▶   { \b"no va", "ya va" }
 *
 * A set always holds at least what the part matches. A string of which more is asked than is written
 * here is only `perhaps` matched. Boundaries at the ends are carried along and decided as soon as both
 * neighbours are known; a string whose boundary cannot be is dropped.
 */
#ifndef REBATO_PATTERN_SPELLING_H
#define REBATO_PATTERN_SPELLING_H

#include "pattern/literals.h"
#include "pattern/tree.h"

/* Strings that come from multiplying; sets that are written out may be LITERALS_MAX. */
#define SPELLINGS_PRODUCT_MAX 256
/* Bytes of all strings of a set. */
#define SPELLINGS_BYTES_MAX 65536

enum spelling_flags {
    SPELLING_BEGINS = 1, /* \b before it */
    SPELLING_ENDS = 2,   /* \b behind it; an empty one has both or none */
    SPELLING_CLEAN = 4,  /* were its first byte a word byte, it would be a start */
    SPELLING_PERHAPS = 32,
    /* Of empty strings alone, until a neighbour decides them. */
    SPELLING_NO_WORD_BEFORE = 8,
    SPELLING_NO_WORD_BEHIND = 16,
};

struct spelling {
    const char *at;
    uint8_t size;
    uint8_t flags;
};

struct spellings {
    struct spelling *at;
    size_t count;
    size_t room; /* strings that fit without taking more memory */
    size_t bytes;
};

struct spelling_room {
    enum pattern_mode mode;
    struct arena *arena;
    int failed; /* out of memory */
};

/* The empty string with `flags`, alone. */
struct spellings spellings_empty(struct spelling_room *room, unsigned flags);
/* `text` alone, false when it is longer than a literal may be. */
int spellings_of(struct spelling_room *room, struct view text, struct spellings *out);

/* Both false when the result would be too large, or memory ran out. */
int spellings_joined(struct spelling_room *room,
        const struct spellings *left,
        const struct spellings *right,
        struct spellings *out);
int spellings_append(
        struct spelling_room *room, struct spellings *to, const struct spellings *more);

/* What is written here is not all that is asked of them. */
void spellings_doubt(struct spellings *spellings);
/* Is every string matched wherever it stands? Doubtful ones go when the same one stands without doubt
 * beside them. */
int spellings_settle(struct spellings *spellings);

/* What is certain for whatever stands behind all of them: SPELLING_BEGINS, SPELLING_CLEAN. */
unsigned spellings_lead(const struct spellings *spellings);

#endif
