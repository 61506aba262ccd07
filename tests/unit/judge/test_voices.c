/* A crowd, or a campaign that looks like one. */
#include "judge/statistic/voices.h"
#include "story.h"
#include "window/cell.h"
#include "window/voice.h"

#include <criterion/criterion.h>
#include <stdlib.h>

struct crowd_row {
    const char *what;
    enum story_accounts usually;
    enum story_accounts now;
    uint32_t wordings;
    uint32_t coordinated;
};

static struct pace
calm_of(enum story_accounts accounts)
{
    return (struct pace){
        .others = 0.8, .complaints = 0.05, .signal = SIGNAL_OUTAGE, .accounts = accounts
    };
}

static struct pace
crowd_of(enum story_accounts accounts, uint32_t wordings)
{
    return (struct pace){ .others = 0.2,
        .complaints = 1.5,
        .signal = SIGNAL_OUTAGE,
        .accounts = accounts,
        .wordings = wordings };
}

static struct story *
story_of(enum story_accounts usually)
{
    struct story *story = calloc(1, sizeof *story);
    struct pace calm = calm_of(usually);

    story_init(story, 3);
    story_begin(story);
    story_run(story, DAYS(5), &calm);
    cr_assert_eq(story->event_count, 0u);
    return story;
}

static void
story_free(struct story *story)
{
    story_end(story);
    free(story);
}

Test(voices, a_campaign_is_information_and_a_crowd_is_news)
{
    static const struct crowd_row rows[] = {
        { "people", ACCOUNTS_OF_ALL_AGES, ACCOUNTS_OF_ALL_AGES, 0, 0 },
        { "people who all say the same", ACCOUNTS_OF_ALL_AGES, ACCOUNTS_OF_ALL_AGES, 1, 0 },
        { "nobody knows who", ACCOUNTS_OF_ALL_AGES, ACCOUNTS_UNKNOWN, 0, 0 },
        { "new accounts, as always", ACCOUNTS_NEW, ACCOUNTS_NEW, 0, 0 },
        { "new accounts in a dozen wordings", ACCOUNTS_OF_ALL_AGES, ACCOUNTS_NEW, 12, 1 },
        { "new accounts in their own words", ACCOUNTS_OF_ALL_AGES, ACCOUNTS_NEW, 0, 1 },
        { "a third bought, the same words", ACCOUNTS_OF_ALL_AGES, ACCOUNTS_NEW_AND_BOUGHT, 4, 1 },
        { "nobody knows who usually speaks", ACCOUNTS_UNKNOWN, ACCOUNTS_NEW, 3, 1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct story *story = story_of(rows[i].usually);
        struct pace crowd = crowd_of(rows[i].now, rows[i].wordings);
        story_run(story, MINUTES(30), &crowd);
        cr_assert_eq(story_count(story, EVENT_OPENED), 1u, "%s", rows[i].what);
        const struct judge_event *last = &story->events[story->event_count - 1];
        cr_expect_eq(last->incident.coordinated, rows[i].coordinated, "%s", rows[i].what);
        cr_expect_eq(last->incident.severity == SEVERITY_INFO, rows[i].coordinated != 0, "%s",
                rows[i].what);
        cr_expect_eq(story_count(story, EVENT_SILENCE) == 0, rows[i].coordinated != 0, "%s",
                rows[i].what);
        double share = authenticity_share(&last->incident.authenticity);
        cr_expect(rows[i].coordinated ? share < 0.3 : share > 0.8, "%s: %f", rows[i].what, share);
        story_free(story);
    }
}

Test(voices, an_outage_in_the_middle_of_a_campaign_is_told)
{
    struct story *story = story_of(ACCOUNTS_OF_ALL_AGES);
    struct pace campaign = crowd_of(ACCOUNTS_NEW, 12);
    struct pace outage = crowd_of(ACCOUNTS_OF_ALL_AGES, 0);

    story_run(story, MINUTES(10), &campaign);
    cr_assert(story_last(story, EVENT_OPENED)->incident.coordinated);
    story_run(story, MINUTES(15), &outage);
    const struct judge_event *told = story_last(story, EVENT_ESCALATED);
    cr_assert_not_null(told);
    cr_expect_eq(told->incident.coordinated, 0u);
    cr_expect_gt(told->incident.severity, SEVERITY_INFO);
    cr_expect_str_eq(told->incident.id, story_last(story, EVENT_OPENED)->incident.id);
    story_free(story);
}

Test(voices, a_page_stays_a_page_when_a_campaign_joins)
{
    struct story *story = story_of(ACCOUNTS_OF_ALL_AGES);
    struct pace outage = crowd_of(ACCOUNTS_OF_ALL_AGES, 0);
    struct pace campaign = crowd_of(ACCOUNTS_NEW, 12);

    story_run(story, MINUTES(20), &outage);
    story_run(story, MINUTES(50), &campaign);
    for (size_t i = 0; i < story->event_count; i++) {
        cr_expect_eq(story->events[i].incident.coordinated, 0u);
    }
    story_free(story);
}

/* ---- the hour that is kept ---- */

static struct authenticity
weigh(const struct voices *voices)
{
    return voices_weigh(voices, SIGNAL_BIT(SIGNAL_OUTAGE), 0);
}

static void
hear(struct voices *voices, uint32_t bucket, uint64_t number)
{
    uint64_t voice =
            voice_make(number << 44, VOICE_AGE_MONTH, number * UINT64_C(0x9e3779b97f4a7c15));

    voices_hear(
            voices, &(struct voice_heard){ bucket, SIGNAL_BIT(SIGNAL_OUTAGE), voice }, VOICE_USUAL);
}

Test(voices, what_is_an_hour_old_leaves_and_teaches)
{
    struct voices voices = { 0 };

    for (uint32_t i = 0; i < 40; i++) {
        hear(&voices, 100 + i, i);
    }
    cr_expect_eq(weigh(&voices).people, 40u);
    cr_expect_eq(weigh(&voices).organic, 0u, "none of them has taught that new accounts are usual");
    cr_expect_eq(voices_weigh(&voices, SIGNAL_BIT(SIGNAL_BILLING), 0).people, 0u);
    hear(&voices, 100 + VOICES_HOUR + 19, 40);
    cr_expect_eq(weigh(&voices).people, 21u);
    cr_expect_eq(weigh(&voices).organic, 21u, "here they are usual");
    voices_forget(&voices);
    cr_expect_eq(weigh(&voices).people, 0u);
    voices_fini(&voices);
}

Test(voices, of_a_great_crowd_the_last_ones_are_kept)
{
    struct voices voices = { 0 };

    for (uint32_t i = 0; i < 3 * VOICES_MAX; i++) {
        hear(&voices, 100, i);
    }
    cr_expect_eq(weigh(&voices).people, (uint32_t)VOICES_MAX);
    voices_fini(&voices);
}
