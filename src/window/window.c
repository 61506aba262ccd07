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

/* `bucket` becomes the newest: what drops out of each span leaves its sum, then its place is free. */
static void
step_to(struct window *window, uint32_t bucket)
{
    for (uint32_t i = 0; i < window->span_count; i++) {
        uint32_t leaving = (bucket + window->capacity - window->spans[i]) % window->capacity;
        window->sums[i] -= window->counts[leaving];
    }
    window->counts[bucket % window->capacity] = 0;
    window->newest = bucket;
}

void
window_advance(struct window *window, uint32_t bucket)
{
    if (bucket <= window->newest) {
        return;
    }
    if (bucket - window->newest >= window->capacity) {
        window_clear(window);
        window->newest = bucket;
        return;
    }
    while (window->newest < bucket) {
        step_to(window, window->newest + 1);
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
    for (uint32_t i = 0; i < window->span_count; i++) {
        if (window->spans[i] == span) {
            return window->sums[i];
        }
    }
    return window_sum_at(window, window->newest, span);
}

uint64_t
window_sum_at(const struct window *window, uint32_t bucket, uint32_t span)
{
    assert(bucket >= window->newest);
    assert(span <= window->capacity);

    uint64_t sum = 0;
    uint32_t passed = bucket - window->newest;
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
