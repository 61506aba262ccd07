/*
 * window: how many in the last minute, ten minutes, hour, day: exact sliding sums over one number.
 *
 *        newest - 5 ............ newest
 *   ... | 3 | 0 | 0 | 7 | 1 | 2 |          span 6 = the last minute = 13
 *
 * A ring of 10-second counts, with a running sum for each of a few spans fixed at the start; any other
 * span up to the longest is added up when asked for. Most brands are not spoken of in most buckets: a bit
 * for each place says which hold anything, and the others are never looked at. Time only moves forward.
 * Pure numbers: the caller says which bucket it is. Owned by one thread at a time.
 */
#ifndef REBATO_WINDOW_WINDOW_H
#define REBATO_WINDOW_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#define WINDOW_SPANS_MAX   8
#define WINDOW_BUCKETS_MAX 8640 /* a day of 10-second buckets */

#define SPAN_1M  6
#define SPAN_10M 60
#define SPAN_1H  360
#define SPAN_24H 8640

struct window {
    uint32_t newest; /* the bucket that window_add() adds to */
    uint32_t span_count;
    uint32_t longest;  /* of the spans; its sum is that of all counts */
    uint32_t capacity; /* buckets of that span */
    uint64_t *filled;  /* bit b % capacity: the count there is not 0 */
    uint32_t *counts;  /* of bucket b at b % capacity; behind them in one piece of memory */
    uint64_t sums[WINDOW_SPANS_MAX];
    uint32_t spans[WINDOW_SPANS_MAX]; /* buckets */
};

/* `spans` in buckets, 1 to WINDOW_BUCKETS_MAX each. False when out of memory. */
int window_init(struct window *window, const uint32_t *spans, size_t span_count);
void window_fini(struct window *window);

/* Moves on to `bucket`: what is too old leaves. An earlier or equal bucket changes nothing. */
void window_advance(struct window *window, uint32_t bucket);
/* What moving on to `bucket` will touch is asked of memory; see core/line.h. */
void window_fetch(const struct window *window, uint32_t bucket);
/* Adds to the newest bucket. A bucket holds at most UINT32_MAX. */
void window_add(struct window *window, uint64_t count);
void window_clear(struct window *window);

/* Sum of the last `span` buckets, up to and including the newest. */
uint64_t window_sum(const struct window *window, uint32_t span);
/* The same as of `bucket` >= newest, with nothing in between. */
uint64_t window_sum_at(const struct window *window, uint32_t bucket, uint32_t span);
/* The count of the bucket `age` buckets before the newest; 0 beyond the capacity. */
uint32_t window_count(const struct window *window, uint32_t age);
/* The age of the youngest count that is not 0, of this age at least; the capacity: there is none. */
uint32_t window_next_filled(const struct window *window, uint32_t age);
/* For loading a saved state: puts `count` where `age` says. False when it does not fit. */
int window_restore(struct window *window, uint32_t age, uint32_t count);

#endif
