/* What both bodies promise to a judge, said once and asked of both. */
#include "test_server.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#define COUNT(cells) (sizeof(cells) / sizeof(cells)[0])

static const struct test_cell two_brands[] = {
    { "iberia", "total", 100, CELL_ON_TIME, 3 },
    { "iberia", "s.outage", 100, CELL_ON_TIME, 2 },
    { "united", "total", 101, CELL_ON_TIME, 5 },
    { "united", "total", 101, CELL_LATE, 7 },
};

/* ---- closing ---- */

CONTRACT(cells_come_sorted_with_late_behind_on_time)
{
    static const struct test_cell cells[] = {
        { "united", "s.outage", 102, CELL_LATE, 1 },
        { "united", "total", 101, CELL_ON_TIME, 2 },
        { "united", "lang.es", 102, CELL_ON_TIME, 3 },
        { "united", "f.os.and:roid", 102, CELL_ON_TIME, 4 },
    };
    static const char *const expected[] = { "total", "f.os.and:roid", "lang.es", "s.outage" };
    struct ledger_page page;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(
            ledger_read(bench->reader, test_shard(bench, "united"), UINT32_MAX, &page), LEDGER_OK);
    cr_assert_eq(page.cell_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        cr_assert(view_equal(page.cells[i].dim, view_of(expected[i])), "cell %zu", i);
    }
    cr_assert_eq(page.cells[3].kind, CELL_LATE);
}

CONTRACT(a_page_ends_at_the_bucket_asked_for)
{
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    cr_assert_eq(test_sum(bench, 100, "iberia", "total"), 3);
    cr_assert_eq(test_sum(bench, 100, "united", "total"), 0);
    cr_assert_eq(test_sum(bench, 99, "iberia", "total"), 0);
}

static void
close_all(struct test_bench *bench, uint32_t bucket)
{
    test_lease(bench, bench->reader);
    for (uint32_t shard = 0; shard < ledger_shard_count(bench->ledger); shard++) {
        struct ledger_progress progress;
        cr_assert_eq(ledger_progress(bench->reader, shard, &progress), LEDGER_OK);
        cr_assert_eq(ledger_close(bench->reader, shard, bucket, progress.watermark_ms), LEDGER_OK);
        cr_assert_eq(ledger_progress(bench->reader, shard, &progress), LEDGER_OK);
        cr_assert_eq(progress.closed, bucket);
    }
}

CONTRACT(counts_for_a_closed_bucket_are_refused_then_taken_as_late)
{
    static const struct test_cell late[] = { { "iberia", "total", 101, CELL_LATE, 9 } };
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    close_all(bench, 100);
    cr_assert_eq(test_count(bench, 17, 20, two_brands, COUNT(two_brands)), LEDGER_CLOSED);
    cr_assert_eq(ledger_range_outcome(bench->writer, 0), LEDGER_CLOSED);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 3);

    /* The claim after it says from where on the range is late, so that it cannot go round for ever. */
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.late_below[test_shard(bench, "iberia")], 100);
    cr_assert_eq(claim.lowest_fence, 17);
    cr_assert_eq(test_count(bench, 17, 20, late, COUNT(late)), LEDGER_OK);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 12);
    cr_assert_eq(test_sum(bench, 100, "iberia", "total"), 3);
}

CONTRACT(late_counts_of_a_closed_bucket_go_to_the_first_open_one)
{
    static const struct test_cell late[] = {
        { "iberia", "total", 50, CELL_LATE, 4 },
        { "iberia", "total", 60, CELL_LATE, 5 },
        { "iberia", "total", 101, CELL_LATE, 1 },
    };

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    close_all(bench, 100);
    cr_assert_eq(test_count(bench, 17, 20, late, COUNT(late)), LEDGER_OK);
    cr_assert_eq(test_sum(bench, 100, "iberia", "total"), 3);
    cr_assert_eq(test_sum(bench, 101, "iberia", "total"), 13);
}

