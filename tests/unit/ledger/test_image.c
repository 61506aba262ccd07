/* A shard as bytes and back: the list itself, and a Redis that lost everything. */
#include "ledger/image.h"
#include "test_server.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(cells) (sizeof(cells) / sizeof(cells)[0])
#define SHARDS       4

static struct view
written(const struct image_writer *writer)
{
    return (struct view){ writer->at, writer->size };
}

/* ---- the list ---- */

static void
write_sample(struct image_writer *writer)
{
    image_begin(writer, &(struct image_head){ .shard = 2, .shards = 4, .taken_ms = 1234567890123 });
    image_add(writer, &(struct image_entry){ IMAGE_TOPIC, VIEW("1"), VIEW("menciones") });
    image_add(writer, &(struct image_entry){ IMAGE_COUNTS, VIEW("f:1:0"), VIEW("17") });
    image_add(writer, &(struct image_entry){ IMAGE_JUDGED, VIEW("ob:x"), VIEW("") });
    image_add_state(writer, VIEW("united"), 200, VIEW("known"));
    image_add_state(writer, VIEW("iberia"), 100, VIEW("a\0b"));
}

Test(image, what_is_written_is_read_in_its_order)
{
    struct image_writer writer = { 0 };
    struct image_reader reader;
    struct image_entry entry;

    write_sample(&writer);
    cr_assert(image_is_whole(written(&writer)));
    cr_assert(image_open(&reader, written(&writer)));
    cr_assert_eq(reader.head.shard, 2);
    cr_assert_eq(reader.head.shards, 4);
    cr_assert_eq(reader.head.taken_ms, 1234567890123);
    cr_assert(image_next(&reader, &entry));
    cr_assert_eq(entry.part, IMAGE_TOPIC);
    cr_assert(view_equal(entry.value, VIEW("menciones")));
    cr_assert(image_next(&reader, &entry));
    cr_assert(view_equal(entry.name, VIEW("f:1:0")));
    cr_assert(image_next(&reader, &entry));
    cr_assert_eq(entry.value.size, 0);
    image_fini(&writer);
}

Test(image, states_come_sorted_with_what_they_hold)
{
    struct image_writer writer = { 0 };
    size_t count = 0;

    write_sample(&writer);
    struct image_state *states = image_states(written(&writer), &count);
    cr_assert_eq(count, 2);
    cr_assert(view_equal(states[0].brand, VIEW("iberia")));
    cr_assert_eq(states[0].folded_through, 100);
    cr_assert(view_equal(states[0].state, VIEW("a\0b")));
    cr_assert(view_equal(states[1].state, VIEW("known")));
    free(states);
    image_fini(&writer);
}

/* Cut anywhere but behind a value, it is not whole, and nothing is read beyond its end. */
Test(image, a_torn_image_is_not_whole)
{
    struct image_writer writer = { 0 };
    size_t whole = 0;

    write_sample(&writer);
    for (size_t size = 0; size < writer.size; size++) {
        char *copy = malloc(size + 1);
        memcpy(copy, writer.at, size);
        whole += (size_t)image_is_whole((struct view){ copy, size });
        free(copy);
    }
    cr_assert_eq(
            whole, 7, "found %zu", whole); /* behind the head, and behind six of seven values */
    image_fini(&writer);
}

