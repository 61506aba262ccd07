#include "fence/shard_judge.h"

#include "core/limits.h"

#include <assert.h>

#define BUCKET_MS (BUCKET_SECONDS * INT64_C(1000))
/* A stream whose newest event is older than this is a backfill: the wall clock does not push it on. */
#define BACKFILL_MS (INT64_C(60) * 60 * 1000)
/* The lease is asked for again when this part of it is used. */
#define LEASE_PARTS 3

void
shard_judge_init(struct shard_judge *judge, const struct shard_judge_options *options)
{
    *judge = (struct shard_judge){ .options = *options, .limit = UINT32_MAX };
}

void
shard_judge_use(struct shard_judge *judge, struct shard_brand *brands, size_t brand_count)
{
    assert(judge->ask == SHARD_REST);
    judge->brands = brands;
    judge->brand_count = brand_count;
}

void
shard_judge_limit(struct shard_judge *judge, uint32_t bucket)
{
    assert(judge->ask == SHARD_REST);
    judge->limit = bucket;
}

/* Nothing that was learnt of the shard may be believed any more. */
static void
forget(struct shard_judge *judge)
{
    judge->ours = 0;
    judge->judged = 0;
    judge->more = 0;
    for (size_t i = 0; i < judge->brand_count; i++) {
        judge->brands[i] = (struct shard_brand){ .loaded = 0 };
    }
}

void
shard_judge_forget(struct shard_judge *judge)
{
    assert(judge->ask == SHARD_REST);
    forget(judge);
}

void
shard_judge_begin(struct shard_judge *judge, int64_t wall_ms)
{
    assert(judge->ask == SHARD_REST);
    judge->ask = SHARD_LEASE;
    judge->wall_ms = wall_ms;
    judge->until = 0;
    judge->outcome = SHARD_OK;
}

void
shard_judge_begin_until(struct shard_judge *judge, uint32_t bucket)
{
    shard_judge_begin(judge, judge->wall_ms);
    judge->until = bucket;
}

/* ---- requests ---- */

/* Too much of the lease is used; a clock that was set back counts as well. */
static int
is_lease_old(const struct shard_judge *judge)
{
    int64_t used_ms = judge->now_ms - judge->leased_ms;

    return used_ms < 0 || used_ms > judge->options.lease_ms / LEASE_PARTS;
}

/* What follows the lease in a turn, and may take its time. */
static int
needs_lease(enum shard_ask ask)
{
    return ask != SHARD_REST && ask != SHARD_FORGET && ask != SHARD_LEASE;
}

struct shard_request
shard_judge_next(struct shard_judge *judge, int64_t now_ms)
{
    struct shard_request request = { .ask = judge->ask,
        .brand = judge->brand,
        .before = judge->before,
        .through = judge->through,
        .watermark_ms = judge->watermark_ms };

    judge->now_ms = now_ms;
    judge->renewing = judge->renewing || (needs_lease(judge->ask) && is_lease_old(judge));
    if (judge->renewing) {
        request.ask = SHARD_LEASE;
    }
    if (judge->ask == SHARD_COMMIT) {
        request.before = judge->brands[judge->brand].stored_through;
        request.through = judge->reached;
    } else if (judge->ask == SHARD_PUBLISH || judge->ask == SHARD_ERASE) {
        request.through = judge->reached;
    } else if (judge->ask == SHARD_MEND) {
        request.through = judge->brands[judge->brand].folded_through;
    }
    return request;
}

/* ---- what follows what ---- */

static void
load_next(struct shard_judge *judge)
{
    judge->brand = 0;
    while (judge->brand < judge->brand_count && judge->brands[judge->brand].loaded) {
        judge->brand++;
    }
    judge->ask = judge->brand < judge->brand_count ? SHARD_LOAD : SHARD_PROGRESS;
}

static void
read_closed(struct shard_judge *judge)
{
    judge->through = judge->closed < judge->limit ? judge->closed : judge->limit;
    judge->ask = judge->through > judge->judged ? SHARD_READ : SHARD_REST;
}

