/*
 * variant: a text with some of its code points folded and the others as they were, so that an audit
 * can say which kind of folding made a difference.
 */
#ifndef REBATO_BENCH_CONTEST_VARIANT_H
#define REBATO_BENCH_CONTEST_VARIANT_H

#include "core/limits.h"
#include "core/view.h"

/* Each kind includes those before it. */
enum variant_kind {
    VARIANT_RAW,
    VARIANT_MARKS,   /* combining marks are off */
    VARIANT_LETTERS, /* precomposed Latin letters are plain ones, but for enye */
    VARIANT_ENYE,
    VARIANT_QUOTES, /* curly quotes are straight */
    VARIANT_FORMS,  /* ligatures and width forms are plain letters */
    VARIANT_FOLDED, /* whatever else folding does: the folded text */
    VARIANT_COUNT
};

struct variant {
    char text[TEXT_SIZE_MAX * FOLD_GROWTH_MAX + 8];
};

/* Not VARIANT_FOLDED: that one is the folded text itself. Lives until the next one. */
struct view variant_make(struct variant *variant, struct view text, enum variant_kind kind);

/* Is `folded` the other in lower case, as the C library's locale C.UTF-8 has it? */
int variant_is_case_of(struct view text, struct view folded);

#endif
