/* A shard that loses its counts while its states and the other shards stay. */
#include "fence/claim.h"
#include "ledger/redis/body.h"
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

/* The shard's counts are lost, and who claims then makes it again. */
static void
lose_counts(struct test_bench *bench, uint32_t shard)
{
    struct ledger_claim found;

    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(claim(bench, &found), LEDGER_CLASH);
}

/* Who claims once more finds it made again. */
static void
lose_once_more(struct test_bench *bench, uint32_t shard, struct ledger_claim *found)
{
    lose_counts(bench, shard);
    cr_assert_eq(claim(bench, found), LEDGER_OK);
}

static void
lose_and_claim(struct test_bench *bench, uint32_t shard, struct ledger_claim *found)
{
    live(bench);
    lose_once_more(bench, shard, found);
}

/* The only partition is idle at its end, so the judge goes on beyond what it brought. */
static void
close_while_idle(struct test_bench *bench, uint32_t shard)
{
    cr_assert_eq(ledger_idle(bench->writer, 0, 30), LEDGER_OK);
    cr_assert_eq(ledger_close(bench->reader, shard, 105, 0), LEDGER_OK);
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
        cr_assert_eq(ledger_close(bench->reader, i % 4, 101, 0), LEDGER_OK);
        cr_assert_eq(ledger_mark(bench->reader, i % 4, 101), LEDGER_OK);
    }
    lose_once_more(bench, shard, &found);
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
    lose_once_more(bench, shard, &found);
    cr_assert_eq(found.late_below[shard], 108); /* it slept until then */
    cr_assert_eq(found.lapse_count, 0);
    cr_assert_eq(ledger_read(bench->reader, shard, UINT32_MAX, &page), LEDGER_OK);
    cr_assert_eq(page.lapse_count, 1);
    cr_assert_eq(page.lapses[0].offset, 30);
    cr_assert_eq(page.lapses[0].through, 108);
}

/* The mark is of before the silence: at 17. What stands below 30 was counted in time and is so again. */
MARK_TEST(what_a_partition_brings_that_was_idle_is_late_where_it_is_judged)
{
    static const struct test_cell returning[] = {
        { "iberia", "total", 106, CELL_LATE, 5 },
    };
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    close_while_idle(bench, shard);
    lose_once_more(bench, shard, &found);
    cr_assert_eq(found.fence[shard], 17);
    cr_assert_eq(found.late_below[shard], 0);
    cr_assert_eq(found.lapse_count, 1);
    cr_assert_eq(found.lapses[0].shard, shard);
    cr_assert_eq(found.lapses[0].from, 30);
    cr_assert_eq(found.lapses[0].late_below, 105);

    cr_assert_eq(test_count(bench, 17, 30, later, 1), LEDGER_OK);
    cr_assert_eq(test_count(bench, 30, 40, returning, 1), LEDGER_OK);
    cr_assert_eq(claim(bench, &found), LEDGER_OK);
    cr_assert_eq(found.late_below[shard], 105);
    cr_assert_eq(found.lapse_count, 0);
}

/* What was late stands above all times that the fences tell of. */
MARK_TEST(a_mark_is_good_when_what_is_late_is_judged_too)
{
    static const struct test_cell returning = { "iberia", "total", 106, CELL_LATE, 5 };
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    close_while_idle(bench, shard);
    lose_once_more(bench, shard, &found);
    cr_assert_eq(test_count(bench, 17, 30, later, 1), LEDGER_OK);
    test_fill(bench, 30, 40, &returning, 1);
    tally_cover(bench->tally, 0, 40, bucket_start_ms(104) - 1);
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    for (uint32_t bucket = 102; bucket <= 104; bucket++) {
        cr_assert_eq(ledger_close(bench->reader, shard, bucket, 0), LEDGER_OK);
        cr_assert_eq(ledger_mark(bench->reader, shard, bucket), LEDGER_OK);
    }
    lose_once_more(bench, shard, &found);
    cr_assert_eq(found.fence[shard], 17);
}

/* It goes back a second time before it is closed as far as it was. */
MARK_TEST(what_was_late_is_late_after_another_loss)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    close_while_idle(bench, shard);
    for (int i = 0; i < 2; i++) {
        lose_counts(bench, shard);
        cr_assert_eq(ledger_close(bench->reader, shard, 100 + (uint32_t)i, 0), LEDGER_OK);
    }
    cr_assert_eq(claim(bench, &found), LEDGER_OK);
    cr_assert_eq(found.lapse_count, 1);
    cr_assert_eq(found.lapses[0].late_below, 105);
}

