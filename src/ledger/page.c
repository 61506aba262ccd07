#include "ledger/page.h"

#include <stdlib.h>

void
page_init(struct page *page)
{
    *page = (struct page){ 0 };
}

void
page_fini(struct page *page)
{
    arena_destroy(&page->texts);
    free(page->cells);
    free(page->authors);
    free(page->officials);
    free(page->exemplars);
    free(page->lapses);
    page_init(page);
}

void
page_reset(struct page *page)
{
    if (page->texts == NULL) {
        page->texts = arena_create();
    } else {
        arena_clear(page->texts);
    }
    page->cell_count = 0;
    page->author_count = 0;
    page->official_count = 0;
    page->exemplar_count = 0;
    page->lapse_count = 0;
    page->since = 0;
    page->short_of_memory = page->texts == NULL;
}

struct view
page_text(struct page *page, struct view text)
{
    struct view copy = { 0 };

    if (page->texts != NULL) {
        copy = arena_copy(page->texts, text);
    }
    page->short_of_memory |= copy.at == NULL;
    return copy;
}

int
page_grow(void **at, size_t *room, size_t count, size_t size)
{
    if (count < *room) {
        return 1;
    }
    size_t wanted = *room == 0 ? 64 : *room * 2;
    void *larger = reallocarray(*at, wanted, size);
    if (larger == NULL) {
        return 0;
    }
    *at = larger;
    *room = wanted;
    return 1;
}

void
page_add_cell(struct page *page, const struct ledger_cell *cell)
{
    void *at = page->cells;

    if (!page_grow(&at, &page->cell_room, page->cell_count, sizeof *cell)) {
        page->short_of_memory = 1;
        return;
    }
    page->cells = at;
    page->cells[page->cell_count++] = *cell;
}

void
page_add_author(struct page *page, const struct ledger_author *author)
{
    void *at = page->authors;

    if (!page_grow(&at, &page->author_room, page->author_count, sizeof *author)) {
        page->short_of_memory = 1;
        return;
    }
    page->authors = at;
    page->authors[page->author_count++] = *author;
}

void
page_add_official(struct page *page, const struct ledger_official *official)
{
    void *at = page->officials;

    if (!page_grow(&at, &page->official_room, page->official_count, sizeof *official)) {
        page->short_of_memory = 1;
        return;
    }
    page->officials = at;
    page->officials[page->official_count++] = *official;
}

void
page_add_exemplar(struct page *page, const struct ledger_exemplar *exemplar)
{
    void *at = page->exemplars;

    if (!page_grow(&at, &page->exemplar_room, page->exemplar_count, sizeof *exemplar)) {
        page->short_of_memory = 1;
        return;
    }
    page->exemplars = at;
    page->exemplars[page->exemplar_count++] = *exemplar;
}

void
page_add_lapse(struct page *page, const struct ledger_lapse *lapse)
{
    void *at = page->lapses;

    if (!page_grow(&at, &page->lapse_room, page->lapse_count, sizeof *lapse)) {
        page->short_of_memory = 1;
        return;
    }
    page->lapses = at;
    page->lapses[page->lapse_count++] = *lapse;
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int
compare_cells(const void *left, const void *right)
{
    const struct ledger_cell *a = left;
    const struct ledger_cell *b = right;
    int order = view_compare(a->brand, b->brand);

    order = order != 0 ? order : ORDER(a->bucket, b->bucket);
    order = order != 0 ? order : ORDER(a->kind, b->kind);
    return order != 0 ? order : view_compare(a->dim, b->dim);
}

static int
compare_authors(const void *left, const void *right)
{
    const struct ledger_author *a = left;
    const struct ledger_author *b = right;
    int order = view_compare(a->brand, b->brand);

    order = order != 0 ? order : ORDER(a->bucket, b->bucket);
    order = order != 0 ? order : view_compare(a->dim, b->dim);
    return order != 0 ? order : ORDER(a->author, b->author);
}

static int
compare_officials(const void *left, const void *right)
{
    const struct ledger_official *a = left;
    const struct ledger_official *b = right;
    int order = view_compare(a->brand, b->brand);

    order = order != 0 ? order : ORDER(a->bucket, b->bucket);
    order = order != 0 ? order : ORDER(a->time_ms, b->time_ms);
    return order != 0 ? order : view_compare(a->id, b->id);
}

static int
compare_exemplars(const void *left, const void *right)
{
    const struct ledger_exemplar *a = left;
    const struct ledger_exemplar *b = right;
    int order = view_compare(a->brand, b->brand);

    order = order != 0 ? order : ORDER(b->weight, a->weight);
    order = order != 0 ? order : view_compare(a->json, b->json);
    return order != 0 ? order : ORDER(a->bucket, b->bucket);
}

static int
compare_lapses(const void *left, const void *right)
{
    const struct ledger_lapse *a = left;
    const struct ledger_lapse *b = right;
    int order = view_compare(a->topic, b->topic);

    order = order != 0 ? order : ORDER(a->partition, b->partition);
    return order != 0 ? order : ORDER(a->offset, b->offset);
}

/* Sorts, then keeps the first of each run of equals; returns how many are left. */
static size_t
sort_distinct(void *at, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    char *bytes = at;
    size_t kept = 0;

    if (count == 0) {
        return 0;
    }
    qsort(at, count, size, compare);
    for (size_t i = 1; i < count; i++) {
        if (compare(bytes + kept * size, bytes + i * size) != 0) {
            kept++;
            memmove(bytes + kept * size, bytes + i * size, size);
        }
    }
    return kept + 1;
}

void
page_sort_cells(struct page *page)
{
    page->cell_count =
            sort_distinct(page->cells, page->cell_count, sizeof *page->cells, compare_cells);
}

int
page_finish(struct page *page, struct ledger_page *out)
{
    page_sort_cells(page);
    page->author_count = sort_distinct(
            page->authors, page->author_count, sizeof *page->authors, compare_authors);
    page->official_count = sort_distinct(
            page->officials, page->official_count, sizeof *page->officials, compare_officials);
    page->exemplar_count = sort_distinct(
            page->exemplars, page->exemplar_count, sizeof *page->exemplars, compare_exemplars);
    page->lapse_count =
            sort_distinct(page->lapses, page->lapse_count, sizeof *page->lapses, compare_lapses);
    *out = (struct ledger_page){
        .cells = page->cells,
        .cell_count = page->cell_count,
        .authors = page->authors,
        .author_count = page->author_count,
        .officials = page->officials,
        .official_count = page->official_count,
        .exemplars = page->exemplars,
        .exemplar_count = page->exemplar_count,
        .lapses = page->lapses,
        .lapse_count = page->lapse_count,
        .since = page->since,
    };
    return !page->short_of_memory;
}
