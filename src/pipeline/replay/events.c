#include "pipeline/replay/events.h"

#include <assert.h>
#include <stdlib.h>

struct replay_event {
    struct judge_event event;
    char *payload; /* malloc'd */
    size_t size;
};

static void
forget(struct replay_events *events)
{
    for (size_t i = 0; i < events->count; i++) {
        free(events->at[i].payload);
    }
    events->count = 0;
}

void
replay_events_fini(struct replay_events *events)
{
    forget(events);
    free(events->at);
    *events = (struct replay_events){ .at = NULL };
}

void
replay_events_add(
        struct replay_events *events, const struct judge_event *event, struct view payload)
{
    if (events->count == events->room) {
        events->room = events->room == 0 ? 16 : 2 * events->room;
        struct replay_event *more = reallocarray(events->at, events->room, sizeof *more);
        assert(more != NULL);
        events->at = more;
    }
    struct replay_event *added = &events->at[events->count++];
    *added = (struct replay_event){
        .event = *event, .payload = malloc(payload.size + 1), .size = payload.size
    };
    assert(added->payload != NULL);
    if (payload.size > 0) {
        memcpy(added->payload, payload.at, payload.size);
    }
}

static int
compare_events(const void *left, const void *right)
{
    const struct judge_event *a = &((const struct replay_event *)left)->event;
    const struct judge_event *b = &((const struct replay_event *)right)->event;

    if (a->time_ms != b->time_ms) {
        return a->time_ms < b->time_ms ? -1 : 1;
    }
    int order = strcmp(a->incident.brand, b->incident.brand);
    if (order != 0) {
        return order;
    }
    return (a->incident.revision > b->incident.revision) -
           (a->incident.revision < b->incident.revision);
}

void
replay_events_tell(struct replay_events *events,
        void (*tell)(void *context, const struct judge_event *event, struct view payload),
        void *context)
{
    if (events->count > 0) {
        qsort(events->at, events->count, sizeof *events->at, compare_events);
    }
    for (size_t i = 0; i < events->count; i++) {
        struct view payload = { .at = events->at[i].payload, .size = events->at[i].size };
        tell(context, &events->at[i].event, payload);
    }
    forget(events);
}
