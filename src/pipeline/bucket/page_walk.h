/*
 * page_walk: a page of the ledger, cut into the slices of its brands.
 *
 * A page is sorted by brand. Asking for the brands in rising order of their ids costs one walk over the
 * page, however many brands there are; entries of brands that nobody asks for are passed over.
 */
#ifndef REBATO_PIPELINE_BUCKET_PAGE_WALK_H
#define REBATO_PIPELINE_BUCKET_PAGE_WALK_H

#include "ledger/ledger.h"

/* One brand's part of a page. */
struct page_slice {
    const struct ledger_cell *cells;
    size_t cell_count;
    const struct ledger_author *authors;
    size_t author_count;
    const struct ledger_official *officials;
    size_t official_count;
    const struct ledger_exemplar *exemplars;
    size_t exemplar_count;
};

struct page_walk {
    const struct ledger_page *page;
    size_t cell; /* next in each list */
    size_t author;
    size_t official;
    size_t exemplar;
};

/* The page outlives the walk. */
void page_walk_start(struct page_walk *walk, const struct ledger_page *page);
/* `brand` is greater than the one before. */
struct page_slice page_walk_take(struct page_walk *walk, struct view brand);

/* Is there anything to fold? Exemplars alone are not. */
int page_slice_is_empty(const struct page_slice *slice);

#endif
