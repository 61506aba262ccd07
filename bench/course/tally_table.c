#include "course/tally_table.h"

#include "core/hash.h"

#include <stdlib.h>

enum { CELLS = 1 << 19, NO_BRAND = 0xFFFF, MENTION_BRANDS = 16 };

struct cell {
    uint64_t key; /* second, brand, category and a bit that is always set; 0: free */
    uint64_t count;
};

struct owner {
    uint16_t brand; /* NO_BRAND: a category */
    uint16_t category;
};

struct tally_table {
    struct owner *owners; /* of each rule */
    struct cell *cells;
    size_t used;
};

/* Category of a rule: number of its name among those before it, from 1 on. */
static uint16_t
category_of(const struct rules *rules, size_t rule, struct view names[TALLY_CATEGORIES_MAX])
{
    uint16_t number = 1;

    while (number < TALLY_CATEGORIES_MAX - 1 && names[number].size > 0 &&
            !view_equal(names[number], rules->at[rule].group)) {
        number++;
    }
    names[number] = rules->at[rule].group;
    return number;
}

struct tally_table *
tally_table_create(const struct rules *rules)
{
    struct view names[TALLY_CATEGORIES_MAX] = { { 0 } };
    struct tally_table *table = calloc(1, sizeof *table);

    if (table == NULL) {
        return NULL;
    }
    table->owners = calloc(rules->count + 1, sizeof *table->owners);
    table->cells = calloc(CELLS, sizeof *table->cells);
    if (table->owners == NULL || table->cells == NULL) {
        tally_table_destroy(&table);
        return NULL;
    }
    for (size_t i = 0; i < rules->count; i++) {
        int brand = view_equal(rules->at[i].kind, VIEW("brand"));
        table->owners[i] = (struct owner){ .brand = brand ? (uint16_t)i : NO_BRAND,
            .category = brand ? 0 : category_of(rules, i, names) };
    }
    return table;
}

void
tally_table_destroy(struct tally_table **table)
{
    if (*table != NULL) {
        free((*table)->owners);
        free((*table)->cells);
        free(*table);
        *table = NULL;
    }
}

void
tally_table_clear(struct tally_table *table)
{
    memset(table->cells, 0, CELLS * sizeof *table->cells);
    table->used = 0;
}

static void
add(struct tally_table *table, uint32_t brand, uint32_t category, uint64_t second)
{
    uint64_t key = second << 24 | (uint64_t)brand << 5 | category << 1 | 1;
    size_t at = (size_t)(key * 0x9E3779B97F4A7C15ULL >> 45);

    while (table->cells[at].key != key) {
        if (table->cells[at].key == 0) {
            assert(table->used < CELLS / 2);
            table->used++;
            table->cells[at].key = key;
            break;
        }
        at = (at + 1) % CELLS;
    }
    table->cells[at].count++;
}

void
tally_table_count(struct tally_table *table, const struct pair *hits, size_t count, int64_t time_ms)
{
    uint16_t brands[MENTION_BRANDS];
    uint32_t brand_count = 0;
    uint32_t categories = 0;

    for (size_t i = 0; i < count; i++) {
        struct owner owner = table->owners[hits[i].rule];
        if (owner.brand == NO_BRAND) {
            categories |= 1U << owner.category;
        } else if (brand_count < MENTION_BRANDS) {
            brands[brand_count++] = owner.brand;
        }
    }
    if (brand_count == 0) {
        brands[brand_count++] = NO_BRAND;
    }
    categories |= categories == 0; /* a brand and nothing said of it */
    for (uint32_t i = 0; i < brand_count; i++) {
        for (uint32_t left = categories; left != 0; left &= left - 1) {
            add(table, brands[i], (uint32_t)__builtin_ctz(left), (uint64_t)time_ms / 1000);
        }
    }
}

uint64_t
tally_table_sum(const struct tally_table *table)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < CELLS; i++) {
        sum += table->cells[i].count;
    }
    return sum;
}

uint64_t
tally_table_hash(const struct tally_table *table)
{
    uint64_t sum = 0;

    /* The same whatever the order of the cells: they lie as they were met. */
    for (size_t i = 0; i < CELLS; i++) {
        if (table->cells[i].key != 0) {
            sum += hash_bytes(&table->cells[i], sizeof table->cells[i]);
        }
    }
    return sum;
}