/* The judge closed, then the counts went, then it read: there was nothing to judge. */
/* An apply without counts, by somebody who knows this of what is late behind it. */
static int64_t
apply(struct redis_link *link, uint32_t shard, const int64_t range[2], int64_t late_below)
{
    int64_t code = -1;

    redis_begin_script(link, SCRIPT_APPLY, 1);
    redis_key(link, "{%" PRIu32 "}", shard);
    redis_arg_text(link, "f:1:0");
    redis_arg_text(link, "w:1:0");
    redis_arg_i64(link, range[0]);
    redis_arg_i64(link, range[1]);
    redis_arg_i64(link, bucket_start_ms(106));
    redis_arg_text(link, "0");
    redis_arg_i64(link, 106);
    redis_arg_text(link, "0");
    redis_arg_text(link, "0");
    redis_arg_text(link, "");
    redis_arg_text(link, "");
    redis_arg_i64(link, late_below);
    redis_end(link);
    (void)redis_await_code(link, &code);
    return code;
}

/* The claim is of before the loss, its fence stands where the shard began again, and another one has claimed since. */
MARK_TEST(who_was_not_told_what_is_late_ahead_is_refused)
{
    static const struct {
        int64_t range[2], late_below, code;
    } rows[] = {
        { { 17, 30 }, 0, CODE_CLOSED }, /* from 30 on buckets up to 105 are late */
        { { 17, 40 }, 0, CODE_CLOSED },
        { { 17, 40 }, 104, CODE_CLOSED },
        { { 17, 29 }, 0, CODE_DONE },
        { { 29, 40 }, 0, CODE_CLOSED },
        { { 29, 40 }, 105, CODE_DONE },
    };
    uint32_t shard = test_shard(bench, "iberia");
    struct redis_link *link = redis_link_create(bench->ledger);
    struct ledger_claim found;

    live(bench);
    close_while_idle(bench, shard);
    lose_once_more(bench, shard, &found);
    cr_assert_eq(redis_link_open_shards(link), LEDGER_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(
                apply(link, shard, rows[i].range, rows[i].late_below), rows[i].code, "row %zu", i);
    }
    redis_link_destroy(&link);
}

MARK_TEST(who_read_nothing_after_the_loss_leaves_no_mark)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(ledger_close(bench->reader, shard, 103, 0), LEDGER_OK);
    lose_counts(bench, shard);
    cr_assert_eq(ledger_mark(bench->reader, shard, 103), LEDGER_CLASH);
    lose_once_more(bench, shard, &found);
    cr_assert_eq(found.fence[shard], 17);
}

/* Both have asked before one of them made the fences. */
MARK_TEST(who_finds_it_made_again_by_another_claims_anew)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct redis_link *link = redis_link_create(bench->ledger);
    struct redis_source source = { .topic = 1 };
    struct ledger_claim found;

    lose_and_claim(bench, shard, &found);
    claim_ask(&source.claim, 4);
    for (uint32_t i = 0; i < 4; i++) {
        struct claim_answer answer = { .known = i != shard, .counted = i != shard, .fence = 30 };
        claim_take(&source.claim, i, &answer);
    }
    cr_assert_eq(redis_link_open_shards(link), LEDGER_OK);
    cr_assert_eq(redis_remake(link, &source, CLAIM_BROKEN), LEDGER_CLASH);
    redis_link_destroy(&link);
}

MARK_TEST(no_fence_is_founded_in_a_shard_that_is_to_be_made_again)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &found), LEDGER_OK);
    cr_assert_eq(lose(bench, shard, ""), 1);
    cr_assert_eq(ledger_found(bench->writer, 1, 5, &found), LEDGER_CLASH);
    cr_assert_eq(claim(bench, &found), LEDGER_OK);
    cr_assert_eq(found.fence[shard], 17);
}

MARK_TEST(to_who_comes_after_the_loss_all_that_was_closed_is_late)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(ledger_close(bench->reader, shard, 103, 0), LEDGER_OK);
    lose_counts(bench, shard);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &found), LEDGER_OK);
    cr_assert_not(found.known);
    cr_assert_eq(ledger_found(bench->writer, 1, 5, &found), LEDGER_OK);
    cr_assert_eq(found.late_below[shard], 103);
    cr_assert_eq(found.late_below[test_shard(bench, "united")], 100);
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

/* It came after the mark, and is entered there: it would be closed over, or late for what was closed since. */
MARK_TEST(a_partition_younger_than_the_mark_begins_at_its_start)
{
    uint32_t shard = test_shard(bench, "iberia");
    struct ledger_claim found;

    live(bench);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &found), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 1, 5, &found), LEDGER_OK);
    lose_counts(bench, shard);
    cr_assert_eq(ledger_close(bench->reader, shard, 101, 0), LEDGER_CLASH);
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &found), LEDGER_OK);
    cr_assert(found.known);
    test_all_fences(bench, &found, 5);
    cr_assert_eq(found.late_below[shard], 100);
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
