#include "crisis/sheet.h"

#include "judge/judge.h"

#include <stdlib.h>

#define GRACE_MS     (30 * MINUTE_MS)
#define HOUR_MS      (60 * MINUTE_MS)
#define PEOPLE_LEAST 5
#define SHARE_RISES  1.3

int
sheet_is_hit(const struct event *event, int64_t alarm_ms)
{
    int64_t grace_ms = event->kind == HAPPENING_SLOW_BURN ? 0 : GRACE_MS;
    return happening_is_crisis(event->kind) && alarm_ms >= event->start_ms &&
           alarm_ms <= event->end_ms + grace_ms;
}

int
sheet_is_scored(const struct event *event)
{
    return !happening_is_crisis(event->kind) || event->people >= PEOPLE_LEAST;
}

static int
is_near(const struct event *event, int64_t alarm_ms)
{
    int64_t since_ms = alarm_ms - event->start_ms;
    if (event->kind == HAPPENING_NEWSLETTER) {
        return ((since_ms % DAY_MS) + DAY_MS) % DAY_MS < HOUR_MS;
    }
    int64_t after_ms = event->kind == HAPPENING_STEP ? 6 * DAY_MS : HOUR_MS;
    return since_ms >= 0 && alarm_ms <= event->end_ms + after_ms;
}

static int
is_after(const struct event *event, int64_t alarm_ms)
{
    return happening_is_crisis(event->kind) && alarm_ms >= event->start_ms &&
           alarm_ms <= event->end_ms + DAY_MS;
}

/* What is rare explains an alarm before what happens all the time. */
static int
is_everyday(const struct event *event)
{
    return event->kind == HAPPENING_HARMLESS || event->kind == HAPPENING_THREAD ||
           event->kind == HAPPENING_NEWSLETTER || event->kind == HAPPENING_STEP;
}

size_t
sheet_event_of(const struct truth *truth, int64_t alarm_ms)
{
    size_t rare = truth->event_count;
    size_t after = truth->event_count;
    size_t everyday = truth->event_count;

    for (size_t i = 0; i < truth->event_count; i++) {
        const struct event *event = &truth->events[i];
        if (sheet_is_hit(event, alarm_ms)) {
            return i;
        }
        if (is_after(event, alarm_ms)) {
            after = i;
        } else if (!happening_is_crisis(event->kind) && is_near(event, alarm_ms)) {
            size_t *which = is_everyday(event) ? &everyday : &rare;
            *which = i;
        }
    }
    return rare < truth->event_count ? rare : after < truth->event_count ? after : everyday;
}

/* ---- judging ---- */

static void
note_found(struct found *found, int hit)
{
    found->seen++;
    found->hit += (uint64_t)hit;
}

static enum crowd
crowd_of(const struct event *event)
{
    return event->people < 10   ? CROWD_UNDER_10
           : event->people < 20 ? CROWD_UNDER_20
                                : CROWD_FROM_20;
}

static void
note_delay(struct sheet *sheet, struct delays *list, struct delay delay)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
        struct delay *grown = realloc(list->at, capacity * sizeof *grown);
        if (grown == NULL) {
            sheet->failed = 1;
            return;
        }
        list->at = grown;
        list->capacity = capacity;
    }
    list->at[list->count++] = delay;
}

static void
note_event(struct sheet *sheet, const struct truth *truth, const struct event *event, int hit)
{
    int planned = event->kind == HAPPENING_PLANNED || event->kind == HAPPENING_FOOTBALL;

    note_found(&sheet->tiers[event->kind][truth->tier], hit);
    note_found(&sheet->crowds[event->kind][crowd_of(event)], hit);
    if (event->visible) {
        note_found(&sheet->visible[event->kind], hit);
    }
    if (event->visible && event->seen_ms != TIME_NONE) {
        note_delay(sheet, &sheet->least[event->kind],
                (struct delay){ .ms = event->seen_ms - event->start_ms });
    }
    if (planned && event->share < SHARE_RISES) {
        note_found(&sheet->planned_plain, hit);
    }
}

static void
note_hit(struct sheet *sheet, const struct truth *truth, size_t number, int64_t alarm_ms)
{
    const struct event *event = &truth->events[number];
    struct delay delay = { .ms = alarm_ms - event->start_ms,
        .mentions = truth_told(truth, number, alarm_ms) };
    note_delay(sheet, &sheet->delays[event->kind], delay);
}

static int
is_scored(const struct truth *truth, const struct event *event)
{
    return sheet_is_scored(event) && event->start_ms >= truth->scored_ms &&
           event->start_ms < truth->until_ms;
}

