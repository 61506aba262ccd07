/*
 * surge: several brands up at once are one story: a supplier, a network, a platform beneath them.
 *
 *   openings of incidents ── surge_hear ──▶ is this one of many?
 *
 * Incidents stay what they are, each with its clock; what is said of them can be said together. Two openings belong
 * together when they began at about the same time and were noticed within the same hour. A twentieth of the watched
 * brands makes a surge, and never fewer than three: two that coincide may be chance.
 *
 * Pure and bounded. It is a function of the openings and of their order, so whoever hears the incident log says the
 * same; whoever hears a part of it sees the part of a surge that is in it.
 */
#ifndef REBATO_JUDGE_SURGE_H
#define REBATO_JUDGE_SURGE_H

#include "judge/judge.h"

#define SURGE_FEWEST     3
#define SURGE_SHARE      20   /* one in so many of the watched brands */
#define SURGE_RECENT_MAX 1024 /* openings of the last hour; the oldest give way */
#define SURGE_TITLE_SIZE 64

struct surge_opening {
    char incident[INCIDENT_ID_SIZE];
    char brand[BRAND_ID_SIZE_MAX + 1];
    char title[SURGE_TITLE_SIZE]; /* of the brand; "": nobody has said it */
    enum signal signal;
    int64_t onset_ms;
    int64_t opened_ms;
};

struct surge_heard {
    struct surge_opening opening;
    uint32_t surge; /* its number; 0: none */
};

/* All zero: nothing heard yet. */
struct surge_watch {
    struct surge_heard recent[SURGE_RECENT_MAX]; /* as they were heard */
    size_t count;
    uint32_t surges; /* numbered so far */
};

struct surge {
    uint32_t number; /* from 1 on, of this watch */
    int begun;       /* with the opening that was just heard */
    char id[INCIDENT_ID_SIZE];
    int64_t onset_ms; /* of its first brand */
    size_t brand_count;
};

/* The opening, heard once however often it is said. True when it is one of a surge. `brand_count`: that are watched. */
int surge_hear(struct surge_watch *watch,
        const struct surge_opening *opening,
        size_t brand_count,
        struct surge *surge);

/* The first of its openings from index *at on, and *at behind it; NULL: no more. */
const struct surge_opening *surge_next(
        const struct surge_watch *watch, uint32_t number, size_t *at);

/* The event as an opening; false when it opens nothing that anybody is paged for. */
int surge_opening_of(const struct judge_event *event, struct surge_opening *opening);

#endif
