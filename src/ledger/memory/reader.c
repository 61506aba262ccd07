/* The judge's half of the memory ledger. */
#include "ledger/memory/body.h"

#include "ledger/page.h"

#include <stdlib.h>

struct ledger_reader *
memory_reader_create(struct ledger *ledger)
{
    struct memory_reader *reader = calloc(1, sizeof *reader);

    (void)ledger;
    if (reader == NULL) {
        return NULL;
    }
    page_init(&reader->page);
    return &reader->base;
}

void
memory_reader_destroy(struct ledger_reader *base)
{
    struct memory_reader *reader = memory_reader_of(base);

    page_fini(&reader->page);
    free(reader->state);
    free(reader->outbox);
    free(reader);
}

enum ledger_outcome
memory_lease(
        struct ledger_reader *base, uint32_t shard, int64_t now_ms, int64_t lease_ms, int *fresh)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    enum ledger_outcome outcome = LEDGER_OK;

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    if (memory_holds_lease(base)) {
        ledger->lease_until_ms = now_ms + lease_ms;
    } else if (ledger->lease == 0 || ledger->lease_until_ms <= now_ms) {
        ledger->lease = ++ledger->tokens;
        ledger->lease_until_ms = now_ms + lease_ms;
        memory_reader_of(base)->token = ledger->lease;
        *fresh = 1;
    } else {
        outcome = LEDGER_LOST;
    }
    pthread_mutex_unlock(&ledger->lock);
    return outcome;
}

void
memory_unlease(struct ledger_reader *base, uint32_t shard)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    if (memory_holds_lease(base)) {
        ledger->lease = 0;
    }
    pthread_mutex_unlock(&ledger->lock);
    memory_reader_of(base)->token = 0;
}

enum ledger_outcome
memory_progress(struct ledger_reader *base, uint32_t shard, struct ledger_progress *progress)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    ledger_progress_start(progress, ledger->closed);
    for (size_t i = 0; i < ledger->partition_count; i++) {
        const struct memory_partition *partition = &ledger->partitions[i];
        if (partition->known) {
            ledger_progress_add(progress, partition->max_time_ms, partition->idle);
        }
    }
    ledger_progress_end(progress);
    pthread_mutex_unlock(&ledger->lock);
    return LEDGER_OK;
}

static int
someone_is_behind(const struct memory_ledger *ledger, int64_t watermark_ms)
{
    for (size_t i = 0; i < ledger->partition_count; i++) {
        const struct memory_partition *partition = &ledger->partitions[i];
        if (partition->known && !partition->idle &&
                (partition->max_time_ms == INT64_MIN || partition->max_time_ms < watermark_ms)) {
            return 1;
        }
    }
    return 0;
}

/* Its one shard is not lost alone. */
enum ledger_outcome
memory_mark(struct ledger_reader *base, uint32_t shard, uint32_t judged)
{
    (void)base;
    (void)shard;
    (void)judged;
    return LEDGER_OK;
}

enum ledger_outcome
memory_close(struct ledger_reader *base, uint32_t shard, uint32_t bucket, int64_t watermark_ms)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    enum ledger_outcome outcome = LEDGER_OK;

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    if (!memory_holds_lease(base)) {
        outcome = LEDGER_LOST;
    } else if (someone_is_behind(ledger, watermark_ms)) {
        outcome = LEDGER_CLASH;
    } else if (bucket > ledger->closed) {
        ledger->closed = bucket;
    }
    pthread_mutex_unlock(&ledger->lock);
    return outcome;
}

static int
is_folded(const struct memory_ledger *ledger, uint32_t brand, uint32_t bucket)
{
    const struct memory_state *state = memory_table_find(&ledger->states, &brand);
    return state != NULL && bucket <= state->folded_through;
}

static int
cell_is_gone(const void *entry, const void *context)
{
    const struct memory_ledger *ledger = context;
    const struct memory_cell *cell = entry;
    return cell->bucket <= ledger->erased_through[cell->brand];
}

static int
author_is_gone(const void *entry, const void *context)
{
    const struct memory_ledger *ledger = context;
    const struct memory_author *author = entry;
    return author->bucket <= ledger->erased_through[author->brand];
}

static int
official_is_gone(const void *entry, const void *context)
{
    const struct memory_ledger *ledger = context;
    const struct memory_official *official = entry;
    return official->official.bucket <= ledger->erased_through[official->brand];
}

static int
exemplar_is_gone(const void *entry, const void *context)
{
    const struct memory_ledger *ledger = context;
    const struct memory_exemplar *exemplar = entry;
    return exemplar->bucket <= ledger->erased_through[exemplar->brand];
}

