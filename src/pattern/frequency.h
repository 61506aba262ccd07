/*
 * frequency: how often the beginnings of words occur in posts, so that rare ones are looked for.
 *
 *   words of Spanish and English posts ── learned once ──▶ built-in table
 *   an archive or the live stream ── frequency_learn ──▶ a table of one's own
 *
 * A row is the first four bytes at a start (see literals.h), normalised as a scan sees them: every
 * byte that is not an ASCII word byte counts as a blank. What has no row is estimated from letters.
 * Rates are times a mention. A table changes which literals are looked for, hence speed; never what
 * matches.
 */
#ifndef REBATO_PATTERN_FREQUENCY_H
#define REBATO_PATTERN_FREQUENCY_H

#include "core/view.h"

#include <stdint.h>

struct frequency;

/* The built-in table, Spanish and English mixed half and half. NULL when out of memory. */
struct frequency *frequency_create(void);
/* An empty one, to learn. */
struct frequency *frequency_create_empty(void);
void frequency_destroy(struct frequency **frequency);

/* Adds one folded text. Counts all its starts and bytes; the smallest rows make room when there are
 * too many. */
void frequency_learn(struct frequency *frequency, struct view folded);

/* Expected times a mention that `at` (size 1.. bytes) stands at a start; the first four bytes decide,
 * longer ones make it rarer by the letters that follow. */
double frequency_at_start(const struct frequency *frequency, const char *at, size_t size);
/* Expected times a mention that this one byte stands anywhere. */
double frequency_of_byte(const struct frequency *frequency, unsigned char byte);

/* One line of text a row, "key<TAB>rate", sorted, and "#hh<TAB>rate" for the byte hh anywhere; for
 * keeping a learned table in a file. NULL and errno (EINVAL, ENOMEM) when the text is no such table. */
struct frequency *frequency_read(struct view text);
/* Row `index` in order of key; false behind the last. */
int frequency_row(const struct frequency *frequency, size_t index, char key[4], double *rate);

#define FREQUENCY_LINE_SIZE 48
/* Line `index` of the text that frequency_read() takes, with its line end; false behind the last. */
int frequency_line(const struct frequency *frequency, size_t index, char line[FREQUENCY_LINE_SIZE]);

#endif
