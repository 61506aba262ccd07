#include "pipeline/engine/rules.h"

#include "core/hash.h"
#include "core/names.h"

#include <stdlib.h>

struct engine_rules *
engine_rules_create(const struct rule_set *set, uint32_t shards)
{
    struct engine_rules *rules = calloc(1, sizeof *rules);

    if (rules == NULL || set == NULL) {
        return rules;
    }
    view_copy(view_of(rule_set_digest(set)), rules->name, sizeof rules->name);
    rules->brand_count = rule_set_brand_count(set);
    rules->brands = calloc(rules->brand_count + 1, sizeof *rules->brands);
    rules->matcher = matcher_create(set);
    if (rules->brands == NULL || rules->matcher == NULL) {
        engine_rules_destroy(&rules);
        return NULL;
    }
    for (size_t i = 0; i < rules->brand_count; i++) {
        uint64_t hash = hash_view(rule_set_brand(set, i)->id, 0);
        rules->brands[i] =
                (struct engine_brand){ .name = NAME_NONE, .shard = (uint32_t)(hash % shards) };
    }
    return rules;
}

void
engine_rules_destroy(struct engine_rules **rules)
{
    if (*rules == NULL) {
        return;
    }
    matcher_destroy(&(*rules)->matcher);
    free((*rules)->brands);
    free(*rules);
    *rules = NULL;
}
