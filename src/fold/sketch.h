/*
 * sketch: a text's words in eight bytes, so that near-duplicates are told without keeping texts.
 *
 *   "@ana lo sentimos, escríbenos por privado ^ab" ─┐
 *   "@luis sentimos la espera, escríbenos por privado ^cd" ─┴─▶ mostly the same digits
 *
 * Sixteen digits of four bits; each is equal in two texts about as often as they share words
 * (minima of sixteen permutations, Broder 1997). Handles, links, numbers and words below three letters
 * are passed over: they are what canned replies differ in.
 */
#ifndef REBATO_FOLD_SKETCH_H
#define REBATO_FOLD_SKETCH_H

#include "core/view.h"

#include <stdint.h>

/* Of a folded text; 0 when it has no word at all. */
uint64_t sketch_of(struct view folded);

/* More than half of their words in common, as far as sixteen digits can tell. A text without words is
 * like nothing. */
int sketch_near(uint64_t a, uint64_t b);

#endif
