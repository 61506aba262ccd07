#include "judge/foresee.h"
#include "story.h"
#include "window/cell.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define CROWD 40

static const struct pace calm = { .others = 0.8, .complaints = 0.05, .signal = SIGNAL_OUTAGE };

static struct story *
calm_days(uint32_t days)
{
    struct story *story = calloc(1, sizeof *story);

    story_init(story, 1);
    story_begin(story);
    story_run(story, DAYS(days), &calm);
    return story;
}

static void
story_free(struct story *story)
{
    story_end(story);
    free(story);
}

/* `people` of an outage in the next bucket, and `others` who speak of something else. */
static struct brand_bucket
open_bucket(const struct story *story, uint64_t people, uint64_t others)
{
    static uint64_t authors[CROWD];

    cr_assert_leq(people, (uint64_t)CROWD);
    for (uint64_t i = 0; i < people; i++) {
        authors[i] = 1000000 + i;
    }
    struct brand_bucket in = { .bucket = story->bucket, .total = people + others };
    in.posts[SIGNAL_OUTAGE] = people;
    in.authors[SIGNAL_OUTAGE] = authors;
    in.author_count[SIGNAL_OUTAGE] = (size_t)people;
    return in;
}

static int
foresees(const struct story *story, const struct brand_bucket *in, struct judge_event *early)
{
    struct foresight *foresight = foresight_create();

    cr_assert(foresight_start(foresight, story->judge));
    int opens = foresight_fold(foresight, in, early);
    foresight_destroy(&foresight);
    cr_assert_null(foresight);
    return opens;
}

Test(foresee, a_crowd_in_an_open_bucket_is_told_under_the_id_that_its_close_confirms)
{
    struct story *story = calm_days(5);
    struct judge_event early;
    struct judge_event events[JUDGE_EVENTS_MAX];
    struct brand_bucket half = open_bucket(story, CROWD / 2, 3);
    struct brand_bucket whole = open_bucket(story, CROWD, 9);

    cr_assert(foresees(story, &half, &early));
    cr_assert_eq(early.kind, EVENT_EARLY);
    cr_assert_eq(brand_judge_fold(story->judge, &whole, events), 1u);
    cr_assert_eq(events[0].kind, EVENT_OPENED);
    cr_assert_str_eq(events[0].incident.id, early.incident.id);
    cr_assert_gt(events[0].incident.authors, early.incident.authors);
    story_free(story);
}

Test(foresee, looking_ahead_teaches_the_judge_nothing)
{
    struct story *story = calm_days(5);
    size_t size = brand_judge_save(story->judge, NULL, 0);
    char *before = malloc(size);
    char *after = malloc(size);
    struct brand_bucket in = open_bucket(story, CROWD, 3);
    struct judge_event early;

    cr_assert_eq(brand_judge_save(story->judge, before, size), size);
    cr_assert(foresees(story, &in, &early));
    cr_assert_eq(brand_judge_save(story->judge, after, size), size);
    cr_assert_eq(memcmp(before, after, size), 0);
    cr_assert_null(brand_judge_incident(story->judge));
    free(before);
    free(after);
    story_free(story);
}

Test(foresee, what_an_open_bucket_shows_may_not_hold_when_all_have_spoken)
{
    struct story *story = calm_days(5);
    struct judge_event early;
    struct judge_event events[JUDGE_EVENTS_MAX];
    struct brand_bucket first = open_bucket(story, CROWD / 2, 0);
    struct brand_bucket football = open_bucket(story, CROWD / 2, 40000);

    cr_assert(foresees(story, &first, &early));
    cr_assert_eq(brand_judge_fold(story->judge, &football, events), 0u);
    story_free(story);
}

Test(foresee, nothing_is_foreseen_of_ordinary_talk)
{
    struct story *story = calm_days(5);
    struct judge_event early;
    struct brand_bucket in = open_bucket(story, 2, 10);

    cr_assert_not(foresees(story, &in, &early));
    story_free(story);
}

Test(foresee, it_is_worth_looking_only_where_enough_people_could_open_something)
{
    struct story *story = calm_days(5);
    struct open_counts none = { 0 };
    struct open_counts few = { 0 };
    struct open_counts crowd = { 0 };

    few.authors[SIGNAL_OUTAGE] = 1;
    crowd.authors[SIGNAL_OUTAGE] = 10;
    story_run(story, HOURS(1), &(struct pace){ .others = 0.8 });
    cr_assert_not(foresight_is_worth(story->judge, &none));
    cr_assert_not(foresight_is_worth(story->judge, &few));
    cr_assert(foresight_is_worth(story->judge, &crowd));

    story_burst(story, SIGNAL_OUTAGE, CROWD, 1);
    cr_assert_not_null(brand_judge_incident(story->judge));
    cr_assert_not(foresight_is_worth(story->judge, &crowd), "it has an incident already");
    story_free(story);
}

Test(foresee, a_rule_with_a_threshold_is_always_worth_a_look)
{
    struct story *story = calm_days(1);
    struct open_counts one = { 0 };

    story->thresholds[0] = (struct judge_threshold){ .signal = SIGNAL_OUTAGE,
        .threshold = { .min_count = 1, .window_ms = 60000 } };
    one.posts[SIGNAL_OUTAGE] = 1;
    cr_assert_not(foresight_is_worth(story->judge, &one));
    story->settings.threshold_count = 1;
    cr_assert(foresight_is_worth(story->judge, &one));
    story->settings.threshold_count = 0;
    story_free(story);
}

Test(foresee, in_the_first_minute_of_a_deployment_a_crowd_is_a_crowd)
{
    struct story story;
    struct judge_event early;

    story_init(&story, 1);
    story.judge = brand_judge_create(&story.settings, &story.brand);
    struct brand_bucket crowd = open_bucket(&story, CROWD, 3);
    struct brand_bucket handful = open_bucket(&story, 5, 3);
    cr_assert(foresees(&story, &crowd, &early));
    cr_assert_not(foresees(&story, &handful, &early), "too few for a brand nobody knows yet");
    story_end(&story);
}
