#include "fence/claim.h"

#include <criterion/criterion.h>

#define EPOCH 7

static const struct claim_answer none = { .max_time_ms = INT64_MIN };

static struct claim_answer
fence_at(int64_t fence, int counted)
{
    return (struct claim_answer){
        .known = 1, .counted = counted, .fence = fence, .max_time_ms = fence * 1000
    };
}

static enum claim_verdict
ask(struct claim *claim, struct claim_answer first, struct claim_answer second)
{
    claim_ask(claim, 2);
    claim_take(claim, 0, &first);
    claim_take(claim, 1, &second);
    return claim_conclude(claim, EPOCH);
}

Test(claim, is_held_when_every_shard_has_a_fence)
{
    struct claim claim = { 0 };

    cr_assert_eq(ask(&claim, fence_at(40, 1), fence_at(30, 1)), CLAIM_HELD);
    cr_assert(claim_is_held(&claim, EPOCH));
    cr_assert_eq(claim.lowest_fence, 30);
    cr_assert_eq(claim.max_time_ms, 30000);
}

Test(claim, holds_for_its_own_connection_only)
{
    struct claim claim = { 0 };

    cr_assert_not(claim_is_held(&claim, 0));
    cr_assert_eq(ask(&claim, fence_at(0, 0), fence_at(0, 0)), CLAIM_HELD);
    cr_assert_not(claim_is_held(&claim, EPOCH + 1));
    cr_assert_not(claim_is_held(&claim, 0));
    claim_end(&claim);
    cr_assert_not(claim_is_held(&claim, EPOCH));
    ask(&claim, fence_at(0, 0), fence_at(0, 0));
    claim_ask(&claim, 2); /* until all have answered again, nothing is known */
    cr_assert_not(claim_is_held(&claim, EPOCH));
}

Test(claim, of_a_partition_without_counts_is_new)
{
    struct claim claim = { 0 };

    cr_assert_eq(ask(&claim, none, none), CLAIM_NEW);
    cr_assert_eq(ask(&claim, fence_at(40, 0), none), CLAIM_NEW);
    cr_assert_not(claim_is_held(&claim, EPOCH));
}

Test(claim, is_in_doubt_a_few_times_before_a_shard_counts_as_lost)
{
    struct claim claim = { 0 };

    for (int i = 1; i < CLAIM_DOUBTS_MAX; i++) {
        cr_assert_eq(ask(&claim, none, fence_at(40, 1)), CLAIM_DOUBT);
        cr_assert_not(claim_is_held(&claim, EPOCH));
    }
    cr_assert_eq(ask(&claim, none, fence_at(40, 1)), CLAIM_BROKEN);
}

Test(claim, doubts_are_forgotten_when_the_shards_agree)
{
    struct claim claim = { 0 };

    for (int i = 0; i < 5; i++) {
        cr_assert_eq(ask(&claim, none, fence_at(40, 1)), CLAIM_DOUBT);
        cr_assert_eq(ask(&claim, fence_at(0, 1), fence_at(40, 1)), CLAIM_HELD);
    }
}

Test(claim, wants_what_lies_beyond_a_shards_fence)
{
    struct claim claim = { 0 };

    ask(&claim, fence_at(40, 1), fence_at(30, 1));
    cr_assert(claim_wants(&claim, 1, 31));
    cr_assert_not(claim_wants(&claim, 1, 30));
    cr_assert_not(claim_wants(&claim, 0, 31));
    claim_advance(&claim, 1, 45);
    cr_assert_not(claim_wants(&claim, 1, 45));
    cr_assert(claim_wants(&claim, 0, 45));
}

/* Shard 1 has begun again at 30. */
Test(claim, what_is_late_ahead_is_so_from_its_offset_on_in_its_shard)
{
    static const struct claim_lapse lapses[] = { { 1, 7, 35 }, { 1, 9, 38 }, { 1, 8, 39 } };
    static const struct {
        int64_t offset;
        uint32_t late_below;
    } rows[] = { { 30, 5 }, { 34, 5 }, { 35, 7 }, { 37, 7 }, { 38, 9 }, { 39, 9 }, { 99, 9 } };
    struct claim claim = { 0 };
    struct claim_answer behind = fence_at(30, 1);

    behind.late_below = 5;
    ask(&claim, fence_at(40, 1), behind);
    for (size_t i = 0; i < sizeof lapses / sizeof lapses[0]; i++) {
        claim_take_lapse(&claim, &lapses[i]);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(claim_late_below(&claim, 1, rows[i].offset), rows[i].late_below);
        cr_expect_eq(claim_late_below(&claim, 0, rows[i].offset), 0);
    }
    claim_advance(&claim, 1, 37); /* as the shard has it then */
    cr_expect_eq(claim.shards[1].answer.late_below, 7);
    cr_expect_eq(claim_late_below(&claim, 1, 38), 9);
    ask(&claim, fence_at(40, 1), fence_at(37, 1));
    cr_expect_eq(claim_late_below(&claim, 1, 38), 0);
}

/* They come from the highest on. What there is no room for is late from below the lowest on: too early, and known. */
Test(claim, of_more_that_is_late_ahead_than_there_is_room_for_each_shard_knows_too_much)
{
    enum { ROOM = CLAIM_LAPSES_MAX / 2 };
    struct claim claim = { 0 };

    ask(&claim, fence_at(40, 1), fence_at(30, 1));
    for (uint32_t shard = 0; shard < 2; shard++) {
        for (uint32_t i = ROOM + 2; i > 0; i--) {
            claim_take_lapse(&claim, &(struct claim_lapse){ shard, i, 100 + i });
        }
    }
    for (uint32_t shard = 0; shard < 2; shard++) {
        cr_expect_eq(claim_late_below(&claim, shard, 100), 0);
        cr_expect_eq(claim_late_below(&claim, shard, 101), 3);
        cr_expect_eq(claim_late_below(&claim, shard, 103), 3);
        cr_expect_eq(claim_late_below(&claim, shard, 104), 4);
        cr_expect_eq(claim_late_below(&claim, shard, INT64_MAX), ROOM + 2);
    }
}

Test(claim, a_closed_bucket_is_remembered_until_the_next_claim_is_held)
{
    struct claim claim = { 0 };

    ask(&claim, fence_at(40, 1), fence_at(30, 1));
    claim_meet_closed(&claim, 1);
    claim_end(&claim);
    ask(&claim, fence_at(40, 1), none); /* in doubt: the claim may not have reached every shard */
    cr_assert(claim.shards[1].wake);
    cr_assert_not(claim.shards[0].wake);
    ask(&claim, fence_at(40, 1), fence_at(30, 1));
    cr_assert_not(claim.shards[1].wake);
}
