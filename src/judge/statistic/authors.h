/*
 * authors: who was seen lately, so that each person counts once.
 *
 * A table from an author's hash to the bucket they were last seen in. It remembers AUTHORS_MAX people;
 * while it is full, further ones are counted in each bucket anew (never too few). A window beside it, each author in
 * the bucket they were last seen in, gives the exact number of distinct authors of any span up to an hour. Owned by
 * one thread at a time.
 */
#ifndef REBATO_JUDGE_STATISTIC_AUTHORS_H
#define REBATO_JUDGE_STATISTIC_AUTHORS_H

#include "window/window.h"

#include <stddef.h>
#include <stdint.h>

#define AUTHORS_MAX      65536
#define AUTHORS_HOUR     SPAN_1H
#define AUTHORS_FOR_EVER UINT32_MAX

struct author_seen {
    uint64_t author; /* 0: a free slot */
    uint32_t last;   /* bucket */
};

struct authors {
    uint32_t memory;   /* buckets after which an author is new again */
    uint32_t capacity; /* slots: a power of two, or 0 before the first author */
    uint32_t count;    /* slots in use, forgotten authors included until the next tidy */
    uint32_t tidied;   /* bucket of the last tidy of a full table */
    struct author_seen *slots;
    struct window recent; /* authors by the bucket they were last seen in */
};

/* Before anything else `recent` is told where its ring lies. */
void authors_init(struct authors *authors, uint32_t memory);
void authors_fini(struct authors *authors);
void authors_clear(struct authors *authors);

/* What looking these up will touch is asked of memory; see core/line.h. */
void authors_fetch(const struct authors *authors, const uint64_t *list, size_t count);
/* Takes note; true when the author was not seen in the `memory` buckets before this one. Buckets do
 * not go back. */
int authors_see(struct authors *authors, uint64_t author, uint32_t bucket);

/* As of `bucket` they are. The table may still hold others: nothing may depend on them. */
int authors_remember(
        const struct authors *authors, const struct author_seen *seen, uint32_t bucket);
/* Would authors_see() call the author known? Changes nothing. */
int authors_know(const struct authors *authors, uint64_t author, uint32_t bucket);

/* Distinct authors of the last `span` <= AUTHORS_HOUR buckets up to `bucket` >= the newest seen. */
uint64_t authors_distinct(const struct authors *authors, uint32_t bucket, uint32_t span);

/* How many are remembered as of the newest bucket, and all of them, by hash: for saving. */
uint32_t authors_remembered(const struct authors *authors);
void authors_list(const struct authors *authors, struct author_seen *list);
/* For loading a saved state; in any order. */
void authors_restore(struct authors *authors, const struct author_seen *seen);

#endif