/* Nothing that is erased is ever read. */
static void
sweep(struct memory_ledger *ledger)
{
    if (!ledger->unswept) {
        return;
    }
    memory_table_sweep(&ledger->cells, cell_is_gone, ledger);
    memory_table_sweep(&ledger->authors, author_is_gone, ledger);
    memory_table_sweep(&ledger->officials, official_is_gone, ledger);
    memory_table_sweep(&ledger->exemplars, exemplar_is_gone, ledger);
    ledger->unswept = 0;
}

static void
read_cells(const struct memory_ledger *ledger, uint32_t through, struct page *page)
{
    for (size_t i = 0; i < ledger->cells.count; i++) {
        const struct memory_cell *cell = memory_table_at(&ledger->cells, i);
        if (cell->bucket <= through) {
            page_add_cell(page, &(struct ledger_cell){
                                        .brand = names_text(ledger->names, cell->brand),
                                        .dim = names_text(ledger->names, cell->dim),
                                        .bucket = cell->bucket,
                                        .kind = (enum cell_kind)cell->kind,
                                        .count = cell->count,
                                });
        }
    }
}

static void
read_authors(const struct memory_ledger *ledger, uint32_t through, struct page *page)
{
    for (size_t i = 0; i < ledger->authors.count; i++) {
        const struct memory_author *author = memory_table_at(&ledger->authors, i);
        if (author->bucket <= through) {
            page_add_author(page, &(struct ledger_author){
                                          .brand = names_text(ledger->names, author->brand),
                                          .dim = names_text(ledger->names, author->dim),
                                          .bucket = author->bucket,
                                          .author = author->author,
                                  });
        }
    }
}

static void
read_officials(const struct memory_ledger *ledger, uint32_t through, struct page *page)
{
    for (size_t i = 0; i < ledger->officials.count; i++) {
        const struct memory_official *entry = memory_table_at(&ledger->officials, i);
        const struct tally_official *official = &entry->official;
        if (official->bucket <= through) {
            page_add_official(page, &(struct ledger_official){
                                            .brand = names_text(ledger->names, entry->brand),
                                            .bucket = official->bucket,
                                            .signals = official->signals,
                                            .broadcast = official->broadcast,
                                            .time_ms = official->time_ms,
                                            .sketch = official->sketch,
                                            .topics = official->topics,
                                            .id = page_text(page, view_of(official->id)),
                                            .link = page_text(page, view_of(official->link)),
                                    });
        }
    }
}

static void
read_exemplars(const struct memory_ledger *ledger, uint32_t through, struct page *page)
{
    for (size_t i = 0; i < ledger->exemplars.count; i++) {
        const struct memory_exemplar *entry = memory_table_at(&ledger->exemplars, i);
        if (entry->bucket <= through && !is_folded(ledger, entry->brand, entry->bucket)) {
            struct view json = { entry->json, entry->json_size };
            page_add_exemplar(page, &(struct ledger_exemplar){
                                            .brand = names_text(ledger->names, entry->brand),
                                            .bucket = entry->bucket,
                                            .weight = entry->weight,
                                            .json = page_text(page, json),
                                    });
        }
    }
}

static void
read_lapses(const struct memory_ledger *ledger, struct page *page)
{
    for (size_t i = 0; i < ledger->lapse_count; i++) {
        const struct memory_lapse *lapse = &ledger->lapses[i];
        const struct memory_partition *partition = &ledger->partitions[lapse->partition];
        struct view topic = { partition->topic, partition->topic_size };
        page_add_lapse(page, &(struct ledger_lapse){ .topic = page_text(page, topic),
                                     .partition = partition->partition,
                                     .offset = lapse->offset,
                                     .through = lapse->through });
    }
}

enum ledger_outcome
memory_read(struct ledger_reader *base, uint32_t shard, uint32_t through, struct ledger_page *out)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct page *page = &memory_reader_of(base)->page;

    (void)shard;
    page_reset(page);
    pthread_mutex_lock(&ledger->lock);
    sweep(ledger);
    /* Names never change once given, so the views into them outlive the lock. */
    read_cells(ledger, through, page);
    read_authors(ledger, through, page);
    read_officials(ledger, through, page);
    read_exemplars(ledger, through, page);
    read_lapses(ledger, page);
    page->since = ledger->since;
    pthread_mutex_unlock(&ledger->lock);
    return page_finish(page, out) ? LEDGER_OK : LEDGER_AWAY;
}

enum ledger_outcome
memory_lapses(struct ledger_reader *base, uint32_t shard, struct ledger_page *out)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct page *page = &memory_reader_of(base)->page;

    (void)shard;
    page_reset(page);
    pthread_mutex_lock(&ledger->lock);
    read_lapses(ledger, page);
    pthread_mutex_unlock(&ledger->lock);
    return page_finish(page, out) ? LEDGER_OK : LEDGER_AWAY;
}