Test(image, other_versions_parts_and_sizes_are_refused)
{
    static const struct {
        size_t at;
        char byte;
    } rows[] = { { 0, 'x' }, { 4, 2 }, { 24, 0 }, { 24, 5 }, { 27, 1 }, { 31, 127 }, { 35, 127 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct image_writer writer = { 0 };
        size_t count = 7;
        write_sample(&writer);
        writer.at[rows[i].at] = rows[i].byte;
        cr_assert_not(image_is_whole(written(&writer)), "row %zu", i);
        cr_assert_null(image_states(written(&writer), &count));
        cr_assert_eq(count, 0);
        image_fini(&writer);
    }
}

/* ---- a ledger ---- */

static const struct test_cell cells[] = {
    { "iberia", "total", 100, CELL_ON_TIME, 3 },
    { "iberia", "s.outage", 100, CELL_ON_TIME, 2 },
    { "iberia", "total", 101, CELL_ON_TIME, 4 },
    { "iberia", "s.outage", 101, CELL_ON_TIME, 1 },
    { "united", "total", 101, CELL_ON_TIME, 5 },
    { "renfe", "total", 101, CELL_LATE, 7 },
};

static uint64_t
sum_all(struct test_bench *bench)
{
    return test_sum_cells(bench, cells, COUNT(cells));
}

static void
close_all(struct test_bench *bench, uint32_t bucket)
{
    test_lease(bench, bench->reader);
    for (uint32_t shard = 0; shard < ledger_shard_count(bench->ledger); shard++) {
        cr_assert_eq(ledger_close(bench->reader, shard, bucket, INT64_MIN), LEDGER_OK);
    }
}

static void
commit(struct test_bench *bench, const char *brand, uint32_t through, const char *state)
{
    struct ledger_notice notice = { VIEW("abc:1:opened"), VIEW("{}") };
    struct ledger_commit commit = { .brand = view_of(brand),
        .folded_through = through,
        .state = view_of(state),
        .notices = &notice,
        .notice_count = 1 };

    cr_assert_eq(ledger_commit(bench->reader, test_shard(bench, brand), &commit), LEDGER_OK);
}

/* Two buckets counted, the first closed and, for iberia, folded. */
static void
prepare(struct test_bench *bench)
{
    test_take(bench, bench->writer);
    test_fill(bench, 0, 17, cells, COUNT(cells));
    test_add_author(bench, 11, 101);
    test_add_author(bench, 12, 101);
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    close_all(bench, 100);
    commit(bench, "iberia", 100, "iberia's weeks");
}

static void
take_all(struct test_bench *bench, struct image_writer images[SHARDS])
{
    struct ledger_image_wish wish = { .now_ms = 5000 };
    struct ledger_reader *reader = ledger_reader_create(bench->ledger);

    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        cr_assert_eq(ledger_image(reader, shard, &wish, &images[shard]), LEDGER_OK);
        cr_assert(image_is_whole(written(&images[shard])));
    }
    ledger_reader_destroy(&reader);
}

static void
give_back(
        struct test_bench *bench, struct image_writer images[SHARDS], enum ledger_outcome expected)
{
    struct ledger_reader *reader = ledger_reader_create(bench->ledger);

    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        cr_assert_eq(ledger_restore(reader, written(&images[shard])), expected);
    }
    ledger_reader_destroy(&reader);
}

static void
lose_everything(struct test_bench *bench)
{
    char trouble[160];

    freeReplyObject(test_redis(bench->ledger, "FLUSHALL", NULL));
    cr_assert_eq(ledger_check(bench->ledger, trouble), LEDGER_OK);
}

static size_t
author_count(struct test_bench *bench)
{
    struct ledger_page page;

    cr_assert_eq(
            ledger_read(bench->reader, test_shard(bench, "iberia"), UINT32_MAX, &page), LEDGER_OK);
    return page.author_count;
}

static void
fini_all(struct image_writer images[SHARDS])
{
    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        image_fini(&images[shard]);
    }
}

#define REDIS_TEST(name)                                                                           \
    static void redis_##name(struct test_bench *bench, struct image_writer images[SHARDS]);        \
    Test(redis_image, name)                                                                        \
    {                                                                                              \
        struct test_bench bench;                                                                   \
        struct image_writer images[SHARDS] = { 0 };                                                \
        test_bench_open(&bench, BODY_REDIS);                                                       \
        redis_##name(&bench, images);                                                              \
        fini_all(images);                                                                          \
        test_bench_close(&bench);                                                                  \
    }                                                                                              \
    static void redis_##name(struct test_bench *bench, struct image_writer images[SHARDS])

REDIS_TEST(a_lost_redis_is_as_it_was_when_its_images_were_taken)
{
    struct ledger_claim claim;
    struct ledger_progress progress;
    struct ledger_state state;
    struct ledger_notice notice;
    size_t count = 0;

    prepare(bench);
    uint64_t sum = sum_all(bench);
    size_t authors = author_count(bench);
    cr_assert_gt(authors, 0);
    take_all(bench, images);
    lose_everything(bench);
    cr_assert_eq(sum_all(bench), 0);
    give_back(bench, images, LEDGER_OK);

    cr_assert_eq(sum_all(bench), sum);
    cr_assert_eq(author_count(bench), authors);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert(claim.known);
    cr_assert_eq(claim.lowest_fence, 17);
    uint32_t shard = test_shard(bench, "iberia");
    cr_assert_eq(ledger_progress(bench->reader, shard, &progress), LEDGER_OK);
    cr_assert_eq(progress.closed, 100);
    cr_assert_eq(progress.partitions, 1);
    cr_assert_eq(ledger_load(bench->reader, shard, VIEW("iberia"), &state), LEDGER_OK);
    cr_assert_eq(state.folded_through, 100);
    cr_assert(view_equal(state.state, VIEW("iberia's weeks")));
    cr_assert_eq(ledger_outbox(bench->reader, shard, &notice, 1, &count), LEDGER_OK);
    cr_assert_eq(count, 1);
}