/* Also where nothing of the first day is the shard's own: the page of each says it. */
CONTRACT(every_shard_knows_when_the_stream_began)
{
    static const struct test_cell first[] = { { "iberia", "total", 102, CELL_ON_TIME, 1 },
        { "united", "total", 50, CELL_LATE, 1 } };
    static const struct test_cell earlier[] = { { "united", "total", 99, CELL_ON_TIME, 1 } };
    static const struct test_cell later[] = { { "iberia", "total", 100, CELL_ON_TIME, 1 } };
    static const uint32_t since[] = { 102, 99, 99 };
    const struct test_cell *steps[] = { first, earlier, later };
    static const size_t counts[] = { COUNT(first), COUNT(earlier), COUNT(later) };

    test_take(bench, bench->writer);
    for (size_t i = 0; i < COUNT(steps); i++) {
        int64_t from = (int64_t)i * 10;
        cr_assert_eq(test_count(bench, from, from + 10, steps[i], counts[i]), LEDGER_OK);
        for (uint32_t shard = 0; shard < ledger_shard_count(bench->ledger); shard++) {
            struct ledger_page page;
            cr_assert_eq(ledger_read(bench->reader, shard, 0, &page), LEDGER_OK);
            cr_expect_eq(page.cell_count, 0);
            cr_expect_eq(page.since, since[i], "step %zu, shard %" PRIu32 ": %" PRIu32, i, shard,
                    page.since);
        }
    }
}

CONTRACT(before_anything_is_counted_nothing_has_begun)
{
    struct ledger_page page;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 7, NULL, 0), LEDGER_OK);
    cr_assert_eq(ledger_read(bench->reader, 0, UINT32_MAX, &page), LEDGER_OK);
    cr_assert_eq(page.since, 0);
}

CONTRACT(progress_is_that_of_the_slowest_partition)
{
    static const struct test_cell early[] = { { "iberia", "total", 90, CELL_ON_TIME, 1 } };
    struct ledger_claim claim;
    struct ledger_progress progress;

    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.watermark_ms, INT64_MIN);
    cr_assert_eq(progress.latest_ms, INT64_MIN);
    cr_assert_eq(progress.partitions, 0);
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 1, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 0, 0, &claim), LEDGER_OK);
    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.watermark_ms, INT64_MIN); /* a partition nobody has read yet */
    cr_assert_eq(test_count(bench, 0, 3, early, COUNT(early)), LEDGER_OK);
    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.watermark_ms, bucket_start_ms(91) - 1);
    cr_assert_eq(progress.latest_ms, bucket_start_ms(102) - 1);
    cr_assert_eq(progress.partitions, 2);
}

CONTRACT(a_close_is_refused_when_a_partition_is_behind)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    test_lease(bench, bench->reader);
    cr_assert_eq(ledger_close(bench->reader, 0, 100, bucket_start_ms(200)), LEDGER_CLASH);
    /* One that appears between the look and the close. */
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 1, 0, &claim), LEDGER_OK);
    cr_assert_eq(ledger_close(bench->reader, 0, 100, bucket_start_ms(101)), LEDGER_CLASH);
    struct ledger_progress progress;
    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.closed, 0);
}

CONTRACT(a_close_never_goes_back)
{
    struct ledger_progress progress;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    close_all(bench, 100);
    cr_assert_eq(ledger_close(bench->reader, 0, 50, bucket_start_ms(101)), LEDGER_OK);
    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.closed, 100);
}

CONTRACT(an_idle_partition_holds_nobody_up_and_wakes_late)
{
    static const struct test_cell later[] = { { "united", "total", 300, CELL_ON_TIME, 1 } };
    struct ledger_claim claim;
    struct ledger_progress progress;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    cr_assert_eq(ledger_idle(bench->writer, 0, 18), LEDGER_CLASH); /* not all is applied */
    cr_assert_eq(ledger_idle(bench->writer, 0, 17), LEDGER_OK);
    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.watermark_ms, INT64_MAX);
    cr_assert_eq(progress.latest_ms, bucket_start_ms(102) - 1);
    close_all(bench, 250);

    cr_assert_eq(test_count(bench, 17, 20, later, COUNT(later)), LEDGER_CLOSED);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.late_below[test_shard(bench, "united")], 250);
    cr_assert_eq(test_count(bench, 17, 20, later, COUNT(later)), LEDGER_OK);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "united", "total"), 13);
    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.watermark_ms, bucket_start_ms(301) - 1);
    /* Every later owner is told the same. */
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.late_below[test_shard(bench, "united")], 250);
}

