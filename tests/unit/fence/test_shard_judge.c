/* The machine of a judge's turn: what it asks for, given what it was told. */
#include "fence/shard_judge.h"

#include "core/limits.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define BUCKET_MS (BUCKET_SECONDS * INT64_C(1000))
#define ALLOW_MS  30000
#define LEASE_MS  9000
#define BRANDS    2

/* One answer, and what is asked for next. A row says only what its case is about. */
struct row {
    struct shard_answer answer;
    const char *then; /* the next ask, with its brand, before and through where they matter */
    int64_t pass_ms;  /* this long after the answer */
};

struct bench {
    struct shard_judge judge;
    struct shard_brand brands[BRANDS];
    int64_t now_ms;
};

static void
bench_init(struct bench *bench)
{
    struct shard_judge_options options = { .allow_ms = ALLOW_MS, .lease_ms = LEASE_MS };

    *bench = (struct bench){ .now_ms = 1000 * BUCKET_MS };
    shard_judge_init(&bench->judge, &options);
    shard_judge_use(&bench->judge, bench->brands, BRANDS);
}

static void
ask_text(const struct shard_request *request, char text[64])
{
    const char *name = shard_ask_name(request->ask);

    switch (request->ask) {
    case SHARD_CLOSE:
    case SHARD_READ:
        snprintf(text, 64, "%s %u", name, request->through);
        break;
    case SHARD_LOAD:
    case SHARD_LOOK:
        snprintf(text, 64, "%s #%zu", name, request->brand);
        break;
    case SHARD_FOLD:
    case SHARD_COMMIT:
        snprintf(text, 64, "%s #%zu %u..%u", name, request->brand, request->before,
                request->through);
        break;
    case SHARD_MEND:
    case SHARD_PUBLISH:
    case SHARD_ERASE:
        snprintf(text, 64, "%s #%zu ..%u", name, request->brand, request->through);
        break;
    case SHARD_REST:
    case SHARD_LEASE:
    case SHARD_PROGRESS:
    case SHARD_FORGET:
        snprintf(text, 64, "%s", name);
        break;
    }
}

static void
expect_ask(struct bench *bench, const char *then, size_t row)
{
    char text[64];
    struct shard_request request = shard_judge_next(&bench->judge, bench->now_ms);

    ask_text(&request, text);
    cr_expect_str_eq(text, then, "row %zu: \"%s\", not \"%s\"", row, text, then);
    request = shard_judge_next(&bench->judge, bench->now_ms);
    ask_text(&request, text);
    cr_expect_str_eq(text, then, "row %zu: asked twice, it says the same", row);
}

/* That a loaded state is mended is one test's; the others pass over it. */
static void
pass_mend(struct bench *bench, const char *then)
{
    struct shard_answer fine = { .outcome = SHARD_OK };

    if (strncmp(then, "mend", 4) != 0 &&
            shard_judge_next(&bench->judge, bench->now_ms).ask == SHARD_MEND) {
        shard_judge_answer(&bench->judge, &fine);
    }
}

static void
bench_run(struct bench *bench, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        shard_judge_answer(&bench->judge, &rows[i].answer);
        pass_mend(bench, rows[i].then);
        bench->now_ms += rows[i].pass_ms;
        expect_ask(bench, rows[i].then, i);
    }
}

/* Begins a turn, and runs it from the lease on. */
static void
bench_turn(struct bench *bench, const struct row *rows, size_t count)
{
    shard_judge_begin(&bench->judge, bench->now_ms);
    expect_ask(bench, "lease", SIZE_MAX);
    bench_run(bench, rows, count);
}

#define FRESH                                                                                      \
    {                                                                                              \
        .fresh = 1                                                                                 \
    }
#define FINE                                                                                       \
    {                                                                                              \
        .outcome = SHARD_OK                                                                        \
    }
#define STATE(folded)                                                                              \
    {                                                                                              \
        .folded_through = (folded), .stored_through = (folded), .next_due = UINT32_MAX             \
    }
#define AT(closed_at, watermark)                                                                   \
    {                                                                                              \
        .closed = (closed_at), .watermark_ms = (watermark)*BUCKET_MS,                              \
        .latest_ms = (watermark)*BUCKET_MS                                                         \
    }
