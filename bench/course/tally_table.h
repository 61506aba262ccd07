/*
 * tally_table: how often which brand met which category in which second. One for every contender,
 * all the same code: counting is no part of what is compared.
 */
#ifndef REBATO_BENCH_COURSE_TALLY_TABLE_H
#define REBATO_BENCH_COURSE_TALLY_TABLE_H

#include "harness/pairs.h"
#include "harness/rules.h"

/* Categories, by the third column; what is more shares the last number. */
#define TALLY_CATEGORIES_MAX 16

struct tally_table;

/* NULL when out of memory. */
struct tally_table *tally_table_create(const struct rules *rules);
void tally_table_destroy(struct tally_table **table);
void tally_table_clear(struct tally_table *table);

/* The rules that one mention matched, at least one. */
void tally_table_count(
        struct tally_table *table, const struct pair *hits, size_t count, int64_t time_ms);
/* Sum of all counts, and a hash of all cells, whatever their order. */
uint64_t tally_table_sum(const struct tally_table *table);
uint64_t tally_table_hash(const struct tally_table *table);

#endif
