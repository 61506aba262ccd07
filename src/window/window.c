#include "window/window.h"

#include <assert.h>
#include <string.h>

#define WORD_BITS 64

static_assert(sizeof(struct window) == 64, "a window is one line of memory");

void
window_init(struct window *window, const uint32_t *spans, size_t span_count)
{
    assert(span_count > 0 && span_count <= WINDOW_SPANS_MAX);

    *window = (struct window){ .span_count = (uint8_t)span_count };
    for (size_t i = 0; i < span_count; i++) {
        assert(spans[i] > 0 && spans[i] <= WINDOW_BUCKETS_MAX);
        window->spans[i] = (uint16_t)spans[i];
        if (spans[i] >= window->capacity) {
            window->capacity = (uint16_t)spans[i];
        } else {
            window->spans[i] = window->spans[i - 1]; /* the longest so far moves on */
            window->spans[i - 1] = (uint16_t)spans[i];
        }
    }
}

void
window_place(struct window *window, const struct window_ring *ring)
{
    assert(ring->stride > 0 && ring->stride <= UINT8_MAX);

    window->filled = ring->filled;
    window->counts = ring->counts;
    window->stride = (uint8_t)ring->stride;
}

static uint32_t *
count_at(const struct window *window, uint32_t place)
{
    return &window->counts[(size_t)place * window->stride];
}

/* Of all counts. */
static uint64_t
whole_sum(const struct window *window)
{
    return window->sums[window->span_count - 1];
}

/* Of the 64 places of a word, those in [from, to). */
static uint64_t
bits_between(const struct window *window, uint32_t word, uint32_t from, uint32_t to)
{
    uint32_t first = word * WORD_BITS;
    uint64_t bits = window->filled[word];

    if (from > first) {
        bits &= UINT64_MAX << (from - first);
    }
    if (to - first < WORD_BITS) {
        bits &= ~(UINT64_MAX << (to - first));
    }
    return bits;
}

static uint64_t
sum_places(const struct window *window, uint32_t from, uint32_t to)
{
    uint64_t sum = 0;

    for (uint32_t word = from / WORD_BITS; word * WORD_BITS < to; word++) {
        uint64_t bits = bits_between(window, word, from, to);
        for (; bits != 0; bits &= bits - 1) {
            sum += *count_at(window, word * WORD_BITS + (uint32_t)__builtin_ctzll(bits));
        }
    }
    return sum;
}

/* The same, and they are free. */
static uint64_t
take_places(struct window *window, uint32_t from, uint32_t to)
{
    uint64_t sum = 0;

    for (uint32_t word = from / WORD_BITS; word * WORD_BITS < to; word++) {
        uint64_t bits = bits_between(window, word, from, to);
        window->filled[word] &= ~bits;
        for (; bits != 0; bits &= bits - 1) {
            uint32_t *count = count_at(window, word * WORD_BITS + (uint32_t)__builtin_ctzll(bits));
            sum += *count;
            *count = 0;
        }
    }
    return sum;
}

/* Of `count` places of the ring from `from` on, at most as many as there are. */
static uint64_t
sum_ring(const struct window *window, uint32_t from, uint32_t count)
{
    uint32_t before_wrap = window->capacity - from;

    if (count <= before_wrap) {
        return sum_places(window, from, from + count);
    }
    return sum_places(window, from, window->capacity) + sum_places(window, 0, count - before_wrap);
}

static uint64_t
take_ring(struct window *window, uint32_t from, uint32_t count)
{
    uint32_t before_wrap = window->capacity - from;

    if (count <= before_wrap) {
        return take_places(window, from, from + count);
    }
    return take_places(window, from, window->capacity) +
           take_places(window, 0, count - before_wrap);
}

static void
set_place(struct window *window, uint32_t place, uint32_t count)
{
    uint64_t bit = UINT64_C(1) << place % WORD_BITS;

    *count_at(window, place) = count;
    if (count != 0) {
        window->filled[place / WORD_BITS] |= bit;
    } else {
        window->filled[place / WORD_BITS] &= ~bit;
    }
}

