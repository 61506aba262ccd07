#include "core/limits.h"
#include "window/tally.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct tally *tally;

static void
setup(void)
{
    tally = tally_create();
    cr_assert_not_null(tally);
}

static void
teardown(void)
{
    tally_destroy(&tally);
    cr_assert_null(tally);
}

TestSuite(tally, .init = setup, .fini = teardown);

static void
add(uint32_t range, uint32_t bucket, uint32_t brand, uint32_t dim, enum cell_kind kind)
{
    struct tally_cell cell = {
        .range = range, .bucket = bucket, .brand = brand, .dim = dim, .kind = kind, .count = 1
    };
    tally_add(tally, &cell);
}

static void
add_author(uint32_t range, uint32_t bucket, uint64_t author)
{
    struct tally_author row = { .range = range, .bucket = bucket, .author = author };
    tally_add_author(tally, &row);
}

static void
add_exemplar(uint32_t bucket, uint64_t weight, const char *json)
{
    struct tally_exemplar exemplar = { .bucket = bucket, .weight = weight };
    exemplar.json_size = (uint32_t)strlen(json);
    memcpy(exemplar.json, json, exemplar.json_size);
    tally_add_exemplar(tally, &exemplar);
}

Test(tally, equal_cells_add_up_and_different_ones_stay_apart)
{
    uint32_t range = tally_open_range(tally, 9, 100);
    for (int times = 0; times < 3; times++) {
        add(range, 5, 1, 2, CELL_ON_TIME);
    }
    add(range, 6, 1, 2, CELL_ON_TIME);
    add(range, 5, 2, 2, CELL_ON_TIME);
    add(range, 5, 1, 3, CELL_ON_TIME);
    add(range, 5, 1, 2, CELL_LATE);
    cr_assert_eq(tally_cell_count(tally), 5u);
    cr_assert_eq(tally_cell_at(tally, 0)->count, 3u);
    for (size_t i = 1; i < 5; i++) {
        cr_assert_eq(tally_cell_at(tally, i)->count, 1u, "cell %zu", i);
    }
}

Test(tally, an_author_counts_once_per_series_and_bucket)
{
    uint32_t range = tally_open_range(tally, 9, 100);
    add_author(range, 5, 42);
    add_author(range, 5, 42);
    add_author(range, 5, 43);
    add_author(range, 6, 42);
    cr_assert_eq(tally_author_count(tally), 3u);
}

Test(tally, a_range_keeps_its_start_and_moves_its_end)
{
    uint32_t range = tally_open_range(tally, 9, 100);
    cr_assert_eq(tally_open_range(tally, 9, 777), range);
    tally_cover(tally, range, 101, 5000);
    tally_cover(tally, range, 140, 9000);
    const struct tally_range *row = tally_range_at(tally, range);
    cr_assert_eq(row->from, 100);
    cr_assert_eq(row->to, 140);
    cr_assert_eq(row->max_time_ms, 9000);
    cr_assert_eq(row->lowest_bucket, UINT32_MAX, "nothing was counted");
    cr_assert_eq(row->last_offset, -1, "nothing was seen");
    tally_see(tally, range, 120, 7);
    tally_see(tally, range, 138, 5);
    cr_assert_eq(row->last_offset, 138);
    cr_assert_eq(row->last_stamp_ms, 5);
}

Test(tally, the_lowest_bucket_is_that_of_on_time_cells_and_authors_only)
{
    uint32_t range = tally_open_range(tally, 9, 100);
    add(range, 3, 1, 2, CELL_LATE);
    cr_assert_eq(tally_range_at(tally, range)->lowest_bucket, UINT32_MAX);
    add(range, 8, 1, 2, CELL_ON_TIME);
    cr_assert_eq(tally_range_at(tally, range)->lowest_bucket, 8u);
    add_author(range, 7, 1);
    cr_assert_eq(tally_range_at(tally, range)->lowest_bucket, 7u);
}

