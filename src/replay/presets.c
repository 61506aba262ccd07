#include "replay/presets.h"

#include <assert.h>
#include <stdlib.h>

struct preset_brand {
    struct brand_settings settings;
    struct brand_judge *judges[PRESET_COUNT]; /* NULL before its first fold */
    size_t current[PRESET_COUNT];             /* its last alert; SIZE_MAX: none is kept */
};

struct preset {
    struct judge_settings settings;
    struct preset_alert *alerts;
    size_t count, capacity;
    uint64_t left_out;
    uint64_t notices;
};

struct presets {
    struct preset presets[PRESET_COUNT];
    struct preset_brand *brands;
    size_t brand_count;
};

struct presets *
presets_create(const struct judge_settings *base, size_t brand_count)
{
    static_assert(SENSITIVITY_MORE + 1 == PRESET_COUNT, "one of each");
    struct presets *presets = calloc(1, sizeof *presets);

    assert(presets != NULL);
    presets->brand_count = brand_count;
    presets->brands = calloc(brand_count + 1, sizeof *presets->brands);
    assert(presets->brands != NULL);
    for (size_t i = 0; i < PRESET_COUNT; i++) {
        presets->presets[i].settings = *base;
        for (size_t signal = 0; signal < SIGNAL_COUNT; signal++) {
            presets->presets[i].settings.sensitivity[signal] = (enum sensitivity)i;
        }
    }
    return presets;
}

void
presets_destroy(struct presets **presets)
{
    if (*presets == NULL) {
        return;
    }
    for (size_t i = 0; i < (*presets)->brand_count; i++) {
        for (size_t preset = 0; preset < PRESET_COUNT; preset++) {
            brand_judge_destroy(&(*presets)->brands[i].judges[preset]);
        }
    }
    for (size_t i = 0; i < PRESET_COUNT; i++) {
        free((*presets)->presets[i].alerts);
    }
    free((*presets)->brands);
    free(*presets);
    *presets = NULL;
}

/* ---- events ---- */

/* SIZE_MAX: there are too many. */
static size_t
add_alert(struct preset *preset)
{
    if (preset->count == PRESET_ALERTS_MAX) {
        preset->left_out++;
        return SIZE_MAX;
    }
    if (preset->count == preset->capacity) {
        preset->capacity = preset->capacity == 0 ? 16 : 2 * preset->capacity;
        struct preset_alert *more = reallocarray(preset->alerts, preset->capacity, sizeof *more);
        assert(more != NULL);
        preset->alerts = more;
    }
    return preset->count++;
}

static void
begin_alert(struct preset *preset, struct preset_brand *brand, size_t number, size_t which)
{
    size_t place = add_alert(preset);

    brand->current[which] = place;
    if (place != SIZE_MAX) {
        preset->alerts[place] = (struct preset_alert){ .brand = number };
    }
}

static void
take_event(struct presets *presets, size_t number, size_t which, const struct judge_event *event)
{
    struct preset *preset = &presets->presets[which];
    struct preset_brand *brand = &presets->brands[number];
    const struct incident *incident = &event->incident;

    preset->notices++;
    if (event->kind == EVENT_OPENED) {
        begin_alert(preset, brand, number, which);
    }
    if (brand->current[which] == SIZE_MAX) {
        return;
    }
    struct preset_alert *alert = &preset->alerts[brand->current[which]];
    if (event->kind == EVENT_OPENED) {
        memcpy(alert->id, incident->id, sizeof alert->id);
        alert->signal = incident->why.signal;
        alert->onset_ms = incident->onset_ms;
        alert->opened_ms = incident->opened_ms;
    }
    alert->severity = incident->severity;
    alert->resolved_ms = incident->resolved_ms;
    alert->people = incident->authors;
    alert->reopened += event->kind == EVENT_REOPENED;
    alert->notices++;
}

/* ---- folds ---- */

static void
fold(struct presets *presets, size_t number, size_t which, const struct brand_bucket *in)
{
    struct judge_event events[JUDGE_EVENTS_MAX];
    size_t count = brand_judge_fold(presets->brands[number].judges[which], in, events);

    for (size_t i = 0; i < count; i++) {
        take_event(presets, number, which, &events[i]);
    }
}

/* Whatever falls due before `bucket`, as the docket lets it. */
static void
fold_due(struct presets *presets, size_t number, size_t which, uint32_t bucket)
{
    const struct brand_judge *judge = presets->brands[number].judges[which];

    for (uint32_t due = brand_judge_next(judge); due < bucket; due = brand_judge_next(judge)) {
        struct brand_bucket empty = { .bucket = due };
        fold(presets, number, which, &empty);
    }
}

static void
meet(struct presets *presets, const struct watched_fold *seen)
{
    struct preset_brand *brand = &presets->brands[seen->brand];

    for (size_t i = 0; i < PRESET_COUNT; i++) {
        brand->judges[i] = brand_judge_create(&presets->presets[i].settings, &brand->settings);
        assert(brand->judges[i] != NULL);
        brand->current[i] = SIZE_MAX;
    }
}

