#include "core/rng.h"
#include "ledger/memory_table.h"

#include <criterion/criterion.h>

struct entry {
    uint32_t key;
    uint32_t value;
};

#define KEYS 512

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
        if (rng_below(&rng, 5) < 2 && table.count > 0) {
            size_t index = rng_below(&rng, (uint32_t)table.count);
            struct entry *entry = memory_table_at(&table, index);
            expected[entry->key] = 0;
            memory_table_remove(&table, index);
            count--;
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
