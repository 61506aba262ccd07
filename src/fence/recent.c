#include "fence/recent.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct recent_seen {
    int64_t offset;
    uint64_t id_hash;
};

/* An entry of the table: `place` + 1 in the ring, 0 for "free", and the half of the hash that decides where
 * it stands, so that probing stays within the table. */
struct recent_slot {
    uint32_t place;
    uint32_t tag;
};

/* Ids ahead of the one in hand that are brought into the cache: about as far as one record's work takes
 * longer than the memory. */
#define AHEAD 8

static size_t
power_of_two_above(size_t count)
{
    size_t power = 1;
    while (power < count) {
        power *= 2;
    }
    return power;
}

int
recent_init(struct recent *recent, uint32_t window)
{
    *recent = (struct recent){ .window = window };
    if (window > 0) {
        size_t slots = 2 * power_of_two_above(window);
        recent->slot_mask = slots - 1;
        recent->capacity = (size_t)window + (window + 1) / 2;
        recent->ring = calloc(recent->capacity, sizeof *recent->ring);
        recent->slots = calloc(slots, sizeof *recent->slots);
        if (recent->ring == NULL || recent->slots == NULL) {
            recent_fini(recent);
            return 0;
        }
    }
    return 1;
}

void
recent_fini(struct recent *recent)
{
    free(recent->ring);
    free(recent->slots);
    *recent = (struct recent){ .window = 0 };
}

static void
empty_table(struct recent *recent)
{
    if (recent->slots != NULL) {
        memset(recent->slots, 0, (recent->slot_mask + 1) * sizeof *recent->slots);
    }
}

void
recent_clear(struct recent *recent, int64_t offset)
{
    recent->tail = 0;
    recent->looked = 0;
    recent->kept = 0;
    recent->whole = offset;
    recent->offset = offset;
    empty_table(recent);
}

/* ---- the ring ---- */

/* The place so many before the next; at most `capacity`. */
static size_t
place_back(const struct recent *recent, size_t count)
{
    return recent->tail >= count ? recent->tail - count : recent->tail + recent->capacity - count;
}

static uint64_t
hash_back(const struct recent *recent, size_t count)
{
    return recent->ring[place_back(recent, count)].id_hash;
}

/* ---- the table ---- */

/* Ids are hashes already: their low bits are as good as any. */
static size_t
slot_home(const struct recent *recent, uint32_t tag)
{
    return (size_t)tag & recent->slot_mask;
}

static int
slot_holds(const struct recent *recent, size_t slot, uint64_t id_hash)
{
    return recent->slots[slot].tag == (uint32_t)id_hash &&
           recent->ring[recent->slots[slot].place - 1].id_hash == id_hash;
}

static size_t
slot_of(const struct recent *recent, uint64_t id_hash)
{
    size_t slot = slot_home(recent, (uint32_t)id_hash);
    while (recent->slots[slot].place != 0 && !slot_holds(recent, slot, id_hash)) {
        slot = (slot + 1) & recent->slot_mask;
    }
    return slot;
}

static void
slot_fill(struct recent *recent, size_t slot, size_t place)
{
    recent->slots[slot] = (struct recent_slot){ .place = (uint32_t)(place + 1),
        .tag = (uint32_t)recent->ring[place].id_hash };
}

/* Takes a slot out and moves back what had been pushed past it, so that no probe ends too early. */
static void
slot_free(struct recent *recent, size_t slot)
{
    size_t mask = recent->slot_mask;
    size_t next = (slot + 1) & mask;

    while (recent->slots[next].place != 0) {
        size_t home = slot_home(recent, recent->slots[next].tag);
        if (((next - home) & mask) >= ((next - slot) & mask)) {
            recent->slots[slot] = recent->slots[next];
            slot = next;
        }
        next = (next + 1) & mask;
    }
    recent->slots[slot].place = 0;
}

/* The table may no longer know the place. */
static void
forget(struct recent *recent, size_t place)
{
    uint32_t tag = (uint32_t)recent->ring[place].id_hash;
    size_t slot = slot_home(recent, tag);

    /* A later occurrence of the same id has taken the slot over: it stays, and this one is in none. */
    while (recent->slots[slot].place != 0) {
        if (recent->slots[slot].place == place + 1) {
            slot_free(recent, slot);
            return;
        }
        slot = (slot + 1) & recent->slot_mask;
    }
}

static void
forget_before(struct recent *recent, int64_t offset)
{
    while (recent->looked > 0) {
        size_t place = place_back(recent, recent->looked);
        if (recent->ring[place].offset >= offset) {
            return;
        }
        if (recent->looked > AHEAD) {
            recent_prefetch(recent, hash_back(recent, recent->looked - AHEAD));
        }
        forget(recent, place);
        recent->looked--;
    }
}

/* ---- records ---- */

static void
append(struct recent *recent, size_t slot, int64_t offset, uint64_t id_hash)
{
    struct recent_seen *seen = &recent->ring[recent->tail];

    if (recent->kept == recent->capacity) {
        assert(recent->looked < recent->kept);
        recent->whole = seen->offset + 1;
        recent->kept--;
    }
    *seen = (struct recent_seen){ .offset = offset, .id_hash = id_hash };
    slot_fill(recent, slot, recent->tail);
    recent->tail = recent->tail + 1 == recent->capacity ? 0 : recent->tail + 1;
    recent->looked++;
    recent->kept++;
}

int
recent_add(struct recent *recent, int64_t offset, uint64_t id_hash)
{
    recent->offset = offset + 1;
    if (recent->slots == NULL || id_hash == 0) {
        return 0;
    }
    int64_t oldest = offset - (int64_t)recent->window;
    forget_before(recent, oldest);
    int known = recent->slots[slot_of(recent, id_hash)].place != 0;

    forget_before(recent, oldest + 1); /* the next record will not look back that far */
    append(recent, slot_of(recent, id_hash), offset, id_hash);
    return known;
}

void
recent_prefetch(const struct recent *recent, uint64_t id_hash)
{
    if (recent->slots != NULL) {
        __builtin_prefetch(&recent->slots[slot_home(recent, (uint32_t)id_hash)], 1);
    }
}

/* ---- going back ---- */

/* In the order of the log, so that the newest place of an id is the one that stays. */
static void
fill_table(struct recent *recent)
{
    empty_table(recent);
    for (size_t back = recent->looked; back > 0; back--) {
        size_t place = place_back(recent, back);
        if (back > AHEAD) {
            recent_prefetch(recent, hash_back(recent, back - AHEAD));
        }
        slot_fill(recent, slot_of(recent, recent->ring[place].id_hash), place);
    }
}

/* The ring up to `offset`; what is looked back on from there. */
static void
cut(struct recent *recent, int64_t offset)
{
    int64_t oldest = offset - (int64_t)recent->window;

    while (recent->kept > 0 && recent->ring[place_back(recent, 1)].offset >= offset) {
        recent->tail = place_back(recent, 1);
        recent->kept--;
    }
    recent->looked = 0;
    while (recent->looked < recent->kept &&
            recent->ring[place_back(recent, recent->looked + 1)].offset >= oldest) {
        recent->looked++;
    }
    recent->offset = offset;
}

int64_t
recent_return(struct recent *recent, int64_t begin, int64_t offset)
{
    assert(begin <= offset);
    if (begin < recent->whole || begin > recent->offset) {
        recent_clear(recent, begin);
        return begin;
    }
    if (offset < recent->offset) {
        cut(recent, offset);
        fill_table(recent);
    }
    return recent->offset;
}