REDIS_TEST(an_image_brings_nothing_back_where_fences_stand)
{
    prepare(bench);
    take_all(bench, images);
    cr_assert_eq(test_count(bench, 17, 20, cells + 2, 1), LEDGER_OK);
    uint64_t sum = sum_all(bench);
    give_back(bench, images, LEDGER_CLASH);
    cr_assert_eq(sum_all(bench), sum);
}

/* The fences have moved on since the image: what they moved over is read again. */
REDIS_TEST(what_came_behind_the_image_is_counted_again_and_once)
{
    static const struct test_cell more[] = { { "iberia", "total", 102, CELL_ON_TIME, 9 } };
    struct ledger_claim claim;

    prepare(bench);
    take_all(bench, images);
    cr_assert_eq(test_count(bench, 17, 20, more, 1), LEDGER_OK);
    uint64_t sum = sum_all(bench);
    lose_everything(bench);
    give_back(bench, images, LEDGER_OK);
    cr_assert_eq(test_count(bench, 20, 23, more, 1), LEDGER_CLASH);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 17);
    cr_assert_eq(test_count(bench, 17, 20, more, 1), LEDGER_OK);
    cr_assert_eq(sum_all(bench), sum);
}

/* An apply whose authors went with the old keys must not land although it expects the right fence. */
REDIS_TEST(nobody_applies_before_he_has_claimed_again)
{
    static const struct test_cell more[] = { { "iberia", "total", 102, CELL_ON_TIME, 9 } };
    struct ledger_claim claim;

    prepare(bench);
    take_all(bench, images);
    lose_everything(bench);
    give_back(bench, images, LEDGER_OK);
    cr_assert_eq(test_count(bench, 17, 20, more, 1), LEDGER_CLASH);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(test_count(bench, 17, 20, more, 1), LEDGER_OK);
}

REDIS_TEST(topics_keep_their_fences_under_other_numbers)
{
    struct ledger_claim claim;

    prepare(bench);
    take_all(bench, images);
    lose_everything(bench);
    /* Somebody claims another topic first: it gets the number that ours had. */
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("otras"), 0, &claim), LEDGER_OK);
    cr_assert_not(claim.known);
    give_back(bench, images, LEDGER_OK);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("otras"), 0, &claim), LEDGER_OK);
    cr_assert_not(claim.known);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert(claim.known);
    cr_assert_eq(claim.lowest_fence, 17);
}

static long long
series_entries(struct test_bench *bench, const char *name)
{
    char key[64];

    snprintf(key, sizeof key, "rebato:test:%s", name);
    return test_redis_number(bench->ledger, "XLEN", key, NULL);
}

static int
has_gap(struct test_bench *bench)
{
    redisReply *reply = test_redis(bench->ledger, "HGET", "rebato:test:now:iberia", "gap_ms", NULL);
    int found = reply != NULL && reply->str != NULL && strcmp(reply->str, "1010000") == 0;

    freeReplyObject(reply);
    return found;
}

/* Where the image was folded through. */
static void
expect_mark_alone(struct test_bench *bench)
{
    cr_assert_eq(series_entries(bench, "ts:10s:iberia"), 1);
    redisReply *first = test_redis(
            bench->ledger, "XRANGE", "rebato:test:ts:10s:iberia", "1000000", "1000000", NULL);
    cr_assert_eq(first->elements, 1);
    cr_assert_str_eq(first->element[0]->element[1]->element[0]->str, "gap");
    freeReplyObject(first);
    cr_assert(has_gap(bench));
}

REDIS_TEST(a_lost_series_begins_with_its_gap)
{
    prepare(bench);
    take_all(bench, images);
    lose_everything(bench);
    /* A judge was about to publish what it had folded behind the image. */
    freeReplyObject(test_redis(
            bench->ledger, "XADD", "rebato:test:ts:10s:iberia", "1030000-0", "total", "9", NULL));
    give_back(bench, images, LEDGER_OK);
    expect_mark_alone(bench);
    /* Nobody has folded this one: there is nothing to miss. */
    cr_assert_eq(series_entries(bench, "ts:10s:united"), 0);
}

