/* What both bodies promise about revisions of the rules. */
#include "test_server.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static struct revisions
look(struct test_bench *bench)
{
    struct revisions now = { .count = 0 };

    cr_assert_eq(ledger_revisions(bench->reader, 0, &now), LEDGER_OK);
    return now;
}

static struct revisions
revise(struct test_bench *bench, const char *name, const char *text)
{
    struct revisions now = look(bench);

    cr_assert_eq(ledger_revise(bench->reader, name, view_of(text), &now), LEDGER_OK);
    cr_assert_str_eq(revisions_newest(&now), name);
    return now;
}

static void
expect_text(struct test_bench *bench, const char *name, const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    enum ledger_outcome outcome = ledger_rules(bench->reader, name, &text, &size);

    if (expected == NULL) {
        cr_expect_eq(outcome, LEDGER_CLASH, "%s", name);
        cr_expect_null(text);
        return;
    }
    cr_assert_eq(outcome, LEDGER_OK, "%s", name);
    cr_expect(view_equal((struct view){ text, size }, view_of(expected)), "%s", name);
    free(text);
}

CONTRACT(nothing_is_agreed_on_at_first)
{
    struct revisions now = look(bench);

    cr_expect_eq(now.count, 0);
    cr_expect_eq(now.horizon, 0);
    expect_text(bench, "xxh3:1", NULL);
}

CONTRACT(the_first_revision_is_for_every_bucket)
{
    struct revisions known = { .count = 0 };

    cr_assert_eq(ledger_reach(bench->writer, 700, &known), LEDGER_OK);
    cr_expect_eq(known.count, 0);
    struct revisions now = revise(bench, "xxh3:1", "uno");
    cr_expect_eq(now.at[0].from, 0);
    cr_expect_eq(now.at[0].number, 1);
    expect_text(bench, "xxh3:1", "uno");
}

CONTRACT(the_next_begins_where_nobody_was_promised_a_bucket)
{
    struct revisions known = { .count = 0 };
    struct revisions now;

    revise(bench, "xxh3:1", "uno");
    cr_assert_eq(ledger_reach(bench->writer, 700, &known), LEDGER_OK);
    cr_expect_eq(known.horizon, 701);
    cr_expect_eq(revisions_index(&known, 700), 0);
    now = revise(bench, "xxh3:2", "dos");
    cr_expect_eq(now.at[1].from, 701);
    cr_assert_eq(ledger_reach(bench->writer, 650, &known), LEDGER_OK);
    cr_expect_eq(known.horizon, 701, "a promise stands");
    cr_assert_eq(ledger_reach(bench->writer, 702, &known), LEDGER_OK);
    cr_expect_eq(revisions_index(&known, 700), 0);
    cr_expect_eq(revisions_index(&known, 701), 1);
    expect_text(bench, "xxh3:1", "uno");
    expect_text(bench, "xxh3:2", "dos");
}

CONTRACT(of_two_that_list_at_once_the_second_looks_again)
{
    struct revisions first = look(bench);
    struct revisions second = first;

    cr_assert_eq(ledger_revise(bench->reader, "xxh3:1", VIEW("uno"), &first), LEDGER_OK);
    cr_assert_eq(ledger_revise(bench->reader, "xxh3:2", VIEW("dos"), &second), LEDGER_CLASH);
    cr_expect_str_eq(revisions_newest(&second), "xxh3:1");
    cr_assert_eq(ledger_revise(bench->reader, "xxh3:2", VIEW("dos"), &second), LEDGER_OK);
    cr_expect_eq(second.count, 2);
}

CONTRACT(swapping_back_is_a_revision_too)
{
    revise(bench, "xxh3:1", "uno");
    revise(bench, "xxh3:2", "dos");
    struct revisions now = revise(bench, "xxh3:1", "uno");

    cr_expect_eq(now.count, 3);
    cr_expect_eq(now.at[2].number, 3);
    expect_text(bench, "xxh3:1", "uno");
}

