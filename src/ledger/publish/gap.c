/*
 * What is gone is shown: an entry `gap` in the 10 s series of a brand that was brought back, at the last
 * bucket it had been folded through, and the same moment in its `now:`. Without it a dashboard could not
 * tell the hours that were lost from hours in which nobody spoke.
 */
#include "ledger/redis/body.h"

#include "ledger/image.h"

#include <inttypes.h>
#include <stdlib.h>

/* Of a brand that nobody speaks of any more; whatever is published sets its own. */
#define GAP_TTL_S (35 * 86400LL)
/* A judge may have begun the lost series anew, from what is kept beside the state. One that begins later than this
 * before the moment of the image is such a one. */
#define BEGUN_ANEW_MS (INT64_C(1000) * BUCKET_SECONDS * (LEDGER_RING_BUCKETS + 1))

/* *added is 1 when the series was lost: one that goes on has no gap. */
static enum ledger_outcome
mark_series(struct redis_link *link, const struct image_state *brand, int *added)
{
    int64_t at_ms = bucket_start_ms(brand->folded_through);
    int64_t code = CODE_MOVED;

    redis_begin_script(link, SCRIPT_GAP, 1);
    redis_key(link, "ts:10s:%.*s", (int)brand->brand.size, brand->brand.at);
    redis_arg_format(link, "%" PRId64 "-0", at_ms);
    redis_arg_i64(link, at_ms - BEGUN_ANEW_MS);
    redis_end(link);
    enum ledger_outcome outcome = redis_await_code(link, &code);
    *added = code == CODE_DONE;
    return outcome;
}

static enum ledger_outcome
mark_now(struct redis_link *link, const struct image_state *brand)
{
    redis_begin(link, "HSET");
    redis_key(link, "now:%.*s", (int)brand->brand.size, brand->brand.at);
    redis_arg_text(link, "gap_ms");
    redis_arg_i64(link, bucket_start_ms(brand->folded_through + 1));
    redis_end(link);
    redis_begin(link, "EXPIRE");
    redis_key(link, "now:%.*s", (int)brand->brand.size, brand->brand.at);
    redis_arg_i64(link, GAP_TTL_S);
    redis_end(link);
    redis_begin(link, "EXPIRE");
    redis_key(link, "ts:10s:%.*s", (int)brand->brand.size, brand->brand.at);
    redis_arg_i64(link, GAP_TTL_S);
    redis_end(link);
    return redis_await_all(link, 3);
}

enum ledger_outcome
redis_show_gaps(struct redis_link *link, struct view image)
{
    size_t count = 0;
    struct image_state *states = image_states(image, &count);
    enum ledger_outcome outcome = states == NULL ? LEDGER_AWAY : LEDGER_OK;

    for (size_t i = 0; i < count && outcome == LEDGER_OK; i++) {
        int added = 0;
        outcome = mark_series(link, &states[i], &added);
        if (outcome == LEDGER_OK && added) {
            outcome = mark_now(link, &states[i]);
        }
    }
    free(states);
    return outcome;
}
