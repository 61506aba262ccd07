/*
 * table: columns of plain text, for a terminal. Width is counted in characters, not in bytes.
 *
 * Inside this folder only.
 */
#ifndef REBATO_REPORT_TABLE_H
#define REBATO_REPORT_TABLE_H

#include "match/signal.h"

#include <stdint.h>
#include <stdio.h>

/* Blanks behind it up to `width`. Text that is longer stays whole. */
void table_left(FILE *out, const char *text, int width);
/* Blanks ahead of it. */
void table_right(FILE *out, const char *text, int width);
void table_count(FILE *out, uint64_t count, enum lang lang, int width);
/* One decimal below 100, two below 1: what is expected of a small brand is less than one. */
void table_number(FILE *out, double number, enum lang lang, int width);
/* With two decimals whatever it is: scores are compared in hundredths. */
void table_hundredths(FILE *out, double number, enum lang lang, int width);
void table_share(FILE *out, double share, enum lang lang, int width);
void table_span(FILE *out, int64_t span_ms, int width);

#endif
