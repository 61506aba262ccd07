/*
 * Taking a shard's image from Redis, whoever judges it.
 *
 * Both hashes come from one script, so they are of one moment. Authors stand in keys of their own and are
 * read behind it: such a set only grows until its bucket is folded and erased. Had a fold come in between,
 * a set might be gone that the image still needs: then the image is taken again.
 */
#include "ledger/redis/body.h"

#include "core/process/log.h"
#include "ledger/image.h"
#include "ledger/redis/field.h"

#include <inttypes.h>

#define TRIES_MAX      5
#define SETS_IN_FLIGHT 256

/* What the script answered. */
struct shot {
    uint32_t shard;
    const redisReply *counts; /* name, value, ... of the shard's hash */
    const redisReply *judged; /* and of the judge's */
    struct image_writer *image;
};

static struct image_entry
pair_at(const redisReply *pairs, size_t index, enum image_part part)
{
    return (struct image_entry){ part, redis_reply_text(pairs, index),
        redis_reply_text(pairs, index + 1) };
}

/* What belongs to a moment and not to the counts: who judges, when an image was taken, marks: they name topics by
 * numbers that may be others when the image comes back. */
static int
is_passing(struct view name)
{
    static const char *const names[] = { "lease", "kept", "restore", "back", "safe", "soon",
        "shut" };
    int passing = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        passing |= view_equal(name, view_of(names[i]));
    }
    return passing;
}

static void
add_pairs(const struct shot *shot, const redisReply *pairs, enum image_part part)
{
    for (size_t i = 0; i + 1 < pairs->elements; i += 2) {
        struct image_entry entry = pair_at(pairs, i, part);
        if (!is_passing(entry.name)) {
            image_add(shot->image, &entry);
        }
    }
}

/* ---- topics ---- */

static enum ledger_outcome
add_topics(struct redis_link *link, const struct shot *shot)
{
    redisReply *reply = NULL;

    redis_begin(link, "HGETALL");
    redis_key(link, "meta");
    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, &reply);
    for (size_t i = 0; outcome == LEDGER_OK && i + 1 < reply->elements; i += 2) {
        struct image_entry field = pair_at(reply, i, IMAGE_TOPIC);
        if (view_starts(field.name, VIEW("t:"))) {
            struct image_entry topic = { IMAGE_TOPIC, field.value,
                view_slice(field.name, 2, field.name.size) };
            image_add(shot->image, &topic);
        }
    }
    freeReplyObject(reply);
    return outcome;
}

/* ---- authors ---- */

/* The set of authors behind a pair of the shard's hash; 0 when it is no cell that has one. */
static int
author_set(const redisReply *pairs, size_t index, struct redis_leaf *set)
{
    struct image_entry field = pair_at(pairs, index, IMAGE_COUNTS);
    struct ledger_cell cell;
    struct ledger_official official;

    if (redis_field_parse(field.name, field.value, &cell, &official) != FIELD_CELL ||
            cell.kind != CELL_ON_TIME || !dim_has_set(cell.dim)) {
        return 0;
    }
    *set = (struct redis_leaf){ cell.brand, cell.dim, cell.bucket, LEAF_AUTHORS };
    return 1;
}

static enum ledger_outcome
take_members(struct redis_link *link, const struct shot *shot, const struct redis_leaf *set)
{
    redisReply *reply = NULL;
    char name[2 * NAME_SIZE_MAX + 32];
    enum ledger_outcome outcome = redis_await(link, &reply);

    snprintf(name, sizeof name, "1:%.*s:%.*s:%" PRIu32, (int)set->brand.size, set->brand.at,
            (int)set->name.size, set->name.at, set->bucket);
    for (size_t i = 0; outcome == LEDGER_OK && i < reply->elements; i++) {
        struct image_entry member = { IMAGE_AUTHOR, view_of(name), redis_reply_text(reply, i) };
        image_add(shot->image, &member);
    }
    freeReplyObject(reply);
    return outcome;
}

/* Asks for a batch of sets, then takes the answers; `*at` moves over the pairs. */
static enum ledger_outcome
add_some_authors(struct redis_link *link, const struct shot *shot, size_t *at)
{
    struct redis_leaf asked[SETS_IN_FLIGHT];
    size_t count = 0;
    enum ledger_outcome outcome = LEDGER_OK;

    for (; *at + 1 < shot->counts->elements && count < SETS_IN_FLIGHT; *at += 2) {
        if (author_set(shot->counts, *at, &asked[count])) {
            redis_begin(link, "SMEMBERS");
            redis_key_authors(link, shot->shard, &asked[count]);
            redis_end(link);
            count++;
        }
    }
    for (size_t i = 0; i < count && outcome == LEDGER_OK; i++) {
        outcome = take_members(link, shot, &asked[i]);
    }
    return outcome;
}

