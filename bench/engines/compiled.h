/*
 * compiled: every rule as a PCRE2 pattern with machine code, the way a program without this project
 * would hold them. It is the oracle, two of the peers, and what other peers confirm with.
 */
#ifndef REBATO_BENCH_ENGINES_COMPILED_H
#define REBATO_BENCH_ENGINES_COMPILED_H

#include "harness/rules.h"

/* Which column, and for which texts. */
enum compiled_form {
    COMPILED_FOLDED, /* bytes, on folded text */
    COMPILED_RAW,    /* UTF, UCP, caseless, on the text as it was written */
    /* The folded column, read as code points: to explain differences of the two above. */
    COMPILED_FOLDED_UTF,
    COMPILED_FOLDED_UTF_UCP,
};

struct compiled;
/* Match data and JIT stack of one thread. */
struct compiled_scratch;

/* NULL, and said on stderr, when a rule does not compile. */
struct compiled *compiled_create(const struct rules *rules, enum compiled_form form);
void compiled_destroy(struct compiled **compiled);

struct compiled_scratch *compiled_scratch_create(void);
void compiled_scratch_destroy(struct compiled_scratch **scratch);

/* Does the rule match anywhere, with at least one byte? */
int compiled_test(const struct compiled *compiled,
        struct compiled_scratch *scratch,
        size_t rule,
        struct view text);
/* Where: false when nowhere. */
int compiled_find(const struct compiled *compiled,
        struct compiled_scratch *scratch,
        size_t rule,
        struct view text,
        size_t span[2]);
/* Texts on which PCRE2 gave up (its limits), since creation. */
size_t compiled_given_up(const struct compiled_scratch *scratch);

#endif
