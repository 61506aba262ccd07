/*
 * splitter: bytes of one file in, records out.
 *
 *   splitter_room() → fill → splitter_filled()  …  splitter_finish()
 *                        splitter_next() ──▶ record, record, … "more bytes"
 *
 * What stands in a file is decided value by value, at the beginning of a line:
 *
 *   {"statuses":[…   a container: the elements of its array    (container.h)
 *   [{ or [ ]        an array: its elements
 *   {                alone on the file's first line: objects that span lines
 *   anything else    one line
 *
 * Every byte that is not white space, wrapping or punctuation between elements leaves in some
 * record. An element that breaks ends at the next line that is indented no deeper than the
 * element's own first line; all of it is one record, which the reader will refuse and count. CSV
 * rows leave as JSON objects of strings; a row whose quote never closes leaves as its first
 * line, as it stands.
 *
 * One thread. All memory is taken at creation. Folder only (and its fuzzer and tests).
 */
#ifndef REBATO_INGEST_SPLIT_SPLITTER_H
#define REBATO_INGEST_SPLIT_SPLITTER_H

#include "ingest/feed.h"

enum split_kind { SPLIT_JSON, SPLIT_CSV };

enum split_outcome {
    SPLIT_RECORD, /* `bytes`, `line` and `too_large` of the record are set; until the next call */
    SPLIT_MORE,   /* fill it, or finish it */
    SPLIT_END,
    SPLIT_TROUBLE, /* a CSV header that cannot be used; see splitter_trouble() */
};

struct splitter;

/* NULL when out of memory. */
struct splitter *splitter_create(void);
void splitter_destroy(struct splitter **splitter);

/* Before each file. */
void splitter_begin(struct splitter *splitter, enum split_kind kind);

/* The same, from somewhere inside the file on: at the beginning of line `line`, behind others. */
void splitter_go_on(struct splitter *splitter, uint64_t line);

/* Where to put bytes, and how many: never none. Ends the life of the last record. */
char *splitter_room(struct splitter *splitter, size_t *size);
void splitter_filled(struct splitter *splitter, size_t size);
void splitter_finish(struct splitter *splitter);

enum split_outcome splitter_next(struct splitter *splitter, struct feed_record *record);
/* Does it hold the end of a line that was not delivered yet? */
int splitter_has_line(const struct splitter *splitter);
uint64_t splitter_line(const struct splitter *splitter);
const char *splitter_trouble(const struct splitter *splitter);

#endif
