/*
 * Reading a shard.
 *
 * A scan is not a snapshot, but cells of closed buckets do not change any more, so it shows all of them
 * as they are; of open ones it shows some recent state. What a fold has already taken in but an erase
 * not yet removed is in the page, too: whoever folded it may have ended before he published it. Only
 * exemplars stay out, which an alert would show a second time; the next erase removes them.
 */
#include "ledger/redis/body.h"

#include "core/process/log.h"
#include "ledger/link/bytes.h"
#include "ledger/redis/field.h"

#include <inttypes.h>
#include <stdlib.h>

#define SETS_IN_FLIGHT 256

static void
add_leaf(struct redis_reader *reader, const struct redis_leaf *leaf)
{
    void *at = reader->leaves;

    if (!page_grow(&at, &reader->leaf_room, reader->leaf_count, sizeof *leaf)) {
        reader->page.short_of_memory = 1;
        return;
    }
    reader->leaves = at;
    reader->leaves[reader->leaf_count++] = *leaf;
}

/* One pair of the hash. 0 when it is corrupt. */
static int
take_field(struct redis_reader *reader, struct view name, struct view value, uint32_t through)
{
    struct ledger_cell cell;
    struct ledger_official official;

    if (view_starts(name, VIEW("k:"))) {
        return redis_take_lapse(reader, name, value);
    }
    if (view_equal(name, VIEW("since"))) {
        return view_to_u32_strict(value, &reader->page.since);
    }
    switch (redis_field_parse(name, value, &cell, &official)) {
    case FIELD_OTHER:
        return 1;
    case FIELD_CORRUPT:
        log_event(LOG_ERROR, "ledger_corrupt", "field=%.*s", (int)name.size, name.at);
        return 0;
    case FIELD_CELL:
        if (cell.bucket <= through) {
            page_add_cell(&reader->page, &cell);
            add_leaf(reader, &(struct redis_leaf){ cell.brand, name, cell.bucket, LEAF_FIELD });
        }
        return 1;
    case FIELD_OFFICIAL:
        if (official.bucket <= through) {
            page_add_official(&reader->page, &official);
            add_leaf(reader,
                    &(struct redis_leaf){ official.brand, name, official.bucket, LEAF_FIELD });
        }
        return 1;
    }
    return 0;
}

static enum ledger_outcome
take_fields(struct redis_reader *reader, const redisReply *pairs, uint32_t through)
{
    for (size_t i = 0; i + 1 < pairs->elements; i += 2) {
        struct view name = page_text(&reader->page, redis_reply_text(pairs, i));
        struct view value = page_text(&reader->page, redis_reply_text(pairs, i + 1));
        if (reader->page.short_of_memory) {
            return LEDGER_AWAY;
        }
        if (!take_field(reader, name, value, through)) {
            return LEDGER_REFUSED;
        }
    }
    return LEDGER_OK;
}

static enum ledger_outcome
scan_shard(struct redis_reader *reader, uint32_t shard, uint32_t through)
{
    uint64_t cursor = 0;
    enum ledger_outcome outcome = LEDGER_OK;

    do {
        redisReply *reply = NULL;
        redis_begin(reader->link, "HSCAN");
        redis_key_shard(reader->link, shard);
        outcome = redis_scan_step(reader->link, NULL, &cursor, &reply);
        if (outcome == LEDGER_OK) {
            outcome = take_fields(reader, reply->element[1], through);
        }
        freeReplyObject(reply);
    } while (outcome == LEDGER_OK && cursor != 0);
    return outcome;
}

/* ---- what is folded already ---- */

/* A brand of the page and how far it is folded. */
struct folded_brand {
    struct view brand;
    uint32_t through;
};
struct folded {
    struct folded_brand *brands; /* sorted, each once; malloc'd */
    size_t count;
};

static int
compare_brands(const void *left, const void *right)
{
    return view_compare(((const struct folded_brand *)left)->brand,
            ((const struct folded_brand *)right)->brand);
}

/* The brands of all leaves. 0 when memory is short. */
static int
folded_brands(const struct redis_reader *reader, struct folded *folded)
{
    folded->brands = calloc(reader->leaf_count, sizeof *folded->brands);
    if (folded->brands == NULL) {
        return 0;
    }
    for (size_t i = 0; i < reader->leaf_count; i++) {
        folded->brands[i].brand = reader->leaves[i].brand;
    }
    qsort(folded->brands, reader->leaf_count, sizeof *folded->brands, compare_brands);
    for (size_t i = 0; i < reader->leaf_count; i++) {
        if (folded->count == 0 ||
                compare_brands(&folded->brands[folded->count - 1], &folded->brands[i]) != 0) {
            folded->brands[folded->count++] = folded->brands[i];
        }
    }
    return 1;
}

