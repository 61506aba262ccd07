/*
 * names: short strings (brand ids, dimensions) as small numbers, for the life of the table.
 *
 * A number is given in order of first appearance and never changes; the table is bounded and says so
 * when it is full. Numbers mean nothing outside their table: what leaves a thread travels as text.
 * Not thread-safe: each thread has its own.
 */
#ifndef REBATO_CORE_NAMES_H
#define REBATO_CORE_NAMES_H

#include "core/view.h"

#include <stdint.h>

#define NAME_NONE UINT32_MAX

struct names;

struct names *names_create(uint32_t name_count_max);
void names_destroy(struct names **names);

/* The number of `text`, added when new. NAME_NONE when the table is full or the text is longer than
 * NAME_SIZE_MAX. Does not allocate: all memory is taken at creation. */
uint32_t names_number(struct names *names, struct view text);

/* Looks only. NAME_NONE when unknown. */
uint32_t names_find(const struct names *names, struct view text);

/* The text of a number that names_number() gave; lives as long as the table. NUL-terminated. */
struct view names_text(const struct names *names, uint32_t number);
uint32_t names_count(const struct names *names);

#endif
