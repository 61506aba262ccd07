/* Any bytes as a checkpoint: as a frame, and, with a checksum that is right, as what a frame holds. No crash;
 * a reason where it is refused; what is taken is packed and read again as it was. */
#include "core/hash.h"
#include "keep/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

static const struct frame_owner owner = { { "main", 4 }, { "madrid", 6 } };

static void
put_number(char *at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        at[i] = (char)(unsigned char)(number >> (8 * i));
    }
}

static void
expect_the_same_again(const struct keep_box *box)
{
    struct keep_box again = { 0 };
    char trouble[KEEP_TROUBLE_SIZE];
    struct view bytes = { 0 };
    char *packed = frame_pack(&owner, box->written_ms, box->items, box->count, &bytes.size);

    assert(packed != NULL);
    bytes.at = packed;
    enum keep_outcome outcome = frame_unpack(bytes, &owner, &again, trouble);
    assert(outcome == KEEP_OK && again.count == box->count);
    for (size_t i = 0; i < box->count; i++) {
        assert(again.items[i].number == box->items[i].number);
        assert(view_equal(again.items[i].bytes, box->items[i].bytes));
    }
    keep_box_fini(&again);
    free(packed);
}

static void
read_frame(struct view bytes)
{
    struct keep_box box = { 0 };
    char trouble[KEEP_TROUBLE_SIZE] = "";

    if (frame_unpack(bytes, &owner, &box, trouble) == KEEP_OK) {
        expect_the_same_again(&box);
    } else {
        assert(trouble[0] != '\0' && box.count == 0);
    }
    keep_box_fini(&box);
}

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t room = ZSTD_compressBound(size);
    char *frame = malloc(28 + room);

    assert(frame != NULL);
    read_frame((struct view){ (const char *)data, size });
    for (size_t i = 0; i < 8; i++) {
        frame[i] = "rebatokp"[i];
    }
    put_number(frame + 8, 1, 4);
    put_number(frame + 12, size, 8);
    put_number(frame + 20, hash_bytes(data, size), 8);
    size_t packed = ZSTD_compress(frame + 28, room, data, size, 1);
    assert(!ZSTD_isError(packed));
    read_frame((struct view){ frame, 28 + packed });
    free(frame);
    return 0;
}
