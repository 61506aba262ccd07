#include "core/rng.h"
#include "ledger/memory/table.h"

#include <criterion/criterion.h>

struct entry {
    uint32_t key;
    uint32_t value;
};

#define KEYS 512

/* Every so manieth key goes; the others stay. */
struct every {
    uint32_t nth;
    uint32_t rest;
};

static int
is_one_of(uint32_t key, const struct every *every)
{
    return key % every->nth == every->rest;
}

static int
entry_goes(const void *entry, const void *context)
{
    return is_one_of(((const struct entry *)entry)->key, context);
}

static size_t
sweep_expected(uint32_t expected[KEYS], const struct every *every)
{
    size_t gone = 0;

    for (uint32_t key = 0; key < KEYS; key++) {
        if (is_one_of(key, every) && expected[key] != 0) {
            expected[key] = 0;
            gone++;
        }
    }
    return gone;
}

/* Against an array, which cannot be wrong. */
Test(memory_table, behaves_like_an_array_of_its_keys)
{
    struct memory_table table;
    uint32_t expected[KEYS] = { 0 }; /* 0: not there */
    size_t count = 0;
    struct rng rng = rng_seeded(7);

    memory_table_init(&table, sizeof(struct entry), sizeof(uint32_t));
    for (uint32_t turn = 1; turn < 20000; turn++) {
        uint32_t key = rng_below(&rng, KEYS);
        if (rng_below(&rng, 50) == 0) {
            struct every every = { .nth = 1 + rng_below(&rng, 8) };
            every.rest = rng_below(&rng, every.nth + 1); /* nobody, too */
            memory_table_sweep(&table, entry_goes, &every);
            count -= sweep_expected(expected, &every);
        } else {
            struct entry *entry = memory_table_put(&table, &key);
            cr_assert_not_null(entry);
            cr_assert_eq(entry->value, expected[key]);
            count += expected[key] == 0;
            entry->value = turn;
            expected[key] = turn;
        }
        const struct entry *found = memory_table_find(&table, &key);
        cr_assert_eq(found == NULL ? 0 : found->value, expected[key]);
        cr_assert_eq(table.count, count);
    }
    memory_table_fini(&table);
}

Test(memory_table, an_empty_table_finds_nothing)
{
    struct memory_table table;
    uint32_t key = 1;

    memory_table_init(&table, sizeof(struct entry), sizeof(uint32_t));
    cr_assert_null(memory_table_find(&table, &key));
    memory_table_fini(&table);
    cr_assert_eq(table.count, 0);
}
