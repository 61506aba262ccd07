/* What an archive does not hold: silences that only a broken input explains, and hours that came too late. */
#include "replay/holes.h"

#include "episode.h"

#define HOUR (3600 / BUCKET_SECONDS)
#define DAY  (24 * HOUR)

static void
watch(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    holes_watch(context, phase, fold);
}

/* So many mentions in each of these buckets, a few minutes apart. */
static void
chat(struct episode *episode, uint32_t first, uint32_t end, uint64_t mentions)
{
    for (uint32_t bucket = first; bucket < end; bucket += 12) {
        struct brand_bucket in = { .bucket = bucket, .total = mentions };
        episode_fold(episode, &in);
    }
}

static void
come_late(struct episode *episode, uint32_t first, uint32_t end)
{
    for (uint32_t bucket = first; bucket < end; bucket += 12) {
        struct brand_bucket in = { .bucket = bucket, .total = 1, .late = 2 };
        episode_fold(episode, &in);
    }
}

Test(holes, a_silence_that_only_a_broken_input_explains_is_missing_from_then_to_then)
{
    struct holes *holes = holes_create();
    struct episode episode;
    uint32_t begin = EPISODE_BUCKET / 30 * 30;

    episode_init(&episode, "acme", watch, holes);
    chat(&episode, begin, begin + 5 * DAY, 3);
    uint32_t heard = begin + 5 * DAY - 12;
    uint32_t again = heard + 3 * HOUR;
    chat(&episode, again, again + DAY, 3);

    const struct hole_list *missing = holes_of(holes, "acme", HOLE_MISSING);
    cr_assert_not_null(missing);
    cr_assert_eq(missing->count, 1);
    cr_assert_eq(missing->at[0].from_ms, bucket_start_ms(heard + 1));
    cr_assert_eq(missing->at[0].to_ms, bucket_start_ms(again));
    cr_assert_eq(missing->sum_ms, missing->at[0].to_ms - missing->at[0].from_ms);
    cr_assert_null(holes_of(holes, "acme", HOLE_STALE));
    episode_fini(&episode);
    holes_destroy(&holes);
    cr_assert_null(holes);
}

Test(holes, who_is_rarely_spoken_of_or_not_known_yet_is_not_missed)
{
    struct holes *holes = holes_create();
    struct episode rare;
    struct episode young;
    uint32_t begin = EPISODE_BUCKET / 30 * 30;

    episode_init(&rare, "rare", watch, holes);
    for (uint32_t day = 0; day < 8; day++) {
        chat(&rare, begin + day * DAY, begin + day * DAY + 13, 1);
    }
    episode_init(&young, "young", watch, holes);
    chat(&young, begin, begin + DAY, 3);
    chat(&young, begin + DAY + 6 * HOUR, begin + DAY + 7 * HOUR, 3);

    cr_assert_null(holes_of(holes, "rare", HOLE_MISSING));
    cr_assert_null(holes_of(holes, "young", HOLE_MISSING));
    episode_fini(&rare);
    episode_fini(&young);
    holes_destroy(&holes);
}

Test(holes, what_comes_late_is_stale_as_long_as_the_last_hour_holds_too_much_of_it)
{
    struct holes *holes = holes_create();
    struct episode episode;
    uint32_t begin = EPISODE_BUCKET / 30 * 30;
    uint32_t late = begin + DAY;

    episode_init(&episode, "acme", watch, holes);
    chat(&episode, begin, late, 3);
    come_late(&episode, late, late + HOUR);
    chat(&episode, late + HOUR, late + DAY, 3);

    const struct hole_list *stale = holes_of(holes, "acme", HOLE_STALE);
    cr_assert_not_null(stale);
    cr_assert_eq(stale->count, 1);
    cr_assert_gt(stale->at[0].from_ms, bucket_start_ms(late));
    cr_assert_lt(stale->at[0].from_ms, bucket_start_ms(late + HOUR / 2));
    cr_assert_gt(stale->at[0].to_ms, bucket_start_ms(late + HOUR));
    cr_assert_leq(stale->at[0].to_ms, bucket_start_ms(late + 2 * HOUR));
    episode_fini(&episode);
    holes_destroy(&holes);
}

Test(holes, more_than_there_is_room_for_are_counted_and_their_time_with_them)
{
    struct holes *holes = holes_create();
    struct episode episode;
    uint32_t begin = EPISODE_BUCKET / 30 * 30;
    uint32_t turns = HOLES_MAX + 3;

    episode_init(&episode, "acme", watch, holes);
    chat(&episode, begin, begin + 5 * HOUR, 3);
    for (uint32_t i = 0; i < turns; i++) {
        uint32_t turn = begin + (i + 1) * 5 * HOUR;
        come_late(&episode, turn, turn + HOUR);
        chat(&episode, turn + HOUR, turn + 5 * HOUR, 3);
    }
    const struct hole_list *stale = holes_of(holes, "acme", HOLE_STALE);
    cr_assert_eq(stale->count, HOLES_MAX);
    cr_assert_eq(stale->left_out, 3);
    int64_t shown_ms = 0;
    for (size_t i = 0; i < stale->count; i++) {
        shown_ms += stale->at[i].to_ms - stale->at[i].from_ms;
    }
    cr_assert_gt(stale->sum_ms, shown_ms);
    episode_fini(&episode);
    holes_destroy(&holes);
}
