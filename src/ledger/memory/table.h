/*
 * table: entries of one fixed shape, found by the bytes they start with.
 *
 * Entries lie side by side, so that going through all of them costs what there is and not what there
 * once was; those that go leave together. An entry starts with its key, which has no padding. Private to the memory ledger, which holds its lock around every call.
 */
#ifndef REBATO_LEDGER_MEMORY_TABLE_H
#define REBATO_LEDGER_MEMORY_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct memory_table {
    size_t entry_size;
    size_t key_size;
    size_t count;
    size_t room;
    char *entries;
    uint32_t *next;  /* of the entry in its chain */
    uint32_t *heads; /* of the chains; as many as there is room */
};

void memory_table_init(struct memory_table *table, size_t entry_size, size_t key_size);
void memory_table_fini(struct memory_table *table);

/* The entry of `key`; zeros behind the key when it is new. NULL when memory is short. Moves others: no
 * pointer to an entry outlives the next put or sweep. */
void *memory_table_put(struct memory_table *table, const void *key);
/* NULL when there is none. */
void *memory_table_find(const struct memory_table *table, const void *key);
void *memory_table_at(const struct memory_table *table, size_t index);
/* Removes all entries that are `gone`. */
void memory_table_sweep(struct memory_table *table,
        int (*gone)(const void *entry, const void *context),
        const void *context);

#endif
