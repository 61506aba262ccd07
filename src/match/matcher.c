#include "match/matcher.h"

#include "match/trial/private.h"

#include <assert.h>
#include <stdlib.h>

/* Matches of one facet pattern that are looked at. */
#define FACET_MATCHES_MAX 8

struct matcher *
matcher_create(const struct rule_set *set)
{
    struct matcher *matcher = calloc(1, sizeof *matcher);
    if (matcher == NULL) {
        return NULL;
    }
    matcher->set = set;
    matcher->isa = isa_choose();
    matcher->scratch = pattern_scratch_create(set->group_count_max);
    matcher->scanner = scanner_create(set->scan, matcher->isa);
    if (matcher->scratch == NULL || matcher->scanner == NULL) {
        matcher_destroy(&matcher);
    }
    return matcher;
}

void
matcher_destroy(struct matcher **matcher)
{
    if (*matcher == NULL) {
        return;
    }
    pattern_scratch_destroy(&(*matcher)->scratch);
    scanner_destroy(&(*matcher)->scanner);
    free(*matcher);
    *matcher = NULL;
}

const struct rule_set *
matcher_rule_set(const struct matcher *matcher)
{
    return matcher->set;
}

struct view
matcher_folded(const struct matcher *matcher)
{
    return matcher->text;
}

static uint32_t
brand_of_slot(const struct matcher *matcher, uint32_t slot)
{
    return slot == NO_SLOT ? NO_BRAND : matcher->slots[slot].brand;
}

static void
add_hit(struct matcher *matcher,
        struct match_result *result,
        struct hit hit,
        struct pattern_span span)
{
    size_t begin;
    size_t end;
    if (result->hit_count == HITS_MAX) {
        matcher->dropped++;
        return;
    }
    fold_span(matcher_way_back(matcher), span.begin, span.end, &begin, &end);
    hit.begin = (uint32_t)begin;
    hit.end = (uint32_t)end;
    result->hits[result->hit_count++] = hit;
}

/* Brands as the caller sees them, and a hit for each place where one is first named. */
static void
report_brands(struct matcher *matcher, struct match_result *result)
{
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        const struct brand_slot *slot = &matcher->slots[i];
        struct brand_match *match = &result->brands[result->brand_count++];
        *match = (struct brand_match){ .brand = slot->brand, .relation = slot->relation };
        if (slot->has_span) {
            struct hit hit = { .rule = NO_RULE, .brand = slot->brand };
            add_hit(matcher, result, hit, slot->span);
            size_t begin;
            size_t end;
            fold_span(matcher_way_back(matcher), slot->span.begin, slot->span.end, &begin, &end);
            match->begin = (uint32_t)begin;
            match->end = (uint32_t)end;
        }
    }
}

static void
add_facet(struct matcher *matcher, struct match_result *result, struct facet facet)
{
    for (size_t i = 0; i < result->facet_count; i++) {
        const struct facet *known = &result->facets[i];
        if (known->brand == facet.brand && view_equal(known->name, facet.name) &&
                view_equal(known->value, facet.value)) {
            return;
        }
    }
    /* A value that is too long is no scope; cut, it would be a different one. */
    if (result->facet_count == MENTION_FACETS_MAX || facet.value.size > FACET_SIZE_MAX) {
        matcher->dropped++;
        return;
    }
    result->facets[result->facet_count++] = facet;
}

/* The named groups of one match of a facet pattern, for every brand the rule holds for. */
static void
add_groups(struct matcher *matcher,
        const struct pattern *pattern,
        const struct rule_outcome *outcome,
        struct match_result *result)
{
    for (uint32_t i = 0; i < pattern->name_count; i++) {
        struct facet facet;
        struct pattern_span span;
        if (!pattern_group(pattern, matcher->scratch, i, &facet.name, &span)) {
            continue;
        }
        facet.value = view_slice(matcher->text, span.begin, span.end);
        for (size_t hit = 0; hit < outcome->hit_count; hit++) {
            facet.brand = brand_of_slot(matcher, outcome->hits[hit].slot);
            add_facet(matcher, result, facet);
        }
    }
}

