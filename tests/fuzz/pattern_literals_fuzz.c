/*
 * Any bytes as a pattern, and behind its first NUL as a text: what PCRE2 finds has the literals that
 * the pattern is said to need, and an exact literal is never there in vain. The first byte chooses
 * between characters and bytes.
 */
#include "../unit/pattern/literals_oracle.h"

#include "core/limits.h"
#include "core/text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct frequency *
rates(void)
{
    static struct frequency *frequency;
    frequency = frequency == NULL ? frequency_create() : frequency;
    assert(frequency != NULL);
    return frequency;
}

static void
compare(struct view written, enum pattern_mode mode, struct view text)
{
    struct pattern pattern;
    struct pattern_error error;
    struct pattern_span span;
    struct literals literals;
    if (!pattern_init(&pattern, written, mode, &error)) {
        return;
    }
    struct arena *arena = arena_create();
    struct pattern_scratch *scratch = pattern_scratch_create(pattern.group_count);
    assert(arena != NULL && scratch != NULL);
    int whole = literals_find(written, mode, rates(), arena, &literals);
    assert(whole);
    oracle_check_set(&literals.first);
    oracle_check_set(&literals.second);
    enum pattern_outcome outcome = pattern_find(&pattern, scratch, text, 0, &span);
    assert(outcome == PATTERN_GAVE_UP ||
            oracle_fault(&literals, mode, text, outcome == PATTERN_FOUND) == NULL);
    pattern_scratch_destroy(&scratch);
    arena_destroy(&arena);
    pattern_fini(&pattern);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    enum pattern_mode mode = data[0] % 2 == 0 ? PATTERN_UNICODE : PATTERN_BYTES;
    struct view all = { (const char *)data + 1, size - 1 };
    const char *nul = all.size == 0 ? NULL : memchr(all.at, 0, all.size);
    size_t cut = nul == NULL ? all.size : (size_t)(nul - all.at);
    struct view written = view_slice(all, 0, cut);
    struct view text = cut < all.size ? view_slice(all, cut + 1, all.size) : VIEW("no va en ios");
    /* A \K in a look-ahead ends a match before it begins; rules may not have it. */
    if (written.size > PATTERN_SIZE_MAX || memmem(written.at, written.size, "\\K", 2) != NULL ||
            (mode == PATTERN_UNICODE && (!utf8_valid(written) || !utf8_valid(text)))) {
        return 0;
    }
    compare(written, mode, text);
    return 0;
}
