/*
 * Any bytes as a pattern, and behind its first NUL as a text: reading the pattern keeps its map
 * within bounds, and our way of running it finds what PCRE2's plain interpreter finds, unless one
 * gives up.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "core/text/utf8.h"
#include "pattern/pattern.h"
#include "pattern/pattern_source.h"

#include <assert.h>
#include <pcre2.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct pattern_source source;

static void
check_map(size_t pattern_size)
{
    assert(source.size <= PATTERN_SOURCE_SIZE_MAX);
    for (size_t i = 0; i < source.size; i++) {
        assert(source.origin[i] <= source.origin[i + 1]);
    }
    assert(source.origin[source.size] == pattern_size);
    assert(utf8_valid(pattern_source_view(&source)));
}

static void
compare(const struct pattern *pattern, struct view text)
{
    struct pattern_span span = { 0 };
    struct pattern_scratch *scratch = pattern_scratch_create(pattern->group_count);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    assert(scratch != NULL && data != NULL && limits != NULL);
    (void)pcre2_set_match_limit(limits, 20000);
    (void)pcre2_set_heap_limit(limits, 4096);
    enum pattern_outcome outcome = pattern_find(pattern, scratch, text, 0, &span);
    int rc = pcre2_match(pattern->code, (PCRE2_SPTR)text.at, text.size, 0,
            PCRE2_NO_JIT | PCRE2_NOTEMPTY, data, limits);
    if (outcome != PATTERN_GAVE_UP && (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)) {
        const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(data);
        assert((outcome == PATTERN_FOUND) == (rc >= 0));
        assert(rc < 0 || (bounds[0] == span.begin && bounds[1] == span.end));
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(limits);
    pattern_scratch_destroy(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view all = { (const char *)data, size };
    const char *nul = size == 0 ? NULL : memchr(data, 0, size);
    size_t cut = nul == NULL ? size : (size_t)(nul - all.at);
    struct view written = view_slice(all, 0, cut);
    struct view text = cut < size ? view_slice(all, cut + 1, size) : VIEW("no va en ios");
    struct pattern pattern;
    struct pattern_error error;
    if (written.size > PATTERN_SIZE_MAX || !utf8_valid(written) || !utf8_valid(text)) {
        return 0;
    }
    if (!pattern_source_read(written, &source)) {
        assert(source.at <= written.size && source.advice != NULL);
        return 0;
    }
    check_map(written.size);
    if (pattern_init(&pattern, pattern_source_view(&source), PATTERN_UNICODE, &error)) {
        compare(&pattern, text);
    }
    pattern_fini(&pattern);
    return 0;
}
