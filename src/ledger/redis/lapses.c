/*
 * From where on partitions are late in a shard: the `k:` fields of its hash, found by the scan of a page.
 * They hold topics by number; the names stand in meta and are asked for once.
 */
#include "ledger/redis/body.h"

#include "core/process/log.h"
#include "ledger/link/bytes.h"

#include <inttypes.h>
#include <stdlib.h>

void
redis_topics_fini(struct redis_topics *topics)
{
    for (size_t i = 0; i < topics->count; i++) {
        free(topics->at[i].name);
    }
    free(topics->at);
    *topics = (struct redis_topics){ .at = NULL };
}

/* The part of `rest` up to a colon, or all of it; `rest` moves behind it. */
static struct view
take_part(struct view *rest)
{
    const char *colon = rest->size == 0 ? NULL : memchr(rest->at, ':', rest->size);
    size_t size = colon == NULL ? rest->size : (size_t)(colon - rest->at);
    struct view part = view_slice(*rest, 0, size);

    *rest = view_slice(*rest, colon == NULL ? size : size + 1, rest->size);
    return part;
}

/* "k:<t>:<p>:<offset>" and a bucket. */
static int
lapse_parse(struct view name, struct view value, struct redis_lapse *lapse)
{
    struct view rest = view_slice(name, 2, name.size);
    struct view topic = take_part(&rest);
    struct view partition = take_part(&rest);
    uint32_t number = 0;

    if (!view_to_u32_strict(topic, &lapse->topic) || !view_to_u32_strict(partition, &number) ||
            number > INT32_MAX) {
        return 0;
    }
    lapse->partition = (int32_t)number;
    return view_to_i64_strict(rest, &lapse->offset) && lapse->offset >= 0 &&
           view_to_u32_strict(value, &lapse->through);
}

int
redis_take_lapse(struct redis_reader *reader, struct view name, struct view value)
{
    struct redis_lapse lapse;
    void *at = reader->lapses;

    if (!lapse_parse(name, value, &lapse)) {
        log_event(LOG_ERROR, "ledger_corrupt", "field=%.*s", (int)name.size, name.at);
        return 0;
    }
    if (!page_grow(&at, &reader->lapse_room, reader->lapse_count, sizeof lapse)) {
        reader->page.short_of_memory = 1;
        return 1;
    }
    reader->lapses = at;
    reader->lapses[reader->lapse_count++] = lapse;
    return 1;
}

/* ---- names of topics ---- */

/* NULL: not known yet. */
static const char *
topic_name(const struct redis_topics *topics, uint32_t number)
{
    for (size_t i = 0; i < topics->count; i++) {
        if (topics->at[i].number == number) {
            return topics->at[i].name;
        }
    }
    return NULL;
}

/* "t:<name>" and its number. Other fields of meta begin with other letters. */
static int
add_topic(struct redis_topics *topics, struct view field, struct view value)
{
    void *at = topics->at;
    uint32_t number = 0;

    if (!view_starts(field, VIEW("t:")) || !view_to_u32_strict(value, &number) ||
            topic_name(topics, number) != NULL) {
        return 1;
    }
    char *name = strndup(field.at + 2, field.size - 2);
    if (name == NULL || !page_grow(&at, &topics->room, topics->count, sizeof *topics->at)) {
        free(name);
        return 0;
    }
    topics->at = at;
    topics->at[topics->count++] = (struct redis_topic){ number, name };
    return 1;
}

static int
add_topics(struct redis_topics *topics, const redisReply *pairs)
{
    int complete = 1;

    for (size_t i = 0; i + 1 < pairs->elements; i += 2) {
        complete &= add_topic(topics, redis_reply_text(pairs, i), redis_reply_text(pairs, i + 1));
    }
    return complete;
}

static enum ledger_outcome
ask_topics(struct redis_reader *reader)
{
    uint64_t cursor = 0;
    enum ledger_outcome outcome = LEDGER_OK;

    do {
        redisReply *reply = NULL;
        redis_begin(reader->link, "HSCAN");
        redis_key(reader->link, "meta");
        outcome = redis_scan_step(reader->link, "t:*", &cursor, &reply);
        if (outcome == LEDGER_OK && !add_topics(&reader->topics, reply->element[1])) {
            outcome = LEDGER_AWAY;
        }
        freeReplyObject(reply);
    } while (outcome == LEDGER_OK && cursor != 0);
    return outcome;
}

static int
all_named(const struct redis_reader *reader)
{
    for (size_t i = 0; i < reader->lapse_count; i++) {
        if (topic_name(&reader->topics, reader->lapses[i].topic) == NULL) {
            return 0;
        }
    }
    return 1;
}

enum ledger_outcome
redis_name_lapses(struct redis_reader *reader)
{
    if (!all_named(reader)) {
        enum ledger_outcome outcome = ask_topics(reader);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
    }
    for (size_t i = 0; i < reader->lapse_count; i++) {
        const struct redis_lapse *lapse = &reader->lapses[i];
        const char *name = topic_name(&reader->topics, lapse->topic);
        if (name == NULL) {
            log_event(LOG_ERROR, "ledger_corrupt", "what=topic number=%" PRIu32, lapse->topic);
            return LEDGER_REFUSED;
        }
        page_add_lapse(&reader->page,
                &(struct ledger_lapse){ .topic = page_text(&reader->page, view_of(name)),
                        .partition = lapse->partition,
                        .offset = lapse->offset,
                        .through = lapse->through });
    }
    return LEDGER_OK;
}

/* ---- on their own ---- */

static enum ledger_outcome
take_lapses(struct redis_reader *reader, const redisReply *pairs)
{
    for (size_t i = 0; i + 1 < pairs->elements; i += 2) {
        if (!redis_take_lapse(reader, redis_reply_text(pairs, i), redis_reply_text(pairs, i + 1))) {
            return LEDGER_REFUSED;
        }
    }
    return LEDGER_OK;
}

enum ledger_outcome
redis_lapses(struct ledger_reader *base, uint32_t shard, struct ledger_page *out)
{
    struct redis_reader *reader = redis_reader_of(base);
    uint64_t cursor = 0;

    reader->leaf_count = 0;
    reader->lapse_count = 0;
    reader->read_shard = UINT32_MAX;
    page_reset(&reader->page);
    enum ledger_outcome outcome = redis_link_open_shard(reader->link, shard);
    do {
        redisReply *reply = NULL;
        if (outcome == LEDGER_OK) {
            redis_begin(reader->link, "HSCAN");
            redis_key_shard(reader->link, shard);
            outcome = redis_scan_step(reader->link, "k:*", &cursor, &reply);
        }
        outcome = outcome == LEDGER_OK ? take_lapses(reader, reply->element[1]) : outcome;
        freeReplyObject(reply);
    } while (outcome == LEDGER_OK && cursor != 0);
    outcome = outcome == LEDGER_OK ? redis_name_lapses(reader) : outcome;
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    return page_finish(&reader->page, out) ? LEDGER_OK : LEDGER_AWAY;
}
