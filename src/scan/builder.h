/* builder: literals on their way into the tables. For scan_set.c, which gathers them, and build.c,
 * which lays the tables out. */
#ifndef REBATO_SCAN_BUILDER_H
#define REBATO_SCAN_BUILDER_H

#include "scan/table.h"

/* One literal of one pattern or group. */
struct scan_item {
    const char *at;
    uint8_t size;
    uint8_t anchor;
    uint8_t loose;
    uint8_t flags; /* SCAN_BEGINS ... */
    struct scan_use use;
};

struct scan_group {
    struct literal_set literals;
    enum pattern_mode mode;
};

struct scan_builder {
    const struct frequency *frequency;
    struct scan_set *set; /* half made; NULL once it was taken */
    struct scan_item *items;
    size_t item_count, item_capacity;
    struct scan_group *groups;
    size_t group_count, group_capacity;
    size_t pattern_capacity, always_capacity;
};

/* Lays out filter, buckets and entries. False when out of memory. */
int scan_build_tables(struct scan_builder *builder);

#endif
