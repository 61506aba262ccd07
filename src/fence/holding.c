#include "fence/holding.h"

#include <assert.h>

/* ---- what the group decides ---- */

void
holding_assign(struct holding *holding)
{
    *holding = (struct holding){
        .state = HOLDING_CLAIMING, .retry_ms = INT64_MIN, .end_offset = -1, .committed = -1
    };
}

int
holding_revoke(struct holding *holding)
{
    int ours = holding->state != HOLDING_FREE;

    holding->state = HOLDING_FREE;
    return ours;
}

/* ---- claims ---- */

int
holding_is_due(const struct holding *holding, int64_t now_ms)
{
    return holding->state == HOLDING_CLAIMING && now_ms >= holding->retry_ms;
}

void
holding_postpone(struct holding *holding, const struct holding_options *options, int64_t now_ms)
{
    holding->retry_ms = now_ms + options->retry_ms;
}

enum holding_step
holding_claim_failed(struct holding *holding,
        const struct holding_options *options,
        enum holding_outcome outcome,
        int64_t now_ms,
        struct rng *jitter)
{
    assert(outcome != HOLDING_OK && holding->state == HOLDING_CLAIMING);
    holding_postpone(holding, options, now_ms);
    if (outcome == HOLDING_REFUSED) {
        return HOLDING_STOP;
    }
    if (outcome == HOLDING_AWAY) {
        return HOLDING_WAIT;
    }
    /* It met another worker; the ledger is well. Two that waited alike would meet again. */
    holding->retry_ms -= rng_below(jitter, (uint32_t)options->retry_ms);
    return HOLDING_GO_ON;
}

int64_t
holding_claimed(struct holding *holding,
        const struct holding_options *options,
        int64_t lowest_fence,
        int64_t log_start)
{
    int64_t lost = log_start > lowest_fence ? log_start - lowest_fence : 0;

    assert(holding->state == HOLDING_CLAIMING);
    holding->state = HOLDING_CLAIMED;
    holding->lowest_fence = lowest_fence;
    holding->position = lowest_fence + lost;
    holding->begin = holding->position - options->window;
    if (holding->begin < log_start) {
        holding->begin = log_start;
    }
    holding->held_back = 0;
    holding->end_offset = -1;
    holding->idle = 0;
    return lost;
}

void
holding_skip(struct holding *holding, int64_t offset)
{
    assert(holding->state == HOLDING_CLAIMED);
    assert(offset >= holding->begin && offset <= holding->position);
    holding->begin = offset;
}

void
holding_begin(struct holding *holding)
{
    assert(holding->state == HOLDING_CLAIMED);
    holding->state = HOLDING_READING;
}

void
holding_resync(struct holding *holding)
{
    assert(holding->state != HOLDING_FREE);
    holding->state = HOLDING_CLAIMING;
    holding->retry_ms = INT64_MIN;
}

/* ---- records ---- */

enum holding_use
holding_use_of(const struct holding *holding, int64_t offset)
{
    if (holding->state != HOLDING_READING || holding->held_back) {
        return HOLDING_DROPS;
    }
    if (holding->idle) {
        return HOLDING_WAKES;
    }
    if (offset < holding->lowest_fence) {
        return HOLDING_WARMS;
    }
    return offset < holding->position ? HOLDING_DROPS : HOLDING_COUNTS;
}

enum holding_use
holding_take(struct holding *holding, int64_t offset)
{
    enum holding_use use = holding_use_of(holding, offset);

    if (use != HOLDING_DROPS) {
        holding->end_offset = -1;
    }
    return use;
}

void
holding_cover(struct holding *holding, int64_t to)
{
    assert(holding->state == HOLDING_READING && to > holding->position);
    holding->position = to;
}

void
holding_hold_back(struct holding *holding)
{
    holding->held_back = 1;
}

int
holding_release(struct holding *holding)
{
    int again = holding->state == HOLDING_READING && holding->held_back;

    holding->held_back = 0;
    return again;
}

/* ---- hand-over ---- */

/* What was refused may have been refused because something else is not as we think, and what was not answered
 * may have arrived: both come to the same. A partition that is being claimed already learns it all anyway. */
enum holding_step
holding_landed(const struct holding *holding, enum holding_outcome outcome)
{
    if (outcome == HOLDING_REFUSED) {
        return HOLDING_STOP;
    }
    return outcome == HOLDING_OK || holding->state != HOLDING_READING ? HOLDING_GO_ON
                                                                      : HOLDING_RESYNC;
}

int
holding_commits(struct holding *holding, int64_t to)
{
    if (holding->state != HOLDING_READING || to <= holding->committed) {
        return 0;
    }
    holding->committed = to;
    return 1;
}

/* ---- the end of the log ---- */

void
holding_reach_end(struct holding *holding, int64_t offset, int64_t now_ms)
{
    if (holding->state != HOLDING_READING || holding->held_back || holding->end_offset >= 0) {
        return;
    }
    holding->end_offset = offset;
    holding->end_since_ms = now_ms;
}

void
holding_lose_end(struct holding *holding)
{
    holding->end_offset = -1;
}

int
holding_has_gap(const struct holding *holding)
{
    return holding->state == HOLDING_READING && holding->end_offset >= 0 &&
           holding->position < holding->end_offset;
}

int
holding_is_quiet(
        const struct holding *holding, const struct holding_options *options, int64_t now_ms)
{
    int64_t since_ms = holding->idle ? holding->idle_said_ms : holding->end_since_ms;

    return holding->state == HOLDING_READING && holding->end_offset >= 0 &&
           now_ms - since_ms >= options->idle_ms;
}

enum holding_step
holding_said_idle(struct holding *holding, enum holding_outcome outcome, int64_t now_ms)
{
    if (outcome != HOLDING_OK) {
        return HOLDING_RESYNC;
    }
    holding->idle = 1;
    holding->idle_said_ms = now_ms;
    return HOLDING_GO_ON;
}