static enum ledger_outcome
ask_folded(struct redis_reader *reader, uint32_t shard, struct folded *folded)
{
    redisReply *reply = NULL;

    redis_begin(reader->link, "HMGET");
    redis_key_judge(reader->link, shard);
    for (size_t i = 0; i < folded->count; i++) {
        struct view brand = folded->brands[i].brand;
        redis_arg_format(reader->link, "ft:%.*s", (int)brand.size, brand.at);
    }
    redis_end(reader->link);
    enum ledger_outcome outcome = redis_await(reader->link, &reply);
    for (size_t i = 0; i < folded->count && outcome == LEDGER_OK; i++) {
        struct view text = redis_reply_text(reply, i);
        if (text.size > 0 && !view_to_u32_strict(text, &folded->brands[i].through)) {
            log_event(LOG_ERROR, "ledger_corrupt", "what=folded_through");
            outcome = LEDGER_REFUSED;
        }
    }
    freeReplyObject(reply);
    return outcome;
}

/* ---- exemplars ---- */

int
redis_exemplar_parse(struct view member, uint32_t *bucket, struct view *json)
{
    const char *colon = member.size == 0 ? NULL : memchr(member.at, ':', member.size);

    if (colon == NULL) {
        return 0;
    }
    size_t size = (size_t)(colon - member.at);
    *json = view_slice(member, size + 1, member.size);
    return view_to_u32_strict(view_slice(member, 0, size), bucket);
}

/* A member that cannot be read is a sample less; it expires. */
static void
take_exemplar(struct redis_reader *reader,
        const struct folded_brand *brand,
        struct view member,
        struct ledger_exemplar exemplar)
{
    exemplar.brand = brand->brand;
    add_leaf(reader, &(struct redis_leaf){ brand->brand, member, exemplar.bucket, LEAF_EXEMPLAR });
    if (exemplar.bucket > brand->through) {
        page_add_exemplar(&reader->page, &exemplar);
    }
}

/* member, weight, member, weight, ... of one brand; buckets beyond `through` are for another time. */
static enum ledger_outcome
take_exemplars(struct redis_reader *reader, const struct folded_brand *brand, uint32_t through)
{
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_await(reader->link, &reply);

    for (size_t i = 0; outcome == LEDGER_OK && i + 1 < reply->elements; i += 2) {
        struct view member = page_text(&reader->page, redis_reply_text(reply, i));
        struct ledger_exemplar exemplar = { 0 };
        /* A score is a double; beyond 2^53 it is only less exact. */
        double score = strtod(reply->element[i + 1]->str, NULL);
        exemplar.weight = score > 0 && score < 1.8e19 ? (uint64_t)score : 0;
        if (redis_exemplar_parse(member, &exemplar.bucket, &exemplar.json) &&
                exemplar.bucket <= through) {
            take_exemplar(reader, brand, member, exemplar);
        }
    }
    freeReplyObject(reply);
    return outcome;
}

static enum ledger_outcome
read_exemplars(
        struct redis_reader *reader, uint32_t shard, const struct folded *folded, uint32_t through)
{
    enum ledger_outcome outcome = LEDGER_OK;

    for (size_t i = 0; i < folded->count; i++) {
        struct view brand = folded->brands[i].brand;
        redis_begin(reader->link, "ZREVRANGE");
        redis_key(reader->link, "{%" PRIu32 "}:x:%.*s", shard, (int)brand.size, brand.at);
        redis_arg_text(reader->link, "0");
        redis_arg_text(reader->link, "-1");
        redis_arg_text(reader->link, "WITHSCORES");
        redis_end(reader->link);
    }
    for (size_t i = 0; i < folded->count && outcome == LEDGER_OK; i++) {
        outcome = take_exemplars(reader, &folded->brands[i], through);
    }
    return outcome;
}

/* What is asked once for every brand of the page: how far it is folded, and its exemplars. */
static enum ledger_outcome
read_brands(struct redis_reader *reader, uint32_t shard, uint32_t through)
{
    struct folded folded = { 0 };

    if (reader->leaf_count == 0) {
        return LEDGER_OK;
    }
    if (!folded_brands(reader, &folded)) {
        return LEDGER_AWAY;
    }
    enum ledger_outcome outcome = ask_folded(reader, shard, &folded);
    if (outcome == LEDGER_OK) {
        outcome = read_exemplars(reader, shard, &folded, through);
    }
    free(folded.brands);
    return outcome;
}