CONTRACT(a_former_owner_cannot_put_a_partition_to_sleep)
{
    struct ledger_writer *zombie = ledger_writer_create(bench->ledger, bench->names);

    test_take(bench, zombie);
    test_take(bench, bench->writer);
    cr_assert_eq(ledger_idle(zombie, 0, 0), LEDGER_CLASH);
    cr_assert_eq(ledger_idle(bench->writer, 0, 0), LEDGER_OK);
    ledger_writer_destroy(&zombie);
}

CONTRACT(a_partition_that_appears_late_is_late_from_its_first_record)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    close_all(bench, 100);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 1, 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.late_below[test_shard(bench, "iberia")], 100);
}

/* ---- the judge ---- */

CONTRACT(a_lease_has_one_holder_until_it_ends)
{
    struct ledger_reader *other = ledger_reader_create(bench->ledger);
    int fresh = 0;

    cr_assert_eq(ledger_lease(bench->reader, 0, 1000, 500, &fresh), LEDGER_OK);
    cr_assert_eq(fresh, 1);
    cr_assert_eq(ledger_lease(other, 0, 1400, 500, &fresh), LEDGER_LOST);
    cr_assert_eq(ledger_lease(bench->reader, 0, 1400, 500, &fresh), LEDGER_OK);
    cr_assert_eq(fresh, 0);
    cr_assert_eq(ledger_lease(other, 0, 1899, 500, &fresh), LEDGER_LOST);
    cr_assert_eq(ledger_lease(other, 0, 1900, 500, &fresh), LEDGER_OK);
    cr_assert_eq(fresh, 1);
    cr_assert_eq(ledger_close(bench->reader, 0, 1, INT64_MIN), LEDGER_LOST);
    cr_assert_eq(ledger_close(other, 0, 1, INT64_MIN), LEDGER_OK);
    ledger_unlease(other, 0);
    cr_assert_eq(ledger_lease(bench->reader, 0, 1901, 500, &fresh), LEDGER_OK);
    cr_assert_eq(fresh, 1);
    cr_assert_eq(ledger_close(other, 0, 1, INT64_MIN), LEDGER_LOST);
    ledger_reader_destroy(&other);
}

static enum ledger_outcome
commit(struct test_bench *bench, uint32_t before, uint32_t through, const char *state)
{
    return ledger_commit(bench->reader, test_shard(bench, "iberia"),
            &(struct ledger_commit){ .brand = VIEW("iberia"),
                    .before = before,
                    .folded_through = through,
                    .state = view_of(state) });
}

CONTRACT(a_commit_needs_the_lease_the_close_and_what_was_before)
{
    struct ledger_state state;
    uint32_t shard = test_shard(bench, "iberia");

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    cr_assert_eq(commit(bench, 0, 100, "a"), LEDGER_LOST);
    test_lease(bench, bench->reader);
    cr_assert_eq(commit(bench, 0, 100, "a"), LEDGER_CLASH); /* not closed */
    close_all(bench, 100);
    cr_assert_eq(commit(bench, 7, 100, "a"), LEDGER_CLASH);
    cr_assert_eq(ledger_load(bench->reader, shard, VIEW("iberia"), &state), LEDGER_OK);
    cr_assert_eq(state.folded_through, 0);
    cr_assert_eq(state.state.size, 0);
    cr_assert_eq(commit(bench, 0, 99, "a"), LEDGER_OK);
    cr_assert_eq(commit(bench, 0, 100, "b"), LEDGER_CLASH);
    cr_assert_eq(commit(bench, 99, 100, "b"), LEDGER_OK);
    cr_assert_eq(ledger_load(bench->reader, shard, VIEW("iberia"), &state), LEDGER_OK);
    cr_assert_eq(state.folded_through, 100);
    cr_assert(view_equal(state.state, VIEW("b")));
}

