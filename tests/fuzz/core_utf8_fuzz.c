/* Any bytes: repairing gives UTF-8, escaping gives nothing that a terminal acts on, cutting cuts whole
 * code points. */
#include "core/text/utf8.h"

#include <assert.h>

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char out[8192];
    struct view text = { (const char *)data, size };
    size_t repaired;

    struct view good = { out, utf8_repair(text, out, sizeof out, &repaired) };
    assert(utf8_valid(good));
    assert(good.size == sizeof out || good.size + 3 > sizeof out ||
            (repaired == 0) == utf8_valid(text));
    for (size_t limit = 0; limit < 8; limit++) {
        struct view cut = utf8_cut(good, limit);
        assert(cut.size <= limit && utf8_valid(cut));
    }
    struct view escaped = { out, utf8_escape(text, out, sizeof out) };
    assert(utf8_valid(escaped));
    for (size_t i = 0; i < escaped.size; i++) {
        assert((unsigned char)escaped.at[i] >= 0x20 && escaped.at[i] != 0x7F);
    }
    return 0;
}
