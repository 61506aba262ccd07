/*
 * line: memory as the cache sees it, in lines of 64 bytes.
 *
 * State of which there is far more than any cache holds is waited for, line by line, whenever the next one is known
 * only after the last has come. Asked for beforehand, lines come at the same time.
 */
#ifndef REBATO_CORE_LINE_H
#define REBATO_CORE_LINE_H

#include <stddef.h>
#include <stdint.h>

#define LINE_SIZE 64

/* `size` bytes will be wanted soon. Changes nothing; any address will do. */
static inline void
line_fetch(const void *at, size_t size)
{
    size_t before = (uintptr_t)at % LINE_SIZE; /* it may begin within a line */
    const char *from = (const char *)at - before;

    for (size_t i = 0; i < before + size; i += LINE_SIZE) {
        __builtin_prefetch(from + i, 1);
    }
}

#endif
