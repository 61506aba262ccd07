#include "window/tally.h"

#include "core/limits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Tables of positions, twice as many as entries: probes stay short when a tally is full. Most tallies are
 * handed over long before that: the cells' table begins small, where it stays in the cache. */
#define CELL_SLOTS        (TALLY_CELLS_MAX * 2)
#define CELL_SLOTS_FEWEST 1024
#define AUTHOR_SLOTS      (TALLY_AUTHORS_MAX * 2)
/* A bucket of a brand shows this many posts; more would only fill the ledger. */
#define EXEMPLARS_PER_BUCKET 3

static_assert((CELL_SLOTS & (CELL_SLOTS - 1)) == 0, "slots are masked, not divided");
static_assert((AUTHOR_SLOTS & (AUTHOR_SLOTS - 1)) == 0, "slots are masked, not divided");

/* Dense arrays of what was added, in order of arrival, and tables that find an entry again: a slot
 * holds its position + 1, so that 0 is "free". `*_at` remembers each entry's slot, which makes
 * clearing cost what was in the tally. */
struct tally {
    struct tally_range ranges[TALLY_RANGES_MAX];
    size_t range_count;
    size_t range_last; /* records of one partition come in runs */

    struct tally_cell cells[TALLY_CELLS_MAX];
    uint32_t cell_at[TALLY_CELLS_MAX];
    uint32_t cell_slots[CELL_SLOTS];
    size_t cell_count;
    size_t cell_mask; /* of the slots in use: grows with what a tally is asked to hold */

    struct tally_author authors[TALLY_AUTHORS_MAX];
    uint32_t author_at[TALLY_AUTHORS_MAX];
    uint32_t author_slots[AUTHOR_SLOTS];
    size_t author_count;

    struct tally_official officials[TALLY_OFFICIALS_MAX];
    size_t official_count;

    struct tally_exemplar exemplars[TALLY_EXEMPLARS_MAX];
    size_t exemplar_count;
};

struct tally *
tally_create(void)
{
    struct tally *tally = calloc(1, sizeof *tally);

    if (tally != NULL) {
        tally->cell_mask = CELL_SLOTS_FEWEST - 1;
    }
    return tally;
}

void
tally_destroy(struct tally **tally)
{
    free(*tally);
    *tally = NULL;
}

void
tally_clear(struct tally *tally)
{
    for (size_t i = 0; i < tally->cell_count; i++) {
        tally->cell_slots[tally->cell_at[i]] = 0;
    }
    for (size_t i = 0; i < tally->author_count; i++) {
        tally->author_slots[tally->author_at[i]] = 0;
    }
    tally->range_count = 0;
    tally->range_last = 0;
    tally->cell_count = 0;
    tally->author_count = 0;
    tally->official_count = 0;
    tally->exemplar_count = 0;
}

int
tally_has_room(const struct tally *tally)
{
    /* A range of the next record's source too: it may be a new one. */
    return tally->cell_count + RECORD_CELLS_MAX <= TALLY_CELLS_MAX &&
           tally->author_count + RECORD_CELLS_MAX <= TALLY_AUTHORS_MAX &&
           tally->official_count + MENTION_BRANDS_MAX <= TALLY_OFFICIALS_MAX &&
           tally->exemplar_count + MENTION_BRANDS_MAX <= TALLY_EXEMPLARS_MAX;
}

int
tally_is_empty(const struct tally *tally)
{
    return tally->range_count == 0 && tally->exemplar_count == 0;
}

uint32_t
tally_open_range(struct tally *tally, uint32_t source, int64_t from)
{
    size_t last = tally->range_last;
    if (last < tally->range_count && tally->ranges[last].source == source) {
        return (uint32_t)last;
    }
    for (size_t i = 0; i < tally->range_count; i++) {
        if (tally->ranges[i].source == source) {
            tally->range_last = i;
            return (uint32_t)i;
        }
    }
    if (tally->range_count == TALLY_RANGES_MAX) {
        return UINT32_MAX;
    }
    tally->ranges[tally->range_count] = (struct tally_range){
        .source = source,
        .from = from,
        .to = from,
        .max_time_ms = INT64_MIN,
        .lowest_bucket = UINT32_MAX,
        .last_offset = -1,
    };
    tally->range_last = tally->range_count;
    return (uint32_t)tally->range_count++;
}

void
tally_cover(struct tally *tally, uint32_t range, int64_t to, int64_t max_time_ms)
{
    assert(range < tally->range_count);
    assert(to >= tally->ranges[range].to);

    tally->ranges[range].to = to;
    tally->ranges[range].max_time_ms = max_time_ms;
}

void
tally_see(struct tally *tally, uint32_t range, int64_t offset, int64_t stamp_ms)
{
    assert(range < tally->range_count);

    tally->ranges[range].last_offset = offset;
    tally->ranges[range].last_stamp_ms = stamp_ms;
}

