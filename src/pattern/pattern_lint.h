/*
 * pattern_lint: the parts of PCRE2's syntax that a rule may not use, found while pattern_source
 * reads the pattern from left to right. Private to pattern_source.
 */
#ifndef REBATO_PATTERN_PATTERN_LINT_H
#define REBATO_PATTERN_PATTERN_LINT_H

#include "core/view.h"

#define PATTERN_DEPTH_MAX 64

struct pattern_group_state {
    int look_behind;
    int sealed;    /* atomic or an assertion: what is inside is not tried again from outside */
    int unbounded; /* holds a repeat without an upper bound */
};

struct pattern_lint {
    /* The first refusal; NULL while there is none. */
    const char *what;
    const char *advice;
    size_t at;
    size_t length;

    struct pattern_group_state groups[PATTERN_DEPTH_MAX];
    size_t depth;
    size_t look_behinds; /* of the open groups */
};

struct pattern_quantifier {
    size_t size; /* bytes; 0: none stands here */
    int unbounded;
    int one_or_more;
    int possessive;
};

/* "?", "*", "+", "{2}", "{2,}", "{2,5}" with a "?" or "+" behind it. */
struct pattern_quantifier pattern_quantifier(struct view pattern, size_t at);

/* Bytes of the escape that begins with the backslash at `at`. */
size_t pattern_escape_size(struct view pattern, size_t at);

void pattern_lint_escape(struct pattern_lint *lint, struct view pattern, size_t at, int in_class);
void pattern_lint_quantifier(struct pattern_lint *lint, struct pattern_quantifier quantifier);

/* Returns the bytes of "(", "(?:", "(?<name>", ... at `at`; a comment and an option setting are
 * whole. */
size_t pattern_lint_open(struct pattern_lint *lint, struct view pattern, size_t at);
void pattern_lint_close(struct pattern_lint *lint, struct view pattern, size_t at);

#endif
