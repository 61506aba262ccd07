/*
 * rules: all that an engine needs of one rule set, made ready by another thread.
 *
 *   main: engine_rules_create() ══ offer ══▶ worker: engine_hold() ══ taken ══▶ main: destroy
 *
 * A matcher for thousands of patterns takes milliseconds and memory to make; to exchange one takes
 * neither. The exchange leaves in here what the engine had before, so that the thread that made the new
 * rules ready is also the one that takes the old ones apart.
 */
#ifndef REBATO_PIPELINE_ENGINE_RULES_H
#define REBATO_PIPELINE_ENGINE_RULES_H

#include "fence/revisions.h"
#include "match/matcher.h"

struct engine_brand {
    uint32_t name; /* number of the brand's id in the engine's names; set when an engine takes it */
    uint32_t shard;
};

struct engine_rules {
    char name[REVISION_NAME_SIZE]; /* the set's digest; "": nothing is in here */
    struct matcher *matcher;
    struct engine_brand *brands; /* by index in the set */
    size_t brand_count;
};

/* The set outlives them; NULL: there is nothing in them. NULL when out of memory. */
struct engine_rules *engine_rules_create(const struct rule_set *rules, uint32_t shards);
void engine_rules_destroy(struct engine_rules **rules);

#endif
