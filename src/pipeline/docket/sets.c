/* Rule sets that are held here, their brands, and how a shard goes from one set to the next. */
#include "core/process/log.h"
#include "pipeline/docket/private.h"

#include <assert.h>
#include <stdlib.h>

/* ---- the brands of a set ---- */

static void
brand_init(const struct docket *docket,
        const struct rule_set *rules,
        size_t index,
        struct docket_brand *brand)
{
    const struct brand *from = rule_set_brand(rules, index);

    *brand = (struct docket_brand){ .number = index,
        .shard = ledger_shard_of(docket->options.ledger, from->id),
        .settings = { .ack_target_ms = from->ack_target_ms,
                .update_every_ms = from->update_every_ms,
                .planned = from->planned,
                .planned_count = from->planned_count,
                .score_offsets = from->score_offsets } };
    view_copy(from->id, brand->settings.id, sizeof brand->settings.id);
}

static int
compare_brands(const void *a, const void *b)
{
    const struct docket_brand *x = a;
    const struct docket_brand *y = b;

    if (x->shard != y->shard) {
        return x->shard < y->shard ? -1 : 1;
    }
    return strcmp(x->settings.id, y->settings.id);
}

/* False when out of memory. */
static int
set_init(const struct docket *docket, struct docket_set *set, const struct docket_rules *rules)
{
    *set = (struct docket_set){ .rules = rules->rules, .judge = rules->judge };
    if (rules->rules == NULL) {
        return 1;
    }
    view_copy(view_of(rule_set_digest(rules->rules)), set->name, sizeof set->name);
    set->brand_count = rule_set_brand_count(rules->rules);
    set->brands = calloc(set->brand_count + 1, sizeof *set->brands);
    set->known = calloc(set->brand_count + 1, sizeof *set->known);
    if (set->brands == NULL || set->known == NULL) {
        return 0;
    }
    for (size_t i = 0; i < set->brand_count; i++) {
        brand_init(docket, rules->rules, i, &set->brands[i]);
    }
    qsort(set->brands, set->brand_count, sizeof *set->brands, compare_brands);
    for (size_t i = set->brand_count; i > 0; i--) {
        uint32_t shard = set->brands[i - 1].shard;
        set->first[shard] = i - 1;
        set->count[shard]++;
    }
    return 1;
}

static void
set_fini(struct docket_set *set)
{
    free(set->brands);
    free(set->known);
    *set = (struct docket_set){ .rules = NULL };
}

static void
use_set(struct docket *docket, uint32_t shard, uint32_t slot)
{
    struct docket_shard *held = &docket->shards[shard];
    const struct docket_set *set = &docket->sets[slot];

    held->slot = slot;
    held->brands = set->brands + set->first[shard];
    held->known = set->known + set->first[shard];
    held->brand_count = set->count[shard];
    shard_judge_use(&held->judge, held->known, held->brand_count);
}

int
docket_sets_init(struct docket *docket)
{
    struct docket_rules rules = { .rules = docket->options.rules, .judge = docket->options.judge };

    if (!set_init(docket, &docket->sets[0], &rules)) {
        return 0;
    }
    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        use_set(docket, shard, 0);
    }
    return 1;
}

void
docket_sets_fini(struct docket *docket)
{
    for (size_t i = 0; i < RULE_SLOTS; i++) {
        set_fini(&docket->sets[i]);
    }
}

const struct docket_set *
docket_set_of(const struct docket *docket, const struct docket_brand *brand)
{
    return &docket->sets[docket->shards[brand->shard].slot];
}

uint32_t
docket_find_set(const struct docket *docket, const char *name)
{
    for (uint32_t slot = 0; slot < RULE_SLOTS; slot++) {
        if (name[0] != '\0' && strcmp(docket->sets[slot].name, name) == 0) {
            return slot;
        }
    }
    return NO_SLOT;
}

/* ---- from set to set ---- */

/* The count of `now` is malloc'd. */
static struct rule_numbers
number_rules(const struct rule_set *from, const struct rule_set *to, uint32_t **now)
{
    size_t count = rule_set_rule_count(from);

    *now = malloc((count + 1) * sizeof **now);
    assert(*now != NULL);
    for (size_t i = 0; i < count; i++) {
        size_t index = rule_set_find_rule(to, rule_set_rule(from, i)->id);
        (*now)[i] = index == SIZE_MAX ? RULE_GONE : (uint32_t)index;
    }
    return (struct rule_numbers){ .now = *now, .count = count };
}

int
docket_adopt(struct docket *docket, struct docket_brand *brand, const struct docket_set *home)
{
    const struct docket_set *set = docket_set_of(docket, brand);
    uint32_t *now = NULL;

    if (home == set) {
        return 1;
    }
    struct rule_numbers numbers = number_rules(home->rules, set->rules, &now);
    int used = brand_judge_use(&brand->judge, set->judge, &brand->settings, &numbers);
    free(now);
    return used;
}

/* A shard on its way, and the set it comes from. */
struct move {
    struct docket_shard *held;
    const struct docket_set *to;
    const struct docket_brand *former; /* the shard's, in the set it leaves */
    const struct shard_brand *known;
    size_t former_count;
    struct rule_numbers numbers;
    uint32_t met;
};

static void
move_brand(const struct docket *docket,
        const struct move *move,
        struct docket_brand *brand,
        struct docket_brand *before)
{
    struct shard_brand *known = &move->held->known[brand - move->held->brands];

