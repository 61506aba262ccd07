/* A shard that loses its counts while its states and the other shards stay. */
#include "fence/claim.h"
#include "test_server.h"

#include <criterion/criterion.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MARK_TEST(name) REDIS_TEST_OF(redis_mark, name)

static const struct test_cell early[] = {
    { "iberia", "total", 100, CELL_ON_TIME, 1 },
    { "united", "total", 100, CELL_ON_TIME, 2 },
};
static const struct test_cell later[] = {
    { "iberia", "total", 103, CELL_ON_TIME, 3 },
    { "united", "total", 103, CELL_ON_TIME, 4 },
};

static long long
lose(struct test_bench *bench, uint32_t shard, const char *more)
{
    char key[48];

    snprintf(key, sizeof key, "rebato:test:{%" PRIu32 "}%s", shard, more);
    return test_redis_number(bench->ledger, "DEL", key, NULL);
}

static void
judge_brand(struct test_bench *bench, const char *name, uint32_t through)
{
    uint32_t shard = test_shard(bench, name);
    struct ledger_state state;

    cr_assert_eq(ledger_load(bench->reader, shard, view_of(name), &state), LEDGER_OK);
    struct ledger_commit commit = { .brand = view_of(name),
        .before = state.folded_through,
        .folded_through = through,
        .state = VIEW("state") };
    cr_assert_eq(ledger_commit(bench->reader, shard, &commit), LEDGER_OK);
    cr_assert_eq(ledger_erase(bench->reader, shard, view_of(name), through), LEDGER_OK);
}

static void
judge_shard(struct test_bench *bench, uint32_t shard, uint32_t through)
{
    static const char *const brands[] = { "iberia", "united" };
    struct ledger_page page;

    cr_assert_eq(ledger_close(bench->reader, shard, through, 0), LEDGER_OK);
    cr_assert_eq(ledger_read(bench->reader, shard, through, &page), LEDGER_OK);
    for (size_t i = 0; i < 2; i++) {
        if (test_shard(bench, brands[i]) == shard) {
            judge_brand(bench, brands[i], through);
        }
    }
    cr_assert_eq(ledger_mark(bench->reader, shard, through), LEDGER_OK);
}

static void
judge_all(struct test_bench *bench, uint32_t through)
{
    for (uint32_t shard = 0; shard < 4; shard++) {
        judge_shard(bench, shard, through);
    }
}

/* Fences at 30; a mark at 17, below which all is judged. */
static void
live(struct test_bench *bench)
{
    test_take(bench, bench->writer);
    test_lease(bench, bench->reader);
    cr_assert_eq(test_count(bench, 0, 17, early, 2), LEDGER_OK);
    judge_all(bench, 99);
    judge_all(bench, 100);
    cr_assert_eq(test_count(bench, 17, 30, later, 2), LEDGER_OK);
}

static enum ledger_outcome
claim(struct test_bench *bench, struct ledger_claim *found)
{
    return ledger_claim(bench->writer, 0, VIEW("menciones"), 0, found);
}

/* The shard's counts are lost; who claims then finds it made again. */
static void
lose_and_claim(struct test_bench *bench, uint32_t shard, struct ledger_claim *found)
{
    live(bench);
    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(claim(bench, found), LEDGER_CLASH);
    cr_assert_eq(claim(bench, found), LEDGER_OK);
}

MARK_TEST(it_begins_again_where_all_was_judged)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    lose_and_claim(bench, shard, &found);
    cr_assert(found.known);
    cr_assert_eq(found.fence[shard], 17);
    cr_assert_eq(found.lowest_fence, 17);
    cr_assert_eq(found.max_time_ms, bucket_start_ms(101) - 1);
    cr_assert_eq(found.fence[test_shard(bench, "united")], 30);
}

MARK_TEST(what_is_read_again_counts_once)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    lose_and_claim(bench, shard, &found);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 0);
    cr_assert_eq(test_count(bench, 17, 30, later, 1), LEDGER_OK);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 3);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "united", "total"), 4);
}

MARK_TEST(who_has_not_claimed_since_counts_nothing_there)
{
    struct ledger_writer *other = ledger_writer_create(bench->ledger, bench->names);
    struct ledger_claim found;

    live(bench);
    test_take(bench, other);
    cr_assert_eq(lose(bench, test_shard(bench, "iberia"), ""), 1);
    cr_assert_eq(claim(bench, &found), LEDGER_CLASH);
    test_fill(bench, 30, 40, later, 1); /* by fences of before */
    cr_assert_eq(test_submit(bench, other), LEDGER_CLASH);
    cr_assert_eq(test_sum(bench, UINT32_MAX, "iberia", "total"), 0);
    ledger_writer_destroy(&other);
}

