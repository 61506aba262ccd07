/* Published series that stand elsewhere than the brand's state, and what becomes of them. */
#include "test_server.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define KEY           "rebato:test:ts:10s:acme"

/* Buckets 91, 93 and 95 are folded, kept and published; then the stream is spoilt. */
struct spoilt_row {
    const char *what;
    const char *command[8];
    int seen; /* by whoever adds the next entry */
};

static const struct spoilt_row rows[] = {
    { "nothing", { "PING" }, 0 },
    { "the last entry is missing", { "XDEL", KEY, "950000-0" }, 1 },
    { "one in the middle is missing", { "XDEL", KEY, "930000-0" }, 0 },
    { "all are missing", { "UNLINK", KEY }, 1 },
    { "one is beyond the state", { "XADD", KEY, "970000-0", "total", "4" }, 1 },
    { "one is of another history", { "XADD", KEY, "950001-0", "total", "4" }, 1 },
};

/* What the judge of acme knows. */
struct stage {
    struct test_bench bench;
    uint32_t shard;
    int64_t last_ms[LEDGER_SERIES_COUNT];
};

static enum ledger_outcome
publish(struct stage *stage, uint32_t bucket)
{
    struct ledger_field field = { VIEW("total"), VIEW("1") };
    struct ledger_slot place = { LEDGER_SERIES_10S, (int64_t)bucket * 10000, stage->last_ms };

    return ledger_publish_series(stage->bench.reader, VIEW("acme"), &place, &field, 1);
}

static enum ledger_outcome
roll_up(struct stage *stage, enum ledger_series series, int64_t at_ms)
{
    struct ledger_slot place = { series, at_ms, &stage->last_ms[series] };

    return ledger_publish_rollup(stage->bench.reader, VIEW("acme"), &place);
}

static enum ledger_outcome
mend(struct stage *stage, uint32_t through)
{
    return ledger_mend(stage->bench.reader, stage->shard, VIEW("acme"), through, stage->last_ms);
}

static void
stage_open(struct stage *stage)
{
    struct ledger_field field = { VIEW("total"), VIEW("1") };
    char packed[64];
    size_t size = ledger_pack_fields(&field, 1, packed, sizeof packed);
    struct ledger_ring_entry ring[] = { { 91, { packed, size } }, { 93, { packed, size } },
        { 95, { packed, size } } };
    struct ledger_commit commit = {
        .brand = VIEW("acme"), .folded_through = 96, .ring = ring, .ring_count = LENGTH(ring)
    };
    int fresh = 0;

    memset(stage, 0, sizeof *stage);
    test_bench_open(&stage->bench, BODY_REDIS);
    stage->shard = ledger_shard_of(stage->bench.ledger, VIEW("acme"));
    cr_assert_eq(ledger_lease(stage->bench.reader, stage->shard, 0, 1000, &fresh), LEDGER_OK);
    cr_assert_eq(ledger_close(stage->bench.reader, stage->shard, 96, INT64_MAX), LEDGER_OK);
    cr_assert_eq(ledger_commit(stage->bench.reader, stage->shard, &commit), LEDGER_OK);
}

static void
stage_publish(struct stage *stage)
{
    for (uint32_t bucket = 91; bucket <= 95; bucket += 2) {
        cr_assert_eq(publish(stage, bucket), LEDGER_OK);
    }
    cr_assert_eq(stage->last_ms[LEDGER_SERIES_10S], 950000);
}

static void
spoil(struct stage *stage, const char *const *c)
{
    freeReplyObject(test_redis(stage->bench.ledger, c[0], c[1], c[2], c[3], c[4], NULL));
}

