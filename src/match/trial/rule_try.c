/*
 * Does a rule hold for the mention in hand, and for which of its brands?
 *
 * A match belongs to the brand nearest in words, the earlier one of two equally near. Distances
 * need every match, so they are gathered only when there is something to choose; else the leftmost
 * will do.
 */
#include "match/trial/negation.h"
#include "match/trial/private.h"

#include <assert.h>

struct occurrences {
    struct pattern_span at[OCCURRENCES_MAX];
    size_t count;
};

int
matcher_find(struct matcher *matcher,
        const struct rule_pattern *pattern,
        size_t from,
        struct pattern_span *span)
{
    struct view text = matcher->text;
    /* The scan has said already where it cannot be. */
    if (pattern->number != NO_NUMBER && !matcher_hit(matcher, pattern->number)) {
        return 0;
    }
    enum pattern_outcome outcome =
            pattern_find(&pattern->compiled, matcher->scratch, text, from, span);
    matcher->limit_reached += outcome == PATTERN_GAVE_UP ? 1 : 0;
    return outcome == PATTERN_FOUND;
}

/* What platforms write when they do not know: und, zxx, and X's qme, qht and the like. */
static int
is_no_lang(struct view lang)
{
    return lang.size == 0 || view_equal(lang, VIEW("und")) || view_equal(lang, VIEW("zxx")) ||
           view_equal(lang, VIEW("mul")) || view_equal(lang, VIEW("mis")) ||
           (lang.size == 3 && lang.at[0] == 'q');
}

static int
lang_allows(const struct rule_entry *entry, struct view lang)
{
    if (entry->lang_count == 0 || is_no_lang(lang)) {
        return 1;
    }
    for (size_t i = 0; i < entry->lang_count; i++) {
        if (view_equal(lang, entry->langs[i])) {
            return 1;
        }
    }
    return 0;
}

static int
is_official(const struct rule_entry *entry)
{
    return entry->rule.by_brand;
}

/* Official rules are about brands that speak, all others about brands that are spoken of. */
static size_t
count_slots(const struct matcher *matcher, enum brand_relation relation)
{
    size_t count = 0;
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        count += matcher->slots[i].relation == relation;
    }
    return count;
}

/* A match of one of the rule's patterns, from byte `from` on, that is not denied where the rule
 * minds. */
static int
find_standing(struct matcher *matcher,
        const struct rule_entry *entry,
        const struct rule_pattern *pattern,
        size_t from,
        struct pattern_span *span)
{
    while (matcher_find(matcher, pattern, from, span)) {
        if (!entry->rule.negation_voids ||
                !negation_voids(matcher->text, *span, &matcher->negator)) {
            return 1;
        }
        matcher->denied = 1;
        from = span->end;
    }
    return 0;
}

static void
add_occurrences(struct matcher *matcher,
        const struct rule_entry *entry,
        const struct rule_pattern *pattern,
        struct occurrences *list)
{
    struct pattern_span span;
    size_t from = 0;
    while (list->count < OCCURRENCES_MAX && find_standing(matcher, entry, pattern, from, &span)) {
        list->at[list->count++] = span;
        from = span.end;
    }
}

static void
find_every(struct matcher *matcher, const struct rule_entry *entry, struct occurrences *list)
{
    for (size_t i = 0; i < entry->any_count; i++) {
        add_occurrences(matcher, entry, &entry->any[i], list);
    }
}

static void
find_leftmost(struct matcher *matcher, const struct rule_entry *entry, struct occurrences *list)
{
    struct pattern_span span;
    for (size_t i = 0; i < entry->any_count; i++) {
        if (find_standing(matcher, entry, &entry->any[i], 0, &span) &&
                (list->count == 0 || span.begin < list->at[0].begin)) {
            list->at[0] = span;
            list->count = 1;
        }
    }
}

static int
is_excluded(struct matcher *matcher, const struct rule_entry *entry, struct rule_outcome *out)
{
    struct pattern_span span;
    for (size_t i = 0; i < entry->none_count; i++) {
        if (matcher_find(matcher, &entry->none[i], 0, &span)) {
            out->verdict = RULE_EXCLUDED;
            out->excluded_by = i;
            return 1;
        }
    }
    return 0;
}

static void
find_words(struct matcher *matcher)
{
    struct pattern_span span;
    size_t from = 0;
    matcher->word_count = 0;
    matcher->words_known = 1;
    while (matcher->word_count < WORDS_MAX &&
            matcher_find(matcher, &matcher->set->word, from, &span)) {
        matcher->word_starts[matcher->word_count++] = (uint16_t)span.begin;
        from = span.end;
    }
}

