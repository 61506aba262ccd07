/* re2_set: RE2::Set for C. Latin-1, unanchored, one thread. */
#ifndef REBATO_BENCH_ENGINES_RE2_SET_H
#define REBATO_BENCH_ENGINES_RE2_SET_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct re2_set;

/* NULL when out of memory. */
struct re2_set *re2_set_create(int64_t memory_max);
void re2_set_destroy(struct re2_set **set);

/* Its number, from 0 on; -1 when RE2 does not take it. */
int re2_set_add(struct re2_set *set, const char *at, size_t size);
/* After the last one. False when the memory does not suffice. */
int re2_set_compile(struct re2_set *set);

/* The numbers that match, in `*numbers` until the next call; -1 when the DFA ran out of memory. */
long re2_set_match(struct re2_set *set, const char *at, size_t size, const int **numbers);

#ifdef __cplusplus
}
#endif

#endif
