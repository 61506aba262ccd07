/* What both bodies promise to a worker, said once and asked of both. */
#include "test_server.h"

#include <criterion/criterion.h>

#define COUNT(cells) (sizeof(cells) / sizeof(cells)[0])

static const struct test_cell two_brands[] = {
    { "iberia", "total", 100, CELL_ON_TIME, 3 },
    { "iberia", "s.outage", 100, CELL_ON_TIME, 2 },
    { "united", "total", 101, CELL_ON_TIME, 5 },
    { "united", "total", 101, CELL_LATE, 7 },
};

CONTRACT(a_new_partition_has_no_fence_until_it_is_founded)
{
    struct ledger_claim claim;

    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 3, &claim), LEDGER_OK);
    cr_assert_not(claim.known);
    cr_assert_eq(ledger_found(bench->writer, 0, 120, &claim), LEDGER_OK);
    cr_assert(claim.known);
    cr_assert_eq(claim.lowest_fence, 120);
    test_all_fences(bench, &claim, 120);
    cr_assert_eq(claim.max_time_ms, INT64_MIN);
    cr_assert_eq(claim.late_below[0], 0);
}

CONTRACT(the_first_offset_is_decided_once)
{
    struct ledger_claim claim;
    struct ledger_writer *other = ledger_writer_create(bench->ledger, bench->names);

    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(ledger_claim(other, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 0, 10, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(other, 0, 90, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 10);
    ledger_writer_destroy(&other);
}

CONTRACT(partitions_of_different_topics_have_fences_of_their_own)
{
    struct ledger_claim claim;

    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 0, 10, &claim), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("mentions"), 0, &claim), LEDGER_OK);
    cr_assert_not(claim.known);
    cr_assert_eq(ledger_found(bench->writer, 1, 77, &claim), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 10);
}

CONTRACT(a_submission_moves_counts_and_fence_together)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    cr_assert_eq(ledger_range_outcome(bench->writer, 0), LEDGER_OK);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 3);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "s.outage"), 2);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "united", "total"), 12);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 17);
    test_all_fences(bench, &claim, 17);
    cr_assert_eq(claim.max_time_ms, bucket_start_ms(102) - 1);
}

CONTRACT(submissions_add_up)
{
    test_take(bench, bench->writer);
    for (int64_t i = 0; i < 5; i++) {
        cr_assert_eq(
                test_count(bench, i * 10, i * 10 + 10, two_brands, COUNT(two_brands)), LEDGER_OK);
    }
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 15);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "united", "total"), 60);
}

CONTRACT(a_range_without_counts_moves_the_fence)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 40, NULL, 0), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 40);
}

CONTRACT(a_range_that_is_counted_already_changes_nothing)
{
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    cr_assert_eq(test_count(bench, 0, 9, two_brands, COUNT(two_brands)), LEDGER_OK);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 3);
}

CONTRACT(a_worker_that_lost_its_partition_cannot_count)
{
    struct ledger_writer *zombie = ledger_writer_create(bench->ledger, bench->names);

    test_take(bench, zombie);
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    test_fill(bench, 0, 30, two_brands, COUNT(two_brands));
    cr_assert_eq(test_submit(bench, zombie), LEDGER_CLASH);
    cr_assert_eq(ledger_range_outcome(zombie, 0), LEDGER_CLASH);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 3);
    /* Having failed, it cannot try again without asking where the fence stands. */
    cr_assert_eq(test_submit(bench, zombie), LEDGER_CLASH);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 3);
    ledger_writer_destroy(&zombie);
}

CONTRACT(a_source_that_was_never_claimed_cannot_count)
{
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)),
            bench->body != BODY_MEMORY ? LEDGER_AWAY : LEDGER_CLASH);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 0);
}

CONTRACT(a_released_source_cannot_count)
{
    test_take(bench, bench->writer);
    ledger_release(bench->writer, 0);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_CLASH);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 0);
}

CONTRACT(a_source_released_in_flight_still_lands_and_then_cannot_count)
{
    enum ledger_outcome outcome = LEDGER_PENDING;

    test_take(bench, bench->writer);
    test_fill(bench, 0, 17, two_brands, COUNT(two_brands));
    ledger_submit(bench->writer, bench->tally);
    ledger_release(bench->writer, 0);
    ledger_release(bench->writer, 0);
    for (int i = 0; i < 100 && outcome == LEDGER_PENDING; i++) {
        outcome = ledger_poll(bench->writer, 100);
    }
    cr_assert_eq(outcome, LEDGER_OK);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 3);
    cr_assert_eq(test_count(bench, 17, 20, two_brands, COUNT(two_brands)), LEDGER_CLASH);
}

