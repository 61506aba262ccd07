/* The ledger on a real cluster: what it promises holds there too, and servers and shards may move. */
#include "test_cluster_servers.h"
#include "test_server.h"

#include "core/process/clock.h"
#include "ledger/redis/body.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#define COUNT(cells) (sizeof(cells) / sizeof(cells)[0])
#define SHARDS       4

static const struct test_cell cells[] = {
    { "iberia", "total", 100, CELL_ON_TIME, 1 },
    { "united", "total", 100, CELL_ON_TIME, 2 },
    { "vueling", "total", 100, CELL_ON_TIME, 3 },
    { "renfe", "total", 100, CELL_ON_TIME, 4 },
    { "movistar", "total", 100, CELL_ON_TIME, 5 },
    { "bizum", "s.outage", 100, CELL_ON_TIME, 6 },
};

static uint64_t
sum_all(struct test_bench *bench)
{
    return test_sum_cells(bench, cells, COUNT(cells));
}

static uint32_t
shard_slot(uint32_t shard)
{
    char tag[16];

    snprintf(tag, sizeof tag, "{%" PRIu32 "}", shard);
    return redis_slot(view_of(tag));
}

/* Claims source 0 as soon as that is possible. */
static void
take_again(struct test_bench *bench, struct ledger_claim *claim)
{
    int64_t until = clock_monotonic_ms() + 20000;
    enum ledger_outcome outcome = LEDGER_AWAY;

    while (outcome != LEDGER_OK && clock_monotonic_ms() < until) {
        clock_sleep_ms(50);
        outcome = ledger_claim(bench->writer, 0, VIEW("menciones"), 0, claim);
    }
    cr_assert_eq(outcome, LEDGER_OK, "%s: %s", ledger_outcome_name(outcome),
            redis_link_trouble(redis_writer_of(bench->writer)->link));
    cr_assert(claim->known);
}

static enum ledger_outcome
lease_one(struct test_bench *bench, uint32_t shard)
{
    int fresh = 0;
    return ledger_lease(bench->reader, shard, 1000, 10000, &fresh);
}

/* ---- what holds in any body ---- */

Test(redis_cluster, every_contract_holds, .timeout = 120)
{
    struct cluster cluster;
    struct test_bench bench;
    int count = 0;

    cluster_start(&cluster, 3, 0);
    for (const struct test_contract *at = test_contracts; at != NULL; at = at->next) {
        test_bench_open_at(&bench, cluster.url);
        at->run(&bench);
        test_bench_close(&bench);
        cluster_flush(&cluster);
        count++;
    }
    cr_assert_geq(count, 30);
    cluster_stop(&cluster);
}

Test(redis_cluster, a_key_is_where_the_servers_look_for_it, .timeout = 60)
{
    static const char *const awkward[] = { "", "{}", "{}{x}", "a{", "a}", "a}{b}", "{{a}}", "{a",
        "a{}b{c}", "a{b}{c}", "rebato:main:{17}", "rebato:main:{17}:au:1:b:s.outage:1",
        "rebato:main:now:iberia", "\xc3\xb1{\xf0\x9f\x94\xa5}" };
    struct cluster cluster;
    uint32_t seed = 1;

    cluster_start(&cluster, 1, 0);
    for (size_t i = 0; i < 1000; i++) {
        char key[24];
        size_t size = i % (sizeof key - 1);
        for (size_t j = 0; j < size; j++) {
            seed = seed * 1664525 + 1013904223;
            key[j] = "{}ab:1\xff "[(seed >> 20) % 8];
        }
        key[size] = '\0';
        const char *text = i < COUNT(awkward) ? awkward[i] : key;
        redisReply *reply = cluster_ask(&cluster, 0, "CLUSTER", "KEYSLOT", text, NULL);
        cr_assert_not_null(reply);
        cr_assert_eq(reply->integer, redis_slot(view_of(text)), "%s", text);
        freeReplyObject(reply);
    }
    cluster_stop(&cluster);
}

