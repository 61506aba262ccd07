/* rule: what folding does to one code point, and what it calls a letter. Slow and plain: the rule
 * that the kernels of fold/kernel.h are measured against. For this folder alone; others see fold.h. */
#ifndef REBATO_FOLD_RULE_H
#define REBATO_FOLD_RULE_H

#include <stdint.h>

#define FOLD_TILDE 0x303 /* combining: with the n before it, the ñ that Spanish keeps */
#define FOLD_ENYE  0xF1

/* What can be drawn out in writing: letters of any script, of a folded text. Digits, signs,
 * punctuation and pictures are no letters; of the scripts' own punctuation only what stands in blocks
 * of its own is told apart. */
int fold_is_letter(uint32_t code_point);

#endif
