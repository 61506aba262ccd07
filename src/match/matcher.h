/*
 * matcher: which brands a mention speaks of, and what it says of them.
 *
 * One per thread: it owns the match data, the JIT stack and the folded text. Everything is taken at
 * creation; matching allocates nothing and locks nothing.
 *
 * Attribution is a function of the record alone: names in its text, handles, whom it replies to,
 * the text it quotes. A signal goes to every brand its rule's conditions allow; with several brands
 * in one post, to the one nearest in words. A brand's own post is official: it carries official
 * signals only and is never a complaint against that brand.
 *
 * The fine print, each line a table in the tests:
 *   - a name counts as whole words, a handle as a whole, official accounts' handles too;
 *   - of two brands equally near the earlier one gets the complaint; two matches, two answers;
 *   - a brand known only from the reply or the quote has no place: it is near when no brand with a
 *     place is spoken of, and whom the post replies to comes before whom it quotes;
 *   - an official account is platform and id; a handle only where the brand's file gives no id;
 *   - a rule hits once a brand, at the leftmost of its patterns' matches.
 */
#ifndef REBATO_MATCH_MATCHER_H
#define REBATO_MATCH_MATCHER_H

#include "core/limits.h"
#include "match/rule_set.h"
#include "mention/mention.h"

#define NO_BRAND UINT32_MAX
#define NO_RULE  UINT32_MAX

enum brand_relation {
    BRAND_SPOKEN_OF, /* somebody mentions it */
    BRAND_SPEAKING,  /* the author is one of its official accounts */
    BRAND_SET_ASIDE, /* while a rule is tried that cannot be about it; never in a result */
};

struct brand_match {
    uint32_t brand; /* index in the set */
    enum brand_relation relation;
    signal_set signals;  /* whose rules' weights reached the threshold */
    int first_person;    /* a complaint rule marked first_person matched */
    signal_set imitates; /* what an account that looks like one of its own, and is none, says in its
                            name; 0: no impostor */
    uint32_t begin,
            end; /* where it is named, bytes of the original text; begin == end when only the
                               reply-to or the quoted text names it */
};

struct hit {
    uint32_t rule;       /* index in the set; NO_RULE: the hit is the brand's own name */
    uint32_t brand;      /* index, or NO_BRAND */
    uint32_t begin, end; /* half-open, bytes of the original text */
};

struct facet {
    struct view name;  /* the capture's name, lives with the set */
    struct view value; /* folded text, at most FACET_SIZE_MAX, lives until the next match */
    uint32_t brand;
};

/* Valid until the matcher's next match. */
struct match_result {
    struct brand_match brands[MENTION_BRANDS_MAX];
    size_t brand_count;
    struct hit hits[HITS_MAX];
    size_t hit_count;
    struct facet facets[MENTION_FACETS_MAX];
    size_t facet_count;
    uint32_t dropped;       /* brands, hits or facets beyond the limits above */
    uint32_t limit_reached; /* patterns that PCRE2 gave up on (match limit, JIT stack) */
};

struct matcher;

/* NULL when out of memory. The set outlives the matcher. */
struct matcher *matcher_create(const struct rule_set *set);
void matcher_destroy(struct matcher **matcher);
const struct rule_set *matcher_rule_set(const struct matcher *matcher);

/* True when at least one rule matched (a brand's name is a rule). */
int matcher_match(
        struct matcher *matcher, const struct mention *mention, struct match_result *result);

/* The folded text of the last mention matched. */
struct view matcher_folded(const struct matcher *matcher);

/* ---- many at once: the same answers, several times as fast ---- */

/* Mentions of one batch. */
#define MATCHER_BATCH_MAX 128

/* Forgets the last batch. */
void matcher_clear(struct matcher *matcher);
/* Adds a mention; false when the batch is full (an empty one never is). The mention itself and all its
 * views must stay as they are until matcher_clear(). They are numbered from 0 on. */
int matcher_add(struct matcher *matcher, const struct mention *mention);
size_t matcher_count(const struct matcher *matcher);
/* One pass over all their texts. */
void matcher_scan(struct matcher *matcher);
/* After matcher_scan(), in any order, as often as wanted: what matcher_match() says of it. */
int matcher_take(struct matcher *matcher, size_t index, struct match_result *result);

#endif
