#include "fence/revisions.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static struct revisions
list_of(const char *text, uint32_t horizon)
{
    struct revisions list = { .horizon = horizon };

    cr_assert(revisions_parse(view_of(text), &list), "%s", text);
    return list;
}

struct index_row {
    const char *what;
    const char *list;
    uint32_t horizon;
    uint32_t bucket;
    size_t index;
};

Test(revisions, a_bucket_counts_by_the_entry_in_force)
{
    static const struct index_row rows[] = {
        { "the only one", "1:0:a", 200, 7, 0 },
        { "the last before the next", "1:0:a 2:100:b", 200, 99, 0 },
        { "the first of the next", "1:0:a 2:100:b", 200, 100, 1 },
        { "far below the last", "1:0:a 2:100:b 3:150:a", 200, 120, 1 },
        { "the last", "1:0:a 2:100:b 3:150:a", 200, 150, 2 },
        { "of two that begin together the later", "1:0:a 2:100:b 3:100:c", 200, 100, 2 },
        { "older than all that are listed: the oldest", "7:90:a 8:100:b", 200, 3, 0 },
        { "the last that is promised", "1:0:a 2:100:b", 200, 199, 1 },
        { "none that is not promised", "1:0:a 2:100:b", 200, 200, NO_REVISION },
        { "none without a promise", "1:0:a", 0, 0, NO_REVISION },
        { "none before anything is agreed on", "", 200, 7, NO_REVISION },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct revisions list = list_of(rows[i].list, rows[i].horizon);
        cr_expect_eq(revisions_index(&list, rows[i].bucket), rows[i].index, "%s", rows[i].what);
    }
}

Test(revisions, text_that_is_no_list_changes_nothing)
{
    static const char *const rows[] = { "1", "1:0", "1:0:", "0:0:a", "x:0:a", "1:y:a", "1:0:a b",
        "1:0:a  2:5:b", "1:0:a 3:5:b", "1:0:a 1:5:b", "1:9:a 2:5:b", "1:0:a/b", "1:99999999999:a",
        "1:0:abcdefghijklmnopqrstuvwx", "1:0:a 2:5:b " };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct revisions list = list_of("4:20:old", 30);
        int parsed = revisions_parse(view_of(rows[i]), &list);
        if (i + 1 == COUNT(rows)) { /* an end that ends nothing */
            cr_expect(parsed);
            continue;
        }
        cr_expect_not(parsed, "%s", rows[i]);
        cr_expect_str_eq(revisions_newest(&list), "old", "%s", rows[i]);
        cr_expect_eq(list.horizon, 30);
    }
}

Test(revisions, what_is_printed_is_read_again)
{
    struct revisions list = { .horizon = 0 };
    struct revisions again = { .horizon = 0 };
    char text[REVISIONS_TEXT_SIZE];

    for (uint32_t i = 0; i < (uint32_t)REVISIONS_MAX + 3; i++) {
        char name[REVISION_NAME_SIZE];
        snprintf(name, sizeof name, "xxh3:%016x", i);
        revisions_reach(&list, 4000000000U + i);
        revisions_add(&list, name);
        revisions_print(&list, text);
        cr_assert(revisions_parse(view_of(text), &again), "%s", text);
        cr_assert_eq(again.count, list.count);
        cr_assert_str_eq(revisions_newest(&again), name);
    }
    cr_expect_eq(list.count, REVISIONS_MAX);
    cr_expect_eq(list.at[0].number, 4, "the oldest are forgotten");
}

Test(revisions, the_first_is_for_everything_and_the_next_begin_where_nobody_counted)
{
    struct revisions list = { .count = 0 };

    revisions_reach(&list, 500);
    revisions_add(&list, "a");
    cr_expect_eq(list.at[0].from, 0);
    revisions_add(&list, "b");
    cr_expect_eq(list.at[1].from, 501);
    revisions_add(&list, "c");
    cr_expect_eq(list.at[2].from, 501, "nobody has counted by b");
    revisions_reach(&list, 400);
    cr_expect_eq(list.horizon, 501, "a promise is not taken back");
    revisions_reach(&list, 600);
    revisions_add(&list, "a");
    cr_expect_eq(list.at[3].from, 601);
    cr_expect_eq(revisions_find(&list, "a"), 3);
    cr_expect_eq(revisions_find(&list, "z"), NO_REVISION);
    cr_expect_eq(revisions_end(&list, 1), 501);
    cr_expect_eq(revisions_end(&list, 3), UINT32_MAX);
}

