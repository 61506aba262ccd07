/*
 * state: what a judge keeps of one brand. Private to this folder.
 *
 *   advance (time) → count (what the bucket holds) → detect (findings) → life (events)
 */
#ifndef REBATO_JUDGE_STATE_STATE_H
#define REBATO_JUDGE_STATE_STATE_H

#include "judge/answer/answer.h"
#include "judge/judge.h"
#include "judge/state/kin.h"
#include "judge/statistic/authors.h"
#include "judge/statistic/baseline.h"
#include "judge/statistic/page_limits.h"
#include "judge/statistic/series.h"
#include "judge/statistic/voices.h"
#include "window/cell.h"
#include "window/window.h"

#include <assert.h>

#define SCOPE_BUCKETS 60 /* the scope before an opening: this and the previous ten minutes */

/* Which languages, platforms and facets were named, and how often. */
struct scope {
    size_t count;
    struct incident_dim dims[INCIDENT_DIMS_MAX];
};

/* The current incident and what its transitions need to know. */
struct life {
    struct incident incident; /* INCIDENT_CALM: there is none */
    int64_t hot_ms;           /* when its reason last held */
    int64_t cooling_ms;
    int64_t noted_ms;      /* people were last told how big it is, */
    double noted_severity; /* and that it was this big */
    signal_set untold;     /* signals that joined since */
    uint32_t crowd;        /* it has reached the size that is critical for anybody */
    uint32_t announced;    /* the brand spoke first: informational, whatever its size */
    uint32_t gap_reminders;
    int64_t gap_reminded_ms; /* the official post after which an update was asked for */
    int64_t previous_ms;     /* the incident before was resolved */
};

/* Of the windows of an hour, what they hold of one bucket stands side by side. */
enum brand_ring { RING_REPOSTS, RING_FIRST_PERSON, RING_LATE, RING_CROWD, BRAND_RINGS };

struct brand_rings {
    uint64_t total_filled[WINDOW_WORDS(SPAN_24H)];
    uint64_t filled[BRAND_RINGS][WINDOW_WORDS(SPAN_1H)];
    uint32_t hour[SPAN_1H * BRAND_RINGS];
    uint32_t total[SPAN_24H];
};

struct brand_judge {
    /* Fixed at creation. */
    const struct judge_settings *settings;
    const struct brand_settings *brand;

    /* Time. */
    uint32_t started; /* 1 after the first fold */
    uint32_t last_bucket;
    uint32_t next_due; /* what judge_next_due() says since the last turn: asked far more often */
    uint32_t step;     /* the open one */
    uint64_t observed_steps; /* that could be learnt from */

    /* The whole brand. What every fold reads stands together, up to `replies`. */
    uint64_t step_total;
    int64_t *threshold_since;            /* by threshold: holding since; TIME_NONE: it does not */
    uint32_t silent_steps;               /* without any mention, in a row */
    uint32_t in_gap;                     /* 1: so many that the input must have failed */
    double silent_expected;              /* mentions that should have come in them */
    double mentions_faded;               /* of about a day: half-life 12 h ... */
    double reposts_faded;                /* ... and how many of them passed a post on */
    struct voices voices;                /* of all who complain of what may open */
    struct series *series[SERIES_COUNT]; /* NULL until somebody says it */
    uint32_t heard;                      /* bit i: there is a series i */
    uint32_t scope_epoch;
    struct window total;
    struct window reposts;
    struct window first_person;
    struct window late;

    struct reply_log replies;
    struct scope scopes[2]; /* the current ten minutes and the ones before */
    struct life life;
    struct baseline volume; /* of all mentions */
    struct answer_log officials;
    struct authors crowd; /* of the incident */
    struct kin_log kin;   /* before it */
    struct brand_rings rings;
};

/* Why one signal is news now. */
struct finding {
    struct incident_why why;
    enum severity severity;
    uint32_t coordinated; /* 1: not news, once a campaign is taken out */
    int32_t score;        /* hundredths */
    uint32_t onset;       /* bucket */
};

/* All signals that are news in this bucket, and the strongest reason. */
struct findings {
    signal_set signals;
    enum severity severity;
    uint32_t coordinated; /* 1: all of them are */
    struct finding best;
};

struct event_sink {
    struct judge_event *events;
    size_t count;
};

static_assert(SERIES_COUNT <= 32, "a bit for each series");

static inline uint32_t
step_of(uint32_t bucket)
{
    return bucket / STEP_BUCKETS;
}

/* Decisions about a bucket are taken when it ends. */
static inline int64_t
bucket_end_ms(uint32_t bucket)
{
    return ((int64_t)bucket + 1) * BUCKET_SECONDS * 1000;
}

static inline int
judge_is_learning(const struct brand_judge *judge)
{
    return (int64_t)judge->observed_steps * STEP_BUCKETS * BUCKET_SECONDS * 1000 <
           judge->settings->learning_ms;
}

/* An incident that is open or cooling. */
static inline int
life_is_live(const struct life *life)
{
    return life->incident.state == INCIDENT_OPEN || life->incident.state == INCIDENT_COOLING;
}

/* judge.c: what `*other` knows takes the place of what `judge` knew; there is no other any more. */
void judge_take(struct brand_judge *judge, struct brand_judge **other);
/* The bucket in which something is due although nobody may speak; UINT32_MAX: never. */
uint32_t judge_next_due(const struct brand_judge *judge);
struct moment judge_moment(const struct brand_judge *judge, uint32_t bucket);
/* status.c: the same of a bucket that may lie beyond the open step, with nothing in between. */
struct moment judge_moment_later(const struct brand_judge *judge, uint32_t bucket);

/* fold/fetch.c: what folding the bucket will touch is asked of memory. */
void judge_fetch(const struct brand_judge *judge, const struct brand_bucket *in);

/* fold/advance.c: time passes up to (not including) `bucket`; then the step that ends with it, if one
 * does. */
void judge_advance(struct brand_judge *judge, uint32_t bucket);
void judge_close_step(struct brand_judge *judge);

/* fold/count.c: the signals that somebody spoke of in it */
signal_set judge_spoken(const struct brand_bucket *in);
/* The windows that posts of this signal are asked for: the scan's, and its rules'. Returns how many. */
size_t judge_spans_of(
        const struct judge_settings *settings, uint32_t subject, uint32_t spans[WINDOW_SPANS_MAX]);
struct series *judge_series_born(const struct brand_judge *judge, uint32_t subject);
void judge_count(struct brand_judge *judge, const struct brand_bucket *in);
/* Adds to the dimension of this name among `*dim_count`; one too many is left out. */
void dims_add(struct incident_dim dims[INCIDENT_DIMS_MAX],
        size_t *dim_count,
        const struct dim_count *added);

/* fold/detect.c: what the window of this scale is asked for ... */
struct page_view judge_page_view(const struct brand_judge *judge,
        const struct series *series,
        const struct moment *moment,
        uint32_t scale);
/* ... what is news at this moment, by the scan and by plain thresholds ... */
void detect(struct brand_judge *judge,
        const struct brand_bucket *in,
        const struct moment *moment,
        struct findings *findings);
/* ... and by the CUSUM, after a step has closed. */
void detect_slow(
        const struct brand_judge *judge, const struct moment *moment, struct findings *findings);
/* Does the reason of an incident with these signals still hold? */
int detect_hot(const struct brand_judge *judge, signal_set signals, const struct moment *moment);

#endif
