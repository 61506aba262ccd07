/* The judge's half of the memory ledger. */
#include "ledger/memory_ledger.h"

#include "ledger/page.h"

#include <stdlib.h>

struct memory_reader {
    struct ledger_reader base;
    uint64_t token; /* of the lease; 0: never had it */
    struct page page;
    char *state;  /* what the views of the last load point into */
    char *outbox; /* and those of the last outbox */
};

static struct memory_reader *
reader_of(struct ledger_reader *reader)
{
    return (struct memory_reader *)reader;
}

static int
holds_lease(struct ledger_reader *reader)
{
    uint64_t token = reader_of(reader)->token;
    return token != 0 && token == memory_ledger_of(reader->ledger)->lease;
}

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
    struct memory_reader *reader = reader_of(base);

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
    if (holds_lease(base)) {
        ledger->lease_until_ms = now_ms + lease_ms;
    } else if (ledger->lease == 0 || ledger->lease_until_ms <= now_ms) {
        ledger->lease = ++ledger->tokens;
        ledger->lease_until_ms = now_ms + lease_ms;
        reader_of(base)->token = ledger->lease;
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
    if (holds_lease(base)) {
        ledger->lease = 0;
    }
    pthread_mutex_unlock(&ledger->lock);
    reader_of(base)->token = 0;
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

enum ledger_outcome
memory_close(struct ledger_reader *base, uint32_t shard, uint32_t bucket, int64_t watermark_ms)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    enum ledger_outcome outcome = LEDGER_OK;

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    if (!holds_lease(base)) {
        outcome = LEDGER_LOST;
    } else if (someone_is_behind(ledger, watermark_ms)) {
        outcome = LEDGER_CLASH;
    } else if (bucket > ledger->closed) {
        ledger->closed = bucket;
    }
    pthread_mutex_unlock(&ledger->lock);
    return outcome;
}

/* Whether a bucket of a brand is asked for and not folded yet. */
static int
wanted(const struct memory_ledger *ledger, uint32_t brand, uint32_t bucket, uint32_t through)
{
    const struct memory_state *state = memory_table_find(&ledger->states, &brand);
    return bucket <= through && (state == NULL || bucket > state->folded_through);
}

