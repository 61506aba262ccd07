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
 *
 * The window is one line of memory; its ring lies where the owner wants it, beside what is looked at together with
 * it: rings of several windows may be one array, bucket by bucket.
 */
#ifndef REBATO_WINDOW_WINDOW_H
#define REBATO_WINDOW_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#define WINDOW_SPANS_MAX   4
#define WINDOW_BUCKETS_MAX 8640 /* a day of 10-second buckets */

#define SPAN_1M  6
#define SPAN_10M 60
#define SPAN_1H  360
#define SPAN_24H 8640

/* Words of the bits of so many buckets. */
#define WINDOW_WORDS(buckets) (((buckets) + 63) / 64)

/* The owner's memory for one window, all zeroes: as many places as the longest span has buckets. */
struct window_ring {
    uint64_t *filled; /* WINDOW_WORDS() of them; bit b % capacity: the count there is not 0 */
    uint32_t *counts; /* of bucket b at b % capacity * stride */
    uint32_t stride;  /* 1: the counts of this window stand alone */
};

struct window {
    uint32_t newest;   /* the bucket that window_add() adds to */
    uint16_t capacity; /* buckets of the longest span */
    uint8_t span_count;
    uint8_t stride;
    uint64_t *filled; /* see window_ring */
    uint32_t *counts;
    uint16_t spans[WINDOW_SPANS_MAX]; /* buckets; the longest is the last */
    uint64_t sums[WINDOW_SPANS_MAX];  /* the last is that of all counts */
};

/* `spans` in buckets, 1 to WINDOW_BUCKETS_MAX each. Before anything else it is told where its ring lies. */
void window_init(struct window *window, const uint32_t *spans, size_t span_count);
/* Once at first, and again whenever window and ring were copied as they are. */
void window_place(struct window *window, const struct window_ring *ring);

/* Moves on to `bucket`: what is too old leaves. An earlier or equal bucket changes nothing. */
void window_advance(struct window *window, uint32_t bucket);
/* Adds to the newest bucket. A bucket holds at most UINT32_MAX. */
void window_add(struct window *window, uint64_t count);
/* One less in the bucket `age` buckets before the newest, which holds at least one. */
void window_drop(struct window *window, uint32_t age);
void window_clear(struct window *window);

/* Sum of the last `span` buckets, up to and including the newest. */
uint64_t window_sum(const struct window *window, uint32_t span);
/* The same as of `bucket` >= newest, with nothing in between. */
uint64_t window_sum_at(const struct window *window, uint32_t bucket, uint32_t span);
/* The count of the bucket `age` buckets before the newest; 0 beyond the capacity. */
uint32_t window_count(const struct window *window, uint32_t age);
/* How many counts are not 0. */
uint32_t window_filled(const struct window *window);
/* The age of the youngest count that is not 0, of this age at least; the capacity: there is none. */
uint32_t window_next_filled(const struct window *window, uint32_t age);
/* For loading a saved state: puts `count` where `age` says. False when it does not fit. */
int window_restore(struct window *window, uint32_t age, uint32_t count);

#endif
