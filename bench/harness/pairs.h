/*
 * pairs: what an engine found, as (line, rule); and the hash by which engines are compared.
 *
 * The hash is XXH3 over the sorted pairs, each two little-endian 32-bit numbers.
 */
#ifndef REBATO_BENCH_HARNESS_PAIRS_H
#define REBATO_BENCH_HARNESS_PAIRS_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

struct pair {
    uint32_t line;
    uint32_t rule;
};

struct pairs {
    struct pair *at;
    size_t count;
    size_t capacity;
};

/* False when out of memory. */
int pairs_init(struct pairs *pairs, size_t capacity);
void pairs_fini(struct pairs *pairs);
/* Makes room for one more, or ends the program: a benchmark without memory has nothing to say. */
void pairs_grow(struct pairs *pairs);

static inline void
pairs_add(struct pairs *pairs, uint32_t line, uint32_t rule)
{
    if (pairs->count == pairs->capacity) {
        pairs_grow(pairs);
    }
    pairs->at[pairs->count++] = (struct pair){ .line = line, .rule = rule };
}

/* By line, then rule: negative, 0 or positive. */
int pair_compare(struct pair a, struct pair b);
/* Sorts them by line, then rule, and leaves each once. */
void pairs_settle(struct pairs *pairs);
/* Of settled ones. */
uint64_t pairs_hash(const struct pairs *pairs);
/* Lines that have one, of settled ones. */
size_t pairs_lines(const struct pairs *pairs);
/* The pairs of every `stride`-th line, settled as `from` is. False when out of memory. */
int pairs_sample(const struct pairs *from, size_t stride, struct pairs *sample);

#endif