#define HOLDS                                                                                      \
    {                                                                                              \
        .holds = 1                                                                                 \
    }
#define REACHED(bucket)                                                                            \
    {                                                                                              \
        .folded_through = (bucket)                                                                 \
    }
#define PUBLISHED                                                                                  \
    {                                                                                              \
        .next_due = UINT32_MAX                                                                     \
    }

/* From a fresh lease up to the look at the first brand: both brands stand at 90, 95 is closed now. */
static const struct row up_to_look[] = {
    { FRESH, "load #0", 0 },
    { STATE(90), "load #1", 0 },
    { STATE(90), "progress", 0 },
    { AT(90, 99), "close 95", 0 },
    { FINE, "read 95", 0 },
    { FINE, "look #0", 0 },
};

Test(shard_judge, a_turn_closes_reads_folds_commits_publishes_and_erases)
{
    static const struct row rows[] = {
        { HOLDS, "fold #0 90..95", 0 }, { REACHED(95), "commit #0 90..95", 0 },
        { FINE, "publish #0 ..95", 0 }, { { .has_more = 1 }, "publish #0 ..95", 0 },
        { PUBLISHED, "erase #0 ..95", 0 }, { FINE, "look #1", 0 },
        { FINE, "rest", 0 }, /* nothing came, nothing is due: it is left out */
    };
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, up_to_look, LENGTH(up_to_look));
    bench_run(&bench, rows, LENGTH(rows));
    cr_expect_eq(shard_judge_outcome(&bench.judge), SHARD_OK);
    cr_expect_not(shard_judge_is_behind(&bench.judge));
    cr_expect_eq(bench.brands[0].folded_through, 95);
    cr_expect_eq(bench.brands[1].folded_through, 90);
}

struct due_row {
    const char *what;
    struct shard_answer state; /* of the first brand */
    int holds;
    const char *then;
};

Test(shard_judge, a_brand_is_folded_when_something_came_or_is_due)
{
    static const struct due_row rows[] = {
        { "nothing", STATE(90), 0, "look #1" },
        { "cells", STATE(90), 1, "fold #0 90..95" },
        { "never folded: its watch begins", STATE(0), 0, "fold #0 0..95" },
        { "due later", { .folded_through = 90, .stored_through = 90, .next_due = 96 }, 0,
                "look #1" },
        { "due", { .folded_through = 90, .stored_through = 90, .next_due = 95 }, 0,
                "fold #0 90..95" },
        { "folded, cells left behind", STATE(95), 1, "publish #0 ..95" },
        { "folded, nothing left", STATE(95), 0, "look #1" },
        { "ahead of the ledger, which would erase nothing",
                { .folded_through = 97, .next_due = 97 }, 1, "look #1" },
        { "kept elsewhere, and behind", { .folded_through = 93, .next_due = UINT32_MAX }, 1,
                "fold #0 93..95" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct row turn[LENGTH(up_to_look)];
        struct row look = { { .holds = rows[i].holds }, rows[i].then, 0 };
        struct bench bench;
        memcpy(turn, up_to_look, sizeof turn);
        turn[1].answer = rows[i].state;
        bench_init(&bench);
        bench_turn(&bench, turn, LENGTH(turn));
        bench_run(&bench, &look, 1);
    }
}

Test(shard_judge, a_commit_is_compared_with_what_the_ledger_has)
{
    static const struct row rows[] = {
        { FRESH, "load #0", 0 },
        { { .folded_through = 93, .stored_through = 0, .next_due = UINT32_MAX }, "load #1", 0 },
        { STATE(90), "progress", 0 },
        { AT(90, 99), "close 95", 0 },
        { FINE, "read 95", 0 },
        { FINE, "look #0", 0 },
        { HOLDS, "fold #0 93..95", 0 },
        { REACHED(95), "commit #0 0..95", 0 },
    };
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, rows, LENGTH(rows));
}

struct close_row {
    const char *what;
    int64_t watermark_ms;
    int64_t latest_ms;
    int64_t wall_ms;
    const char *then;
};

