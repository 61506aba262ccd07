/*
 * explain: why a rule did, or did not, match a mention: pattern by pattern.
 *
 * Slow and thorough, for people who write rules; the engine itself uses matcher.h.
 */
#ifndef REBATO_MATCH_EXPLAIN_H
#define REBATO_MATCH_EXPLAIN_H

#include "match/matcher.h"

#define EXPLAIN_ITEMS_MAX 256

enum explain_kind { EXPLAIN_ANY, EXPLAIN_NONE, EXPLAIN_FACET };

struct explain_item {
    enum explain_kind kind;
    struct view pattern; /* as written in the file */
    int matched;
    int denied;          /* it would match, but the words before say no; matched is then 0 */
    uint32_t begin, end; /* bytes of the original text, when matched or denied */
    uint32_t negator_begin, negator_end; /* when denied */
    int jit;                             /* 1: compiled to machine code; 0: interpreted */
};

struct explanation {
    int matched; /* the rule as a whole, for at least one brand */
    struct explain_item items[EXPLAIN_ITEMS_MAX];
    size_t item_count;
    char why_not
            [160]; /* "no pattern of any matched", "brand is 9 words away, 6 allowed", ... or "" */
};

/* `rule` is an index in the matcher's set. */
void explain_rule(struct matcher *matcher,
        const struct mention *mention,
        size_t rule,
        struct explanation *out);

#endif
