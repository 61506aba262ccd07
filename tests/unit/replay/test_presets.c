/* What other sensitivities would have told of the same buckets. */
#include "episode.h"
#include "replay/presets.h"

#include <stdlib.h>

#define HOURS(n) ((uint32_t)(n)*360)
#define DAYS(n)  ((uint32_t)(n)*8640)

static void
watch(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    presets_watch(context, phase, fold);
}

static size_t
count_of(const struct presets *presets, enum sensitivity sensitivity)
{
    struct preset_result result;

    presets_result(presets, sensitivity, &result);
    return result.count;
}

/* The statistic alone, after days in which one person an hour complains among many who do not. */
static void
live_calmly(struct episode *episode, uint32_t days)
{
    for (uint32_t hour = 0; hour < days * 24; hour++) {
        episode_complain(episode, EPISODE_BUCKET + HOURS(hour), 1, 0);
        for (uint32_t i = 1; i < 30; i++) {
            struct brand_bucket in = { .bucket = EPISODE_BUCKET + HOURS(hour) + i * 10,
                .total = 2 };
            episode_wait(episode, in.bucket);
            episode_fold(episode, &in);
        }
    }
}

Test(presets, what_is_plain_is_told_by_all_of_them)
{
    struct episode episode;
    struct preset_result result;

    episode_init(&episode, "acme", watch, NULL);
    struct presets *presets = presets_create(&episode.settings, 2);
    episode.context = presets;
    episode.number = 1;
    episode_complain(&episode, EPISODE_BUCKET, 12, 0);
    presets_finish(presets, EPISODE_BUCKET + DAYS(1));
    for (int i = 0; i < PRESET_COUNT; i++) {
        presets_result(presets, (enum sensitivity)i, &result);
        cr_assert_eq(result.count, (size_t)1);
        cr_expect_eq(result.alerts[0].brand, (size_t)1);
        cr_expect_eq(result.alerts[0].signal, SIGNAL_OUTAGE);
        cr_expect_eq(result.alerts[0].people, (uint64_t)12);
        cr_expect_neq(result.alerts[0].resolved_ms, TIME_NONE);
        cr_expect_gt(result.notices, (uint64_t)2); /* it is silent throughout */
        cr_expect_eq(result.alerts[0].notices, result.notices);
    }
    presets_destroy(&presets);
    episode_fini(&episode);
}

Test(presets, the_more_is_asked_for_the_more_is_told)
{
    struct episode episode;
    size_t told[PRESET_COUNT] = { 0 };

    episode_init(&episode, "acme", watch, NULL);
    episode.settings.threshold_count = 0;
    episode.settings.judged = SIGNAL_BIT(SIGNAL_OUTAGE);
    struct presets *presets = presets_create(&episode.settings, 1);
    episode.context = presets;
    live_calmly(&episode, 4);
    for (uint32_t crowd = 1; crowd <= 20; crowd++) {
        uint32_t day = EPISODE_BUCKET + DAYS(4) + DAYS(crowd);
        for (uint32_t person = 0; person < crowd; person++) {
            episode_complain(&episode, day + person * 3, 1, 0);
        }
    }
    presets_finish(presets, EPISODE_BUCKET + DAYS(30));
    for (int i = 0; i < PRESET_COUNT; i++) {
        told[i] = count_of(presets, (enum sensitivity)i);
    }
    cr_expect_gt(told[SENSITIVITY_FEWER], (size_t)0);
    cr_expect_leq(told[SENSITIVITY_FEWER], told[SENSITIVITY_BALANCED]);
    cr_expect_leq(told[SENSITIVITY_BALANCED], told[SENSITIVITY_MORE]);
    cr_expect_lt(told[SENSITIVITY_FEWER], told[SENSITIVITY_MORE], "%zu and %zu", told[0], told[2]);
    presets_destroy(&presets);
    episode_fini(&episode);
}

Test(presets, a_brand_is_told_of_when_enough_people_have_come_and_not_before)
{
    static const struct {
        size_t people[2];
        size_t told;
    } rows[] = { { { 0, 0 }, 0 }, { { 9, 0 }, 0 }, { { 9, 1 }, 1 }, { { 12, 0 }, 1 } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct episode episode;
        struct preset_result result;
        episode_init(&episode, "acme", watch, NULL);
        struct presets *presets = presets_create(&episode.settings, 1);
        episode.context = presets;
        episode_complain(&episode, EPISODE_BUCKET, rows[i].people[0], 0);
        episode_complain(&episode, EPISODE_BUCKET + 1, rows[i].people[1], 0);
        presets_finish(presets, EPISODE_BUCKET + 1);
        presets_result(presets, SENSITIVITY_FEWER, &result);
        cr_expect_eq(result.count, rows[i].told, "row %zu", i);
        /* Nothing ended what was open at the end. */
        cr_expect(result.count == 0 || result.alerts[0].resolved_ms == TIME_NONE, "row %zu", i);
        presets_destroy(&presets);
        episode_fini(&episode);
    }
}