Test(redis_cluster, whoever_writes_the_wrong_address_is_told_the_right_one, .timeout = 60)
{
    char url[64];
    char trouble[160] = "";
    struct cluster cluster;
    struct test_server server;

    cluster_start(&cluster, 1, 0);
    snprintf(url, sizeof url, "redis://127.0.0.1:%s", cluster.members[0].server.port);
    struct ledger *ledger = test_ledger_make(NULL, url, SHARDS);
    cr_assert_eq(ledger_check(ledger, trouble), LEDGER_REFUSED);
    cr_assert_not_null(strstr(trouble, "redis-cluster://"), "%s", trouble);
    ledger_destroy(&ledger);
    test_server_start(&server);
    snprintf(url, sizeof url, "redis-cluster://127.0.0.1:%d", server.port);
    ledger = test_ledger_make(NULL, url, SHARDS);
    cr_assert_eq(ledger_check(ledger, trouble), LEDGER_REFUSED);
    cr_assert_not_null(strstr(trouble, "no cluster: write redis://"), "%s", trouble);
    ledger_destroy(&ledger);
    test_server_stop(&server);
    cluster_stop(&cluster);
}

/* ---- rights ---- */

/* Makes the user on every member, with all of `rules` but those that begin with `without`. */
static void
set_user(struct cluster *cluster, const char *without)
{
    for (uint32_t i = 0; i < cluster->count; i++) {
        const char *words[64] = { "ACL", "SETUSER", "rebato", "reset", "on", ">secret" };
        char *rules = ledger_acl("test");
        char *rest = rules;
        size_t count = 6;
        for (char *rule; (rule = strsep(&rest, " ")) != NULL;) {
            cr_assert_lt(count, COUNT(words) - 1);
            if (without == NULL || strcmp(rule, without) != 0) {
                words[count++] = rule;
            }
        }
        words[count] = NULL;
        cluster_tell_words(cluster, i, words);
        free(rules);
    }
}

static void
user_url(const struct cluster *cluster, char url[96])
{
    snprintf(
            url, 96, "redis-cluster://rebato:secret@127.0.0.1:%s", cluster->members[0].server.port);
}

Test(redis_cluster, the_printed_rights_suffice_there_too, .timeout = 60)
{
    char url[96];
    struct cluster cluster;
    struct test_bench bench;

    cluster_start(&cluster, 3, 0);
    set_user(&cluster, NULL);
    user_url(&cluster, url);
    test_bench_open_at(&bench, url);
    test_live_a_day(&bench);
    const uint32_t slot = redis_slot(VIEW("rebato:test:now:iberia"));
    uint32_t from = cluster_home(&cluster, slot);
    cluster_begin_move(&cluster, slot, from, (from + 1) % 3);
    static const struct ledger_field field[] = { { VIEW("total"), VIEW("7") } };
    cr_assert_eq(ledger_publish_now(bench.reader, VIEW("iberia"), field, 1), LEDGER_OK);
    cr_assert_null(test_redis(bench.ledger, "CLUSTER", "NODES", NULL));
    test_bench_close(&bench);
    cluster_stop(&cluster);
}

Test(redis_cluster, a_right_that_is_missing_is_named, .timeout = 60)
{
    static const char *const rows[][2] = { { "+cluster|slots", "cluster|slots" },
        { "+evalsha", "evalsha" }, { "+info", "info" }, { "+script|load", "script|load" } };
    char url[96];
    struct cluster cluster;

    cluster_start(&cluster, 1, 0);
    user_url(&cluster, url);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char trouble[160] = "";
        set_user(&cluster, rows[i][0]);
        struct ledger *ledger = test_ledger_make(NULL, url, SHARDS);
        cr_assert_eq(ledger_check(ledger, trouble), LEDGER_REFUSED, "%s", rows[i][0]);
        cr_assert_not_null(strstr(trouble, rows[i][1]), "%s: %s", rows[i][0], trouble);
        ledger_destroy(&ledger);
    }
    cluster_stop(&cluster);
}

/* ---- shards that move ---- */

