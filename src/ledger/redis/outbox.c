/* Notices that wait for delivery, in the judge's hash of their shard. */
#include "ledger/redis/body.h"

#include "core/process/log.h"

#include <inttypes.h>
#include <stdlib.h>

/* A notice and its place in the order of commits. */
struct numbered_notice {
    uint64_t number;
    struct ledger_notice notice;
};

static int
compare_numbered(const void *left, const void *right)
{
    const struct numbered_notice *a = left;
    const struct numbered_notice *b = right;
    int order = (a->number > b->number) - (a->number < b->number);

    return order != 0 ? order : view_compare(a->notice.key, b->notice.key);
}

enum ledger_outcome
redis_scan_step(struct redis_link *link, const char *match, uint64_t *cursor, redisReply **reply)
{
    redis_arg_format(link, "%" PRIu64, *cursor);
    if (match != NULL) {
        redis_arg_text(link, "MATCH");
        redis_arg_text(link, match);
    }
    redis_arg_text(link, "COUNT");
    redis_arg_text(link, "1000");
    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, reply);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    int shaped = (*reply)->type == REDIS_REPLY_ARRAY && (*reply)->elements == 2 &&
                 view_to_u64(redis_reply_text(*reply, 0), cursor) &&
                 (*reply)->element[1]->type == REDIS_REPLY_ARRAY &&
                 (*reply)->element[1]->elements % 2 == 0;
    if (!shaped) {
        freeReplyObject(*reply);
        *reply = NULL;
        redis_link_drop(link);
        return LEDGER_REFUSED;
    }
    return LEDGER_OK;
}

/* "ob:<key>" and "<number>|<json>". */
static int
notice_parse(struct view field, struct view value, struct numbered_notice *out)
{
    const char *bar = value.size == 0 ? NULL : memchr(value.at, '|', value.size);

    if (!view_starts(field, VIEW("ob:")) || bar == NULL) {
        return 0;
    }
    size_t size = (size_t)(bar - value.at);
    out->notice.key = view_slice(field, 3, field.size);
    out->notice.json = view_slice(value, size + 1, value.size);
    return view_to_u64(view_slice(value, 0, size), &out->number);
}

/* What a scan of the outbox has gathered. */
struct outbox {
    struct arena *texts;
    struct numbered_notice *notices; /* malloc'd */
    size_t count, room;
};

static enum ledger_outcome
outbox_add(struct outbox *box, const redisReply *pairs)
{
    for (size_t i = 0; i + 1 < pairs->elements; i += 2) {
        void *at = box->notices;
        struct numbered_notice next;
        struct view field = arena_copy(box->texts, redis_reply_text(pairs, i));
        struct view value = arena_copy(box->texts, redis_reply_text(pairs, i + 1));
        if (field.at == NULL || value.at == NULL ||
                !page_grow(&at, &box->room, box->count, sizeof *box->notices)) {
            return LEDGER_AWAY;
        }
        box->notices = at;
        if (!notice_parse(field, value, &next)) {
            log_event(LOG_ERROR, "ledger_corrupt", "what=notice");
            return LEDGER_REFUSED;
        }
        box->notices[box->count++] = next;
    }
    return LEDGER_OK;
}

static enum ledger_outcome
outbox_scan(struct redis_reader *reader, uint32_t shard, struct outbox *box)
{
    uint64_t cursor = 0;
    enum ledger_outcome outcome = LEDGER_OK;

    do {
        redisReply *reply = NULL;
        redis_begin(reader->link, "HSCAN");
        redis_key_judge(reader->link, shard);
        outcome = redis_scan_step(reader->link, "ob:*", &cursor, &reply);
        if (outcome == LEDGER_OK) {
            outcome = outbox_add(box, reply->element[1]);
        }
        freeReplyObject(reply);
    } while (outcome == LEDGER_OK && cursor != 0);
    return outcome;
}

/* The first `max` of them, each once: a scan may show a field twice. Returns how many. */
static size_t
outbox_take(struct outbox *box, struct ledger_notice *notices, size_t max)
{
    size_t count = 0;

    if (box->count > 0) {
        qsort(box->notices, box->count, sizeof *box->notices, compare_numbered);
    }
    for (size_t i = 0; i < box->count && count < max; i++) {
        if (i == 0 || compare_numbered(&box->notices[i - 1], &box->notices[i]) != 0) {
            notices[count++] = box->notices[i].notice;
        }
    }
    return count;
}

enum ledger_outcome
redis_outbox(struct ledger_reader *base,
        uint32_t shard,
        struct ledger_notice *notices,
        size_t max,
        size_t *count)
{
    struct redis_reader *reader = redis_reader_of(base);
    enum ledger_outcome outcome = redis_link_open_shard(reader->link, shard);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    arena_destroy(&reader->outbox);
    reader->outbox = arena_create();
    if (reader->outbox == NULL) {
        return LEDGER_AWAY;
    }
    struct outbox box = { .texts = reader->outbox };
    outcome = outbox_scan(reader, shard, &box);
    if (outcome == LEDGER_OK) {
        *count = outbox_take(&box, notices, max);
    }
    free(box.notices);
    return outcome;
}

enum ledger_outcome
redis_delivered(struct ledger_reader *base, uint32_t shard, struct view key)
{
    struct redis_reader *reader = redis_reader_of(base);
    enum ledger_outcome outcome = redis_link_open_shard(reader->link, shard);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin(reader->link, "HDEL");
    redis_key_judge(reader->link, shard);
    redis_arg_format(reader->link, "ob:%.*s", (int)key.size, key.at);
    redis_end(reader->link);
    return redis_await_all(reader->link, 1);
}
