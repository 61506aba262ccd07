#include "ledger/memory_table.h"

#include "core/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

void
memory_table_init(struct memory_table *table, size_t entry_size, size_t key_size)
{
    assert(key_size <= entry_size);
    *table = (struct memory_table){ .entry_size = entry_size, .key_size = key_size };
}

void
memory_table_fini(struct memory_table *table)
{
    free(table->entries);
    free(table->next);
    free(table->heads);
    memory_table_init(table, table->entry_size, table->key_size);
}

void *
memory_table_at(const struct memory_table *table, size_t index)
{
    assert(index < table->count);
    return table->entries + index * table->entry_size;
}

/* The link that holds, or would hold, `key`: a head or an entry's next. */
static uint32_t *
link_of(const struct memory_table *table, const void *key)
{
    uint32_t *link = &table->heads[hash_bytes(key, table->key_size) & (table->room - 1)];

    while (*link != NONE && memcmp(memory_table_at(table, *link), key, table->key_size) != 0) {
        link = &table->next[*link];
    }
    return link;
}

void *
memory_table_find(const struct memory_table *table, const void *key)
{
    if (table->count == 0) {
        return NULL;
    }
    uint32_t index = *link_of(table, key);
    return index == NONE ? NULL : memory_table_at(table, index);
}

static void
chain_all(struct memory_table *table)
{
    for (size_t i = 0; i < table->room; i++) {
        table->heads[i] = NONE;
    }
    for (size_t i = 0; i < table->count; i++) {
        /* An entry that is not chained yet is not found, so its link is the end of its chain. */
        uint32_t *link = link_of(table, memory_table_at(table, i));
        table->next[i] = NONE;
        *link = (uint32_t)i;
    }
}

static int
grow(struct memory_table *table)
{
    size_t room = table->room == 0 ? 64 : table->room * 2;
    assert(room < NONE);
    char *entries = reallocarray(table->entries, room, table->entry_size);
    table->entries = entries != NULL ? entries : table->entries;
    uint32_t *next = reallocarray(table->next, room, sizeof *next);
    table->next = next != NULL ? next : table->next;
    uint32_t *heads = reallocarray(table->heads, room, sizeof *heads);
    table->heads = heads != NULL ? heads : table->heads;
    if (entries == NULL || next == NULL || heads == NULL) {
        return 0; /* some are larger than `room` says, which harms nobody */
    }
    table->room = room;
    chain_all(table);
    return 1;
}

void *
memory_table_put(struct memory_table *table, const void *key)
{
    void *found = memory_table_find(table, key);

    if (found != NULL) {
        return found;
    }
    if (table->count == table->room && !grow(table)) {
        return NULL;
    }
    uint32_t *link = link_of(table, key);
    uint32_t index = (uint32_t)table->count++;
    char *entry = memory_table_at(table, index);
    memcpy(entry, key, table->key_size);
    memset(entry + table->key_size, 0, table->entry_size - table->key_size);
    table->next[index] = NONE;
    *link = index;
    return entry;
}

void
memory_table_remove(struct memory_table *table, size_t index)
{
    size_t last = table->count - 1;
    uint32_t *link = link_of(table, memory_table_at(table, index));

    *link = table->next[index];
    if (index != last) {
        char *hole = memory_table_at(table, index);
        uint32_t *to_last = link_of(table, memory_table_at(table, last));
        *to_last = (uint32_t)index;
        memcpy(hole, memory_table_at(table, last), table->entry_size);
        table->next[index] = table->next[last];
    }
    table->count = last;
}
