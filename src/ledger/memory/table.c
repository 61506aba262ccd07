#include "ledger/memory/table.h"

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

static uint32_t *
head_of(const struct memory_table *table, const void *key)
{
    return &table->heads[hash_bytes(key, table->key_size) & (table->room - 1)];
}

/* The link that holds, or would hold, `key`: a head or an entry's next. */
static uint32_t *
link_of(const struct memory_table *table, const void *key)
{
    uint32_t *link = head_of(table, key);

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

/* No two entries have the same key: each may stand at the head of its chain. */
static void
chain_all(struct memory_table *table)
{
    for (size_t i = 0; i < table->room; i++) {
        table->heads[i] = NONE;
    }
    for (size_t i = 0; i < table->count; i++) {
        uint32_t *head = head_of(table, memory_table_at(table, i));
        table->next[i] = *head;
        *head = (uint32_t)i;
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
memory_table_sweep(struct memory_table *table,
        int (*gone)(const void *entry, const void *context),
        const void *context)
{
    size_t kept = 0;

    for (size_t i = 0; i < table->count; i++) {
        const char *entry = memory_table_at(table, i);
        if (gone(entry, context)) {
            continue;
        }
        if (kept < i) {
            memcpy(memory_table_at(table, kept), entry, table->entry_size);
        }
        kept++;
    }
    if (kept < table->count) {
        table->count = kept;
        chain_all(table);
    }
}
