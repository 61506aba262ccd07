#include "keep/frame.h"

#include "core/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#define FRAME_MAGIC   "rebatokp"
#define FRAME_VERSION 1
/* magic, version, size, hash */
#define HEAD_SIZE      28
#define OWNER_SIZE_MAX 256
/* Most of a state is zeros and small numbers: higher levels take longer and gain little. */
#define ZSTD_LEVEL 3

/* ---- numbers and names ---- */

static char *
put_number(char *at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        at[i] = (char)(unsigned char)(number >> (8 * i));
    }
    return at + size;
}

static char *
put_bytes(char *at, struct view bytes)
{
    if (bytes.size > 0) {
        memcpy(at, bytes.at, bytes.size);
    }
    return at + bytes.size;
}

/* Bytes that are taken from the front; short once there were too few. */
struct front {
    struct view rest;
    int is_short;
};

static struct view
take_bytes(struct front *front, uint64_t size)
{
    if (size > front->rest.size) {
        front->is_short = 1;
        return (struct view){ .size = 0 };
    }
    struct view taken = view_slice(front->rest, 0, (size_t)size);
    front->rest = view_slice(front->rest, (size_t)size, front->rest.size);
    return taken;
}

static uint64_t
take_number(struct front *front, size_t size)
{
    struct view bytes = take_bytes(front, size);
    uint64_t number = 0;

    for (size_t i = 0; i < bytes.size; i++) {
        number |= (uint64_t)(unsigned char)bytes.at[i] << (8 * i);
    }
    return number;
}

/* ---- packing ---- */

static size_t
plain_size(const struct frame_owner *owner, const struct keep_item *items, size_t count)
{
    size_t size = 8 + 4 + owner->name_space.size + 4 + owner->deployment.size + 4;

    for (size_t i = 0; i < count; i++) {
        size += 4 + 8 + items[i].bytes.size;
    }
    return size;
}

static void
fill_plain(char *at,
        const struct frame_owner *owner,
        int64_t written_ms,
        const struct keep_item *items,
        size_t count)
{
    at = put_number(at, (uint64_t)written_ms, 8);
    at = put_bytes(put_number(at, owner->name_space.size, 4), owner->name_space);
    at = put_bytes(put_number(at, owner->deployment.size, 4), owner->deployment);
    at = put_number(at, count, 4);
    for (size_t i = 0; i < count; i++) {
        at = put_number(put_number(at, items[i].number, 4), items[i].bytes.size, 8);
        at = put_bytes(at, items[i].bytes);
    }
}

static char *
compress(struct view plain, size_t *size)
{
    size_t room = ZSTD_compressBound(plain.size);
    char *out = malloc(HEAD_SIZE + room);

    if (out == NULL) {
        return NULL;
    }
    char *at = put_bytes(out, VIEW(FRAME_MAGIC));
    at = put_number(at, FRAME_VERSION, 4);
    at = put_number(at, plain.size, 8);
    at = put_number(at, hash_view(plain, 0), 8);
    size_t packed = ZSTD_compress(at, room, plain.at, plain.size, ZSTD_LEVEL);
    if (ZSTD_isError(packed)) {
        free(out);
        return NULL;
    }
    *size = HEAD_SIZE + packed;
    return out;
}

char *
frame_pack(const struct frame_owner *owner,
        int64_t written_ms,
        const struct keep_item *items,
        size_t count,
        size_t *size)
{
    struct view plain = { .size = plain_size(owner, items, count) };
    char *bytes = malloc(plain.size);

    assert(count <= KEEP_ITEMS_MAX && owner->name_space.size < OWNER_SIZE_MAX &&
            owner->deployment.size < OWNER_SIZE_MAX);
    if (bytes == NULL) {
        return NULL;
    }
    fill_plain(bytes, owner, written_ms, items, count);
    plain.at = bytes;
    char *packed = compress(plain, size);
    free(bytes);
    return packed;
}

/* ---- unpacking ---- */

