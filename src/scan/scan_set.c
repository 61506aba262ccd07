#include "scan/scan_set.h"

#include "scan/builder.h"

#include <assert.h>
#include <stdlib.h>

void
scan_set_destroy(const struct scan_set **set)
{
    if (*set == NULL) {
        return;
    }
    /* Const for everybody else; whoever ends its life is its owner. */
    union {
        const struct scan_set *shared;
        struct scan_set *owned;
    } both = { .shared = *set };
    struct scan_set *old = both.owned;
    free(old->buckets);
    free(old->quads);
    free(old->entries);
    free(old->uses);
    free(old->bytes);
    free(old->patterns);
    free(old->always);
    free(old->filter_bits);
    arena_destroy(&old->arena);
    free(old);
    *set = NULL;
}

size_t
scan_set_count(const struct scan_set *set)
{
    return set->pattern_count;
}

struct scan_summary
scan_set_summary(const struct scan_set *set)
{
    return set->summary;
}

/* ---- adding ---- */

struct scan_builder *
scan_builder_create(const struct frequency *frequency)
{
    struct scan_builder *builder = calloc(1, sizeof *builder);
    if (builder == NULL) {
        return NULL;
    }
    builder->frequency = frequency;
    builder->set = calloc(1, sizeof *builder->set);
    if (builder->set != NULL) {
        builder->set->arena = arena_create();
    }
    if (builder->set == NULL || builder->set->arena == NULL) {
        scan_builder_destroy(&builder);
    }
    return builder;
}

void
scan_builder_destroy(struct scan_builder **builder)
{
    if (*builder == NULL) {
        return;
    }
    const struct scan_set *set = (*builder)->set;
    if (set != NULL) {
        scan_set_destroy(&set);
    }
    free((*builder)->items);
    free((*builder)->groups);
    free(*builder);
    *builder = NULL;
}

/* Room for one more in an array that doubles; NULL when out of memory. */
static void *
grown(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return array;
    }
    size_t more = *capacity == 0 ? 1024 : *capacity * 2;
    void *larger = realloc(array, more * size);
    if (larger != NULL) {
        *capacity = more;
    }
    return larger;
}

static int
add_item(struct scan_builder *builder, const struct scan_item *item)
{
    struct scan_item *items = grown(
            builder->items, builder->item_count, &builder->item_capacity, sizeof *builder->items);
    if (items == NULL) {
        return 0;
    }
    builder->items = items;
    builder->items[builder->item_count++] = *item;
    return 1;
}

static int
add_number(struct scan_builder *builder, const struct pattern *compiled)
{
    struct scan_set *set = builder->set;
    const struct pattern **patterns = grown(set->patterns, set->pattern_count,
            &builder->pattern_capacity, sizeof(const struct pattern *));
    if (patterns == NULL) {
        return 0;
    }
    set->patterns = patterns;
    set->patterns[set->pattern_count++] = compiled;
    if (compiled != NULL && compiled->group_count > set->group_max) {
        set->group_max = compiled->group_count;
    }
    return 1;
}

static struct scan_item
item_of(const struct literal *literal, enum pattern_mode mode)
{
    return (struct scan_item){ .at = literal->at,
        .size = literal->size,
        .anchor = literal->anchor,
        .loose = literal->loose,
        .flags = (uint8_t)((literal->boundary_begin ? SCAN_BEGINS : 0) |
                           (literal->boundary_end ? SCAN_ENDS : 0) |
                           (mode == PATTERN_UNICODE ? SCAN_UNICODE : 0)) };
}

static int
add_literals(struct scan_builder *builder,
        const struct literal_set *literals,
        enum pattern_mode mode,
        struct scan_use use)
{
    for (size_t i = 0; i < literals->count; i++) {
        struct scan_item item = item_of(&literals->at[i], mode);
        item.use = use;
        if (!add_item(builder, &item)) {
            return 0;
        }
    }
    return 1;
}

static int
same_set(const struct literal_set *a, const struct literal_set *b)
{
    if (a->count != b->count) {
        return 0;
    }
    for (size_t i = 0; i < a->count; i++) {
        const struct literal *x = &a->at[i];
        const struct literal *y = &b->at[i];
        if (x->size != y->size || x->anchor != y->anchor || x->loose != y->loose ||
                x->boundary_begin != y->boundary_begin || x->boundary_end != y->boundary_end ||
                memcmp(x->at, y->at, x->size) != 0) {
            return 0;
        }
    }
    return 1;
}

