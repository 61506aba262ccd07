#include "judge/statistic/authors.h"

#include "core/line.h"
#include "core/pages.h"

#include <assert.h>
#include <stdlib.h>

#define SLOTS_FEWEST 64

void
authors_init(struct authors *authors, uint32_t memory)
{
    static const uint32_t hour[] = { AUTHORS_HOUR };

    *authors = (struct authors){ .memory = memory };
    window_init(&authors->recent, hour, 1);
}

static void
free_slots(struct authors *authors)
{
    pages_give(authors->slots, authors->capacity * sizeof *authors->slots);
}

void
authors_fini(struct authors *authors)
{
    free_slots(authors);
    authors->slots = NULL;
    authors->capacity = 0;
    authors->count = 0;
}

void
authors_clear(struct authors *authors)
{
    authors_fini(authors);
    authors->tidied = 0;
    window_clear(&authors->recent);
    authors->recent.newest = 0;
}

int
authors_remember(const struct authors *authors, const struct author_seen *seen, uint32_t bucket)
{
    return authors->memory == AUTHORS_FOR_EVER || bucket - seen->last <= authors->memory;
}

static uint32_t
first_slot(uint32_t capacity, uint64_t author)
{
    return (uint32_t)(author ^ author >> 32) & (capacity - 1);
}

static uint32_t
slot_of(const struct author_seen *slots, uint32_t capacity, uint64_t author)
{
    uint32_t slot = first_slot(capacity, author);
    while (slots[slot].author != 0 && slots[slot].author != author) {
        slot = (slot + 1) & (capacity - 1);
    }
    return slot;
}

static uint32_t
count_remembered(const struct authors *authors, uint32_t bucket)
{
    uint32_t remembered = 0;
    for (uint32_t i = 0; i < authors->capacity; i++) {
        const struct author_seen *seen = &authors->slots[i];
        remembered += seen->author != 0 && authors_remember(authors, seen, bucket);
    }
    return remembered;
}

/* A new table with room, without those long gone. On failure the old one stays. */
static void
tidy(struct authors *authors, uint32_t bucket)
{
    uint32_t remembered = count_remembered(authors, bucket);
    uint32_t capacity = SLOTS_FEWEST;
    while (capacity < 2 * AUTHORS_MAX && capacity < 4 * (remembered + 1)) {
        capacity *= 2;
    }
    struct author_seen *slots = pages_take(capacity * sizeof *slots);
    if (slots == NULL) {
        return;
    }
    for (uint32_t i = 0; i < authors->capacity; i++) {
        const struct author_seen *seen = &authors->slots[i];
        if (seen->author != 0 && authors_remember(authors, seen, bucket)) {
            slots[slot_of(slots, capacity, seen->author)] = *seen;
        }
    }
    free_slots(authors);
    authors->slots = slots;
    authors->capacity = capacity;
    authors->count = remembered;
}

static int
has_room(const struct authors *authors)
{
    return authors->count < AUTHORS_MAX && authors->count < authors->capacity / 2;
}

static int
make_room(struct authors *authors, uint32_t bucket)
{
    if (has_room(authors)) {
        return 1;
    }
    /* A full table is tidied once a bucket, not once an author. */
    if (authors->count >= AUTHORS_MAX && authors->tidied == bucket) {
        return 0;
    }
    if (authors->count >= AUTHORS_MAX) {
        authors->tidied = bucket;
    }
    tidy(authors, bucket);
    return has_room(authors);
}

/* Somebody in the table comes again. True when that was too long ago to count. */
static int
see_again(struct authors *authors, struct author_seen *seen, uint32_t bucket)
{
    int known = authors_remember(authors, seen, bucket);
    if (bucket - seen->last < AUTHORS_HOUR) {
        window_drop(&authors->recent, bucket - seen->last);
    }
    seen->last = bucket;
    return !known;
}

void
authors_fetch(const struct authors *authors, const uint64_t *list, size_t count)
{
    for (size_t i = 0; authors->capacity > 0 && i < count; i++) {
        line_fetch(&authors->slots[first_slot(authors->capacity, list[i])], 1);
    }
}

int
authors_see(struct authors *authors, uint64_t author, uint32_t bucket)
{
    assert(bucket >= authors->recent.newest);

    author = author == 0 ? 1 : author; /* 0 marks a free slot */
    window_advance(&authors->recent, bucket);
    window_add(&authors->recent, 1);
    if (authors->capacity > 0) {
        uint32_t slot = slot_of(authors->slots, authors->capacity, author);
        if (authors->slots[slot].author != 0) {
            return see_again(authors, &authors->slots[slot], bucket);
        }
    }
    if (make_room(authors, bucket)) {
        uint32_t slot = slot_of(authors->slots, authors->capacity, author);
        authors->slots[slot] = (struct author_seen){ .author = author, .last = bucket };
        authors->count++;
    }
    return 1;
}

int
authors_know(const struct authors *authors, uint64_t author, uint32_t bucket)
{
    author = author == 0 ? 1 : author;
    if (authors->capacity == 0) {
        return 0;
    }
    const struct author_seen *seen =
            &authors->slots[slot_of(authors->slots, authors->capacity, author)];
    return seen->author != 0 && authors_remember(authors, seen, bucket);
}

uint64_t
authors_distinct(const struct authors *authors, uint32_t bucket, uint32_t span)
{
    return window_sum_at(&authors->recent, bucket, span);
}

uint32_t
authors_remembered(const struct authors *authors)
{
    return count_remembered(authors, authors->recent.newest);
}

static int
by_hash(const void *a, const void *b)
{
    const struct author_seen *left = a;
    const struct author_seen *right = b;
    return (left->author > right->author) - (left->author < right->author);
}

void
authors_list(const struct authors *authors, struct author_seen *list)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < authors->capacity; i++) {
        const struct author_seen *seen = &authors->slots[i];
        if (seen->author != 0 && authors_remember(authors, seen, authors->recent.newest)) {
            list[count++] = *seen;
        }
    }
    qsort(list, count, sizeof *list, by_hash);
}

void
authors_restore(struct authors *authors, const struct author_seen *seen)
{
    uint32_t tidied = authors->tidied;
    if (seen->author == 0 || !make_room(authors, authors->recent.newest)) {
        return;
    }
    authors->tidied = tidied; /* loading is no tidying */
    uint32_t slot = slot_of(authors->slots, authors->capacity, seen->author);
    authors->count += authors->slots[slot].author == 0;
    authors->slots[slot] = *seen;
}