/* splitmix64's last step: numbers that differ in one bit land far apart. */
static uint64_t
mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

static uint64_t
place_hash(uint32_t range, uint32_t bucket, uint32_t brand, uint32_t dim)
{
    return mix(mix((uint64_t)range << 32 | bucket) ^ ((uint64_t)brand << 32 | dim));
}

static int
cell_same(const struct tally_cell *a, const struct tally_cell *b)
{
    return a->dim == b->dim && a->brand == b->brand && a->bucket == b->bucket &&
           a->range == b->range && a->kind == b->kind;
}

static int
author_same(const struct tally_author *a, const struct tally_author *b)
{
    return a->author == b->author && a->dim == b->dim && a->brand == b->brand &&
           a->bucket == b->bucket && a->range == b->range;
}

/* The slot where the cell is, or the free one where it belongs. */
static size_t
cell_slot(const struct tally *tally, const struct tally_cell *cell)
{
    uint64_t hash = place_hash(cell->range, cell->bucket, cell->brand, cell->dim);
    size_t slot = (size_t)(hash + (uint64_t)cell->kind) & tally->cell_mask;
    while (tally->cell_slots[slot] != 0 &&
            !cell_same(&tally->cells[tally->cell_slots[slot] - 1], cell)) {
        slot = (slot + 1) & tally->cell_mask;
    }
    return slot;
}

static size_t
author_slot(const struct tally *tally, const struct tally_author *author)
{
    uint64_t hash = place_hash(author->range, author->bucket, author->brand, author->dim);
    size_t slot = (size_t)mix(hash ^ author->author) & (AUTHOR_SLOTS - 1);
    while (tally->author_slots[slot] != 0 &&
            !author_same(&tally->authors[tally->author_slots[slot] - 1], author)) {
        slot = (slot + 1) & (AUTHOR_SLOTS - 1);
    }
    return slot;
}

static void
range_reaches(struct tally *tally, uint32_t range, uint32_t bucket)
{
    assert(range < tally->range_count);
    if (bucket < tally->ranges[range].lowest_bucket) {
        tally->ranges[range].lowest_bucket = bucket;
    }
}

static void
place_cells(struct tally *tally)
{
    memset(tally->cell_slots, 0, (tally->cell_mask + 1) * sizeof tally->cell_slots[0]);
    for (size_t i = 0; i < tally->cell_count; i++) {
        size_t slot = cell_slot(tally, &tally->cells[i]);
        tally->cell_at[i] = (uint32_t)slot;
        tally->cell_slots[slot] = (uint32_t)(i + 1);
    }
}

void
tally_add(struct tally *tally, const struct tally_cell *cell)
{
    assert(cell->range < tally->range_count);

    if (cell->kind == CELL_ON_TIME) {
        range_reaches(tally, cell->range, cell->bucket);
    }
    size_t slot = cell_slot(tally, cell);
    if (tally->cell_slots[slot] != 0) {
        tally->cells[tally->cell_slots[slot] - 1].count += cell->count;
        return;
    }
    assert(tally->cell_count < TALLY_CELLS_MAX); /* tally_has_room() was not asked */
    tally->cells[tally->cell_count] = *cell;
    tally->cell_at[tally->cell_count] = (uint32_t)slot;
    tally->cell_slots[slot] = (uint32_t)++tally->cell_count;
    if (tally->cell_count * 2 > tally->cell_mask && tally->cell_mask < CELL_SLOTS - 1) {
        tally->cell_mask = tally->cell_mask * 2 + 1;
        place_cells(tally);
    }
}

void
tally_add_author(struct tally *tally, const struct tally_author *author)
{
    range_reaches(tally, author->range, author->bucket);
    size_t slot = author_slot(tally, author);
    if (tally->author_slots[slot] != 0) {
        return;
    }
    assert(tally->author_count < TALLY_AUTHORS_MAX);
    tally->authors[tally->author_count] = *author;
    tally->author_at[tally->author_count] = (uint32_t)slot;
    tally->author_slots[slot] = (uint32_t)++tally->author_count;
}

void
tally_add_official(struct tally *tally, const struct tally_official *official)
{
    assert(official->range < tally->range_count);
    assert(tally->official_count < TALLY_OFFICIALS_MAX);

    tally->officials[tally->official_count++] = *official;
}

/* Heavier first; of equal weight the smaller text, so that the order of arrival does not decide. */
static int
exemplar_compare(const struct tally_exemplar *a, const struct tally_exemplar *b)
{
    if (a->weight != b->weight) {
        return a->weight > b->weight ? -1 : 1;
    }
    struct view text_a = { .at = a->json, .size = a->json_size };
    struct view text_b = { .at = b->json, .size = b->json_size };
    size_t shorter = text_a.size < text_b.size ? text_a.size : text_b.size;
    int order = memcmp(text_a.at, text_b.at, shorter);
    if (order != 0) {
        return order;
    }
    return text_a.size < text_b.size ? -1 : text_a.size > text_b.size;
}

