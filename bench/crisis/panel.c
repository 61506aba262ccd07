#include "crisis/panel.h"

#include "window/cell.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct panel {
    struct brand_settings brand;
    struct brand_judge *judges[TIERS];
    struct alarm_list lists[TIERS];
    uint32_t last; /* bucket folded */
    int failed;
    struct judge_event events[JUDGE_EVENTS_MAX];
};

const char *
tier_title(enum tier tier)
{
    static const char *const titles[] = { "rebato", "watch", "critical" };
    assert(tier < TIERS);
    return titles[tier];
}

void
tiers_init(struct tiers *tiers)
{
    static const enum sensitivity sensitivities[TIERS] = {
        [TIER_PAGE] = SENSITIVITY_BALANCED,
        [TIER_WATCH] = SENSITIVITY_MORE,
        [TIER_CRITICAL] = SENSITIVITY_FEWER,
    };
    for (int tier = 0; tier < TIERS; tier++) {
        judge_settings_init(&tiers->settings[tier]);
        for (int signal = 0; signal < SIGNAL_COUNT; signal++) {
            tiers->settings[tier].sensitivity[signal] = sensitivities[tier];
        }
    }
}

struct panel *
panel_create(const struct tiers *tiers, const char *brand)
{
    struct panel *panel = calloc(1, sizeof *panel);
    if (panel == NULL) {
        return NULL;
    }
    (void)snprintf(panel->brand.id, sizeof panel->brand.id, "%s", brand);
    for (int tier = 0; tier < TIERS; tier++) {
        panel->judges[tier] = brand_judge_create(&tiers->settings[tier], &panel->brand);
        if (panel->judges[tier] == NULL) {
            panel_destroy(&panel);
            return NULL;
        }
    }
    return panel;
}

void
panel_destroy(struct panel **panel)
{
    if (*panel == NULL) {
        return;
    }
    for (int tier = 0; tier < TIERS; tier++) {
        brand_judge_destroy(&(*panel)->judges[tier]);
        free((*panel)->lists[tier].alarms);
    }
    free(*panel);
    *panel = NULL;
}

static struct alarm *
add(struct panel *panel, struct alarm_list *list)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
        struct alarm *grown = realloc(list->alarms, capacity * sizeof *grown);
        if (grown == NULL) {
            panel->failed = 1;
            return NULL;
        }
        list->alarms = grown;
        list->capacity = capacity;
    }
    return &list->alarms[list->count++];
}

/* What people really say turns information into an alarm: then, not when the campaign was noticed. */
static void
turn_organic(struct alarm *alarm, const struct judge_event *event)
{
    if (alarm->coordinated && !event->incident.coordinated) {
        alarm->coordinated = 0;
        alarm->opened_ms = event->time_ms;
    }
}

static void
note(struct panel *panel, struct alarm_list *list, const struct judge_event *event)
{
    const struct incident *incident = &event->incident;
    if (event->kind == EVENT_OPENED) {
        struct alarm *alarm = add(panel, list);
        if (alarm != NULL) {
            *alarm = (struct alarm){ .onset_ms = incident->onset_ms,
                .opened_ms = event->time_ms,
                .resolved_ms = TIME_NONE,
                .signal = incident->why.signal,
                .fired = incident->why.fired,
                .coordinated = incident->coordinated != 0,
                .authors = incident->why.authors,
                .expected = incident->why.expected };
        }
    } else if (event->kind == EVENT_RESOLVED && list->count > 0) {
        list->alarms[list->count - 1].resolved_ms = event->time_ms;
    } else if (event->kind == EVENT_REOPENED && list->count > 0) {
        list->alarms[list->count - 1].resolved_ms = TIME_NONE;
    }
    if (list->alarms != NULL && list->count > 0) {
        turn_organic(&list->alarms[list->count - 1], event);
    }
}

void
panel_fold(struct panel *panel, const struct brand_bucket *bucket)
{
    panel->last = bucket->bucket;
    for (int tier = 0; tier < TIERS; tier++) {
        size_t count = brand_judge_fold(panel->judges[tier], bucket, panel->events);
        for (size_t i = 0; i < count; i++) {
            note(panel, &panel->lists[tier], &panel->events[i]);
        }
    }
}

void
panel_begin(struct panel *panel, int64_t time_ms)
{
    panel_fold(panel, &(struct brand_bucket){ .bucket = bucket_of(time_ms) - 1 });
}

/* The judge tells at most JUDGE_EVENTS_MAX at a time: an end far off is reached in strides. */
void
panel_end(struct panel *panel, int64_t time_ms)
{
    uint32_t end = bucket_of(time_ms);
    while (panel->last < end) {
        uint32_t next = end - panel->last > 30 ? panel->last + 30 : end;
        panel_fold(panel, &(struct brand_bucket){ .bucket = next });
    }
}

const struct alarm_list *
panel_alarms(const struct panel *panel, enum tier tier)
{
    return &panel->lists[tier];
}

int
panel_failed(const struct panel *panel)
{
    return panel->failed;
}
