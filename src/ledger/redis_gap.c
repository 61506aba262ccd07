/*
 * What is gone is shown: an entry `gap` in the 10 s series of a brand that was brought back, at the last
 * bucket it had been folded through, and the same moment in its `now:`. Without it a dashboard could not
 * tell the hours that were lost from hours in which nobody spoke.
 */
#include "ledger/redis_ledger.h"

#include "ledger/image.h"

#include <inttypes.h>
#include <stdlib.h>

#define STALE_ID "The ID specified in XADD is equal or smaller"
/* Of a brand that nobody speaks of any more; whatever is published sets its own. */
#define GAP_TTL_S (35 * 86400LL)
/* A judge may have begun the lost series anew, from what is kept beside the state. One that begins later than this
 * before the moment of the image is such a one. */
#define BEGUN_ANEW_MS (INT64_C(1000) * BUCKET_SECONDS * (LEDGER_RING_BUCKETS + 1))

/* When the series begins; INT64_MAX: it is empty. */
static enum ledger_outcome
ask_first(struct redis_link *link, const struct image_state *brand, int64_t *first_ms)
{
    redisReply *reply = NULL;

    redis_begin(link, "XRANGE");
    redis_key(link, "ts:10s:%.*s", (int)brand->brand.size, brand->brand.at);
    redis_arg_text(link, "-");
    redis_arg_text(link, "+");
    redis_arg_text(link, "COUNT");
    redis_arg_text(link, "1");
    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, &reply);
    *first_ms = INT64_MAX;
    if (outcome == LEDGER_OK && reply->elements == 1) {
        struct view id = redis_reply_text(reply->element[0], 0);
        *first_ms = id.size == 0 ? INT64_MAX : strtoll(id.at, NULL, 10); /* up to its hyphen */
    }
    freeReplyObject(reply);
    return outcome;
}

/* What was begun anew will be published again behind the mark. */
static enum ledger_outcome
clear_series(struct redis_link *link, const struct image_state *brand)
{
    redis_begin(link, "UNLINK");
    redis_key(link, "ts:10s:%.*s", (int)brand->brand.size, brand->brand.at);
    redis_end(link);
    return redis_await_all(link, 1);
}

/* *added is 1 when the series was lost: one that goes on has no gap. */
static enum ledger_outcome
mark_series(struct redis_link *link, const struct image_state *brand, int *added)
{
    redisReply *reply = NULL;
    int64_t first_ms = INT64_MAX;
    enum ledger_outcome outcome = ask_first(link, brand, &first_ms);

    *added = 0;
    if (outcome == LEDGER_OK && first_ms < bucket_start_ms(brand->folded_through) - BEGUN_ANEW_MS) {
        return LEDGER_OK;
    }
    if (outcome == LEDGER_OK && first_ms != INT64_MAX) {
        outcome = clear_series(link, brand);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin(link, "XADD");
    redis_key(link, "ts:10s:%.*s", (int)brand->brand.size, brand->brand.at);
    redis_arg_format(link, "%" PRId64 "-0", bucket_start_ms(brand->folded_through));
    redis_arg_text(link, "gap");
    redis_arg_text(link, "1");
    redis_end(link);
    outcome = redis_await_except(link, STALE_ID, &reply);
    *added = outcome == LEDGER_OK && reply != NULL;
    freeReplyObject(reply);
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
