/* Several brands up at once: when they are one story, and when they are not. */
#include "judge/surge.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define MINUTE        INT64_C(60000)
#define NOON          INT64_C(1399636800000)

struct step {
    const char *brand;
    int onset;  /* minutes after noon */
    int opened; /* the same */
    uint32_t surge;
    int begun;
    size_t brands;
};

static struct surge_opening
opening_of(const char *brand, int onset, int opened)
{
    struct surge_opening opening = { .signal = SIGNAL_OUTAGE,
        .onset_ms = NOON + onset * MINUTE,
        .opened_ms = NOON + opened * MINUTE };

    snprintf(opening.brand, sizeof opening.brand, "%s", brand);
    snprintf(opening.incident, sizeof opening.incident, "%.8s%08x", brand, (unsigned)opened);
    return opening;
}

static void
expect_steps(const struct step *steps, size_t count, size_t watched)
{
    static struct surge_watch watch;

    memset(&watch, 0, sizeof watch);
    for (size_t i = 0; i < count; i++) {
        struct surge_opening opening = opening_of(steps[i].brand, steps[i].onset, steps[i].opened);
        struct surge surge;
        int is_one = surge_hear(&watch, &opening, watched, &surge);
        cr_expect_eq(is_one, steps[i].surge != 0, "step %zu", i);
        cr_expect_eq(surge.number, steps[i].surge, "step %zu: %u", i, surge.number);
        cr_expect_eq(surge.begun, steps[i].begun, "step %zu", i);
        cr_expect_eq(surge.brand_count, steps[i].brands, "step %zu: %zu", i, surge.brand_count);
    }
}

Test(surge, the_third_brand_that_began_with_two_others_makes_one)
{
    static const struct step steps[] = {
        { "vodafone", 31, 36, 0, 0, 0 }, { "orange", 33, 37, 0, 0, 0 },
        { "blackberry", 31, 38, 1, 1, 3 }, { "line", 33, 41, 1, 0, 4 },
        { "line", 33, 41, 1, 0, 4 }, /* said again: told early, then confirmed */
        { "late", 40, 70, 1, 0, 5 }, /* a small brand, noticed half an hour after */
    };

    expect_steps(steps, LENGTH(steps), 49);
}

Test(surge, what_began_apart_was_noticed_apart_or_is_one_brand_is_none)
{
    static const struct step steps[] = {
        { "vodafone", 0, 10, 0, 0, 0 },
        { "orange", 5, 10, 0, 0, 0 },
        { "line", 20, 22, 0, 0, 0 },
        { "slow", -300, 25, 0, 0, 0 },
        { "later", 3, 75, 0, 0, 0 },
        { "orange", 76, 80, 0, 0, 0 },
        { "orange", 77, 82, 0, 0, 0 },
        { "vodafone", 76, 83, 0, 0, 0 },
    };

    expect_steps(steps, LENGTH(steps), 49);
}

Test(surge, the_more_brands_are_watched_the_more_have_to_be_up)
{
    struct step steps[7];

    for (size_t i = 0; i < LENGTH(steps); i++) {
        static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g" };
        int is_one = i >= 5; /* one in twenty of 101 is six */
        steps[i] = (struct step){ names[i], 0, 1 + (int)i, is_one, i == 5, is_one ? i + 1 : 0 };
    }
    expect_steps(steps, LENGTH(steps), 101);
}

Test(surge, one_does_not_creep_along_from_brand_to_brand)
{
    static struct surge_watch watch;
    /* Five minutes apart each: those beyond ten of the first one are others. */
    static const uint32_t numbers[] = { 0, 0, 1, 0, 0, 2, 0, 0, 3 };
    char ids[4][INCIDENT_ID_SIZE] = { "", "", "", "" };

    for (size_t i = 0; i < LENGTH(numbers); i++) {
        char brand[8];
        struct surge surge;
        snprintf(brand, sizeof brand, "b%zu", i);
        struct surge_opening opening = opening_of(brand, 5 * (int)i, 5 * (int)i + 6);
        (void)surge_hear(&watch, &opening, 9, &surge);
        cr_expect_eq(surge.number, numbers[i], "%zu: %u", i, surge.number);
        memcpy(ids[numbers[i]], surge.id, sizeof surge.id);
    }
    cr_expect_eq(strlen(ids[1]), (size_t)16);
    cr_expect_str_neq(ids[1], ids[2]);
    cr_expect_str_neq(ids[2], ids[3]);
}

Test(surge, memory_is_bounded)
{
    static struct surge_watch watch;
    struct surge surge;

    for (int i = 0; i < 3 * SURGE_RECENT_MAX; i++) {
        char brand[16];
        snprintf(brand, sizeof brand, "%08d", i);
        struct surge_opening opening = opening_of(brand, 0, 1);
        cr_assert_eq(surge_hear(&watch, &opening, 10000, &surge), i >= 499);
    }
    cr_expect_eq(watch.count, (size_t)SURGE_RECENT_MAX);
    cr_expect_eq(surge.brand_count, (size_t)SURGE_RECENT_MAX);
}

Test(surge, only_what_pages_somebody_counts)
{
    struct judge_event event = { .kind = EVENT_OPENED };
    struct surge_opening opening;

    event.incident.severity = SEVERITY_WARNING;
    cr_expect(surge_opening_of(&event, &opening));
    event.incident.severity = SEVERITY_INFO;
    cr_expect_not(surge_opening_of(&event, &opening));
    event.incident.severity = SEVERITY_CRITICAL;
    event.kind = EVENT_ESCALATED;
    cr_expect_not(surge_opening_of(&event, &opening));
}