CONTRACT(what_was_told_early_stands_beside_the_state_until_it_is_settled)
{
    struct ledger_state state;
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_commit told = {
        .brand = VIEW("iberia"), .state = VIEW("a"), .early = VIEW("0123456789abcdef 4711")
    };

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    test_lease(bench, bench->reader);
    cr_assert_eq(ledger_commit(bench->reader, shard, &told), LEDGER_OK);
    cr_assert_eq(ledger_load(bench->reader, shard, VIEW("iberia"), &state), LEDGER_OK);
    cr_assert(view_equal(state.early, told.early));
    cr_assert(view_equal(state.state, VIEW("a")));
    cr_assert_eq(state.folded_through, 0, "nothing was folded for it");
    told.early = (struct view){ 0 };
    cr_assert_eq(ledger_commit(bench->reader, shard, &told), LEDGER_OK);
    cr_assert_eq(ledger_load(bench->reader, shard, VIEW("iberia"), &state), LEDGER_OK);
    cr_assert_eq(state.early.size, 0);
}

CONTRACT(a_state_is_bytes_not_text)
{
    static const char bytes[] = "a\0b\r\n$3\r\n\xFF|";
    struct ledger_state state;
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_commit binary = { .brand = VIEW("iberia"), .state = VIEW(bytes) };

    test_lease(bench, bench->reader);
    cr_assert_eq(ledger_commit(bench->reader, shard, &binary), LEDGER_OK);
    cr_assert_eq(ledger_load(bench->reader, shard, VIEW("iberia"), &state), LEDGER_OK);
    cr_assert(view_equal(state.state, VIEW(bytes)));
}

CONTRACT(what_is_folded_is_shown_until_it_is_erased)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_page page;

    test_take(bench, bench->writer);
    test_fill(bench, 0, 17, two_brands, COUNT(two_brands));
    test_add_author(bench, 1, 100);
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    close_all(bench, 100);
    cr_assert_eq(ledger_read(bench->reader, shard, 100, &page), LEDGER_OK);
    cr_assert_eq(page.cell_count, 2);
    cr_assert_eq(page.author_count, 1);
    cr_assert_eq(ledger_erase(bench->reader, shard, VIEW("iberia"), 100), LEDGER_CLASH);
    cr_assert_eq(commit(bench, 0, 100, "a"), LEDGER_OK);

    /* A judge that died before it erased may have died before it published. */
    cr_assert_eq(ledger_read(bench->reader, shard, 100, &page), LEDGER_OK);
    cr_assert_eq(page.cell_count, 2);
    cr_assert_eq(page.author_count, 1);
    cr_assert_eq(ledger_erase(bench->reader, shard, VIEW("iberia"), 101), LEDGER_CLASH);
    cr_assert_eq(ledger_erase(bench->reader, shard, VIEW("iberia"), 100), LEDGER_OK);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 0);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "united", "total"), 12);
    if (bench->body != BODY_MEMORY) {
        char key[64];
        snprintf(key, sizeof key, "rebato:test:{%" PRIu32 "}:au:1:iberia:s.outage:100", shard);
        cr_assert_eq(test_redis_number(bench->ledger, "EXISTS", key, NULL), 0);
        snprintf(key, sizeof key, "rebato:test:{%" PRIu32 "}", shard);
        cr_assert_eq(
                test_redis_number(bench->ledger, "HEXISTS", key, "c:1:100:iberia:total", NULL), 0);
    }
}

CONTRACT(an_erase_without_the_lease_removes_nothing)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_page page;
    struct ledger_reader *other = ledger_reader_create(bench->ledger);

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    close_all(bench, 100);
    cr_assert_eq(ledger_read(other, shard, 100, &page), LEDGER_OK);
    cr_assert_eq(ledger_erase(other, shard, VIEW("iberia"), 100), LEDGER_LOST);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 3);
    ledger_reader_destroy(&other);
}