/* Closed is 90. */
Test(shard_judge, what_is_closed_follows_from_the_partitions_and_on_a_quiet_night_from_the_clock)
{
    static const struct close_row rows[] = {
        { "no record yet", INT64_MIN, INT64_MIN, 200 * BUCKET_MS, "read 90" },
        { "a partition without a record", INT64_MIN, 99 * BUCKET_MS, 200 * BUCKET_MS, "read 90" },
        { "the slowest partition", 95 * BUCKET_MS, 99 * BUCKET_MS, 200 * BUCKET_MS, "close 91" },
        { "a millisecond before the bucket ends", 95 * BUCKET_MS - 1, 99 * BUCKET_MS, 0,
                "read 90" },
        { "all idle: what is there", INT64_MAX, 99 * BUCKET_MS, 99 * BUCKET_MS, "close 99" },
        { "all idle: the clock goes on", INT64_MAX, 99 * BUCKET_MS, 110 * BUCKET_MS, "close 106" },
        { "all idle: within the allowance it does not", INT64_MAX, 99 * BUCKET_MS, 103 * BUCKET_MS,
                "close 99" },
        { "a backfill: the clock means nothing", INT64_MAX, 99 * BUCKET_MS, 459 * BUCKET_MS,
                "close 99" },
        { "a backfill, but of this hour", INT64_MAX, 99 * BUCKET_MS, 459 * BUCKET_MS - 1,
                "close 454" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct row turn[] = { { FRESH, "load #0", 0 }, { STATE(80), "load #1", 0 },
            { STATE(80), "progress", 0 },
            { { .closed = 90,
                      .watermark_ms = rows[i].watermark_ms,
                      .latest_ms = rows[i].latest_ms },
                    rows[i].then, 0 } };
        struct bench bench;
        bench_init(&bench);
        bench.now_ms = rows[i].wall_ms;
        bench_turn(&bench, turn, LENGTH(turn));
    }
}

Test(shard_judge, a_turn_may_be_told_how_far_time_goes)
{
    static const struct row rows[] = {
        { FRESH, "load #0", 0 },
        { STATE(90), "load #1", 0 },
        { STATE(90), "progress", 0 },
        { { .closed = 90, .watermark_ms = INT64_MAX, .latest_ms = 95 * BUCKET_MS }, "close 400",
                0 },
    };
    struct bench bench;

    bench_init(&bench);
    bench.now_ms = 0;
    shard_judge_begin_until(&bench.judge, 400);
    expect_ask(&bench, "lease", SIZE_MAX);
    bench_run(&bench, rows, LENGTH(rows));
    cr_expect_eq(shard_judge_next(&bench.judge, 0).watermark_ms, INT64_MAX);
}

Test(shard_judge, a_close_that_is_refused_leaves_what_is_closed_to_judge)
{
    static const struct row behind[] = {
        { FRESH, "load #0", 0 },
        { STATE(80), "load #1", 0 },
        { STATE(80), "progress", 0 },
        { AT(90, 99), "close 95", 0 },
        { { .outcome = SHARD_CLASH }, "read 90", 0 },
        { FINE, "look #0", 0 },
        { FINE, "look #1", 0 },
        { FINE, "rest", 0 },
    };
    static const struct row judged[] = {
        { FINE, "progress", 0 }, /* nothing is forgotten */
        { AT(90, 99), "close 95", 0 },
        { { .outcome = SHARD_CLASH }, "rest", 0 },
    };
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, behind, LENGTH(behind));
    bench_turn(&bench, judged, LENGTH(judged));
    cr_expect_eq(shard_judge_outcome(&bench.judge), SHARD_OK);
}

/* Somebody took its counts away between the close and the read: nothing was there to be folded. */
Test(shard_judge, what_is_closed_again_after_a_loss_is_judged_again)
{
    static const struct row lost[] = {
        { FRESH, "load #0", 0 },
        { STATE(90), "load #1", 0 },
        { STATE(90), "progress", 0 },
        { AT(90, 99), "close 95", 0 },
        { FINE, "read 95", 0 },
        { FINE, "look #0", 0 },
        { FINE, "look #1", 0 },
        { FINE, "rest", 0 },
    };
    static const struct row back[] = {
        { FINE, "progress", 0 },
        { AT(90, 94), "rest", 0 },
    };
    static const struct row again[] = {
        { FINE, "progress", 0 },
        { AT(90, 99), "close 95", 0 },
        { FINE, "read 95", 0 },
        { FINE, "look #0", 0 },
        { HOLDS, "fold #0 90..95", 0 },
    };
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, lost, LENGTH(lost));
    bench_turn(&bench, back, LENGTH(back));
    bench_turn(&bench, again, LENGTH(again));
}

