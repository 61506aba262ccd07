#include "crisis/counts.h"

#include <criterion/criterion.h>

Test(counts, numbers_add_up_and_people_count_once)
{
    struct counts a = { 0 };
    struct counts b = { 0 };
    counts_add(&a, 7, COUNT_TOTAL, 2);
    counts_add(&a, 9, COUNT_TOTAL, 1);
    counts_add(&a, 7, COUNT_TOTAL, 3);
    counts_add(&a, 8, COUNT_LATE, 0);
    counts_add_author(&a, 7, COUNT_AUTHORS, 5);
    counts_add_author(&a, 7, COUNT_AUTHORS, 9);
    counts_add_author(&a, 7, COUNT_AUTHORS, 5);
    counts_add(&b, 7, COUNT_AUTHORS, 2);
    counts_add(&b, 9, COUNT_TOTAL, 1);
    counts_add(&b, 7, COUNT_TOTAL, 5);
    counts_settle(&a);
    counts_settle(&b);
    cr_assert_eq(a.count, 3u);
    cr_assert_eq(counts_differ(&a, &b), 0u);
    counts_fini(&a);
    counts_fini(&b);
}

Test(counts, each_number_that_is_missing_or_another_is_a_difference)
{
    struct counts a = { 0 };
    struct counts b = { 0 };
    counts_add(&a, 1, COUNT_TOTAL, 2);
    counts_add(&a, 2, COUNT_TOTAL, 2);
    counts_add(&a, 3, COUNT_TOTAL, 2);
    counts_add(&b, 2, COUNT_TOTAL, 3);
    counts_add(&b, 3, COUNT_TOTAL, 2);
    counts_add(&b, 3, COUNT_POSTS, 1);
    counts_settle(&a);
    counts_settle(&b);
    cr_assert_eq(counts_differ(&a, &b), 3u);
    cr_assert_eq(counts_differ(&b, &a), 3u);
    counts_fini(&a);
    counts_fini(&b);
}
