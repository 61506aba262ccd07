/* Where the parts of a series lie, and which of them a fold comes to. */
#include "judge/statistic/series.h"

#include "core/line.h"
#include "core/pages.h"

#include <stddef.h>

#define PLACES_BEFORE 5 /* a line of them */

static struct window_ring
hour_ring(struct series *series, enum hour_ring ring)
{
    return (struct window_ring){
        .filled = series->filled[ring], .counts = &series->hour[ring], .stride = HOUR_RINGS
    };
}

/* Of a ring of its own: what tells which buckets hold something, and the buckets. */
static size_t
long_bits_size(uint32_t buckets)
{
    return WINDOW_WORDS(buckets) * sizeof(uint64_t);
}

static size_t
long_ring_size(uint32_t buckets)
{
    return long_bits_size(buckets) + buckets * sizeof(uint32_t);
}

/* A ring of its own. False when out of memory. */
static int
long_ring(struct series *series, uint32_t buckets, struct window_ring *ring)
{
    char *memory = pages_take(long_ring_size(buckets));

    series->long_posts = memory;
    if (memory == NULL) {
        return 0;
    }
    *ring = (struct window_ring){ .filled = (uint64_t *)(void *)memory,
        .counts = (uint32_t *)(void *)(memory + long_bits_size(buckets)),
        .stride = 1 };
    return 1;
}

/* False when out of memory. */
static int
place_windows(struct series *series)
{
    struct window_ring fresh = hour_ring(series, RING_FRESH);
    struct window_ring posts = hour_ring(series, RING_POSTS);
    struct window_ring recent = hour_ring(series, RING_RECENT);
    uint32_t posts_kept = series->posts.capacity;

    if (posts_kept > SPAN_1H && !long_ring(series, posts_kept, &posts)) {
        return 0;
    }
    window_place(&series->fresh, &fresh);
    window_place(&series->posts, &posts);
    window_place(&series->authors.recent, &recent);
    return 1;
}

struct series *
series_create(uint32_t subject, double prior_level, const uint32_t *spans, size_t span_count)
{
    static const uint32_t fresh_spans[] = { SPAN_10M, SPAN_15M, SPAN_1H };
    struct series *series = pages_take(sizeof *series);
    if (series == NULL) {
        return NULL;
    }
    series->subject = subject;
    baseline_init(&series->baseline, prior_level);
    authors_init(&series->authors, AUTHORS_HOUR);
    window_init(&series->fresh, fresh_spans, 3);
    window_init(&series->posts, spans, span_count);
    if (!place_windows(series)) {
        series_destroy(&series);
    }
    return series;
}

void
series_destroy(struct series **series)
{
    if (*series == NULL) {
        return;
    }
    authors_fini(&(*series)->authors);
    pages_give((*series)->long_posts, long_ring_size((*series)->posts.capacity));
    pages_give(*series, sizeof **series);
    *series = NULL;
}

void
series_fetch(const struct series *series)
{
    line_fetch(series, offsetof(struct series, filled));
}

/* The place of a bucket in the hour, and some before it. */
static void
fetch_places(const struct series *series, uint32_t bucket, uint32_t before)
{
    uint32_t to = bucket % SPAN_1H;
    uint32_t from = to < before ? 0 : to - before;

    line_fetch(&series->hour[(size_t)from * HOUR_RINGS],
            HOUR_RINGS * sizeof series->hour[0] * (to - from + 1));
}

void
series_fetch_spoken(const struct series *series, uint32_t bucket)
{
    const char *from = (const char *)series->filled;
    const char *to = (const char *)series->baseline.spread_sum;

    line_fetch(from, (size_t)(to - from));
    line_fetch(baseline_slot(&series->baseline, bucket / STEP_BUCKETS), 1);
    fetch_places(series, bucket, 0);
    /* What leaves these spans lies so far back, or a little more if the last fold is a while ago. */
    fetch_places(series, bucket - SPAN_10M, PLACES_BEFORE);
    fetch_places(series, bucket - SPAN_15M, PLACES_BEFORE);
}

void
series_fetch_closing(const struct series *series, uint32_t step)
{
    line_fetch(&series->cusum, sizeof series->cusum + 2 * sizeof series->excess_square);
    line_fetch(series->baseline.spread_sum, sizeof series->baseline.spread_sum);
    line_fetch(series->baseline.spread_weight, sizeof series->baseline.spread_weight);
    line_fetch(baseline_slot(&series->baseline, step), 1);
    line_fetch(&series->steps[step % STEPS_A_DAY], 1);
    for (uint32_t scale = 0; scale < SCALE_COUNT - 1; scale++) {
        line_fetch(&series->steps[step_place_before(step % STEPS_A_DAY, scale_steps[scale])], 1);
    }
}
