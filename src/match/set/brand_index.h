/*
 * brand_index: finds a brand by handle and by account. Sorted tables, built once with the rule set,
 * then read by every thread.
 *
 * Most handles are nobody's: a table of bits by their length and a few letters says so first.
 */
#ifndef REBATO_MATCH_SET_BRAND_INDEX_H
#define REBATO_MATCH_SET_BRAND_INDEX_H

#include "core/view.h"
#include "mention/mention.h"

#include <stdint.h>

#define BRAND_SKETCH_LOG  12
#define BRAND_SKETCH_BITS (1 << BRAND_SKETCH_LOG)

struct brand_key {
    struct view text; /* an id as it is, a handle in lower case */
    enum platform platform;
    uint32_t brand;
};

struct brand_key_list {
    struct brand_key *at;
    size_t count;
    size_t capacity;
    uint64_t sketch[BRAND_SKETCH_BITS / 64];
};

struct brand_index {
    struct brand_key_list handles;          /* names the brand in a text */
    struct brand_key_list official_ids;     /* speaks for it: platform and id */
    struct brand_key_list official_handles; /* speaks for it: no id is known */
    struct brand_key_list official_forms;   /* what its accounts look like: match/set/lookalike.h */
};

void brand_index_fini(struct brand_index *index);

/* While the set is compiled. `text` is borrowed. False when out of memory. */
int brand_index_add_key(struct brand_key_list *list, struct brand_key key);
/* Once, behind the last addition. */
void brand_index_sort(struct brand_index *index);

/* Any thread. The keys equal to (platform, text) stand from the position returned, side by side. */
size_t brand_index_find(
        const struct brand_key_list *list, enum platform platform, struct view text);
int brand_key_is(
        const struct brand_key_list *list, size_t at, enum platform platform, struct view text);

/* Could the list hold this text? False for nearly all that it does not; capitals do not matter. */
int brand_key_sketched(const struct brand_key_list *list, struct view text);

#endif
