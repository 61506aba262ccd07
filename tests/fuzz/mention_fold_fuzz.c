/* Any text, folded: the way back never goes backwards or out of bounds, and no byte appears from
 * nowhere. */
#include "core/utf8.h"
#include "mention/fold.h"

#include <assert.h>

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct view text, enum fold_options repeats)
{
    static struct folded folded;
    size_t begin;
    size_t end;

    fold_text(text, repeats, &folded);
    assert(folded.size <= text.size * FOLD_GROWTH_MAX);
    assert(utf8_valid(folded_view(&folded)));
    assert(folded.origin[folded.size] == text.size);
    for (size_t i = 0; i < folded.size; i++) {
        assert(folded.origin[i] <= folded.origin[i + 1]);
        fold_span(&folded, i, i + 1, &begin, &end);
        assert(begin < end && end <= text.size);
        assert(utf8_valid(view_slice(text, begin, end)));
    }
    fold_span(&folded, 0, folded.size, &begin, &end);
    assert(folded.size == 0 || end == text.size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char repaired[TEXT_SIZE_MAX];
    size_t count;
    struct view text = { repaired,
        utf8_repair((struct view){ (const char *)data, size }, repaired, sizeof repaired, &count) };

    check(text, FOLD_SQUEEZE_REPEATS);
    check(text, FOLD_PLAIN);
    return 0;
}
