/* What a claim leaves behind for a replay: from which offset on which buckets are late. */
#include "test_server.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* As REDIS_TEST of test_redis.c: a bench in Redis. */
#define LATE_TEST(name)                                                                            \
    static void late_##name(struct test_bench *bench);                                             \
    Test(redis_late, name)                                                                         \
    {                                                                                              \
        struct test_bench bench;                                                                   \
        test_bench_open(&bench, BODY_REDIS);                                                       \
        late_##name(&bench);                                                                       \
        test_bench_close(&bench);                                                                  \
    }                                                                                              \
    static void late_##name(struct test_bench *bench)

#define COUNT(cells) (sizeof(cells) / sizeof(cells)[0])

static const struct test_cell early[] = {
    { "iberia", "total", 100, CELL_ON_TIME, 1 },
    { "united", "total", 100, CELL_ON_TIME, 2 },
    { "vueling", "total", 100, CELL_ON_TIME, 3 },
};

static void
close_shard(struct test_bench *bench, uint32_t shard, uint32_t bucket)
{
    struct ledger_progress progress;

    cr_assert_eq(ledger_progress(bench->reader, shard, &progress), LEDGER_OK);
    cr_assert_eq(ledger_close(bench->reader, shard, bucket, progress.watermark_ms), LEDGER_OK);
}

static void
close_all(struct test_bench *bench, uint32_t bucket)
{
    test_lease(bench, bench->reader);
    for (uint32_t shard = 0; shard < ledger_shard_count(bench->ledger); shard++) {
        close_shard(bench, shard, bucket);
    }
}

/* The value of a field of a shard's hash as a number; -1000: there is none. */
static long long
field(struct test_bench *bench, uint32_t shard, const char *name)
{
    char key[64];

    snprintf(key, sizeof key, "rebato:test:{%u}", shard);
    return test_redis_number(bench->ledger, "HGET", key, name, NULL);
}

static void
expect_list(struct test_bench *bench, uint32_t shard, const char *list)
{
    char key[64];

    snprintf(key, sizeof key, "rebato:test:{%u}", shard);
    redisReply *reply = test_redis(bench->ledger, "HGET", key, "ks:1:0", NULL);
    cr_assert_eq(reply->type, REDIS_REPLY_STRING);
    cr_assert_str_eq(reply->str, list);
    freeReplyObject(reply);
}

LATE_TEST(a_claim_that_finds_nothing_closed_leaves_nothing)
{
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, early, COUNT(early)), LEDGER_OK);
    close_all(bench, 90);
    test_take(bench, bench->writer); /* neither idle nor refused: what is closed does not matter */
    cr_assert_eq(field(bench, 0, "k:1:0:17"), -1000);
    cr_assert_eq(field(bench, 0, "ks:1:0"), -1000);
}

LATE_TEST(waking_leaves_what_is_closed_at_the_fence)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, early, COUNT(early)), LEDGER_OK);
    cr_assert_eq(ledger_idle(bench->writer, 0, 17), LEDGER_OK);
    close_all(bench, 250);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    for (uint32_t shard = 0; shard < 4; shard++) {
        cr_assert_eq(field(bench, shard, "k:1:0:17"), 250);
        expect_list(bench, shard, "17");
    }
    cr_assert_eq(test_sum(bench, UINT32_MAX, "united", "total"), 2); /* no count, and no damage */
}

LATE_TEST(a_second_claim_at_the_same_fence_takes_the_place_of_the_first)
{
    test_take(bench, bench->writer);
    cr_assert_eq(ledger_idle(bench->writer, 0, 0), LEDGER_OK);
    close_all(bench, 250);
    test_take(bench, bench->writer);
    cr_assert_eq(ledger_idle(bench->writer, 0, 0), LEDGER_OK);
    close_all(bench, 260);
    test_take(bench, bench->writer);
    cr_assert_eq(field(bench, 1, "k:1:0:0"), 260);
    expect_list(bench, 1, "0");
}

LATE_TEST(what_is_closed_in_one_shard_makes_nothing_late_in_another)
{
    struct ledger_claim claim;
    uint32_t ahead = test_shard(bench, "united");

    cr_assert_neq(ahead, test_shard(bench, "iberia"), "the names of this test have to differ");
    test_lease(bench, bench->reader);
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 5, early, COUNT(early)), LEDGER_OK);
    close_shard(bench, ahead, 100);

    cr_assert_eq(test_count(bench, 5, 8, early, COUNT(early)), LEDGER_CLOSED);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    for (uint32_t shard = 0; shard < 4; shard++) {
        cr_assert_eq(claim.late_below[shard], shard == ahead ? 100 : 0);
        cr_assert_eq(claim.fence[shard], shard == ahead ? 5 : 8, "the others took their share");
    }
    cr_assert_eq(field(bench, ahead, "k:1:0:5"), 100);
    cr_assert_eq(field(bench, test_shard(bench, "iberia"), "k:1:0:5"), -1000);
}

LATE_TEST(a_partition_that_appears_behind_what_is_closed_says_so_from_its_first_offset)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, early, COUNT(early)), LEDGER_OK);
    close_all(bench, 90);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 1, 40, &claim), LEDGER_OK);
    cr_assert_eq(field(bench, 2, "k:1:1:40"), 90);
}

/* Wakes at offset `at`, when all up to `closed` is closed. */
static void
wake_at(struct test_bench *bench, int64_t at, uint32_t closed)
{
    if (at > 0) {
        cr_assert_eq(test_count(bench, at - 10, at, NULL, 0), LEDGER_OK);
    }
    cr_assert_eq(ledger_idle(bench->writer, 0, at), LEDGER_OK);
    close_all(bench, closed);
    test_take(bench, bench->writer);
}

LATE_TEST(what_is_long_closed_is_forgotten_a_few_at_a_time)
{
    test_take(bench, bench->writer);
    for (int64_t i = 0; i < 6; i++) {
        wake_at(bench, i * 10, 1000 + (uint32_t)i);
    }
    expect_list(bench, 0, "50,40,30,20,10,0");
    wake_at(bench, 60, 10001); /* exactly 9,000 above the second */
    expect_list(bench, 0, "60,50,40,30,20,10");
    cr_assert_eq(field(bench, 0, "k:1:0:0"), -1000);
    cr_assert_eq(field(bench, 0, "k:1:0:10"), 1001);

    wake_at(bench, 70, 30000);
    expect_list(bench, 0, "70,60,50");
    cr_assert_eq(field(bench, 0, "k:1:0:20"), -1000);
    cr_assert_eq(field(bench, 0, "k:1:0:50"), 1005);
    wake_at(bench, 80, 50000);
    expect_list(bench, 0, "80");
}