/* "91=1 93=1 95=1 " */
static void
expect_stream(struct stage *stage, const char *key, const char *expected, const char *what)
{
    redisReply *reply = test_redis(stage->bench.ledger, "XRANGE", key, "-", "+", NULL);
    char text[256] = "";
    size_t used = 0;

    cr_assert_not_null(reply);
    for (size_t i = 0; i < reply->elements; i++) {
        const redisReply *entry = reply->element[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%ld=%s ",
                strtol(entry->element[0]->str, NULL, 10) / 10000,
                entry->element[1]->element[1]->str);
    }
    freeReplyObject(reply);
    cr_expect_str_eq(text, expected, "%s: %s", what, text);
}

Test(mend, what_is_published_comes_to_say_what_is_kept_beside_the_state, .timeout = 60)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct stage stage;
        stage_open(&stage);
        stage_publish(&stage);
        spoil(&stage, rows[i].command);
        cr_expect_eq(mend(&stage, 96), LEDGER_OK);
        expect_stream(&stage, KEY, "91=1 93=1 95=1 ", rows[i].what);
        cr_expect_eq(publish(&stage, 97), LEDGER_OK);
        expect_stream(&stage, KEY, "91=1 93=1 95=1 97=1 ", rows[i].what);
        test_bench_close(&stage.bench);
    }
}

Test(mend, nothing_is_added_behind_an_entry_that_is_not_the_last_we_know_of, .timeout = 60)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct stage stage;
        stage_open(&stage);
        stage_publish(&stage);
        spoil(&stage, rows[i].command);
        cr_expect_eq(
                publish(&stage, 98), rows[i].seen ? LEDGER_CLASH : LEDGER_OK, "%s", rows[i].what);
        cr_expect_eq(stage.last_ms[LEDGER_SERIES_10S], rows[i].seen ? 950000 : 980000);
        test_bench_close(&stage.bench);
    }
}

Test(mend, what_was_left_out_stands_in_its_place_and_no_more_than_once, .timeout = 60)
{
    static const uint32_t order[] = { 95, 91, 97, 93, 91, 97 };
    struct stage stage;

    stage_open(&stage);
    for (size_t i = 0; i < LENGTH(order); i++) {
        cr_expect_eq(publish(&stage, order[i]), LEDGER_OK, "%zu", i);
    }
    expect_stream(&stage, KEY, "91=1 93=1 95=1 97=1 ", "out of order");
    for (uint32_t bucket = 101; bucket < 101 + LEDGER_ABOVE_MAX; bucket++) {
        cr_expect_eq(publish(&stage, bucket), LEDGER_OK);
    }
    cr_expect_eq(publish(&stage, 99), LEDGER_OK, "so many may be above");
    cr_expect_eq(publish(&stage, 98), LEDGER_OK, "one too many: it stays away");
    cr_expect_eq(test_redis_number(stage.bench.ledger, "XLEN", KEY, NULL), 5 + LEDGER_ABOVE_MAX);
    test_bench_close(&stage.bench);
}

Test(mend, a_period_is_summed_again_when_what_it_consists_of_has_changed, .timeout = 60)
{
    struct stage stage;

    stage_open(&stage);
    cr_expect_eq(publish(&stage, 91), LEDGER_OK);
    cr_expect_eq(publish(&stage, 121), LEDGER_OK);
    cr_expect_eq(roll_up(&stage, LEDGER_SERIES_5M, 900000), LEDGER_OK);
    cr_expect_eq(roll_up(&stage, LEDGER_SERIES_5M, 1200000), LEDGER_OK);
    cr_expect_eq(publish(&stage, 93), LEDGER_OK);
    cr_expect_eq(roll_up(&stage, LEDGER_SERIES_5M, 900000), LEDGER_OK);
    expect_stream(&stage, "rebato:test:ts:5m:acme", "90=2 120=1 ", "summed again");
    /* A mend takes the periods of what is kept, and all that come after. */
    cr_expect_eq(mend(&stage, 96), LEDGER_OK);
    cr_expect_eq(stage.last_ms[LEDGER_SERIES_5M], 0);
    cr_expect_eq(roll_up(&stage, LEDGER_SERIES_5M, 900000), LEDGER_OK);
    expect_stream(&stage, "rebato:test:ts:5m:acme", "90=3 ", "after a mend");
    test_bench_close(&stage.bench);
}