/* One alarm; `hit` holds by event whether one was about it before. */
static void
judge_alarm(struct sheet *sheet, const struct truth *truth, int64_t alarm_ms, int hit[EVENTS_MAX])
{
    size_t number = sheet_event_of(truth, alarm_ms);
    if (number == truth->event_count) {
        sheet->false_alarms[CAUSE_NOTHING][truth->tier]++;
        return;
    }
    const struct event *event = &truth->events[number];
    if (!sheet_is_scored(event)) {
        return;
    }
    if (sheet_is_hit(event, alarm_ms)) {
        sheet->duplicates += (uint64_t)hit[number];
        if (!hit[number]) {
            note_hit(sheet, truth, number, alarm_ms);
        }
        hit[number] = 1;
        return;
    }
    sheet->false_alarms[event->kind][truth->tier]++;
    /* Too late for a crisis; for what only looked like one, rung is rung. */
    hit[number] |= !happening_is_crisis(event->kind);
}

/* Sybils, or few accounts that write much. */
static int
is_campaign(const struct event *event)
{
    return event->kind == HAPPENING_SYBIL || event->kind == HAPPENING_BOTS;
}

static size_t
campaign_of(const struct truth *truth, int64_t label_ms)
{
    size_t found = truth->event_count;

    for (size_t i = 0; i < truth->event_count; i++) {
        const struct event *event = &truth->events[i];
        if (is_campaign(event) && label_ms >= event->start_ms &&
                label_ms <= event->end_ms + GRACE_MS) {
            found = i;
        }
    }
    return found;
}

void
sheet_label(struct sheet *sheet, const struct truth *truth, const int64_t *labels, size_t count)
{
    int labelled[EVENTS_MAX + 1] = { 0 };

    for (size_t i = 0; i < count; i++) {
        size_t campaign = campaign_of(truth, labels[i]);
        labelled[campaign] = 1;
        if (labels[i] >= truth->scored_ms && labels[i] < truth->until_ms) {
            sheet->labelled_elsewhere += campaign == truth->event_count;
        }
    }
    for (size_t i = 0; i < truth->event_count; i++) {
        if (truth->events[i].kind == HAPPENING_SYBIL && is_scored(truth, &truth->events[i])) {
            note_found(&sheet->labelled, labelled[i]);
        }
    }
}

void
sheet_judge(struct sheet *sheet, const struct truth *truth, const int64_t *alarms, size_t count)
{
    int hit[EVENTS_MAX] = { 0 };

    sheet->watched_ms[truth->tier] += truth->until_ms - truth->scored_ms;
    for (size_t i = 0; i < count; i++) {
        if (alarms[i] >= truth->scored_ms && alarms[i] < truth->until_ms) {
            judge_alarm(sheet, truth, alarms[i], hit);
        }
    }
    for (size_t i = 0; i < truth->event_count; i++) {
        if (is_scored(truth, &truth->events[i])) {
            note_event(sheet, truth, &truth->events[i], hit[i]);
        }
    }
}

static void
found_add(struct found *to, const struct found *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i].seen += from[i].seen;
        to[i].hit += from[i].hit;
    }
}

static void
add_delays(struct sheet *sheet, struct delays *to, const struct delays *from)
{
    for (size_t i = 0; i < from->count; i++) {
        note_delay(sheet, to, from->at[i]);
    }
}

void
sheet_add(struct sheet *sheet, const struct sheet *other)
{
    for (int kind = 0; kind < HAPPENING_COUNT; kind++) {
        found_add(sheet->tiers[kind], other->tiers[kind], TIER_COUNT);
        found_add(sheet->crowds[kind], other->crowds[kind], CROWD_COUNT);
        add_delays(sheet, &sheet->delays[kind], &other->delays[kind]);
        add_delays(sheet, &sheet->least[kind], &other->least[kind]);
    }
    found_add(sheet->visible, other->visible, HAPPENING_COUNT);
    found_add(&sheet->labelled, &other->labelled, 1);
    sheet->labelled_elsewhere += other->labelled_elsewhere;
    found_add(&sheet->planned_plain, &other->planned_plain, 1);
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        for (int cause = 0; cause < CAUSE_COUNT; cause++) {
            sheet->false_alarms[cause][tier] += other->false_alarms[cause][tier];
        }
        sheet->watched_ms[tier] += other->watched_ms[tier];
    }
    sheet->duplicates += other->duplicates;
    sheet->failed |= other->failed;
}

void
sheet_fini(struct sheet *sheet)
{
    for (int kind = 0; kind < HAPPENING_COUNT; kind++) {
        free(sheet->delays[kind].at);
        free(sheet->least[kind].at);
    }
    *sheet = (struct sheet){ 0 };
}