Test(redis_cluster, a_shard_that_has_moved_is_claimed_and_leased_anew, .timeout = 60)
{
    const uint32_t shard = 0;
    const uint32_t slot = shard_slot(shard);
    struct cluster cluster;
    struct test_bench bench;
    struct ledger_claim claim;

    cluster_start(&cluster, 3, 0);
    test_bench_open_at(&bench, cluster.url);
    test_take(&bench, bench.writer);
    test_lease(&bench, bench.reader);
    cr_assert_eq(test_count(&bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    uint32_t from = cluster_home(&cluster, slot);
    uint32_t to = (from + 1) % 3;
    cluster_begin_move(&cluster, slot, from, to);
    cluster_end_move(&cluster, slot, from, to);

    /* What was built for the old place is not sent to the new one. */
    cr_assert_eq(test_count(&bench, 17, 20, cells, COUNT(cells)), LEDGER_AWAY);
    cr_assert_neq(test_count(&bench, 17, 20, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(ledger_close(bench.reader, shard, 1, INT64_MIN), LEDGER_AWAY);
    clock_sleep_ms(100);
    cr_assert_eq(ledger_close(bench.reader, shard, 1, INT64_MIN), LEDGER_LOST);
    int fresh = 0;
    cr_assert_eq(ledger_lease(bench.reader, shard, 2000, 10000, &fresh), LEDGER_OK);
    cr_assert_eq(fresh, 1);
    cr_assert_eq(ledger_close(bench.reader, shard, 1, INT64_MIN), LEDGER_OK);

    take_again(&bench, &claim);
    cr_assert_eq(claim.fence[shard], 17); /* it was copied, not lost */
    test_fill(&bench, 17, 20, cells, COUNT(cells));
    cr_assert_eq(test_submit(&bench, bench.writer), LEDGER_OK);
    cr_assert_eq(sum_all(&bench), 42);
    test_bench_close(&bench);
    cluster_stop(&cluster);
}

Test(redis_cluster, a_shard_on_its_way_waits_and_the_others_go_on, .timeout = 60)
{
    const uint32_t shard = 3;
    const uint32_t slot = shard_slot(shard);
    struct cluster cluster;
    struct test_bench bench;
    struct ledger_claim claim;

    cluster_start(&cluster, 3, 0);
    test_bench_open_at(&bench, cluster.url);
    test_take(&bench, bench.writer);
    test_lease(&bench, bench.reader);
    cr_assert_eq(test_count(&bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    uint32_t from = cluster_home(&cluster, slot);
    uint32_t other = shard;
    for (uint32_t i = 0; i < SHARDS; i++) {
        other = cluster_home(&cluster, shard_slot(i)) != from ? i : other;
    }
    cr_assert_neq(other, shard);
    cluster_begin_move(&cluster, slot, from, (from + 1) % 3);

    cr_assert_eq(test_count(&bench, 17, 20, cells, COUNT(cells)), LEDGER_AWAY);
    cr_assert_eq(ledger_claim(bench.writer, 0, VIEW("menciones"), 0, &claim), LEDGER_AWAY);
    cr_assert_eq(lease_one(&bench, shard), LEDGER_AWAY);
    cr_assert_eq(ledger_close(bench.reader, other, 1, INT64_MIN), LEDGER_OK);
    cluster_end_move(&cluster, slot, from, (from + 1) % 3);

    take_again(&bench, &claim);
    cr_assert_eq(test_count(&bench, 17, 20, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(sum_all(&bench), 42);
    test_bench_close(&bench);
    cluster_stop(&cluster);
}

Test(redis_cluster, what_is_published_follows_its_slot, .timeout = 60)
{
    static const struct ledger_field field[] = { { VIEW("total"), VIEW("7") } };
    const char *const key = "rebato:test:now:iberia";
    const uint32_t slot = redis_slot(view_of(key));
    struct cluster cluster;
    struct test_bench bench;

    cluster_start(&cluster, 3, 0);
    test_bench_open_at(&bench, cluster.url);
    test_lease(&bench, bench.reader);
    uint32_t from = cluster_home(&cluster, slot);
    uint32_t to = (from + 2) % 3;
    cluster_begin_move(&cluster, slot, from, to);
    /* The key is nowhere yet, so it is asked for where it is going to be. */
    cr_assert_eq(ledger_publish_now(bench.reader, VIEW("iberia"), field, 1), LEDGER_OK);
    cr_assert_eq(test_redis_number(bench.ledger, "HGET", key, "total", NULL), 7);
    cluster_end_move(&cluster, slot, from, to);
    cr_assert_eq(ledger_publish_now(bench.reader, VIEW("iberia"), field, 1), LEDGER_OK);
    cr_assert_eq(ledger_publish_now(bench.reader, VIEW("iberia"), field, 1), LEDGER_OK);
    cr_assert_eq(test_redis_number(bench.ledger, "HGET", key, "total", NULL), 7);
    for (uint32_t shard = 0; shard < SHARDS; shard++) { /* no lease was lost over it */
        cr_assert_eq(ledger_close(bench.reader, shard, 1, INT64_MIN), LEDGER_OK);
    }
    test_bench_close(&bench);
    cluster_stop(&cluster);
}

/* ---- servers that end ---- */

Test(redis_cluster, a_master_that_is_gone_takes_only_its_own_shards_along, .timeout = 60)
{
    struct cluster cluster;
    struct test_bench bench;
    uint32_t lost = 0;
    uint32_t kept = 0;

    cluster_start(&cluster, 3, 0);
    test_bench_open_at(&bench, cluster.url);
    test_take(&bench, bench.writer);
    test_lease(&bench, bench.reader);
    cr_assert_eq(test_count(&bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    uint32_t victim = cluster_home(&cluster, shard_slot(0));
    kill(cluster.members[victim].pid, SIGKILL);
    waitpid(cluster.members[victim].pid, NULL, 0);
    cluster.members[victim].pid = 0;
    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        if (cluster_home(&cluster, shard_slot(shard)) == victim) {
            cr_assert_eq(ledger_close(bench.reader, shard, 1, INT64_MIN), LEDGER_AWAY);
            cr_assert_eq(lease_one(&bench, shard), LEDGER_AWAY);
            lost++;
        } else {
            cr_assert_eq(ledger_close(bench.reader, shard, 1, INT64_MIN), LEDGER_OK);
            kept++;
        }
    }
    cr_assert(lost > 0 && kept > 0);
    cr_assert_eq(test_count(&bench, 17, 20, cells, COUNT(cells)), LEDGER_AWAY);
    test_bench_close(&bench);
    cluster_stop(&cluster);
}

/* Until the replica of shard 0's master has this fence. */
static void
await_copy(struct cluster *cluster, uint32_t replica, const char *fence)
{
    int64_t until = clock_monotonic_ms() + 20000;
    int there = 0;

    cluster_tell(cluster, replica, "READONLY", NULL);
    while (!there) {
        cr_assert_lt(clock_monotonic_ms(), until, "the replica never has fence %s", fence);
        redisReply *reply = cluster_ask(cluster, replica, "HGET", "rebato:test:{0}", "f:1:0", NULL);
        there = reply != NULL && reply->str != NULL && strcmp(reply->str, fence) == 0;
        freeReplyObject(reply);
        clock_sleep_ms(10);
    }
}

Test(redis_cluster, what_a_lagging_replica_never_heard_of_is_counted_again, .timeout = 60)
{
    struct cluster cluster;
    struct test_bench bench;
    struct ledger_claim claim;

    cluster_start(&cluster, 3, 3);
    test_bench_open_at(&bench, cluster.url);
    test_take(&bench, bench.writer);
    cr_assert_eq(test_count(&bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    uint32_t victim = cluster_home(&cluster, shard_slot(0));
    await_copy(&cluster, victim + 3, "17");
    kill(cluster.members[victim + 3].pid, SIGSTOP);
    cluster_tell(&cluster, victim, "CLIENT", "KILL", "TYPE", "replica", NULL);
    cr_assert_eq(test_count(&bench, 17, 20, cells, COUNT(cells)), LEDGER_OK); /* acknowledged */
    kill(cluster.members[victim].pid, SIGKILL);
    waitpid(cluster.members[victim].pid, NULL, 0);
    cluster.members[victim].pid = 0;
    kill(cluster.members[victim + 3].pid, SIGCONT);
    cluster_await_master(&cluster, victim + 3);

    cr_assert_neq(test_count(&bench, 20, 25, cells, COUNT(cells)), LEDGER_OK);
    take_again(&bench, &claim);
    cr_assert_eq(claim.fence[0], 17);
    cr_assert_geq(claim.fence[1], 20); /* another server's */
    test_fill(&bench, 17, 20, cells, COUNT(cells));
    cr_assert_eq(test_submit(&bench, bench.writer), LEDGER_OK);
    cr_assert_eq(test_count(&bench, 20, 25, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(sum_all(&bench), 63);
    test_bench_close(&bench);
    cluster_stop(&cluster);
}
