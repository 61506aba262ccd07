/* What only a real server can show: crashes between shards, restarts, refusals, rights, expiry. */
#include "test_server.h"

#include "core/process/clock.h"

#include "fence/claim.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(cells)     (sizeof(cells) / sizeof(cells)[0])
#define REDIS_TEST(name) REDIS_TEST_OF(redis_server, name)

/* Brands of several shards: with four shards and six names at least two are hit. */
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

static const char *
shard_key(uint32_t shard, char key[64])
{
    snprintf(key, 64, "rebato:test:{%" PRIu32 "}", shard);
    return key;
}

/* ---- crashes ---- */

REDIS_TEST(a_worker_that_died_between_shards_is_completed_exactly)
{
    char key[64];
    char copy[80];
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    /* One shard goes back to where it stood before the range, as if its apply had never arrived. */
    uint32_t torn = test_shard(bench, "iberia");
    shard_key(torn, key);
    snprintf(copy, sizeof copy, "%s:copy", key);
    cr_assert_eq(test_redis_number(bench->ledger, "COPY", key, copy, NULL), 1);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(sum_all(bench), 21);
    cr_assert_eq(test_redis_number(bench->ledger, "COPY", copy, key, "REPLACE", NULL), 1);
    cr_assert_lt(sum_all(bench), 21);

    struct ledger_writer *heir = ledger_writer_create(bench->ledger, bench->names);
    cr_assert_eq(ledger_claim(heir, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 0);
    cr_assert_eq(claim.fence[(torn + 1) % 4], 17);
    cr_assert_eq(claim.fence[torn], 0);
    cr_assert_eq(claim.max_time_ms, INT64_MIN);
    /* The heir reads [0, 17) again. Where it is counted already it is not counted again. */
    test_fill(bench, 0, 17, cells, COUNT(cells));
    cr_assert_eq(test_submit(bench, heir), LEDGER_OK);
    cr_assert_eq(sum_all(bench), 21);
    cr_assert_eq(ledger_claim(heir, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 17);
    ledger_writer_destroy(&heir);
}

REDIS_TEST(a_rollback_of_everything_is_counted_again)
{
    test_take(bench, bench->writer);
    for (uint32_t shard = 0; shard < 4; shard++) {
        char key[64];
        char copy[80];
        shard_key(shard, key);
        snprintf(copy, sizeof copy, "%s:copy", key);
        cr_assert_eq(test_redis_number(bench->ledger, "COPY", key, copy, NULL), 1);
    }
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    for (uint32_t shard = 0; shard < 4; shard++) {
        char key[64];
        char copy[80];
        shard_key(shard, key);
        snprintf(copy, sizeof copy, "%s:copy", key);
        test_redis_number(bench->ledger, "COPY", copy, key, "REPLACE", NULL);
    }
    cr_assert_eq(sum_all(bench), 0);
    cr_assert_eq(test_count(bench, 17, 20, cells, COUNT(cells)), LEDGER_CLASH);
    cr_assert_eq(sum_all(bench), 0); /* the range in between is missing: nothing may be counted */
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(test_count(bench, 17, 20, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(sum_all(bench), 42);
}

REDIS_TEST(a_restart_loses_nothing_and_asks_for_a_claim)
{
    char trouble[160];
    int fresh = 0;

    test_take(bench, bench->writer);
    test_lease(bench, bench->reader);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    test_server_kill(&bench->server);
    cr_assert_eq(test_count(bench, 17, 20, cells, COUNT(cells)), LEDGER_AWAY);
    cr_assert_eq(ledger_range_outcome(bench->writer, 0), LEDGER_AWAY);
    struct ledger_claim claim;
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_AWAY);
    cr_assert_eq(ledger_check(bench->ledger, trouble), LEDGER_AWAY);
    cr_assert_neq(trouble[0], '\0');
    cr_assert_eq(ledger_lease(bench->reader, 0, 2000, 10000, &fresh), LEDGER_AWAY);

    test_server_restart(&bench->server);
    cr_assert_neq(test_count(bench, 17, 20, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(ledger_close(bench->reader, 0, 1, INT64_MIN), LEDGER_LOST);
    cr_assert_eq(ledger_lease(bench->reader, 0, 2000, 10000, &fresh), LEDGER_OK);
    cr_assert_eq(fresh, 1); /* its own lease, and yet what it remembers may be gone */
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 17, 20, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(sum_all(bench), 42);
}

REDIS_TEST(what_was_built_before_a_reconnect_is_not_sent)
{
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    test_server_kill(&bench->server);
    test_server_restart(&bench->server);
    cr_assert_neq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    /* Another source brings the connection back; the first has not asked again. */
    cr_assert_eq(ledger_claim(bench->writer, 1, VIEW("menciones"), 1, &claim), LEDGER_OK);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_CLASH);
    cr_assert_eq(sum_all(bench), 0);
}

REDIS_TEST(the_script_itself_moves_no_fence_back)
{
    static const char *const arguments[] = { "f:1:0", "w:1:0", "17", "9", "-", "0", "4294967295",
        "0", "0" };
    char key[64];
    int64_t code = 0;
    struct redis_link *link = redis_link_create(bench->ledger);
    redisReply *reply = NULL;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(redis_link_open(link), LEDGER_OK);
    redis_begin_script(link, SCRIPT_APPLY, 1);
    redis_key_shard(link, 0);
    for (size_t i = 0; i < COUNT(arguments); i++) {
        redis_arg_text(link, arguments[i]);
    }
    redis_end(link);
    cr_assert_eq(redis_await(link, &reply), LEDGER_OK);
    cr_assert(redis_reply_i64(reply, 0, &code));
    cr_assert_eq(code, CODE_AHEAD);
    freeReplyObject(reply);
    redis_link_destroy(&link);
    cr_assert_eq(test_redis_number(bench->ledger, "HGET", shard_key(0, key), "f:1:0", NULL), 17);
}

REDIS_TEST(a_server_that_does_not_answer_is_away)
{
    struct ledger_options options;
    char trouble[160] = "";

    ledger_options_init(&options);
    options.url = bench->server.url;
    options.name_space = "test";
    options.shards = 4;
    options.timeout_ms = 200;
    struct ledger *ledger = ledger_create(&options, trouble);
    struct ledger_writer *writer = ledger_writer_create(ledger, bench->names);
    test_take(bench, writer);
    cr_assert_eq(kill(bench->server.pid, SIGSTOP), 0);
    test_fill(bench, 0, 17, cells, COUNT(cells));
    int64_t start = clock_monotonic_ms();
    cr_assert_eq(test_submit(bench, writer), LEDGER_AWAY);
    cr_assert_lt(clock_monotonic_ms() - start, 5000);
    cr_assert_eq(kill(bench->server.pid, SIGCONT), 0);

    /* What was sent may have arrived or not; the fence knows. */
    struct ledger_claim claim;
    cr_assert_eq(ledger_claim(writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    test_fill(bench, 0, 17, cells, COUNT(cells));
    cr_assert_eq(test_submit(bench, writer), LEDGER_OK);
    cr_assert_eq(sum_all(bench), 21);
    ledger_writer_destroy(&writer);
    ledger_destroy(&ledger);
}

REDIS_TEST(a_server_without_memory_is_away_and_counts_nothing)
{
    test_take(bench, bench->writer);
    freeReplyObject(test_redis(bench->ledger, "CONFIG", "SET", "maxmemory", "1", NULL));
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_AWAY);
    freeReplyObject(test_redis(bench->ledger, "CONFIG", "SET", "maxmemory", "0", NULL));
    cr_assert_eq(sum_all(bench), 0);
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(sum_all(bench), 21);
}

REDIS_TEST(forgotten_scripts_are_loaded_again)
{
    test_take(bench, bench->writer);
    freeReplyObject(test_redis(bench->ledger, "SCRIPT", "FLUSH", NULL));
    /* The link of that call loaded them when it was made, and flushed them then. */
    enum ledger_outcome outcome = test_count(bench, 0, 17, cells, COUNT(cells));
    cr_assert_eq(outcome, LEDGER_AWAY);
    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(sum_all(bench), 21);
}

/* ---- fences that are not all there ---- */

REDIS_TEST(a_founding_that_was_cut_short_is_completed_at_the_same_offset)
{
    char key[64];
    struct ledger_claim claim;

    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_eq(ledger_found(bench->writer, 0, 40, &claim), LEDGER_OK);
    cr_assert_eq(test_redis_number(bench->ledger, "DEL", shard_key(2, key), NULL), 1);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert_not(claim.known);
    cr_assert_eq(ledger_found(bench->writer, 0, 95, &claim), LEDGER_OK);
    cr_assert_eq(claim.lowest_fence, 40);
    test_all_fences(bench, &claim, 40);
}

REDIS_TEST(a_shard_that_was_lost_is_not_counted_on_before_it_has_fences_again)
{
    char key[64];
    struct ledger_claim claim;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    cr_assert_eq(test_redis_number(bench->ledger, "DEL", shard_key(2, key), NULL), 1);
    cr_assert_eq(test_count(bench, 17, 20, cells, COUNT(cells)), LEDGER_CLASH);
    for (int i = 0; i < CLAIM_DOUBTS_MAX; i++) {
        cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_CLASH);
        cr_assert_not(claim.known);
    }
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    test_all_fences(bench, &claim, 20); /* where the others stand */
}

/* Of two workers one asks the first shard before the other makes its fence there, and the second after. */
REDIS_TEST(a_worker_that_saw_half_of_anothers_founding_claims_again)
{
    char key[64];
    struct ledger_claim claim;
    struct ledger_writer *other = ledger_writer_create(bench->ledger, bench->names);
    redisReply *hash = NULL;

    test_take(bench, bench->writer);
    cr_assert_eq(test_count(bench, 0, 17, cells, COUNT(cells)), LEDGER_OK);
    hash = test_redis(bench->ledger, "DUMP", shard_key(0, key), NULL);
    cr_assert_eq(hash->type, REDIS_REPLY_STRING);
    cr_assert_eq(test_redis_number(bench->ledger, "DEL", key, NULL), 1);
    cr_assert_eq(ledger_claim(other, 0, VIEW("menciones"), 0, &claim), LEDGER_CLASH);

    struct redis_link *link = redis_link_create(bench->ledger);
    cr_assert_eq(redis_link_open(link), LEDGER_OK);
    redis_begin(link, "RESTORE");
    redis_arg_text(link, key);
    redis_arg_text(link, "0");
    redis_arg(link, (struct view){ hash->str, hash->len });
    redis_end(link);
    cr_assert_eq(redis_await_all(link, 1), LEDGER_OK);
    cr_assert_eq(ledger_claim(other, 0, VIEW("menciones"), 0, &claim), LEDGER_OK);
    cr_assert(claim.known);
    test_all_fences(bench, &claim, 17);
    freeReplyObject(hash);
    redis_link_destroy(&link);
    ledger_writer_destroy(&other);
}

REDIS_TEST(damaged_data_is_refused_and_not_repaired)
{
    char key[64];
    struct ledger_claim claim;
    struct ledger_page page;

    test_take(bench, bench->writer);
    test_redis_number(bench->ledger, "HSET", shard_key(1, key), "w:1:0", "nonsense", NULL);
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_REFUSED);
    test_redis_number(bench->ledger, "HSET", shard_key(0, key), "c:1:7:iberia:total", "x", NULL);
    cr_assert_eq(ledger_read(bench->reader, 0, 100, &page), LEDGER_REFUSED);
    freeReplyObject(test_redis(bench->ledger, "SET", shard_key(3, key), "text", NULL));
    cr_assert_eq(ledger_claim(bench->writer, 0, VIEW("menciones"), 0, &claim), LEDGER_REFUSED);
    cr_assert_eq(ledger_read(bench->reader, 3, 100, &page), LEDGER_REFUSED);
}

/* ---- sizes ---- */

REDIS_TEST(a_crowd_of_authors_is_cut_off_and_not_more)
{
    test_take(bench, bench->writer);
    for (int64_t turn = 0; turn < 2; turn++) {
        test_fill(bench, turn, turn + 1, cells, COUNT(cells));
        for (uint64_t i = 0; i < 4000; i++) {
            test_add_author(bench, ((uint64_t)turn << 32) + i, 100);
        }
        cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    }
    char key[64];
    snprintf(key, sizeof key, "rebato:test:{%" PRIu32 "}:au:1:iberia:s.outage:100",
            test_shard(bench, "iberia"));
    long long members = test_redis_number(bench->ledger, "SCARD", key, NULL);
    cr_assert_geq(members, 4096);
    cr_assert_lt(members, 4096 + 1000);
}

/* ---- checks ---- */

REDIS_TEST(another_layout_is_refused)
{
    char trouble[160] = "";
    struct ledger *other = test_ledger_make(&bench->server, NULL, 5);

    cr_assert_eq(ledger_check(other, trouble), LEDGER_REFUSED);
    cr_assert_not_null(strstr(trouble, "shards 4"), "%s", trouble);
    test_redis_number(bench->ledger, "HSET", "rebato:test:meta", "schema", "99", NULL);
    cr_assert_eq(ledger_check(bench->ledger, trouble), LEDGER_REFUSED);
    ledger_destroy(&other);
}

REDIS_TEST(a_server_that_may_evict_counts_is_refused)
{
    char trouble[160] = "";

    freeReplyObject(
            test_redis(bench->ledger, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru", NULL));
    cr_assert_eq(ledger_check(bench->ledger, trouble), LEDGER_REFUSED);
    cr_assert_not_null(strstr(trouble, "noeviction"), "%s", trouble);
}

/* ---- rights ---- */

static struct ledger *
ledger_as(struct test_bench *bench, const char *login)
{
    char url[96];

    snprintf(url, sizeof url, "redis://%s127.0.0.1:%d/0", login, bench->server.port);
    return test_ledger_make(NULL, url, 4);
}

/* Sets the rules one by one, as ACL SETUSER wants them. */
static void
set_user(struct test_bench *bench, char *rules)
{
    struct redis_link *link = redis_link_create(bench->ledger);
    redisReply *reply = NULL;
    char *rest = rules;

    cr_assert_eq(redis_link_open(link), LEDGER_OK);
    redis_begin(link, "ACL");
    redis_arg_text(link, "SETUSER");
    redis_arg_text(link, "rebato");
    redis_arg_text(link, "on");
    redis_arg_text(link, ">s:cr@t");
    for (char *rule; (rule = strsep(&rest, " ")) != NULL;) {
        redis_arg_text(link, rule);
    }
    redis_end(link);
    cr_assert_eq(redis_await(link, &reply), LEDGER_OK, "%s", redis_link_trouble(link));
    freeReplyObject(reply);
    redis_link_destroy(&link);
}

/* Everything a process does, once. */
void
test_live_a_day(struct test_bench *bench)
{
    static const struct ledger_field field[] = { { VIEW("total"), VIEW("1") } };
    static const struct ledger_notice notice[] = { { VIEW("a:1:opened"), VIEW("{}") } };
    uint32_t shard = test_shard(bench, "bizum");
    struct ledger_commit commit = {
        .brand = VIEW("bizum"), .folded_through = 100, .notices = notice, .notice_count = 1
    };
    struct ledger_alert alert = { .incident = VIEW("a"),
        .brand = VIEW("bizum"),
        .revision = 1,
        .onset_ms = 1000000,
        .time_ms = 1000000 };
    static const struct ledger_slot ten_seconds = { LEDGER_SERIES_10S, 1000000, NULL };
    static const struct ledger_slot five_minutes = { LEDGER_SERIES_5M, 900000, NULL };
    struct ledger_page page;
    struct ledger_progress progress;
    struct ledger_notice waiting[4];
    int64_t last_ms[LEDGER_SERIES_COUNT];
    size_t count = 0;
    char trouble[160] = "";

    cr_assert_eq(ledger_check(bench->ledger, trouble), LEDGER_OK, "%s", trouble);
    test_take(bench, bench->writer);
    test_fill(bench, 0, 17, cells, COUNT(cells));
    struct tally_author author = { .bucket = 100, .author = 77 };
    author.brand = names_number(bench->names, VIEW("bizum"));
    author.dim = names_number(bench->names, VIEW("s.outage"));
    tally_add_author(bench->tally, &author);
    struct tally_exemplar exemplar = {
        .brand = author.brand, .bucket = 100, .weight = 5, .json_size = 2, .json = "{}"
    };
    tally_add_exemplar(bench->tally, &exemplar);
    cr_assert_eq(test_submit(bench, bench->writer), LEDGER_OK);
    cr_assert_eq(ledger_idle(bench->writer, 0, 17), LEDGER_OK);
    test_lease(bench, bench->reader);
    cr_assert_eq(ledger_progress(bench->reader, shard, &progress), LEDGER_OK);
    cr_assert_eq(ledger_close(bench->reader, shard, 100, INT64_MAX), LEDGER_OK);
    cr_assert_eq(ledger_read(bench->reader, shard, 100, &page), LEDGER_OK);
    cr_assert_eq(page.author_count, 1);
    cr_assert_eq(page.exemplar_count, 1);
    cr_assert_eq(page.exemplars[0].weight, 5);
    cr_assert(view_equal(page.exemplars[0].json, VIEW("{}")));
    cr_assert_eq(ledger_commit(bench->reader, shard, &commit), LEDGER_OK);
    cr_assert_eq(
            ledger_publish_series(bench->reader, VIEW("bizum"), &ten_seconds, field, 1), LEDGER_OK);
    cr_assert_eq(ledger_publish_rollup(bench->reader, VIEW("bizum"), &five_minutes), LEDGER_OK);
    cr_assert_eq(ledger_mend(bench->reader, shard, VIEW("bizum"), 100, last_ms), LEDGER_OK);
    cr_assert_eq(ledger_publish_now(bench->reader, VIEW("bizum"), field, 1), LEDGER_OK);
    cr_assert_eq(ledger_publish_top(bench->reader, VIEW("bizum")), LEDGER_OK);
    cr_assert_eq(ledger_publish_alert(bench->reader, &alert), LEDGER_OK);
    cr_assert_eq(ledger_publish_instance(bench->reader, VIEW("h"), field, 1), LEDGER_OK);
    cr_assert_eq(ledger_erase(bench->reader, shard, VIEW("bizum"), 100), LEDGER_OK);
    cr_assert_eq(ledger_outbox(bench->reader, shard, waiting, 4, &count), LEDGER_OK);
    cr_assert_eq(count, 1);
    cr_assert_eq(ledger_delivered(bench->reader, shard, waiting[0].key), LEDGER_OK);
    ledger_unlease(bench->reader, shard);
    struct image_writer image = { 0 };
    struct ledger_image_wish wish = { .now_ms = 1000000, .every_ms = 1000 };
    cr_assert_eq(ledger_image(bench->reader, shard, &wish, &image), LEDGER_OK);
    char key[64];
    freeReplyObject(test_redis(bench->ledger, "UNLINK", shard_key(shard, key), NULL));
    cr_assert_eq(ledger_restore(bench->reader, (struct view){ image.at, image.size }), LEDGER_OK);
    image_fini(&image);
}

/* The bench's ledger, writer and reader are made anew as another user. */
static void
change_user(struct test_bench *bench, struct test_bench *as, const char *login)
{
    *as = *bench;
    as->ledger = ledger_as(bench, login);
    as->writer = ledger_writer_create(as->ledger, as->names);
    as->reader = ledger_reader_create(as->ledger);
}

static void
drop_user(struct test_bench *as)
{
    ledger_writer_destroy(&as->writer);
    ledger_reader_destroy(&as->reader);
    ledger_destroy(&as->ledger);
}

REDIS_TEST(the_printed_rights_suffice_and_reach_no_further)
{
    struct test_bench as;
    char *rules = ledger_acl("test");

    set_user(bench, rules);
    free(rules);
    change_user(bench, &as, "rebato:s%3Acr%40t@");
    test_live_a_day(&as);
    cr_assert_null(test_redis(as.ledger, "HGET", "rebato:other:meta", "schema", NULL));
    cr_assert_null(test_redis(as.ledger, "FLUSHALL", NULL));
    cr_assert_null(test_redis(as.ledger, "PUBLISH", "rebato:other:ev", "x", NULL));
    drop_user(&as);
}

REDIS_TEST(a_wrong_password_is_for_a_person_to_mend)
{
    char trouble[160] = "";
    char rules[] = "+@all ~*";
    struct ledger_claim claim;

    set_user(bench, rules);
    struct ledger *ledger = ledger_as(bench, "rebato:wrong@");
    struct ledger_writer *writer = ledger_writer_create(ledger, bench->names);
    cr_assert_eq(ledger_check(ledger, trouble), LEDGER_REFUSED);
    cr_assert_not_null(strstr(trouble, "WRONGPASS"), "%s", trouble);
    cr_assert_eq(ledger_claim(writer, 0, VIEW("menciones"), 0, &claim), LEDGER_REFUSED);
    ledger_writer_destroy(&writer);
    ledger_destroy(&ledger);
}