/* The state went back behind all that is kept: what is published beyond goes, and may be published anew. */
Test(mend, a_state_that_went_back_takes_what_is_published_with_it, .timeout = 60)
{
    struct stage stage;

    stage_open(&stage);
    stage_publish(&stage);
    cr_expect_eq(mend(&stage, 92), LEDGER_OK);
    expect_stream(&stage, KEY, "91=1 ", "as far as 92");
    cr_expect_eq(mend(&stage, 90), LEDGER_OK);
    cr_expect_eq(stage.last_ms[LEDGER_SERIES_10S], 0, "nothing is kept up to there");
    cr_expect_eq(publish(&stage, 92), LEDGER_OK);
    expect_stream(&stage, KEY, "92=1 ", "another history");
    test_bench_close(&stage.bench);
}

/* Spoken of once in a while: what was said long ago is in the ring yet, and below it is what the ring never had. */
Test(mend, of_a_brand_that_is_seldom_spoken_of_older_entries_are_kept, .timeout = 60)
{
    static const char *const older[] = { "XADD", KEY, "100000-0", "total", "7" };
    static const char *const lost[5] = { "XDEL", KEY, "930000-0" };
    static const char *const all[5] = { "UNLINK", KEY };
    struct ledger_field field = { VIEW("total"), VIEW("1") };
    char packed[64];
    struct ledger_ring_entry late = { 900, { packed, 0 } };
    struct ledger_commit commit = {
        .brand = VIEW("acme"), .before = 96, .folded_through = 900, .ring = &late, .ring_count = 1
    };
    struct stage stage;

    late.fields.size = ledger_pack_fields(&field, 1, packed, sizeof packed);
    stage_open(&stage);
    spoil(&stage, older);
    stage.last_ms[LEDGER_SERIES_10S] = 100000;
    stage_publish(&stage);
    spoil(&stage, lost);
    cr_assert_eq(ledger_close(stage.bench.reader, stage.shard, 900, INT64_MAX), LEDGER_OK);
    cr_assert_eq(ledger_commit(stage.bench.reader, stage.shard, &commit), LEDGER_OK);
    cr_expect_eq(mend(&stage, 900), LEDGER_OK);
    expect_stream(&stage, KEY, "10=7 91=1 93=1 95=1 900=1 ", "all that is known");
    spoil(&stage, all);
    cr_expect_eq(mend(&stage, 900), LEDGER_OK);
    expect_stream(&stage, KEY, "900=1 ", "what is whole");
    test_bench_close(&stage.bench);
}

/* "gap" says that nothing up to its bucket is left; but what is kept beside the state is. */
Test(mend, the_mark_of_a_gap_moves_before_what_is_left, .timeout = 60)
{
    static const char *const mark[] = { "XADD", KEY, "960000-0", "gap", "1" };
    struct stage stage;

    stage_open(&stage);
    spoil(&stage, mark);
    cr_expect_eq(mend(&stage, 96), LEDGER_OK);
    expect_stream(&stage, KEY, "90=1 91=1 93=1 95=1 ", "all was lost");
    cr_expect_eq(mend(&stage, 96), LEDGER_OK);
    expect_stream(&stage, KEY, "90=1 91=1 93=1 95=1 ", "and is mended already");
    test_bench_close(&stage.bench);
}

static void
add_entry(struct stage *stage, const char *id, const char *name)
{
    freeReplyObject(test_redis(stage->bench.ledger, "XADD", KEY, id, name, "1", NULL));
}

