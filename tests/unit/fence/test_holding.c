#include "fence/holding.h"

#include <criterion/criterion.h>

static const struct holding_options options = { .window = 100, .idle_ms = 3000, .retry_ms = 500 };

/* Claimed at `fence` of a log that begins at `start`, and read. */
static struct holding
reading(int64_t fence, int64_t start)
{
    struct holding holding;

    holding_assign(&holding);
    holding_claimed(&holding, &options, fence, start);
    holding_begin(&holding);
    return holding;
}

/* ---- claims ---- */

Test(holding, is_claimed_as_soon_as_it_is_assigned)
{
    struct holding holding = { 0 };

    cr_assert_not(holding_is_due(&holding, 0));
    holding_assign(&holding);
    cr_assert(holding_is_due(&holding, 0));
    cr_assert(holding_revoke(&holding));
    cr_assert_not(holding_is_due(&holding, INT64_MAX));
    cr_assert_not(holding_revoke(&holding), "it is not ours any more");
}

Test(holding, reading_begins_before_the_fence_and_not_before_the_log)
{
    static const struct {
        int64_t fence;
        int64_t start;
        int64_t begin;
        int64_t position;
        int64_t lost;
    } rows[] = {
        { 500, 0, 400, 500, 0 },
        { 500, 400, 400, 500, 0 },
        { 500, 450, 450, 500, 0 },
        { 500, 500, 500, 500, 0 },
        { 500, 501, 501, 501, 1 }, /* retention has overtaken the fence */
        { 500, 900, 900, 900, 400 },
        { 20, 0, 0, 20, 0 },
        { 0, 0, 0, 0, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct holding holding;
        holding_assign(&holding);
        int64_t lost = holding_claimed(&holding, &options, rows[i].fence, rows[i].start);
        cr_expect_eq(lost, rows[i].lost, "row %zu", i);
        cr_expect_eq(holding.begin, rows[i].begin, "row %zu", i);
        cr_expect_eq(holding.position, rows[i].position, "row %zu", i);
        cr_expect_eq(holding.lowest_fence, rows[i].fence, "row %zu", i);
    }
}

Test(holding, a_claim_that_failed_is_tried_again_a_while_later)
{
    struct rng jitter = rng_seeded(1);
    struct holding holding;

    holding_assign(&holding);
    cr_assert_eq(
            holding_claim_failed(&holding, &options, HOLDING_AWAY, 1000, &jitter), HOLDING_WAIT);
    cr_assert_not(holding_is_due(&holding, 1499));
    cr_assert(holding_is_due(&holding, 1500));
    cr_assert_eq(
            holding_claim_failed(&holding, &options, HOLDING_REFUSED, 1000, &jitter), HOLDING_STOP);
}

Test(holding, two_that_claim_against_each_other_wait_differently)
{
    struct rng jitter = rng_seeded(1);
    struct holding a;
    struct holding b;

    holding_assign(&a);
    holding_assign(&b);
    int step = holding_claim_failed(&a, &options, HOLDING_CLASH, 1000, &jitter);
    cr_assert_eq(step, HOLDING_GO_ON, "the others need not wait");
    holding_claim_failed(&b, &options, HOLDING_CLASH, 1000, &jitter);
    cr_assert_neq(a.retry_ms, b.retry_ms);
    cr_assert(a.retry_ms > 1000 && a.retry_ms <= 1500);
    cr_assert(b.retry_ms > 1000 && b.retry_ms <= 1500);
}

Test(holding, a_resync_is_claimed_at_once)
{
    struct holding holding = reading(500, 0);

    holding_resync(&holding);
    cr_assert(holding_is_due(&holding, 0));
    cr_assert_eq(holding_use_of(&holding, 500), HOLDING_DROPS);
}

Test(holding, an_end_that_cannot_be_seen_any_more_is_none)
{
    struct holding holding = reading(500, 0);

    holding_reach_end(&holding, 500, 1000);
    cr_assert(holding_is_quiet(&holding, &options, 4000));
    holding_lose_end(&holding);
    cr_expect_not(holding_is_quiet(&holding, &options, 4000));
    cr_expect_not(holding_is_quiet(&holding, &options, INT64_MAX / 2));
    holding_reach_end(&holding, 500, 9000); /* seen again */
    cr_expect_not(holding_is_quiet(&holding, &options, 11999));
    cr_expect(holding_is_quiet(&holding, &options, 12000));
}

Test(holding, what_the_filter_knows_is_not_read_again)
{
    static const struct {
        int64_t knows;
        int64_t offset;
        enum holding_use use;
    } rows[] = {
        { 400, 400, HOLDING_WARMS }, /* nothing */
        { 450, 450, HOLDING_WARMS }, { 499, 499, HOLDING_WARMS },
        { 500, 500, HOLDING_COUNTS }, /* all */
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct holding holding;
        holding_assign(&holding);
        holding_claimed(&holding, &options, 500, 0);
        holding_skip(&holding, rows[i].knows);
        holding_begin(&holding);
        cr_expect_eq(holding.begin, rows[i].offset, "row %zu", i);
        cr_expect_eq(holding.position, 500, "row %zu", i);
        cr_expect_eq(holding_use_of(&holding, rows[i].offset), rows[i].use, "row %zu", i);
    }
}

/* ---- records ---- */

Test(holding, a_record_is_for_what_its_offset_says)
{
    struct holding holding = reading(500, 0);

    cr_assert_eq(holding_take(&holding, 400), HOLDING_WARMS);
    cr_assert_eq(holding_take(&holding, 499), HOLDING_WARMS);
    cr_assert_eq(holding_take(&holding, 500), HOLDING_COUNTS);
    holding_cover(&holding, 501);
    cr_assert_eq(holding_take(&holding, 500), HOLDING_DROPS, "it is counted already");
    cr_assert_eq(holding_take(&holding, 777), HOLDING_COUNTS, "there are gaps in a log");
}

Test(holding, records_of_what_is_not_read_are_for_nothing)
{
    struct holding holding;

    holding_assign(&holding);
    cr_assert_eq(holding_take(&holding, 500), HOLDING_DROPS);
    holding_claimed(&holding, &options, 500, 0);
    cr_assert_eq(holding_take(&holding, 500), HOLDING_DROPS);
    holding_begin(&holding);
    holding_revoke(&holding);
    cr_assert_eq(holding_take(&holding, 500), HOLDING_DROPS);
}

Test(holding, what_had_no_room_is_read_again_from_the_position)
{
    struct holding holding = reading(500, 0);

    cr_assert_not(holding_release(&holding), "nothing was dropped");
    holding_cover(&holding, 510);
    holding_hold_back(&holding);
    cr_assert_eq(holding_take(&holding, 511), HOLDING_DROPS, "or 510 would be passed over");
    cr_assert(holding_release(&holding));
    cr_assert_eq(holding.position, 510);
    cr_assert_eq(holding_take(&holding, 510), HOLDING_COUNTS);

    holding_hold_back(&holding);
    holding_resync(&holding);
    cr_assert_not(holding_release(&holding), "the claim will say from where");
}

/* ---- hand-over ---- */

Test(holding, whatever_goes_wrong_with_a_range_comes_to_a_claim)
{
    static const enum holding_step steps[] = { [HOLDING_OK] = HOLDING_GO_ON,
        [HOLDING_CLASH] = HOLDING_RESYNC,
        [HOLDING_CLOSED] = HOLDING_RESYNC,
        [HOLDING_AWAY] = HOLDING_RESYNC,
        [HOLDING_REFUSED] = HOLDING_STOP };
    struct holding holding = reading(500, 0);
    struct holding gone = reading(500, 0);

    holding_revoke(&gone);
    for (enum holding_outcome outcome = HOLDING_OK; outcome <= HOLDING_REFUSED; outcome++) {
        cr_expect_eq(holding_landed(&holding, outcome), steps[outcome], "outcome %d", outcome);
        cr_expect_eq(holding_landed(&gone, outcome),
                outcome == HOLDING_REFUSED ? HOLDING_STOP : HOLDING_GO_ON, "outcome %d", outcome);
    }
}

Test(holding, kafka_is_told_once_and_never_less)
{
    struct holding holding = reading(500, 0);

    cr_assert(holding_commits(&holding, 510));
    cr_assert_not(holding_commits(&holding, 510));
    cr_assert_not(holding_commits(&holding, 505));
    cr_assert(holding_commits(&holding, 511));
    holding_resync(&holding);
    cr_assert_not(holding_commits(&holding, 600), "what landed was sent before");
}

/* ---- the end of the log ---- */

Test(holding, is_quiet_a_while_after_the_end_was_reached)
{
    struct holding holding = reading(500, 0);

    cr_assert_not(holding_is_quiet(&holding, &options, 99999));
    holding_reach_end(&holding, 500, 1000);
    holding_reach_end(&holding, 500, 2000); /* said again: nothing new */
    cr_assert_not(holding_is_quiet(&holding, &options, 3999));
    cr_assert(holding_is_quiet(&holding, &options, 4000));
    holding_take(&holding, 500);
    cr_assert_not(holding_is_quiet(&holding, &options, 99999), "the log goes on");
}

Test(holding, what_lies_before_the_end_and_is_no_record_is_covered)
{
    struct holding holding = reading(500, 0);

    cr_assert_not(holding_has_gap(&holding));
    holding_reach_end(&holding, 503, 0);
    cr_assert(holding_has_gap(&holding));
    holding_cover(&holding, holding.end_offset);
    cr_assert_not(holding_has_gap(&holding));
    cr_assert_eq(holding.position, 503);
}

Test(holding, an_end_means_nothing_while_records_are_held_back_or_nothing_is_read)
{
    struct holding holding = reading(500, 0);

    holding_hold_back(&holding);
    holding_reach_end(&holding, 520, 0);
    cr_assert_not(holding_has_gap(&holding), "or what was dropped would be covered");
    holding_resync(&holding);
    holding_reach_end(&holding, 520, 0);
    cr_assert_not(holding_has_gap(&holding));
    cr_assert_not(holding_is_quiet(&holding, &options, 99999));
}

Test(holding, idleness_is_said_again_and_again)
{
    struct holding holding = reading(500, 0);

    holding_reach_end(&holding, 500, 0);
    cr_assert_eq(holding_said_idle(&holding, HOLDING_OK, 3000), HOLDING_GO_ON);
    cr_assert_not(holding_is_quiet(&holding, &options, 5999));
    cr_assert(holding_is_quiet(&holding, &options, 6000));
    for (enum holding_outcome outcome = HOLDING_CLASH; outcome <= HOLDING_REFUSED; outcome++) {
        cr_expect_eq(holding_said_idle(&holding, outcome, 6000), HOLDING_RESYNC);
    }
}

Test(holding, a_record_of_an_idle_partition_wakes_it_before_it_is_counted)
{
    struct holding holding = reading(500, 0);

    holding_reach_end(&holding, 500, 0);
    holding_said_idle(&holding, HOLDING_OK, 3000);
    cr_assert_eq(holding_take(&holding, 500), HOLDING_WAKES);
    holding_resync(&holding);
    holding_claimed(&holding, &options, 500, 0);
    holding_begin(&holding);
    cr_assert_eq(holding_take(&holding, 500), HOLDING_COUNTS);
}