void
presets_watch(struct presets *presets, enum fold_phase phase, const struct watched_fold *fold_seen)
{
    if (phase == FOLD_AFTER) {
        return;
    }
    assert(fold_seen->brand < presets->brand_count);
    presets->brands[fold_seen->brand].settings =
            *fold_seen->settings; /* of the revision in force */
    if (presets->brands[fold_seen->brand].judges[0] == NULL) {
        meet(presets, fold_seen);
    }
    for (size_t i = 0; i < PRESET_COUNT; i++) {
        fold_due(presets, fold_seen->brand, i, fold_seen->in->bucket);
        fold(presets, fold_seen->brand, i, fold_seen->in);
    }
}

size_t
presets_brand_count(const struct presets *presets)
{
    return presets->brand_count;
}

struct view
presets_brand_id(const struct presets *presets, size_t brand)
{
    return view_of(presets->brands[brand].settings.id);
}

/* ---- the end ---- */

static int
compare_alerts(const void *left, const void *right)
{
    const struct preset_alert *a = left;
    const struct preset_alert *b = right;

    if (a->opened_ms != b->opened_ms) {
        return a->opened_ms < b->opened_ms ? -1 : 1;
    }
    return (a->brand > b->brand) - (a->brand < b->brand);
}

void
presets_finish(struct presets *presets, uint32_t closed)
{
    for (size_t number = 0; number < presets->brand_count; number++) {
        for (size_t i = 0; i < PRESET_COUNT && presets->brands[number].judges[i] != NULL; i++) {
            fold_due(presets, number, i, closed + 1);
        }
    }
    for (size_t i = 0; i < PRESET_COUNT; i++) {
        struct preset *preset = &presets->presets[i];
        if (preset->count > 0) {
            qsort(preset->alerts, preset->count, sizeof *preset->alerts, compare_alerts);
        }
    }
}

void
presets_result(
        const struct presets *presets, enum sensitivity sensitivity, struct preset_result *result)
{
    const struct preset *preset = &presets->presets[sensitivity];

    *result = (struct preset_result){ .alerts = preset->alerts,
        .count = preset->count,
        .left_out = preset->left_out,
        .notices = preset->notices };
}

/* ---- side by side ---- */

const struct preset_alert *
preset_episode_first(const struct preset_episode *episode)
{
    const struct preset_alert *first = NULL;

    for (size_t i = 0; i < PRESET_COUNT; i++) {
        const struct preset_alert *alert = episode->alerts[i];
        if (alert != NULL && (first == NULL || alert->opened_ms < first->opened_ms)) {
            first = alert;
        }
    }
    assert(first != NULL);
    return first;
}

static int
overlap(const struct preset_alert *a, const struct preset_alert *b)
{
    return (b->resolved_ms == TIME_NONE || a->onset_ms <= b->resolved_ms) &&
           (a->resolved_ms == TIME_NONE || b->onset_ms <= a->resolved_ms);
}

/* Whether the alert is of that episode, and its place there is free. */
static int
belongs(const struct preset_episode *episode, const struct preset_alert *alert, size_t which)
{
    if (episode->brand != alert->brand || episode->alerts[which] != NULL) {
        return 0;
    }
    for (size_t i = 0; i < PRESET_COUNT; i++) {
        if (episode->alerts[i] != NULL && overlap(episode->alerts[i], alert)) {
            return 1;
        }
    }
    return 0;
}

static void
add_to_episode(struct preset_episode *episodes,
        size_t *count,
        const struct preset_alert *alert,
        size_t which)
{
    size_t place = 0;

    while (place < *count && !belongs(&episodes[place], alert, which)) {
        place++;
    }
    if (place == *count) {
        episodes[(*count)++] = (struct preset_episode){ .brand = alert->brand };
    }
    episodes[place].alerts[which] = alert;
}

static int
compare_episodes(const void *left, const void *right)
{
    return compare_alerts(preset_episode_first(left), preset_episode_first(right));
}

struct preset_episode *
presets_episodes(const struct presets *presets, size_t *count)
{
    size_t room = 1;

    for (size_t i = 0; i < PRESET_COUNT; i++) {
        room += presets->presets[i].count;
    }
    struct preset_episode *episodes = calloc(room, sizeof *episodes);
    assert(episodes != NULL);
    *count = 0;
    /* The one that tells most begins: the others tell of the same, or of nothing. */
    for (size_t which = PRESET_COUNT; which-- > 0;) {
        for (size_t i = 0; i < presets->presets[which].count; i++) {
            add_to_episode(episodes, count, &presets->presets[which].alerts[i], which);
        }
    }
    if (*count > 0) {
        qsort(episodes, *count, sizeof *episodes, compare_episodes);
    }
    return episodes;
}
