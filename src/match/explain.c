#include "match/explain.h"

#include "match/trial/negation.h"
#include "match/trial/private.h"

#include <assert.h>
#include <stdio.h>

static void
show_place(struct matcher *matcher, struct pattern_span span, uint32_t *begin, uint32_t *end)
{
    size_t from;
    size_t to;
    fold_span(matcher_way_back(matcher), span.begin, span.end, &from, &to);
    *begin = (uint32_t)from;
    *end = (uint32_t)to;
}

/* The first match that counts; when all are denied, the last of them and what denies it. */
static void
find_item(struct matcher *matcher,
        const struct rule_entry *entry,
        const struct rule_pattern *pattern,
        struct explain_item *item)
{
    struct pattern_span span = { 0 };
    struct pattern_span negator;
    int minds = item->kind == EXPLAIN_ANY && entry->rule.negation_voids;
    while (!item->matched && matcher_find(matcher, pattern, span.end, &span)) {
        item->denied = minds && negation_voids(matcher->text, span, &negator);
        item->matched = !item->denied;
        show_place(matcher, span, &item->begin, &item->end);
        if (item->denied) {
            show_place(matcher, negator, &item->negator_begin, &item->negator_end);
        }
    }
}

static void
add_item(struct matcher *matcher,
        const struct rule_entry *entry,
        enum explain_kind kind,
        const struct rule_pattern *pattern,
        struct explanation *out)
{
    if (out->item_count == EXPLAIN_ITEMS_MAX) {
        return; /* a rule file with more patterns in a rule does not load */
    }
    struct explain_item *item = &out->items[out->item_count++];
    *item = (struct explain_item){
        .kind = kind, .pattern = pattern->text, .jit = pattern->compiled.jit
    };
    find_item(matcher, entry, pattern, item);
}

static void
add_items(struct matcher *matcher, const struct rule_entry *entry, struct explanation *out)
{
    for (size_t i = 0; i < entry->any_count; i++) {
        add_item(matcher, entry, EXPLAIN_ANY, &entry->any[i], out);
    }
    for (size_t i = 0; i < entry->none_count; i++) {
        add_item(matcher, entry, EXPLAIN_NONE, &entry->none[i], out);
    }
    for (size_t i = 0; i < entry->facet_count; i++) {
        add_item(matcher, entry, EXPLAIN_FACET, &entry->facets[i], out);
    }
}

static const char *
no_brand_reason(const struct matcher *matcher)
{
    return matcher->slot_count > 0 ? "the brand itself is speaking, and no other is named"
                                   : "no brand is named";
}

static void
say_denied(const struct matcher *matcher, struct pattern_span negator, struct explanation *out)
{
    struct view word = view_slice(matcher->text, negator.begin, negator.end);
    (void)snprintf(out->why_not, sizeof out->why_not, "every match is denied, the last by \"%.*s\"",
            (int)(word.size < 32 ? word.size : 32), word.at);
}

static void
say_why_not(const struct matcher *matcher,
        const struct rule_entry *entry,
        const struct rule_outcome *outcome,
        struct explanation *out)
{
    char *at = out->why_not;
    size_t size = sizeof out->why_not;
    switch (outcome->verdict) {
    case RULE_HOLDS:
        break;
    case RULE_OTHER_LANG:
        (void)snprintf(at, size, "the post is in another language than the rule");
        break;
    case RULE_NO_BRAND:
        (void)snprintf(at, size, "%s", no_brand_reason(matcher));
        break;
    case RULE_NOT_OFFICIAL:
        (void)snprintf(at, size, "the author speaks for no brand");
        break;
    case RULE_NO_PATTERN:
        (void)snprintf(at, size, "no pattern of any matched%s",
                matcher->limit_reached > 0 ? ", and one was given up as too slow" : "");
        break;
    case RULE_DENIED:
        say_denied(matcher, outcome->negator, out);
        break;
    case RULE_EXCLUDED:
        (void)snprintf(at, size, "pattern %zu of none matched", outcome->excluded_by + 1);
        break;
    case RULE_TOO_FAR:
        (void)snprintf(at, size, "brand is %u words away, %u allowed", outcome->words,
                entry->rule.near_words);
        break;
    }
}

void
explain_found(struct matcher *matcher,
        const struct mention *mention,
        size_t rule,
        struct explanation *out)
{
    struct rule_outcome outcome;
    assert(rule < matcher->set->rule_count);
    const struct rule_entry *entry = &matcher->set->rules[rule];
    out->item_count = 0;
    out->why_not[0] = '\0';
    rule_try(matcher, mention, entry, &outcome);
    out->matched = outcome.verdict == RULE_HOLDS;
    add_items(matcher, entry, out);
    say_why_not(matcher, entry, &outcome, out);
}

void
explain_rule(struct matcher *matcher,
        const struct mention *mention,
        size_t rule,
        struct explanation *out)
{
    matcher_scan_one(matcher, mention);
    brands_find(matcher, mention);
    explain_found(matcher, mention, rule, out);
}
