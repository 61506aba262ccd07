/*
 * pattern: one PCRE2 expression, and the scratch memory that running it needs.
 *
 *   struct pattern   compiled once, then read-only: any number of threads share it
 *   pattern_scratch  one per thread: match data, JIT stack, limits, the interpreter's frames
 *
 * Patterns run on folded text (fold/fold.h), which is valid UTF-8. Empty matches do not count. A
 * run that takes too long is given up and reported, never waited for: the text is a stranger's, and
 * a rule that is slow on it must not hold the line. Running allocates nothing.
 */
#ifndef REBATO_PATTERN_PATTERN_H
#define REBATO_PATTERN_PATTERN_H

#include "core/view.h"

#include <stdint.h>

#define PATTERN_ERROR_SIZE 160

/* What the bytes of a pattern and of its texts are. */
enum pattern_mode {
    PATTERN_UNICODE, /* UTF-8: \w, \b and . know every script. What rules are. */
    PATTERN_BYTES,   /* bytes: \w and \b know ASCII alone. What benchmark rule files are. */
};

struct pattern {
    struct pcre2_real_code_8 *code;
    struct pattern_holders *holders; /* how many patterns share the code */
    const unsigned char *names;      /* PCRE2's table of named groups, inside `code` */
    uint32_t name_count;
    uint32_t name_size;
    uint32_t group_count;
    int may_be_empty;
    int jit;              /* 1: machine code; 0: interpreted, about six times slower */
    uint32_t worst_steps; /* on the worst text, as probe.h counts it; 0: plain, or not probed */
};

struct pattern_error {
    size_t at;                     /* byte of the expression */
    char what[PATTERN_ERROR_SIZE]; /* PCRE2's own sentence */
};

struct pattern_scratch;

struct pattern_span {
    size_t begin, end; /* half-open, bytes of the text */
};

enum pattern_outcome {
    PATTERN_NOT_FOUND,
    PATTERN_FOUND,
    PATTERN_GAVE_UP, /* match limit, JIT stack, memory, or nothing left of what was allowed */
};

/* False and `*error` when it does not compile; out of memory is such an error. `pattern_fini` is safe on a
 * zeroed one. */
int pattern_init(struct pattern *pattern,
        struct view text,
        enum pattern_mode mode,
        struct pattern_error *error);
void pattern_fini(struct pattern *pattern);
/* The same pattern once more: the code lives until the last that holds it ends, whichever that is. */
void pattern_share(const struct pattern *known, struct pattern *pattern);

/* `group_count_max` is the most groups that a pattern run with it may have. NULL: no memory. */
struct pattern_scratch *pattern_scratch_create(uint32_t group_count_max);
void pattern_scratch_destroy(struct pattern_scratch **scratch);

/* Searches may cost this many steps from now on, all together; then they are given up at once. What
 * a search costs cannot be asked of PCRE2: it is charged for the bytes it passed over, by the
 * pattern's worst steps. Without this call there is no end to it. */
void pattern_scratch_allow(struct pattern_scratch *scratch, uint64_t steps);

/* From now on as if there were no JIT: for tests and figures. */
void pattern_scratch_interpret(struct pattern_scratch *scratch);

/* The scratch's thread only: the first non-empty match at or after byte `from`. */
enum pattern_outcome pattern_find(const struct pattern *pattern,
        struct pattern_scratch *scratch,
        struct view text,
        size_t from,
        struct pattern_span *span);

/* The scratch's thread only: does it match anywhere? Cheaper than pattern_find(), for those who do
 * not ask where. */
enum pattern_outcome pattern_test(
        const struct pattern *pattern, struct pattern_scratch *scratch, struct view text);

/* Named group `index` (< name_count) of the match just found; false when it took no part. */
int pattern_group(const struct pattern *pattern,
        const struct pattern_scratch *scratch,
        uint32_t index,
        struct view *name,
        struct pattern_span *span);

#endif