Test(presets, the_one_that_is_configured_says_what_the_judge_says)
{
    struct episode episode;
    struct preset_result result;
    size_t opened = 0;

    episode_init(&episode, "acme", watch, NULL);
    struct presets *presets = presets_create(&episode.settings, 1);
    episode.context = presets;
    for (uint32_t i = 0; i < 30; i++) {
        const struct incident *before = brand_judge_incident(episode.judge);
        char id[INCIDENT_ID_SIZE] = "";
        if (before != NULL) {
            snprintf(id, sizeof id, "%s", before->id);
        }
        episode_complain(&episode, EPISODE_BUCKET + DAYS(i), i % 3 == 0 ? 3 : 15, 0);
        const struct incident *now = brand_judge_incident(episode.judge);
        opened += now != NULL && strcmp(now->id, id) != 0;
    }
    presets_result(presets, SENSITIVITY_BALANCED, &result);
    cr_expect_eq(result.count, opened, "%zu and %zu", result.count, opened);
    cr_expect_eq(opened, (size_t)20);
    cr_expect_str_eq(result.alerts[result.count - 1].id, brand_judge_incident(episode.judge)->id);
    presets_destroy(&presets);
    episode_fini(&episode);
}

/* ---- side by side ---- */

Test(presets, alerts_of_the_same_time_and_brand_are_one_episode)
{
    struct episode episode[2];
    struct preset_result result;
    size_t count = 0;

    episode_init(&episode[0], "acme", watch, NULL);
    episode_init(&episode[1], "zeta", watch, NULL);
    struct presets *presets = presets_create(&episode[0].settings, 2);
    for (size_t i = 0; i < 2; i++) {
        episode[i].context = presets;
        episode[i].number = i;
        for (uint32_t day = 0; day < 3; day++) {
            episode_complain(
                    &episode[i], EPISODE_BUCKET + DAYS(day) + 6 * (uint32_t)(1 - i), 12, 0);
        }
    }
    presets_finish(presets, EPISODE_BUCKET + DAYS(4));
    struct preset_episode *episodes = presets_episodes(presets, &count);
    cr_assert_eq(count, (size_t)6);
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(episodes[i].brand, 1 - i % 2, "the first one is told first: %zu", i);
        for (size_t which = 0; which < PRESET_COUNT; which++) {
            presets_result(presets, (enum sensitivity)which, &result);
            cr_assert_not_null(episodes[i].alerts[which]);
            cr_expect_eq(episodes[i].alerts[which]->opened_ms, result.alerts[i].opened_ms);
        }
        cr_expect_eq(preset_episode_first(&episodes[i])->brand, episodes[i].brand);
    }
    free(episodes);
    presets_destroy(&presets);
    episode_fini(&episode[0]);
    episode_fini(&episode[1]);
}

Test(presets, what_not_all_of_them_tell_is_an_episode_too)
{
    struct episode episode;
    size_t count = 0;
    size_t fewer = 0;
    size_t alerts = 0;

    episode_init(&episode, "acme", watch, NULL);
    episode.settings.threshold_count = 0;
    episode.settings.judged = SIGNAL_BIT(SIGNAL_OUTAGE);
    struct presets *presets = presets_create(&episode.settings, 1);
    episode.context = presets;
    live_calmly(&episode, 4);
    for (uint32_t crowd = 1; crowd <= 20; crowd++) {
        for (uint32_t person = 0; person < crowd; person++) {
            episode_complain(&episode, EPISODE_BUCKET + DAYS(4 + crowd) + person * 3, 1, 0);
        }
    }
    presets_finish(presets, EPISODE_BUCKET + DAYS(30));
    struct preset_episode *episodes = presets_episodes(presets, &count);
    for (size_t i = 0; i < count; i++) {
        size_t told = 0;
        for (size_t which = 0; which < PRESET_COUNT; which++) {
            told += episodes[i].alerts[which] != NULL;
        }
        fewer += told < PRESET_COUNT;
        alerts += told;
    }
    cr_expect_gt(fewer, (size_t)0);
    cr_expect_eq(alerts, count_of(presets, SENSITIVITY_FEWER) +
                                 count_of(presets, SENSITIVITY_BALANCED) +
                                 count_of(presets, SENSITIVITY_MORE));
    cr_expect_geq(count, count_of(presets, SENSITIVITY_MORE));
    free(episodes);
    presets_destroy(&presets);
    episode_fini(&episode);
}
