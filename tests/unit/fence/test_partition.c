#include "core/limits.h"
#include "fence/partition.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#define NOON INT64_C(1700000000000) /* a multiple of 10 s */

static struct admission
admit(struct partition *partition, int64_t offset, int64_t time_ms, const char *id)
{
    struct mention mention = { .time_ms = time_ms, .platform = PLATFORM_X, .id = view_of(id) };
    return partition_admit(partition, offset, INGEST_UNKNOWN, &mention);
}

static struct partition *
make(int64_t allow_ms, uint32_t dedupe_records)
{
    struct partition_options options = { .allow_ms = allow_ms, .dedupe_records = dedupe_records };
    struct partition *partition = partition_create(&options);
    cr_assert_not_null(partition);
    return partition;
}

Test(partition, lateness_is_measured_against_lower_offsets_of_the_same_partition)
{
    static const struct {
        int64_t second;
        enum rebato_fate fate;
        int64_t arrived_second;
    } rows[] = {
        { 0, REBATO_FATE_unmatched, 0 },
        { 100, REBATO_FATE_unmatched, 100 },
        { 70, REBATO_FATE_unmatched, 100 }, /* exactly the allowance */
        { 69, REBATO_FATE_late, 100 },
        { 500, REBATO_FATE_unmatched, 500 }, /* it does not make itself late */
        { 100, REBATO_FATE_late, 500 },
        { 470, REBATO_FATE_unmatched, 500 },
    };
    struct partition *partition = make(30000, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct admission got = admit(partition, (int64_t)i, NOON + rows[i].second * 1000, "");
        cr_assert_eq(got.fate, rows[i].fate, "row %zu", i);
        cr_assert_eq(got.bucket, (uint32_t)((NOON + rows[i].second * 1000) / 10000));
        cr_assert_eq(got.arrived_bucket, (uint32_t)((NOON + rows[i].arrived_second * 1000) / 10000),
                "row %zu", i);
    }
    cr_assert_eq(partition_max_time(partition), NOON + 500000);
    partition_destroy(&partition);
}

Test(partition, a_bad_time_is_refused_and_moves_nothing)
{
    static const struct {
        int64_t time_ms;
        int64_t ingest_ms;
        enum rebato_fate fate;
    } rows[] = {
        { NOON, NOON, REBATO_FATE_unmatched },
        { NOON + EVENT_AHEAD_MAX_MS, NOON, REBATO_FATE_unmatched },
        { NOON + EVENT_AHEAD_MAX_MS + 1, NOON, REBATO_FATE_bad_time },
        { NOON - 3600000, NOON, REBATO_FATE_late },
        { NOON - 3600001, NOON, REBATO_FATE_bad_time },
        { EVENT_TIME_MIN_MS - 1, INGEST_UNKNOWN, REBATO_FATE_bad_time },
        { EVENT_TIME_MAX_MS, INGEST_UNKNOWN, REBATO_FATE_bad_time },
        { INT64_MIN, NOON, REBATO_FATE_bad_time },
        { INT64_MAX, INGEST_UNKNOWN, REBATO_FATE_bad_time },
    };
    struct partition_options options = { .allow_ms = 30000, .max_age_ms = 3600000 };
    struct partition *partition = partition_create(&options);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mention mention = { .time_ms = rows[i].time_ms };
        struct admission got = partition_admit(partition, (int64_t)i, rows[i].ingest_ms, &mention);
        cr_assert_eq(got.fate, rows[i].fate, "row %zu", i);
    }
    cr_assert_eq(partition_max_time(partition), NOON + EVENT_AHEAD_MAX_MS);
    partition_destroy(&partition);
}

