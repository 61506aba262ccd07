/*
 * Any bytes through the splitter, as JSON and as CSV, in pieces of a size that the bytes choose.
 *
 * Holds: no crash; every record within its limit; lines never go back; and for JSON, every record is a
 * piece of the input that lies behind the one before, so that all of them together are no larger than it.
 */
#include "core/limits.h"
#include "ingest/split/splitter.h"

#include <assert.h>
#include <stdlib.h>

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct splitter *splitter;

/* Where the record stands in the input, at or behind `from`. */
static size_t
find(struct view bytes, size_t from, struct view record)
{
    const char *at = memmem(bytes.at + from, bytes.size - from, record.at, record.size);

    assert(at != NULL);
    return (size_t)(at - bytes.at);
}

/* The next piece into the splitter; true when it was the last. */
static size_t
fill(struct view bytes, size_t at, size_t step)
{
    size_t room = 0;
    char *window = splitter_room(splitter, &room);
    size_t size = bytes.size - at < step ? bytes.size - at : step;

    size = size < room ? size : room;
    if (size > 0) {
        memcpy(window, bytes.at + at, size);
    }
    splitter_filled(splitter, size);
    if (at + size == bytes.size) {
        splitter_finish(splitter);
    }
    return at + size;
}

static void
split(enum split_kind kind, struct view bytes, size_t step)
{
    struct feed_record record = { .line = 0 };
    enum split_outcome outcome = SPLIT_MORE;
    uint64_t line = 0;
    size_t given = 0;
    size_t taken = 0;
    int finished = 0;

    splitter_begin(splitter, kind);
    while (outcome == SPLIT_MORE || outcome == SPLIT_RECORD) {
        outcome = splitter_next(splitter, &record);
        if (outcome == SPLIT_MORE) {
            assert(!finished); /* it never asks for more than there is */
            finished = given + step >= bytes.size;
            given = fill(bytes, given, step);
        } else if (outcome == SPLIT_RECORD) {
            assert(record.bytes.size > 0 && record.bytes.size <= (size_t)RECORD_SIZE_MAX);
            assert(record.line >= line);
            line = record.line;
            taken = kind == SPLIT_JSON ? find(bytes, taken, record.bytes) + record.bytes.size : 0;
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = { .at = (const char *)data, .size = size };

    if (splitter == NULL) {
        splitter = splitter_create();
        assert(splitter != NULL);
    }
    size_t step = size == 0 ? 1 : 1 + data[size - 1];
    split(SPLIT_JSON, bytes, step);
    split(SPLIT_CSV, bytes, step);
    return 0;
}
