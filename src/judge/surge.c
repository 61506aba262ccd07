#include "judge/surge.h"

#include "core/hash.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
/* What has one cause begins together; the estimate of it is good for some minutes. */
#define ONSETS_MS (10 * MINUTE_MS)
/* Small brands take longer to be noticed: their openings lie further apart than their onsets. */
#define OPENINGS_MS (60 * MINUTE_MS)

static int
is_within(int64_t a_ms, int64_t b_ms, int64_t span_ms)
{
    return a_ms > b_ms ? a_ms - b_ms <= span_ms : b_ms - a_ms <= span_ms;
}

static int
belong_together(const struct surge_opening *a, const struct surge_opening *b)
{
    return is_within(a->onset_ms, b->onset_ms, ONSETS_MS) &&
           is_within(a->opened_ms, b->opened_ms, OPENINGS_MS);
}

static size_t
fewest(size_t brand_count)
{
    size_t share = (brand_count + SURGE_SHARE - 1) / SURGE_SHARE;
    return share > SURGE_FEWEST ? share : SURGE_FEWEST;
}

static void
forget(struct surge_watch *watch, size_t index)
{
    memmove(&watch->recent[index], &watch->recent[index + 1],
            (watch->count - index - 1) * sizeof watch->recent[0]);
    watch->count--;
}

/* What is too old to belong to this one, and what its brand opened before it outside of any surge. */
static void
forget_old(struct surge_watch *watch, const struct surge_opening *opening)
{
    for (size_t i = watch->count; i > 0; i--) {
        const struct surge_heard *heard = &watch->recent[i - 1];
        int old = heard->opening.opened_ms + OPENINGS_MS < opening->opened_ms;
        int again = heard->surge == 0 && strcmp(heard->opening.brand, opening->brand) == 0;
        if (old || again) {
            forget(watch, i - 1);
        }
    }
    if (watch->count == SURGE_RECENT_MAX) {
        forget(watch, 0);
    }
}

static struct surge_heard *
find(struct surge_watch *watch, const char *incident)
{
    for (size_t i = 0; i < watch->count; i++) {
        if (strcmp(watch->recent[i].opening.incident, incident) == 0) {
            return &watch->recent[i];
        }
    }
    return NULL;
}

/* A surge is known by its first opening: those that join compare with it, so that it does not creep along. */
static uint32_t
surge_of(const struct surge_watch *watch, const struct surge_opening *opening)
{
    uint32_t asked = 0;

    for (size_t i = 0; i < watch->count; i++) {
        const struct surge_heard *heard = &watch->recent[i];
        if (heard->surge <= asked) {
            continue;
        }
        asked = heard->surge;
        if (belong_together(&heard->opening, opening)) {
            return asked;
        }
    }
    return 0;
}

/* Those that belong together with this one and to nothing else become a surge, if they are enough. */
static uint32_t
begin(struct surge_watch *watch, const struct surge_opening *opening, size_t least)
{
    size_t kin = 0;

    for (size_t i = 0; i < watch->count; i++) {
        const struct surge_heard *heard = &watch->recent[i];
        kin += heard->surge == 0 && belong_together(&heard->opening, opening);
    }
    if (kin < least) {
        return 0;
    }
    uint32_t number = ++watch->surges;
    for (size_t i = 0; i < watch->count; i++) {
        struct surge_heard *heard = &watch->recent[i];
        if (heard->surge == 0 && belong_together(&heard->opening, opening)) {
            heard->surge = number;
        }
    }
    return number;
}

static void
describe(const struct surge_watch *watch, uint32_t number, struct surge *surge)
{
    size_t at = 0;
    const struct surge_opening *first = surge_next(watch, number, &at);

    assert(first != NULL);
    surge->number = number;
    surge->onset_ms = first->onset_ms;
    surge->brand_count = 0;
    snprintf(surge->id, sizeof surge->id, "%016" PRIx64,
            hash_view(VIEW("surge"), hash_view(view_of(first->incident), 0)));
    for (size_t i = 0; i < watch->count; i++) {
        surge->brand_count += watch->recent[i].surge == number;
    }
}

int
surge_hear(struct surge_watch *watch,
        const struct surge_opening *opening,
        size_t brand_count,
        struct surge *surge)
{
    struct surge_heard *heard = find(watch, opening->incident);

    *surge = (struct surge){ 0 };
    if (heard == NULL) {
        forget_old(watch, opening);
        uint32_t number = surge_of(watch, opening);
        heard = &watch->recent[watch->count++];
        *heard = (struct surge_heard){ .opening = *opening, .surge = number };
        if (number == 0) {
            surge->begun = begin(watch, opening, fewest(brand_count)) != 0;
        }
    }
    if (heard->surge == 0) {
        return 0;
    }
    describe(watch, heard->surge, surge);
    return 1;
}

const struct surge_opening *
surge_next(const struct surge_watch *watch, uint32_t number, size_t *at)
{
    for (; *at < watch->count; ++*at) {
        if (watch->recent[*at].surge == number) {
            return &watch->recent[(*at)++].opening;
        }
    }
    return NULL;
}

int
surge_opening_of(const struct judge_event *event, struct surge_opening *opening)
{
    const struct incident *incident = &event->incident;

    if ((event->kind != EVENT_OPENED && event->kind != EVENT_EARLY) ||
            incident->severity == SEVERITY_INFO) {
        return 0;
    }
    *opening = (struct surge_opening){ .signal = incident->why.signal,
        .onset_ms = incident->onset_ms,
        .opened_ms = incident->opened_ms };
    memcpy(opening->incident, incident->id, sizeof opening->incident);
    memcpy(opening->brand, incident->brand, sizeof opening->brand);
    return 1;
}
