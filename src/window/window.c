#include "window/window.h"

#include "core/line.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BITS 64

static size_t
filled_words(const struct window *window)
{
    return (window->capacity + WORD_BITS - 1) / WORD_BITS;
}

int
window_init(struct window *window, const uint32_t *spans, size_t span_count)
{
    assert(span_count > 0 && span_count <= WINDOW_SPANS_MAX);

    *window = (struct window){ .span_count = (uint32_t)span_count };
    for (size_t i = 0; i < span_count; i++) {
        assert(spans[i] > 0 && spans[i] <= WINDOW_BUCKETS_MAX);
        window->spans[i] = spans[i];
        if (spans[i] > window->capacity) {
            window->longest = (uint32_t)i;
            window->capacity = spans[i];
        }
    }
    size_t words = filled_words(window);
    window->filled =
            line_calloc(words * sizeof *window->filled + window->capacity * sizeof *window->counts);
    window->counts = window->filled == NULL ? NULL : (uint32_t *)(void *)(window->filled + words);
    return window->filled != NULL;
}

void
window_fini(struct window *window)
{
    free(window->filled);
    window->counts = NULL;
    window->filled = NULL;
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
            sum += window->counts[word * WORD_BITS + (uint32_t)__builtin_ctzll(bits)];
        }
    }
    return sum;
}

static void
clear_places(struct window *window, uint32_t from, uint32_t to)
{
    for (uint32_t word = from / WORD_BITS; word * WORD_BITS < to; word++) {
        uint64_t bits = bits_between(window, word, from, to);
        window->filled[word] &= ~bits;
        for (; bits != 0; bits &= bits - 1) {
            window->counts[word * WORD_BITS + (uint32_t)__builtin_ctzll(bits)] = 0;
        }
    }
}

/* Of `count` places of the ring, from that of a bucket on; at most as many as there are. */
static uint64_t
sum_of(const struct window *window, uint32_t bucket, uint32_t count)
{
    uint32_t from = bucket % window->capacity;
    uint32_t before_wrap = window->capacity - from;

    if (count <= before_wrap) {
        return sum_places(window, from, from + count);
    }
    return sum_places(window, from, window->capacity) + sum_places(window, 0, count - before_wrap);
}

/* Their counts are gone; the same places. */
static void
free_places(struct window *window, uint32_t bucket, uint32_t count)
{
    uint32_t from = bucket % window->capacity;
    uint32_t before_wrap = window->capacity - from;

    if (count <= before_wrap) {
        clear_places(window, from, from + count);
    } else {
        clear_places(window, from, window->capacity);
        clear_places(window, 0, count - before_wrap);
    }
}

static void
set_place(struct window *window, uint32_t place, uint32_t count)
{
    uint64_t bit = UINT64_C(1) << place % WORD_BITS;

    window->counts[place] = count;
    if (count != 0) {
        window->filled[place / WORD_BITS] |= bit;
    } else {
        window->filled[place / WORD_BITS] &= ~bit;
    }
}

void
window_clear(struct window *window)
{
    clear_places(window, 0, window->capacity);
    memset(window->sums, 0, sizeof window->sums);
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
    if (window->sums[window->longest] == 0) {
        window->newest = bucket; /* nothing can leave */
    } else if (steps >= window->capacity) {
        window_clear(window);
        window->newest = bucket;
    } else {
        walk(window, steps);
    }
}

static void
fetch_place(const struct window *window, uint32_t bucket)
{
    uint32_t place = bucket % window->capacity;

    line_fetch(&window->filled[place / WORD_BITS], 1);
    line_fetch(&window->counts[place], 1);
}

void
window_fetch(const struct window *window, uint32_t bucket)
{
    uint32_t steps = bucket - window->newest;

    fetch_place(window, bucket);
    for (uint32_t i = 0; i < window->span_count && steps < window->spans[i]; i++) {
        uint32_t oldest = window->newest + 1 + (window->capacity - window->spans[i]);
        fetch_place(window, oldest);
        fetch_place(window, oldest + steps - 1);
    }
}

void
window_add(struct window *window, uint64_t count)
{
    if (count == 0) {
        return;
    }
    uint32_t place = window->newest % window->capacity;
    uint32_t room = UINT32_MAX - window->counts[place];
    uint32_t added = count < room ? (uint32_t)count : room;

    set_place(window, place, window->counts[place] + added);
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
    return sum_of(window, window->newest + 1 - left, left);
}

int
window_restore(struct window *window, uint32_t age, uint32_t count)
{
    if (age >= window->capacity || age > window->newest) {
        return 0;
    }
    uint32_t place = (window->newest - age) % window->capacity;
    for (uint32_t i = 0; i < window->span_count; i++) {
        if (age < window->spans[i]) {
            window->sums[i] += count - (uint64_t)window->counts[place];
        }
    }
    set_place(window, place, count);
    return 1;
}