/* Two bring it back, and between them a judge has put what it keeps behind the mark: nothing of it goes below. */
REDIS_TEST(a_gap_that_is_marked_stays_where_it_is)
{
    prepare(bench);
    take_all(bench, images);
    lose_everything(bench);
    freeReplyObject(test_redis(
            bench->ledger, "XADD", "rebato:test:ts:10s:iberia", "900000-0", "gap", "1", NULL));
    freeReplyObject(test_redis(
            bench->ledger, "XADD", "rebato:test:ts:10s:iberia", "910000-0", "total", "9", NULL));
    give_back(bench, images, LEDGER_OK);
    cr_assert_eq(series_entries(bench, "ts:10s:iberia"), 2);
}

/* The other one had an older image. */
REDIS_TEST(of_two_marks_the_later_one_stands)
{
    prepare(bench);
    take_all(bench, images);
    lose_everything(bench);
    freeReplyObject(test_redis(
            bench->ledger, "XADD", "rebato:test:ts:10s:iberia", "900000-0", "gap", "1", NULL));
    give_back(bench, images, LEDGER_OK);
    expect_mark_alone(bench);
}

REDIS_TEST(a_series_that_goes_on_has_no_gap)
{
    char key[64];

    prepare(bench);
    take_all(bench, images);
    freeReplyObject(test_redis(
            bench->ledger, "XADD", "rebato:test:ts:10s:iberia", "1-0", "total", "9", NULL));
    freeReplyObject(test_redis(
            bench->ledger, "XADD", "rebato:test:ts:10s:iberia", "1010000-0", "total", "9", NULL));
    uint32_t shard = test_shard(bench, "iberia");
    snprintf(key, sizeof key, "rebato:test:{%u}", shard);
    freeReplyObject(test_redis(bench->ledger, "DEL", key, NULL));
    struct ledger_reader *reader = ledger_reader_create(bench->ledger);
    cr_assert_eq(ledger_restore(reader, written(&images[shard])), LEDGER_OK);
    ledger_reader_destroy(&reader);
    cr_assert_eq(series_entries(bench, "ts:10s:iberia"), 2);
    cr_assert_not(has_gap(bench));
}

/* An idle partition holds time up again: records may have come since. */
REDIS_TEST(what_was_idle_is_asked_again)
{
    struct ledger_progress progress;

    prepare(bench);
    cr_assert_eq(ledger_idle(bench->writer, 0, 17), LEDGER_OK);
    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.watermark_ms, INT64_MAX);
    take_all(bench, images);
    lose_everything(bench);
    give_back(bench, images, LEDGER_OK);
    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.watermark_ms, progress.latest_ms);
}

/* A judge that has loaded the empty shard must not go on with what it remembers. */
REDIS_TEST(a_lease_from_before_does_not_outlive_the_loss)
{
    prepare(bench);
    take_all(bench, images);
    lose_everything(bench);
    test_lease(bench, bench->reader);
    give_back(bench, images, LEDGER_OK);
    struct ledger_commit commit = { .brand = VIEW("united"), .folded_through = 100 };
    cr_assert_eq(ledger_commit(bench->reader, test_shard(bench, "united"), &commit), LEDGER_LOST);
}

REDIS_TEST(a_restore_that_stopped_half_way_is_begun_again)
{
    struct ledger_claim claim;
    char key[64];

    prepare(bench);
    uint64_t sum = sum_all(bench);
    take_all(bench, images);
    lose_everything(bench);
    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        snprintf(key, sizeof key, "rebato:test:{%u}", shard);
        freeReplyObject(test_redis(bench->ledger, "HSET", key, "restore", "0123456789abcdef",
                "c:1:101:iberia:total", "99", NULL));
    }
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_not(claim.known);
    give_back(bench, images, LEDGER_OK);
    cr_assert_eq(sum_all(bench), sum);
}

/* It had an older image: with that one's states and this one's counts what was folded in between would be missing. */
REDIS_TEST(states_of_a_restore_that_stopped_half_way_go)
{
    struct ledger_state state;
    char key[64];

    prepare(bench);
    take_all(bench, images);
    lose_everything(bench);
    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        snprintf(key, sizeof key, "rebato:test:{%u}", shard);
        freeReplyObject(test_redis(bench->ledger, "HSET", key, "restore", "0123", NULL));
        snprintf(key, sizeof key, "rebato:test:{%u}:a", shard);
        freeReplyObject(test_redis(bench->ledger, "HSET", key, "back", "0123", "ft:iberia", "90",
                "st:iberia", "older", NULL));
    }
    give_back(bench, images, LEDGER_OK);
    cr_assert_eq(ledger_load(bench->reader, test_shard(bench, "iberia"), VIEW("iberia"), &state),
            LEDGER_OK);
    cr_assert_eq(state.folded_through, 100);
    cr_assert(view_equal(state.state, VIEW("iberia's weeks")));
}

