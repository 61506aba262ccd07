/*
 * rules: a benchmark's rule file.
 *
 *   id <TAB> kind (brand|cat|signal) <TAB> brand or category <TAB> raw pattern <TAB> folded pattern
 *
 * The raw pattern is for PCRE2 with UTF, UCP and CASELESS on the text as it was written; the folded
 * one for plain bytes on folded text in which ñ is n. A rule's number is its line, whatever its id
 * says.
 */
#ifndef REBATO_BENCH_HARNESS_RULES_H
#define REBATO_BENCH_HARNESS_RULES_H

#include "harness/lines.h"

struct rule {
    struct view id, kind, group, raw, folded;
};

struct rules {
    struct lines lines; /* what the views look into */
    struct rule *at;
    size_t count;
};

/* False, and said on stderr, when the file is no such thing. */
int rules_load(struct rules *rules, const char *path);
/* Takes over `lines`, also when it fails; `name` is for what is said. */
int rules_cut(struct rules *rules, struct lines *lines, const char *name);
void rules_fini(struct rules *rules);

#endif
