/*
 * brand_index: finds a brand by handle, by account, and by how its names begin. Sorted tables,
 * built once with the rule set, then read by every thread.
 *
 * The table of beginnings answers one question: which brands' names could start at this word? A
 * brand that has a name without an obvious beginning is tried on every text instead.
 */
#ifndef REBATO_MATCH_BRAND_INDEX_H
#define REBATO_MATCH_BRAND_INDEX_H

#include "core/view.h"
#include "mention/mention.h"

#include <stdint.h>

struct brand_key {
    struct view text; /* an id as it is, a handle in lower case */
    enum platform platform;
    uint32_t brand;
};

struct brand_prefix {
    uint32_t bytes; /* the first three, high one first */
    uint32_t brand;
};

struct brand_key_list {
    struct brand_key *at;
    size_t count;
    size_t capacity;
};

struct brand_index {
    struct brand_key_list handles;          /* names the brand in a text */
    struct brand_key_list official_ids;     /* speaks for it: platform and id */
    struct brand_key_list official_handles; /* speaks for it: no id is known */
    struct brand_prefix *prefixes;
    size_t prefix_count;
    size_t prefix_capacity;
    uint32_t *always; /* brands to try on every text */
    size_t always_count;
    size_t always_capacity;
};

void brand_index_fini(struct brand_index *index);

/* While the set is compiled. `text` is borrowed. False when out of memory. */
int brand_index_add_key(struct brand_key_list *list, struct brand_key key);
int brand_index_add_prefix(struct brand_index *index, struct brand_prefix prefix);
int brand_index_add_always(struct brand_index *index, uint32_t brand);
/* Once, behind the last addition. */
void brand_index_sort(struct brand_index *index);

/* Any thread. The keys equal to (platform, text) stand from the position returned, side by side. */
size_t brand_index_find(
        const struct brand_key_list *list, enum platform platform, struct view text);
int brand_key_is(
        const struct brand_key_list *list, size_t at, enum platform platform, struct view text);

/* The same for beginnings: entries with `bytes` stand from the position returned. */
size_t brand_index_find_prefix(const struct brand_index *index, uint32_t bytes);

static inline uint32_t
brand_prefix_bytes(const char *at)
{
    return (uint32_t)(unsigned char)at[0] << 16 | (uint32_t)(unsigned char)at[1] << 8 |
           (unsigned char)at[2];
}

#endif
