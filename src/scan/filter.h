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

/* Without wide registers starts are taken one by one: the candidates among those of a block, whose
 * normalised bytes, and the three behind them, stand at `normal`. */
static inline size_t
scan_filter_take(const struct scan_filter *filter,
        uint64_t starts,
        const unsigned char *normal,
        uint32_t base,
        struct scan_candidate *out)
{
    size_t count = 0;

    for (; starts != 0; starts &= starts - 1) {
        uint32_t place = (uint32_t)__builtin_ctzll(starts);
        const unsigned char *at = normal + place;
        uint32_t key = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                       (uint32_t)at[3] << 24;
        out[count] = (struct scan_candidate){ .at = base + place, .key = key };
        count += (size_t)scan_filter_has(filter, key);
    }
    return count;
}

scan_filter_run scan_filter_portable;
#if defined(__x86_64__)
scan_filter_run scan_filter_avx2;
scan_filter_run scan_filter_avx512;
#endif

/* The one for `isa`, which this machine has. */
scan_filter_run *scan_filter_for(enum isa isa);

#endif
