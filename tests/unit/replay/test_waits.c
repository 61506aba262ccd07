/* Who was answered and who still waits: a person is answered by a reply to one of their posts or to their handle, after
 * they complained, by the brand; and of more than fits the oldest go, which is said. */
#include "replay/waits.h"

#include "fold/sketch.h"
#include "window/cell.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define MINUTE        INT64_C(60000)
#define HOUR          (60 * MINUTE)
#define ONSET         INT64_C(1393093800000) /* 2014-02-22T18:30:00Z */
#define RESOLVED      (ONSET + 3 * HOUR)
#define OUTAGE        SIGNAL_BIT(SIGNAL_OUTAGE)
#define NAMES_IT      (OUTAGE | SIGNAL_BIT(SIGNAL_OFFICIAL_ACKNOWLEDGE))
#define SORRY         SIGNAL_BIT(SIGNAL_OFFICIAL_APOLOGY)

static void
watch(struct waits *waits, const char *id, int64_t onset_ms, int64_t resolved_ms)
{
    struct brand_bucket in = { .bucket = bucket_of(onset_ms) };
    struct judge_event event = { .incident = { .brand = "acme",
                                         .onset_ms = onset_ms,
                                         .resolved_ms = resolved_ms,
                                         .signals = OUTAGE } };
    struct watched_fold fold = { .in = &in, .events = &event, .event_count = 1 };

    snprintf(event.incident.id, sizeof event.incident.id, "%s", id);
    waits_watch(waits, FOLD_BEFORE, &fold);
    waits_watch(waits, FOLD_AFTER, &fold);
}

static void
pass_time(struct waits *waits, int64_t time_ms)
{
    struct brand_bucket in = { .bucket = bucket_of(time_ms) };
    struct watched_fold fold = { .in = &in };

    waits_watch(waits, FOLD_AFTER, &fold);
}

/* Somebody's post: author and handle have the same number, the post has its own. */
static struct waits_post
complaint(uint64_t author, uint64_t post, int64_t time_ms)
{
    return (struct waits_post){ .brand = VIEW("acme"),
        .voice = WAITS_COMPLAINT,
        .time_ms = time_ms,
        .signals = OUTAGE,
        .author = author,
        .handle = author,
        .post = post,
        .id = VIEW("post"),
        .link = VIEW("https://x.example/post") };
}

static struct waits_post
reply(uint64_t handle, uint64_t target, int64_t time_ms, const char *text)
{
    return (struct waits_post){ .brand = VIEW("acme"),
        .voice = WAITS_REPLY,
        .time_ms = time_ms,
        .signals = NAMES_IT,
        .addressee = handle,
        .target = target,
        .sketch = sketch_of(view_of(text)) };
}

static void
hear(struct waits *waits, struct waits_post post)
{
    waits_hear(waits, &post);
}

static const struct incident_waits *
finish(struct waits *waits)
{
    watch(waits, "one", ONSET, RESOLVED);
    waits_finish(waits, bucket_of(RESOLVED + 48 * HOUR));
    const struct incident_waits *found = waits_of(waits, "one");
    cr_assert_not_null(found);
    return found;
}

/* ---- who counts as answered ---- */