/* How far a turn goes before it fails: every ask of a whole turn. */
static const struct row whole_turn[] = {
    { FRESH, "load #0", 0 },
    { STATE(90), "load #1", 0 },
    { STATE(90), "progress", 0 },
    { AT(90, 99), "close 95", 0 },
    { FINE, "read 95", 0 },
    { FINE, "look #0", 0 },
    { HOLDS, "fold #0 90..95", 0 },
    { REACHED(95), "commit #0 90..95", 0 },
    { FINE, "publish #0 ..95", 0 },
    { PUBLISHED, "erase #0 ..95", 0 },
};

Test(shard_judge, any_doubt_ends_the_turn_and_what_was_known)
{
    static const enum shard_outcome doubts[] = { SHARD_CLASH, SHARD_LOST, SHARD_AWAY };

    for (size_t i = 0; i <= LENGTH(whole_turn); i++) {
        for (size_t d = 0; d < LENGTH(doubts); d++) {
            struct row rows[] = { { { .outcome = doubts[d] }, "forget", 0 }, { FINE, "rest", 0 } };
            struct bench bench;
            bench_init(&bench);
            bench_turn(&bench, whole_turn, i);
            if (bench.judge.ask == SHARD_CLOSE && doubts[d] == SHARD_CLASH) {
                continue; /* another test's */
            }
            bench_run(&bench, rows, LENGTH(rows));
            cr_expect_eq(shard_judge_outcome(&bench.judge),
                    doubts[d] == SHARD_AWAY ? SHARD_AWAY : SHARD_OK);
            bench_turn(&bench, (struct row[]){ { FINE, "load #0", 0 } }, 1);
        }
    }
}

Test(shard_judge, a_token_that_is_fresh_again_loads_everything_again)
{
    static const struct row next[] = {
        { FRESH, "load #0", 0 }, { STATE(95), "load #1", 0 }, { STATE(90), "progress", 0 },
        { AT(95, 99), "read 95", 0 }, /* closed already, but not judged by us */
    };
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, up_to_look, LENGTH(up_to_look));
    bench_run(&bench, (struct row[]){ { FINE, "look #1", 0 }, { FINE, "rest", 0 } }, 2);
    bench_turn(&bench, next, LENGTH(next));
}

Test(shard_judge, the_lease_is_asked_for_again_when_a_third_of_it_is_used)
{
    static const struct row long_publish[] = {
        { HOLDS, "fold #0 90..95", 0 },
        { REACHED(95), "commit #0 90..95", 0 },
        { FINE, "publish #0 ..95", LEASE_MS / 3 },
        { { .has_more = 1 }, "lease", 1 },
        { FINE, "publish #0 ..95", LEASE_MS / 3 },
        { { .has_more = 1 }, "lease", 1 },
        { FINE, "publish #0 ..95", 0 },
        { PUBLISHED, "erase #0 ..95", 0 },
        { FINE, "lease", -1 }, /* a clock that was set back tells nothing */
        { FINE, "look #1", 0 },
    };
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, up_to_look, LENGTH(up_to_look));
    bench_run(&bench, long_publish, LENGTH(long_publish));
}

Test(shard_judge, a_lease_that_is_gone_when_it_is_asked_for_again_ends_the_turn)
{
    static const struct shard_answer doubts[] = { { .outcome = SHARD_LOST },
        { .outcome = SHARD_AWAY }, { .outcome = SHARD_CLASH } };

    for (size_t i = 1; i <= LENGTH(whole_turn); i++) {
        for (size_t d = 0; d < LENGTH(doubts); d++) {
            struct row rows[] = { { doubts[d], "forget", 0 }, { FINE, "rest", 0 } };
            struct bench bench;
            bench_init(&bench);
            bench_turn(&bench, whole_turn, i);
            bench.now_ms += LEASE_MS;
            expect_ask(&bench, "lease", i);
            bench_run(&bench, rows, LENGTH(rows));
        }
    }
}

