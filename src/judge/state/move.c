/* A brand's judge under other settings. */
#include "judge/state/state.h"

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

/* malloc'd. */
static int64_t *
all_held_since(const struct brand_judge *judge,
        const struct judge_settings *settings,
        const struct rule_numbers *numbers)
{
    int64_t *since = calloc(settings->threshold_count + 1, sizeof *since);

    for (size_t i = 0; since != NULL && i < settings->threshold_count; i++) {
        since[i] = held_since(judge, &settings->thresholds[i], numbers);
    }
    return since;
}

static int
has_span(const uint32_t *spans, size_t count, uint32_t span)
{
    size_t i = 0;

    while (i < count && spans[i] != span) {
        i++;
    }
    return i < count;
}

static int
signal_fits(const struct judge_settings *before,
        const struct judge_settings *settings,
        enum signal signal)
{
    uint32_t had[WINDOW_SPANS_MAX];
    uint32_t asked[WINDOW_SPANS_MAX];
    size_t had_count = judge_spans_of(before, signal, had);
    size_t asked_count = judge_spans_of(settings, signal, asked);
    size_t i = 0;

    while (i < asked_count && has_span(had, had_count, asked[i])) {
        i++;
    }
    return i == asked_count;
}

/* Is there a window for all that the other settings ask for? Nearly always: then what has been counted stays
 * as it is, and one too many does no harm. */
static int
windows_fit(const struct judge_settings *before, const struct judge_settings *settings)
{
    size_t signal = 0;

    while (signal < SIGNAL_COUNT && signal_fits(before, settings, (enum signal)signal)) {
        signal++;
    }
    return signal == SIGNAL_COUNT;
}

/* By the same bytes that carry a brand over a restart, when windows have to be made anew. */
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

int
brand_judge_use(struct brand_judge **judge,
        const struct judge_settings *settings,
        const struct brand_settings *brand,
        const struct rule_numbers *numbers)
{
    int64_t *since = all_held_since(*judge, settings, numbers);
    int fit = windows_fit((*judge)->settings, settings);
    struct brand_judge *used = fit ? *judge : load_saved(*judge, settings, brand);

    if (since == NULL || used == NULL) {
        if (!fit) {
            brand_judge_destroy(&used);
        }
        free(since);
        return 0;
    }
    if (!fit) {
        brand_judge_destroy(judge);
    }
    free(used->threshold_since);
    used->threshold_since = since;
    used->settings = settings;
    used->brand = brand;
    incident_renumber(&used->life.incident, numbers);
    used->next_due = judge_next_due(used);
    *judge = used;
    return 1;
}
