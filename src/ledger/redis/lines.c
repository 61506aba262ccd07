/*
 * The incident log, in the judge's hash of its shard: a commit writes an event's line together with the
 * state that it comes from. So the log is always what the surviving state has said, also after Redis has
 * lost its last writes; nobody has to look for lines that are missing or should never have been.
 */
#include "ledger/redis/body.h"

#include "core/process/log.h"
#include "ledger/link/bytes.h"

#include <inttypes.h>
#include <stdlib.h>

/* Fields removed with one command. */
#define FORGET_MAX 500

void
redis_lines_fini(struct redis_lines *lines)
{
    arena_destroy(&lines->texts);
    free(lines->at);
    *lines = (struct redis_lines){ .texts = NULL };
}

/* "lg:<bucket>:<key>" */
static int
line_parse(struct view field, struct ledger_line *line)
{
    const char *colon = field.size < 3 ? NULL : memchr(field.at + 3, ':', field.size - 3);

    if (colon == NULL || !view_starts(field, VIEW("lg:"))) {
        return 0;
    }
    size_t end = (size_t)(colon - field.at);
    line->key = view_slice(field, end + 1, field.size);
    return view_to_u32_strict(view_slice(field, 3, end), &line->bucket);
}

static enum ledger_outcome
add_lines(struct redis_lines *lines, const redisReply *pairs)
{
    for (size_t i = 0; i + 1 < pairs->elements; i += 2) {
        struct ledger_line line = { .json = redis_reply_text(pairs, i + 1) };
        struct view field = arena_copy(lines->texts, redis_reply_text(pairs, i));
        void *at = lines->at;
        line.json = arena_copy(lines->texts, line.json);
        if (field.at == NULL || line.json.at == NULL ||
                !page_grow(&at, &lines->room, lines->count, sizeof line)) {
            return LEDGER_AWAY;
        }
        lines->at = at;
        if (!line_parse(field, &line)) {
            log_event(LOG_ERROR, "ledger_corrupt", "what=line");
            return LEDGER_REFUSED;
        }
        lines->at[lines->count++] = line;
    }
    return LEDGER_OK;
}

static int
compare_lines(const void *left, const void *right)
{
    const struct ledger_line *a = left;
    const struct ledger_line *b = right;
    int order = (a->bucket > b->bucket) - (a->bucket < b->bucket);

    return order != 0 ? order : view_compare(a->key, b->key);
}

/* Sorted, and each once: a scan may show a field twice. */
static void
put_in_order(struct redis_lines *lines)
{
    size_t kept = 0;

    if (lines->count == 0) {
        return;
    }
    qsort(lines->at, lines->count, sizeof *lines->at, compare_lines);
    for (size_t i = 1; i < lines->count; i++) {
        if (compare_lines(&lines->at[kept], &lines->at[i]) != 0) {
            lines->at[++kept] = lines->at[i];
        }
    }
    lines->count = kept + 1;
}

static enum ledger_outcome
scan_lines(struct redis_reader *reader, uint32_t shard)
{
    uint64_t cursor = 0;
    enum ledger_outcome outcome = LEDGER_OK;

    do {
        redisReply *reply = NULL;
        redis_begin(reader->link, "HSCAN");
        redis_key_judge(reader->link, shard);
        outcome = redis_scan_step(reader->link, "lg:*", &cursor, &reply);
        if (outcome == LEDGER_OK) {
            outcome = add_lines(&reader->lines, reply->element[1]);
        }
        freeReplyObject(reply);
    } while (outcome == LEDGER_OK && cursor != 0);
    return outcome;
}

enum ledger_outcome
redis_lines(
        struct ledger_reader *base, uint32_t shard, const struct ledger_line **lines, size_t *count)
{
    struct redis_reader *reader = redis_reader_of(base);
    enum ledger_outcome outcome = redis_link_open_shard(reader->link, shard);

    redis_lines_fini(&reader->lines);
    reader->lines.texts = arena_create();
    if (reader->lines.texts == NULL) {
        outcome = LEDGER_AWAY;
    }
    if (outcome == LEDGER_OK) {
        outcome = scan_lines(reader, shard);
    }
    if (outcome == LEDGER_OK) {
        put_in_order(&reader->lines);
        *lines = reader->lines.at;
        *count = reader->lines.count;
    }
    return outcome;
}

static enum ledger_outcome
remove_lines(
        struct redis_reader *reader, uint32_t shard, const struct ledger_line *lines, size_t count)
{
    redis_begin(reader->link, "HDEL");
    redis_key_judge(reader->link, shard);
    for (size_t i = 0; i < count; i++) {
        redis_arg_format(reader->link, "lg:%" PRIu32 ":%.*s", lines[i].bucket,
                (int)lines[i].key.size, lines[i].key.at);
    }
    redis_end(reader->link);
    return redis_await_all(reader->link, 1);
}

/* Not fenced: what is too old for one judge is too old for all of them. */
enum ledger_outcome
redis_forget_lines(struct ledger_reader *base, uint32_t shard, uint32_t bucket)
{
    const struct ledger_line *lines = NULL;
    size_t count = 0;
    size_t old = 0;
    int64_t kept_ms = bucket_start_ms(bucket) - base->ledger->options.retain_1h_ms;
    enum ledger_outcome outcome = redis_lines(base, shard, &lines, &count);

    while (outcome == LEDGER_OK && old < count && bucket_start_ms(lines[old].bucket) < kept_ms) {
        old++;
    }
    for (size_t i = 0; outcome == LEDGER_OK && i < old; i += FORGET_MAX) {
        size_t some = old - i < FORGET_MAX ? old - i : FORGET_MAX;
        outcome = remove_lines(redis_reader_of(base), shard, lines + i, some);
    }
    return outcome;
}
