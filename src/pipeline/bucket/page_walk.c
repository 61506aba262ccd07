#include "pipeline/bucket/page_walk.h"

#include <assert.h>
#include <stddef.h>

/* A list of any of the page's kinds of entry: each begins with its brand. */
struct list {
    const void *entries;
    size_t count;
    size_t entry_size;
};

static_assert(offsetof(struct ledger_cell, brand) == 0, "an entry begins with its brand");
static_assert(offsetof(struct ledger_author, brand) == 0, "an entry begins with its brand");
static_assert(offsetof(struct ledger_official, brand) == 0, "an entry begins with its brand");
static_assert(offsetof(struct ledger_exemplar, brand) == 0, "an entry begins with its brand");

static struct view
brand_at(const struct list *list, size_t index)
{
    const void *entry = (const char *)list->entries + index * list->entry_size;
    const struct view *brand = entry;

    return *brand;
}

/* Moves `next` behind the run of `brand` and returns where the run begins. */
static size_t
pass_run(const struct list *list, struct view brand, size_t *next)
{
    while (*next < list->count && view_compare(brand_at(list, *next), brand) < 0) {
        (*next)++;
    }
    size_t first = *next;
    while (*next < list->count && view_equal(brand_at(list, *next), brand)) {
        (*next)++;
    }
    return first;
}

void
page_walk_start(struct page_walk *walk, const struct ledger_page *page)
{
    *walk = (struct page_walk){ .page = page };
}

struct page_slice
page_walk_take(struct page_walk *walk, struct view brand)
{
    const struct ledger_page *page = walk->page;
    struct list cells = { page->cells, page->cell_count, sizeof *page->cells };
    struct list authors = { page->authors, page->author_count, sizeof *page->authors };
    struct list officials = { page->officials, page->official_count, sizeof *page->officials };
    struct list exemplars = { page->exemplars, page->exemplar_count, sizeof *page->exemplars };
    size_t cell = pass_run(&cells, brand, &walk->cell);
    size_t author = pass_run(&authors, brand, &walk->author);
    size_t official = pass_run(&officials, brand, &walk->official);
    size_t exemplar = pass_run(&exemplars, brand, &walk->exemplar);

    /* An empty run has no place: nothing may be added to a NULL list, not even 0. */
    return (struct page_slice){ .cells = walk->cell > cell ? page->cells + cell : NULL,
        .cell_count = walk->cell - cell,
        .authors = walk->author > author ? page->authors + author : NULL,
        .author_count = walk->author - author,
        .officials = walk->official > official ? page->officials + official : NULL,
        .official_count = walk->official - official,
        .exemplars = walk->exemplar > exemplar ? page->exemplars + exemplar : NULL,
        .exemplar_count = walk->exemplar - exemplar };
}

int
page_slice_is_empty(const struct page_slice *slice)
{
    return slice->cell_count + slice->author_count + slice->official_count == 0;
}
