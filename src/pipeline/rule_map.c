#include "pipeline/rule_map.h"

static uint32_t
slot_of(char names[RULE_SLOTS][REVISION_NAME_SIZE], const char *name)
{
    for (uint32_t slot = 0; slot < RULE_SLOTS; slot++) {
        if (strcmp(names[slot], name) == 0) {
            return slot;
        }
    }
    return NO_SLOT;
}

struct rule_map
rule_map_make(const struct revisions *revisions, char names[RULE_SLOTS][REVISION_NAME_SIZE])
{
    struct rule_map map = { .horizon = revisions->count == 0 ? 0 : revisions->horizon,
        .count = 1,
        .at = { { .from = 0, .slot = NO_SLOT } } };

    for (size_t i = 0; i < revisions->count; i++) {
        const struct revision *revision = &revisions->at[i];
        map.at[i] = (struct rule_span){ .from = revision->from,
            .slot = slot_of(names, revision->name) };
        map.count = i + 1;
    }
    return map;
}