void
tally_add_exemplar(struct tally *tally, const struct tally_exemplar *exemplar)
{
    size_t same = 0;
    struct tally_exemplar *last = NULL;

    assert(exemplar->json_size <= EXEMPLAR_JSON_SIZE);
    /* From the newest: exemplars of one bucket stand close together. */
    for (size_t i = tally->exemplar_count; i > 0 && same < EXEMPLARS_PER_BUCKET; i--) {
        struct tally_exemplar *other = &tally->exemplars[i - 1];
        if (other->brand != exemplar->brand || other->bucket != exemplar->bucket) {
            continue;
        }
        if (exemplar_compare(other, exemplar) == 0) {
            return; /* the same post, read again after a rewind */
        }
        same++;
        if (last == NULL || exemplar_compare(other, last) > 0) {
            last = other;
        }
    }
    if (same < EXEMPLARS_PER_BUCKET) {
        assert(tally->exemplar_count < TALLY_EXEMPLARS_MAX);
        tally->exemplars[tally->exemplar_count++] = *exemplar;
    } else if (exemplar_compare(exemplar, last) < 0) {
        *last = *exemplar;
    }
}

static void
rebuild_tables(struct tally *tally)
{
    place_cells(tally);
    memset(tally->author_slots, 0, sizeof tally->author_slots);
    for (size_t i = 0; i < tally->author_count; i++) {
        size_t slot = author_slot(tally, &tally->authors[i]);
        tally->author_at[i] = (uint32_t)slot;
        tally->author_slots[slot] = (uint32_t)(i + 1);
    }
}

/* Where an entry of `range` belongs once `gone` is gone: higher ranges move down by one. */
static uint32_t
range_after(uint32_t range, uint32_t gone)
{
    return range > gone ? range - 1 : range;
}

static void
drop_cells(struct tally *tally, uint32_t gone)
{
    size_t kept = 0;
    for (size_t i = 0; i < tally->cell_count; i++) {
        if (tally->cells[i].range != gone) {
            tally->cells[kept] = tally->cells[i];
            tally->cells[kept++].range = range_after(tally->cells[i].range, gone);
        }
    }
    tally->cell_count = kept;
}

static void
drop_authors(struct tally *tally, uint32_t gone)
{
    size_t kept = 0;
    for (size_t i = 0; i < tally->author_count; i++) {
        if (tally->authors[i].range != gone) {
            tally->authors[kept] = tally->authors[i];
            tally->authors[kept++].range = range_after(tally->authors[i].range, gone);
        }
    }
    tally->author_count = kept;
}

static void
drop_officials(struct tally *tally, uint32_t gone)
{
    size_t kept = 0;
    for (size_t i = 0; i < tally->official_count; i++) {
        if (tally->officials[i].range != gone) {
            tally->officials[kept] = tally->officials[i];
            tally->officials[kept++].range = range_after(tally->officials[i].range, gone);
        }
    }
    tally->official_count = kept;
}

void
tally_drop_source(struct tally *tally, uint32_t source)
{
    uint32_t gone = 0;
    while (gone < tally->range_count && tally->ranges[gone].source != source) {
        gone++;
    }
    if (gone == tally->range_count) {
        return;
    }
    memmove(&tally->ranges[gone], &tally->ranges[gone + 1],
            (tally->range_count - gone - 1) * sizeof tally->ranges[0]);
    tally->range_count--;
    tally->range_last = 0;
    drop_cells(tally, gone);
    drop_authors(tally, gone);
    drop_officials(tally, gone);
    rebuild_tables(tally);
}

size_t
tally_range_count(const struct tally *tally)
{
    return tally->range_count;
}

const struct tally_range *
tally_range_at(const struct tally *tally, size_t index)
{
    assert(index < tally->range_count);
    return &tally->ranges[index];
}

size_t
tally_cell_count(const struct tally *tally)
{
    return tally->cell_count;
}

const struct tally_cell *
tally_cell_at(const struct tally *tally, size_t index)
{
    assert(index < tally->cell_count);
    return &tally->cells[index];
}

size_t
tally_author_count(const struct tally *tally)
{
    return tally->author_count;
}

const struct tally_author *
tally_author_at(const struct tally *tally, size_t index)
{
    assert(index < tally->author_count);
    return &tally->authors[index];
}

size_t
tally_official_count(const struct tally *tally)
{
    return tally->official_count;
}

const struct tally_official *
tally_official_at(const struct tally *tally, size_t index)
{
    assert(index < tally->official_count);
    return &tally->officials[index];
}

size_t
tally_exemplar_count(const struct tally *tally)
{
    return tally->exemplar_count;
}

const struct tally_exemplar *
tally_exemplar_at(const struct tally *tally, size_t index)
{
    assert(index < tally->exemplar_count);
    return &tally->exemplars[index];
}