Test(waits, a_reply_answers_by_post_or_by_handle_and_only_after_the_complaint)
{
    static const struct {
        uint64_t handle, target;
        int64_t at_ms;
        uint64_t answered;
    } rows[] = {
        { 7, 0, ONSET + 20 * MINUTE, 1 },  /* to the handle */
        { 0, 70, ONSET + 20 * MINUTE, 1 }, /* to the first post */
        { 0, 71, ONSET + 40 * MINUTE, 1 }, /* to another of their posts */
        { 9, 70, ONSET + 20 * MINUTE, 1 }, /* the post decides */
        { 7, 99, ONSET + 20 * MINUTE, 1 }, /* to a post that complained of nothing */
        { 7, 0, RESOLVED + 2 * HOUR, 1 },  /* when it was over */
        { 7, 0, ONSET + 9 * MINUTE, 0 },   /* before they complained */
        { 7, 0, ONSET - HOUR, 0 },         /* before it all */
        { 7, 0, RESOLVED + 25 * HOUR, 0 }, /* when nobody waits any more */
        { 9, 0, ONSET + 20 * MINUTE, 0 },  /* to somebody else */
        { 0, 99, ONSET + 20 * MINUTE, 0 }, /* to another post */
        { 0, 0, ONSET + 20 * MINUTE, 0 },  /* to nobody */
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct waits *waits = waits_create(NULL);
        hear(waits, complaint(7, 70, ONSET + 10 * MINUTE));
        hear(waits, complaint(7, 71, ONSET + 30 * MINUTE));
        hear(waits, reply(rows[i].handle, rows[i].target, rows[i].at_ms, "we know of the outage"));
        const struct incident_waits *found = finish(waits);
        cr_expect_eq(found->people, 1, "row %zu", i);
        cr_expect_eq(found->answered, rows[i].answered, "row %zu", i);
        cr_expect_eq(found->waiting_count, 1 - rows[i].answered, "row %zu", i);
        cr_expect_eq(found->median_ms,
                rows[i].answered ? rows[i].at_ms - ONSET - 10 * MINUTE : TIME_NONE, "row %zu", i);
        cr_expect_eq(found->until_ms, RESOLVED + 24 * HOUR, "row %zu", i);
        waits_destroy(&waits);
        cr_assert_null(waits);
    }
}

Test(waits, only_who_complained_of_it_in_words_of_their_own_waits)
{
    struct waits *waits = waits_create(NULL);
    struct waits_post other = complaint(1, 10, ONSET + MINUTE);
    struct waits_post before = complaint(2, 20, ONSET - MINUTE);
    struct waits_post repost = complaint(3, 30, ONSET + MINUTE);
    struct waits_post elsewhere = complaint(4, 40, ONSET + MINUTE);
    struct waits_post own = complaint(5, 50, ONSET + MINUTE);
    struct waits_post afterwards = complaint(6, 60, RESOLVED);

    other.signals = SIGNAL_BIT(SIGNAL_BILLING);
    repost.voice = WAITS_REPOST;
    repost.target = 50;
    elsewhere.brand = VIEW("other");
    own.first_person = 1;
    own.reach = 12;
    hear(waits, other);
    hear(waits, before);
    hear(waits, elsewhere);
    hear(waits, own);
    hear(waits, afterwards);
    hear(waits, repost);
    repost.author = 5; /* passes on what they wrote themselves */
    hear(waits, repost);
    const struct incident_waits *found = finish(waits);

    cr_assert_eq(found->people, 1);
    cr_assert_eq(found->affected, 1);
    cr_assert_eq(found->passed_on, 1);
    cr_assert_eq(found->answered, 0);
    cr_assert_eq(found->median_ms, TIME_NONE);
    cr_assert_eq(found->followed_ms, TIME_NONE);
    cr_assert_eq(found->waiting_count, 1);
    cr_assert_eq(found->waiting[0].reach, 12);
    cr_assert_eq(found->waiting[0].reposts, 2);
    cr_assert_eq(found->waiting[0].since_ms, ONSET + MINUTE);
    cr_assert_str_eq(found->waiting[0].id, "post");
    cr_assert_str_eq(found->waiting[0].link, "https://x.example/post");
    waits_destroy(&waits);
}

/* ---- what kind of reply ---- */