Test(partition, a_duplicate_is_found_by_distance_in_offsets)
{
    static const struct {
        int64_t offset;
        const char *id;
        enum rebato_fate fate;
    } rows[] = {
        { 10, "a", REBATO_FATE_unmatched },
        { 11, "a", REBATO_FATE_duplicate },
        { 12, "b", REBATO_FATE_unmatched },
        { 19, "a", REBATO_FATE_duplicate }, /* 8 after the one at 11 */
        { 21, "b", REBATO_FATE_unmatched }, /* 9 after: forgotten */
        { 27, "a", REBATO_FATE_duplicate }, /* a duplicate is an occurrence too */
        { 36, "a", REBATO_FATE_unmatched },
        { 37, "", REBATO_FATE_unmatched }, /* without an id nobody can tell */
        { 38, "", REBATO_FATE_unmatched },
    };
    struct partition *partition = make(0, 8);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct admission got = admit(partition, rows[i].offset, NOON, rows[i].id);
        cr_assert_eq(got.fate, rows[i].fate, "row %zu", i);
    }
    partition_destroy(&partition);
}

Test(partition, the_filter_agrees_with_a_plain_search_over_a_long_log)
{
    enum { RECORDS = 20000, BACK = 64, IDS = 90 };
    static int ids[RECORDS];
    struct partition *partition = make(0, BACK);
    uint32_t state = 1;

    for (int offset = 0; offset < RECORDS; offset++) {
        char id[16];
        int known = 0;
        state = state * 1664525u + 1013904223u;
        ids[offset] = (int)((state >> 16) % IDS);
        for (int back = offset - 1; back >= 0 && back >= offset - BACK; back--) {
            known |= ids[back] == ids[offset];
        }
        snprintf(id, sizeof id, "%d", ids[offset]);
        struct admission got = admit(partition, offset, NOON, id);
        cr_assert_eq(got.fate == REBATO_FATE_duplicate, known, "offset %d", offset);
    }
    partition_destroy(&partition);
}

Test(partition, the_same_id_on_another_platform_is_another_post)
{
    struct partition *partition = make(0, 100);
    struct mention x = { .time_ms = NOON, .platform = PLATFORM_X, .id = VIEW("1") };
    struct mention reddit = { .time_ms = NOON, .platform = PLATFORM_REDDIT, .id = VIEW("1") };
    cr_assert_eq(partition_admit(partition, 1, NOON, &x).fate, REBATO_FATE_unmatched);
    cr_assert_eq(partition_admit(partition, 2, NOON, &reddit).fate, REBATO_FATE_unmatched);
    cr_assert_eq(partition_admit(partition, 3, NOON, &x).fate, REBATO_FATE_duplicate);
    partition_destroy(&partition);
}

Test(partition, a_new_owner_starts_from_the_stored_state)
{
    struct partition *partition = make(30000, 100);
    admit(partition, 5, NOON, "a");
    partition_reset(partition, NOON + 60000);
    cr_assert_eq(admit(partition, 3, NOON + 59000, "w").fate, REBATO_FATE_unmatched, "warming");
    cr_assert_eq(partition_max_time(partition), NOON + 60000, "warming moves nothing back");
    cr_assert_eq(admit(partition, 6, NOON + 60000, "a").fate, REBATO_FATE_unmatched);
    cr_assert_eq(admit(partition, 7, NOON + 60000, "w").fate, REBATO_FATE_duplicate);
    cr_assert_eq(admit(partition, 8, NOON, "z").fate, REBATO_FATE_late);
    partition_destroy(&partition);
}

/* Offsets 0 to 49 of log 7, each with an id of its own. */
static struct partition *
having_read(uint32_t dedupe_records)
{
    struct partition_stand stand = { .log = 7, .max_time_ms = INT64_MIN };
    struct partition *partition = make(30000, dedupe_records);

    cr_assert_eq(partition_resume(partition, &stand), 0);
    for (int64_t offset = 0; offset < 50; offset++) {
        char id[24];
        snprintf(id, sizeof id, "%" PRId64, offset);
        admit(partition, offset, NOON + offset * 1000, id);
    }
    return partition;
}