static void
read_cells(const struct memory_ledger *ledger, uint32_t through, struct page *page)
{
    for (size_t i = 0; i < ledger->cells.count; i++) {
        const struct memory_cell *cell = memory_table_at(&ledger->cells, i);
        if (wanted(ledger, cell->brand, cell->bucket, through)) {
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
        if (wanted(ledger, author->brand, author->bucket, through)) {
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
        if (wanted(ledger, entry->brand, official->bucket, through)) {
            page_add_official(page, &(struct ledger_official){
                                            .brand = names_text(ledger->names, entry->brand),
                                            .bucket = official->bucket,
                                            .signals = official->signals,
                                            .broadcast = official->broadcast,
                                            .time_ms = official->time_ms,
                                            .text_hash = official->text_hash,
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
        if (wanted(ledger, entry->brand, entry->bucket, through)) {
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

enum ledger_outcome
memory_read(struct ledger_reader *base, uint32_t shard, uint32_t through, struct ledger_page *out)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct page *page = &reader_of(base)->page;

    (void)shard;
    page_reset(page);
    pthread_mutex_lock(&ledger->lock);
    /* Names never change once given, so the views into them outlive the lock. */
    read_cells(ledger, through, page);
    read_authors(ledger, through, page);
    read_officials(ledger, through, page);
    read_exemplars(ledger, through, page);
    pthread_mutex_unlock(&ledger->lock);
    return page_finish(page, out) ? LEDGER_OK : LEDGER_AWAY;
}

enum ledger_outcome
memory_load(struct ledger_reader *base, uint32_t shard, struct view brand, struct ledger_state *out)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct memory_reader *reader = reader_of(base);
    enum ledger_outcome outcome = LEDGER_OK;

    (void)shard;
    free(reader->state);
    reader->state = NULL;
    pthread_mutex_lock(&ledger->lock);
    uint32_t name = names_find(ledger->names, brand);
    const struct memory_state *state = memory_table_find(&ledger->states, &name);
    if (state != NULL) {
        out->folded_through = state->folded_through;
        reader->state = malloc(state->size + 1);
        outcome = reader->state == NULL ? LEDGER_AWAY : LEDGER_OK;
    }
    if (state != NULL && reader->state != NULL) {
        memcpy(reader->state, state->size == 0 ? "" : state->bytes, state->size);
        out->state = (struct view){ reader->state, state->size };
    }
    pthread_mutex_unlock(&ledger->lock);
    return outcome;
}

/* Everything a commit needs, before anything is changed. */
struct commit_parts {
    char *bytes;
    struct memory_notice notices[LEDGER_NOTICES_MAX];
};

static void
parts_free(struct commit_parts *parts, size_t count)
{
    free(parts->bytes);
    for (size_t i = 0; i < count; i++) {
        free(parts->notices[i].text);
    }
    free(parts);
}

static struct commit_parts *
parts_copy(const struct ledger_commit *commit)
{
    struct commit_parts *parts = calloc(1, sizeof *parts);

    if (parts == NULL) {
        return NULL;
    }
    parts->bytes = malloc(commit->state.size + 1);
    int complete = parts->bytes != NULL;
    if (complete && commit->state.size > 0) {
        memcpy(parts->bytes, commit->state.at, commit->state.size);
    }
    for (size_t i = 0; i < commit->notice_count && complete; i++) {
        const struct ledger_notice *notice = &commit->notices[i];
        size_t size = notice->key.size + notice->json.size;
        struct memory_notice *copy = &parts->notices[i];
        *copy = (struct memory_notice){ malloc(size + 1), notice->key.size, notice->json.size };
        complete = copy->text != NULL;
        if (complete) {
            memcpy(copy->text, notice->key.at, notice->key.size);
            memcpy(copy->text + notice->key.size, notice->json.at, notice->json.size);
        }
    }
    if (!complete) {
        parts_free(parts, commit->notice_count);
        return NULL;
    }
    return parts;
}

static size_t
find_notice(const struct memory_ledger *ledger, struct view key)
{
    size_t i = 0;

    for (; i < ledger->notice_count; i++) {
        const struct memory_notice *notice = &ledger->notices[i];
        if (view_equal((struct view){ notice->text, notice->key_size }, key)) {
            break;
        }
    }
    return i;
}

static void
remove_notice(struct memory_ledger *ledger, size_t index)
{
    free(ledger->notices[index].text);
    ledger->notice_count--;
    memmove(&ledger->notices[index], &ledger->notices[index + 1],
            (ledger->notice_count - index) * sizeof *ledger->notices);
}

/* Takes the notice's memory over. A key that is there already is replaced: it is the same notice. */
static int
add_notice(struct memory_ledger *ledger, struct memory_notice *notice)
{
    size_t same = find_notice(ledger, (struct view){ notice->text, notice->key_size });
    void *at = ledger->notices;

    if (same < ledger->notice_count) {
        remove_notice(ledger, same);
    }
    if (!page_grow(&at, &ledger->notice_room, ledger->notice_count, sizeof *notice)) {
        return 0;
    }
    ledger->notices = at;
    ledger->notices[ledger->notice_count++] = *notice;
    notice->text = NULL;
    return 1;
}

/* With the lock held. */
static enum ledger_outcome
commit_locked(
        struct ledger_reader *base, const struct ledger_commit *commit, struct commit_parts *parts)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    uint32_t brand = names_number(ledger->names, commit->brand);

    if (!holds_lease(base)) {
        return LEDGER_LOST;
    }
    struct memory_state *state =
            brand == NAME_NONE ? NULL : memory_table_put(&ledger->states, &brand);
    if (state == NULL) {
        return LEDGER_AWAY;
    }
    if (state->folded_through != commit->before || commit->folded_through > ledger->closed) {
        return LEDGER_CLASH;
    }
    for (size_t i = 0; i < commit->notice_count; i++) {
        if (!add_notice(ledger, &parts->notices[i])) {
            return LEDGER_AWAY; /* those before it are there; the same commit replaces them */
        }
    }
    free(state->bytes);
    state->bytes = parts->bytes;
    state->size = commit->state.size;
    state->folded_through = commit->folded_through;
    parts->bytes = NULL;
    return LEDGER_OK;
}

enum ledger_outcome
memory_commit(struct ledger_reader *base, uint32_t shard, const struct ledger_commit *commit)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct commit_parts *parts = parts_copy(commit);

    (void)shard;
    if (parts == NULL) {
        return LEDGER_AWAY;
    }
    pthread_mutex_lock(&ledger->lock);
    enum ledger_outcome outcome = commit_locked(base, commit, parts);
    pthread_mutex_unlock(&ledger->lock);
    parts_free(parts, commit->notice_count);
    return outcome;
}

/* Removing moves the last entry here, so the tables are walked from their ends. */
static void
erase_brand(struct memory_ledger *ledger, uint32_t brand, uint32_t through)
{
    for (size_t i = ledger->cells.count; i-- > 0;) {
        const struct memory_cell *cell = memory_table_at(&ledger->cells, i);
        if (cell->brand == brand && cell->bucket <= through) {
            memory_table_remove(&ledger->cells, i);
        }
    }
    for (size_t i = ledger->authors.count; i-- > 0;) {
        const struct memory_author *author = memory_table_at(&ledger->authors, i);
        if (author->brand == brand && author->bucket <= through) {
            memory_table_remove(&ledger->authors, i);
        }
    }
    for (size_t i = ledger->officials.count; i-- > 0;) {
        const struct memory_official *entry = memory_table_at(&ledger->officials, i);
        if (entry->brand == brand && entry->official.bucket <= through) {
            memory_table_remove(&ledger->officials, i);
        }
    }
    for (size_t i = ledger->exemplars.count; i-- > 0;) {
        const struct memory_exemplar *entry = memory_table_at(&ledger->exemplars, i);
        if (entry->brand == brand && entry->bucket <= through) {
            memory_table_remove(&ledger->exemplars, i);
        }
    }
}

enum ledger_outcome
memory_erase(struct ledger_reader *base, uint32_t shard, struct view brand, uint32_t through)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    enum ledger_outcome outcome = LEDGER_CLASH;

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    uint32_t name = names_find(ledger->names, brand);
    const struct memory_state *state = memory_table_find(&ledger->states, &name);
    if (!holds_lease(base)) {
        outcome = LEDGER_LOST;
    } else if (state != NULL && state->folded_through >= through) {
        erase_brand(ledger, name, through);
        outcome = LEDGER_OK;
    }
    pthread_mutex_unlock(&ledger->lock);
    return outcome;
}

enum ledger_outcome
memory_outbox(struct ledger_reader *base,
        uint32_t shard,
        struct ledger_notice *notices,
        size_t max,
        size_t *count)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct memory_reader *reader = reader_of(base);
    size_t size = 0;
    enum ledger_outcome outcome = LEDGER_OK;

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    size_t taken = ledger->notice_count < max ? ledger->notice_count : max;
    for (size_t i = 0; i < taken; i++) {
        size += ledger->notices[i].key_size + ledger->notices[i].json_size;
    }
    free(reader->outbox);
    reader->outbox = malloc(size + 1);
    if (reader->outbox == NULL) {
        taken = 0;
        outcome = LEDGER_AWAY;
    }
    for (size_t i = 0, at = 0; i < taken; i++) {
        const struct memory_notice *notice = &ledger->notices[i];
        char *text =
                memcpy(reader->outbox + at, notice->text, notice->key_size + notice->json_size);
        notices[i].key = (struct view){ text, notice->key_size };
        notices[i].json = (struct view){ text + notice->key_size, notice->json_size };
        at += notice->key_size + notice->json_size;
    }
    pthread_mutex_unlock(&ledger->lock);
    *count = taken;
    return outcome;
}

enum ledger_outcome
memory_delivered(struct ledger_reader *base, uint32_t shard, struct view key)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);

    (void)shard;
    pthread_mutex_lock(&ledger->lock);
    size_t index = find_notice(ledger, key);
    if (index < ledger->notice_count) {
        remove_notice(ledger, index);
    }
    pthread_mutex_unlock(&ledger->lock);
    return LEDGER_OK;
}
