#include "replay/surges.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct surges {
    size_t brand_count;
    struct surge_watch watch;
    struct surge_seen seen[SURGES_MAX]; /* by number, from 1 on */
    size_t count;
    uint64_t left_out;
};

struct surges *
surges_create(size_t brand_count)
{
    struct surges *surges = calloc(1, sizeof *surges);

    assert(surges != NULL);
    surges->brand_count = brand_count;
    return surges;
}

void
surges_destroy(struct surges **surges)
{
    free(*surges);
    *surges = NULL;
}

static void
name_brand(struct surge_seen *seen, const char *brand)
{
    seen->brand_count++;
    if (seen->named < SURGE_BRANDS_MAX) {
        memcpy(seen->brands[seen->named++], brand, sizeof seen->brands[0]);
    }
}

/* Those it was made of have been told by themselves. */
static void
begin(struct surges *surges, const struct surge *surge, struct surge_seen *seen)
{
    const struct surge_opening *opening;
    size_t at = 0;

    *seen = (struct surge_seen){ .onset_ms = surge->onset_ms };
    memcpy(seen->id, surge->id, sizeof seen->id);
    while ((opening = surge_next(&surges->watch, surge->number, &at)) != NULL) {
        name_brand(seen, opening->brand);
        seen->begun_ms = opening->opened_ms;
    }
}

const struct surge_seen *
surges_hear(struct surges *surges, const struct judge_event *event)
{
    struct surge_opening opening;
    struct surge surge;

    if (event->kind != EVENT_OPENED || !surge_opening_of(event, &opening) ||
            !surge_hear(&surges->watch, &opening, surges->brand_count, &surge)) {
        return NULL;
    }
    if (surge.number > SURGES_MAX) {
        surges->left_out += (uint64_t)surge.begun;
        return NULL;
    }
    struct surge_seen *seen = &surges->seen[surge.number - 1];
    if (surge.begun) {
        begin(surges, &surge, seen);
        surges->count = surge.number;
    } else {
        name_brand(seen, opening.brand);
    }
    return seen;
}

size_t
surges_count(const struct surges *surges)
{
    return surges->count;
}

const struct surge_seen *
surges_at(const struct surges *surges, size_t index)
{
    assert(index < surges->count);
    return &surges->seen[index];
}

uint64_t
surges_left_out(const struct surges *surges)
{
    return surges->left_out;
}
