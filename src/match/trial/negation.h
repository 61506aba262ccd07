/*
 * negation: is what a pattern found denied by the words before it?
 *
 *   "no se ha caído"               denied: "no" stands before the match, in its clause
 *   "no funciona"                  not denied: the negator is the match's own
 *   "no es que no se haya caído"   not denied: two of them, so nobody can tell
 *   "no me entero, ¿se ha caído?"  not denied: another clause
 *   "si no está caído, ..."        not denied: only supposed
 *
 * A pure function of folded text, for rules with `negation: void`. It knows Spanish and English by
 * word lists and no grammar; it looks a few words back and never forward. What it cannot tell it
 * leaves alone, because a complaint that is lost is worse than one that is doubtful.
 */
#ifndef REBATO_MATCH_TRIAL_NEGATION_H
#define REBATO_MATCH_TRIAL_NEGATION_H

#include "core/view.h"
#include "pattern/pattern.h"

/* Words before a match that are looked at. */
#define NEGATION_REACH 4

/* True when the match does not count; `*negator` is then the word that voids it. */
int negation_voids(struct view text, struct pattern_span match, struct pattern_span *negator);

#endif