/* What a record counted as never changes, whoever reaches and adds in which order: each bucket is asked
 * about when it is first promised, and again at the end. */
Test(revisions, no_entry_begins_below_what_was_promised)
{
    uint32_t seed = 1;

    for (int run = 0; run < 200; run++) {
        struct revisions list = { .count = 0 };
        size_t asked[300];
        uint32_t known = 0;
        uint32_t number = 0;
        revisions_add(&list, "r0");
        while (known < 300) {
            seed = seed * 1103515245U + 12345U;
            char name[REVISION_NAME_SIZE];
            snprintf(name, sizeof name, "r%u", ++number);
            if (seed >> 16 & 1 && list.count < REVISIONS_MAX) {
                revisions_add(&list, name);
            }
            revisions_reach(&list, known + (seed >> 20) % 40);
            for (; known < 300 && known < list.horizon; known++) {
                asked[known] = revisions_index(&list, known);
            }
        }
        for (uint32_t bucket = 0; bucket < 300; bucket++) {
            cr_assert_eq(revisions_index(&list, bucket), asked[bucket]);
        }
    }
}

Test(revisions, a_list_that_lost_its_end_is_known_by_it)
{
    struct revisions none = { .count = 0 };
    struct revisions one = list_of("1:0:a", 0);
    struct revisions two = list_of("1:0:a 2:9:b", 0);

    cr_expect(revisions_are_ahead(&two, &one));
    cr_expect(revisions_are_ahead(&one, &none));
    cr_expect_not(revisions_are_ahead(&one, &two));
    cr_expect_not(revisions_are_ahead(&two, &two));
    cr_expect_not(revisions_are_ahead(&none, &none));
}

Test(revisions, names_are_plain)
{
    static const char *const good[] = { "a", "xxh3:0123456789abcdef", "v1.2-b_c" };
    static const char *const bad[] = { "", "a b", "a\nb", "ñ", "abcdefghijklmnopqrstuvwx" };

    for (size_t i = 0; i < COUNT(good); i++) {
        cr_expect(revision_name_valid(view_of(good[i])), "%s", good[i]);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        cr_expect_not(revision_name_valid(view_of(bad[i])), "%s", bad[i]);
    }
}

Test(revisions, who_asks_often_asks_for_more_and_who_does_not_for_a_minute)
{
    struct reach_pace pace = { 0 };

    cr_expect_eq(reach_pace_ask(&pace, 100, 10000), 100 + REACH_BUCKETS_MIN);
    cr_expect_eq(reach_pace_ask(&pace, 100, 10100), 100 + 2 * REACH_BUCKETS_MIN);
    for (int i = 0; i < 20; i++) {
        (void)reach_pace_ask(&pace, 100, 10200);
    }
    cr_expect_eq(reach_pace_ask(&pace, 100, 10200), 100 + REACH_BUCKETS_MAX);
    cr_expect_eq(reach_pace_ask(&pace, 100, 11200), 100 + REACH_BUCKETS_MIN);
    cr_expect_eq(reach_pace_ask(&pace, UINT32_MAX - 2, 99999), UINT32_MAX - 1);
}

Test(revisions, asking_is_due_before_a_record_has_to_wait)
{
    struct reach_pace pace = { .buckets = 6 };

    cr_expect_not(reach_pace_is_due(&pace, 100, 107));
    cr_expect_not(reach_pace_is_due(&pace, 100, 104));
    cr_expect(reach_pace_is_due(&pace, 100, 103));
    cr_expect(reach_pace_is_due(&pace, 100, 100));
    cr_expect(reach_pace_is_due(&pace, 100, 0));
}
