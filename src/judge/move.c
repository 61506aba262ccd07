/* A brand's judge under other settings: by the same bytes that carry it over a restart. */
#include "judge/state.h"

#include <stdlib.h>

static uint32_t
number_now(const struct rule_numbers *numbers, uint32_t rule)
{
    if (rule == UINT32_MAX) {
        return rule; /* the statistic decided */
    }
    return rule < numbers->count ? numbers->now[rule] : RULE_GONE;
}

void
incident_renumber(struct incident *incident, const struct rule_numbers *numbers)
{
    incident->why.rule = number_now(numbers, incident->why.rule);
}

/* The saved state knows thresholds by their place in the settings, which means nothing in other settings. A
 * rule has one at most: its rule tells which it is. One that asks for something else begins anew. */
static int64_t
held_since(const struct brand_judge *judge,
        const struct judge_threshold *row,
        const struct rule_numbers *numbers)
{
    for (size_t i = 0; i < judge->settings->threshold_count; i++) {
        const struct judge_threshold *before = &judge->settings->thresholds[i];
        const struct threshold *a = &before->threshold;
        const struct threshold *b = &row->threshold;
        if (number_now(numbers, before->rule) == row->rule && before->signal == row->signal &&
                a->window_ms == b->window_ms && a->min_count == b->min_count &&
                a->min_authors == b->min_authors && !(a->ratio < b->ratio) &&
                !(a->ratio > b->ratio) && !(a->share < b->share) && !(a->share > b->share)) {
            return judge->threshold_since[i];
        }
    }
    return TIME_NONE;
}

static struct brand_judge *
load_saved(const struct brand_judge *judge,
        const struct judge_settings *settings,
        const struct brand_settings *brand)
{
    size_t size = brand_judge_save(judge, NULL, 0);
    void *bytes = size == 0 ? NULL : malloc(size);
    struct brand_judge *moved = brand_judge_create(settings, brand);

    if (bytes == NULL || moved == NULL || brand_judge_save(judge, bytes, size) != size ||
            !brand_judge_load(moved, bytes, size)) {
        brand_judge_destroy(&moved);
    }
    free(bytes);
    return moved;
}

struct brand_judge *
brand_judge_move(const struct brand_judge *judge,
        const struct judge_settings *settings,
        const struct brand_settings *brand,
        const struct rule_numbers *numbers)
{
    struct brand_judge *moved = load_saved(judge, settings, brand);

    if (moved == NULL) {
        return NULL;
    }
    incident_renumber(&moved->life.incident, numbers);
    for (size_t i = 0; i < settings->threshold_count; i++) {
        moved->threshold_since[i] = held_since(judge, &settings->thresholds[i], numbers);
    }
    moved->next_due = judge_next_due(moved);
    return moved;
}
