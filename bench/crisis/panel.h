/*
 * panel: the real judge three times over, side by side, as three tiers.
 *
 * The judge has one tier so far. Its three sensitivities stand for them: what `balanced` opens is a page,
 * what only `more` opens is for the watch list, what `fewer` opens as well is critical.
 */
#ifndef REBATO_BENCH_CRISIS_PANEL_H
#define REBATO_BENCH_CRISIS_PANEL_H

#include "judge/judge.h"

enum tier { TIER_PAGE, TIER_WATCH, TIER_CRITICAL, TIERS };

const char *tier_title(enum tier tier); /* as in the JSON */

struct tiers {
    struct judge_settings settings[TIERS];
};

void tiers_init(struct tiers *tiers);

/* One incident; times in event time. */
struct alarm {
    int64_t onset_ms, opened_ms;
    int64_t resolved_ms; /* TIME_NONE: it never was */
    enum signal signal;
    uint32_t fired;  /* the detectors that opened it */
    int coordinated; /* information, no alarm */
    uint64_t authors;
    double expected;
};

struct alarm_list {
    struct alarm *alarms;
    size_t count, capacity;
};

struct panel;

/* `tiers` outlives the panel. NULL when out of memory. */
struct panel *panel_create(const struct tiers *tiers, const char *brand);
void panel_destroy(struct panel **panel);

/* The watch begins. */
void panel_begin(struct panel *panel, int64_t time_ms);
/* Buckets rise; empty ones may be left out. */
void panel_fold(struct panel *panel, const struct brand_bucket *bucket);
/* Time passes until then. */
void panel_end(struct panel *panel, int64_t time_ms);

const struct alarm_list *panel_alarms(const struct panel *panel, enum tier tier);
int panel_failed(const struct panel *panel); /* out of memory: what it says is not to be used */

#endif
