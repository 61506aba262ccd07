/* A topic that was deleted and made again under its name. */
#include "test_server.h"

#include <criterion/criterion.h>

/* As REDIS_TEST of test_redis.c: a bench in Redis. */
#define RENEW_TEST(name)                                                                           \
    static void renew_##name(struct test_bench *bench);                                            \
    Test(redis_renew, name)                                                                        \
    {                                                                                              \
        struct test_bench bench;                                                                   \
        test_bench_open(&bench, BODY_REDIS);                                                       \
        renew_##name(&bench);                                                                      \
        test_bench_close(&bench);                                                                  \
    }                                                                                              \
    static void renew_##name(struct test_bench *bench)

static const struct test_cell cells[] = {
    { "iberia", "total", 100, CELL_ON_TIME, 1 },
    { "united", "total", 100, CELL_ON_TIME, 2 },
};
#define CELLS (sizeof cells / sizeof cells[0])

static long long
number_of(struct test_bench *bench, const char *field)
{
    return test_redis_number(bench->ledger, "HGET", "rebato:test:meta", field, NULL);
}

RENEW_TEST(its_records_are_counted_from_the_first_beside_those_of_the_former)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, CELLS), LEDGER_OK);
    cr_assert_eq(ledger_renew(bench->writer, 0, VIEW("menciones")), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_not(claim.known);
    cr_assert_eq(ledger_found(bench->writer, 0, 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 0);
    cr_assert_eq(test_count(bench, 0, 5, cells, CELLS), LEDGER_OK);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "united", "total"), 4);
}

RENEW_TEST(a_claim_names_a_record_that_was_counted)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.seen_offset, -1, "nothing is counted");
    test_fill(bench, 0, 17, cells, CELLS);
    tally_see(bench->tally, 0, 12, INT64_C(1700000000012));
    tally_see(bench->tally, 0, 15, INT64_C(1700000000015));
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    /* A range without records says nothing of the log. */
    cr_assert_eq(test_count(bench, 17, 20, NULL, 0), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 20);
    cr_assert_eq(claim.seen_offset, 15);
    cr_assert_eq(claim.seen_stamp_ms, INT64_C(1700000000015));
}

RENEW_TEST(a_topic_made_again_has_seen_nothing)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    test_fill(bench, 0, 17, cells, CELLS);
    tally_see(bench->tally, 0, 15, 1);
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    cr_assert_eq(ledger_renew(bench->writer, 0, VIEW("menciones")), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.seen_offset, -1);
}

RENEW_TEST(the_former_one_does_not_hold_the_watermark)
{
    struct ledger_progress progress;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, CELLS), LEDGER_OK);
    cr_assert_eq(ledger_renew(bench->writer, 0, VIEW("menciones")), LEDGER_OK);
    for (uint32_t shard = 0; shard < 4; shard++) {
        cr_assert_eq(ledger_progress(bench->reader, shard, &progress), LEDGER_OK);
        cr_assert_eq(progress.latest_ms, INT64_MIN);
    }
    test_take(bench, bench->writer);
    cr_assert_eq(ledger_progress(bench->reader, 0, &progress), LEDGER_OK);
    cr_assert_eq(progress.watermark_ms, INT64_MIN); /* the new one, which has no record yet */
}

RENEW_TEST(two_who_notice_at_once_give_one_number)
{
    struct ledger_writer *other = ledger_writer_create(bench->ledger, bench->names);

    cr_assert_not_null(other);
    test_take(bench, bench->writer);
    test_take(bench, other);
    cr_assert_eq(number_of(bench, "t:menciones"), 1);
    cr_assert_eq(ledger_renew(bench->writer, 0, VIEW("menciones")), LEDGER_OK);
    cr_assert_eq(ledger_renew(other, 0, VIEW("menciones")), LEDGER_OK);
    cr_assert_eq(number_of(bench, "t:menciones"), 2);
    cr_assert_eq(number_of(bench, "t:menciones#1"), 1); /* who is still spoken of keeps a name */
    ledger_writer_destroy(&other);
}
