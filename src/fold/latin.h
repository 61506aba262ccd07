/* latin: accented Latin letters as plain lower-case ones. For fold.c alone. */
#ifndef REBATO_FOLD_LATIN_H
#define REBATO_FOLD_LATIN_H

#include <stddef.h>
#include <stdint.h>

/* Is it a letter that fold_latin() has a row for? */
static inline int
fold_is_latin(uint32_t code_point)
{
    return (code_point >= 0xC0 && code_point < 0x250) ||
           (code_point >= 0x1E00 && code_point < 0x1F00);
}

/* Writes one or two code points; returns how many. */
size_t fold_latin(uint32_t code_point, uint32_t out[2]);

#endif
