/* boundary: does a literal stand between the word boundaries that it asks for? For narrow*.c alone. */
#ifndef REBATO_SCAN_BOUNDARY_H
#define REBATO_SCAN_BOUNDARY_H

#include "scan/table.h"

enum boundary { BOUNDARY_NO, BOUNDARY_YES, BOUNDARY_UNKNOWN };

/* What of the two conditions SCAN_BEGINS and SCAN_ENDS is not so at this edge: `flag` or 0. */
static inline unsigned
broken(const struct scan_set *set, const char *edge, unsigned flag)
{
    const uint8_t *classes = set->filter.classes;
    unsigned before = classes[(unsigned char)edge[-1]];
    unsigned behind = classes[(unsigned char)edge[0]];
    return ((before ^ behind) & SCAN_WORD) != 0 ? 0 : flag;
}

static inline int
is_beyond_ascii(char c)
{
    return (unsigned char)c >= 0x80 && (unsigned char)c != SCAN_SEPARATOR;
}

/* Next to a byte beyond ASCII a word's edge takes Unicode's tables: PCRE2 has them. */
static inline int
is_unknown(const struct scan_entry *entry, const char *first, unsigned flag)
{
    const char *edge = flag == SCAN_BEGINS ? first : first + entry->size;
    return (entry->flags & flag) != 0 && (is_beyond_ascii(edge[-1]) || is_beyond_ascii(edge[0]));
}

static inline enum boundary
unicode_boundaries(const struct scan_entry *entry, const char *first, unsigned not_so)
{
    int begin = is_unknown(entry, first, SCAN_BEGINS);
    int end = is_unknown(entry, first, SCAN_ENDS);
    unsigned sure =
            not_so & ~((begin ? (unsigned)SCAN_BEGINS : 0) | (end ? (unsigned)SCAN_ENDS : 0));
    if (sure != 0) {
        return BOUNDARY_NO;
    }
    return begin || end ? BOUNDARY_UNKNOWN : BOUNDARY_YES;
}

static inline enum boundary
boundaries_of(const struct scan_set *set, const struct scan_entry *entry, const char *first)
{
    unsigned not_so =
            (broken(set, first, SCAN_BEGINS) | broken(set, first + entry->size, SCAN_ENDS)) &
            entry->flags;
    if ((entry->flags & SCAN_UNICODE) != 0) {
        return unicode_boundaries(entry, first, not_so);
    }
    return not_so != 0 ? BOUNDARY_NO : BOUNDARY_YES;
}

#endif
