/* Any bytes as a record, under every shape: no crash, one fate, and what comes out keeps its promises. */
#include "core/limits.h"
#include "core/utf8.h"
#include "mention/json_cut.h"
#include "mention/reader.h"

#include <assert.h>

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct mention *mention)
{
    const struct view labels[] = { mention->id, mention->lang, mention->author_id,
        mention->author_handle, mention->reply_to_id, mention->reply_to_handle, mention->root_id,
        mention->link };

    assert(mention->text.size <= TEXT_SIZE_MAX && utf8_valid(mention->text));
    assert(mention->quoted.size <= TEXT_SIZE_MAX && utf8_valid(mention->quoted));
    assert(mention->time_ms >= EVENT_TIME_MIN_MS && mention->time_ms < EVENT_TIME_MAX_MS);
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        assert(labels[i].size <= ID_SIZE_MAX && utf8_valid(labels[i]));
    }
    assert(mention_author_hash(mention) != 0);
}

/* Cutting must end, move forward and stay inside, whatever stands there. */
static void
check_cutting(struct view bytes)
{
    struct json_cutter cutter = { 0 };
    size_t last = 0;

    while (jdoc_cut(&cutter, bytes, JSON_AT_END) != JSON_CUT_END) {
        struct json_array array;
        struct view element;
        assert(cutter.from >= last && cutter.at > cutter.from && cutter.at <= bytes.size);
        last = cutter.at;
        struct view value = view_slice(bytes, cutter.from, cutter.at);
        int found = jdoc_array_open(&array, value, VIEW("/data/children"));
        while (found && jdoc_array_next(&array, &element)) {
            assert(element.at >= value.at && element.at + element.size <= value.at + value.size);
        }
        jdoc_cutter_next(&cutter);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const told[] = { NULL, "native", "x-v1.1", "x-v2", "bluesky", "mastodon",
        "reddit" };
    static struct reader *readers[sizeof told / sizeof told[0]];
    struct view record = { (const char *)data, size };

    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        struct mention mention;
        struct reader_trouble trouble;
        if (readers[i] == NULL) {
            readers[i] = reader_create(&(struct reader_options){ .shape = told[i] });
            assert(readers[i] != NULL);
        }
        enum rebato_fate fate = reader_read(readers[i], record, &mention, &trouble);
        assert(fate < REBATO_FATE_COUNT);
        assert((fate == REBATO_FATE_unmatched) == (trouble.what[0] == '\0'));
        if (fate == REBATO_FATE_unmatched) {
            check(&mention);
        }
    }
    check_cutting(record);
    return 0;
}
