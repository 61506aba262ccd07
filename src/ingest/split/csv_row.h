/*
 * csv_row: a row of a CSV file as a JSON object of strings, keyed by the header line.
 *
 *   fecha;texto                          {"fecha":"2014-02-22","texto":"no \"va\""}
 *   2014-02-22;"no ""va"""      ──▶
 *
 * RFC 4180, and what spreadsheets write beside it: semicolons or tabs, found out from the
 * header. A quote counts at the beginning of a field only. Missing fields are left out; a field
 * beyond the header, or under an empty name, is column_N. Nothing is allocated per row. Bytes
 * are taken as UTF-8 and not checked.
 *
 * Folder only.
 */
#ifndef REBATO_INGEST_SPLIT_CSV_ROW_H
#define REBATO_INGEST_SPLIT_CSV_ROW_H

#include "core/view.h"

#define CSV_COLUMNS_MAX    512
#define CSV_NAMES_SIZE_MAX ((size_t)64 * 1024)

struct csv_header {
    char *names;                  /* CSV_NAMES_SIZE_MAX bytes: each name as "name": */
    size_t ends[CSV_COLUMNS_MAX]; /* where each stops */
    size_t count;
    char delimiter; /* 0 = not known yet: all three count */
};

enum csv_place { CSV_FIELD_START, CSV_PLAIN, CSV_QUOTED, CSV_QUOTE };

int csv_header_init(struct csv_header *header);
void csv_header_fini(struct csv_header *header);

/* Forgets the names, for the next file. */
void csv_header_clear(struct csv_header *header);

/* Looks from bytes[*at] for the line feed that ends the row, keeping `*place` between calls;
 * true when `*at` is there. */
int csv_row_end(
        const struct csv_header *header, struct view bytes, size_t *at, enum csv_place *place);

/* Takes names and delimiter from the first row; false when there are too many, or too long ones. */
int csv_header_read(struct csv_header *header, struct view row);

/* Writes at most `size` bytes; returns how many. `*cut` is set when that was not enough. */
size_t csv_row_write(
        const struct csv_header *header, struct view row, char *out, size_t size, int *cut);

#endif
