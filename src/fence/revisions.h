/*
 * revisions: which rules a record counts by, by the bucket of its time; and the promise that makes it so.
 *
 *        first             second                                   third
 *   ──────┴───────────────────┴────────────────────────────────────────┴──────────────▶ buckets
 *                                        counted so far ─▶ │     horizon ┘
 *
 * A revision is in force from its first bucket up to that of the next one. Nobody counts a record at or above
 * the horizon: whoever wants to raises it first, where all can see it, and reads the list in the same step. A
 * new revision begins at the horizon, in one step with the look at it. So when it is agreed on nobody has
 * counted a record that is its own, however slow, fast or late they are: what a record counts as is a function
 * of the log and of this list. That holds for late records too: theirs is the revision of the bucket they
 * speak of. One older than all that are listed counts by the oldest.
 *
 * The list travels as text, "<number>:<first bucket>:<name> ...", oldest first; numbers rise by one. The name
 * is what a set says of itself (a digest), and where its rules are to be had is no matter of this list.
 *
 * Pure. Buckets are numbered as in window/cell.h.
 */
#ifndef REBATO_FENCE_REVISIONS_H
#define REBATO_FENCE_REVISIONS_H

#include "core/view.h"

#include <stdint.h>

/* A list this long forgets its oldest entry. */
#define REVISIONS_MAX       ((size_t)16)
#define REVISION_NAME_SIZE  24 /* with its NUL */
#define REVISIONS_TEXT_SIZE (REVISIONS_MAX * (REVISION_NAME_SIZE + 2 * 11))
#define NO_REVISION         SIZE_MAX

struct revision {
    uint32_t number; /* from 1 on */
    uint32_t from;   /* its first bucket */
    char name[REVISION_NAME_SIZE];
};

struct revisions {
    struct revision at[REVISIONS_MAX]; /* oldest first */
    size_t count;     /* 0: nobody has agreed on anything yet, and nothing counts */
    uint32_t horizon; /* buckets from here on are not promised to us */
};

/* A name that can be listed: of plain characters, and neither empty nor too long. */
int revision_name_valid(struct view name);

/* False, and nothing changed, when it is not such a list. The horizon stays. */
int revisions_parse(struct view text, struct revisions *revisions);
void revisions_print(const struct revisions *revisions, char text[REVISIONS_TEXT_SIZE]);

/* The entry in force at a bucket; NO_REVISION at the horizon and above it, and of an empty list. */
size_t revisions_index(const struct revisions *revisions, uint32_t bucket);
/* The same, whatever is promised: for those who look at what was counted. */
size_t revisions_index_any(const struct revisions *revisions, uint32_t bucket);
/* The bucket before which the entry ends; UINT32_MAX for the last. */
uint32_t revisions_end(const struct revisions *revisions, size_t index);
/* The last entry of that name; NO_REVISION. */
size_t revisions_find(const struct revisions *revisions, const char *name);
/* The newest name; "" of an empty list. */
const char *revisions_newest(const struct revisions *revisions);

/* Agrees on another one: it begins at the horizon, the first of all at 0. The name is valid. */
void revisions_add(struct revisions *revisions, const char *name);
/* Promises all buckets up to this one. */
void revisions_reach(struct revisions *revisions, uint32_t bucket);
/* `known` is ahead of `found`: who keeps the list has lost its last entries, and is told them again. */
int revisions_are_ahead(const struct revisions *known, const struct revisions *found);

/* ---- how far to reach ---- */

/* Asking has its price, and what is promised is where the next revision can begin at the earliest: a
 * minute of events is asked for, and more the faster they come. */
struct reach_pace {
    uint32_t buckets; /* beyond the one that is wanted; 0: not begun */
    int64_t asked_ms;
};
#define REACH_BUCKETS_MIN 6
#define REACH_BUCKETS_MAX 360
/* The bucket to reach for, when this one is wanted now (monotonic). */
uint32_t reach_pace_ask(struct reach_pace *pace, uint32_t bucket, int64_t now_ms);
/* It is time to ask, before a record has to wait. */
int reach_pace_is_due(const struct reach_pace *pace, uint32_t bucket, uint32_t horizon);

#endif