/* The brand in hand has had its turn. */
static void
look_at(struct shard_judge *judge, size_t brand)
{
    judge->brand = brand;
    judge->ask = SHARD_LOOK;
    if (brand == judge->brand_count) {
        judge->ask = SHARD_REST;
        judge->judged = judge->more ? judge->judged : judge->through;
    }
}

static void
erase_or_go_on(struct shard_judge *judge)
{
    if (judge->holds) {
        judge->ask = SHARD_ERASE;
    } else {
        look_at(judge, judge->brand + 1);
    }
}

/* ---- answers ---- */

/* What was ours in memory stands or falls with the token. */
static void
take_lease(struct shard_judge *judge, const struct shard_answer *answer)
{
    int again = judge->renewing;

    judge->renewing = 0;
    judge->leased_ms = judge->now_ms;
    if (again && !answer->fresh) {
        return;
    }
    if (answer->fresh || !judge->ours) {
        forget(judge);
    }
    judge->ours = 1;
    load_next(judge);
}

static void
take_load(struct shard_judge *judge, const struct shard_answer *answer)
{
    judge->brands[judge->brand] = (struct shard_brand){ .loaded = 1,
        .folded_through = answer->folded_through,
        .stored_through = answer->stored_through,
        .next_due = answer->next_due };
    judge->ask = SHARD_MEND;
}

static uint32_t
bucket_of_time(int64_t time_ms)
{
    return (uint32_t)(time_ms / BUCKET_MS);
}

/* How far this shard can be closed: every partition has to be past the bucket by the allowance. When all are
 * idle the data itself is closed, and in a live stream time goes on with the wall clock. */
static uint32_t
closable(const struct shard_judge *judge, const struct shard_answer *progress)
{
    int64_t wall_ms = judge->wall_ms - judge->options.allow_ms;

    if (progress->latest_ms == INT64_MIN || progress->watermark_ms == INT64_MIN) {
        return 0;
    }
    if (progress->watermark_ms != INT64_MAX) {
        int64_t safe_ms = progress->watermark_ms - judge->options.allow_ms;
        return safe_ms <= 0 ? 0 : bucket_of_time(safe_ms) - 1;
    }
    uint32_t latest = bucket_of_time(progress->latest_ms);
    if (judge->wall_ms - progress->latest_ms < BACKFILL_MS &&
            wall_ms > (int64_t)(latest + 1) * BUCKET_MS) {
        return bucket_of_time(wall_ms) - 1;
    }
    return latest;
}

static void
take_progress(struct shard_judge *judge, const struct shard_answer *answer)
{
    judge->closed = answer->closed;
    if (judge->judged > judge->closed) {
        judge->judged = judge->closed; /* what was read meanwhile was not all */
    }
    judge->through = closable(judge, answer);
    judge->watermark_ms = answer->watermark_ms;
    if (judge->until > judge->through) {
        judge->through = judge->until;
        judge->watermark_ms = INT64_MAX;
    }
    if (judge->through > judge->closed) {
        judge->ask = SHARD_CLOSE;
    } else {
        read_closed(judge);
    }
}

static void
take_close(struct shard_judge *judge)
{
    judge->closed = judge->through;
    read_closed(judge);
}

static void
take_read(struct shard_judge *judge, const struct shard_answer *answer)
{
    judge->more = 0;
    look_at(judge, answer->is_new ? judge->brand_count : 0);
}

static int
is_due(const struct shard_judge *judge, const struct shard_brand *brand)
{
    return judge->holds || brand->folded_through == 0 || brand->next_due <= judge->through;
}

/* A brand that stands where it should is not folded; but what a judge before us has left of it is published
 * and erased. An older state that was kept elsewhere may be ahead of the ledger: then the ledger comes first,
 * since it erases nothing that it does not know to be folded. */
