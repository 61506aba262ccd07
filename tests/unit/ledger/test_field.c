#include "ledger/link/bytes.h"
#include "ledger/link/reply.h"
#include "ledger/redis/field.h"

#include <criterion/criterion.h>

#define OFFICIAL "o:100:iberia:00000000000000ff"

Test(redis_field, pairs_of_the_hash_are_told_apart)
{
    static const struct {
        const char *name, *value;
        enum redis_field field;
    } rows[] = {
        { "c:1:100:iberia:total", "3", FIELD_CELL },
        { "l:1:4294967295:iberia:f.os.and:roid", "18446744073709551615", FIELD_CELL },
        { "closed", "100", FIELD_OTHER },
        { "f:1:0", "17", FIELD_OTHER },
        { "w:1:0", "16|5|0|0|abc", FIELD_OTHER },
        { "ps", "1:0,1:1", FIELD_OTHER },
        { OFFICIAL, "5|6|1|00000000000000aa|3|id1https://x", FIELD_OFFICIAL },
        { OFFICIAL, "-5|0|0|ffffffffffffffff|0|", FIELD_OFFICIAL },
        /* Damage is not zero. */
        { "c:1:100:iberia:total", "", FIELD_CORRUPT },
        { "c:1:100:iberia:total", "-1", FIELD_CORRUPT },
        { "c:1:100:iberia:total", "3.5", FIELD_CORRUPT },
        { "c:1:100:iberia:total", "18446744073709551616", FIELD_CORRUPT },
        { "c:1:100:iberia:", "3", FIELD_CORRUPT },
        { "c:1:100::total", "3", FIELD_CORRUPT },
        { "c:1:100:iberia", "3", FIELD_CORRUPT },
        { "c:1:4294967296:iberia:total", "3", FIELD_CORRUPT },
        { "c:1:x:iberia:total", "3", FIELD_CORRUPT },
        { "c:1:", "3", FIELD_CORRUPT },
        { "c:2:100:iberia:total", "3", FIELD_CORRUPT }, /* a layout we do not know */
        { "l:2:100:iberia:total", "3", FIELD_CORRUPT },
        { OFFICIAL, "5|6|1|00000000000000aa|4|id1", FIELD_CORRUPT },
        { OFFICIAL, "5|6|1|00000000000000zz|0|", FIELD_CORRUPT },
        { OFFICIAL, "5|6|1|aa|0|", FIELD_CORRUPT },
        { OFFICIAL, "5|6|1|00000000000000aa00000000000000bb|0|", FIELD_OFFICIAL },
        { OFFICIAL, "5|6|1|00000000000000aabb|0|", FIELD_CORRUPT },
        { OFFICIAL, "|6|1|00000000000000aa|0|", FIELD_CORRUPT },
        { OFFICIAL, "5|6|1", FIELD_CORRUPT },
        { "o:100:iberia:ff", "5|6|1|00000000000000aa|0|", FIELD_CORRUPT },
        { "o:100", "", FIELD_CORRUPT },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ledger_cell cell;
        struct ledger_official official;
        cr_assert_eq(
                redis_field_parse(view_of(rows[i].name), view_of(rows[i].value), &cell, &official),
                rows[i].field, "row %zu: %s = %s", i, rows[i].name, rows[i].value);
    }
}

Test(redis_field, an_official_post_is_read_back_as_it_was_written)
{
    struct tally_official post = { .time_ms = 1393093870000,
        .signals = UINT32_MAX,
        .broadcast = 2,
        .sketch = UINT64_MAX,
        .topics = UINT64_MAX };
    char value[REDIS_OFFICIAL_SIZE];
    struct ledger_cell cell;
    struct ledger_official read;

    memset(post.id, '|', sizeof post.id - 1); /* the longest there is, and full of separators */
    memset(post.link, '|', sizeof post.link - 1);
    struct view text = { value, redis_official_print(&post, value) };
    cr_assert_eq(redis_field_parse(VIEW(OFFICIAL), text, &cell, &read), FIELD_OFFICIAL);
    cr_assert(view_equal(read.id, view_of(post.id)));
    cr_assert(view_equal(read.link, view_of(post.link)));
    cr_assert_eq(read.time_ms, post.time_ms);
    cr_assert_eq(read.signals, post.signals);
    cr_assert_eq(read.sketch, post.sketch);
    cr_assert_eq(read.topics, post.topics);
    cr_assert_eq(read.broadcast, VOICE_IMPOSTOR);
    cr_assert_eq(read.bucket, 100);
}

