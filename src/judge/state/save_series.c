#include "judge/state/save_parts.h"

#include <assert.h>
#include <stdlib.h>

/* Pairs of numbers, some at once. */
struct pairs {
    struct codec *codec;
    uint32_t numbers[64];
    size_t count; /* of numbers */
};

static void
write_pair(struct pairs *pairs, uint32_t one, uint32_t other)
{
    if (pairs->count == sizeof pairs->numbers / sizeof pairs->numbers[0]) {
        codec_u32s(pairs->codec, pairs->numbers, pairs->count);
        pairs->count = 0;
    }
    pairs->numbers[pairs->count++] = one;
    pairs->numbers[pairs->count++] = other;
}

static void
read_window(struct codec *codec, struct window *window)
{
    uint32_t filled = codec_limited(codec, 0, WINDOW_BUCKETS_MAX);

    while (filled-- > 0) {
        uint32_t age = 0;
        uint32_t count = 0;
        codec_u32(codec, &age);
        codec_u32(codec, &count);
        /* Beyond a window that a new rule has made shorter: no longer asked for. */
        (void)window_restore(window, age, count);
    }
}

static void
write_window(struct codec *codec, const struct window *window)
{
    struct pairs pairs = { .codec = codec };

    (void)codec_limited(codec, window_filled(window), WINDOW_BUCKETS_MAX);
    for (uint32_t age = window_next_filled(window, 0); age < window->capacity;
            age = window_next_filled(window, age + 1)) {
        write_pair(&pairs, age, window_count(window, age));
    }
    codec_u32s(codec, pairs.numbers, pairs.count);
}

/* Most buckets are empty: only the others are kept, as (age, count). */
void
walk_window(struct codec *codec, struct window *window)
{
    codec_u32(codec, &window->newest);
    if (codec->mode == CODEC_READ) {
        read_window(codec, window);
    } else {
        write_window(codec, window);
    }
}

static void
walk_author(struct codec *codec, struct author_seen *seen)
{
    codec_u64(codec, &seen->author);
    codec_u32(codec, &seen->last);
}

static void
read_authors(struct codec *codec, struct authors *authors, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct author_seen seen = { 0 };
        walk_author(codec, &seen);
        authors_restore(authors, &seen);
    }
}

/* By hash, not by slot: equal states are equal bytes, however their tables grew. */
static void
write_authors(struct codec *codec, const struct authors *authors, uint32_t count)
{
    if (count == 0) {
        return;
    }
    struct author_seen *list = malloc(count * sizeof *list);
    if (list == NULL) {
        codec->broken = 1;
        return;
    }
    authors_list(authors, list);
    for (uint32_t i = 0; i < count; i++) {
        walk_author(codec, &list[i]);
    }
    free(list);
}

/* All places, b % AUTHORS_HOUR for bucket b. */
static void
walk_recent(struct codec *codec, struct window *recent)
{
    uint32_t counts[AUTHORS_HOUR] = { 0 };
    uint32_t end = recent->newest + AUTHORS_HOUR;

    for (uint32_t age = window_next_filled(recent, 0); age < AUTHORS_HOUR;
            age = window_next_filled(recent, age + 1)) {
        counts[(end - age) % AUTHORS_HOUR] = window_count(recent, age);
    }
    codec_u32s(codec, counts, AUTHORS_HOUR);
    for (uint32_t age = 0; codec->mode == CODEC_READ && age < AUTHORS_HOUR; age++) {
        (void)window_restore(recent, age, counts[(end - age) % AUTHORS_HOUR]);
    }
}

void
walk_authors(struct codec *codec, struct authors *authors)
{
    codec_u32(codec, &authors->recent.newest);
    codec_u32(codec, &authors->tidied);
    walk_recent(codec, &authors->recent);
    uint32_t count = codec_limited(codec, authors_remembered(authors), AUTHORS_MAX);
    if (codec->mode == CODEC_READ) {
        read_authors(codec, authors, count);
    } else {
        write_authors(codec, authors, count);
    }
}

/* All sums, then all weights. */
static void
walk_season(struct codec *codec, struct season_slot slots[SEASON_SLOTS])
{
    double sums[SEASON_SLOTS];
    double weights[SEASON_SLOTS];

    for (size_t i = 0; i < SEASON_SLOTS; i++) {
        sums[i] = slots[i].sum;
        weights[i] = slots[i].weight;
    }
    codec_f64s(codec, sums, SEASON_SLOTS);
    codec_f64s(codec, weights, SEASON_SLOTS);
    for (size_t i = 0; codec->mode == CODEC_READ && i < SEASON_SLOTS; i++) {
        slots[i] = (struct season_slot){ .sum = sums[i], .weight = weights[i] };
    }
}

void
walk_baseline(struct codec *codec, struct baseline *baseline)
{
    codec_f64(codec, &baseline->prior_level);
    codec_f64(codec, &baseline->level_sum);
    codec_f64(codec, &baseline->level_weight);
    walk_season(codec, baseline->slots);
    codec_f64(codec, &baseline->complaint_sum);
    codec_f64(codec, &baseline->other_sum);
    codec_f64(codec, &baseline->author_sum);
    codec_f64(codec, &baseline->post_sum);
    codec_f64s(codec, baseline->spread_sum, SCALE_COUNT);
    codec_f64s(codec, baseline->spread_weight, SCALE_COUNT);
}

#define STEP_NUMBERS 4

static_assert(sizeof(struct step_counts) == STEP_NUMBERS * sizeof(uint64_t),
        "steps are written as they stand: four wide numbers");

static void
walk_steps(struct codec *codec, struct step_counts *steps, size_t count)
{
    codec_wide(codec, steps, count * STEP_NUMBERS);
}

static void
walk_cusum(struct codec *codec, struct cusum *cusum)
{
    codec_f64(codec, &cusum->evidence);
    codec_u32(codec, &cusum->from);
    codec_u32(codec, &cusum->steps);
    codec_u64(codec, &cusum->counted);
    codec_f64(codec, &cusum->expected);
}

void
walk_series(struct codec *codec, struct series *series)
{
    walk_baseline(codec, &series->baseline);
    walk_authors(codec, &series->authors);
    walk_window(codec, &series->fresh);
    walk_window(codec, &series->posts);
    walk_steps(codec, &series->open, 1);
    walk_steps(codec, series->steps, STEPS_A_DAY);
    walk_steps(codec, series->sums, SCALE_COUNT);
    walk_cusum(codec, &series->cusum);
    codec_u32(codec, &series->recheck);
    codec_f64s(codec, series->excess_square, 2);
    codec_f64s(codec, series->excess_weight, 2);
}
