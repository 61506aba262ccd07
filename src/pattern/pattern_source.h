/*
 * pattern_source: a pattern as a person wrote it, made ready for folded text.
 *
 *   '\bCaída\b'  ──▶  '\bcaida\b'        literal characters are folded as texts are
 *   '\S+Ñ'       ──▶  '\S+ñ'             escapes, group names and \x{...} are not literals
 *
 * It reads PCRE2's syntax just closely enough to tell a literal from everything else, and refuses
 * what a rule has no use for and an engine on a stranger's text must not have: verbs, \C, \K,
 * callouts, recursion, back-references, conditions, groups in look-behinds, unbounded repeats of
 * unbounded repeats. Whatever it takes for well-formed and is not, PCRE2 refuses afterwards.
 */
#ifndef REBATO_PATTERN_PATTERN_SOURCE_H
#define REBATO_PATTERN_PATTERN_SOURCE_H

#include "core/limits.h"
#include "core/view.h"
#include "fold/fold.h"

#include <stdint.h>

/* A folded character is at most four code points, escaped and in a group of its own. */
#define PATTERN_SOURCE_SIZE_MAX (PATTERN_SIZE_MAX * 6 + 16)
/* The first bytes that every match begins with, as far as they are looked for. */
#define PATTERN_PREFIX_SIZE 3

struct pattern_source {
    /* Why it is refused; NULL when it is not. `at` and `length` are bytes of the original. */
    const char *refused;
    const char *advice;
    size_t at;
    size_t length;

    size_t size;
    char text[PATTERN_SOURCE_SIZE_MAX];
    /* Byte i of `text` comes from byte origin[i] of the original; origin[size] is its size. */
    uint16_t origin[PATTERN_SOURCE_SIZE_MAX + 1];

    /* Bytes that every match begins with, if it is obvious: for looking before matching. */
    char prefix[PATTERN_PREFIX_SIZE];
    size_t prefix_size;
};

/* About 70 kB, so keep `out` off the stack. True unless refused. `pattern` is valid UTF-8 of at
 * most PATTERN_SIZE_MAX bytes. */
int pattern_source_read(struct view pattern, struct pattern_source *out);

/* The same for texts that are folded with these options, of which only FOLD_ENYE_AS_N matters: three
 * equal letters of a pattern are one in any case. */
int pattern_source_read_with(
        struct view pattern, enum fold_options options, struct pattern_source *out);

static inline struct view
pattern_source_view(const struct pattern_source *source)
{
    return (struct view){ .at = source->text, .size = source->size };
}

#endif
