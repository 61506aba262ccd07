/*
 * Where people go is not what they leave: "me paso a Telegram, adiós WhatsApp" is no exodus from Telegram.
 *
 * What a rule of that signal captures as its facet "destination" sets the brand aside that is named there,
 * while the rule is tried: it is neither counted among the brands spoken of nor near to anything.
 */
#include "match/trial/private.h"

/* Of one pattern that are looked at, as with other facets. */
#define MATCHES_MAX 8

static void
set_aside(struct matcher *matcher, struct pattern_span place)
{
    for (size_t i = 0; i < matcher->span_count; i++) {
        const struct brand_span *named = &matcher->spans[i];
        struct brand_slot *slot = &matcher->slots[named->slot];
        if (named->span.begin < place.end && place.begin < named->span.end &&
                slot->relation == BRAND_SPOKEN_OF) {
            slot->relation = BRAND_SET_ASIDE;
        }
    }
}

static void
take_groups(struct matcher *matcher, const struct pattern *pattern)
{
    for (uint32_t i = 0; i < pattern->name_count; i++) {
        struct view name;
        struct pattern_span place;
        if (pattern_group(pattern, matcher->scratch, i, &name, &place) &&
                view_equal(name, VIEW("destination"))) {
            set_aside(matcher, place);
        }
    }
}

void
destinations_set_aside(struct matcher *matcher, const struct rule_entry *entry)
{
    for (size_t i = 0; i < entry->facet_count && entry->rule.signal == SIGNAL_EXODUS; i++) {
        struct pattern_span span;
        size_t from = 0;
        for (int found = 0;
                found < MATCHES_MAX && matcher_find(matcher, &entry->facets[i], from, &span);
                found++) {
            take_groups(matcher, &entry->facets[i].compiled);
            from = span.end;
        }
    }
}

void
destinations_take_back(struct matcher *matcher)
{
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        if (matcher->slots[i].relation == BRAND_SET_ASIDE) {
            matcher->slots[i].relation = BRAND_SPOKEN_OF;
        }
    }
}