Test(tally, it_is_full_before_it_overflows)
{
    uint32_t range = tally_open_range(tally, 1, 0);
    uint32_t records = 0;
    while (tally_has_room(tally)) {
        for (uint32_t i = 0; i < RECORD_CELLS_MAX; i++) {
            add(range, records, i, 1, CELL_ON_TIME);
            add_author(range, records, i);
        }
        records++;
    }
    cr_assert_eq(records, (uint32_t)(TALLY_CELLS_MAX / RECORD_CELLS_MAX));
    cr_assert_eq(tally_cell_count(tally), (size_t)TALLY_CELLS_MAX);
    tally_clear(tally);
    cr_assert(tally_has_room(tally));
    cr_assert(tally_is_empty(tally));
}

Test(tally, nothing_of_before_shines_through_after_a_clear)
{
    uint32_t range = tally_open_range(tally, 9, 100);
    add(range, 5, 1, 2, CELL_ON_TIME);
    add_author(range, 5, 42);
    cr_assert_not(tally_is_empty(tally));
    tally_clear(tally);
    cr_assert(tally_is_empty(tally));
    range = tally_open_range(tally, 9, 200);
    add(range, 5, 1, 2, CELL_ON_TIME);
    add_author(range, 5, 42);
    cr_assert_eq(tally_cell_at(tally, 0)->count, 1u);
    cr_assert_eq(tally_author_count(tally), 1u);
    cr_assert_eq(tally_range_at(tally, range)->from, 200);
}

Test(tally, there_is_no_range_too_many)
{
    for (uint32_t source = 0; source < TALLY_RANGES_MAX; source++) {
        cr_assert_eq(tally_open_range(tally, source, 0), source);
    }
    cr_assert_eq(tally_open_range(tally, TALLY_RANGES_MAX, 0), UINT32_MAX);
    cr_assert_eq(tally_open_range(tally, 3, 0), 3u, "known ones are still found");
}

Test(tally, dropping_a_source_forgets_its_counts_and_keeps_the_others)
{
    uint32_t a = tally_open_range(tally, 10, 0);
    uint32_t b = tally_open_range(tally, 20, 0);
    uint32_t c = tally_open_range(tally, 30, 0);
    struct tally_official official = { .range = c, .bucket = 1 };

    for (uint32_t i = 0; i < 500; i++) {
        add(a, i, 1, 1, CELL_ON_TIME);
        add(b, i, 1, 1, CELL_ON_TIME);
        add(c, i, 1, 1, CELL_ON_TIME);
        add_author(b, i, 7);
        add_author(c, i, 7);
    }
    tally_add_official(tally, &official);
    tally_drop_source(tally, 20);
    tally_drop_source(tally, 99); /* unknown: nothing to forget */

    cr_assert_eq(tally_range_count(tally), 2u);
    cr_assert_eq(tally_cell_count(tally), 1000u);
    cr_assert_eq(tally_author_count(tally), 500u);
    uint32_t moved = tally_open_range(tally, 30, 0);
    cr_assert_eq(tally_official_at(tally, 0)->range, moved);
    add(moved, 499, 1, 1, CELL_ON_TIME);
    add_author(moved, 499, 7);
    cr_assert_eq(tally_cell_count(tally), 1000u, "found again in the rebuilt table");
    cr_assert_eq(tally_author_count(tally), 500u);
}

Test(tally, the_heaviest_exemplars_stay_whatever_the_order)
{
    static const struct {
        uint64_t weight;
        const char *json;
    } posts[] = { { 5, "e" }, { 9, "b" }, { 9, "a" }, { 1, "x" }, { 7, "c" }, { 9, "a" } };
    static const size_t orders[][6] = { { 0, 1, 2, 3, 4, 5 }, { 5, 4, 3, 2, 1, 0 },
        { 3, 0, 5, 1, 4, 2 } };

    for (size_t order = 0; order < 3; order++) {
        tally_clear(tally);
        for (size_t i = 0; i < 6; i++) {
            add_exemplar(4, posts[orders[order][i]].weight, posts[orders[order][i]].json);
        }
        add_exemplar(5, 1, "another bucket");
        char kept[16] = "";
        cr_assert_eq(tally_exemplar_count(tally), 4u);
        for (size_t i = 0; i < 4; i++) {
            const struct tally_exemplar *row = tally_exemplar_at(tally, i);
            if (row->bucket == 4) {
                kept[strlen(kept)] = row->json[0];
            }
        }
        cr_assert(strchr(kept, 'a') && strchr(kept, 'b') && strchr(kept, 'c'), "kept %s", kept);
    }
}
