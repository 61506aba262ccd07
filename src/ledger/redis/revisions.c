/*
 * Revisions of the rules in Redis: list and horizon stand in meta, so that looking at the one and moving the
 * other is one step; the text of each in a key of its own, written before the list names it.
 */
#include "ledger/redis/body.h"

#include "core/process/log.h"
#include "ledger/link/bytes.h"

#include <inttypes.h>
#include <stdlib.h>

/* {code, horizon, list}. */
static enum ledger_outcome
await_list(struct redis_link *link, struct revisions *revisions, int64_t *code)
{
    redisReply *reply = NULL;
    uint32_t horizon = 0;
    enum ledger_outcome outcome = redis_await(link, &reply);

    if (outcome == LEDGER_OK && (!redis_reply_i64(reply, 0, code) ||
                                        !view_to_u32_strict(redis_reply_text(reply, 1), &horizon) ||
                                        !revisions_parse(redis_reply_text(reply, 2), revisions))) {
        log_event(LOG_ERROR, "ledger_corrupt", "what=revisions");
        redis_link_drop(link);
        outcome = LEDGER_REFUSED;
    }
    if (outcome == LEDGER_OK) {
        revisions->horizon = horizon;
    }
    freeReplyObject(reply);
    return outcome;
}

static uint32_t
last_number(const struct revisions *revisions)
{
    return revisions->count == 0 ? 0 : revisions->at[revisions->count - 1].number;
}

/* What is known is told again to a ledger that has lost it. `horizon` 0 and nothing known: a look. */
static enum ledger_outcome
reach(struct redis_link *link, uint32_t horizon, struct revisions *revisions)
{
    char list[REVISIONS_TEXT_SIZE];
    int64_t code = 0;
    enum ledger_outcome outcome = redis_link_open(link);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    revisions_print(revisions, list);
    redis_begin_script(link, SCRIPT_REACH, 1);
    redis_key(link, "meta");
    redis_arg_i64(link, horizon);
    redis_arg_i64(link, last_number(revisions));
    redis_arg_text(link, list);
    redis_end(link);
    return await_list(link, revisions, &code);
}

enum ledger_outcome
redis_reach(struct ledger_writer *writer, uint32_t bucket, struct revisions *revisions)
{
    return reach(redis_writer_of(writer)->link, bucket + 1, revisions);
}

enum ledger_outcome
redis_revisions(struct ledger_reader *reader, uint32_t bucket, struct revisions *revisions)
{
    uint32_t wanted = bucket == 0 ? 0 : bucket + 1;

    return reach(redis_reader_of(reader)->link,
            wanted > revisions->horizon ? wanted : revisions->horizon, revisions);
}

static enum ledger_outcome
put_text(struct redis_link *link, const char *name, struct view text)
{
    redis_begin(link, "HSET");
    redis_key(link, "rules:%s", name);
    redis_arg_text(link, "text");
    redis_arg(link, text);
    redis_end(link);
    return redis_await_all(link, 1);
}

/* The list that is asked for: it ends in the new entry's number, and its first bucket is Redis's to say. */
static uint32_t
list_wanted(const struct revisions *now, char list[REVISIONS_TEXT_SIZE])
{
    struct revisions kept = *now;
    size_t last = now->count;

    if (kept.count == REVISIONS_MAX) {
        memmove(kept.at, kept.at + 1, (REVISIONS_MAX - 1) * sizeof kept.at[0]);
        kept.count--;
    }
    revisions_print(&kept, list);
    size_t size = strlen(list);
    snprintf(list + size, REVISIONS_TEXT_SIZE - size, "%s%" PRIu32 ":", size == 0 ? "" : " ",
            last_number(now) + 1);
    return last == 0 ? 0 : now->at[last - 1].from;
}

static void
forget_text(struct redis_link *link, const struct revisions *before, const struct revisions *now)
{
    if (before->count < REVISIONS_MAX || revisions_find(now, before->at[0].name) != NO_REVISION) {
        return;
    }
    redis_begin(link, "UNLINK");
    redis_key(link, "rules:%s", before->at[0].name);
    redis_end(link);
    (void)redis_await_all(link, 1); /* one that stays does no harm */
}

enum ledger_outcome
redis_revise(struct ledger_reader *reader,
        const char *name,
        struct view text,
        struct revisions *revisions)
{
    struct redis_link *link = redis_reader_of(reader)->link;
    struct revisions before = *revisions;
    char known[REVISIONS_TEXT_SIZE];
    char wanted[REVISIONS_TEXT_SIZE];
    int64_t code = 0;
    enum ledger_outcome outcome = redis_link_open(link);

    outcome = outcome == LEDGER_OK ? put_text(link, name, text) : outcome;
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    revisions_print(revisions, known);
    uint32_t from = list_wanted(revisions, wanted);
    redis_begin_script(link, SCRIPT_REVISE, 1);
    redis_key(link, "meta");
    redis_arg_text(link, known);
    redis_arg_text(link, wanted);
    redis_arg_text(link, name);
    redis_arg_i64(link, from);
    redis_end(link);
    outcome = await_list(link, revisions, &code);
    if (outcome == LEDGER_OK && code == CODE_DONE) {
        forget_text(link, &before, revisions);
    }
    return outcome == LEDGER_OK && code != CODE_DONE ? LEDGER_CLASH : outcome;
}

enum ledger_outcome
redis_rules(struct ledger_reader *reader, const char *name, char **text, size_t *size)
{
    struct redis_link *link = redis_reader_of(reader)->link;
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_link_open(link);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin(link, "HGET");
    redis_key(link, "rules:%s", name);
    redis_arg_text(link, "text");
    redis_end(link);
    outcome = redis_await(link, &reply);
    if (outcome == LEDGER_OK && reply->type != REDIS_REPLY_STRING) {
        outcome = LEDGER_CLASH;
    }
    if (outcome == LEDGER_OK) {
        *text = malloc(reply->len + 1);
        *size = reply->len;
        outcome = *text == NULL ? LEDGER_AWAY : LEDGER_OK;
    }
    if (outcome == LEDGER_OK) {
        memcpy(*text, reply->str, reply->len);
    }
    freeReplyObject(reply);
    return outcome;
}
