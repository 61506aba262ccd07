/* counts: numbers by bucket and dimension, in any order, added up and compared. */
#ifndef REBATO_BENCH_CRISIS_COUNTS_H
#define REBATO_BENCH_CRISIS_COUNTS_H

#include "match/signal.h"

#include <stddef.h>
#include <stdint.h>

/* What is counted in a bucket (voices: distinct ones, whatever their words); then a signal's posts, then its authors. */
enum { COUNT_TOTAL, COUNT_REPOSTS, COUNT_LATE, COUNT_STRANGE, COUNT_VOICES, COUNT_POSTS };
#define COUNT_AUTHORS (COUNT_POSTS + SIGNAL_COUNT)

struct count_row {
    uint64_t key;
    uint64_t author; /* 0: `count` is a number; else somebody, who counts once */
    uint64_t count;
};

struct counts {
    struct count_row *rows;
    size_t count, capacity;
    int failed; /* out of memory */
};

void counts_add(struct counts *counts, uint32_t bucket, int what, uint64_t count);
void counts_add_author(struct counts *counts, uint32_t bucket, int what, uint64_t author);
/* Sorts, adds up: one row a key, none that is 0. */
void counts_settle(struct counts *counts);
/* Of settled ones: how many keys differ. */
uint64_t counts_differ(const struct counts *a, const struct counts *b);
void counts_fini(struct counts *counts);

#endif
