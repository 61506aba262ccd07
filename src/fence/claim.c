#include "fence/claim.h"

#include <assert.h>

void
claim_ask(struct claim *claim, uint32_t shard_count)
{
    assert(shard_count > 0 && shard_count <= SHARDS_MAX);
    claim->epoch = 0;
    claim->shard_count = shard_count;
    claim->known = 0;
    claim->counted = 0;
    claim->lapse_count = 0;
}

void
claim_take(struct claim *claim, uint32_t shard, const struct claim_answer *answer)
{
    assert(shard < claim->shard_count);
    claim->shards[shard].answer = *answer;
    if (!answer->known) {
        return;
    }
    if (claim->known == 0 || answer->fence < claim->lowest_fence) {
        claim->lowest_fence = answer->fence;
        claim->max_time_ms = answer->max_time_ms;
    }
    if (claim->known == 0 || answer->fence > claim->highest_fence) {
        claim->highest_fence = answer->fence;
    }
    claim->known++;
    claim->counted += answer->counted != 0;
}

void
claim_take_lapse(struct claim *claim, const struct claim_lapse *lapse)
{
    static_assert(CLAIM_LAPSES_MAX >= SHARDS_MAX, "one of each shard at least");
    uint32_t room = CLAIM_LAPSES_MAX / claim->shard_count;
    uint32_t count = 0;

    assert(lapse->shard < claim->shard_count);
    while (count < claim->lapse_count &&
            claim->lapses[claim->lapse_count - count - 1].shard == lapse->shard) {
        count++;
    }
    if (count < room) {
        claim->lapses[claim->lapse_count++] = *lapse;
        return;
    }
    /* They fall. What becomes of two is late too early rather than unknown: an apply that knows less is refused. */
    struct claim_lapse *lowest = &claim->lapses[claim->lapse_count - 1];
    lowest->from = lapse->from < lowest->from ? lapse->from : lowest->from;
    lowest->late_below =
            lapse->late_below > lowest->late_below ? lapse->late_below : lowest->late_below;
}

static void
hold(struct claim *claim, uint64_t epoch)
{
    claim->epoch = epoch;
    claim->doubts = 0;
    for (uint32_t i = 0; i < claim->shard_count; i++) {
        claim->shards[i].wake = 0;
    }
}

/* Fences are made in all shards before anything is counted by them. So a shard without one beside a shard
 * with counts has lost it, or was asked before another worker made it: that one has made all of them by the
 * time the counts were seen, and the next claim finds them. */
enum claim_verdict
claim_conclude(struct claim *claim, uint64_t epoch)
{
    assert(epoch != 0);
    if (claim->known == claim->shard_count) {
        hold(claim, epoch);
        return CLAIM_HELD;
    }
    if (claim->counted == 0) {
        claim->doubts = 0;
        return CLAIM_NEW;
    }
    claim->doubts++;
    return claim->doubts < CLAIM_DOUBTS_MAX ? CLAIM_DOUBT : CLAIM_BROKEN;
}

int
claim_is_held(const struct claim *claim, uint64_t epoch)
{
    return claim->epoch != 0 && claim->epoch == epoch;
}

int
claim_wants(const struct claim *claim, uint32_t shard, int64_t to)
{
    return to > claim->shards[shard].answer.fence;
}

uint32_t
claim_late_below(const struct claim *claim, uint32_t shard, int64_t offset)
{
    uint32_t late_below = claim->shards[shard].answer.late_below;

    for (uint32_t i = 0; i < claim->lapse_count; i++) {
        const struct claim_lapse *lapse = &claim->lapses[i];
        if (lapse->shard == shard && offset >= lapse->from && lapse->late_below > late_below) {
            late_below = lapse->late_below;
        }
    }
    return late_below;
}

void
claim_advance(struct claim *claim, uint32_t shard, int64_t to)
{
    struct claim_answer *answer = &claim->shards[shard].answer;

    assert(claim_wants(claim, shard, to));
    answer->late_below = claim_late_below(claim, shard, to);
    answer->fence = to;
}

void
claim_meet_closed(struct claim *claim, uint32_t shard)
{
    claim->shards[shard].wake = 1;
}

void
claim_end(struct claim *claim)
{
    claim->epoch = 0;
}
