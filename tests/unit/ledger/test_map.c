/* Where keys are: slots, the answer to CLUSTER SLOTS, refusals that point elsewhere. */
#include "ledger/link/map.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const struct ledger_server asked = { "10.0.0.1", "7000" };

Test(redis_map, a_key_has_the_slot_that_redis_gives_it)
{
    /* As CLUSTER KEYSLOT says; test_cluster.c asks a server about many more. */
    static const struct {
        const char *key;
        uint32_t slot;
    } rows[] = { { "", 0 }, { "123456789", 12739 }, { "foo", 12182 }, { "{foo}.bar", 12182 },
        { "bar{foo}", 12182 }, { "{bar}{foo}", 5061 }, { "bar", 5061 } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(redis_slot(view_of(rows[i].key)), rows[i].slot, "%s", rows[i].key);
    }
}

/* The reply that these bytes are. */
static redisReply *
reply_of(const char *bytes)
{
    redisReader *reader = redisReaderCreate();
    void *reply = NULL;

    cr_assert_eq(redisReaderFeed(reader, bytes, strlen(bytes)), REDIS_OK);
    cr_assert_eq(redisReaderGetReply(reader, &reply), REDIS_OK);
    cr_assert_not_null(reply, "%s", bytes);
    redisReaderFree(reader);
    return reply;
}

#define MASTER(host, port) "*3\r\n" host ":" port "\r\n$1\r\na\r\n"
#define HOST_B             "$8\r\n10.0.0.2\r\n"

Test(redis_map, masters_and_their_slots_are_read)
{
    redisReply *reply = reply_of("*3\r\n"
                                 "*4\r\n:0\r\n:99\r\n" MASTER(HOST_B, "7001")
                                         MASTER("$8\r\n10.0.0.9\r\n", "7009") /* a replica */
            "*3\r\n:100\r\n:100\r\n" MASTER("$-1\r\n", "7000") "*3\r\n:200\r\n:16383\r\n" MASTER(
                    HOST_B, "7001"));
    struct redis_map *map = malloc(sizeof *map);

    cr_assert(redis_map_parse(reply, &asked, map));
    cr_assert_eq(map->server_count, 2);
    cr_assert_str_eq(map->servers[0].host, "10.0.0.2");
    cr_assert_str_eq(map->servers[0].port, "7001");
    cr_assert_str_eq(map->servers[1].host, asked.host); /* it did not know its own name */
    cr_assert_eq(map->slots[0], 0);
    cr_assert_eq(map->slots[99], 0);
    cr_assert_eq(map->slots[100], 1);
    cr_assert_eq(map->slots[101], REDIS_NOWHERE);
    cr_assert_eq(map->slots[16383], 0);
    freeReplyObject(reply);
    free(map);
}

Test(redis_map, what_is_no_map_is_refused)
{
    static const char *const rows[] = { "$2\r\nno\r\n", ":7\r\n", "*1\r\n:1\r\n",
        "*1\r\n*2\r\n:0\r\n:5\r\n",                            /* no server */
        "*1\r\n*3\r\n:5\r\n:4\r\n" MASTER(HOST_B, "7001"),     /* backwards */
        "*1\r\n*3\r\n:0\r\n:16384\r\n" MASTER(HOST_B, "7001"), /* too far */
        "*1\r\n*3\r\n:-1\r\n:4\r\n" MASTER(HOST_B, "7001"),    /* below zero */
        "*1\r\n*3\r\n:0\r\n:4\r\n" MASTER(HOST_B, "70000"),    /* no port */
        "*1\r\n*3\r\n:0\r\n:4\r\n" MASTER(HOST_B, "0"),        /* TLS only, not us */
        "*1\r\n*3\r\n:0\r\n:4\r\n*1\r\n$1\r\nx\r\n",           /* no port at all */
        "*1\r\n*3\r\n:0\r\n:4\r\n$4\r\nhost\r\n" };
    struct redis_map *map = malloc(sizeof *map);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        redisReply *reply = reply_of(rows[i]);
        cr_assert_not(redis_map_parse(reply, &asked, map), "row %zu", i);
        freeReplyObject(reply);
    }
    free(map);
}

Test(redis_map, a_refusal_says_where_to_go)
{
    static const struct {
        const char *error;
        enum redis_redirect kind;
        const char *host, *port;
    } rows[] = {
        { "MOVED 3999 127.0.0.1:6381", REDIS_MOVED, "127.0.0.1", "6381" },
        { "ASK 0 r.example:7", REDIS_ASK, "r.example", "7" },
        { "MOVED 1 ::1:7001", REDIS_MOVED, "::1", "7001" },
        { "MOVED 1 :7001", REDIS_MOVED, "10.0.0.1", "7001" },
        { "MOVED 1 ?:7001", REDIS_MOVED, "10.0.0.1", "7001" },
        { "MOVED", REDIS_NO_REDIRECT, NULL, NULL },
        { "MOVED 1", REDIS_NO_REDIRECT, NULL, NULL },
        { "MOVED 1 ", REDIS_NO_REDIRECT, NULL, NULL },
        { "MOVED 1 host", REDIS_NO_REDIRECT, NULL, NULL },
        { "MOVED 1 host:", REDIS_NO_REDIRECT, NULL, NULL },
        { "MOVED 1 host:99999", REDIS_NO_REDIRECT, NULL, NULL },
        { "ASKING 1 host:7", REDIS_NO_REDIRECT, NULL, NULL },
        { "ERR MOVED 1 host:7", REDIS_NO_REDIRECT, NULL, NULL },
        { "", REDIS_NO_REDIRECT, NULL, NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ledger_server to;
        cr_assert_eq(redis_redirect_parse(view_of(rows[i].error), &asked, &to), rows[i].kind, "%s",
                rows[i].error);
        if (rows[i].kind != REDIS_NO_REDIRECT) {
            cr_assert_str_eq(to.host, rows[i].host);
            cr_assert_str_eq(to.port, rows[i].port);
        }
    }
}
