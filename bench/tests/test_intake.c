#include "crisis/intake.h"
#include "window/cell.h"

#include <criterion/criterion.h>

#define BUCKETS_MAX 16
#define START_MS    INT64_C(1000000000)

struct seen {
    uint32_t bucket[BUCKETS_MAX];
    uint64_t total[BUCKETS_MAX], late[BUCKETS_MAX], posts[BUCKETS_MAX], reposts[BUCKETS_MAX];
    size_t people[BUCKETS_MAX];
    size_t count;
};

static void
see(void *context, const struct brand_bucket *bucket)
{
    struct seen *seen = context;
    size_t i = seen->count++;
    seen->bucket[i] = bucket->bucket - bucket_of(START_MS);
    seen->total[i] = bucket->total;
    seen->late[i] = bucket->late;
    seen->reposts[i] = bucket->reposts;
    seen->posts[i] = bucket->posts[SIGNAL_OUTAGE];
    seen->people[i] = bucket->author_count[SIGNAL_OUTAGE];
    for (size_t k = 1; k < bucket->author_count[SIGNAL_OUTAGE]; k++) {
        cr_assert_lt(bucket->authors[SIGNAL_OUTAGE][k - 1], bucket->authors[SIGNAL_OUTAGE][k]);
    }
}

static void
hear(struct intake *intake, int64_t second, uint64_t id, uint64_t author, int64_t clock_s)
{
    struct heard heard = { .time_ms = START_MS + second * 1000,
        .id = id,
        .author = author,
        .signal = author == 0 ? SIGNAL_COUNT : SIGNAL_OUTAGE,
        .reshared = author > 90 };
    cr_assert(intake_hear(intake, &heard, START_MS + clock_s * 1000));
}

Test(intake, a_bucket_holds_each_author_once_however_they_came)
{
    struct seen seen = { 0 };
    struct intake *intake = intake_create(see, &seen);
    hear(intake, 12, 1, 7, 13);
    hear(intake, 4, 2, 9, 14);
    hear(intake, 5, 3, 3, 14);
    hear(intake, 6, 4, 9, 15);
    hear(intake, 7, 5, 0, 15);
    hear(intake, 8, 6, 95, 15);
    cr_assert_eq(seen.count, 0u);
    intake_end(intake);
    intake_destroy(&intake);
    cr_assert_eq(seen.count, 2u);
    cr_assert_eq(seen.bucket[0], 0u);
    cr_assert_eq(seen.total[0], 5u);
    cr_assert_eq(seen.posts[0], 4u);
    cr_assert_eq(seen.people[0], 3u);
    cr_assert_eq(seen.reposts[0], 1u);
    cr_assert_eq(seen.bucket[1], 1u);
    cr_assert_eq(seen.people[1], 1u);
}

Test(intake, what_comes_after_the_close_is_late_and_no_complaint)
{
    struct seen seen = { 0 };
    struct intake *intake = intake_create(see, &seen);
    hear(intake, 0, 1, 7, 30);
    cr_assert_eq(seen.count, 0u);
    hear(intake, 41, 2, 8, 41);
    cr_assert_eq(seen.count, 1u);
    hear(intake, 3, 3, 9, 42);
    intake_end(intake);
    intake_destroy(&intake);
    cr_assert_eq(seen.count, 2u);
    cr_assert_eq(seen.bucket[1], 4u);
    cr_assert_eq(seen.late[1], 1u);
    cr_assert_eq(seen.total[1], 1u);
}

Test(intake, what_is_as_late_as_allowed_still_counts)
{
    struct seen seen = { 0 };
    struct intake *intake = intake_create(see, &seen);
    hear(intake, 10, 1, 7, 40);
    hear(intake, 9, 2, 8, 40);
    intake_end(intake);
    intake_destroy(&intake);
    cr_assert_eq(seen.count, 2u);
    cr_assert_eq(seen.total[0], 1u);
    cr_assert_eq(seen.late[1], 1u);
}

Test(intake, the_same_mention_counts_once_and_one_without_id_always)
{
    struct seen seen = { 0 };
    struct intake *intake = intake_create(see, &seen);
    hear(intake, 0, 5, 7, 1);
    hear(intake, 0, 5, 7, 2);
    hear(intake, 0, 0, 7, 2);
    hear(intake, 0, 0, 7, 2);
    intake_end(intake);
    intake_destroy(&intake);
    cr_assert_eq(seen.total[0], 3u);
}

Test(intake, hundreds_in_one_bucket_are_sorted_too)
{
    struct seen seen = { 0 };
    struct intake *intake = intake_create(see, &seen);
    for (uint64_t i = 0; i < 500; i++) {
        hear(intake, 1, 1000 + i, 1 + i * 7919 % 251, 2);
    }
    intake_end(intake);
    intake_destroy(&intake);
    cr_assert_eq(seen.posts[0], 500u);
    cr_assert_eq(seen.people[0], 251u);
}
