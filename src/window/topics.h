/*
 * topics: up to four short names in eight bytes: the facets that a brand's post names, on their way to
 * the judge. One can be asked whether it is among them; one in 65,536 is wrongly found there.
 */
#ifndef REBATO_WINDOW_TOPICS_H
#define REBATO_WINDOW_TOPICS_H

#include "core/hash.h"

#define TOPICS_MAX 4

/* Never 0: that is an empty place. */
static inline uint64_t
topic_digits(struct view name)
{
    return hash_view(name, 0) % UINT16_MAX + 1;
}

static inline int
topics_have(uint64_t topics, struct view name)
{
    uint64_t digits = topic_digits(name);
    for (; topics != 0; topics >>= 16) {
        if ((topics & UINT16_MAX) == digits) {
            return 1;
        }
    }
    return 0;
}

/* A fifth is left out. */
static inline uint64_t
topics_with(uint64_t topics, struct view name)
{
    int full = topics >> 48 != 0;
    return full || topics_have(topics, name) ? topics : topics << 16 | topic_digits(name);
}

#endif
