/* Any text, folded: the way back never goes backwards or out of bounds, no byte appears from nowhere,
 * and every instruction set writes the same. */
#include "core/text/utf8.h"
#include "fold/fold.h"

#include <assert.h>
#include <stdlib.h>

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text and the room for it lie in blocks of their own, so that ASan sees their bounds. */
static void
check_into(struct view text, enum fold_options options, const struct folded *folded)
{
    char *exact = malloc(text.size + 1);
    char *out = malloc(text.size * FOLD_GROWTH_MAX + FOLD_SLACK);

    assert(exact != NULL && out != NULL);
    /* Ends where the block ends. */
    memcpy(exact + 1, text.at, text.size);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (isa_available((enum isa)isa)) {
            struct view moved = { exact + 1, text.size };
            size_t size = fold_into((enum isa)isa, moved, options, out);
            assert(view_equal((struct view){ out, size }, folded_view(folded)));
        }
    }
    free(out);
    free(exact);
}

static void
check(struct view text, enum fold_options options)
{
    static struct folded folded;
    size_t begin;
    size_t end;

    fold_text(text, options, &folded);
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
    check_into(text, options, &folded);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char repaired[TEXT_SIZE_MAX];
    size_t count;
    struct view text = { repaired,
        utf8_repair((struct view){ (const char *)data, size }, repaired, sizeof repaired, &count) };

    for (int options = 0; options < 4; options++) {
        check(text, (enum fold_options)options);
    }
    return 0;
}
