#include "match/explain.h"

#include "match/matcher_private.h"

#include <assert.h>
#include <stdio.h>

static void
add_item(struct matcher *matcher,
        enum explain_kind kind,
        const struct rule_pattern *pattern,
        struct explanation *out)
{
    struct pattern_span span;
    if (out->item_count == EXPLAIN_ITEMS_MAX) {
        return; /* a rule file with more patterns in a rule does not load */
    }
    struct explain_item *item = &out->items[out->item_count++];
    *item = (struct explain_item){
        .kind = kind, .pattern = pattern->text, .jit = pattern->compiled.jit
    };
    if (matcher_find(matcher, &pattern->compiled, 0, &span)) {
        size_t begin;
        size_t end;
        fold_span(&matcher->text, span.begin, span.end, &begin, &end);
        item->matched = 1;
        item->begin = (uint32_t)begin;
        item->end = (uint32_t)end;
    }
}

static void
add_items(struct matcher *matcher, const struct rule_entry *entry, struct explanation *out)
{
    for (size_t i = 0; i < entry->any_count; i++) {
        add_item(matcher, EXPLAIN_ANY, &entry->any[i], out);
    }
    for (size_t i = 0; i < entry->none_count; i++) {
        add_item(matcher, EXPLAIN_NONE, &entry->none[i], out);
    }
    for (size_t i = 0; i < entry->facet_count; i++) {
        add_item(matcher, EXPLAIN_FACET, &entry->facets[i], out);
    }
}

static const char *
no_brand_reason(const struct matcher *matcher)
{
    return matcher->slot_count > 0 ? "the brand itself is speaking, and no other is named"
                                   : "no brand is named";
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
    brands_find(matcher, mention);
    explain_found(matcher, mention, rule, out);
}
