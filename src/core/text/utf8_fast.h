/*
 * utf8_fast: utf8_valid(), many bytes at a time where the machine can. For json/find.c alone.
 */
#ifndef REBATO_CORE_TEXT_UTF8_FAST_H
#define REBATO_CORE_TEXT_UTF8_FAST_H

#include "core/isa.h"
#include "core/text/utf8.h"

#if defined(__x86_64__)
int utf8_valid_avx2(struct view text);
int utf8_valid_avx512(struct view text);
#endif

static inline int
utf8_valid_for(enum isa isa, struct view text)
{
#if defined(__x86_64__)
    if (isa == ISA_AVX512) {
        return utf8_valid_avx512(text);
    }
    if (isa == ISA_AVX2) {
        return utf8_valid_avx2(text);
    }
#else
    (void)isa;
#endif
    return utf8_valid(text);
}

#endif