void
window_clear(struct window *window)
{
    (void)take_places(window, 0, window->capacity);
    memset(window->sums, 0, sizeof window->sums);
}

/* `steps` buckets on, fewer than the ring holds: what drops out of each span leaves its sum, and what drops out of
 * the longest makes room for the new buckets. */
static void
walk(struct window *window, uint32_t steps)
{
    uint32_t last = window->span_count - 1U;
    uint32_t first = (window->newest + 1) % window->capacity;

    for (uint32_t i = 0; i < last; i++) {
        uint32_t span = window->spans[i];
        if (steps >= span) {
            window->sums[i] = 0;
        } else if (window->sums[i] > 0) {
            uint32_t oldest = first < span ? first + window->capacity - span : first - span;
            window->sums[i] -= sum_ring(window, oldest, steps);
        }
    }
    window->sums[last] -= take_ring(window, first, steps);
    window->newest += steps;
}

void
window_advance(struct window *window, uint32_t bucket)
{
    if (bucket <= window->newest) {
        return;
    }
    uint32_t steps = bucket - window->newest;
    if (whole_sum(window) == 0) {
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
    if (count == 0) {
        return;
    }
    uint32_t place = window->newest % window->capacity;
    uint32_t before = *count_at(window, place);
    uint32_t room = UINT32_MAX - before;
    uint32_t added = count < room ? (uint32_t)count : room;

    set_place(window, place, before + added);
    for (uint32_t i = 0; i < window->span_count; i++) {
        window->sums[i] += added;
    }
}

void
window_drop(struct window *window, uint32_t age)
{
    uint32_t count = window_count(window, age);
    assert(count > 0);

    (void)window_restore(window, age, count - 1);
}

uint32_t
window_count(const struct window *window, uint32_t age)
{
    if (age >= window->capacity || age > window->newest) {
        return 0;
    }
    return *count_at(window, (window->newest - age) % window->capacity);
}

uint32_t
window_filled(const struct window *window)
{
    uint32_t words = WINDOW_WORDS((uint32_t)window->capacity);
    uint32_t filled = 0;

    for (uint32_t word = 0; word < words; word++) {
        filled += (uint32_t)__builtin_popcountll(window->filled[word]);
    }
    return filled;
}

uint32_t
window_next_filled(const struct window *window, uint32_t age)
{
    while (age < window->capacity && age <= window->newest) {
        uint32_t place = (window->newest - age) % window->capacity;
        uint32_t above = WORD_BITS - 1 - place % WORD_BITS;
        uint64_t bits = window->filled[place / WORD_BITS] << above; /* here and older */
        if (bits != 0) {
            age += (uint32_t)__builtin_clzll(bits);
            return age < window->capacity ? age : window->capacity;
        }
        age += place % WORD_BITS + 1;
    }
    return window->capacity;
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

    uint32_t passed = bucket - window->newest;
    for (uint32_t i = 0; passed == 0 && i < window->span_count; i++) {
        if (window->spans[i] == span) {
            return window->sums[i];
        }
    }
    if (passed >= span) {
        return 0;
    }
    uint32_t left = span - passed - 1 < window->newest ? span - passed : window->newest + 1;
    return sum_ring(window, (window->newest + 1 - left) % window->capacity, left);
}

int
window_restore(struct window *window, uint32_t age, uint32_t count)
{
    if (age >= window->capacity || age > window->newest) {
        return 0;
    }
    uint32_t place = (window->newest - age) % window->capacity;
    uint32_t before = *count_at(window, place);
    for (uint32_t i = 0; i < window->span_count; i++) {
        if (age < window->spans[i]) {
            window->sums[i] += count - (uint64_t)before;
        }
    }
    set_place(window, place, count);
    return 1;
}