static void
report_facets(struct matcher *matcher,
        const struct rule_entry *entry,
        const struct rule_outcome *outcome,
        struct match_result *result)
{
    for (size_t i = 0; i < entry->facet_count; i++) {
        const struct rule_pattern *pattern = &entry->facets[i];
        struct pattern_span span;
        size_t from = 0;
        for (int found = 0;
                found < FACET_MATCHES_MAX && matcher_find(matcher, pattern, from, &span); found++) {
            add_groups(matcher, &pattern->compiled, outcome, result);
            from = span.end;
        }
    }
}

static void
report_rule(struct matcher *matcher,
        size_t rule,
        const struct rule_outcome *outcome,
        struct match_result *result)
{
    const struct rule_entry *entry = &matcher->set->rules[rule];
    int personal =
            entry->rule.first_person && signal_kind_of(entry->rule.signal) == SIGNAL_KIND_COMPLAINT;
    for (size_t i = 0; i < outcome->hit_count; i++) {
        uint32_t slot = outcome->hits[i].slot;
        struct hit hit = { .rule = (uint32_t)rule, .brand = brand_of_slot(matcher, slot) };
        add_hit(matcher, result, hit, outcome->hits[i].span);
        if (slot != NO_SLOT) {
            matcher->weight_milli[slot][entry->rule.signal] += entry->rule.weight_milli;
            result->brands[slot].first_person |= personal;
        }
    }
    report_facets(matcher, entry, outcome, result);
}

/* Weights of one signal add up; from its threshold on it is said. */
static signal_set
said_of(const struct rule_set *set, uint32_t brand, const uint32_t weight_milli[SIGNAL_COUNT])
{
    signal_set said = 0;
    size_t known = brand == NO_BRAND ? SIZE_MAX : brand;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (weight_milli[i] > 0 &&
                weight_milli[i] >= rule_set_threshold_milli(set, known, (enum signal)i)) {
            said |= SIGNAL_BIT(i);
        }
    }
    return said;
}

/* What an impostor says in the brand's name is nobody's complaint and not the brand's word. */
static void
part_imitation(struct brand_match *match)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (signal_kind_of((enum signal)i) == SIGNAL_KIND_OFFICIAL) {
            match->imitates |= match->signals & SIGNAL_BIT(i);
        }
    }
    match->signals &= ~match->imitates;
}

static void
report_signals(const struct matcher *matcher, struct match_result *result)
{
    for (size_t slot = 0; slot < result->brand_count; slot++) {
        result->brands[slot].signals =
                said_of(matcher->set, result->brands[slot].brand, matcher->weight_milli[slot]);
        if (matcher->slots[slot].impostor) {
            part_imitation(&result->brands[slot]);
        }
    }
}

/* Rules are numbered in their order, and hits sorted by number: each rule with a hit comes once. */
static void
try_rules(struct matcher *matcher, const struct mention *mention, struct match_result *result)
{
    const struct plan_owner *owners = matcher->set->owners;
    struct rule_outcome outcome;
    uint32_t last = NO_RULE;
    for (size_t i = 0; i < matcher->hit_count; i++) {
        const struct plan_owner *owner = &owners[matcher->hits[i].pattern];
        if (owner->kind != PLAN_ANY || owner->index == last) {
            continue;
        }
        last = owner->index;
        rule_try(matcher, mention, &matcher->set->rules[last], &outcome);
        if (outcome.verdict == RULE_HOLDS) {
            report_rule(matcher, last, &outcome, result);
        }
    }
}

int
matcher_found(struct matcher *matcher, const struct mention *mention, struct match_result *result)
{
    brands_find(matcher, mention);
    report_brands(matcher, result);
    memset(matcher->weight_milli, 0, matcher->slot_count * sizeof matcher->weight_milli[0]);
    try_rules(matcher, mention, result);
    report_signals(matcher, result);
    result->dropped = matcher->dropped;
    result->limit_reached = matcher->limit_reached;
    return result->brand_count > 0 || result->hit_count > 0;
}