/* Many patterns share a second required set ("... no va, caido, down"): it is one group then. The
 * latest are looked at first; rule sets repeat what they just said. */
static int
add_group(struct scan_builder *builder,
        const struct literal_set *second,
        enum pattern_mode mode,
        uint32_t *group)
{
    for (size_t i = builder->group_count; i-- > 0;) {
        if (builder->groups[i].mode == mode && same_set(&builder->groups[i].literals, second)) {
            *group = (uint32_t)i;
            return 1;
        }
    }
    struct scan_group *groups = grown(builder->groups, builder->group_count,
            &builder->group_capacity, sizeof *builder->groups);
    if (groups == NULL) {
        return 0;
    }
    builder->groups = groups;
    *group = (uint32_t)builder->group_count;
    builder->groups[builder->group_count++] =
            (struct scan_group){ .literals = *second, .mode = mode };
    struct scan_use use = { .group = *group, .kind = SCAN_USE_GROUP };
    return add_literals(builder, second, mode, use);
}

static int
add_required(struct scan_builder *builder, const struct literals *literals, enum pattern_mode mode)
{
    uint32_t group = SCAN_NO_GROUP;
    if (literals->second.count > 0 && !add_group(builder, &literals->second, mode, &group)) {
        return 0;
    }
    struct scan_use use = { .pattern = builder->set->pattern_count - 1,
        .group = group,
        .reach = literals->reach,
        .kind = SCAN_USE_REQUIRED };
    return add_literals(builder, &literals->first, mode, use);
}

static int
add_always(struct scan_builder *builder)
{
    struct scan_set *set = builder->set;
    uint32_t *always =
            grown(set->always, set->always_count, &builder->always_capacity, sizeof *set->always);
    if (always == NULL) {
        return 0;
    }
    set->always = always;
    set->always[set->always_count++] = set->pattern_count - 1;
    return 1;
}

int
scan_builder_add(struct scan_builder *builder,
        const struct pattern *compiled,
        struct view text,
        enum pattern_mode mode,
        const struct literals **literals)
{
    struct scan_set *set = builder->set;
    struct literals *found = arena_take(set->arena, sizeof *found);
    if (found == NULL || !literals_find(text, mode, builder->frequency, set->arena, found) ||
            !add_number(builder, compiled)) {
        return 0;
    }
    if (literals != NULL) {
        *literals = found;
    }
    set->summary.patterns++;
    set->summary.expected_rate += found->first.rate;
    if (found->kind == LITERALS_NONE) {
        set->summary.always++;
        return add_always(builder);
    }
    if (found->kind == LITERALS_REQUIRED) {
        set->summary.required++;
        return add_required(builder, found, mode);
    }
    set->summary.exact++;
    struct scan_use use = {
        .pattern = set->pattern_count - 1, .group = SCAN_NO_GROUP, .kind = SCAN_USE_EXACT
    };
    return add_literals(builder, &found->first, mode, use);
}

int
scan_builder_add_probe(struct scan_builder *builder, struct view text)
{
    assert(text.size > 0 && text.size <= LITERAL_SIZE_MAX);
    struct view copy = arena_copy(builder->set->arena, text);
    if (copy.at == NULL || !add_number(builder, NULL)) {
        return 0;
    }
    struct scan_item item = { .at = copy.at,
        .size = (uint8_t)text.size,
        .loose = (scan_class((unsigned char)text.at[0]) & SCAN_WORD) == 0,
        .use = { .pattern = builder->set->pattern_count - 1,
                .group = SCAN_NO_GROUP,
                .kind = SCAN_USE_EXACT } };
    return add_item(builder, &item);
}

const struct scan_set *
scan_set_build(struct scan_builder *builder)
{
    struct scan_set *set = builder->set;
    set->group_count = (uint32_t)builder->group_count;
    if (!scan_build_tables(builder)) {
        return NULL;
    }
    builder->set = NULL;
    return set;
}
