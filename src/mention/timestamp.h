/*
 * timestamp: the ways platforms write a point in time.
 *
 *   "Sat Oct 01 23:35:10 +0000 2016"   Twitter's created_at
 *   "2014-02-22T18:31:10.120Z"         RFC 3339
 *   1513271415.0  "1654658269738"      epoch seconds, milliseconds, microseconds, nanoseconds, by size
 */
#ifndef REBATO_MENTION_TIMESTAMP_H
#define REBATO_MENTION_TIMESTAMP_H

#include "core/view.h"

#include <stdint.h>

enum timestamp {
    TIMESTAMP_GOOD,
    TIMESTAMP_IMPOSSIBLE, /* looks like one, but there is no such day or hour */
    TIMESTAMP_UNREADABLE,
};

enum timestamp timestamp_parse(struct view text, int64_t *time_ms);

#endif
