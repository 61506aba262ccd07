/* What a replay's summary says of incidents that were one story. */
#include "replay/surges.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define NOON INT64_C(1399636800000)

static const struct surge_seen *
hear(struct surges *surges, enum judge_event_kind kind, int brand, int minute)
{
    struct judge_event event = { .kind = kind };
    struct incident *incident = &event.incident;

    snprintf(incident->brand, sizeof incident->brand, "b%d", brand);
    snprintf(incident->id, sizeof incident->id, "%08x%08x", (unsigned)brand, (unsigned)minute);
    incident->severity = SEVERITY_WARNING;
    incident->onset_ms = NOON + minute * INT64_C(60000);
    incident->opened_ms = incident->onset_ms + 300000;
    return surges_hear(surges, &event);
}

Test(surges, one_is_kept_with_its_brands_as_they_came)
{
    struct surges *surges = surges_create(3);

    cr_assert_null(hear(surges, EVENT_OPENED, 1, 0));
    cr_assert_null(hear(surges, EVENT_OPENED, 2, 1));
    cr_assert_null(hear(surges, EVENT_EARLY, 3, 1), "nothing that is not in the log");
    const struct surge_seen *seen = hear(surges, EVENT_OPENED, 3, 2);
    cr_assert_not_null(seen);
    cr_assert_eq(hear(surges, EVENT_OPENED, 4, 3), seen);
    cr_assert_eq(surges_count(surges), 1);
    cr_assert_eq(surges_at(surges, 0), seen);
    cr_assert_eq(seen->brand_count, 4);
    cr_assert_eq(seen->named, 4);
    cr_assert_str_eq(seen->brands[0], "b1");
    cr_assert_str_eq(seen->brands[3], "b4");
    cr_assert_eq(seen->onset_ms, NOON);
    cr_assert_eq(seen->begun_ms, NOON + 420000);
    surges_destroy(&surges);
    cr_assert_null(surges);
}

Test(surges, too_many_are_counted_and_so_are_the_brands_that_are_not_named)
{
    struct surges *surges = surges_create(3);

    for (int i = 0; i < SURGES_MAX + 2; i++) {
        for (int brand = 0; brand < 3; brand++) {
            (void)hear(surges, EVENT_OPENED, brand, i * 90);
        }
    }
    cr_assert_eq(surges_count(surges), SURGES_MAX);
    cr_assert_eq(surges_left_out(surges), 2);
    surges_destroy(&surges);

    surges = surges_create(3);
    for (int brand = 0; brand < SURGE_BRANDS_MAX + 5; brand++) {
        (void)hear(surges, EVENT_OPENED, brand, 0);
    }
    cr_assert_eq(surges_at(surges, 0)->named, SURGE_BRANDS_MAX);
    cr_assert_eq(surges_at(surges, 0)->brand_count, SURGE_BRANDS_MAX + 5);
    surges_destroy(&surges);
}
