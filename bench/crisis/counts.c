#include "crisis/counts.h"

#include <stdlib.h>

static void
add(struct counts *counts, const struct count_row *row)
{
    if (counts->count == counts->capacity) {
        size_t capacity = counts->capacity == 0 ? 4096 : 2 * counts->capacity;
        struct count_row *grown = realloc(counts->rows, capacity * sizeof *grown);
        if (grown == NULL) {
            counts->failed = 1;
            return;
        }
        counts->rows = grown;
        counts->capacity = capacity;
    }
    counts->rows[counts->count++] = *row;
}

static uint64_t
key_of(uint32_t bucket, int what)
{
    return (uint64_t)bucket << 8 | (uint64_t)what;
}

void
counts_add(struct counts *counts, uint32_t bucket, int what, uint64_t count)
{
    if (count > 0) {
        add(counts, &(struct count_row){ .key = key_of(bucket, what), .count = count });
    }
}

void
counts_add_author(struct counts *counts, uint32_t bucket, int what, uint64_t author)
{
    add(counts, &(struct count_row){ key_of(bucket, what), author | 1, 1 });
}

static int
by_key(const void *a, const void *b)
{
    const struct count_row *left = a;
    const struct count_row *right = b;
    if (left->key != right->key) {
        return left->key < right->key ? -1 : 1;
    }
    return (left->author > right->author) - (left->author < right->author);
}

void
counts_settle(struct counts *counts)
{
    size_t kept = 0;
    uint64_t author = 0;

    if (counts->count > 0) {
        qsort(counts->rows, counts->count, sizeof *counts->rows, by_key);
    }
    for (size_t i = 0; i < counts->count; i++) {
        struct count_row row = counts->rows[i];
        int same = kept > 0 && counts->rows[kept - 1].key == row.key;
        if (!same) {
            counts->rows[kept++] = row;
        } else if (row.author == 0 || row.author != author) {
            counts->rows[kept - 1].count += row.count;
        }
        author = row.author;
    }
    counts->count = kept;
}

uint64_t
counts_differ(const struct counts *a, const struct counts *b)
{
    uint64_t differences = 0;
    size_t i = 0;
    size_t k = 0;

    while (i < a->count || k < b->count) {
        int left = k == b->count || (i < a->count && a->rows[i].key <= b->rows[k].key);
        int right = i == a->count || (k < b->count && b->rows[k].key <= a->rows[i].key);
        differences += !left || !right || a->rows[i].count != b->rows[k].count;
        i += (size_t)left;
        k += (size_t)right;
    }
    return differences;
}

void
counts_fini(struct counts *counts)
{
    free(counts->rows);
    *counts = (struct counts){ 0 };
}