CONTRACT(one_range_may_fail_and_another_succeed)
{
    struct ledger_claim claim;
    struct ledger_writer *other = ledger_writer_create(bench->ledger, bench->names);

    test_take(bench, bench->writer);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 1, 0, &claim), LEDGER_OK);
    test_take(bench, other);
    test_fill(bench, 0, 5, NULL, 0);
    cr_assert_eq(test_submit(bench, other), LEDGER_OK); /* partition 0 is ahead now */

    test_fill(bench, 0, 17, two_brands, COUNT(two_brands));
    uint32_t range = tally_open_range(bench->tally, 1, 0);
    struct tally_cell cell = { .range = range, .bucket = 100, .count = 50 };
    cell.brand = names_number(bench->names, VIEW("iberia"));
    cell.dim = names_number(bench->names, VIEW("total"));
    tally_add(bench->tally, &cell);
    tally_cover(bench->tally, range, 8, bucket_start_ms(101));
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_CLASH);
    cr_assert_eq(ledger_range_outcome(bench->writer, 0), LEDGER_CLASH);
    cr_assert_eq(ledger_range_outcome(bench->writer, 1), LEDGER_OK);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 50);
    ledger_writer_destroy(&other);
}

/* ---- authors and official posts ---- */

static size_t
count_authors(struct test_bench *bench, uint32_t through)
{
    struct ledger_page page;

    cr_assert_eq(
            ledger_read(bench->reader, test_shard(bench, "iberia"), through, &page), LEDGER_OK);
    for (size_t i = 1; i < page.author_count; i++) {
        cr_assert(page.authors[i - 1].bucket < page.authors[i].bucket ||
                  page.authors[i - 1].author < page.authors[i].author);
    }
    return page.author_count;
}

CONTRACT(an_author_is_counted_once_however_often_he_is_sent)
{
    static const uint64_t authors[] = { 1, 7, UINT64_MAX, 1, 0x8000000000000000U };

    test_take(bench, bench->writer);
    test_fill(bench, 0, 17, two_brands, COUNT(two_brands));
    for (size_t i = 0; i < COUNT(authors); i++) {
        test_add_author(bench, authors[i], 100);
    }
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    test_fill(bench, 17, 20, two_brands, COUNT(two_brands));
    test_add_author(bench, 7, 100);
    test_add_author(bench, 9, 100);
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    cr_assert_eq(count_authors(bench, UINT32_MAX), 5);
}

CONTRACT(many_authors_of_one_bucket_all_arrive)
{
    test_take(bench, bench->writer);
    test_fill(bench, 0, 17, two_brands, COUNT(two_brands));
    for (uint64_t i = 0; i < 3500; i++) {
        test_add_author(bench, i * 0x9E3779B97F4A7C15U, 100);
    }
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    cr_assert_eq(count_authors(bench, UINT32_MAX), 3500);
}

CONTRACT(a_former_owner_adds_no_author)
{
    struct ledger_writer *zombie = ledger_writer_create(bench->ledger, bench->names);

    test_take(bench, zombie);
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, two_brands, COUNT(two_brands)), LEDGER_OK);
    test_fill(bench, 0, 17, two_brands, COUNT(two_brands));
    test_add_author(bench, 1, 100);
    cr_assert_eq(test_submit(bench, zombie), LEDGER_CLASH);
    cr_assert_eq(count_authors(bench, UINT32_MAX), 0);
    ledger_writer_destroy(&zombie);
}

CONTRACT(an_official_post_keeps_its_evidence)
{
    struct tally_official post = { .bucket = 100,
        .signals = 6,
        .broadcast = 1,
        .time_ms = 1000123,
        .sketch = 0xFEDCBA9876543210U,
        .topics = 0x0123456789ABCDEFU,
        .id = "bluesky|3k:44|x",
        .link = "https://example.org/p/1|2" };
    struct ledger_page page;

    test_take(bench, bench->writer);
    test_fill(bench, 0, 17, two_brands, COUNT(two_brands));
    post.brand = names_number(bench->names, VIEW("iberia"));
    tally_add_official(bench->tally, &post);
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    cr_assert_eq(
            ledger_read(bench->reader, test_shard(bench, "iberia"), UINT32_MAX, &page), LEDGER_OK);
    cr_assert_eq(page.official_count, 1);
    const struct ledger_official *found = page.officials;
    cr_assert(view_equal(found->brand, VIEW("iberia")));
    cr_assert(view_equal(found->id, view_of(post.id)));
    cr_assert(view_equal(found->link, view_of(post.link)));
    cr_assert_eq(found->bucket, 100);
    cr_assert_eq(found->signals, 6);
    cr_assert_eq(found->broadcast, 1);
    cr_assert_eq(found->time_ms, 1000123);
    cr_assert_eq(found->sketch, 0xFEDCBA9876543210U);
    cr_assert_eq(found->topics, 0x0123456789ABCDEFU);
}
