/*
 * private: the parts of one match, for this folder only.
 *
 *   batch        texts into the scanner, hits out (batch.c)
 *   brands_find  which brands, and where          (attribution.c)
 *   rule_try     does a rule hold, for which ones (rule_try.c)
 *   matcher      adds it all up                   (matcher.c)
 *
 * explain and rule_test use the first two, so that what they say is what the engine does.
 */
#ifndef REBATO_MATCH_TRIAL_PRIVATE_H
#define REBATO_MATCH_TRIAL_PRIVATE_H

#include "fold/fold.h"
#include "match/matcher.h"
#include "match/set/private.h"
#include "pattern/pattern.h"

/* Places of one text where a brand is named. Beyond this many the brand is known, the place is
 * not. */
#define BRAND_SPANS_MAX 64
/* Places of one text where a rule's patterns match, when the nearest brand decides. */
#define OCCURRENCES_MAX 16
#define WORDS_MAX       (TEXT_SIZE_MAX * FOLD_GROWTH_MAX / 2 + 1)

/* The hit belongs to no brand: a rule that requires none, in a text that names none. */
#define NO_SLOT UINT32_MAX

/* One brand of the mention in hand; a slot is its position among them. */
struct brand_slot {
    uint32_t brand; /* or NO_BRAND: a brand taken for granted by a rule's test */
    enum brand_relation relation;
    int impostor; /* the author's handle looks like that of an official account, and is none */
    int has_span;
    struct pattern_span span; /* where it is first named, folded bytes */
};

struct brand_span {
    uint32_t slot;
    struct pattern_span span; /* folded bytes */
};

/* A mention of the batch, and the scanner's numbers of its texts. */
struct batch_place {
    const struct mention *mention;
    uint32_t text;
    uint32_t quoted; /* or NO_TEXT */
};

#define NO_TEXT UINT32_MAX

struct matcher {
    /* Fixed at creation. */
    const struct rule_set *set;
    struct pattern_scratch *scratch;
    struct scanner *scanner;
    enum isa isa;

    /* Of the batch. */
    struct batch_place batch[MATCHER_BATCH_MAX];
    size_t batch_count;

    /* Of the mention in hand. Its texts stand in the scanner's arena. */
    const struct mention *mention;
    struct view text; /* folded */
    struct view quoted;
    const struct scan_hit *hits; /* of its text */
    size_t hit_count;
    const struct scan_hit *quoted_hits;
    size_t quoted_hit_count;
    struct brand_slot slots[MENTION_BRANDS_MAX];
    uint32_t slot_count;
    struct brand_span spans[BRAND_SPANS_MAX];
    size_t span_count;
    uint16_t word_starts[WORDS_MAX]; /* folded bytes; filled when a distance is first asked for */
    size_t word_count;
    int words_known;
    int denied;                  /* a match of the rule in hand was passed over as denied */
    struct pattern_span negator; /* by this word */
    uint32_t weight_milli[MENTION_BRANDS_MAX][SIGNAL_COUNT];
    uint32_t dropped;
    uint32_t limit_reached;
    struct folded way_back; /* the text once more, with its origins; see matcher_way_back() */
    int way_back_known;
};

enum rule_verdict {
    RULE_HOLDS,
    RULE_OTHER_LANG,
    RULE_NO_BRAND,     /* no brand that the rule could be about */
    RULE_NOT_OFFICIAL, /* the author speaks for no brand */
    RULE_NO_PATTERN,   /* no pattern of any matched */
    RULE_DENIED,       /* matched, but a negator stands before every match */
    RULE_EXCLUDED,     /* a pattern of none matched */
    RULE_TOO_FAR,      /* matched, but beyond `near` */
};

struct rule_hit {
    uint32_t slot; /* or NO_SLOT */
    struct pattern_span span;
};

struct rule_outcome {
    enum rule_verdict verdict;
    struct rule_hit hits[MENTION_BRANDS_MAX]; /* at most one a brand, the leftmost */
    size_t hit_count;
    size_t excluded_by;          /* of none, when RULE_EXCLUDED */
    uint32_t words;              /* to the nearest brand, when RULE_TOO_FAR */
    struct pattern_span negator; /* of the last match denied, when RULE_DENIED */
};

/* Scans one mention alone, as a batch of one; afterwards it is in hand. */
void matcher_scan_one(struct matcher *matcher, const struct mention *mention);

/* All that follows the scan, for the mention in hand; `*result` is empty. */
int matcher_found(
        struct matcher *matcher, const struct mention *mention, struct match_result *result);

/* From the folded text in hand to the original. Made when it is first asked for: most mentions in which
 * something was met name no brand after all. */
const struct folded *matcher_way_back(struct matcher *matcher);

/* After a scan: finds the brands: who speaks first, then in the order of the text, then whom it replies to,
 * then what it quotes. */
void brands_find(struct matcher *matcher, const struct mention *mention);

/* A brand taken for granted, when there is none of this relation. */
void brands_assume(struct matcher *matcher, enum brand_relation relation);

/* After brands_find. */
void rule_try(struct matcher *matcher,
        const struct mention *mention,
        const struct rule_entry *entry,
        struct rule_outcome *out);

/* Around a rule's trial: brands that are named as where somebody goes. */
void destinations_set_aside(struct matcher *matcher, const struct rule_entry *entry);
void destinations_take_back(struct matcher *matcher);

/* Is the scan's pattern `number` among the hits of the mention in hand? */
int matcher_hit(const struct matcher *matcher, uint32_t number);

/* pattern_find on the folded text; what is given up is counted and did not match. */
int matcher_find(struct matcher *matcher,
        const struct rule_pattern *pattern,
        size_t from,
        struct pattern_span *span);

/* What explain_rule does, behind brands_find. */
struct explanation;
void explain_found(struct matcher *matcher,
        const struct mention *mention,
        size_t rule,
        struct explanation *out);

#endif
