/*
 * lines: a whole file in memory, as lines. Plain, .gz or .zst; libarchive sees which.
 *
 * 128 zero bytes stand behind the last line, so that readers which load whole vectors may.
 */
#ifndef REBATO_BENCH_HARNESS_LINES_H
#define REBATO_BENCH_HARNESS_LINES_H

#include "core/view.h"

#define LINES_PADDING 128

struct lines {
    char *bytes;
    size_t size;
    struct view *at; /* without the newline; empty lines are left out */
    size_t count;
};

/* At most `limit` lines. False, and said on stderr, when the file cannot be read. */
int lines_load(struct lines *lines, const char *path, size_t limit);
/* Takes over `bytes` (malloc, LINES_PADDING bytes longer than `size`). False: no memory. */
int lines_cut(struct lines *lines, char *bytes, size_t size, size_t limit);
/* Of all lines, newlines included. */
size_t lines_bytes(const struct lines *lines);
void lines_fini(struct lines *lines);

#endif