/* Of what is behind a gap, or behind what retention has left, nothing goes, although the ring remembers more. */
Test(mend, what_stands_behind_the_first_entry_stays_there, .timeout = 60)
{
    static const char *const begins[] = { "gap", "total" };
    struct ledger_field field = { VIEW("total"), VIEW("1") };
    char packed[64];
    struct ledger_ring_entry late = { 900, { packed, 0 } };
    struct ledger_commit commit = {
        .brand = VIEW("acme"), .before = 96, .folded_through = 900, .ring = &late, .ring_count = 1
    };

    late.fields.size = ledger_pack_fields(&field, 1, packed, sizeof packed);
    for (size_t i = 0; i < LENGTH(begins); i++) {
        struct stage stage;
        stage_open(&stage);
        add_entry(&stage, "930000-0", begins[i]);
        add_entry(&stage, "950000-0", "total");
        add_entry(&stage, "5000000-0", "total");
        cr_assert_eq(ledger_close(stage.bench.reader, stage.shard, 900, INT64_MAX), LEDGER_OK);
        cr_assert_eq(ledger_commit(stage.bench.reader, stage.shard, &commit), LEDGER_OK);
        cr_expect_eq(mend(&stage, 900), LEDGER_OK);
        expect_stream(&stage, KEY, "93=1 95=1 500=1 900=1 ", begins[i]);
        test_bench_close(&stage.bench);
    }
}

/* Somebody is about to bring the shard back: who judges it meanwhile knows of no brand. */
Test(mend, a_judge_that_came_too_early_takes_nothing_away, .timeout = 60)
{
    static const char *const mark[] = { "XADD", KEY, "960000-0", "gap", "1" };
    static const char *const far[] = { "XADD", KEY, "100000-0", "total", "7" };
    static const char *const period[] = { "XADD", "rebato:test:ts:5m:acme", "900000-0", "total",
        "7" };
    struct stage stage;

    stage_open(&stage);
    spoil(&stage, mark);
    spoil(&stage, period);
    cr_expect_eq(mend(&stage, 0), LEDGER_OK);
    expect_stream(&stage, KEY, "96=1 ", "a mark alone");
    expect_stream(&stage, "rebato:test:ts:5m:acme", "90=7 ", "periods");
    cr_expect_eq(stage.last_ms[LEDGER_SERIES_10S], 960000);
    cr_expect_eq(stage.last_ms[LEDGER_SERIES_5M], 900000);
    test_bench_close(&stage.bench);

    stage_open(&stage);
    spoil(&stage, far);
    stage.last_ms[LEDGER_SERIES_10S] = 100000;
    stage_publish(&stage);
    cr_expect_eq(mend(&stage, 0), LEDGER_OK);
    expect_stream(&stage, KEY, "10=7 91=1 93=1 95=1 ", "longer than a ring");
    test_bench_close(&stage.bench);

    stage_open(&stage);
    stage_publish(&stage);
    cr_expect_eq(mend(&stage, 0), LEDGER_OK);
    expect_stream(&stage, KEY, "", "a first fold that went back");
    test_bench_close(&stage.bench);
}

Test(mend, packed_fields_come_out_as_they_went_in)
{
    struct ledger_field fields[] = { { VIEW("total"), VIEW("12") }, { VIEW("f.os.a b"), VIEW("") },
        { VIEW("7 8 "), VIEW("\n|") } };
    char packed[128];
    size_t size = ledger_pack_fields(fields, LENGTH(fields), packed, sizeof packed);
    struct view rest = { packed, size };
    struct ledger_field field;

    for (size_t i = 0; i < LENGTH(fields); i++) {
        cr_assert(ledger_unpack_field(&rest, &field));
        cr_expect(
                view_equal(field.name, fields[i].name) && view_equal(field.value, fields[i].value));
    }
    cr_expect_not(ledger_unpack_field(&rest, &field));
    for (size_t cut = 0; cut < size; cut++) {
        size_t whole = 0;
        for (rest = (struct view){ packed, cut }; ledger_unpack_field(&rest, &field); whole++) {
        }
        cr_expect_lt(whole, LENGTH(fields), "cut at %zu", cut);
    }
}
