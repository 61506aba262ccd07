/* What a replay needs beside the topic: from where on partitions are late. And what it is compared with:
 * the lines of the incident log. */
#include "test_server.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

static void
read_all(struct test_bench *bench, uint32_t shard, struct ledger_page *page)
{
    cr_assert_eq(ledger_read(bench->reader, shard, UINT32_MAX, page), LEDGER_OK);
}

Test(memory_ledger, a_partition_that_was_idle_is_late_from_its_fence_on)
{
    static const struct test_cell cells[] = { { "iberia", "total", 100, CELL_ON_TIME, 3 } };
    struct test_bench bench;
    struct ledger_claim claim;
    struct ledger_page page;

    test_bench_open(&bench, BODY_MEMORY);
    test_take(&bench, bench.writer);
    cr_assert_eq(test_count(&bench, 0, 17, cells, 1), LEDGER_OK);
    read_all(&bench, 0, &page);
    cr_assert_eq(page.lapse_count, 0, "nothing was closed when it was founded");
    cr_assert_eq(ledger_idle(bench.writer, 0, 17), LEDGER_OK);
    test_lease(&bench, bench.reader);
    cr_assert_eq(ledger_close(bench.reader, 0, 120, INT64_MAX), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench.writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    read_all(&bench, 0, &page);
    cr_assert_eq(page.lapse_count, 1);
    cr_assert(view_equal(page.lapses[0].topic, VIEW("menciones")));
    cr_assert_eq(page.lapses[0].partition, 0);
    cr_assert_eq(page.lapses[0].offset, 17);
    cr_assert_eq(page.lapses[0].through, 120);

    /* Idle again, with nothing in between: the same offset, and the last word on it holds. */
    cr_assert_eq(ledger_idle(bench.writer, 0, 17), LEDGER_OK);
    cr_assert_eq(ledger_close(bench.reader, 0, 130, INT64_MAX), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench.writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    read_all(&bench, 0, &page);
    cr_assert_eq(page.lapse_count, 1);
    cr_assert_eq(page.lapses[0].through, 130);
    test_bench_close(&bench);
}

static void
put(struct test_bench *bench, const char *field, const char *value)
{
    redisReply *reply = test_redis(bench->ledger, "HSET", "rebato:test:{0}", field, value, NULL);

    cr_assert_not_null(reply);
    freeReplyObject(reply);
}

static void
open_with_topic(struct test_bench *bench)
{
    test_bench_open(bench, BODY_REDIS);
    test_take(bench, bench->writer); /* "menciones" is topic 1 from now on */
}

Test(redis_ledger, lapses_come_with_every_page_sorted_under_their_topics_name)
{
    struct test_bench bench;
    struct ledger_page page;

    open_with_topic(&bench);
    put(&bench, "k:1:10:5", "7");
    put(&bench, "k:1:2:70", "9");
    put(&bench, "k:1:2:8", "0");
    cr_assert_eq(ledger_read(bench.reader, 0, 1, &page), LEDGER_OK);
    cr_assert_eq(page.lapse_count, 3);
    cr_assert_eq(page.lapses[0].partition, 2);
    cr_assert_eq(page.lapses[0].offset, 8);
    cr_assert_eq(page.lapses[0].through, 0);
    cr_assert_eq(page.lapses[1].offset, 70);
    cr_assert_eq(page.lapses[1].through, 9);
    cr_assert_eq(page.lapses[2].partition, 10);
    for (size_t i = 0; i < page.lapse_count; i++) {
        cr_assert(view_equal(page.lapses[i].topic, VIEW("menciones")));
    }
    read_all(&bench, 1, &page);
    cr_assert_eq(page.lapse_count, 0, "each shard has its own");
    test_bench_close(&bench);
}

Test(redis_ledger, a_lapse_that_cannot_be_read_is_not_left_out)
{
    static const char *const rows[][2] = { { "k:1:0", "7" }, { "k:1:0:x", "7" },
        { "k:1:0:-1", "7" }, { "k::0:1", "7" }, { "k:1:0:1", "" }, { "k:1:0:1", "7x" },
        { "k:1:0:1:2", "7" }, { "k:99:0:1", "7" } };
    struct test_bench bench;
    struct ledger_page page;

    open_with_topic(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put(&bench, rows[i][0], rows[i][1]);
        cr_assert_eq(ledger_read(bench.reader, 0, 1, &page), LEDGER_REFUSED, "row %zu", i);
        test_redis_number(bench.ledger, "HDEL", "rebato:test:{0}", rows[i][0], NULL);
    }
    cr_assert_eq(ledger_read(bench.reader, 0, 1, &page), LEDGER_OK);
    test_bench_close(&bench);
}

CONTRACT(lapses_alone_are_those_of_a_page_and_nothing_else)
{
    static const struct test_cell cells[] = { { "iberia", "total", 100, CELL_ON_TIME, 3 } };
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim claim;
    struct ledger_page page;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, 1), LEDGER_OK);
    cr_assert_eq(ledger_lapses(bench->reader, shard, &page), LEDGER_OK);
    cr_assert_eq(page.lapse_count, 0);
    cr_assert_eq(ledger_idle(bench->writer, 0, 17), LEDGER_OK);
    test_lease(bench, bench->reader);
    cr_assert_eq(ledger_close(bench->reader, shard, 120, INT64_MAX), LEDGER_OK);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(ledger_lapses(bench->reader, shard, &page), LEDGER_OK);
    cr_assert_eq(page.lapse_count, 1);
    cr_assert_eq(page.lapses[0].offset, 17);
    cr_assert_eq(page.lapses[0].through, 120);
    cr_assert(view_equal(page.lapses[0].topic, VIEW("menciones")));
    cr_assert_eq(page.cell_count, 0);
}

