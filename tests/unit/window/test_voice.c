/* Who complained, from what account and in what words, in eight bytes. */
#include "window/voice.h"

#include <criterion/criterion.h>

#define DAY_MS INT64_C(86400000)
#define NOW_MS (INT64_C(20000) * DAY_MS)

Test(voice, an_account_is_as_old_as_it_was_when_it_spoke)
{
    static const struct {
        int64_t since_ms;
        enum voice_age age;
    } rows[] = {
        { NOW_MS, VOICE_AGE_MONTH },
        { NOW_MS + DAY_MS / 2, VOICE_AGE_MONTH }, /* clocks differ */
        { NOW_MS - 30 * DAY_MS + 1, VOICE_AGE_MONTH },
        { NOW_MS - 30 * DAY_MS, VOICE_AGE_HALF_YEAR },
        { NOW_MS - 180 * DAY_MS + 1, VOICE_AGE_HALF_YEAR },
        { NOW_MS - 180 * DAY_MS, VOICE_AGE_OLDER },
        { 1, VOICE_AGE_OLDER },
        { 0, VOICE_AGE_UNKNOWN },
        { -DAY_MS, VOICE_AGE_UNKNOWN },
        { NOW_MS + 2 * DAY_MS, VOICE_AGE_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(voice_age_of(rows[i].since_ms, NOW_MS), rows[i].age, "row %zu", i);
    }
}

Test(voice, carries_author_age_and_words)
{
    const uint64_t author = UINT64_C(0xABCDE123456789AB);
    uint64_t voice = voice_make(author, VOICE_AGE_HALF_YEAR, UINT64_MAX);

    cr_expect_eq(voice_author_of(voice), voice_author_of(author));
    cr_expect_eq(voice_age(voice), VOICE_AGE_HALF_YEAR);
    cr_expect_eq(voice_sketch(voice), VOICE_SKETCH_MASK);
    cr_expect_neq(voice_passed_on(voice), voice);
    cr_expect_eq(voice_age(voice_passed_on(voice)), VOICE_AGE_HALF_YEAR);
    cr_expect_eq(voice_sketch(voice_passed_on(voice)), VOICE_SKETCH_MASK);
}

Test(voice, own_words_stand_before_what_is_passed_on_and_authors_in_their_order)
{
    uint64_t own = voice_make(UINT64_MAX >> 1, VOICE_AGE_OLDER, VOICE_SKETCH_MASK);
    uint64_t passed = voice_passed_on(voice_make(UINT64_MAX >> 1, VOICE_AGE_UNKNOWN, 0));

    cr_expect_lt(own, passed);
    cr_expect_lt(passed, voice_make(UINT64_MAX, VOICE_AGE_UNKNOWN, 0));
}

Test(voice, three_digits_of_ten_may_differ)
{
    const uint64_t sketch = UINT64_C(0x123456789A);

    cr_expect(voice_sketch_near(sketch, sketch));
    cr_expect(voice_sketch_near(sketch, sketch ^ UINT64_C(0xF0F000000F)));
    cr_expect_not(voice_sketch_near(sketch, sketch ^ UINT64_C(0x1212000001)));
    cr_expect_not(voice_sketch_near(sketch, sketch ^ UINT64_C(0xFFFFFFFFFF)));
}
