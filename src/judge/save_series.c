#include "judge/save_parts.h"

#include <stdlib.h>

#define AUTHOR_BYTES 12 /* of walk_author() */

/* Most buckets are empty: only the others are kept, as (age, count). */
void
walk_window(struct codec *codec, struct window *window)
{
    uint32_t newest = window->newest;
    uint32_t filled = 0;

    codec_u32(codec, &newest);
    for (uint32_t age = window_next_filled(window, 0);
            codec->mode != CODEC_READ && age < window->capacity;
            age = window_next_filled(window, age + 1)) {
        filled++;
    }
    filled = codec_limited(codec, filled, WINDOW_BUCKETS_MAX);
    if (codec->mode == CODEC_READ) {
        window->newest = newest; /* it is empty */
        while (filled-- > 0) {
            uint32_t age = 0;
            uint32_t count = 0;
            codec_u32(codec, &age);
            codec_u32(codec, &count);
            /* Beyond a window that a new rule has made shorter: no longer asked for. */
            (void)window_restore(window, age, count);
        }
        return;
    }
    for (uint32_t age = window_next_filled(window, 0); age < window->capacity;
            age = window_next_filled(window, age + 1)) {
        uint32_t count = window_count(window, age);
        codec_u32(codec, &age);
        codec_u32(codec, &count);
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
    if (codec->mode == CODEC_MEASURE || count == 0) {
        codec->used += (size_t)count * AUTHOR_BYTES;
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

void
walk_authors(struct codec *codec, struct authors *authors)
{
    codec_u32(codec, &authors->newest);
    codec_u32(codec, &authors->tidied);
    for (size_t i = 0; i < AUTHORS_HOUR; i++) {
        codec_u32(codec, &authors->recent[i]);
    }
    uint32_t count = codec_limited(codec, authors_remembered(authors), AUTHORS_MAX);
    if (codec->mode == CODEC_READ) {
        read_authors(codec, authors, count);
    } else {
        write_authors(codec, authors, count);
    }
}

static void
walk_numbers(struct codec *codec, double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        codec_f64(codec, &numbers[i]);
    }
}

void
walk_baseline(struct codec *codec, struct baseline *baseline)
{
    codec_f64(codec, &baseline->prior_level);
    codec_f64(codec, &baseline->level_sum);
    codec_f64(codec, &baseline->level_weight);
    for (size_t i = 0; i < SEASON_SLOTS; i++) {
        codec_f64(codec, &baseline->slots[i].sum);
    }
    for (size_t i = 0; i < SEASON_SLOTS; i++) {
        codec_f64(codec, &baseline->slots[i].weight);
    }
    codec_f64(codec, &baseline->complaint_sum);
    codec_f64(codec, &baseline->other_sum);
    codec_f64(codec, &baseline->author_sum);
    codec_f64(codec, &baseline->post_sum);
    walk_numbers(codec, baseline->spread_sum, SCALE_COUNT);
    walk_numbers(codec, baseline->spread_weight, SCALE_COUNT);
}

static void
walk_step(struct codec *codec, struct step_counts *step)
{
    codec_f64(codec, &step->expected);
    codec_f64(codec, &step->clipped);
    codec_u64(codec, &step->counted);
    codec_u64(codec, &step->posts);
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
    walk_step(codec, &series->open);
    for (size_t i = 0; i < STEPS_A_DAY; i++) {
        walk_step(codec, &series->steps[i]);
    }
    for (size_t i = 0; i < SCALE_COUNT; i++) {
        walk_step(codec, &series->sums[i]);
    }
    walk_cusum(codec, &series->cusum);
    codec_u32(codec, &series->recheck);
    walk_numbers(codec, series->excess_square, 2);
    walk_numbers(codec, series->excess_weight, 2);
}
