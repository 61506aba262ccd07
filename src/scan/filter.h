/*
 * filter: the first pass over a batch, once per instruction set.
 *
 * Reads the arena 64 bytes at a time, finds the starts, makes their keys and keeps those whose bit is
 * set. Nothing here knows texts, patterns or literals; what it lets through is checked by the scanner.
 */
#ifndef REBATO_SCAN_FILTER_H
#define REBATO_SCAN_FILTER_H

#include "core/isa.h"
#include "scan/table.h"

/* Bytes behind the end that a filter may read. */
#define FILTER_OVERREAD 128

/* Writes the candidates among bytes [0, size) of `arena` in order; returns how many (at most `size`).
 * `size` is a multiple of 64; FILTER_OVERREAD bytes behind it are readable, the byte before is none of
 * a word. `out` has room for 64 more than there are bytes. */
typedef size_t scan_filter_run(const struct scan_filter *filter,
        const char *arena,
        size_t size,
        struct scan_candidate *out);

scan_filter_run scan_filter_portable;
#if defined(__x86_64__)
scan_filter_run scan_filter_avx2;
scan_filter_run scan_filter_avx512;
#endif

/* The one for `isa`, which this machine has. */
scan_filter_run *scan_filter_for(enum isa isa);

#endif