/* The plain bytes, malloc'd; NULL and `trouble` when they are not what they were. */
static char *
decompress(struct view bytes, size_t *size, char trouble[KEEP_TROUBLE_SIZE])
{
    struct front front = { .rest = bytes };
    int ours = view_equal(take_bytes(&front, 8), VIEW(FRAME_MAGIC));
    uint64_t version = take_number(&front, 4);
    uint64_t plain_size = take_number(&front, 8);
    uint64_t hash = take_number(&front, 8);

    if (!ours || front.is_short) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "it is no checkpoint, or only the beginning of one");
        return NULL;
    }
    if (version != FRAME_VERSION) {
        snprintf(trouble, KEEP_TROUBLE_SIZE,
                "its version is %" PRIu64 ", this program reads version %d", version,
                FRAME_VERSION);
        return NULL;
    }
    /* Asked before any memory is taken: the library knows what the compressed part claims to hold. */
    if (plain_size > KEEP_SIZE_MAX ||
            ZSTD_getFrameContentSize(front.rest.at, front.rest.size) != plain_size) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "it is torn: its sizes do not agree");
        return NULL;
    }
    char *plain = malloc((size_t)plain_size + 1);
    size_t got = plain == NULL ? 0
                               : ZSTD_decompress(
                                         plain, (size_t)plain_size, front.rest.at, front.rest.size);
    if (plain == NULL || ZSTD_isError(got) || got != plain_size || hash_bytes(plain, got) != hash) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "it is torn or altered: its checksum is wrong");
        free(plain);
        return NULL;
    }
    *size = got;
    return plain;
}

static int
is_ours(struct view found, struct view wanted)
{
    return found.size == 0 || view_equal(found, wanted);
}

static enum keep_outcome
check_owner(struct front *front, const struct frame_owner *owner, char trouble[KEEP_TROUBLE_SIZE])
{
    struct view name_space = take_bytes(front, take_number(front, 4));
    struct view deployment = take_bytes(front, take_number(front, 4));

    if (front->is_short) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "it ends in the middle");
        return KEEP_DAMAGED;
    }
    if (!is_ours(name_space, owner->name_space)) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "it is of namespace %.*s, not %.*s",
                (int)(name_space.size < 64 ? name_space.size : 64), name_space.at,
                (int)owner->name_space.size, owner->name_space.at);
        return KEEP_FOREIGN;
    }
    if (!view_equal(deployment, owner->deployment)) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "it is of deployment %.*s, not %.*s",
                (int)(deployment.size < 64 ? deployment.size : 64), deployment.at,
                (int)owner->deployment.size, owner->deployment.at);
        return KEEP_FOREIGN;
    }
    return KEEP_OK;
}

/* Room for `count` more items and one more piece of memory. */
static int
grow_box(struct keep_box *box, size_t count)
{
    struct keep_item *items = realloc(box->items, (box->count + count + 1) * sizeof *items);

    if (items == NULL) {
        return 0;
    }
    box->items = items;
    char **memory = realloc(box->memory, (box->memory_count + 1) * sizeof *memory);
    if (memory == NULL) {
        return 0;
    }
    box->memory = memory;
    return 1;
}

static enum keep_outcome
take_items(struct front *front, struct keep_box *box, char trouble[KEEP_TROUBLE_SIZE])
{
    uint64_t count = take_number(front, 4);
    size_t before = box->count;

    if (count > KEEP_ITEMS_MAX || !grow_box(box, (size_t)count)) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "it holds more than can be read");
        return KEEP_DAMAGED;
    }
    for (uint64_t i = 0; i < count && !front->is_short; i++) {
        struct keep_item *item = &box->items[box->count++];
        item->number = (uint32_t)take_number(front, 4);
        item->bytes = take_bytes(front, take_number(front, 8));
    }
    if (front->is_short || front->rest.size > 0) {
        box->count = before;
        snprintf(trouble, KEEP_TROUBLE_SIZE, "it ends in the middle");
        return KEEP_DAMAGED;
    }
    return KEEP_OK;
}

enum keep_outcome
frame_unpack(struct view bytes,
        const struct frame_owner *owner,
        struct keep_box *box,
        char trouble[KEEP_TROUBLE_SIZE])
{
    struct front front = { .is_short = 0 };
    char *plain = decompress(bytes, &front.rest.size, trouble);

    if (plain == NULL) {
        return KEEP_DAMAGED;
    }
    front.rest.at = plain;
    int64_t written_ms = (int64_t)take_number(&front, 8);
    enum keep_outcome outcome = check_owner(&front, owner, trouble);
    if (outcome == KEEP_OK) {
        outcome = take_items(&front, box, trouble);
    }
    if (outcome != KEEP_OK) {
        free(plain);
        return outcome;
    }
    if (box->memory_count == 0 || written_ms < box->written_ms) {
        box->written_ms = written_ms;
    }
    box->memory[box->memory_count++] = plain;
    return KEEP_OK;
}
