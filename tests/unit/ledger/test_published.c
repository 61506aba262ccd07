/* What dashboards see of a real server, and how long it stays. */
#include "test_server.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(cells)     (sizeof(cells) / sizeof(cells)[0])
#define REDIS_TEST(name) REDIS_TEST_OF(redis_published, name)

REDIS_TEST(every_key_but_the_ledger_itself_expires)
{
    test_live_a_day(bench);
    redisReply *keys = test_redis(bench->ledger, "KEYS", "rebato:test:*", NULL);
    cr_assert_not_null(keys);
    cr_assert_gt(keys->elements, 10);
    for (size_t i = 0; i < keys->elements; i++) {
        const char *key = keys->element[i]->str;
        size_t size = strlen(key);
        int lasting = strstr(key, ":meta") != NULL || key[size - 1] == '}' ||
                      strcmp(key + size - 3, "}:a") == 0;
        long long ttl = test_redis_number(bench->ledger, "TTL", key, NULL);
        cr_assert(lasting ? ttl == -1 : ttl > 0, "%s: %lld", key, ttl);
    }
    freeReplyObject(keys);
}

REDIS_TEST(a_period_is_the_sum_of_its_buckets)
{
    static const struct ledger_field first[] = { { VIEW("total"), VIEW("3") },
        { VIEW("lang.es"), VIEW("3") }, { VIEW("authors_10m"), VIEW("9") },
        { VIEW("expected_10m"), VIEW("1.5") }, { VIEW("state"), VIEW("calm") } };
    static const struct ledger_field second[] = { { VIEW("total"), VIEW("4") },
        { VIEW("authors_10m"), VIEW("2") }, { VIEW("expected_10m"), VIEW("2.5") },
        { VIEW("state"), VIEW("open") } };
    static const char *const expected[] = { "total", "7", "lang.es", "3", "authors_10m", "2",
        "expected_10m", "2.5", "state", "open" };
    struct view brand = VIEW("iberia");

    static const int64_t times[] = { 590000, 600000, 890000, 900000 };
    static const struct ledger_slot empty = { LEDGER_SERIES_1H, 7200000, NULL };
    static const struct ledger_slot period = { LEDGER_SERIES_5M, 600000, NULL };
    for (size_t i = 0; i < COUNT(times); i++) {
        struct ledger_slot place = { LEDGER_SERIES_10S, times[i], NULL };
        cr_assert_eq(ledger_publish_series(bench->reader, brand, &place, i == 1 ? first : second,
                             i == 1 ? COUNT(first) : COUNT(second)),
                LEDGER_OK);
    }
    cr_assert_eq(ledger_publish_rollup(bench->reader, brand, &period), LEDGER_OK);
    cr_assert_eq(ledger_publish_rollup(bench->reader, brand, &period), LEDGER_OK);
    cr_assert_eq(ledger_publish_rollup(bench->reader, brand, &empty), LEDGER_OK);
    cr_assert_eq(test_redis_number(bench->ledger, "EXISTS", "rebato:test:ts:1h:iberia", NULL), 0);
    redisReply *reply =
            test_redis(bench->ledger, "XRANGE", "rebato:test:ts:5m:iberia", "-", "+", NULL);
    cr_assert_not_null(reply);
    cr_assert_eq(reply->elements, 1);
    cr_assert_str_eq(reply->element[0]->element[0]->str, "600000-0");
    const redisReply *fields = reply->element[0]->element[1];
    cr_assert_eq(fields->elements, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        cr_assert_str_eq(fields->element[i]->str, expected[i]);
    }
    freeReplyObject(reply);
}

/* A shard that is brought back may hold cells of what was judged before its gap. */
REDIS_TEST(nothing_is_put_below_a_gap)
{
    static const struct ledger_field fields[] = { { VIEW("total"), VIEW("3") } };
    static const struct {
        int64_t at_ms;
        long long entries;
    } rows[] = { { 590000, 1 }, { 600000, 1 }, { 620000, 2 }, { 610000, 3 }, { 580000, 3 } };

    freeReplyObject(test_redis(
            bench->ledger, "XADD", "rebato:test:ts:10s:iberia", "600000-0", "gap", "1", NULL));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ledger_slot place = { LEDGER_SERIES_10S, rows[i].at_ms, NULL };
        cr_assert_eq(
                ledger_publish_series(bench->reader, VIEW("iberia"), &place, fields, 1), LEDGER_OK);
        cr_expect_eq(test_redis_number(bench->ledger, "XLEN", "rebato:test:ts:10s:iberia", NULL),
                rows[i].entries, "row %zu", i);
    }
}

REDIS_TEST(the_top_forgets_after_a_day_of_event_time)
{
    static const struct {
        uint32_t bucket;
        uint64_t weight;
        const char *json;
    } rows[] = {
        { 1000, 900, "{\"old\":1}" },
        { 1001, 100, "{\"young\":1}" },
        { 1000 + 8640, 50, "{\"new\":1}" },
    };

    test_take(bench, bench->writer);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tally_exemplar exemplar = { .bucket = rows[i].bucket, .weight = rows[i].weight };
        test_fill(bench, (int64_t)i, (int64_t)i + 1, NULL, 0);
        exemplar.brand = names_number(bench->names, VIEW("iberia"));
        exemplar.json_size = (uint32_t)strlen(rows[i].json);
        memcpy(exemplar.json, rows[i].json, exemplar.json_size);
        tally_add_exemplar(bench->tally, &exemplar);
        cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
        cr_assert_eq(ledger_publish_top(bench->reader, VIEW("iberia")), LEDGER_OK);
        cr_assert_eq(test_redis_number(bench->ledger, "ZCARD", "rebato:test:top:iberia", NULL),
                i == 0 ? 1 : 2);
    }
    cr_assert_eq(test_redis_number(
                         bench->ledger, "ZSCORE", "rebato:test:top:iberia", "{\"young\":1}", NULL),
            100);
    cr_assert_eq(test_redis_number(
                         bench->ledger, "ZSCORE", "rebato:test:top:iberia", "{\"old\":1}", NULL),
            -1000);
}