Test(partition, what_the_filter_knows_of_the_same_log_need_not_be_read_again)
{
    static const struct {
        struct partition_stand stand;
        int64_t next;
    } rows[] = {
        { { .log = 7, .begin = 30, .offset = 46 }, 46 }, /* what follows 46 was not counted */
        { { .log = 7, .begin = 34, .offset = 50 }, 50 },
        { { .log = 7, .begin = 44, .offset = 60 }, 50 }, /* another worker has counted ten */
        { { .log = 7, .begin = 51, .offset = 67 }, 51 }, /* and here too many */
        { { .log = 7, .begin = 20, .offset = 36 }, 20 }, /* too far back */
        { { .log = 8, .begin = 30, .offset = 46 }, 30 }, /* a topic made again */
        { { .log = 8, .begin = 34, .offset = 50 }, 34 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct partition *partition = having_read(16);
        cr_expect_eq(partition_resume(partition, &rows[i].stand), rows[i].next, "row %zu", i);
        partition_destroy(&partition);
    }
}

Test(partition, who_counts_again_comes_to_the_same)
{
    static const struct {
        int64_t offset;
        int64_t second;
        const char *id;
        enum rebato_fate fate;
    } rows[] = {
        { 46, 46, "46", REBATO_FATE_unmatched }, /* it was counted, and that was taken back */
        { 47, 46, "46", REBATO_FATE_duplicate },
        { 48, 46, "32", REBATO_FATE_duplicate }, /* exactly the 16 offsets back */
        { 49, 46, "32", REBATO_FATE_duplicate },
        { 50, 46, "33", REBATO_FATE_unmatched }, /* one further */
        { 51, 15, "x", REBATO_FATE_late },       /* than 46 less 30 */
        { 52, 16, "y", REBATO_FATE_unmatched },
    };
    struct partition_stand stand = {
        .log = 7, .begin = 30, .offset = 46, .max_time_ms = NOON + 45000
    };
    struct partition *partition = having_read(16);

    cr_assert_eq(partition_resume(partition, &stand), 46);
    cr_assert_eq(partition_max_time(partition), NOON + 45000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct admission got =
                admit(partition, rows[i].offset, NOON + rows[i].second * 1000, rows[i].id);
        cr_expect_eq(got.fate, rows[i].fate, "row %zu", i);
    }
    partition_destroy(&partition);
}

Test(partition, that_starts_over_knows_nothing)
{
    struct partition_stand stand = { .log = 7, .begin = 34, .offset = 50 };
    struct partition *partition = having_read(16);

    partition_reset(partition, INT64_MIN);
    cr_expect_eq(partition_resume(partition, &stand), 34);
    partition_destroy(&partition);
}

Test(partition, what_a_shard_has_closed_is_late_there_and_arrives_behind_it)
{
    const uint32_t noon = (uint32_t)(NOON / 10000);
    static const struct {
        enum rebato_fate fate;
        uint32_t arrived;
        uint32_t
                late_below; /* all three counted from noon's bucket, 100 below which none is closed */
        enum rebato_fate fate_here;
        uint32_t arrived_here;
    } rows[] = {
        { REBATO_FATE_unmatched, 102, 0, REBATO_FATE_unmatched, 102 },
        { REBATO_FATE_unmatched, 102, 99, REBATO_FATE_unmatched, 102 },
        { REBATO_FATE_unmatched, 102, 100, REBATO_FATE_late, 102 },
        { REBATO_FATE_unmatched, 102, 105, REBATO_FATE_late, 106 },
        { REBATO_FATE_late, 102, 0, REBATO_FATE_late, 102 },
        { REBATO_FATE_late, 102, 102, REBATO_FATE_late, 103 },
        { REBATO_FATE_duplicate, 102, 105, REBATO_FATE_duplicate, 106 },
        { REBATO_FATE_bad_time, 102, 105, REBATO_FATE_bad_time, 106 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct admission log = {
            .fate = rows[i].fate, .bucket = noon, .arrived_bucket = noon - 100 + rows[i].arrived
        };
        uint32_t below = rows[i].late_below == 0 ? 0 : noon - 100 + rows[i].late_below;
        struct admission here = admission_in_shard(log, below);
        cr_expect_eq(here.fate, rows[i].fate_here, "row %zu", i);
        cr_expect_eq(here.bucket, noon, "row %zu", i);
        cr_expect_eq(here.arrived_bucket, noon - 100 + rows[i].arrived_here, "row %zu", i);
    }
}