CONTRACT(a_list_that_is_full_forgets_its_oldest)
{
    char name[REVISION_NAME_SIZE];
    struct revisions now;

    for (uint32_t i = 1; i <= (uint32_t)REVISIONS_MAX + 2; i++) {
        struct revisions known = look(bench);
        cr_assert_eq(ledger_reach(bench->writer, 4000000000U + i, &known), LEDGER_OK);
        snprintf(name, sizeof name, "xxh3:%016x", i);
        now = revise(bench, name, name);
        cr_assert_eq(now.at[now.count - 1].number, i);
    }
    cr_expect_eq(now.count, REVISIONS_MAX);
    cr_expect_eq(now.at[0].number, 3);
    expect_text(bench, name, name);
    expect_text(bench, "xxh3:0000000000000001", NULL);
    expect_text(bench, "xxh3:0000000000000003", "xxh3:0000000000000003");
}

CONTRACT(a_text_may_be_large_and_hold_any_byte)
{
    size_t size = 3000000;
    char *text = malloc(size);
    char *back = NULL;
    size_t back_size = 0;
    struct revisions now = look(bench);

    for (size_t i = 0; i < size; i++) {
        text[i] = (char)(i * 7);
    }
    cr_assert_eq(ledger_revise(bench->reader, "big", (struct view){ text, size }, &now), LEDGER_OK);
    cr_assert_eq(ledger_rules(bench->reader, "big", &back, &back_size), LEDGER_OK);
    cr_assert_eq(back_size, size);
    cr_expect_eq(memcmp(text, back, size), 0);
    free(text);
    free(back);
}

/* ---- what only Redis can lose ---- */

REDIS_TEST_OF(redis_revisions, who_knows_more_than_the_ledger_tells_it)
{
    struct revisions known = { .count = 0 };

    revise(bench, "xxh3:1", "uno");
    cr_assert_eq(ledger_reach(bench->writer, 700, &known), LEDGER_OK);
    revise(bench, "xxh3:2", "dos");
    cr_assert_eq(ledger_reach(bench->writer, 800, &known), LEDGER_OK);
    freeReplyObject(test_redis(bench->ledger, "HSET", "rebato:test:meta", "revisions", "1:0:xxh3:1",
            "horizon", "600", NULL));
    cr_assert_eq(look(bench).count, 1);
    cr_assert_eq(ledger_reach(bench->writer, 750, &known), LEDGER_OK);
    cr_expect_eq(known.count, 2);
    cr_expect_eq(known.horizon, 751, "what was promised by what is lost is promised no more");
    cr_expect_eq(look(bench).count, 2);
}

/* Nobody counts, so no worker tells it; the judge has promised what it judged. */
REDIS_TEST_OF(redis_revisions, who_only_looks_tells_it_too)
{
    struct revisions known = { .count = 0 };

    revise(bench, "xxh3:1", "uno");
    cr_assert_eq(ledger_revisions(bench->reader, 700, &known), LEDGER_OK);
    freeReplyObject(
            test_redis(bench->ledger, "HDEL", "rebato:test:meta", "revisions", "horizon", NULL));
    cr_assert_eq(look(bench).count, 0);
    cr_assert_eq(ledger_revisions(bench->reader, 0, &known), LEDGER_OK);
    cr_expect_eq(known.count, 1);
    cr_expect_eq(known.horizon, 701);
    cr_expect_eq(look(bench).count, 1);
    cr_expect_eq(look(bench).horizon, 701);
}

REDIS_TEST_OF(redis_revisions, a_list_that_is_none_is_no_ground_to_count_on)
{
    struct revisions known = { .count = 0 };

    freeReplyObject(
            test_redis(bench->ledger, "HSET", "rebato:test:meta", "revisions", "1:0", NULL));
    cr_expect_eq(ledger_reach(bench->writer, 700, &known), LEDGER_REFUSED);
    cr_expect_eq(ledger_revisions(bench->reader, 0, &known), LEDGER_REFUSED);
}