Test(shard_judge, a_lease_that_was_gone_and_is_ours_again_begins_anew)
{
    for (size_t i = 2; i <= LENGTH(whole_turn); i++) {
        struct bench bench;
        bench_init(&bench);
        bench_turn(&bench, whole_turn, i);
        bench.now_ms += LEASE_MS;
        expect_ask(&bench, "lease", i);
        bench_run(
                &bench, (struct row[]){ { FRESH, "load #0", 0 }, { STATE(95), "load #1", 0 } }, 2);
        cr_expect_eq(bench.judge.judged, 0);
    }
}

Test(shard_judge, what_is_published_is_mended_when_its_state_is_loaded)
{
    static const struct row rows[] = {
        { FRESH, "load #0", 0 },
        { STATE(0), "mend #0 ..0", 0 }, /* a state may have gone back to before the first fold */
        { FINE, "load #1", 0 },
        { { .folded_through = 95 }, "mend #1 ..95", 0 }, /* kept elsewhere */
        { FINE, "progress", 0 },
    };
    static const struct row again[] = { { FINE, "progress", 0 } };
    static const struct row broken[] = {
        { FRESH, "load #0", 0 },
        { STATE(90), "mend #0 ..90", 0 },
        { { .outcome = SHARD_AWAY }, "forget", 0 },
        { FINE, "rest", 0 },
    };
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, rows, LENGTH(rows));
    bench_run(&bench, (struct row[]){ { AT(0, 2), "rest", 0 } }, 1);
    bench_turn(&bench, again, LENGTH(again));
    bench_init(&bench);
    bench_turn(&bench, broken, LENGTH(broken));
}

Test(shard_judge, a_brand_with_its_fill_of_events_goes_on_in_the_next_turn)
{
    static const struct row first[] = {
        { HOLDS, "fold #0 90..95", 0 },
        { REACHED(92), "commit #0 90..92", 0 },
        { FINE, "publish #0 ..92", 0 },
        { PUBLISHED, "erase #0 ..92", 0 },
        { FINE, "look #1", 0 },
        { FINE, "rest", 0 },
    };
    static const struct row second[] = {
        { FINE, "progress", 0 },
        { AT(95, 99), "read 95", 0 },
        { FINE, "look #0", 0 },
        { HOLDS, "fold #0 92..95", 0 },
        { REACHED(95), "commit #0 92..95", 0 },
        { FINE, "publish #0 ..95", 0 },
        { PUBLISHED, "erase #0 ..95", 0 },
        { FINE, "look #1", 0 },
        { FINE, "rest", 0 },
    };
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, up_to_look, LENGTH(up_to_look));
    bench_run(&bench, first, LENGTH(first));
    cr_expect(shard_judge_is_behind(&bench.judge));
    bench_turn(&bench, second, LENGTH(second));
    cr_expect_not(shard_judge_is_behind(&bench.judge));
}

Test(shard_judge, where_nothing_was_ever_counted_no_watch_begins)
{
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, up_to_look, 5);
    bench_run(&bench, (struct row[]){ { { .is_new = 1 }, "rest", 0 } }, 1);
}

Test(shard_judge, a_brand_that_is_new_between_two_turns_is_loaded_in_the_next)
{
    static const struct row rows[] = { { FINE, "load #1", 0 }, { STATE(0), "progress", 0 } };
    struct bench bench;

    bench_init(&bench);
    bench_turn(&bench, up_to_look, LENGTH(up_to_look));
    bench_run(&bench, (struct row[]){ { FINE, "look #1", 0 }, { FINE, "rest", 0 } }, 2);
    bench.brands[1].loaded = 0;
    shard_judge_use(&bench.judge, bench.brands, BRANDS);
    bench_turn(&bench, rows, LENGTH(rows));
}

Test(shard_judge, a_shard_without_brands_is_closed_all_the_same)
{
    static const struct row rows[] = {
        { FRESH, "progress", 0 },
        { AT(90, 99), "close 95", 0 },
        { FINE, "read 95", 0 },
        { FINE, "rest", 0 },
    };
    struct bench bench;

    bench_init(&bench);
    shard_judge_use(&bench.judge, NULL, 0);
    bench_turn(&bench, rows, LENGTH(rows));
    cr_expect_not(shard_judge_is_behind(&bench.judge));
}
