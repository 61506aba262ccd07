#include "core/hash.h"
#include "core/text/utf8.h"
#include "sample.h"

#include <inttypes.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

static const char story[] = SAMPLE_HEAD SAMPLE_ACME SAMPLE_BETA
        "events:\n"
        "  - {id: crowd, kind: crowd, brand: acme, at: 2014-02-21T18:00:00Z, ramp: 10m, hold: 30m,"
        " decay: 20m, posts: 400, authors: 250, reposts: 0.25, banks: down}\n"
        "  - {id: said, kind: official, brand: acme, at: 2014-02-21T18:12:00Z, account: AcmeES,"
        " account_id: '42', text: 'Lo sentimos: \"Acme\" no funciona.'}\n"
        "  - {id: reply, kind: person, brand: acme, at: 2014-02-21T18:20:00Z, account: eva1,"
        " reply_to: said, text: 'gracias @{author}'}\n"
        "  - {id: robots, kind: bot, brand: beta, at: 2014-02-22T10:00:00Z, hold: 15m, posts: 300,"
        " authors: 5, banks: down}\n"
        "  - {id: letter, kind: newsletter, brand: beta, at: 2014-02-17T09:00:00Z, hold: 20m,"
        " every: 1d, posts: 30, banks: chat}\n" SAMPLE_EXPECT "twin:\n"
        "  title: {es: Sin aviso, en: Without}\n"
        "  remove: [said, reply]\n"
        "  expect: [{pages: {at_most: 1}}]\n";

struct digest {
    uint64_t hash;
    size_t posts;
};

/* Of all posts, or of those whose id does not begin with `without`. */
static struct digest
digest_of(const char *text, uint64_t seed, enum scene_variant variant, const char *const *without)
{
    struct scene *scene = sample_parse(text);
    struct scene_stream *stream = scene_stream_create(scene, seed, variant);
    struct hash_stream *hash = hash_stream_create();
    struct digest digest = { 0 };
    struct scene_post post;

    while (scene_stream_next(stream, &post)) {
        int skipped = 0;
        for (size_t i = 0; without != NULL && without[i] != NULL; i++) {
            skipped |= sample_has(&post, without[i]);
        }
        if (!skipped) {
            hash_stream_add(hash, post.json.at, post.json.size);
            hash_stream_add(hash, &post.arrived_ms, sizeof post.arrived_ms);
            digest.posts++;
        }
    }
    digest.hash = hash_stream_value(hash);
    hash_stream_destroy(&hash);
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
    return digest;
}

Test(stream, the_same_seed_tells_the_same_bytes_and_another_seed_other_ones)
{
    struct digest once = digest_of(story, 5, SCENE_STORY, NULL);
    struct digest again = digest_of(story, 5, SCENE_STORY, NULL);
    struct digest other = digest_of(story, 6, SCENE_STORY, NULL);

    cr_assert_eq(once.hash, again.hash);
    cr_assert_eq(once.posts, again.posts);
    cr_assert_neq(once.hash, other.hash);
}

Test(stream, these_bytes_are_the_same_on_every_host)
{
    /* A stream told on another machine or by another compiler must hash to this as well. */
    struct digest digest = digest_of(story, 5, SCENE_STORY, NULL);

    cr_assert_eq(digest.hash, UINT64_C(0xf73131509f0200f1), "%" PRIx64, digest.hash);
}

Test(stream, a_twin_differs_by_its_events_and_by_nothing_else)
{
    static const char *const removed[] = { "syn-sample-said-", "syn-sample-reply-", NULL };
    struct digest whole = digest_of(story, 5, SCENE_STORY, NULL);
    struct digest rest = digest_of(story, 5, SCENE_STORY, removed);
    struct digest twin = digest_of(story, 5, SCENE_TWIN, NULL);

    cr_assert_eq(rest.posts + 2, whole.posts);
    cr_assert_eq(rest.posts, twin.posts);
    cr_assert_eq(rest.hash, twin.hash);
    cr_assert_neq(whole.hash, twin.hash);
}

Test(stream, posts_come_in_order_of_time_within_the_scene_and_as_announced)
{
    struct scene *scene = sample_parse(story);
    const struct scene_head *head = scene_head(scene);
    struct scene_stream *stream = scene_stream_create(scene, 5, SCENE_STORY);
    struct scene_post post;
    int64_t last_ms = 0;
    size_t count = 0;

    while (scene_stream_next(stream, &post)) {
        cr_assert_geq(post.time_ms, last_ms);
        cr_assert_geq(post.time_ms, head->start_ms);
        cr_assert_lt(post.time_ms, head->end_ms);
        cr_assert_eq(post.arrived_ms, post.time_ms);
        last_ms = post.time_ms;
        count++;
    }
    cr_assert_eq(count, scene_stream_count(stream));
    cr_assert_not(scene_stream_next(stream, &post), "the end stays the end");
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
}

