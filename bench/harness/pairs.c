#include "harness/pairs.h"

#include "core/hash.h"

#include <stdio.h>
#include <stdlib.h>

static_assert(sizeof(struct pair) == 8, "the hash is over the pairs as they lie in memory");
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the hash is defined over little-endian numbers"
#endif

int
pairs_init(struct pairs *pairs, size_t capacity)
{
    *pairs = (struct pairs){ .at = calloc(capacity + 1, sizeof *pairs->at), .capacity = capacity };
    return pairs->at != NULL;
}

void
pairs_fini(struct pairs *pairs)
{
    free(pairs->at);
    *pairs = (struct pairs){ 0 };
}

void
pairs_grow(struct pairs *pairs)
{
    size_t capacity = pairs->capacity * 2 + 1024;
    struct pair *at = realloc(pairs->at, capacity * sizeof *at);

    if (at == NULL) {
        (void)fprintf(stderr, "no memory for %zu pairs\n", capacity);
        abort();
    }
    pairs->at = at;
    pairs->capacity = capacity;
}

int
pair_compare(struct pair a, struct pair b)
{
    if (a.line != b.line) {
        return a.line < b.line ? -1 : 1;
    }
    return (a.rule > b.rule) - (a.rule < b.rule);
}

static int
compare_elements(const void *a, const void *b)
{
    const struct pair *left = a;
    const struct pair *right = b;

    return pair_compare(*left, *right);
}

void
pairs_settle(struct pairs *pairs)
{
    size_t kept = 0;

    if (pairs->count > 0) {
        qsort(pairs->at, pairs->count, sizeof *pairs->at, compare_elements);
    }
    for (size_t i = 0; i < pairs->count; i++) {
        if (kept == 0 || pair_compare(pairs->at[kept - 1], pairs->at[i]) != 0) {
            pairs->at[kept++] = pairs->at[i];
        }
    }
    pairs->count = kept;
}

uint64_t
pairs_hash(const struct pairs *pairs)
{
    return hash_bytes(pairs->at, pairs->count * sizeof *pairs->at);
}

size_t
pairs_lines(const struct pairs *pairs)
{
    size_t count = 0;

    for (size_t i = 0; i < pairs->count; i++) {
        count += i == 0 || pairs->at[i].line != pairs->at[i - 1].line;
    }
    return count;
}

int
pairs_sample(const struct pairs *from, size_t stride, struct pairs *sample)
{
    if (!pairs_init(sample, from->count)) {
        return 0;
    }
    for (size_t i = 0; i < from->count; i++) {
        if (from->at[i].line % stride == 0) {
            pairs_add(sample, from->at[i].line, from->at[i].rule);
        }
    }
    return 1;
}
