#include "window/window.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int
window_init(struct window *window, const uint32_t *spans, size_t span_count)
{
    assert(span_count > 0 && span_count <= WINDOW_SPANS_MAX);

    *window = (struct window){ .span_count = (uint32_t)span_count };
    for (size_t i = 0; i < span_count; i++) {
        assert(spans[i] > 0 && spans[i] <= WINDOW_BUCKETS_MAX);
        window->spans[i] = spans[i];
        if (spans[i] > window->capacity) {
            window->capacity = spans[i];
        }
    }
    window->counts = calloc(window->capacity, sizeof *window->counts);
    return window->counts != NULL;
}

void
window_fini(struct window *window)
{
    free(window->counts);
    window->counts = NULL;
}

void
window_clear(struct window *window)
{
    memset(window->counts, 0, window->capacity * sizeof *window->counts);
    memset(window->sums, 0, sizeof window->sums);
}

/* A span as long as the ring: its sum is that of all counts. */
static uint64_t
sum_of_all(const struct window *window)
{
    uint32_t i = 0;

    while (window->spans[i] != window->capacity) {
        i++;
    }
    return window->sums[i];
}

/* Four sums at a time, so that one addition does not wait for the other. */
static uint64_t
sum_places(const uint32_t *counts, uint32_t count)
{
    uint64_t sums[4] = { 0 };
    uint32_t i = 0;

    for (; i + 4 <= count; i += 4) {
        sums[0] += counts[i];
        sums[1] += counts[i + 1];
        sums[2] += counts[i + 2];
        sums[3] += counts[i + 3];
    }
    for (; i < count; i++) {
        sums[0] += counts[i];
    }
    return sums[0] + sums[1] + sums[2] + sums[3];
}

/* Of `count` places of the ring, from that of a bucket on; fewer than the ring holds. */
static uint64_t
sum_of(const struct window *window, uint32_t bucket, uint32_t count)
{
    uint32_t from = bucket % window->capacity;
    uint32_t before_wrap = window->capacity - from;

    before_wrap = count < before_wrap ? count : before_wrap;
    return sum_places(window->counts + from, before_wrap) +
           sum_places(window->counts, count - before_wrap);
}

/* Their counts are gone; the same places. */
static void
free_places(struct window *window, uint32_t bucket, uint32_t count)
{
    uint32_t from = bucket % window->capacity;
    uint32_t before_wrap = window->capacity - from;

    before_wrap = count < before_wrap ? count : before_wrap;
    memset(window->counts + from, 0, before_wrap * sizeof *window->counts);
    memset(window->counts, 0, (count - before_wrap) * sizeof *window->counts);
}

/* `steps` buckets on, fewer than the ring holds: what drops out of each span leaves its sum, then the
 * new buckets' places are free. */
static void
walk(struct window *window, uint32_t steps)
{
    for (uint32_t i = 0; i < window->span_count; i++) {
        uint32_t span = window->spans[i];
        if (steps >= span) {
            window->sums[i] = 0;
        } else if (window->sums[i] > 0) {
            uint32_t oldest = window->newest + 1 + (window->capacity - span);
            window->sums[i] -= sum_of(window, oldest, steps);
        }
    }
    free_places(window, window->newest + 1, steps);
    window->newest += steps;
}

void
window_advance(struct window *window, uint32_t bucket)
{
    if (bucket <= window->newest) {
        return;
    }
    uint32_t steps = bucket - window->newest;
    if (sum_of_all(window) == 0) {
        window->newest = bucket; /* nothing can leave */
    } else if (steps >= window->capacity) {
        window_clear(window);
        window->newest = bucket;
    } else {
        walk(window, steps);
    }
}

void
window_add(struct window *window, uint64_t count)
{
    uint32_t *newest = &window->counts[window->newest % window->capacity];
    uint32_t room = UINT32_MAX - *newest;
    uint32_t added = count < room ? (uint32_t)count : room;

    *newest += added;
    for (uint32_t i = 0; i < window->span_count; i++) {
        window->sums[i] += added;
    }
}

uint32_t
window_count(const struct window *window, uint32_t age)
{
    if (age >= window->capacity || age > window->newest) {
        return 0;
    }
    return window->counts[(window->newest - age) % window->capacity];
}

uint64_t
window_sum(const struct window *window, uint32_t span)
{
    return window_sum_at(window, window->newest, span);
}

uint64_t
window_sum_at(const struct window *window, uint32_t bucket, uint32_t span)
{
    assert(bucket >= window->newest);
    assert(span <= window->capacity);

    uint64_t sum = 0;
    uint32_t passed = bucket - window->newest;
    for (uint32_t i = 0; passed == 0 && i < window->span_count; i++) {
        if (window->spans[i] == span) {
            return window->sums[i];
        }
    }
    for (uint32_t age = 0; passed < span && age < span - passed; age++) {
        sum += window_count(window, age);
    }
    return sum;
}

int
window_restore(struct window *window, uint32_t age, uint32_t count)
{
    if (age >= window->capacity || age > window->newest) {
        return 0;
    }
    uint32_t *place = &window->counts[(window->newest - age) % window->capacity];
    for (uint32_t i = 0; i < window->span_count; i++) {
        if (age < window->spans[i]) {
            window->sums[i] += count - (uint64_t)*place;
        }
    }
    *place = count;
    return 1;
}