/* ---- authors ---- */

void
redis_key_authors(struct redis_link *link, uint32_t shard, const struct redis_leaf *set)
{
    redis_key(link, "{%" PRIu32 "}:au:1:%.*s:%.*s:%" PRIu32, shard, (int)set->brand.size,
            set->brand.at, (int)set->name.size, set->name.at, set->bucket);
}

/* Where a signal, or a voice, was counted on time there is a set of authors. Also of what is folded already: an
 * erase that was cut short left it. */
static void
list_author_sets(struct redis_reader *reader)
{
    size_t fields = reader->leaf_count;

    for (size_t i = 0; i < fields; i++) {
        struct ledger_cell cell;
        struct ledger_official official;
        struct redis_leaf leaf = reader->leaves[i];
        if (leaf.kind == LEAF_FIELD &&
                redis_field_parse(leaf.name, VIEW("0"), &cell, &official) == FIELD_CELL &&
                cell.kind == CELL_ON_TIME && dim_has_set(cell.dim)) {
            leaf.name = cell.dim;
            leaf.kind = LEAF_AUTHORS;
            add_leaf(reader, &leaf);
        }
    }
}

static enum ledger_outcome
take_authors(struct redis_reader *reader, const struct ledger_cell *cell)
{
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_await(reader->link, &reply);

    for (size_t i = 0; outcome == LEDGER_OK && i < reply->elements; i++) {
        int64_t author = 0;
        if (!redis_reply_i64(reply, i, &author)) {
            log_event(LOG_ERROR, "ledger_corrupt", "what=author");
            outcome = LEDGER_REFUSED;
            break;
        }
        page_add_author(&reader->page, &(struct ledger_author){ .brand = cell->brand,
                                               .dim = cell->dim,
                                               .bucket = cell->bucket,
                                               .author = (uint64_t)author });
    }
    freeReplyObject(reply);
    return outcome;
}

static int
has_authors(const struct ledger_cell *cell)
{
    return cell->kind == CELL_ON_TIME && dim_has_set(cell->dim);
}

/* Asks for a batch of sets, then takes the answers; `*at` moves over the cells of the page. */
static enum ledger_outcome
read_some_authors(struct redis_reader *reader, uint32_t shard, size_t *at)
{
    const struct page *page = &reader->page;
    const struct ledger_cell *asked[SETS_IN_FLIGHT];
    size_t count = 0;
    enum ledger_outcome outcome = LEDGER_OK;

    for (; *at < page->cell_count && count < SETS_IN_FLIGHT; ++*at) {
        const struct ledger_cell *cell = &page->cells[*at];
        if (has_authors(cell)) {
            struct redis_leaf set = { cell->brand, cell->dim, cell->bucket, LEAF_AUTHORS };
            redis_begin(reader->link, "SMEMBERS");
            redis_key_authors(reader->link, shard, &set);
            redis_end(reader->link);
            asked[count++] = cell;
        }
    }
    for (size_t i = 0; i < count && outcome == LEDGER_OK; i++) {
        outcome = take_authors(reader, asked[i]);
    }
    return outcome;
}

enum ledger_outcome
redis_read(struct ledger_reader *base, uint32_t shard, uint32_t through, struct ledger_page *out)
{
    struct redis_reader *reader = redis_reader_of(base);
    size_t at = 0;

    reader->leaf_count = 0;
    reader->lapse_count = 0;
    reader->read_shard = UINT32_MAX;
    page_reset(&reader->page);
    enum ledger_outcome outcome = redis_link_open_shard(reader->link, shard);
    if (outcome == LEDGER_OK) {
        outcome = scan_shard(reader, shard, through);
    }
    if (outcome == LEDGER_OK) {
        outcome = read_brands(reader, shard, through);
    }
    if (outcome == LEDGER_OK) {
        outcome = redis_name_lapses(reader);
    }
    page_sort_cells(&reader->page); /* no set is asked for twice */
    while (outcome == LEDGER_OK && at < reader->page.cell_count) {
        outcome = read_some_authors(reader, shard, &at);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    list_author_sets(reader);
    reader->read_shard = shard;
    return page_finish(&reader->page, out) ? LEDGER_OK : LEDGER_AWAY;
}
