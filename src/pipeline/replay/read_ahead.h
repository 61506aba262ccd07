/*
 * read_ahead: the records of many feeds, read and matched ahead of the one thread that counts them.
 *
 *   feed ── cut ──▶ chunk ── examine ──▶ chunk ── in the order of its feed ──▶ sequencer
 *    │      one thread       any thread                                           │
 *    └◀────────────────────── the chunk's memory, again ◀─────────────────────────┘
 *
 * A chunk is some hundred kilobytes of whole records and what was found in them. Each feed is cut by one
 * thread at a time, so its records come in order whoever cuts; chunks are examined in any order, and
 * handed over in that of their feed. Which thread did what, and how large the chunks were, cannot be seen
 * in the findings.
 *
 * The thread that counts is one of the workers: when the chunk it needs next is not ready, it reads and
 * matches another. So the work shares itself out, with as many threads as there are workers. With one
 * worker no thread is started.
 *
 * A lock and a condition, taken twice a chunk: a few hundred records share their cost.
 */
#ifndef REBATO_PIPELINE_REPLAY_READ_AHEAD_H
#define REBATO_PIPELINE_REPLAY_READ_AHEAD_H

#include "ingest/feed.h"
#include "pipeline/engine/examiner.h"

#define READ_AHEAD_WORKERS_MAX 64

struct read_ahead_options {
    const struct rule_set *const *sets; /* by slot */
    size_t set_count;                   /* at least 1 */
    const struct rule_map *map;         /* NULL: all by the first */
    const struct reader_options *reader;
    struct feed *const *feeds; /* the array is copied; its feeds are the workers' until the end */
    size_t feed_count;
    uint32_t workers;  /* threads, the caller's among them */
    size_t chunk_size; /* bytes, about; 0: as measured */
    int talk;          /* who speaks with whom is noted */
};

/* Owned by the caller until it asks for the next of the same feed. */
struct chunk {
    struct findings findings;
    enum feed_outcome outcome; /* behind the last of them; RECORD: there is another chunk */
    double progress;           /* of the feed, behind this chunk */
};

struct read_ahead;

/* The thread that counts. Starts reading. NULL when out of memory. */
struct read_ahead *read_ahead_create(const struct read_ahead_options *options);
/* Stops the workers, wherever they are. */
void read_ahead_destroy(struct read_ahead **ahead);

/* The next chunk of a feed, in the order of the feed. Not behind one that had an end. */
const struct chunk *read_ahead_next(struct read_ahead *ahead, size_t feed);

#endif