CONTRACT(notices_wait_in_order_until_they_are_delivered)
{
    static const struct ledger_notice first[] = { { VIEW("zzz:1"), VIEW("{\"n\":1}") },
        { VIEW("zzz:2"), VIEW("{\"n\":\"a|b\"}") } };
    static const struct ledger_notice second[] = { { VIEW("aaa:1"), VIEW("{}") } };
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_commit commit = {
        .brand = VIEW("iberia"), .notices = first, .notice_count = COUNT(first)
    };
    struct ledger_notice waiting[8];
    size_t count = 0;

    test_lease(bench, bench->reader);
    cr_assert_eq(ledger_outbox(bench->reader, shard, waiting, 8, &count), LEDGER_OK);
    cr_assert_eq(count, 0);
    cr_assert_eq(ledger_commit(bench->reader, shard, &commit), LEDGER_OK);
    commit.notices = second;
    commit.notice_count = COUNT(second);
    cr_assert_eq(ledger_commit(bench->reader, shard, &commit), LEDGER_OK);
    cr_assert_eq(ledger_outbox(bench->reader, shard, waiting, 8, &count), LEDGER_OK);
    cr_assert_eq(count, 3);
    cr_assert(view_equal(waiting[0].key, VIEW("zzz:1")));
    cr_assert(view_equal(waiting[1].json, VIEW("{\"n\":\"a|b\"}")));
    cr_assert(view_equal(waiting[2].key, VIEW("aaa:1")));
    cr_assert_eq(ledger_outbox(bench->reader, shard, waiting, 2, &count), LEDGER_OK);
    cr_assert_eq(count, 2);
    cr_assert_eq(ledger_delivered(bench->reader, shard, VIEW("zzz:1")), LEDGER_OK);
    cr_assert_eq(ledger_delivered(bench->reader, shard, VIEW("zzz:1")), LEDGER_OK);
    cr_assert_eq(ledger_outbox(bench->reader, shard, waiting, 8, &count), LEDGER_OK);
    cr_assert_eq(count, 2);
    cr_assert(view_equal(waiting[0].key, VIEW("zzz:2")));
}

CONTRACT(a_refused_commit_leaves_no_notice)
{
    static const struct ledger_notice notice[] = { { VIEW("zzz:1"), VIEW("{}") } };
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_commit commit = {
        .brand = VIEW("iberia"), .folded_through = 5, .notices = notice, .notice_count = 1
    };
    struct ledger_notice waiting[8];
    size_t count = 9;

    cr_assert_eq(ledger_commit(bench->reader, shard, &commit), LEDGER_LOST);
    test_lease(bench, bench->reader);
    cr_assert_eq(ledger_commit(bench->reader, shard, &commit), LEDGER_CLASH);
    cr_assert_eq(ledger_outbox(bench->reader, shard, waiting, 8, &count), LEDGER_OK);
    cr_assert_eq(count, 0);
}

/* ---- published ---- */

CONTRACT(everything_can_be_published_twice)
{
    static const struct ledger_field fields[] = { { VIEW("total"), VIEW("3") },
        { VIEW("state"), VIEW("calm") } };
    struct ledger_alert alert = { .incident = VIEW("0123456789abcdef"),
        .brand = VIEW("iberia"),
        .revision = 1,
        .kind = VIEW("opened"),
        .state = VIEW("open"),
        .severity = VIEW("critical"),
        .summary = VIEW("Iberia: caída"),
        .onset_ms = 1000000,
        .time_ms = 1060000,
        .json = VIEW("{}") };

    for (int i = 0; i < 2; i++) {
        for (enum ledger_series series = LEDGER_SERIES_10S; series <= LEDGER_SERIES_1H; series++) {
            struct ledger_slot place = { series, 1000000, NULL };
            cr_assert_eq(ledger_publish_series(bench->reader, VIEW("iberia"), &place, fields, 2),
                    LEDGER_OK);
        }
        cr_assert_eq(ledger_publish_now(bench->reader, VIEW("iberia"), fields, 2), LEDGER_OK);
        cr_assert_eq(ledger_publish_top(bench->reader, VIEW("iberia")), LEDGER_OK);
        cr_assert_eq(ledger_publish_alert(bench->reader, &alert), LEDGER_OK);
        cr_assert_eq(ledger_publish_instance(bench->reader, VIEW("host-1"), fields, 2), LEDGER_OK);
    }
    if (bench->body != BODY_MEMORY) {
        cr_assert_eq(
                test_redis_number(bench->ledger, "XLEN", "rebato:test:ts:10s:iberia", NULL), 1);
        cr_assert_eq(test_redis_number(bench->ledger, "XLEN", "rebato:test:alerts", NULL), 1);
    }
}
