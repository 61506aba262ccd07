#include "core/rng.h"
#include "judge/statistic/authors.h"

#include <criterion/criterion.h>
#include <string.h>

static uint64_t ring_bits[WINDOW_WORDS(AUTHORS_HOUR)];
static uint32_t ring_counts[AUTHORS_HOUR];

static void
init(struct authors *authors, uint32_t memory)
{
    authors_init(authors, memory);
    window_place(&authors->recent,
            &(struct window_ring){ .filled = ring_bits, .counts = ring_counts, .stride = 1 });
}

Test(authors, a_person_is_new_again_after_an_hour_of_silence)
{
    static const struct {
        uint32_t bucket;
        uint64_t author;
        int fresh;
    } rows[] = {
        { 1000, 7, 1 },
        { 1000, 8, 1 },
        { 1001, 7, 0 },
        { 1361, 7, 0 }, /* 360 after: the last bucket that still counts */
        { 1722, 7, 1 }, /* 361 after */
        { 1722, 8, 1 },
        { 1722, 0, 1 }, /* any number may be a hash */
        { 1723, 0, 0 },
    };
    struct authors authors;
    init(&authors, AUTHORS_HOUR);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(
                authors_see(&authors, rows[i].author, rows[i].bucket), rows[i].fresh, "row %zu", i);
    }
    authors_fini(&authors);
}

Test(authors, distinct_counts_agree_with_a_recount)
{
    enum { PEOPLE = 300, BUCKETS = 3000 };
    static uint32_t last[PEOPLE];
    struct authors authors;
    struct rng rng = rng_seeded(3);

    memset(last, 0, sizeof last);
    init(&authors, AUTHORS_HOUR);
    for (uint32_t bucket = 1000; bucket < 1000 + BUCKETS; bucket++) {
        if (rng_below(&rng, 3) == 0) {
            uint32_t person = rng_below(&rng, PEOPLE);
            authors_see(&authors, person + 1, bucket);
            last[person] = bucket;
        }
        static const uint32_t spans[] = { 6, 60, 360 };
        for (size_t i = 0; i < 3; i++) {
            uint64_t want = 0;
            for (int person = 0; person < PEOPLE; person++) {
                want += last[person] != 0 && bucket - last[person] < spans[i];
            }
            cr_assert_eq(authors_distinct(&authors, bucket, spans[i]), want, "at %u", bucket);
        }
    }
    authors_fini(&authors);
}

Test(authors, memory_is_bounded_and_the_old_make_room)
{
    struct authors authors;
    uint64_t fresh = 0;
    init(&authors, AUTHORS_HOUR);
    for (uint64_t author = 1; author <= 3 * AUTHORS_MAX; author++) {
        fresh += (uint64_t)authors_see(&authors, author * 0x9e3779b97f4a7c15u, 5000);
    }
    cr_assert_eq(fresh, (uint64_t)3 * AUTHORS_MAX, "never too few");
    cr_assert_leq(authors.count, (uint32_t)AUTHORS_MAX);
    cr_assert_leq(authors.capacity, (uint32_t)(2 * AUTHORS_MAX));
    cr_assert_eq(authors_see(&authors, 77, 6000), 1);
    cr_assert_eq(authors_see(&authors, 77, 6001), 0, "the old were forgotten");
    authors_fini(&authors);
}

Test(authors, for_ever_means_for_ever)
{
    struct authors authors;
    init(&authors, AUTHORS_FOR_EVER);
    cr_assert_eq(authors_see(&authors, 5, 10), 1);
    cr_assert_eq(authors_see(&authors, 5, 4000000), 0);
    authors_clear(&authors);
    cr_assert_eq(authors_see(&authors, 5, 4000001), 1);
    authors_fini(&authors);
}