static void
take_look(struct shard_judge *judge, const struct shard_answer *answer)
{
    const struct shard_brand *brand = &judge->brands[judge->brand];

    judge->holds = answer->holds;
    judge->before = brand->folded_through;
    judge->reached = judge->through;
    if (brand->folded_through < judge->through && is_due(judge, brand)) {
        judge->ask = SHARD_FOLD;
    } else if (brand->stored_through >= judge->through && judge->holds) {
        judge->ask = SHARD_PUBLISH;
    } else {
        look_at(judge, judge->brand + 1);
    }
}

/* With its fill of events a brand stops early and goes on in the next turn. */
static void
take_fold(struct shard_judge *judge, const struct shard_answer *answer)
{
    assert(answer->folded_through > judge->before && answer->folded_through <= judge->through);
    judge->reached = answer->folded_through;
    judge->more |= judge->reached < judge->through;
    judge->ask = SHARD_COMMIT;
}

static void
take_commit(struct shard_judge *judge)
{
    judge->brands[judge->brand].folded_through = judge->reached;
    judge->brands[judge->brand].stored_through = judge->reached;
    judge->ask = SHARD_PUBLISH;
}

static void
take_publish(struct shard_judge *judge, const struct shard_answer *answer)
{
    if (!answer->has_more) {
        judge->brands[judge->brand].next_due = answer->next_due;
        erase_or_go_on(judge);
    }
}

/* A partition that woke while we closed is no trouble, and what is closed already can be judged. Any other
 * doubt ends what is known of the shard, and the turn. */
static void
fail(struct shard_judge *judge, enum shard_outcome outcome)
{
    if (judge->ask == SHARD_CLOSE && !judge->renewing && outcome == SHARD_CLASH) {
        read_closed(judge);
        return;
    }
    judge->renewing = 0;
    judge->outcome = outcome == SHARD_AWAY ? SHARD_AWAY : SHARD_OK;
    forget(judge);
    judge->ask = SHARD_FORGET;
}

static void
take(struct shard_judge *judge, const struct shard_answer *answer)
{
    switch (judge->ask) {
    case SHARD_LEASE:
        take_lease(judge, answer);
        return;
    case SHARD_LOAD:
        take_load(judge, answer);
        return;
    case SHARD_MEND:
        load_next(judge);
        return;
    case SHARD_PROGRESS:
        take_progress(judge, answer);
        return;
    case SHARD_CLOSE:
        take_close(judge);
        return;
    case SHARD_READ:
        take_read(judge, answer);
        return;
    case SHARD_LOOK:
        take_look(judge, answer);
        return;
    case SHARD_FOLD:
        take_fold(judge, answer);
        return;
    case SHARD_COMMIT:
        take_commit(judge);
        return;
    case SHARD_PUBLISH:
        take_publish(judge, answer);
        return;
    case SHARD_ERASE:
        look_at(judge, judge->brand + 1);
        return;
    case SHARD_FORGET:
        judge->ask = SHARD_REST;
        return;
    case SHARD_REST:
        break;
    }
    assert(0 && "there was nothing to do");
}

void
shard_judge_answer(struct shard_judge *judge, const struct shard_answer *answer)
{
    if (answer->outcome != SHARD_OK) {
        fail(judge, answer->outcome);
    } else if (judge->renewing) {
        take_lease(judge, answer);
    } else {
        take(judge, answer);
    }
}

enum shard_outcome
shard_judge_outcome(const struct shard_judge *judge)
{
    return judge->outcome;
}

int
shard_judge_is_behind(const struct shard_judge *judge)
{
    return judge->ours && judge->judged < judge->closed;
}

const char *
shard_ask_name(enum shard_ask ask)
{
    static const char *const names[] = { [SHARD_REST] = "rest",
        [SHARD_LEASE] = "lease",
        [SHARD_LOAD] = "load",
        [SHARD_MEND] = "mend",
        [SHARD_PROGRESS] = "progress",
        [SHARD_CLOSE] = "close",
        [SHARD_READ] = "read",
        [SHARD_COMMIT] = "commit",
        [SHARD_PUBLISH] = "publish",
        [SHARD_ERASE] = "erase",
        [SHARD_FORGET] = "forget",
        [SHARD_LOOK] = "look",
        [SHARD_FOLD] = "fold" };

    return names[ask];
}
