/*
 * literals: what a pattern cannot match without.
 *
 *   \b(?:no funciona|caid[oa])\b            exactly {no funciona, caido, caida}, as whole words
 *   \bpaypal\b.{0,60}\b(?:down|no va)\b     needs {paypal}, and {down, no va}
 *   \d{4}                                   needs nothing: it must be run on every text
 *
 * A text is scanned for the literals of all patterns at once; PCRE2 then runs where it could match,
 * or not at all where the literals are the whole language of the pattern. The extraction sees the
 * pattern only, as PCRE2 gets it (folded): whatever it does not understand it treats as "anything",
 * so a mistake of judgement costs time and never a match.
 *
 * Where a scan can find a literal. It looks at *starts* only: an ASCII word byte (a-z 0-9 _) whose
 * previous byte is none, or, if the literal is marked `loose`, any place where its anchor byte
 * stands. The anchor is the offset inside the literal where the scan meets it. An anchor that is not
 * loose is certain to be a start in every match of the pattern: the byte before it is in the literal
 * and no word byte, or the pattern asserts a boundary there.
 */
#ifndef REBATO_PATTERN_LITERALS_H
#define REBATO_PATTERN_LITERALS_H

#include "core/arena.h"
#include "pattern/frequency.h"
#include "pattern/pattern.h"

#include <stdint.h>

#define LITERAL_SIZE_MAX 255
/* Strings that one pattern may be spelled out into; brand names are many. */
#define LITERALS_MAX 4096

struct literal {
    const char *at; /* not folded again, never holds bytes 0x00 or 0xFF */
    uint8_t size;
    uint8_t anchor;              /* offset where a scan meets it */
    unsigned loose : 1;          /* the anchor is no certain start */
    unsigned boundary_begin : 1; /* \b before its first byte */
    unsigned boundary_end : 1;   /* \b behind its last byte */
};

struct literal_set {
    const struct literal *at;
    size_t count;
    double rate; /* times a mention that a scan meets one of them, by the frequency tables */
};

enum literals_kind {
    LITERALS_EXACT,    /* the pattern matches where and only where one of `first` stands */
    LITERALS_REQUIRED, /* every match holds one of `first`, and one of `second` if there are any */
    LITERALS_NONE,     /* nothing is known: the pattern runs on every text */
};

struct literals {
    enum literals_kind kind;
    struct literal_set first;
    struct literal_set second;
    /* Where in a match the one of `second` begins, seen from where the one of `first` does: 1 to
     * `reach` bytes behind it, or, when negative, as many before it. 0: anywhere. */
    int32_t reach;
    const char *why; /* LITERALS_NONE: one plain sentence for the author of the rule */
};

/* `text` is the folded pattern (pattern_source_view); it compiles in `mode`. What `out` points to
 * lives in the arena. False when out of memory. */
int literals_find(struct view text,
        enum pattern_mode mode,
        const struct frequency *frequency,
        struct arena *arena,
        struct literals *out);

#endif