/* CLASH when a brand was folded since the script ran. */
static enum ledger_outcome
compare_folded(struct redis_link *link, const struct shot *shot)
{
    redisReply *reply = NULL;
    size_t asked = 0;

    redis_begin(link, "HMGET");
    redis_key_judge(link, shot->shard);
    redis_arg_text(link, "seq"); /* so that there is something to ask */
    for (size_t i = 0; i + 1 < shot->judged->elements; i += 2) {
        if (view_starts(redis_reply_text(shot->judged, i), VIEW("ft:"))) {
            redis_arg(link, redis_reply_text(shot->judged, i));
        }
    }
    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, &reply);
    for (size_t i = 0; outcome == LEDGER_OK && i + 1 < shot->judged->elements; i += 2) {
        if (view_starts(redis_reply_text(shot->judged, i), VIEW("ft:"))) {
            struct view now = redis_reply_text(reply, ++asked);
            outcome = view_equal(now, redis_reply_text(shot->judged, i + 1)) ? LEDGER_OK
                                                                             : LEDGER_CLASH;
        }
    }
    freeReplyObject(reply);
    return outcome;
}

/* ---- one image ---- */

static int
has_fences(const redisReply *counts)
{
    for (size_t i = 0; i + 1 < counts->elements; i += 2) {
        if (view_equal(redis_reply_text(counts, i), VIEW("ps"))) {
            return redis_reply_text(counts, i + 1).size > 0;
        }
    }
    return 0;
}

static enum ledger_outcome
fill(struct redis_link *link, const struct shot *shot, const struct image_head *head)
{
    size_t at = 0;

    image_begin(shot->image, head);
    enum ledger_outcome outcome = add_topics(link, shot);
    while (outcome == LEDGER_OK && at + 1 < shot->counts->elements) {
        outcome = add_some_authors(link, shot, &at);
    }
    if (outcome == LEDGER_OK) {
        outcome = compare_folded(link, shot);
    }
    add_pairs(shot, shot->judged, IMAGE_JUDGED);
    add_pairs(shot, shot->counts, IMAGE_COUNTS);
    return outcome == LEDGER_OK && shot->image->short_of_memory ? LEDGER_AWAY : outcome;
}

/* Checks the shape of {code, counts, judged}. */
static enum ledger_outcome
await_shot(struct redis_link *link, redisReply **reply)
{
    int64_t code = 0;
    enum ledger_outcome outcome = redis_await(link, reply);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    if (!redis_reply_i64(*reply, 0, &code) ||
            (code == CODE_DONE &&
                    ((*reply)->elements != 3 || (*reply)->element[1]->type != REDIS_REPLY_ARRAY ||
                            (*reply)->element[2]->type != REDIS_REPLY_ARRAY))) {
        redis_link_drop(link);
        return LEDGER_REFUSED;
    }
    return code == CODE_DONE ? LEDGER_OK : LEDGER_CLASH;
}

static enum ledger_outcome
take_once(struct redis_reader *reader,
        const struct image_head *head,
        int64_t every_ms,
        struct image_writer *image)
{
    struct redis_link *link = reader->link;
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_link_open_shard(link, head->shard);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin_judge(reader, SCRIPT_IMAGE, head->shard, 0);
    redis_arg_i64(link, head->taken_ms);
    redis_arg_i64(link, every_ms);
    redis_end(link);
    outcome = await_shot(link, &reply);
    if (outcome == LEDGER_CLASH) {
        outcome = LEDGER_CLOSED; /* not due: told apart from a fold in between */
    } else if (outcome == LEDGER_OK && !has_fences(reply->element[1])) {
        outcome = LEDGER_LOST;
    } else if (outcome == LEDGER_OK) {
        struct shot shot = { head->shard, reply->element[1], reply->element[2], image };
        outcome = fill(link, &shot, head);
    }
    freeReplyObject(reply);
    return outcome;
}

enum ledger_outcome
redis_image(struct ledger_reader *base,
        uint32_t shard,
        const struct ledger_image_wish *wish,
        struct image_writer *image)
{
    struct image_head head = { shard, ledger_shard_count(base->ledger), wish->now_ms };
    enum ledger_outcome outcome = take_once(redis_reader_of(base), &head, wish->every_ms, image);

    for (int i = 1; i < TRIES_MAX && outcome == LEDGER_CLASH; i++) {
        outcome = take_once(redis_reader_of(base), &head, 0, image);
    }
    return outcome;
}
