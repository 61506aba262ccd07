/*
 * surges: which of a replay's incidents were one story (judge/surge.h), kept for its summary.
 *
 * It hears the events in the order of the incident log. Bounded; what did not fit is counted.
 */
#ifndef REBATO_REPLAY_SURGES_H
#define REBATO_REPLAY_SURGES_H

#include "judge/surge.h"

#define SURGES_MAX       64
#define SURGE_BRANDS_MAX 64 /* of one that are named */

struct surge_seen {
    char id[INCIDENT_ID_SIZE];
    int64_t onset_ms;
    int64_t begun_ms; /* the event that made it one */
    char brands[SURGE_BRANDS_MAX][BRAND_ID_SIZE_MAX + 1];
    size_t named;
    size_t brand_count;
};

struct surges;

/* `brand_count`: that are watched. */
struct surges *surges_create(size_t brand_count);
void surges_destroy(struct surges **surges);

/* The surge that this event has made or joined; NULL: none. It lives until the next call. */
const struct surge_seen *surges_hear(struct surges *surges, const struct judge_event *event);

size_t surges_count(const struct surges *surges);
const struct surge_seen *surges_at(const struct surges *surges, size_t index);
uint64_t surges_left_out(const struct surges *surges);

#endif
