/*
 * frame: items as one run of bytes that can prove to be whole. Folder only; pure.
 *
 *   "rebatokp" │ version │ size │ hash │ zstd( written │ namespace │ deployment │ count │ items ... )
 *
 * Size and hash are those of what the compressed part holds. Numbers are little-endian.
 */
#ifndef REBATO_KEEP_FRAME_H
#define REBATO_KEEP_FRAME_H

#include "keep/keep.h"

struct frame_owner {
    struct view name_space;
    struct view deployment;
};

/* malloc'd, *size bytes; NULL when out of memory. */
char *frame_pack(const struct frame_owner *owner,
        int64_t written_ms,
        const struct keep_item *items,
        size_t count,
        size_t *size);
/* Adds the items to the box, which owns what they point into. DAMAGED and FOREIGN leave it as it was. */
enum keep_outcome frame_unpack(struct view bytes,
        const struct frame_owner *owner,
        struct keep_box *box,
        char trouble[KEEP_TROUBLE_SIZE]);

#endif
