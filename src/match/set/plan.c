#include "match/set/plan.h"

#include "fold/fold.h"
#include "match/set/private.h"
#include "pattern/frequency.h"

#include <assert.h>
#include <stdlib.h>

/* So much of a handle is looked for; rare enough. */
#define PROBE_SIZE_MAX 64
#define PROBE_ROOM     (PROBE_SIZE_MAX * FOLD_GROWTH_MAX + FOLD_SLACK)
static_assert(PROBE_SIZE_MAX * FOLD_GROWTH_MAX <= LITERAL_SIZE_MAX, "a probe is a literal");

struct planner {
    struct rule_set *set;
    struct scan_builder *builder;
    uint32_t count;
};

static int
add(struct planner *planner,
        const struct pattern *compiled,
        struct view folded,
        struct plan_owner owner)
{
    struct plan_owner *known = &planner->set->owners[planner->count++];
    *known = owner;
    return scan_builder_add(planner->builder, compiled, folded, PATTERN_UNICODE, &known->literals);
}

static int
add_patterns(struct planner *planner,
        struct rule_pattern *patterns,
        size_t count,
        struct plan_owner owner)
{
    for (size_t i = 0; i < count; i++) {
        patterns[i].number = planner->count;
        if (!add(planner, &patterns[i].compiled, patterns[i].folded, owner)) {
            return 0;
        }
    }
    return 1;
}

static int
add_rules(struct planner *planner)
{
    for (size_t i = 0; i < planner->set->rule_count; i++) {
        struct rule_entry *entry = &planner->set->rules[i];
        struct plan_owner any = { .kind = PLAN_ANY, .index = (uint32_t)i };
        struct plan_owner none = { .kind = PLAN_NONE, .index = (uint32_t)i };
        if (!add_patterns(planner, entry->any, entry->any_count, any) ||
                !add_patterns(planner, entry->none, entry->none_count, none)) {
            return 0;
        }
        for (size_t facet = 0; facet < entry->facet_count; facet++) {
            entry->facets[facet].number = NO_NUMBER;
        }
    }
    return 1;
}

static int
add_names(struct planner *planner)
{
    for (size_t i = 0; i < planner->set->brand_count; i++) {
        const struct brand_entry *entry = &planner->set->brands[i];
        struct plan_owner owner = { .kind = PLAN_NAMES, .index = (uint32_t)i };
        if (entry->names.code != NULL && !add(planner, &entry->names, entry->names_folded, owner)) {
            return 0;
        }
    }
    return 1;
}

/* How a text that holds the handle looks once folded, as far as that is certain: squeezing may take
 * the last of two equal letters when a third, with an accent, stands behind them, and one with a
 * double letter at its end is looked for without it. */
static struct view
probe_of(struct view handle, char probe[PROBE_ROOM])
{
    size_t size = handle.size < PROBE_SIZE_MAX - 1 ? handle.size : PROBE_SIZE_MAX - 1;
    char text[PROBE_SIZE_MAX] = "@";

    memcpy(text + 1, handle.at, size);
    struct view whole = { .at = text, .size = size + 1 };
    size_t kept = fold_into(ISA_PORTABLE, whole, FOLD_SQUEEZE_REPEATS, probe);
    while (kept > 2 && probe[kept - 1] == probe[kept - 2]) {
        kept--;
    }
    return (struct view){ .at = probe, .size = kept };
}

static int
add_handles(struct planner *planner)
{
    const struct brand_key_list *handles = &planner->set->index.handles;
    char probe[PROBE_ROOM];

    for (size_t i = 0; i < handles->count; i++) {
        planner->set->owners[planner->count++] = (struct plan_owner){ .kind = PLAN_HANDLE };
        if (!scan_builder_add_probe(planner->builder, probe_of(handles->at[i].text, probe))) {
            return 0;
        }
    }
    return 1;
}

static size_t
number_count(const struct rule_set *set)
{
    size_t count = set->brand_count + set->index.handles.count;
    for (size_t i = 0; i < set->rule_count; i++) {
        count += set->rules[i].any_count + set->rules[i].none_count;
    }
    return count;
}

int
rule_plan_make(struct rule_set *set)
{
    struct planner planner = { .set = set, .builder = NULL };

    if (set->frequency == NULL) {
        set->frequency = frequency_create();
    }
    if (set->frequency != NULL) {
        planner.builder = scan_builder_create(set->frequency);
    }
    set->owners = calloc(number_count(set) + 1, sizeof *set->owners);
    if (planner.builder != NULL && set->owners != NULL && add_rules(&planner) &&
            add_names(&planner) && add_handles(&planner)) {
        assert(planner.count <= number_count(set));
        set->scan = scan_set_build(planner.builder);
    }
    scan_builder_destroy(&planner.builder);
    return set->scan != NULL;
}

void
rule_plan_fini(struct rule_set *set)
{
    scan_set_destroy(&set->scan);
    free(set->owners);
    set->owners = NULL;
}
