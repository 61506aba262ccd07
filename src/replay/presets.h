/*
 * presets: what each of the named sensitivities would have told, over the same buckets.
 *
 *   folds ──▶ a judge of its own per brand and sensitivity ──▶ the alerts of fewer, balanced, more
 *
 * Buckets are what is counted, so one reading of the archive serves all of them; nothing but the sensitivity
 * differs, and plain thresholds stay as the rules have them. Bounded; what did not fit is counted.
 */
#ifndef REBATO_REPLAY_PRESETS_H
#define REBATO_REPLAY_PRESETS_H

#include "replay/watch.h"

#define PRESET_COUNT      3 /* fewer, balanced, more: enum sensitivity */
#define PRESET_ALERTS_MAX 4096

struct preset_alert {
    char id[INCIDENT_ID_SIZE];
    size_t brand;
    enum signal signal; /* that opened it */
    enum severity severity;
    int64_t onset_ms;
    int64_t opened_ms;
    int64_t resolved_ms; /* TIME_NONE: open at the end */
    uint64_t people;
    uint32_t reopened;
    uint32_t notices; /* all that people would have been sent of it, the opening among them */
};

struct preset_result {
    const struct preset_alert *alerts; /* as they opened, brand by brand where it was at once */
    size_t count;
    uint64_t left_out;
    uint64_t notices;
};

struct presets;

/* `base` outlives it; only its sensitivities are replaced. */
struct presets *presets_create(const struct judge_settings *base, size_t brand_count);
void presets_destroy(struct presets **presets);

void presets_watch(struct presets *presets, enum fold_phase phase, const struct watched_fold *fold);
size_t presets_brand_count(const struct presets *presets);
/* "": nothing was seen of it. */
struct view presets_brand_id(const struct presets *presets, size_t brand);
/* Once, at the end: what falls due up to the last bucket judged; then the alerts are in order. */
void presets_finish(struct presets *presets, uint32_t closed);

void presets_result(
        const struct presets *presets, enum sensitivity sensitivity, struct preset_result *result);

/* The same episode as each of them would have told it; NULL where one would have said nothing. */
struct preset_episode {
    size_t brand;
    const struct preset_alert *alerts[PRESET_COUNT];
};

/* The alert of it that comes first. */
const struct preset_alert *preset_episode_first(const struct preset_episode *episode);

/* All of them by that, malloc'd; alerts of a brand belong together when they overlap. */
struct preset_episode *presets_episodes(const struct presets *presets, size_t *count);

#endif
