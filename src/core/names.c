#include "core/names.h"

#include "core/hash.h"
#include "core/limits.h"

#include <assert.h>
#include <stdlib.h>

struct entry {
    uint8_t size;
    char text[NAME_SIZE_MAX + 1];
};

struct names {
    /* Fixed at creation. */
    uint32_t count_max;
    uint32_t slot_mask;

    /* Grow with every new name. */
    uint32_t count;
    struct entry *entries; /* by number */
    uint32_t *slots;       /* hash table of numbers, NAME_NONE where free; at most half full */
};

static_assert(NAME_SIZE_MAX <= UINT8_MAX, "a name's size fits in its entry");

struct names *
names_create(uint32_t name_count_max)
{
    assert(name_count_max > 0 && name_count_max <= NAMES_MAX);
    uint32_t slot_count = 16;
    while (slot_count < name_count_max * 2) {
        slot_count *= 2;
    }

    struct names *names = calloc(1, sizeof *names);
    if (names == NULL) {
        return NULL;
    }
    names->count_max = name_count_max;
    names->slot_mask = slot_count - 1;
    names->entries = calloc(name_count_max, sizeof *names->entries);
    names->slots = malloc(slot_count * sizeof *names->slots);
    if (names->entries == NULL || names->slots == NULL) {
        names_destroy(&names);
        return NULL;
    }
    for (uint32_t slot = 0; slot < slot_count; slot++) {
        names->slots[slot] = NAME_NONE;
    }
    return names;
}

void
names_destroy(struct names **names)
{
    if (*names == NULL) {
        return;
    }
    free((*names)->entries);
    free((*names)->slots);
    free(*names);
    *names = NULL;
}

/* The slot that holds `text`, or the free one where it belongs. Ends because half are free. */
static uint32_t
slot_of(const struct names *names, struct view text)
{
    uint32_t slot = (uint32_t)hash_bytes(text.at, text.size) & names->slot_mask;

    while (names->slots[slot] != NAME_NONE &&
            !view_equal(names_text(names, names->slots[slot]), text)) {
        slot = (slot + 1) & names->slot_mask;
    }
    return slot;
}

uint32_t
names_number(struct names *names, struct view text)
{
    if (text.size > NAME_SIZE_MAX) {
        return NAME_NONE;
    }
    uint32_t slot = slot_of(names, text);
    if (names->slots[slot] != NAME_NONE) {
        return names->slots[slot];
    }
    if (names->count == names->count_max) {
        return NAME_NONE;
    }
    struct entry *entry = &names->entries[names->count];
    entry->size = (uint8_t)text.size;
    view_copy(text, entry->text, sizeof entry->text);
    names->slots[slot] = names->count;
    return names->count++;
}

uint32_t
names_find(const struct names *names, struct view text)
{
    return text.size > NAME_SIZE_MAX ? NAME_NONE : names->slots[slot_of(names, text)];
}

struct view
names_text(const struct names *names, uint32_t number)
{
    assert(number < names->count);
    const struct entry *entry = &names->entries[number];
    return (struct view){ .at = entry->text, .size = entry->size };
}

uint32_t
names_count(const struct names *names)
{
    return names->count;
}
