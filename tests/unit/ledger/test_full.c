/* What a writer remembers of full author sets, and what it forgets. */
#include "ledger/redis/full.h"
#include "test_server.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

static struct redis_full full;

static struct tally_author
author(uint32_t brand, uint32_t dim, uint32_t bucket)
{
    return (struct tally_author){ .brand = brand, .dim = dim, .bucket = bucket, .author = 1 };
}

Test(redis_full, knows_what_it_learnt_and_nothing_near_it)
{
    const struct tally_author set = author(0, 0, 100);
    const struct tally_author others[] = { author(1, 0, 100), author(0, 1, 100), author(0, 0, 101),
        author(0, 0, 0) };

    cr_assert_not(redis_full_knows(&full, 1, &set));
    redis_full_learn(&full, 1, &set);
    cr_assert(redis_full_knows(&full, 1, &set));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        cr_assert_not(redis_full_knows(&full, 1, &others[i]), "set %zu", i);
    }
}

Test(redis_full, another_connection_knows_nothing)
{
    const struct tally_author set = author(3, 4, 100);
    const struct tally_author other = author(3, 5, 100);

    redis_full_learn(&full, 1, &set);
    cr_assert_not(redis_full_knows(&full, 2, &set));
    redis_full_learn(&full, 2, &other);
    cr_assert_not(redis_full_knows(&full, 2, &set));
    cr_assert(redis_full_knows(&full, 2, &other));
}

Test(redis_full, forgets_when_told)
{
    const struct tally_author set = author(3, 4, 100);

    redis_full_learn(&full, 1, &set);
    redis_full_forget(&full);
    cr_assert_not(redis_full_knows(&full, 1, &set));
}

Test(redis_full, more_sets_than_it_holds_are_no_trouble)
{
    for (uint32_t i = 0; i < 3 * REDIS_FULL_SLOTS; i++) {
        const struct tally_author set = author(i % 7, i % 11, i + 1);
        redis_full_learn(&full, 1, &set);
        redis_full_learn(&full, 1, &set);
        cr_assert(redis_full_knows(&full, 1, &set));
        cr_assert_leq(full.count, REDIS_FULL_SLOTS / 2);
    }
}

Test(redis_full, what_was_never_learnt_is_never_known)
{
    for (uint32_t i = 0; i < REDIS_FULL_SLOTS; i++) {
        const struct tally_author even = author(1, 2, 2 * i + 2);
        const struct tally_author odd = author(1, 2, 2 * i + 1);
        redis_full_learn(&full, 1, &even);
        cr_assert_not(redis_full_knows(&full, 1, &odd));
    }
}

/* ---- a writer and its server ---- */

static const struct test_cell cells[] = { { "iberia", "s.outage", 100, CELL_ON_TIME, 6 } };

#define REDIS_TEST(name) REDIS_TEST_OF(redis_full, name)

/* One submission with `count` authors that no other turn has. */
static void
count_crowd(struct test_bench *bench, int64_t turn, uint64_t count, uint32_t bucket)
{
    test_fill(bench, turn, turn + 1, cells, 1);
    for (uint64_t i = 0; i < count; i++) {
        test_add_author(bench, ((uint64_t)turn << 32) + i, bucket);
    }
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
}

static long long
set_size(struct test_bench *bench, uint32_t bucket)
{
    char key[64];

    snprintf(key, sizeof key, "rebato:test:{%" PRIu32 "}:au:1:iberia:s.outage:%" PRIu32,
            test_shard(bench, "iberia"), bucket);
    return test_redis_number(bench->ledger, "SCARD", key, NULL);
}

static void
lose_set(struct test_bench *bench)
{
    char key[64];

    snprintf(key, sizeof key, "rebato:test:{%" PRIu32 "}:au:1:iberia:s.outage:100",
            test_shard(bench, "iberia"));
    cr_assert_eq(test_redis_number(bench->ledger, "DEL", key, NULL), 1);
}

REDIS_TEST(nothing_is_sent_to_a_set_that_is_full)
{
    test_take(bench, bench->writer);
    count_crowd(bench, 0, 5000, 100);
    cr_assert_geq(set_size(bench, 100), 4096);
    lose_set(bench); /* if an author is sent, the set is there again */
    count_crowd(bench, 1, 10, 100);
    cr_assert_eq(set_size(bench, 100), 0);
}

REDIS_TEST(a_set_that_is_not_full_yet_is_sent_to)
{
    test_take(bench, bench->writer);
    count_crowd(bench, 0, 4000, 100);
    count_crowd(bench, 1, 10, 100);
    cr_assert_eq(set_size(bench, 100), 4010);
}

REDIS_TEST(the_next_bucket_of_a_full_set_has_room)
{
    test_take(bench, bench->writer);
    count_crowd(bench, 0, 5000, 100);
    count_crowd(bench, 1, 10, 101);
    cr_assert_eq(set_size(bench, 101), 10);
}

REDIS_TEST(after_a_claim_no_set_counts_as_full)
{
    test_take(bench, bench->writer);
    count_crowd(bench, 0, 5000, 100);
    lose_set(bench);
    test_take(bench, bench->writer);
    count_crowd(bench, 1, 10, 100);
    cr_assert_eq(set_size(bench, 100), 10);
}

/* The server lost everything and kept the connection: the apply is refused, so a claim follows. */
REDIS_TEST(a_lost_server_gets_its_authors_again)
{
    test_take(bench, bench->writer);
    count_crowd(bench, 0, 5000, 100);
    redisReply *reply = test_redis(bench->ledger, "FLUSHALL", NULL);
    cr_assert_not_null(reply);
    freeReplyObject(reply);
    test_fill(bench, 1, 2, cells, 1);
    test_add_author(bench, 7, 100);
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_CLASH);
    test_take(bench, bench->writer);
    count_crowd(bench, 0, 10, 100);
    cr_assert_eq(set_size(bench, 100), 10);
}