Test(waits, a_sentence_for_everybody_is_told_from_one_that_names_the_matter)
{
    static const struct {
        const char *text;
        signal_set signals;
    } rows[] = {
        { "escribanos por privado y lo vemos gracias", SORRY }, /* in April, to somebody else */
        { "escribanos por privado y lo vemos gracias", NAMES_IT },
        { "sabemos que fallan las llamadas en madrid", NAMES_IT },
        { "tu factura sale manana por correo postal", SORRY },
        { "escribanos por privado y lo vemos, gracias", SORRY },
        { "no hay averia alguna todo funciona bien aqui",
                NAMES_IT | SIGNAL_BIT(SIGNAL_OFFICIAL_DENIAL) },
    };
    struct waits *waits = waits_create(NULL);

    for (uint64_t i = 1; i < LENGTH(rows); i++) {
        hear(waits, complaint(i, 10 * i, ONSET));
    }
    for (uint64_t i = 0; i < LENGTH(rows); i++) {
        int64_t time_ms = i == 0 ? ONSET - HOUR : ONSET + (int64_t)i * MINUTE;
        struct waits_post post = reply(i, 0, time_ms, rows[i].text);
        post.signals = rows[i].signals;
        hear(waits, post);
    }
    const struct incident_waits *found = finish(waits);
    cr_assert_eq(found->answered, 5);
    cr_assert_eq(found->named, 1);
    cr_assert_eq(found->canned, 2);
    cr_assert_eq(found->own_words, 2);
    cr_assert_eq(found->median_ms, 3 * MINUTE);
    waits_destroy(&waits);
}

Test(waits, who_gets_several_replies_is_counted_by_the_best_and_waited_for_the_first)
{
    struct waits *waits = waits_create(NULL);
    struct waits_post first = reply(1, 0, ONSET + 5 * MINUTE, "escribanos por privado gracias");

    first.signals = SORRY;
    hear(waits, complaint(1, 10, ONSET));
    hear(waits, first);
    hear(waits, reply(1, 0, ONSET + 50 * MINUTE, "la caida de la red se arregla esta tarde"));
    const struct incident_waits *found = finish(waits);
    cr_assert_eq(found->answered, 1);
    cr_assert_eq(found->named, 1);
    cr_assert_eq(found->own_words, 0);
    cr_assert_eq(found->median_ms, 5 * MINUTE);
    waits_destroy(&waits);
}

/* ---- who is shown ---- */

Test(waits, whom_most_people_saw_comes_first_and_the_list_has_an_end)
{
    struct waits *waits = waits_create(NULL);

    for (uint64_t i = 1; i <= WAITS_SHOWN + 10; i++) {
        struct waits_post post = complaint(i, 100 + i, ONSET + (int64_t)i * MINUTE);
        post.reach = i == 5 ? 9000 : i == 6 ? 8000 : 10;
        hear(waits, post);
    }
    struct waits_post repost = complaint(90, 0, ONSET + 40 * MINUTE);
    repost.voice = WAITS_REPOST;
    repost.target = 107;
    hear(waits, repost);
    struct waits_post again = complaint(8, 208, ONSET + 40 * MINUTE);
    again.reach = 10;
    hear(waits, again);

    const struct incident_waits *found = finish(waits);
    static const int64_t minutes[] = { 5, 6, 7, 8, 1, 2, 3, 4, 9 };
    cr_assert_eq(found->people, WAITS_SHOWN + 10);
    cr_assert_eq(found->waiting_count, WAITS_SHOWN);
    for (size_t i = 0; i < LENGTH(minutes); i++) {
        cr_expect_eq(found->waiting[i].since_ms, ONSET + minutes[i] * MINUTE, "place %zu", i);
    }
    cr_expect_eq(found->waiting[2].reposts, 1);
    cr_expect_eq(found->waiting[3].posts, 2);
    waits_destroy(&waits);
}

/* ---- time and room ---- */

Test(waits, an_incident_that_goes_on_is_waited_in_to_the_end_of_what_was_read)
{
    struct waits *waits = waits_create(NULL);

    hear(waits, complaint(1, 10, ONSET));
    watch(waits, "one", ONSET, TIME_NONE);
    pass_time(waits, ONSET + 70 * HOUR);
    hear(waits, reply(1, 0, ONSET + 71 * HOUR, "la averia de ayer"));
    waits_finish(waits, bucket_of(ONSET + 72 * HOUR));
    const struct incident_waits *found = waits_of(waits, "one");
    cr_assert_not_null(found);
    cr_assert_eq(found->until_ms, ONSET + 72 * HOUR + BUCKET_SECONDS * 1000);
    cr_assert_eq(found->people, 1);
    cr_assert_eq(found->answered, 1);
    cr_assert_eq(found->followed_ms, TIME_NONE);
    waits_destroy(&waits);
}