/* Words that begin before byte `at`. */
static uint32_t
words_before(const struct matcher *matcher, size_t at)
{
    size_t low = 0;
    size_t high = matcher->word_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (matcher->word_starts[middle] < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (uint32_t)low;
}

/* Words between two places; 0 when they touch or overlap. */
static uint32_t
words_between(struct matcher *matcher, struct pattern_span a, struct pattern_span b)
{
    if (!matcher->words_known) {
        find_words(matcher);
    }
    struct pattern_span first = a.begin <= b.begin ? a : b;
    struct pattern_span second = a.begin <= b.begin ? b : a;
    if (second.begin <= first.end) {
        return 0;
    }
    return words_before(matcher, second.begin) - words_before(matcher, first.end);
}

/* The brand spoken of that is named nearest to the match; spans are in the order of the text. */
static uint32_t
nearest_slot(struct matcher *matcher, struct pattern_span match, uint32_t *words)
{
    uint32_t nearest = NO_SLOT;
    *words = UINT32_MAX;
    for (size_t i = 0; i < matcher->span_count; i++) {
        const struct brand_span *span = &matcher->spans[i];
        if (matcher->slots[span->slot].relation != BRAND_SPOKEN_OF) {
            continue;
        }
        uint32_t distance = words_between(matcher, span->span, match);
        if (distance < *words) {
            *words = distance;
            nearest = span->slot;
        }
    }
    return nearest;
}

/* One hit a brand, the leftmost. */
static void
add_hit(struct rule_outcome *out, uint32_t slot, struct pattern_span span)
{
    out->verdict = RULE_HOLDS;
    for (size_t i = 0; i < out->hit_count; i++) {
        struct rule_hit *hit = &out->hits[i];
        if (hit->slot == slot) {
            hit->span = span.begin < hit->span.begin ? span : hit->span;
            return;
        }
    }
    assert(out->hit_count < MENTION_BRANDS_MAX);
    out->hits[out->hit_count++] = (struct rule_hit){ .slot = slot, .span = span };
}

/* The first slot of the relation: whom the post replies to comes before whom it quotes. */
static uint32_t
first_slot(const struct matcher *matcher, enum brand_relation relation)
{
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        if (matcher->slots[i].relation == relation) {
            return i;
        }
    }
    return NO_SLOT;
}

static void
give_to_nearest(struct matcher *matcher,
        const struct rule_entry *entry,
        const struct occurrences *list,
        struct rule_outcome *out)
{
    uint32_t closest = UINT32_MAX;
    for (size_t i = 0; i < list->count; i++) {
        uint32_t words;
        uint32_t slot = nearest_slot(matcher, list->at[i], &words);
        if (entry->rule.near_words > 0 && words > entry->rule.near_words) {
            closest = words < closest ? words : closest;
            continue;
        }
        add_hit(out, slot, list->at[i]);
    }
    if (out->hit_count == 0) {
        out->verdict = RULE_TOO_FAR;
        out->words = closest;
    }
}

/* An impostor acts in the brand's name; what its post is about interests nobody. */
static int
is_speaker(const struct brand_slot *slot, const struct rule_entry *entry)
{
    int acts = signal_kind_of(entry->rule.signal) == SIGNAL_KIND_OFFICIAL;

    return slot->relation == BRAND_SPEAKING || (slot->impostor && acts);
}

static size_t
count_speakers(const struct matcher *matcher, const struct rule_entry *entry)
{
    size_t count = 0;
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        count += (size_t)is_speaker(&matcher->slots[i], entry);
    }
    return count;
}

static void
give_to_speakers(const struct matcher *matcher,
        const struct rule_entry *entry,
        struct pattern_span span,
        struct rule_outcome *out)
{
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        if (is_speaker(&matcher->slots[i], entry)) {
            add_hit(out, i, span);
        }
    }
}

static int
has_placed_brand(const struct matcher *matcher)
{
    for (size_t i = 0; i < matcher->span_count; i++) {
        if (matcher->slots[matcher->spans[i].slot].relation == BRAND_SPOKEN_OF) {
            return 1;
        }
    }
    return 0;
}

static void
try_patterns(struct matcher *matcher, const struct rule_entry *entry, struct rule_outcome *out)
{
    struct occurrences list = { .count = 0 };
    size_t spoken_of = count_slots(matcher, BRAND_SPOKEN_OF);
    int placed = !is_official(entry) && has_placed_brand(matcher);
    matcher->denied = 0;
    if (placed && (spoken_of > 1 || entry->rule.near_words > 0)) {
        find_every(matcher, entry, &list);
    } else {
        placed = 0;
        find_leftmost(matcher, entry, &list);
    }
    if (list.count == 0) {
        out->verdict = matcher->denied ? RULE_DENIED : RULE_NO_PATTERN;
        out->negator = matcher->negator;
    } else if (is_excluded(matcher, entry, out)) {
        return;
    } else if (is_official(entry)) {
        give_to_speakers(matcher, entry, list.at[0], out);
    } else if (placed) {
        give_to_nearest(matcher, entry, &list, out);
    } else {
        add_hit(out, first_slot(matcher, BRAND_SPOKEN_OF), list.at[0]);
    }
}

void
rule_try(struct matcher *matcher,
        const struct mention *mention,
        const struct rule_entry *entry,
        struct rule_outcome *out)
{
    destinations_set_aside(matcher, entry);
    size_t speaking = count_slots(matcher, BRAND_SPEAKING);
    size_t spoken_of = count_slots(matcher, BRAND_SPOKEN_OF);
    out->hit_count = 0;
    out->words = 0;
    if (!lang_allows(entry, mention->lang)) {
        out->verdict = RULE_OTHER_LANG;
    } else if (is_official(entry) && count_speakers(matcher, entry) == 0) {
        out->verdict = RULE_NOT_OFFICIAL;
    } else if (!is_official(entry) && spoken_of == 0 &&
               (entry->rule.require_brand || speaking > 0)) {
        out->verdict = RULE_NO_BRAND;
    } else {
        try_patterns(matcher, entry, out);
    }
    destinations_take_back(matcher);
}
