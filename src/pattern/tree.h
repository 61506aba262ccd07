/*
 * tree: a pattern as a tree of what is certain in it. Private to literals.
 *
 *   \b(?:no|ya) va.*   ──▶   sequence( boundary, choice(bytes "no", bytes "ya"), bytes " va", open )
 *
 * It reads as much of PCRE2's syntax as words are made of. What it does not understand becomes `open`,
 * "any bytes or none", as long as the rest of the pattern keeps its meaning; where that is in doubt
 * the whole pattern is given up, with a sentence that says why. So the tree always allows at least
 * what the pattern matches, and never less.
 */
#ifndef REBATO_PATTERN_TREE_H
#define REBATO_PATTERN_TREE_H

#include "core/arena.h"
#include "pattern/pattern.h"

#define TREE_DEPTH_MAX 64
#define TREE_NO_BOUND  UINT32_MAX
/* Members that a class may have and still be spelled out. */
#define TREE_CLASS_MAX 32

enum tree_kind {
    TREE_BYTES,          /* these bytes; none holds 0x00 or 0xFF */
    TREE_CLASS,          /* one of `bytes` of its children */
    TREE_OPEN,           /* any bytes or none */
    TREE_SEQUENCE,       /* the children, one behind the other */
    TREE_CHOICE,         /* one of the children */
    TREE_REPEAT,         /* the one child, `lo` to `hi` times */
    TREE_SEALED,         /* the one child, or less: atomic groups do not try again */
    TREE_BOUNDARY,       /* \b */
    TREE_NO_WORD_BEFORE, /* (?<!\w) */
    TREE_NO_WORD_BEHIND, /* (?!\w) */
    TREE_ASSERT,         /* no bytes, under a condition that is not looked at */
};

struct tree {
    enum tree_kind kind;
    /* Open and assert: behind it the byte before is certain to be no ASCII word byte, or there is
     * none. */
    int clean;
    struct tree *first; /* children */
    struct tree *next;
    struct view bytes;
    uint32_t lo, hi;
    uint32_t width; /* open: the most bytes it stands for, or TREE_NO_BOUND */
};

struct tree_reading {
    const struct tree *root; /* NULL: given up, or out of memory when `why` is NULL, too */
    const char *why;
};

/* `text` compiles in `mode`. The tree lives in the arena. */
struct tree_reading tree_read(struct view text, enum pattern_mode mode, struct arena *arena);

/* The most bytes that a match of it takes, or TREE_NO_BOUND. */
uint32_t tree_width(const struct tree *tree);

static inline int
tree_word_byte(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' ||
           (byte >= 'A' && byte <= 'Z');
}

#endif