Test(waits, what_was_forgotten_before_the_incident_was_known_is_said)
{
    struct waits *waits = waits_create(NULL);

    hear(waits, complaint(1, 10, ONSET));
    pass_time(waits, ONSET + 60 * HOUR);
    hear(waits, complaint(2, 20, ONSET + 60 * HOUR));
    watch(waits, "one", ONSET - HOUR, TIME_NONE);
    waits_finish(waits, bucket_of(ONSET + 61 * HOUR));
    const struct incident_waits *found = waits_of(waits, "one");
    cr_assert_not_null(found);
    cr_assert_eq(found->people, 1);
    cr_assert_eq(found->followed_ms, ONSET);
    waits_destroy(&waits);
}

Test(waits, of_more_posts_than_fit_the_oldest_go_and_that_is_said)
{
    struct waits *waits = waits_create(NULL);
    const uint64_t over = 1000;

    for (uint64_t i = 1; i <= WAITS_POSTS_MAX + over; i++) {
        hear(waits, complaint(i, i, ONSET + (int64_t)i));
    }
    const struct incident_waits *found = finish(waits);
    cr_assert_eq(found->people, WAITS_POSTS_MAX);
    cr_assert_eq(found->followed_ms, ONSET + (int64_t)over);
    waits_destroy(&waits);
}

Test(waits, a_reopened_incident_is_looked_at_again)
{
    struct waits *waits = waits_create(NULL);

    hear(waits, complaint(1, 10, ONSET + MINUTE));
    watch(waits, "one", ONSET, ONSET + HOUR);
    hear(waits, complaint(2, 20, ONSET + 2 * HOUR));
    watch(waits, "one", ONSET, TIME_NONE);
    hear(waits, complaint(3, 30, ONSET + 3 * HOUR));
    watch(waits, "one", ONSET, ONSET + 4 * HOUR);
    /* So long afterwards that it is settled before the end. */
    pass_time(waits, ONSET + 100 * HOUR);
    hear(waits, complaint(4, 40, ONSET + 100 * HOUR));
    waits_finish(waits, bucket_of(ONSET + 101 * HOUR));
    const struct incident_waits *found = waits_of(waits, "one");
    cr_assert_not_null(found);
    cr_assert_eq(found->people, 3);
    cr_assert_eq(found->until_ms, ONSET + 28 * HOUR);
    cr_assert_eq(found->followed_ms, TIME_NONE);
    waits_destroy(&waits);
}

Test(waits, nobody_is_asked_about_an_incident_that_was_not_wanted)
{
    struct waits *waits = waits_create("two");
    char id[16];

    hear(waits, complaint(1, 10, ONSET));
    for (int i = 0; i < WAITS_INCIDENTS_MAX + 9; i++) {
        snprintf(id, sizeof id, "n%d", i);
        watch(waits, id, ONSET, RESOLVED);
    }
    watch(waits, "two", ONSET, RESOLVED);
    cr_assert_null(waits_of(waits, "two"), "not before the end");
    waits_finish(waits, bucket_of(RESOLVED));
    cr_assert_null(waits_of(waits, "n1"));
    cr_assert_not_null(waits_of(waits, "two"));
    waits_destroy(&waits);
}

Test(waits, of_nobody_there_is_nothing_to_say)
{
    struct waits *waits = waits_create(NULL);
    const struct incident_waits *found = finish(waits);

    cr_assert_eq(found->people, 0);
    cr_assert_eq(found->waiting_count, 0);
    cr_assert_eq(found->median_ms, TIME_NONE);
    waits_destroy(&waits);
    waits_destroy(&waits);
}
