/*
 * container: the wrapping around records that APIs answer with.
 *
 *   {"statuses":[ … ],"search_metadata":{…}}
 *   {"data":[ … ],"includes":{…}}
 *   {"kind":"Listing","data":{"children":[ … ]}}
 *
 * Only the beginning is looked at, so that a container may be larger than memory. An object
 * whose first key no container begins with costs a few bytes to turn down.
 *
 * Folder only.
 */
#ifndef REBATO_INGEST_SPLIT_CONTAINER_H
#define REBATO_INGEST_SPLIT_CONTAINER_H

#include "core/view.h"

#include <stdint.h>

/* The array of records begins within this many bytes, or it is no container. */
#define CONTAINER_HEAD_MAX 16384

enum container_outcome { CONTAINER_NO, CONTAINER_YES, CONTAINER_MORE };

struct container {
    size_t body;    /* behind the array's bracket */
    uint32_t depth; /* objects around the array */
};

/* `bytes` begins with a brace. `at_end`: no more will come. MORE only while bytes.size is below
 * CONTAINER_HEAD_MAX. */
enum container_outcome container_find(struct view bytes, int at_end, struct container *container);

/* How many of its first bytes are enough to know that it is none, when it begins with a key that no
 * container has: a line that begins with the same bytes is none, either. 0: look at each. */
size_t container_refusal(struct view bytes);

#endif
