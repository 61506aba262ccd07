#include "match/set/known.h"

#include "core/hash.h"
#include "match/set/private.h"

#include <stdlib.h>

struct known_pattern {
    struct view folded;
    const struct pattern *compiled; /* NULL: a free slot */
};

/* A table at most half full. */
struct known_patterns {
    size_t mask;
    struct known_pattern slots[];
};

/* The slot of this text, or the free one where it belongs. */
static size_t
slot_of(const struct known_patterns *known, struct view folded)
{
    size_t slot = (size_t)hash_view(folded, 0) & known->mask;

    while (known->slots[slot].compiled != NULL && !view_equal(known->slots[slot].folded, folded)) {
        slot = (slot + 1) & known->mask;
    }
    return slot;
}

static void
add(struct known_patterns *known, struct view folded, const struct pattern *compiled)
{
    if (compiled->code != NULL) {
        known->slots[slot_of(known, folded)] =
                (struct known_pattern){ .folded = folded, .compiled = compiled };
    }
}

static void
add_patterns(struct known_patterns *known, const struct rule_pattern *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(known, patterns[i].folded, &patterns[i].compiled);
    }
}

static void
add_all(struct known_patterns *known, const struct rule_set *set)
{
    for (size_t i = 0; i < set->rule_count; i++) {
        const struct rule_entry *rule = &set->rules[i];
        add_patterns(known, rule->any, rule->any_count);
        add_patterns(known, rule->none, rule->none_count);
        add_patterns(known, rule->facets, rule->facet_count);
    }
    for (size_t i = 0; i < set->brand_count; i++) {
        add(known, set->brands[i].names_folded, &set->brands[i].names);
    }
}

struct known_patterns *
known_patterns_create(const struct rule_set *set)
{
    size_t count = set == NULL ? 0 : set->pattern_count;
    size_t slots = 16;

    while (slots < 2 * count + 2) {
        slots *= 2;
    }
    struct known_patterns *known = calloc(1, sizeof *known + slots * sizeof known->slots[0]);
    if (known == NULL) {
        return NULL;
    }
    known->mask = slots - 1;
    if (set != NULL) {
        add_all(known, set);
    }
    return known;
}

void
known_patterns_destroy(struct known_patterns **known)
{
    free(*known);
    *known = NULL;
}

const struct pattern *
known_patterns_find(const struct known_patterns *known, struct view folded)
{
    return known->slots[slot_of(known, folded)].compiled;
}
