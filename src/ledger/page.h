/*
 * page: what a reader found in a shard, gathered piece by piece and put in order at the end.
 *
 * Keeps its memory from read to read. When memory runs short it drops nothing silently: page_finish()
 * says so. Private to the ledger; one thread.
 */
#ifndef REBATO_LEDGER_PAGE_H
#define REBATO_LEDGER_PAGE_H

#include "core/arena.h"
#include "ledger/ledger.h"

struct page {
    struct arena *texts; /* bytes that the views below point into, until the next reset */
    struct ledger_cell *cells;
    size_t cell_count, cell_room;
    struct ledger_author *authors;
    size_t author_count, author_room;
    struct ledger_official *officials;
    size_t official_count, official_room;
    struct ledger_exemplar *exemplars;
    size_t exemplar_count, exemplar_room;
    struct ledger_lapse *lapses;
    size_t lapse_count, lapse_room;
    uint32_t since;
    int short_of_memory;
};

void page_init(struct page *page);
void page_fini(struct page *page);
void page_reset(struct page *page);

/* A copy that lives until the next reset. */
struct view page_text(struct page *page, struct view text);

/* The texts inside must live until the next reset. */
void page_add_cell(struct page *page, const struct ledger_cell *cell);
void page_add_author(struct page *page, const struct ledger_author *author);
void page_add_official(struct page *page, const struct ledger_official *official);
void page_add_exemplar(struct page *page, const struct ledger_exemplar *exemplar);
void page_add_lapse(struct page *page, const struct ledger_lapse *lapse);

/* Sorts the cells and leaves one of each: a scan may show the same one twice. */
void page_sort_cells(struct page *page);
/* Sorts everything and hands it over. 0 when memory was short. */
int page_finish(struct page *page, struct ledger_page *out);

/* Room for one more element of `size` bytes in the array *at; 0 when memory is short. */
int page_grow(void **at, size_t *room, size_t count, size_t size);

#endif