/* How many posts of the story contain all of these. */
static size_t
count_of(const char *const *all, size_t all_count)
{
    struct scene *scene = sample_parse(story);
    struct scene_stream *stream = scene_stream_create(scene, 5, SCENE_STORY);
    struct scene_post post;
    size_t count = 0;

    while (scene_stream_next(stream, &post)) {
        int has = 1;
        for (size_t i = 0; i < all_count; i++) {
            has = has && sample_has(&post, all[i]);
        }
        count += has ? 1 : 0;
    }
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
    return count;
}

Test(stream, rates_are_within_five_percent_of_what_was_asked_for)
{
    static const struct {
        const char *what;
        const char *has[2];
        double wanted;
        double slack;
    } rows[] = {
        { "mentions of a week", { "\"id\":\"syn-sample-acme-0", "\"" }, 7000, 0.05 },
        { "complaints of a week", { "\"id\":\"syn-sample-acme-0", "\"outage\"" }, 700, 0.10 },
        { "posts in Spanish", { "\"id\":\"syn-sample-acme-0", "\"lang\":\"es\"" }, 5600, 0.05 },
        { "support's replies", { "\"id\":\"syn-sample-beta-support-", "\"" }, 350, 0.15 },
        { "the crowd", { "\"id\":\"syn-sample-crowd-", "\"" }, 400, 0 },
        { "the crowd's reposts", { "\"id\":\"syn-sample-crowd-", "\"repost_of\":\"syn-" }, 100,
                0.2 },
        { "the bots", { "\"id\":\"syn-sample-robots-", "\"" }, 300, 0 },
        { "seven newsletters", { "\"id\":\"syn-sample-letter-", "\"" }, 210, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double count = (double)count_of(rows[i].has, 2);
        cr_assert_geq(count, rows[i].wanted * (1 - rows[i].slack), "%s: %g", rows[i].what, count);
        cr_assert_leq(count, rows[i].wanted * (1 + rows[i].slack), "%s: %g", rows[i].what, count);
    }
}

Test(stream, nights_are_quieter_than_evenings)
{
    struct scene *scene = sample_parse(SAMPLE_HEAD SAMPLE_ACME SAMPLE_EXPECT);
    struct scene_stream *stream = scene_stream_create(scene, 5, SCENE_STORY);
    size_t hours[24] = { 0 };
    struct scene_post post;

    while (scene_stream_next(stream, &post)) {
        hours[post.time_ms % DAY_MS / HOUR_MS]++;
    }
    cr_assert_gt(hours[21], 5 * hours[4], "%zu at nine, %zu at four", hours[21], hours[4]);
    cr_assert_gt(hours[4], 0, "but nobody is ever the last one awake");
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
}

/* How many different authors the posts of an event have. */
static size_t
authors_of(const char *source)
{
    static char seen[512][64];
    struct scene *scene = sample_parse(story);
    struct scene_stream *stream = scene_stream_create(scene, 5, SCENE_STORY);
    struct scene_post post;
    size_t count = 0;

    while (scene_stream_next(stream, &post)) {
        size_t at = 0;
        if (!sample_has(&post, source)) {
            continue;
        }
        while (at < count && !view_equal(view_of(seen[at]), post.key)) {
            at++;
        }
        if (at == count) {
            cr_assert_lt(count, sizeof seen / sizeof seen[0]);
            cr_assert(view_copy(post.key, seen[count++], sizeof seen[0]));
        }
    }
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
    return count;
}

Test(stream, a_crowd_has_exactly_the_people_it_was_given)
{
    cr_assert_eq(authors_of("\"id\":\"syn-sample-crowd-"), 250);
    cr_assert_eq(authors_of("\"id\":\"syn-sample-robots-"), 5);
    cr_assert_eq(authors_of("\"id\":\"syn-sample-said-"), 1);
}

Test(stream, every_post_says_that_it_is_invented_and_what_its_author_meant)
{
    struct scene *scene = sample_parse(story);
    struct scene_stream *stream = scene_stream_create(scene, 5, SCENE_STORY);
    struct scene_post post;

    while (scene_stream_next(stream, &post)) {
        cr_assert(sample_has(&post, ",\"synthetic\":true,\"truth\":\""));
        cr_assert(utf8_valid(post.json));
        cr_assert_eq(post.json.at[0], '{');
        cr_assert_eq(post.json.at[post.json.size - 1], '}');
        cr_assert_null(memchr(post.json.at, '\n', post.json.size));
        cr_assert_not(sample_has(&post, "{brand}"));
        cr_assert_not(sample_has(&post, "{city}"));
    }
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
}

Test(stream, what_is_said_word_for_word_arrives_word_for_word)
{
    static const char wanted[] =
            "{\"id\":\"syn-sample-said-000000\",\"created_at\":\"2014-02-21T18:12:00Z\",\"lang\":"
            "\"es\","
            "\"platform\":\"x\",\"author\":{\"id\":\"42\",\"handle\":\"AcmeES\",\"followers\":"
            "250000,"
            "\"created_at\":\"2011-05-24T00:00:00Z\"},"
            "\"text\":\"Lo sentimos: \\\"Acme\\\" no funciona.\",\"in_reply_to\":null,"
            "\"in_reply_to_handle\":null,\"repost_of\":null,\"synthetic\":true,\"truth\":"
            "\"official\"}";
    static const char *const exact[] = { wanted };
    static const char *const answer[] = { "\"in_reply_to\":\"syn-sample-said-000000\"",
        "\"in_reply_to_handle\":\"AcmeES\"", "\"text\":\"gracias @AcmeES\"",
        "\"truth\":\"person\"" };
    static const char *const support[] = { "\"handle\":\"Beta\"", "\"id\":\"77\"",
        "\"in_reply_to\":\"syn-sample-beta-0", "\"truth\":\"official\"", "lo sentimos" };

    cr_assert_eq(count_of(exact, 1), 1);
    cr_assert_eq(count_of(answer, 4), 1);
    cr_assert_gt(count_of(support, 5), 0);
}

Test(stream, a_gap_is_delivered_late_and_only_the_gap)
{
    struct scene *scene = sample_parse(SAMPLE_HEAD SAMPLE_ACME SAMPLE_BETA
            "events:\n"
            "  - {id: dark, kind: gap, brand: acme, at: 2014-02-20T12:00:00Z, length: 1h,"
            " delivered: 2014-02-20T13:30:00Z, delivery: 6m}\n" SAMPLE_EXPECT);
    struct scene_stream *stream = scene_stream_create(scene, 5, SCENE_STORY);
    const int64_t from_ms = scene_head(scene)->start_ms + 3 * DAY_MS + 12 * HOUR_MS;
    const int64_t delivered_ms = from_ms + 3 * HOUR_MS / 2;
    struct scene_post post;
    int64_t last_ms = 0;
    size_t late = 0;

    while (scene_stream_next(stream, &post)) {
        int64_t since_ms = post.time_ms - from_ms;
        int in_gap = since_ms >= 0 && since_ms < HOUR_MS && sample_has(&post, "syn-sample-acme-");
        cr_assert_geq(post.arrived_ms, last_ms, "in order of arrival");
        last_ms = post.arrived_ms;
        if (in_gap) {
            late++;
            cr_assert_geq(post.arrived_ms, delivered_ms);
            cr_assert_lt(post.arrived_ms, delivered_ms + HOUR_MS / 10);
        } else {
            cr_assert_eq(post.arrived_ms, post.time_ms);
        }
    }
    cr_assert_gt(late, 30, "%zu", late);
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
}

Test(stream, a_collector_that_delivers_in_batches_delivers_each_of_them_after_its_end)
{
    struct scene *scene = sample_parse(SAMPLE_HEAD SAMPLE_ACME SAMPLE_BETA
            "events:\n"
            "  - {id: batches, kind: gap, brand: acme, at: 2014-02-20T12:00:00Z, length: 5m, "
            "every: 6m,"
            " delivered: 2014-02-20T12:05:30Z, delivery: 20s}\n" SAMPLE_EXPECT);
    struct scene_stream *stream = scene_stream_create(scene, 5, SCENE_STORY);
    const int64_t from_ms = scene_head(scene)->start_ms + 3 * DAY_MS + 12 * HOUR_MS;
    const int64_t every_ms = 360000;
    struct scene_post post;
    size_t batched = 0;
    size_t between = 0;

    while (scene_stream_next(stream, &post)) {
        int64_t turn = (post.time_ms - from_ms) / every_ms;
        int64_t within_ms = (post.time_ms - from_ms) % every_ms;
        if (post.time_ms < from_ms || within_ms >= 300000 ||
                !sample_has(&post, "syn-sample-acme-")) {
            between += post.time_ms >= from_ms;
            cr_assert_eq(post.arrived_ms, post.time_ms);
            continue;
        }
        batched++;
        int64_t due_ms = from_ms + turn * every_ms + 330000;
        cr_assert_geq(post.arrived_ms, due_ms);
        cr_assert_lt(post.arrived_ms, due_ms + 20000);
    }
    cr_assert_gt(batched, 1000, "to the end, %zu", batched);
    cr_assert_gt(between, 100, "%zu", between);
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
}

Test(stream, a_match_multiplies_the_mentions_and_leaves_the_share_of_complaints)
{
    struct scene *scene =
            sample_parse(SAMPLE_HEAD SAMPLE_ACME "events:\n"
                                                 "  - {id: final, kind: volume, brand: acme, at: "
                                                 "2014-02-20T18:00:00Z, hold: 2h, factor: 20,"
                                                 " banks: chat}\n" SAMPLE_EXPECT);
    struct scene_stream *stream = scene_stream_create(scene, 5, SCENE_STORY);
    const int64_t from_ms = scene_head(scene)->start_ms + 3 * DAY_MS + 18 * HOUR_MS;
    double during = 0;
    double before = 0;
    double complaints = 0;
    struct scene_post post;

    while (scene_stream_next(stream, &post)) {
        int64_t since_ms = post.time_ms - from_ms;
        int evening = (since_ms + 3 * DAY_MS) % DAY_MS < 2 * HOUR_MS;
        if (since_ms >= 0 && since_ms < 2 * HOUR_MS) {
            during++;
            complaints += sample_has(&post, "\"outage\"") ? 1 : 0;
        } else if (since_ms < 0 && since_ms >= -3 * DAY_MS && evening) {
            before += 1.0 / 3;
        }
    }
    cr_assert(during > 16 * before && during < 24 * before, "%g to %g", before, during);
    cr_assert(complaints > 0.08 * during && complaints < 0.12 * during, "%g", complaints / during);
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
}

/* By the account of the event, to one of the crowd, in that person's name. */
static void
expect_reply(const struct scene_post *post, int64_t from_ms)
{
    cr_expect(sample_has(post, "\"author\":{\"id\":\"42\",\"handle\":\"AcmeES\""));
    cr_expect(sample_has(post, "\"in_reply_to\":\"syn-sample-crowd-"), "%s", post->json.at);
    cr_expect_not(sample_has(post, "\"in_reply_to_handle\":null"));
    cr_expect(sample_has(post, "\"repost_of\":null"));
    cr_expect(sample_has(post, "\"truth\":\"official\""));
    cr_expect_gt(post->time_ms, from_ms);
}

Test(stream, replies_go_to_a_share_of_those_who_wrote_it_themselves)
{
    static const char with[] = SAMPLE_HEAD SAMPLE_ACME
            "events:\n"
            "  - {id: crowd, kind: crowd, brand: acme, at: 2014-02-21T18:00:00Z, hold: 30m, posts: "
            "400, reposts: 0.25, banks: down}\n"
            "  - {id: each, kind: replies, brand: acme, at: 2014-02-21T18:05:00Z, reply_to: crowd, "
            "share: 0.8, wait: 10m, account: AcmeES, account_id: '42', banks: "
            "sorry}\n" SAMPLE_EXPECT
            "twin: {title: {es: A, en: A}, remove: [each], expect: [{pages: {at_most: 1}}]}\n";
    static const char *const replies[] = { "syn-sample-each-", NULL };
    struct scene *scene = sample_parse(with);
    struct scene_stream *stream = scene_stream_create(scene, 1, SCENE_STORY);
    struct scene_post post;
    int originals = 0, answered = 0;

    while (scene_stream_next(stream, &post)) {
        if (sample_has(&post, "{\"id\":\"syn-sample-each-")) {
            expect_reply(&post, scene_head(scene)->start_ms + 4 * DAY_MS + 18 * HOUR_MS + 300000);
            answered++;
        } else if (sample_has(&post, "{\"id\":\"syn-sample-crowd-")) {
            originals += sample_has(&post, "\"repost_of\":null");
        }
    }
    cr_expect(answered > originals * 70 / 100 && answered < originals * 90 / 100, "%d of %d",
            answered, originals);
    cr_expect_eq(digest_of(with, 1, SCENE_STORY, replies).hash,
            digest_of(with, 1, SCENE_TWIN, NULL).hash,
            "whether they are answered changes no other post");
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
}
