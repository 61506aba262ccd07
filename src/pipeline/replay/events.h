/*
 * events: the events of a replay, put in order before they are told.
 *
 * A turn of the docket tells its events in order, but a brand that had its fill goes on in the next turn,
 * behind the others. What comes out here is in order of time, brand and revision throughout, as the incident
 * log is: whoever compares two of them need not sort.
 *
 * Replay only.
 */
#ifndef REBATO_PIPELINE_REPLAY_EVENTS_H
#define REBATO_PIPELINE_REPLAY_EVENTS_H

#include "judge/judge.h"

struct replay_event; /* with its payload */

struct replay_events {
    struct replay_event *at; /* malloc'd */
    size_t count, room;
};

void replay_events_fini(struct replay_events *events);
/* Copies both. */
void replay_events_add(
        struct replay_events *events, const struct judge_event *event, struct view payload);
/* Nothing earlier can come: tells all, in order, and forgets them. */
void replay_events_tell(struct replay_events *events,
        void (*tell)(void *context, const struct judge_event *event, struct view payload),
        void *context);

#endif
