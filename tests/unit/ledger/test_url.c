#include "ledger/ledger.h"
#include "ledger/url.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(ledger_url, each_form_is_taken_apart)
{
    static const struct {
        const char *url;
        enum ledger_place place;
        const char *host, *port, *user, *password;
        uint32_t db;
    } rows[] = {
        { "memory:", LEDGER_IN_MEMORY, "", "", "", "", 0 },
        { "redis://localhost", LEDGER_TCP, "localhost", "6379", "", "", 0 },
        { "redis://localhost/", LEDGER_TCP, "localhost", "6379", "", "", 0 },
        { "redis://10.0.0.7:6380/3", LEDGER_TCP, "10.0.0.7", "6380", "", "", 3 },
        { "redis://:secret@r", LEDGER_TCP, "r", "6379", "", "secret", 0 },
        { "redis://ana:s%40c%2Fr:t@r:1/2", LEDGER_TCP, "r", "1", "ana", "s@c/r:t", 2 },
        { "redis://[::1]:7000/1", LEDGER_TCP, "::1", "7000", "", "", 1 },
        { "redis://[fe80::1]", LEDGER_TCP, "fe80::1", "6379", "", "", 0 },
        { "redis-cluster://r", LEDGER_TCP, "r", "6379", "", "", 0 },
        { "redis-cluster://ana:t@r:7000,[::1]:7001,s/", LEDGER_TCP, "r", "7000", "ana", "t", 0 },
        { "unix:/run/redis.sock", LEDGER_UNIX, "/run/redis.sock", "", "", "", 0 },
        { "unix:/run/redis.sock?db=15", LEDGER_UNIX, "/run/redis.sock", "", "", "", 15 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ledger_address address;
        char trouble[160] = "";
        cr_assert(ledger_url_parse(view_of(rows[i].url), &address, trouble), "%s: %s", rows[i].url,
                trouble);
        cr_assert_eq(address.place, rows[i].place, "%s", rows[i].url);
        cr_assert_str_eq(address.servers[0].host, rows[i].host);
        cr_assert_str_eq(address.servers[0].port, rows[i].port);
        cr_assert_str_eq(address.user, rows[i].user);
        cr_assert_str_eq(address.password, rows[i].password);
        cr_assert_eq(address.db, rows[i].db);
    }
}

Test(ledger_url, a_cluster_has_several_servers)
{
    struct ledger_address address;
    char trouble[160] = "";

    cr_assert(ledger_url_parse(VIEW("redis-cluster://a:1,[::1]:2,c"), &address, trouble));
    cr_assert(address.clustered);
    cr_assert_eq(address.server_count, 3);
    cr_assert_str_eq(address.servers[1].host, "::1");
    cr_assert_str_eq(address.servers[1].port, "2");
    cr_assert_str_eq(address.servers[2].host, "c");
    cr_assert_str_eq(address.servers[2].port, "6379");
    cr_assert(ledger_url_parse(VIEW("redis://a:1"), &address, trouble));
    cr_assert_not(address.clustered);
    cr_assert_eq(address.server_count, 1);
}

Test(ledger_url, over_tls_there_may_be_files)
{
    struct ledger_address address;
    char trouble[160] = "";

    cr_assert(ledger_url_parse(VIEW("rediss://r:7/2"), &address, trouble));
    cr_assert(address.tls.on);
    cr_assert_eq(address.db, 2);
    cr_assert_str_eq(address.tls.ca, "");
    cr_assert(ledger_url_parse(
            VIEW("rediss-cluster://a,b?key=/k%20k&ca=/c&cert=/d"), &address, trouble));
    cr_assert(address.tls.on && address.clustered);
    cr_assert_eq(address.server_count, 2);
    cr_assert_str_eq(address.tls.ca, "/c");
    cr_assert_str_eq(address.tls.cert, "/d");
    cr_assert_str_eq(address.tls.key, "/k k");
    cr_assert(ledger_url_parse(VIEW("redis://r"), &address, trouble));
    cr_assert_not(address.tls.on);
}

Test(ledger_url, what_is_no_form_is_refused_with_advice)
{
    static const char *const rows[] = { "", "memory", "memory:x", "localhost:6379", "http://r",
        "redis://", "redis://r:0", "redis://r:65536", "redis://r:6379x", "redis://r/x",
        "redis://r/1024", "redis://r/1/2", "redis://user@r", "redis://u:%zz@r", "redis://u:%4@r",
        "redis://u:a%00b@r", "redis://[::1", "redis://[::1]7", "redis://r,s", "redis-cluster://",
        "redis-cluster://r,", "redis-cluster://r,,s", "redis-cluster://,r", "redis-cluster://r/1",
        "redis-cluster://r,s:0", "redis-cluster://a,b,c,d,e,f,g,h,i", "redis://r?ca=/a",
        "rediss://r?", "rediss://r?ca=", "rediss://r?ca=a.pem", "rediss://r?ca=/a&ca=/b",
        "rediss://r?cert=/a", "rediss://r?key=/a", "rediss://r?insecure=1", "rediss://r?ca=/a&",
        "rediss-cluster://r,s?db=1", "rediss://r?ca=/%00", "redis-cluster:r",
        "unix:", "unix:relative", "unix:/s?db=", "unix:/s?db=x", "unix:/s?name=x" };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ledger_address address;
        char trouble[160] = "";
        cr_assert_not(ledger_url_parse(view_of(rows[i]), &address, trouble), "%s", rows[i]);
        cr_assert_neq(trouble[0], '\0', "%s", rows[i]);
    }
}

Test(ledger_url, a_fault_does_not_tell_the_password)
{
    struct ledger_address address;
    char trouble[160] = "";

    cr_assert_not(ledger_url_parse(VIEW("redis://ana:Secreto@r:99999"), &address, trouble));
    cr_assert_null(strstr(trouble, "Secreto"));
}

Test(ledger_url, options_out_of_range_make_no_ledger)
{
    static const struct {
        const char *name_space;
        uint32_t shards;
        int64_t timeout_ms;
        int good;
    } rows[] = {
        { "main", 8, 1000, 1 },
        { "replay-2", SHARDS_MAX, 1, 1 },
        { "", 8, 1000, 0 },
        { "Main", 8, 1000, 0 },
        { "a:b", 8, 1000, 0 },
        { "a*", 8, 1000, 0 },
        { "a-name-of-thirty-three-characters", 8, 1000, 0 },
        { "main", 0, 1000, 0 },
        { "main", SHARDS_MAX + 1, 1000, 0 },
        { "main", 8, 0, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char trouble[160] = "";
        struct ledger_options options;
        ledger_options_init(&options);
        options.name_space = rows[i].name_space;
        options.shards = rows[i].shards;
        options.timeout_ms = rows[i].timeout_ms;
        struct ledger *ledger = ledger_create(&options, trouble);
        cr_assert_eq(ledger != NULL, rows[i].good, "row %zu: %s", i, trouble);
        cr_assert_eq(trouble[0] == '\0', rows[i].good);
        ledger_destroy(&ledger);
        cr_assert_null(ledger);
    }
}

Test(ledger_notes, every_outcome_has_a_name_of_its_own)
{
    for (enum ledger_outcome a = LEDGER_OK; a <= LEDGER_LOST; a++) {
        for (enum ledger_outcome b = LEDGER_OK; b < a; b++) {
            cr_assert_str_neq(ledger_outcome_name(a), ledger_outcome_name(b));
        }
    }
}
