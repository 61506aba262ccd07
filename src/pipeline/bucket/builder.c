#include "pipeline/bucket/builder.h"

#include <assert.h>
#include <stdlib.h>

/* Dimensions of one brand in one bucket that reach the scope; the rest stays in the counts alone. */
#define DIMS_MAX 256
/* Official posts of one brand in one bucket that the judge sees. */
#define POSTS_MAX 256

struct bucket_builder {
    struct page_slice slice;
    size_t cell; /* next in each list */
    size_t author;
    size_t official;

    /* What the last brand_bucket points to. */
    struct dim_count dims[DIMS_MAX];
    struct official_post posts[POSTS_MAX];
    uint64_t *hashes;
    size_t hash_capacity;
};

struct bucket_builder *
bucket_builder_create(void)
{
    return calloc(1, sizeof(struct bucket_builder));
}

void
bucket_builder_destroy(struct bucket_builder **builder)
{
    if (*builder == NULL) {
        return;
    }
    free((*builder)->hashes);
    free(*builder);
    *builder = NULL;
}

static void
skip_folded(struct bucket_builder *builder, uint32_t folded)
{
    const struct page_slice *slice = &builder->slice;

    while (builder->cell < slice->cell_count && slice->cells[builder->cell].bucket <= folded) {
        builder->cell++;
    }
    while (builder->author < slice->author_count &&
            slice->authors[builder->author].bucket <= folded) {
        builder->author++;
    }
    while (builder->official < slice->official_count &&
            slice->officials[builder->official].bucket <= folded) {
        builder->official++;
    }
}

void
bucket_builder_start(
        struct bucket_builder *builder, const struct page_slice *slice, uint32_t folded)
{
    builder->slice = *slice;
    builder->cell = 0;
    builder->author = 0;
    builder->official = 0;
    if (slice->author_count > builder->hash_capacity) {
        uint64_t *more = realloc(builder->hashes, slice->author_count * sizeof *more);
        assert(more != NULL);
        builder->hashes = more;
        builder->hash_capacity = slice->author_count;
    }
    skip_folded(builder, folded);
}

static uint32_t
least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint32_t
bucket_builder_next(const struct bucket_builder *builder)
{
    const struct page_slice *slice = &builder->slice;
    uint32_t next = UINT32_MAX;

    if (builder->cell < slice->cell_count) {
        next = least(next, slice->cells[builder->cell].bucket);
    }
    if (builder->author < slice->author_count) {
        next = least(next, slice->authors[builder->author].bucket);
    }
    if (builder->official < slice->official_count) {
        next = least(next, slice->officials[builder->official].bucket);
    }
    return next;
}

static void
take_signal(const struct ledger_cell *cell, struct brand_bucket *out)
{
    struct view name = view_slice(cell->dim, strlen(DIM_SIGNAL), cell->dim.size);
    enum signal signal = signal_find(name);

    if (signal != SIGNAL_COUNT) {
        out->posts[signal] += cell->count;
    }
}

static void
take_dim(struct bucket_builder *builder, const struct ledger_cell *cell, struct brand_bucket *out)
{
    if (out->dim_count < DIMS_MAX) {
        builder->dims[out->dim_count++] =
                (struct dim_count){ .name = cell->dim, .count = cell->count };
    }
}

static void
take_cell(struct bucket_builder *builder, const struct ledger_cell *cell, struct brand_bucket *out)
{
    if (cell->kind == CELL_LATE) {
        if (view_equal(cell->dim, VIEW(DIM_TOTAL))) {
            out->late += cell->count;
        }
    } else if (view_equal(cell->dim, VIEW(DIM_TOTAL))) {
        out->total += cell->count;
    } else if (view_equal(cell->dim, VIEW(DIM_FIRST))) {
        out->first_person += cell->count;
    } else if (view_equal(cell->dim, VIEW(DIM_REPOST))) {
        out->reposts += cell->count;
    } else if (view_starts(cell->dim, VIEW(DIM_SIGNAL))) {
        take_signal(cell, out);
    } else if (!view_equal(cell->dim, VIEW(DIM_OFFICIAL)) &&
               !view_equal(cell->dim, VIEW(DIM_VOICES))) {
        take_dim(builder, cell, out);
    }
}

static int
compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* A run of authors of one dimension becomes that signal's sorted list, and the voices another. */
static void
take_authors(struct bucket_builder *builder, uint32_t bucket, struct brand_bucket *out)
{
    const struct page_slice *slice = &builder->slice;

    while (builder->author < slice->author_count &&
            slice->authors[builder->author].bucket == bucket) {
        size_t from = builder->author;
        struct view dim = slice->authors[from].dim;
        while (builder->author < slice->author_count &&
                slice->authors[builder->author].bucket == bucket &&
                view_equal(slice->authors[builder->author].dim, dim)) {
            builder->hashes[builder->author] = slice->authors[builder->author].author;
            builder->author++;
        }
        enum signal signal = view_starts(dim, VIEW(DIM_SIGNAL))
                                     ? signal_find(view_slice(dim, strlen(DIM_SIGNAL), dim.size))
                                     : SIGNAL_COUNT;
        if (signal != SIGNAL_COUNT) {
            size_t count = builder->author - from;
            qsort(builder->hashes + from, count, sizeof *builder->hashes, compare_hashes);
            out->authors[signal] = builder->hashes + from;
            out->author_count[signal] = count;
        } else if (view_equal(dim, VIEW(DIM_VOICES))) {
            out->voices = builder->hashes + from;
            out->voice_count = builder->author - from;
            qsort(builder->hashes + from, out->voice_count, sizeof *builder->hashes,
                    compare_hashes);
        }
    }
}

static void
take_officials(struct bucket_builder *builder, uint32_t bucket, struct brand_bucket *out)
{
    const struct page_slice *slice = &builder->slice;

    while (builder->official < slice->official_count &&
            slice->officials[builder->official].bucket == bucket) {
        const struct ledger_official *from = &slice->officials[builder->official++];
        if (out->official_count == POSTS_MAX) {
            continue;
        }
        builder->posts[out->official_count++] = (struct official_post){
            .time_ms = from->time_ms,
            .signals = from->signals,
            .broadcast = from->broadcast == VOICE_BROADCAST,
            .impostor = from->broadcast == VOICE_IMPOSTOR,
            .sketch = from->sketch,
            .topics = from->topics,
            .id = from->id,
            .link = from->link,
        };
    }
}

void
bucket_builder_build(struct bucket_builder *builder, uint32_t bucket, struct brand_bucket *out)
{
    const struct page_slice *slice = &builder->slice;

    *out = (struct brand_bucket){
        .bucket = bucket, .official = builder->posts, .dims = builder->dims
    };
    while (builder->cell < slice->cell_count && slice->cells[builder->cell].bucket == bucket) {
        take_cell(builder, &slice->cells[builder->cell], out);
        builder->cell++;
    }
    take_authors(builder, bucket, out);
    take_officials(builder, bucket, out);
}