    brand->met = before->met;
    brand->early = before->early;
    brand->open_seen = before->open_seen;
    for (size_t i = 0; i < ROLLUP_COUNT; i++) {
        brand->unrolled[i] = before->unrolled[i];
    }
    memcpy(brand->last_ms, before->last_ms, sizeof brand->last_ms);
    if (before->judge == NULL) {
        return; /* its shard is somebody else's */
    }
    int used = brand_judge_use(&before->judge, move->to->judge, &brand->settings, &move->numbers);
    assert(used); /* out of memory: better a restart than a brand that knows nothing */
    brand->judge = before->judge;
    before->judge = NULL;
    *known = move->known[before - move->former];
    known->next_due = docket_next_due(docket, brand);
}

static void
move_brands(const struct docket *docket, const struct move *move, struct docket_brand *former)
{
    for (size_t i = 0; i < move->held->brand_count; i++) {
        struct docket_brand *brand = &move->held->brands[i];
        struct docket_brand *before =
                bsearch(brand, former, move->former_count, sizeof *former, compare_brands);
        if (before != NULL) {
            move_brand(docket, move, brand, before);
        } else {
            /* The silence before it was known is not its own: it would be learnt from. What the ledger knows
             * of it is loaded in the next turn: the brand may only have been away. */
            brand->met = move->met;
        }
    }
    for (size_t i = 0; i < move->former_count; i++) {
        brand_judge_destroy(&former[i].judge);
    }
}

/* What the target has of the shard is from an earlier stay there. */
static void
clear_target(const struct docket_shard *held)
{
    for (size_t i = 0; i < held->brand_count; i++) {
        brand_judge_destroy(&held->brands[i].judge);
        held->known[i] = (struct shard_brand){ .loaded = 0 };
    }
}

static void
move_shard(struct docket *docket,
        uint32_t shard,
        const struct docket_set *from,
        uint32_t slot,
        uint32_t met)
{
    struct docket_brand *former = from->brands + from->first[shard];
    struct move move = { .held = &docket->shards[shard],
        .to = &docket->sets[slot],
        .former = former,
        .known = from->known + from->first[shard],
        .former_count = from->count[shard],
        .met = met };
    uint32_t *now = NULL;

    use_set(docket, shard, slot);
    clear_target(move.held);
    move.numbers = number_rules(from->rules, move.to->rules, &now);
    move_brands(docket, &move, former);
    free(now);
}

/* ---- the page ---- */

static void
show_set(struct docket *docket, const struct docket_set *from, uint32_t slot)
{
    uint32_t *now = NULL;

    docket->board_slot = slot;
    if (docket->options.board == NULL) {
        return;
    }
    struct rule_numbers numbers = number_rules(from->rules, docket->sets[slot].rules, &now);
    board_use_rules(docket->options.board, docket->sets[slot].rules, &numbers);
    free(now);
}

struct shard_brand *
docket_known(const struct docket *docket, const struct docket_brand *brand)
{
    const struct docket_shard *held = &docket->shards[brand->shard];

    return &held->known[brand - held->brands];
}

size_t
docket_board_number(const struct docket *docket, const struct docket_brand *brand)
{
    return docket->shards[brand->shard].slot == docket->board_slot
                   ? brand->number
                   : rule_set_find_brand(
                             docket->sets[docket->board_slot].rules, view_of(brand->settings.id));
}

void
docket_tell_board(struct docket *docket, const struct turn_event *event)
{
    struct judge_event told = event->event;
    const struct docket_set *home = &docket->sets[event->slot];
    uint32_t *now = NULL;

    if (event->slot != docket->board_slot) {
        struct rule_numbers numbers =
                number_rules(home->rules, docket->sets[docket->board_slot].rules, &now);
        incident_renumber(&told.incident, &numbers);
        free(now);
    }
    board_add_event(docket->options.board, &told);
}

/* ---- what is held ---- */

void
docket_move_shard(struct docket *docket, uint32_t shard, uint32_t slot, uint32_t met)
{
    const struct docket_set *from = &docket->sets[docket->shards[shard].slot];
    size_t shown = revisions_find(&docket->revisions, docket->sets[docket->board_slot].name);
    size_t coming = revisions_find(&docket->revisions, docket->sets[slot].name);

    move_shard(docket, shard, from, slot, met);
    if (coming != NO_REVISION && (shown == NO_REVISION || coming > shown)) {
        show_set(docket, &docket->sets[docket->board_slot], slot);
    }
}

uint32_t
docket_slots_used(const struct docket *docket)
{
    uint32_t used = UINT32_C(1) << docket->board_slot;

    for (uint32_t shard = 0; shard < docket->shard_count; shard++) {
        used |= UINT32_C(1) << docket->shards[shard].slot;
    }
    return used;
}

void
docket_hold(struct docket *docket, const struct docket_rules *rules)
{
    struct docket_set former = docket->sets[rules->slot];
    int used = (docket_slots_used(docket) & UINT32_C(1) << rules->slot) != 0;

    assert(rules->slot < RULE_SLOTS && (rules->rules != NULL || !used));
    int made = set_init(docket, &docket->sets[rules->slot], rules);
    assert(made);
    for (uint32_t shard = 0; used && shard < docket->shard_count; shard++) {
        if (docket->shards[shard].slot == rules->slot) {
            move_shard(docket, shard, &former, rules->slot, docket_closed(docket));
        }
    }
    if (docket->board_slot == rules->slot) {
        show_set(docket, &former, rules->slot);
    }
    set_fini(&former);
}