REDIS_TEST(a_shard_without_fences_gives_no_image)
{
    struct ledger_image_wish wish = { .now_ms = 5000, .every_ms = 1000 };

    cr_assert_eq(ledger_image(bench->reader, 0, &wish, &images[0]), LEDGER_LOST);
}

REDIS_TEST(of_several_processes_one_takes_the_image_of_a_period)
{
    struct ledger_image_wish wish = { .now_ms = 50000, .every_ms = 1000 };

    prepare(bench);
    cr_assert_eq(ledger_image(bench->reader, 0, &wish, &images[0]), LEDGER_OK);
    wish.now_ms = 50900;
    cr_assert_eq(ledger_image(bench->reader, 0, &wish, &images[0]), LEDGER_CLOSED);
    wish.now_ms = 51000;
    cr_assert_eq(ledger_image(bench->reader, 0, &wish, &images[0]), LEDGER_OK);
    wish.now_ms = 20000; /* the other clock was ahead: that must not stop us for its lead */
    cr_assert_eq(ledger_image(bench->reader, 0, &wish, &images[0]), LEDGER_OK);
}

static void
lose_shard(struct test_bench *bench, uint32_t shard)
{
    struct redis_link *link = redis_link_create(bench->ledger);

    cr_assert_eq(redis_link_open_shard(link, shard), LEDGER_OK);
    redis_begin(link, "UNLINK");
    redis_key_shard(link, shard);
    redis_key(link, "{%u}:a", shard);
    redis_end(link);
    cr_assert_eq(redis_await_all(link, 1), LEDGER_OK);
    redis_link_destroy(&link);
}

/* Wherever its shard lives; the others stay as they are. */
CONTRACT(a_shard_that_was_lost_alone_comes_back)
{
    struct image_writer image = { 0 };
    struct ledger_image_wish wish = { .now_ms = 5000 };
    struct ledger_state state;
    uint32_t shard = test_shard(bench, "iberia");

    prepare(bench);
    uint64_t sum = sum_all(bench);
    if (bench->body == BODY_MEMORY) {
        cr_assert_eq(ledger_image(bench->reader, shard, &wish, &image), LEDGER_REFUSED);
        return;
    }
    cr_assert_eq(ledger_image(bench->reader, shard, &wish, &image), LEDGER_OK);
    lose_shard(bench, shard);
    cr_assert_lt(sum_all(bench), sum);
    cr_assert_eq(ledger_restore(bench->reader, written(&image)), LEDGER_OK);
    cr_assert_eq(sum_all(bench), sum);
    cr_assert_eq(ledger_load(bench->reader, shard, VIEW("iberia"), &state), LEDGER_OK);
    cr_assert(view_equal(state.state, VIEW("iberia's weeks")));
    image_fini(&image);
}

/* Other shards, or no counts at all: states only, and only of brands that nothing is known of. */
CONTRACT(states_alone_are_adopted_once)
{
    struct image_writer image = { 0 };
    struct ledger_state state;

    image_begin(&image, &(struct image_head){ .shards = 0 });
    image_add_state(&image, VIEW("iberia"), 100, VIEW("learnt"));
    image_add_state(&image, VIEW("united"), 90, VIEW("learnt too"));
    cr_assert_eq(ledger_restore(bench->reader, written(&image)), LEDGER_OK);
    image_begin(&image, &(struct image_head){ .shards = 0 });
    image_add_state(&image, VIEW("iberia"), 200, VIEW("again"));
    cr_assert_eq(ledger_restore(bench->reader, written(&image)), LEDGER_OK);
    uint32_t shard = test_shard(bench, "iberia");
    cr_assert_eq(ledger_load(bench->reader, shard, VIEW("iberia"), &state), LEDGER_OK);
    cr_assert_eq(state.folded_through, 100);
    cr_assert(view_equal(state.state, VIEW("learnt")));
    shard = test_shard(bench, "united");
    cr_assert_eq(ledger_load(bench->reader, shard, VIEW("united"), &state), LEDGER_OK);
    cr_assert_eq(state.folded_through, 90);
    image_fini(&image);
}

CONTRACT(what_is_no_image_is_refused)
{
    cr_assert_eq(ledger_restore(bench->reader, VIEW("")), LEDGER_REFUSED);
    cr_assert_eq(ledger_restore(bench->reader, VIEW("rbti, they say")), LEDGER_REFUSED);
}