Test(redis_ledger, lapses_alone_that_cannot_be_read_are_not_left_out)
{
    struct test_bench bench;
    struct ledger_page page;

    open_with_topic(&bench);
    put(&bench, "k:1:0:x", "7");
    cr_assert_eq(ledger_lapses(bench.reader, 0, &page), LEDGER_REFUSED);
    cr_assert_eq(ledger_lapses(bench.reader, 1, &page), LEDGER_OK);
    test_bench_close(&bench);
}

/* ---- lines of the incident log ---- */

static const struct ledger_line lines[] = {
    { 12, VIEW("bb:2:grew"), VIEW("{\"n\":3}") },
    { 12, VIEW("aa:1:opened"), VIEW("{\"n\":2}") },
    { 9, VIEW("bb:1:opened"), VIEW("{\"n\":1}") },
};

static enum ledger_outcome
commit_lines(struct test_bench *bench, uint32_t shard)
{
    static const struct ledger_notice notice[] = { { VIEW("bb:1:opened"), VIEW("{}") } };
    struct ledger_commit commit = { .brand = VIEW("iberia"),
        .state = VIEW("state"),
        .notices = notice,
        .notice_count = 1,
        .lines = lines,
        .line_count = 3 };

    return ledger_commit(bench->reader, shard, &commit);
}

Test(redis_ledger, lines_are_written_with_the_state_and_come_in_order_of_time)
{
    struct test_bench bench;
    const struct ledger_line *found = NULL;
    struct ledger_notice waiting[4];
    size_t count = 0;

    test_bench_open(&bench, BODY_REDIS);
    uint32_t shard = test_shard(&bench, "iberia");
    cr_assert_eq(commit_lines(&bench, shard), LEDGER_LOST);
    cr_assert_eq(ledger_lines(bench.reader, shard, &found, &count), LEDGER_OK);
    cr_assert_eq(count, 0, "a refused commit leaves no line");
    test_lease(&bench, bench.reader);
    cr_assert_eq(commit_lines(&bench, shard), LEDGER_OK);
    cr_assert_eq(commit_lines(&bench, shard), LEDGER_OK);
    cr_assert_eq(ledger_lines(bench.reader, shard, &found, &count), LEDGER_OK);
    cr_assert_eq(count, 3, "said twice, there once");
    cr_assert_eq(found[0].bucket, 9);
    cr_assert(view_equal(found[1].key, VIEW("aa:1:opened")));
    cr_assert(view_equal(found[2].json, VIEW("{\"n\":3}")));
    cr_assert_eq(ledger_outbox(bench.reader, shard, waiting, 4, &count), LEDGER_OK);
    cr_assert_eq(count, 1, "a line is no notice");
    test_bench_close(&bench);
}

Test(redis_ledger, lines_are_forgotten_by_age_and_only_the_older_ones)
{
    struct test_bench bench;
    const struct ledger_line *found = NULL;
    size_t count = 0;
    const uint32_t days_400 = 400 * 24 * 3600 / BUCKET_SECONDS;

    test_bench_open(&bench, BODY_REDIS);
    uint32_t shard = test_shard(&bench, "iberia");
    test_lease(&bench, bench.reader);
    cr_assert_eq(commit_lines(&bench, shard), LEDGER_OK);
    cr_assert_eq(ledger_forget_lines(bench.reader, shard, 9 + days_400), LEDGER_OK);
    cr_assert_eq(ledger_lines(bench.reader, shard, &found, &count), LEDGER_OK);
    cr_assert_eq(count, 3);
    cr_assert_eq(ledger_forget_lines(bench.reader, shard, 12 + days_400), LEDGER_OK);
    cr_assert_eq(ledger_lines(bench.reader, shard, &found, &count), LEDGER_OK);
    cr_assert_eq(count, 2);
    cr_assert_eq(found[0].bucket, 12);
    test_bench_close(&bench);
}
