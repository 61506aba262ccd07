/* rule_text: what peers with less of PCRE2's language need to know of a rule's text. */
#ifndef REBATO_BENCH_ENGINES_RULE_TEXT_H
#define REBATO_BENCH_ENGINES_RULE_TEXT_H

#include "core/view.h"

/* Has it a look-ahead or look-behind, (?! (?= (?<! (?<=? */
int rule_looks_around(struct view pattern);
/* Could a match of it hold a newline, as \s, \W, \D, [^x] or an escape can? Says yes when unsure.
 * */
int rule_may_cross_lines(struct view pattern);
/* Has it \A, \Z, \z or \G, which know the ends of the text only? */
int rule_needs_ends(struct view pattern);
/* Copies it without its looks around, which makes it match more; returns the size, at most
 * pattern.size. */
size_t rule_without_looks(struct view pattern, char *out);

#endif