MARK_TEST(what_is_not_judged_makes_no_mark_good)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    for (uint32_t i = 0; i < 8; i++) {
        cr_assert_eq(ledger_mark(bench->reader, i % 4, 101), LEDGER_OK);
    }
    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(claim(bench, &found), LEDGER_CLASH);
    cr_assert_eq(claim(bench, &found), LEDGER_OK);
    cr_assert_eq(found.fence[shard], 17);
}

MARK_TEST(who_has_lost_the_lease_makes_none)
{
    struct ledger_reader *other = ledger_reader_create(bench->ledger);

    test_take(bench, bench->writer);
    test_lease(bench, bench->reader);
    cr_assert_eq(ledger_mark(other, 0, 100), LEDGER_LOST);
    ledger_reader_destroy(&other);
}

MARK_TEST(an_idle_partition_holds_time_up_until_its_owner_says_so_again)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_progress progress;
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(ledger_idle(bench->writer, 0, 30), LEDGER_OK);
    judge_all(bench, 104);
    judge_all(bench, 106);
    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(ledger_idle(bench->writer, 0, 30), LEDGER_CLASH);
    cr_assert_eq(claim(bench, &found), LEDGER_CLASH);
    cr_assert_eq(ledger_progress(bench->reader, shard, &progress), LEDGER_OK);
    cr_assert_eq(progress.watermark_ms, bucket_start_ms(104) - 1);
    cr_assert_eq(claim(bench, &found), LEDGER_OK);
    cr_assert_eq(found.fence[shard], 30);
}

MARK_TEST(what_is_late_there_stays_late_and_a_replay_is_told)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;
    struct ledger_page page;

    live(bench);
    cr_assert_eq(ledger_idle(bench->writer, 0, 30), LEDGER_OK);
    judge_all(bench, 104);
    cr_assert_eq(claim(bench, &found), LEDGER_OK); /* it wakes */
    cr_assert_eq(found.late_below[shard], 104);
    cr_assert_eq(ledger_idle(bench->writer, 0, 30), LEDGER_OK);
    judge_all(bench, 106);
    judge_all(bench, 108);
    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(claim(bench, &found), LEDGER_CLASH);
    cr_assert_eq(claim(bench, &found), LEDGER_OK);
    cr_assert_eq(found.late_below[shard], 104);
    cr_assert_eq(ledger_read(bench->reader, shard, UINT32_MAX, &page), LEDGER_OK);
    cr_assert_eq(page.lapse_count, 1);
    cr_assert_eq(page.lapses[0].offset, 30);
    cr_assert_eq(page.lapses[0].through, 104);
}

MARK_TEST(who_looked_before_the_loss_does_not_close_it)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(ledger_close(bench->reader, shard, 102, 0), LEDGER_CLASH);
    cr_assert_eq(claim(bench, &found), LEDGER_CLASH);
    cr_assert_eq(ledger_close(bench->reader, shard, 101, 0), LEDGER_OK);
}

MARK_TEST(without_states_it_begins_where_the_others_stand)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(lose(bench, shard, ":a"), 1);
    for (int i = 0; i < CLAIM_DOUBTS_MAX; i++) {
        cr_assert_eq(claim(bench, &found), LEDGER_CLASH);
    }
    cr_assert_eq(claim(bench, &found), LEDGER_OK);
    cr_assert_eq(found.fence[shard], 30);
    cr_assert_eq(found.max_time_ms, bucket_start_ms(104) - 1);
}

MARK_TEST(a_fence_taken_out_of_a_shard_that_goes_on_is_for_a_person)
{
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(test_redis_number(bench->ledger, "HDEL", "rebato:test:{0}", "f:1:0", NULL), 1);
    for (int i = 1; i < CLAIM_DOUBTS_MAX; i++) {
        cr_assert_eq(claim(bench, &found), LEDGER_CLASH);
    }
    cr_assert_eq(claim(bench, &found), LEDGER_REFUSED);
}

/* It came after the mark, and is in no shard that was made again by it. */
MARK_TEST(a_partition_younger_than_the_mark_begins_at_its_start)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &found), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 1, 5, &found), LEDGER_OK);
    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(claim(bench, &found), LEDGER_CLASH);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &found), LEDGER_OK);
    cr_assert_not(found.known);
    cr_assert_eq(ledger_found(bench->writer, 1, 8, &found), LEDGER_OK);
    test_all_fences(bench, &found, 5);
}

MARK_TEST(a_topic_made_again_does_not_come_back_with_it)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_progress progress;
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(ledger_renew(bench->writer, 0, VIEW("menciones")), LEDGER_OK);
    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(claim(bench, &found), LEDGER_OK);
    cr_assert_not(found.known);
    cr_assert_eq(ledger_progress(bench->reader, shard, &progress), LEDGER_OK);
    cr_assert_eq(progress.partitions, 0);
}
