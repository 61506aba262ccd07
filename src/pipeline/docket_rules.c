/* The docket's brands: those of its rules, and how they go on when there are other rules. */
#include "core/log.h"
#include "pipeline/docket_private.h"

#include <assert.h>
#include <stdlib.h>

/* ---- the brands of a set ---- */

static void
brand_init(const struct docket_options *options, size_t index, struct docket_brand *brand)
{
    const struct brand *from = rule_set_brand(options->rules, index);

    *brand = (struct docket_brand){ .number = index,
        .shard = ledger_shard_of(options->ledger, from->id),
        .settings = {
                .ack_target_ms = from->ack_target_ms, .update_every_ms = from->update_every_ms } };
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

int
docket_sort_brands(struct docket *docket)
{
    docket->brand_count = rule_set_brand_count(docket->options.rules);
    docket->brands = calloc(docket->brand_count + 1, sizeof *docket->brands);
    docket->known = calloc(docket->brand_count + 1, sizeof *docket->known);
    if (docket->brands == NULL || docket->known == NULL) {
        return 0;
    }
    for (size_t i = 0; i < docket->brand_count; i++) {
        brand_init(&docket->options, i, &docket->brands[i]);
    }
    qsort(docket->brands, docket->brand_count, sizeof *docket->brands, compare_brands);
    for (uint32_t i = 0; i < docket->shard_count; i++) {
        docket->shards[i].brand_count = 0;
    }
    for (size_t i = docket->brand_count; i > 0; i--) {
        struct docket_shard *shard = &docket->shards[docket->brands[i - 1].shard];
        shard->brand_first = i - 1;
        shard->brand_count++;
    }
    for (uint32_t i = 0; i < docket->shard_count; i++) {
        struct docket_shard *shard = &docket->shards[i];
        shard_judge_use(&shard->judge, docket->known + shard->brand_first, shard->brand_count);
    }
    return 1;
}

/* ---- other rules ---- */

/* The brands and the numbers of the set that goes. */
struct former {
    struct docket_brand *brands;
    struct shard_brand *known;
    size_t brand_count;
    struct rule_numbers numbers;
};

/* malloc'd. */
static uint32_t *
number_rules(const struct rule_set *from, const struct rule_set *to)
{
    size_t count = rule_set_rule_count(from);
    uint32_t *now = malloc((count + 1) * sizeof *now);

    assert(now != NULL);
    for (size_t i = 0; i < count; i++) {
        size_t index = rule_set_find_rule(to, rule_set_rule(from, i)->id);
        now[i] = index == SIZE_MAX ? RULE_GONE : (uint32_t)index;
    }
    return now;
}

static void
move_brand(struct docket *docket,
        struct docket_brand *brand,
        struct docket_brand *before,
        const struct former *former)
{
    struct shard_brand *known = &docket->known[brand - docket->brands];

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
    int used = brand_judge_use(
            &before->judge, docket->options.judge, &brand->settings, &former->numbers);
    assert(used); /* out of memory: better a restart than a brand that knows nothing */
    brand->judge = before->judge;
    before->judge = NULL;
    *known = former->known[before - former->brands];
    known->next_due = docket_next_due(docket, brand);
}

static void
move_brands(struct docket *docket, struct former *former)
{
    for (size_t i = 0; i < docket->brand_count; i++) {
        struct docket_brand *brand = &docket->brands[i];
        struct docket_brand *before = bsearch(
                brand, former->brands, former->brand_count, sizeof *former->brands, compare_brands);
        if (before != NULL) {
            move_brand(docket, brand, before, former);
        } else {
            /* The silence before it was known is not its own: it would be learnt from. What the ledger knows
             * of it is loaded in the next turn: the brand may only have been away. */
            brand->met = docket_closed(docket);
        }
    }
    for (size_t i = 0; i < former->brand_count; i++) {
        brand_judge_destroy(&former->brands[i].judge);
    }
}

void
docket_use_rules(struct docket *docket, const struct docket_rules *rules)
{
    uint32_t *now = number_rules(docket->options.rules, rules->rules);
    struct former former = { .brands = docket->brands,
        .known = docket->known,
        .brand_count = docket->brand_count,
        .numbers = { .now = now, .count = rule_set_rule_count(docket->options.rules) } };

    docket->options.rules = rules->rules;
    docket->options.judge = rules->judge;
    int sorted = docket_sort_brands(docket);
    assert(sorted);
    move_brands(docket, &former);
    if (docket->options.board != NULL) {
        board_use_rules(docket->options.board, rules->rules, &former.numbers);
    }
    free(former.brands);
    free(former.known);
    free(now);
}
