/*
 * rule_map: which of the rule sets held in memory a record is matched by, by its bucket.
 *
 *   revisions (agreed on by all processes) + names of the sets held ──▶ spans of buckets, each with a slot
 *
 * A bucket whose rules are not held, or that is not promised yet, has no slot: its records wait. Without
 * revisions there is one set, in slot 0, and it is for every bucket.
 */
#ifndef REBATO_PIPELINE_RULE_MAP_H
#define REBATO_PIPELINE_RULE_MAP_H

#include "core/limits.h"
#include "fence/revisions.h"

#define RULE_SLOTS REVISIONS_MAX
#define NO_SLOT    UINT32_MAX

struct rule_span {
    uint32_t from;
    uint32_t slot;
};

struct rule_map {
    uint32_t horizon;
    size_t count; /* at least 1 */
    struct rule_span at[REVISIONS_MAX];
};

/* Everything by slot 0. */
static inline struct rule_map
rule_map_of_one(void)
{
    return (struct rule_map){
        .horizon = UINT32_MAX, .count = 1, .at = { { .from = 0, .slot = 0 } }
    };
}

/* `names` of the sets by slot; "" where none is held. */
struct rule_map rule_map_make(
        const struct revisions *revisions, char names[RULE_SLOTS][REVISION_NAME_SIZE]);

/* Event times that are none have been sorted out before. */
static inline uint32_t
rule_map_slot(const struct rule_map *map, int64_t time_ms)
{
    uint32_t bucket = (uint32_t)(time_ms / (BUCKET_SECONDS * INT64_C(1000)));
    size_t index = map->count - 1;

    if (bucket >= map->horizon) {
        return NO_SLOT;
    }
    while (index > 0 && map->at[index].from > bucket) {
        index--;
    }
    return map->at[index].slot;
}

#endif
