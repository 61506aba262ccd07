/* grow: room for one more item in an array that is built at load time. */
#ifndef REBATO_MATCH_SET_GROW_H
#define REBATO_MATCH_SET_GROW_H

#include <stddef.h>
#include <stdlib.h>

/* The array, moved if it had to be, with room for item `count`; NULL when out of memory, and then
 * the old array is untouched. */
static inline void *
grow(void *items, size_t *capacity, size_t count, size_t item_size)
{
    if (count < *capacity) {
        return items;
    }
    size_t more = *capacity == 0 ? 16 : *capacity * 2;
    void *moved = reallocarray(items, more, item_size);
    if (moved != NULL) {
        *capacity = more;
    }
    return moved;
}

#endif
