/*
 * image: one shard of the ledger as bytes: what a checkpoint keeps, and what brings a lost shard back.
 *
 *   shard's hash ──┐
 *   judge's hash ──┼─ ledger_image ─▶ bytes ─▶ file or topic ─▶ bytes ─▶ ledger_restore ─▶ an empty Redis
 *   open authors ──┘
 *
 * Fences, open counts, states and folded_through are those of one moment. So a restored shard is a shard
 * that was rolled back to that moment, which the protocol knows how to live with: the workers read again
 * from the fences they find, and nothing is counted twice or skipped.
 *
 * An image without counts holds states alone: what `replay --learn` has learnt, for any number of shards.
 *
 * A flat list of named values behind a head. The reader believes nothing it reads: sizes are checked, an
 * unknown version or part ends the reading. Pure.
 */
#ifndef REBATO_LEDGER_IMAGE_H
#define REBATO_LEDGER_IMAGE_H

#include "core/view.h"

#include <stdint.h>

enum image_part {
    IMAGE_TOPIC = 1, /* number → topic: fences name topics by number */
    IMAGE_COUNTS,    /* a field of the shard's hash */
    IMAGE_JUDGED,    /* a field of the judge's hash */
    IMAGE_AUTHOR,    /* key of the set behind "{shard}:au:" → one member */
};

struct image_head {
    uint32_t shard;
    uint32_t shards; /* of the ledger it was taken from; 0: states alone */
    int64_t taken_ms;
};

struct image_entry {
    enum image_part part;
    struct view name;
    struct view value;
};

/* ---- writing ---- */

struct image_writer {
    char *at; /* malloc'd */
    size_t size;
    size_t room;
    int short_of_memory; /* the image is not whole: do not use it */
};

/* Begins a new image; what was written before is forgotten. Zero the struct before the first. */
void image_begin(struct image_writer *writer, const struct image_head *head);
void image_add(struct image_writer *writer, const struct image_entry *entry);
/* A brand's state as an image holds it. */
void image_add_state(
        struct image_writer *writer, struct view brand, uint32_t folded_through, struct view state);
void image_fini(struct image_writer *writer);

/* ---- reading ---- */

struct image_reader {
    struct image_head head;
    struct view rest;
    int broken; /* it ended in the middle of something */
};

/* False: not an image, or of another version. The bytes outlive the reader. */
int image_open(struct image_reader *reader, struct view bytes);
/* The next value; 0 at the end, and when it is broken. */
int image_next(struct image_reader *reader, struct image_entry *entry);
/* True when the whole image can be read. */
int image_is_whole(struct view bytes);

/* ---- states in it ---- */

/* A brand as the judge left it. */
struct image_state {
    struct view brand;
    uint32_t folded_through;
    struct view state; /* empty: none */
};

/* All brands of an image that were ever folded, sorted by id; malloc'd, *count 0 when there are none.
 * NULL: out of memory, or not a whole image. */
struct image_state *image_states(struct view bytes, size_t *count);

#endif
