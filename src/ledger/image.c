#include "ledger/image.h"

#include "ledger/link/bytes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define IMAGE_MAGIC   UINT32_C(0x69746272) /* "rbti" */
#define IMAGE_VERSION 1

/* ---- numbers, little-endian ---- */

static void
put_number(unsigned char *at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        at[i] = (unsigned char)(number >> (8 * i));
    }
}

static uint64_t
get_number(const char *at, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++) {
        number |= (uint64_t)(unsigned char)at[i] << (8 * i);
    }
    return number;
}

/* magic, version, shard, shards, taken */
#define HEAD_SIZE 24
/* part, size of the name, size of the value */
#define ENTRY_SIZE 12

/* ---- writing ---- */

static void
append(struct image_writer *writer, const void *bytes, size_t size)
{
    if (writer->room - writer->size < size) {
        size_t room = writer->room == 0 ? 65536 : writer->room;
        while (room - writer->size < size) {
            room *= 2;
        }
        char *larger = realloc(writer->at, room);
        if (larger == NULL) {
            writer->short_of_memory = 1;
            return;
        }
        writer->at = larger;
        writer->room = room;
    }
    if (size > 0) {
        memcpy(writer->at + writer->size, bytes, size);
        writer->size += size;
    }
}

void
image_begin(struct image_writer *writer, const struct image_head *head)
{
    unsigned char bytes[HEAD_SIZE];

    put_number(bytes, IMAGE_MAGIC, 4);
    put_number(bytes + 4, IMAGE_VERSION, 4);
    put_number(bytes + 8, head->shard, 4);
    put_number(bytes + 12, head->shards, 4);
    put_number(bytes + 16, (uint64_t)head->taken_ms, 8);
    writer->size = 0;
    writer->short_of_memory = 0;
    append(writer, bytes, sizeof bytes);
}

void
image_add(struct image_writer *writer, const struct image_entry *entry)
{
    unsigned char bytes[ENTRY_SIZE];

    assert(entry->name.size <= UINT32_MAX && entry->value.size <= UINT32_MAX);
    put_number(bytes, entry->part, 4);
    put_number(bytes + 4, entry->name.size, 4);
    put_number(bytes + 8, entry->value.size, 4);
    append(writer, bytes, sizeof bytes);
    append(writer, entry->name.at, entry->name.size);
    append(writer, entry->value.at, entry->value.size);
}

void
image_add_state(
        struct image_writer *writer, struct view brand, uint32_t folded_through, struct view state)
{
    char name[64];
    char number[16];

    assert(brand.size < sizeof name - 4);
    snprintf(name, sizeof name, "st:%.*s", (int)brand.size, brand.at);
    image_add(writer, &(struct image_entry){ IMAGE_JUDGED, view_of(name), state });
    name[0] = 'f'; /* "ft:", of the same brand */
    snprintf(number, sizeof number, "%" PRIu32, folded_through);
    image_add(writer, &(struct image_entry){ IMAGE_JUDGED, view_of(name), view_of(number) });
}

void
image_fini(struct image_writer *writer)
{
    free(writer->at);
    *writer = (struct image_writer){ .at = NULL };
}

/* ---- reading ---- */

int
image_open(struct image_reader *reader, struct view bytes)
{
    *reader = (struct image_reader){ .broken = 0 };
    if (bytes.size < HEAD_SIZE || get_number(bytes.at, 4) != IMAGE_MAGIC ||
            get_number(bytes.at + 4, 4) != IMAGE_VERSION) {
        return 0;
    }
    reader->head.shard = (uint32_t)get_number(bytes.at + 8, 4);
    reader->head.shards = (uint32_t)get_number(bytes.at + 12, 4);
    reader->head.taken_ms = (int64_t)get_number(bytes.at + 16, 8);
    reader->rest = view_slice(bytes, HEAD_SIZE, bytes.size);
    return 1;
}

int
image_next(struct image_reader *reader, struct image_entry *entry)
{
    struct view rest = reader->rest;

    if (rest.size == 0 || reader->broken) {
        return 0;
    }
    reader->broken = 1;
    if (rest.size < ENTRY_SIZE) {
        return 0;
    }
    uint64_t part = get_number(rest.at, 4);
    uint64_t name = get_number(rest.at + 4, 4);
    uint64_t value = get_number(rest.at + 8, 4);
    if (part < IMAGE_TOPIC || part > IMAGE_AUTHOR || name + value > rest.size - ENTRY_SIZE) {
        return 0;
    }
    reader->broken = 0;
    entry->part = (enum image_part)part;
    entry->name = view_slice(rest, ENTRY_SIZE, ENTRY_SIZE + (size_t)name);
    entry->value = view_slice(rest, ENTRY_SIZE + (size_t)name, ENTRY_SIZE + (size_t)(name + value));
    reader->rest = view_slice(rest, ENTRY_SIZE + (size_t)(name + value), rest.size);
    return 1;
}

int
image_is_whole(struct view bytes)
{
    struct image_reader reader;
    struct image_entry entry;

    if (!image_open(&reader, bytes)) {
        return 0;
    }
    while (image_next(&reader, &entry)) {
    }
    return !reader.broken;
}

/* ---- states ---- */

/* "ft:<brand>" or "st:<brand>", with the first three bytes taken off; an empty view: something else. */
static struct view
brand_of(const struct image_entry *entry, const char *kind)
{
    return entry->part == IMAGE_JUDGED && view_starts(entry->name, view_of(kind))
                   ? view_slice(entry->name, 3, entry->name.size)
                   : (struct view){ .size = 0 };
}

static int
compare_states(const void *left, const void *right)
{
    return view_compare(
            ((const struct image_state *)left)->brand, ((const struct image_state *)right)->brand);
}

static size_t
count_entries(struct view bytes)
{
    struct image_reader reader;
    struct image_entry entry;
    size_t count = 0;

    (void)image_open(&reader, bytes);
    while (image_next(&reader, &entry)) {
        count++;
    }
    return count;
}

/* Every brand that was folded, without its state. Returns how many. */
static size_t
list_folded(struct view bytes, struct image_state *states)
{
    struct image_reader reader;
    struct image_entry entry;
    size_t count = 0;

    (void)image_open(&reader, bytes);
    while (image_next(&reader, &entry)) {
        struct image_state state = { .brand = brand_of(&entry, "ft:") };
        if (state.brand.size > 0 && view_to_u32_strict(entry.value, &state.folded_through) &&
                state.folded_through > 0) {
            states[count++] = state;
        }
    }
    if (count > 1) {
        qsort(states, count, sizeof *states, compare_states);
    }
    return count;
}

static void
add_states(struct view bytes, struct image_state *states, size_t count)
{
    struct image_reader reader;
    struct image_entry entry;

    (void)image_open(&reader, bytes);
    while (count > 0 && image_next(&reader, &entry)) {
        struct image_state wanted = { .brand = brand_of(&entry, "st:") };
        struct image_state *found =
                wanted.brand.size == 0
                        ? NULL
                        : bsearch(&wanted, states, count, sizeof *states, compare_states);
        if (found != NULL) {
            found->state = entry.value;
        }
    }
}

struct image_state *
image_states(struct view bytes, size_t *count)
{
    *count = 0;
    if (!image_is_whole(bytes)) {
        return NULL;
    }
    struct image_state *states = calloc(count_entries(bytes) + 1, sizeof *states);
    if (states != NULL) {
        *count = list_folded(bytes, states);
        add_states(bytes, states, *count);
    }
    return states;
}
