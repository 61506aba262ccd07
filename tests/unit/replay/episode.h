/* A brand with one burst of complaints, folded by a judge of its own and shown to whoever watches. */
#ifndef REBATO_TESTS_REPLAY_EPISODE_H
#define REBATO_TESTS_REPLAY_EPISODE_H

#include "replay/watch.h"
#include "window/cell.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define EPISODE_BUCKET 139309378u /* 2014-02-22T18:29:40Z */
#define PEOPLE_MAX     64

typedef void (*episode_watcher)(
        void *context, enum fold_phase phase, const struct watched_fold *fold);

struct episode {
    struct judge_settings settings;
    struct judge_threshold threshold;
    struct brand_settings brand;
    struct brand_judge *judge;
    size_t number;
    episode_watcher watch;
    void *context;
    uint64_t next_author;
};

/* Ten people in ten minutes are an alert, at whatever sensitivity: a threshold says so. */
static inline void
episode_init(struct episode *episode, const char *id, episode_watcher watch, void *context)
{
    *episode = (struct episode){ .watch = watch, .context = context, .next_author = 1 };
    judge_settings_init(&episode->settings);
    episode->settings.deployment = "test";
    episode->settings.judged = 0;
    episode->threshold = (struct judge_threshold){ .signal = SIGNAL_OUTAGE,
        .threshold = { .window_ms = 600000, .min_authors = 10 },
        .severity = SEVERITY_WARNING };
    episode->settings.thresholds = &episode->threshold;
    episode->settings.threshold_count = 1;
    snprintf(episode->brand.id, sizeof episode->brand.id, "%s", id);
    episode->brand.ack_target_ms = 15 * 60000;
    episode->brand.update_every_ms = 30 * 60000;
    episode->judge = brand_judge_create(&episode->settings, &episode->brand);
    cr_assert_not_null(episode->judge);
}

static inline void
episode_fini(struct episode *episode)
{
    brand_judge_destroy(&episode->judge);
}

static inline void
episode_fold(struct episode *episode, const struct brand_bucket *in)
{
    struct judge_event events[JUDGE_EVENTS_MAX];
    struct watched_fold fold = { .brand = episode->number,
        .settings = &episode->brand,
        .judge = episode->judge,
        .in = in,
        .events = events };

    episode->watch(episode->context, FOLD_BEFORE, &fold);
    fold.event_count = brand_judge_fold(episode->judge, in, events);
    episode->watch(episode->context, FOLD_AFTER, &fold);
}

/* Whatever falls due before `bucket`. */
static inline void
episode_wait(struct episode *episode, uint32_t bucket)
{
    uint32_t due = brand_judge_next(episode->judge);

    for (; due < bucket; due = brand_judge_next(episode->judge)) {
        struct brand_bucket empty = { .bucket = due };
        episode_fold(episode, &empty);
    }
}

/* So many people complain in a bucket, each for the first time; so many replies of the brand. */
static inline void
episode_complain(struct episode *episode, uint32_t bucket, size_t people, size_t replies)
{
    uint64_t authors[PEOPLE_MAX];
    struct official_post official[PEOPLE_MAX] = { { .time_ms = bucket_start_ms(bucket) } };
    struct brand_bucket in = {
        .bucket = bucket, .total = people + 1, .official = official, .official_count = replies
    };

    cr_assert_leq(people, (size_t)PEOPLE_MAX);
    cr_assert_leq(replies, (size_t)PEOPLE_MAX);
    episode_wait(episode, bucket);
    for (size_t i = 0; i < people; i++) {
        authors[i] = episode->next_author++;
    }
    for (size_t i = 0; i < replies; i++) {
        official[i] = official[0];
    }
    in.posts[SIGNAL_OUTAGE] = people;
    in.authors[SIGNAL_OUTAGE] = authors;
    in.author_count[SIGNAL_OUTAGE] = people;
    episode_fold(episode, &in);
}

#endif
