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
};

static const struct spoilt_row rows[] = {
    { "nothing", { "PING" } },
    { "the last entry is missing", { "XDEL", KEY, "950000-0" } },
    { "one in the middle is missing", { "XDEL", KEY, "930000-0" } },
    { "all are missing", { "UNLINK", KEY } },
    { "one is beyond the state", { "XADD", KEY, "970000-0", "total", "4" } },
    { "one is of another history", { "XADD", KEY, "950001-0", "total", "4" } },
};

static void
publish(struct test_bench *bench, uint32_t bucket)
{
    struct ledger_field field = { VIEW("total"), VIEW("1") };

    cr_assert_eq(ledger_publish_series(bench->reader, VIEW("acme"), LEDGER_SERIES_10S,
                         (int64_t)bucket * 10000, &field, 1),
            LEDGER_OK);
}

static void
fold(struct test_bench *bench, uint32_t shard)
{
    struct ledger_field field = { VIEW("total"), VIEW("1") };
    char packed[64];
    size_t size = ledger_pack_fields(&field, 1, packed, sizeof packed);
    struct ledger_ring_entry ring[] = { { 91, { packed, size } }, { 93, { packed, size } },
        { 95, { packed, size } } };
    struct ledger_commit commit = {
        .brand = VIEW("acme"), .folded_through = 96, .ring = ring, .ring_count = LENGTH(ring)
    };

    cr_assert_eq(ledger_close(bench->reader, shard, 96, INT64_MAX), LEDGER_OK);
    cr_assert_eq(ledger_commit(bench->reader, shard, &commit), LEDGER_OK);
    for (size_t i = 0; i < LENGTH(ring); i++) {
        publish(bench, ring[i].bucket);
    }
}

static void
spoil(struct test_bench *bench, const char *const *c)
{
    redisReply *reply = test_redis(bench->ledger, c[0], c[1], c[2], c[3], c[4], NULL);

    freeReplyObject(reply);
}

/* "91=1 93=1 95=1 " */
static void
stream_text(struct test_bench *bench, char text[256])
{
    redisReply *reply = test_redis(bench->ledger, "XRANGE", KEY, "-", "+", NULL);
    size_t used = 0;

    cr_assert_not_null(reply);
    text[0] = '\0';
    for (size_t i = 0; i < reply->elements; i++) {
        const redisReply *entry = reply->element[i];
        used += (size_t)snprintf(text + used, 256 - used, "%ld=%s ",
                strtol(entry->element[0]->str, NULL, 10) / 10000,
                entry->element[1]->element[1]->str);
    }
    freeReplyObject(reply);
}

Test(mend, what_is_published_comes_to_say_what_is_kept_beside_the_state, .timeout = 60)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct test_bench bench;
        char text[256];
        uint32_t oldest = 0;
        int fresh = 0;
        test_bench_open(&bench, BODY_REDIS);
        uint32_t shard = ledger_shard_of(bench.ledger, VIEW("acme"));
        cr_assert_eq(ledger_lease(bench.reader, shard, 0, 1000, &fresh), LEDGER_OK);
        fold(&bench, shard);
        spoil(&bench, rows[i].command);
        cr_expect_eq(ledger_mend(bench.reader, shard, VIEW("acme"), 96, &oldest), LEDGER_OK);
        stream_text(&bench, text);
        cr_expect_str_eq(text, "91=1 93=1 95=1 ", "%s: %s", rows[i].what, text);
        cr_expect_eq(oldest, 91);
        publish(&bench, 97);
        stream_text(&bench, text);
        cr_expect_str_eq(text, "91=1 93=1 95=1 97=1 ", "%s: %s", rows[i].what, text);
        test_bench_close(&bench);
    }
}

/* The state went back behind all that is kept: what is published beyond goes, and may be published anew. */
Test(mend, a_state_that_went_back_takes_what_is_published_with_it, .timeout = 60)
{
    struct test_bench bench;
    char text[256];
    uint32_t oldest = 0;
    int fresh = 0;

    test_bench_open(&bench, BODY_REDIS);
    uint32_t shard = ledger_shard_of(bench.ledger, VIEW("acme"));
    cr_assert_eq(ledger_lease(bench.reader, shard, 0, 1000, &fresh), LEDGER_OK);
    fold(&bench, shard);
    cr_expect_eq(ledger_mend(bench.reader, shard, VIEW("acme"), 92, &oldest), LEDGER_OK);
    stream_text(&bench, text);
    cr_expect_str_eq(text, "91=1 ", "%s", text);
    cr_expect_eq(ledger_mend(bench.reader, shard, VIEW("acme"), 90, &oldest), LEDGER_OK);
    cr_expect_eq(oldest, 91, "nothing is kept up to there");
    publish(&bench, 92);
    stream_text(&bench, text);
    cr_expect_str_eq(text, "92=1 ", "%s", text);
    test_bench_close(&bench);
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
