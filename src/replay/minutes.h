/*
 * minutes: what a brand was like, minute by minute, for as long back as a chart of an incident begins.
 *
 *   folds ──▶ the minute in hand ──▶ the last half day of minutes ──▶ the points of a chart
 *
 * Memory is bounded: an older minute makes room for a new one, and a chart that is full lays two points
 * together, each then standing for twice as long. No state of the judge: whoever watches brings it.
 */
#ifndef REBATO_REPLAY_MINUTES_H
#define REBATO_REPLAY_MINUTES_H

#include "replay/watch.h"

#define MINUTES_KEPT     720
#define CHART_POINTS_MAX 600

/* One minute, or several that were laid together. */
struct chart_point {
    int64_t start_ms;
    uint32_t minutes;
    uint32_t mentions;   /* in these minutes */
    uint32_t complaints; /* of the loudest signal */
    uint32_t broadcasts; /* by the brand itself, to everybody */
    uint32_t replies;    /* and to somebody */
    uint32_t people; /* who complain, in the ten minutes that end with it; of several the most */
    double expected; /* of these */
    double spread;
};

struct chart {
    struct chart_point points[CHART_POINTS_MAX];
    size_t count;
    uint32_t span; /* minutes that a point stands for */
};

struct minutes;

/* NULL when out of memory. */
struct minutes *minutes_create(void);
void minutes_destroy(struct minutes **minutes);

/* Before a fold: the minutes that ended since the last one are looked at. `take` is told of each, in order. */
void minutes_pass(struct minutes *minutes,
        const struct brand_judge *judge,
        uint32_t bucket,
        void (*take)(void *context, uint32_t minute),
        void *context);
/* The fold itself. */
void minutes_add(struct minutes *minutes, const struct brand_bucket *in);

/* A minute that ended and is still kept, with what was said of `signal`; false otherwise. */
int minutes_read(const struct minutes *minutes,
        uint32_t minute,
        enum signal signal,
        struct chart_point *point);

void chart_init(struct chart *chart);
void chart_add(struct chart *chart, const struct chart_point *minute);
/* `into` stands for both from now on. */
void chart_lay_together(struct chart_point *into, const struct chart_point *next);

#endif