Test(redis_field, a_witness_is_read_strictly)
{
    static const struct {
        const char *text;
        int good, idle;
        int64_t max_time_ms;
    } rows[] = {
        { "16|1393093870000|0|0|abc", 1, 0, 1393093870000 },
        { "-|-|0|0|abc", 1, 0, INT64_MIN },
        { "16|5|1393093870000|99|abc", 1, 1, 5 },
        { "", 0, 0, 0 },
        { "16|5", 0, 0, 0 },
        { "16|x|0|0|abc", 0, 0, 0 },
        { "16||0|0|abc", 0, 0, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct redis_witness witness;
        int good = redis_witness_parse(view_of(rows[i].text), &witness);
        cr_assert_eq(good, rows[i].good, "%s", rows[i].text);
        if (good) {
            cr_assert_eq(witness.idle, rows[i].idle);
            cr_assert_eq(witness.max_time_ms, rows[i].max_time_ms);
        }
    }
}

Test(redis_field, numbers_are_whole_or_nothing)
{
    static const struct {
        const char *text;
        int good;
        int64_t number;
    } rows[] = {
        { "0", 1, 0 },
        { "-1", 1, -1 },
        { "9223372036854775807", 1, INT64_MAX },
        { "-9223372036854775808", 1, INT64_MIN },
        { "9223372036854775808", 0, 0 },
        { "-9223372036854775809", 0, 0 },
        { "", 0, 0 },
        { "-", 0, 0 },
        { "--1", 0, 0 },
        { "1 ", 0, 0 },
        { "1e3", 0, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t number = 0;
        cr_assert_eq(view_to_i64_strict(view_of(rows[i].text), &number), rows[i].good, "%s",
                rows[i].text);
        cr_assert(!rows[i].good || number == rows[i].number, "%s", rows[i].text);
    }
}

Test(redis_reply, an_error_says_whether_to_wait_or_to_call_somebody)
{
    static const struct {
        const char *error;
        enum ledger_outcome outcome;
    } rows[] = {
        { "LOADING Redis is loading the dataset in memory", LEDGER_AWAY },
        { "OOM command not allowed when used memory > 'maxmemory'.", LEDGER_AWAY },
        { "READONLY You can't write against a read only replica.", LEDGER_AWAY },
        { "MISCONF Redis is configured to save RDB snapshots", LEDGER_AWAY },
        { "BUSY Redis is busy running a script.", LEDGER_AWAY },
        { "NOSCRIPT No matching script. Please use EVAL.", LEDGER_AWAY },
        { "NOREPLICAS Not enough good replicas to write.", LEDGER_AWAY },
        { "MASTERDOWN Link with MASTER is down", LEDGER_AWAY },
        { "ERR max number of clients reached", LEDGER_AWAY },
        { "ERR Error running script (call to f_1): @user_script:1: -OOM command", LEDGER_AWAY },
        { "NOAUTH Authentication required.", LEDGER_REFUSED },
        { "WRONGPASS invalid username-password pair", LEDGER_REFUSED },
        { "NOPERM this user has no permissions", LEDGER_REFUSED },
        { "WRONGTYPE Operation against a key", LEDGER_REFUSED },
        { "CORRUPT witness in rebato:main:{0}", LEDGER_REFUSED },
        { "ERR unknown command", LEDGER_REFUSED },
        { "", LEDGER_REFUSED },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(
                redis_error_outcome(view_of(rows[i].error)), rows[i].outcome, "%s", rows[i].error);
    }
}

Test(redis_field, the_record_that_a_witness_names)
{
    static const struct {
        const char *last;
        int64_t offset, stamp_ms;
    } rows[] = { { "16@15@1700000000123", 15, INT64_C(1700000000123) }, { "16@0@-5", 0, -5 },
        { "16", -1, 0 }, { "-", -1, 0 }, { "", -1, 0 }, { "16@15", -1, 0 }, { "16@@7", -1, 0 },
        { "16@15@", -1, 0 }, { "16@x@7", -1, 0 }, { "16@15@7x", -1, 0 } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t offset = 99;
        int64_t stamp_ms = 0;
        redis_seen_parse(view_of(rows[i].last), &offset, &stamp_ms);
        cr_expect_eq(offset, rows[i].offset, "row %zu", i);
        cr_expect(offset < 0 || stamp_ms == rows[i].stamp_ms, "row %zu", i);
    }
}
