/* Any bytes as an image of a shard: no crash, nothing read beyond the end; a ledger takes it or refuses it. */
#include "ledger/image.h"

#include "ledger/ledger.h"

#include <assert.h>
#include <stdlib.h>

static size_t
walk(struct view bytes)
{
    struct image_reader reader;
    struct image_entry entry;
    size_t read = 0;

    if (!image_open(&reader, bytes)) {
        return 0;
    }
    while (image_next(&reader, &entry)) {
        assert(entry.name.size + entry.value.size <= bytes.size);
        read += entry.name.size + entry.value.size;
    }
    return read;
}

static void
expect_states(struct view bytes)
{
    size_t count = 0;
    struct image_state *states = image_states(bytes, &count);

    assert((states != NULL) == image_is_whole(bytes));
    assert(states != NULL || count == 0);
    for (size_t i = 0; i < count && states != NULL; i++) {
        assert(states[i].folded_through > 0);
        assert(i == 0 || view_compare(states[i - 1].brand, states[i].brand) <= 0);
    }
    free(states);
}

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = { (const char *)data, size };
    struct ledger_options options;
    char trouble[160];

    assert(walk(bytes) <= size);
    expect_states(bytes);
    ledger_options_init(&options);
    struct ledger *ledger = ledger_create(&options, trouble);
    assert(ledger != NULL);
    struct ledger_reader *reader = ledger_reader_create(ledger);
    enum ledger_outcome outcome = ledger_restore(reader, bytes);
    assert(outcome == LEDGER_OK || !image_is_whole(bytes) || outcome == LEDGER_REFUSED ||
            outcome == LEDGER_AWAY);
    ledger_reader_destroy(&reader);
    ledger_destroy(&ledger);
    return 0;
}
