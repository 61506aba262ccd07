/*
 * recent: which ids occurred at the last offsets of a log, and how to go back to a lower offset.
 *
 *               kept to go back         looked back on
 *   ring   ┌──────────────────────┬──────────────────────┐
 *          oldest                 offset - window        offset ─▶
 *   table  an id's hash ─▶ its newest place among those that are looked back on
 *
 * An id is known when it was at one of the previous `window` offsets. Who has seen all of these gives the
 * same answer as anybody else, whatever he did before. So somebody who has to count again from a lower
 * offset need not read what is before it, as long as that is still in the ring: half a window more than
 * what is looked back on. If it is not, he starts over.
 *
 * One thread; allocates at the start only.
 */
#ifndef REBATO_FENCE_RECENT_H
#define REBATO_FENCE_RECENT_H

#include <stddef.h>
#include <stdint.h>

struct recent_seen;
struct recent_slot;

struct recent {
    /* Fixed at the start. */
    uint32_t window;
    size_t capacity; /* of the ring */
    size_t slot_mask;
    struct recent_seen *ring;
    struct recent_slot *slots;

    /* Moved by every record. */
    size_t tail;    /* the next place of the ring, */
    size_t looked;  /* so many before it are looked back on, */
    size_t kept;    /* and so many are there */
    int64_t whole;  /* of the offsets from here */
    int64_t offset; /* to here nothing is missing */
};

/* `window` 0: nothing is ever known. False when out of memory. */
int recent_init(struct recent *recent, uint32_t window);
void recent_fini(struct recent *recent);

/* Starts over: `offset` is the first that will be added. */
void recent_clear(struct recent *recent, int64_t offset);

/* Goes on at `offset`, for somebody who would otherwise start over and add what there is from `begin` on.
 * Returns the first offset that he has yet to add: `begin`, then he has started over, or a greater one. */
int64_t recent_return(struct recent *recent, int64_t begin, int64_t offset);

/* Is this id known? From now on it is. Offsets only rise; a hash of 0 is no id. */
int recent_add(struct recent *recent, int64_t offset, uint64_t id_hash);

/* Brings what recent_add() will look at into the cache. Changes nothing. */
void recent_prefetch(const struct recent *recent, uint64_t id_hash);

#endif
