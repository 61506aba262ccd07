/*
 * builder: the ledger's cells of one brand → one brand_bucket after the other.
 *
 * A brand's slice of a page is sorted by bucket; the builder walks its four lists (cells, authors, official
 * posts) side by side. What it builds points into the page and into its own scratch, until the next build.
 */
#ifndef REBATO_PIPELINE_BUCKET_BUILDER_H
#define REBATO_PIPELINE_BUCKET_BUILDER_H

#include "judge/judge.h"
#include "pipeline/bucket/page_walk.h"

struct bucket_builder;

struct bucket_builder *bucket_builder_create(void);
void bucket_builder_destroy(struct bucket_builder **builder);

/* The slice outlives the walk. Buckets up to `folded` are passed over: a judge that stopped between commit
 * and erase left them behind. */
void bucket_builder_start(
        struct bucket_builder *builder, const struct page_slice *slice, uint32_t folded);
/* The lowest bucket not built yet; UINT32_MAX at the end. */
uint32_t bucket_builder_next(const struct bucket_builder *builder);
/* Builds `bucket`, which is at most bucket_builder_next(); an empty one when it lies before it. */
void bucket_builder_build(
        struct bucket_builder *builder, uint32_t bucket, struct brand_bucket *out);

#endif
