/*
 * series: one signal of one brand, or complaints of anything: how many people say it now, against how many
 * usually do.
 *
 *   bucket (10 s) ── step (5 min) ── scan of 10 min, 1 h, 6 h, 24 h: a burst
 *                               └── cusum.h: a slow burn that no window shows
 *
 * U counts people: an author counts once an hour. M is what was expected of them: the greater of
 * season and the usual odds against everything else said of the brand, so that a football final, which
 * multiplies both, is no crisis. A step in which the input failed (a gap) adds nothing to either and
 * teaches nothing.
 */
#ifndef REBATO_JUDGE_STATISTIC_SERIES_H
#define REBATO_JUDGE_STATISTIC_SERIES_H

#include "judge/look.h"
#include "judge/statistic/authors.h"
#include "judge/statistic/baseline.h"
#include "judge/statistic/cusum.h"
#include "match/signal.h"
#include "window/window.h"

#include <stdint.h>

/* The series beside those of the signals: people who complain of anything. A crisis is told in many words. */
#define SERIES_ANY   LOOK_ANYTHING
#define SERIES_COUNT LOOKS_MAX

#define SPAN_15M 90 /* of the severity */

struct step_counts {
    double expected;  /* M */
    double clipped;   /* U without what no calm step has */
    uint64_t counted; /* U */
    uint64_t posts;
};

/* The windows of a series; what they hold of one bucket stands side by side. */
enum hour_ring { RING_FRESH, RING_POSTS, RING_RECENT, HOUR_RINGS };

/* The windows whose oldest step a bucket leaves bit by bit. */
#define FINE_SCALES 2

struct series {
    /* Every fold of the brand reads these two lines ... */
    struct window fresh;     /* U per bucket */
    struct step_counts open; /* the step being filled; expected unused */
    uint32_t recheck;        /* bucket in which to look again at a handful; 0: none */
    uint32_t subject;        /* a signal, or SERIES_ANY */
    double leaving
            [FINE_SCALES]; /* expected of the closed step that the open one pushes out of a window */

    /* ... and, when somebody says it, these up to the spread of the baseline, one slot of its season ... */
    uint64_t filled[HOUR_RINGS][WINDOW_WORDS(SPAN_1H)];
    struct window posts; /* per bucket */
    struct authors authors;
    struct step_counts sums[SCALE_COUNT]; /* of the last scale_steps[] of those closed */
    struct baseline baseline;

    /* ... and when a step closes these. */
    struct cusum cusum;
    double excess_square[2], excess_weight[2]; /* of 15 min, over a day and over a week */

    /* Here and there a place. */
    uint32_t hour[SPAN_1H * HOUR_RINGS];
    struct step_counts steps[STEPS_A_DAY]; /* closed ones, step s at s % STEPS_A_DAY */
    void *long_posts; /* the ring of posts, when a rule asks for more than an hour */
};

/* Among `steps`, the place of the step `back` <= STEPS_A_DAY steps before the one at `place`. */
static inline uint32_t
step_place_before(uint32_t place, uint32_t back)
{
    return place < back ? place + STEPS_A_DAY - back : place - back;
}

/* Where in time a question is asked, and what the whole brand said: the same for all series. */
struct moment {
    uint32_t bucket;     /* the last one counted */
    uint32_t step;       /* that it is in */
    double elapsed;      /* of the step, 0 to 1 */
    uint64_t step_total; /* mentions in the step so far */
    uint64_t total_10m, total_1h;
    uint64_t reposts_1h;
};

/* The answer of one window. */
struct scan {
    uint32_t scale;
    uint64_t counted;
    uint64_t posts;
    double expected;
    double dispersion;
    double p_log10; /* when there is a score */
    int32_t score;  /* hundredths of -log10 p, with the scale's bonus; 0 below the gate */
};

/* `spans` in buckets: the windows that rules ask posts of, besides the usual ones. NULL when out of
 * memory. `prior_level`: see baseline. */
struct series *series_create(
        uint32_t subject, double prior_level, const uint32_t *spans, size_t span_count);
void series_destroy(struct series **series);

/* What folding a bucket will touch is asked of memory; see core/line.h. Of any series of the brand, ... */
void series_fetch(const struct series *series);
/* ... of one that somebody speaks of in it, ... */
void series_fetch_spoken(const struct series *series, uint32_t bucket);
/* ... and of one whose open step `step` it closes. */
void series_fetch_closing(const struct series *series, uint32_t step);

/* Moves to `bucket` and counts what it holds; returns how many of the authors are new this hour. Between two
 * buckets in which somebody says it a series stands still: its windows are asked as of a later bucket. */
uint64_t series_count(struct series *series,
        uint32_t bucket,
        uint64_t posts,
        const uint64_t *authors,
        size_t author_count);

/* After loading: what is kept of the steps a second time, when `step` is the open one. */
void series_settle(struct series *series, uint32_t step);

/* Evidence collected up to `bucket` is spent; what comes from now on counts anew. */
void series_restart_evidence(struct series *series, uint32_t bucket);

/* The open step `step` ends, with `total` mentions of the brand in it. */
void series_close_step(struct series *series, uint32_t step, uint64_t total);
/* The same for a step in which the input failed. */
void series_close_gap(struct series *series, uint32_t step);
/* The last `count` closed steps turn out to have been a gap. */
void series_unexpect(struct series *series, uint32_t step, uint32_t count);
/* Windows and CUSUM start again from nothing; what was learnt stays. */
void series_forget(struct series *series, uint32_t bucket);

void series_scan(const struct series *series,
        const struct moment *moment,
        uint32_t scale,
        struct scan *scan);
/* Only the score, which is 0 of most windows and then cheap: `scan` is whole when it is not. */
int32_t series_score(const struct series *series,
        const struct moment *moment,
        uint32_t scale,
        struct scan *scan);
/* The same window, had only so many people come. */
void series_rescan(struct scan *scan, uint64_t counted);
/* How big for this brand: the excess of 15 min in units of what it usually swings by. */
double series_severity(const struct series *series, const struct moment *moment);
/* Posts that `span` buckets should have held. */
double series_expected_posts(
        const struct series *series, const struct moment *moment, uint32_t span);
/* The bucket from which the excess of the last `span` buckets has piled up. */
uint32_t series_onset(const struct series *series, const struct moment *moment, uint32_t span);

#endif
