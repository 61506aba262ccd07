#include "story.h"
#include "window/cell.h"
#include "window/voice.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MONDAY_MS    INT64_C(1704067200000)
#define AUTHORS_HERE 4096

void
story_init(struct story *story, uint64_t seed)
{
    memset(story, 0, sizeof *story);
    judge_settings_init(&story->settings);
    story->settings.deployment = "test";
    story->settings.thresholds = story->thresholds;
    snprintf(story->brand.id, sizeof story->brand.id, "acme");
    story->brand.ack_target_ms = 15 * 60000;
    story->brand.update_every_ms = 30 * 60000;
    story->rng = rng_seeded(seed);
    story->bucket = bucket_of(MONDAY_MS);
    story->author_next = 1000;
}

void
story_begin(struct story *story)
{
    story->judge = brand_judge_create(&story->settings, &story->brand);
    cr_assert_not_null(story->judge);
    struct brand_bucket empty = { .bucket = story->bucket - 1 };
    cr_assert_eq(brand_judge_fold(story->judge, &empty, story->events), 0u);
}

void
story_end(struct story *story)
{
    brand_judge_destroy(&story->judge);
}

static void
fold(struct story *story, const struct brand_bucket *in)
{
    struct judge_event events[JUDGE_EVENTS_MAX];
    size_t count = brand_judge_fold(story->judge, in, events);
    cr_assert_leq(count, (size_t)JUDGE_EVENTS_MAX);
    cr_assert_leq(story->event_count + count, (size_t)STORY_EVENTS_MAX);
    memcpy(story->events + story->event_count, events, count * sizeof events[0]);
    story->event_count += count;
}

/* The next bucket, with whatever else is waiting for it. */
static void
tell(struct story *story, struct brand_bucket *in)
{
    in->bucket = story->bucket++;
    in->official = &story->official;
    in->official_count = story->official_count;
    story->official.time_ms = bucket_start_ms(in->bucket) + 3000;
    if (in->total > 0 || in->late > 0 || in->official_count > 0 ||
            story->folding == FOLD_EVERY_BUCKET ||
            (story->folding == FOLD_WHEN_DUE && brand_judge_next(story->judge) == in->bucket)) {
        fold(story, in);
    }
    story->official_count = 0;
}

/* Knuth's method: rates here are small. */
static uint32_t
poisson(struct rng *rng, double rate)
{
    double limit = 1;
    for (int i = 0; i < 64; i++) {
        limit *= 1 - rate / 64 + rate * rate / 8192; /* e^-rate, near enough */
    }
    uint32_t count = 0;
    for (double product = rng_unit(rng); product > limit; product *= rng_unit(rng)) {
        count++;
    }
    return count;
}

static int
by_value(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static uint64_t
author_of(struct story *story, uint32_t pool)
{
    uint64_t number = pool == 0 ? story->author_next++ : 1 + rng_below(&story->rng, pool);
    struct rng scatter = rng_seeded(number);
    return rng_next(&scatter);
}

static size_t
unique(uint64_t *authors, size_t count)
{
    size_t kept = 0;
    qsort(authors, count, sizeof authors[0], by_value);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || authors[kept - 1] != authors[i]) {
            authors[kept++] = authors[i];
        }
    }
    return kept;
}

static enum voice_age
age_of(enum story_accounts accounts, struct rng *rng)
{
    uint32_t draw = rng_below(rng, 150);

    if (accounts == ACCOUNTS_OF_ALL_AGES) {
        return draw < 3 ? VOICE_AGE_MONTH : draw < 15 ? VOICE_AGE_HALF_YEAR : VOICE_AGE_OLDER;
    }
    return accounts == ACCOUNTS_NEW || draw < 100 ? VOICE_AGE_MONTH : VOICE_AGE_OLDER;
}

/* How those authors speak; from their own numbers, so that the rest of a story stays as it was. */
static size_t
voices_of(const struct pace *pace, const uint64_t *authors, size_t count, uint64_t *voices)
{
    if (pace->accounts == ACCOUNTS_UNKNOWN) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        struct rng rng = rng_seeded(authors[i]);
        enum voice_age age = age_of(pace->accounts, &rng);
        struct rng words = rng_seeded(
                pace->wordings > 0 ? 7 + rng_below(&rng, pace->wordings) : rng_next(&rng));
        voices[i] = voice_make(authors[i], age, rng_next(&words));
    }
    return count;
}

void
story_run(struct story *story, uint32_t buckets, const struct pace *pace)
{
    uint64_t authors[AUTHORS_HERE];
    uint64_t voices[AUTHORS_HERE];
    while (buckets-- > 0) {
        struct brand_bucket in = { .total = poisson(&story->rng, pace->others) };
        uint32_t complaints = poisson(&story->rng, pace->complaints);
        cr_assert_leq(complaints, (uint32_t)AUTHORS_HERE);
        for (uint32_t i = 0; i < complaints; i++) {
            authors[i] = author_of(story, pace->author_pool);
        }
        in.total += complaints;
        in.reposts = (uint64_t)((double)in.total * pace->reposts + 0.5);
        in.posts[pace->signal] = complaints;
        in.authors[pace->signal] = authors;
        in.author_count[pace->signal] = unique(authors, complaints);
        in.voices = voices;
        in.voice_count = voices_of(pace, authors, in.author_count[pace->signal], voices);
        tell(story, &in);
    }
}

void
story_burst(struct story *story, enum signal signal, uint32_t authors, uint32_t posts_each)
{
    uint64_t people[AUTHORS_HERE];
    struct brand_bucket in = { .total = (uint64_t)authors * posts_each };
    for (uint32_t i = 0; i < authors; i++) {
        people[i] = author_of(story, 0);
    }
    in.posts[signal] = in.total;
    in.authors[signal] = people;
    in.author_count[signal] = unique(people, authors);
    tell(story, &in);
}

void
story_late(struct story *story, uint64_t late)
{
    struct brand_bucket in = { .late = late };
    tell(story, &in);
}

void
story_official(struct story *story, signal_set signals, int broadcast)
{
    struct brand_bucket in = { 0 };
    story->official = (struct official_post){
        .signals = signals, .broadcast = broadcast, .id = VIEW("post-1"), .link = VIEW("https://x")
    };
    story->official_count = 1;
    tell(story, &in);
}

void
story_quiet(struct story *story, uint32_t buckets)
{
    struct pace nothing = { 0 };
    story_run(story, buckets, &nothing);
}

size_t
story_count(const struct story *story, enum judge_event_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < story->event_count; i++) {
        count += story->events[i].kind == kind;
    }
    return count;
}

const struct judge_event *
story_last(const struct story *story, enum judge_event_kind kind)
{
    for (size_t i = story->event_count; i > 0; i--) {
        if (story->events[i - 1].kind == kind) {
            return &story->events[i - 1];
        }
    }
    return NULL;
}

int64_t
story_now_ms(const struct story *story)
{
    return bucket_start_ms(story->bucket);
}

Test(story, the_rates_are_what_they_say)
{
    struct rng rng = rng_seeded(1);
    uint64_t sum = 0;
    for (int i = 0; i < 100000; i++) {
        sum += poisson(&rng, 0.7);
    }
    cr_assert(sum > 69000 && sum < 71000, "%lu", (unsigned long)sum);
}
