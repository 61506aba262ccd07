/* The summary of an archive: fates that add up, brands by signal and by day, the same bytes each time. */
#include "replay/summary.h"

#include "window/cell.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define DAY           (24 * 3600 / BUCKET_SECONDS)
#define DAY_ONE       (19723U * DAY) /* 2024-01-01 */

struct row {
    const char *brand;
    const char *dim;
    enum summary_kind kind;
    uint32_t bucket;
    uint64_t count;
};

static struct summary *
summary_of(const struct row *rows, size_t count)
{
    struct summary *summary = summary_create();

    cr_assert_not_null(summary);
    for (size_t i = 0; i < count; i++) {
        struct summary_cell cell = { .dim = view_of(rows[i].dim),
            .kind = rows[i].kind,
            .bucket = rows[i].bucket,
            .count = rows[i].count };
        summary_add(summary, view_of(rows[i].brand), &cell);
    }
    return summary;
}

static char *
json_of(const struct row *rows, size_t count, const struct summary_facts *facts)
{
    struct summary *summary = summary_of(rows, count);
    char *json = summary_json(summary, facts);

    summary_destroy(&summary);
    cr_assert_null(summary);
    return json;
}

static void
expect_part(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "%s\nis not in\n%s", part, text);
}

static const uint64_t fates[REBATO_FATE_COUNT] = {
    [REBATO_FATE_matched] = 5, [REBATO_FATE_unmatched] = 2, [REBATO_FATE_late] = 1
};

static const struct summary_facts facts = { .received = 8,
    .fates = fates,
    .first_ms = 1704067200000,
    .last_ms = 1704153599000,
    .incidents = 3,
    .rules_digest = "xxh3:0011" };

Test(summary, counts_brands_by_signal_and_by_day)
{
    static const struct row rows[] = {
        { "zeta", "total", SUMMARY_ON_TIME, DAY_ONE, 3 },
        { "zeta", "s.outage", SUMMARY_ON_TIME, DAY_ONE, 2 },
        { "zeta", "lang.es", SUMMARY_ON_TIME, DAY_ONE, 3 },
        { "zeta", "total", SUMMARY_ON_TIME, DAY_ONE + DAY - 1, 4 },
        { "zeta", "total", SUMMARY_LATE, DAY_ONE + DAY, 1 },
        { "zeta", "s.outage", SUMMARY_LATE, DAY_ONE + DAY, 1 },
        { "zeta", "official", SUMMARY_ON_TIME, DAY_ONE + DAY, 6 },
        { "acme", "total", SUMMARY_ON_TIME, DAY_ONE, 1 },
        { "acme", "s.never-heard-of", SUMMARY_ON_TIME, DAY_ONE, 1 },
    };
    char *json = json_of(rows, LENGTH(rows), &facts);

    expect_part(json,
            "\"zeta\":{\"days\":{\"2024-01-01\":7,\"2024-01-02\":1},\"late\":1,\"official\":6,"
            "\"signals\":{\"outage\":3},\"total\":7}");
    expect_part(json,
            "\"acme\":{\"days\":{\"2024-01-01\":1},\"late\":0,\"official\":0,\"signals\":{},"
            "\"total\":1}");
    free(json);
}

Test(summary, says_when_the_input_of_a_brand_was_missing)
{
    static const struct row rows[] = { { "zeta", "total", SUMMARY_ON_TIME, DAY_ONE, 1 },
        { "acme", "total", SUMMARY_ON_TIME, DAY_ONE, 1 } };
    static const struct hole_list holes = {
        .at = { { INT64_C(1704067200000), INT64_C(1704070800000) } },
        .count = 1,
        .left_out = 2,
        .sum_ms = 4000000,
    };
    struct summary *summary = summary_of(rows, LENGTH(rows));

    summary_hole(summary, VIEW("zeta"), HOLE_MISSING, &holes);
    summary_hole(summary, VIEW("zeta"), HOLE_STALE, NULL);
    char *json = summary_json(summary, &facts);
    expect_part(json, "\"missing\":{\"left_out\":2,\"seconds\":4000,\"spans\":[{\"from\":\"2024-01-"
                      "01T00:00:00Z\","
                      "\"to\":\"2024-01-01T01:00:00Z\"}]}");
    cr_expect_null(strstr(json, "stale"), "%s", json);
    cr_expect_null(strstr(strstr(json, "\"acme\""), "acme\":{\"days\":{},\"missing"));
    free(json);
    summary_destroy(&summary);
}

Test(summary, says_what_was_received_and_when)
{
    char *json = json_of(NULL, 0, &facts);

    expect_part(json, "\"received\":8");
    expect_part(json, "\"matched\":5");
    expect_part(json, "\"tombstone\":0");
    expect_part(json, "\"first\":\"2024-01-01T00:00:00Z\"");
    expect_part(json, "\"last\":\"2024-01-01T23:59:59Z\"");
    expect_part(json, "\"incidents\":3");
    expect_part(json, "\"rules\":\"xxh3:0011\"");
    expect_part(json, "\"brands\":{}");
    free(json);
}

Test(summary, an_archive_without_times_has_none)
{
    struct summary_facts none = facts;

    none.first_ms = INT64_MIN;
    none.last_ms = INT64_MIN;
    char *json = json_of(NULL, 0, &none);
    expect_part(json, "\"first\":null");
    expect_part(json, "\"last\":null");
    free(json);
}

Test(summary, does_not_depend_on_the_order_of_brands)
{
    static const struct row rows[][2] = {
        { { "acme", "total", SUMMARY_ON_TIME, DAY_ONE, 1 },
                { "zeta", "total", SUMMARY_ON_TIME, DAY_ONE, 2 } },
        { { "zeta", "total", SUMMARY_ON_TIME, DAY_ONE, 2 },
                { "acme", "total", SUMMARY_ON_TIME, DAY_ONE, 1 } },
    };
    char *one = json_of(rows[0], 2, &facts);
    char *other = json_of(rows[1], 2, &facts);

    cr_expect_str_eq(one, other);
    free(one);
    free(other);
}

static char *
print_of(const struct row *rows, size_t count)
{
    struct summary *summary = summary_of(rows, count);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    summary_print(summary, &facts, out);
    fclose(out);
    summary_destroy(&summary);
    return text;
}

Test(summary, people_read_fates_that_occurred_and_the_busiest_day)
{
    static const struct row rows[] = {
        { "acme", "total", SUMMARY_ON_TIME, DAY_ONE, 3 },
        { "acme", "s.outage", SUMMARY_ON_TIME, DAY_ONE, 2 },
        { "acme", "total", SUMMARY_ON_TIME, DAY_ONE + DAY, 4 },
        { "mute", "official", SUMMARY_ON_TIME, DAY_ONE + DAY, 4 },
    };
    char *text = print_of(rows, LENGTH(rows));

    expect_part(text, "8 records, 2024-01-01T00:00:00Z to 2024-01-01T23:59:59Z, 3 incident(s)");
    expect_part(text, "2024-01-02 (4)");
    cr_expect_null(strstr(text, "tombstone"), "%s", text);
    free(text);
    char *empty = print_of(NULL, 0);
    cr_expect_null(strstr(empty, "busiest day"));
    free(empty);
}
