/*
 * By which set a bucket is judged: that of its revision, as it was counted.
 *
 * A shard is judged set by set. Its machine is given the last bucket of the set it is in as a limit; when all is
 * folded up to there the brands go on by the next set. Where a shard stood when its last judge let go of it is
 * told by its states: no turn goes over a limit, so whatever is closed and not folded belongs to the set of the
 * furthest brand, or to a later one.
 *
 * The limit is the horizon, too, below which the list of revisions will not change: time that goes on without
 * records, on a quiet night, is promised to the judge before it is judged.
 */
#include "pipeline/docket/private.h"

#include <assert.h>

void
docket_follow(struct docket *docket, const struct revisions *revisions)
{
    docket->revisions = *revisions;
    docket->follows = 1;
    docket->wanted = 0;
}

uint32_t
docket_wanted_revision(const struct docket *docket)
{
    return docket->wanted;
}

static enum ledger_outcome
ask(struct docket *docket, uint32_t bucket)
{
    struct revisions revisions = docket->revisions;
    enum ledger_outcome outcome = ledger_revisions(docket->reader, bucket, &revisions);

    if (outcome == LEDGER_OK) {
        docket_follow(docket, &revisions);
    }
    return outcome;
}

enum ledger_outcome
docket_ask_revisions(struct docket *docket)
{
    return docket->options.asks ? ask(docket, 0) : LEDGER_OK;
}

/* The revision of the next bucket to be judged; of a shard that is not loaded, that of its furthest brand, or
 * the newest until that is known. */
static size_t
next_revision(const struct docket *docket, const struct docket_shard *held)
{
    if (held->judge.ours && held->judge.judged != 0) {
        return revisions_index_any(&docket->revisions, held->judge.judged + 1);
    }
    return held->resumes ? revisions_index_any(&docket->revisions, held->resume)
                         : docket->revisions.count - 1;
}

static void
want(struct docket *docket, size_t index)
{
    uint32_t number = docket->revisions.at[index].number;

    if (docket->wanted == 0 || number < docket->wanted) {
        docket->wanted = number;
    }
}

/* Nobody has promised anything, but a shard that was brought back holds counts: up to there nothing is to change. */
static void
promise_what_is_counted(struct docket *docket, uint32_t shard)
{
    struct ledger_progress seen;

    if (docket->options.asks && docket->revisions.count > 0 &&
            ledger_progress(docket->reader, shard, &seen) == LEDGER_OK && seen.partitions > 0 &&
            seen.latest_ms != INT64_MIN) {
        (void)ask(docket, bucket_of(seen.latest_ms)); /* else in the next turn */
    }
}

int
docket_choose(struct docket *docket, uint32_t shard)
{
    struct docket_shard *held = &docket->shards[shard];

    if (!docket->follows) {
        return 1;
    }
    if (docket->revisions.horizon == 0) {
        promise_what_is_counted(docket, shard);
    }
    if (docket->revisions.count == 0 || docket->revisions.horizon == 0) {
        return 0; /* nothing is counted yet */
    }
    size_t index = next_revision(docket, held);
    uint32_t slot = docket_find_set(docket, docket->revisions.at[index].name);
    if (slot == NO_SLOT) {
        want(docket, index);
        return 0;
    }
    if (slot != held->slot) {
        docket_move_shard(docket, shard, slot, docket->revisions.at[index].from);
    }
    uint32_t end = revisions_end(&docket->revisions, index);
    uint32_t horizon = docket->revisions.horizon;
    shard_judge_limit(&held->judge, (end < horizon ? end : horizon) - 1);
    return 1;
}

int
docket_moves_on(struct docket *docket, uint32_t shard)
{
    struct docket_shard *held = &docket->shards[shard];
    const struct shard_judge *judge = &held->judge;

    if (held->astray) {
        held->astray = 0;
        return 1;
    }
    if (!docket->follows || !judge->ours || judge->judged != judge->limit ||
            judge->judged >= judge->closed) {
        return 0;
    }
    if (judge->limit + 1 < docket->revisions.horizon) {
        return 1; /* the next set */
    }
    return docket->options.asks && ask(docket, judge->closed) == LEDGER_OK &&
           docket->revisions.horizon > judge->limit + 1;
}

int
docket_is_right(struct docket *docket, uint32_t shard)
{
    struct docket_shard *held = &docket->shards[shard];

    if (!docket->follows || held->judge.judged != 0 || held->brand_count == 0) {
        return 1;
    }
    uint32_t furthest = 0;
    for (size_t i = 0; i < held->brand_count; i++) {
        uint32_t folded = held->known[i].folded_through;
        furthest = folded > furthest ? folded : furthest;
    }
    held->resume = furthest;
    held->resumes = 1;
    size_t index = revisions_index_any(&docket->revisions, furthest);
    held->astray = strcmp(docket->revisions.at[index].name, docket->sets[held->slot].name) != 0;
    for (size_t i = 0; held->astray && i < held->brand_count; i++) {
        held->brands[i].met = 0; /* with this set they have not come */
    }
    return !held->astray;
}

const struct docket_set *
docket_home(const struct docket *docket, uint32_t folded_through)
{
    size_t index = folded_through == 0 || !docket->follows
                           ? NO_REVISION
                           : revisions_index_any(&docket->revisions, folded_through);
    uint32_t slot = index == NO_REVISION
                            ? NO_SLOT
                            : docket_find_set(docket, docket->revisions.at[index].name);

    return slot == NO_SLOT ? NULL : &docket->sets[slot];
}

uint32_t
docket_met(const struct docket *docket, uint32_t shard)
{
    const struct docket_set *set = &docket->sets[docket->shards[shard].slot];
    size_t index = docket->follows ? revisions_find(&docket->revisions, set->name) : NO_REVISION;

    return index == NO_REVISION || index == 0 ? 0 : docket->revisions.at[index].from;
}
