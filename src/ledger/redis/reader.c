/* The judge's half of the Redis ledger: lease, progress, close, state. */
#include "ledger/redis/body.h"

#include "core/process/log.h"
#include "ledger/link/bytes.h"
#include "ledger/redis/field.h"

#include <inttypes.h>
#include <stdlib.h>

struct ledger_reader *
redis_reader_create(struct ledger *ledger)
{
    struct redis_reader *reader = calloc(1, sizeof *reader);

    if (reader == NULL) {
        return NULL;
    }
    page_init(&reader->page);
    reader->read_shard = UINT32_MAX;
    reader->link = redis_link_create(ledger);
    if (reader->link == NULL) {
        redis_reader_destroy(&reader->base);
        return NULL;
    }
    return &reader->base;
}

void
redis_reader_destroy(struct ledger_reader *base)
{
    struct redis_reader *reader = redis_reader_of(base);

    redis_link_destroy(&reader->link);
    page_fini(&reader->page);
    free(reader->leaves);
    freeReplyObject(reader->state);
    arena_destroy(&reader->outbox);
    redis_lines_fini(&reader->lines);
    redis_topics_fini(&reader->topics);
    free(reader->lapses);
    free(reader);
}

void
redis_key_judge(struct redis_link *link, uint32_t shard)
{
    redis_key(link, "{%" PRIu32 "}:a", shard);
}

/* ---- lease ---- */

enum ledger_outcome
redis_lease_ready(struct redis_reader *reader, uint32_t shard)
{
    enum ledger_outcome outcome = redis_link_open_shard(reader->link, shard);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    const struct redis_lease *lease = &reader->leases[shard];
    return lease->epoch != 0 && lease->epoch == redis_link_shard_epoch(reader->link, shard)
                   ? LEDGER_OK
                   : LEDGER_LOST;
}

enum ledger_outcome
redis_lease_await(struct redis_reader *reader, uint32_t shard)
{
    int64_t code = 0;
    enum ledger_outcome outcome = redis_await_code(reader->link, &code);

    outcome = outcome == LEDGER_OK ? redis_code_outcome(code) : outcome;
    if (outcome == LEDGER_LOST) {
        reader->leases[shard].epoch = 0;
    }
    return outcome;
}

void
redis_begin_judge(struct redis_reader *reader, enum script script, uint32_t shard, uint32_t more)
{
    redis_begin_script(reader->link, script, 2 + more);
    redis_key_shard(reader->link, shard);
    redis_key_judge(reader->link, shard);
}

enum ledger_outcome
redis_lease(
        struct ledger_reader *base, uint32_t shard, int64_t now_ms, int64_t lease_ms, int *fresh)
{
    struct redis_reader *reader = redis_reader_of(base);
    struct redis_lease *lease = &reader->leases[shard];
    char token[REDIS_TOKEN_SIZE];
    redisReply *reply = NULL;
    int64_t code = CODE_LOST;
    int64_t is_new = 0;

    /* LOST here only says that the token must be a new one. */
    enum ledger_outcome outcome = redis_lease_ready(reader, shard);
    int keep = outcome == LEDGER_OK;
    if (outcome != LEDGER_OK && outcome != LEDGER_LOST) {
        return outcome;
    }
    redis_token_make(token);
    redis_begin_script(reader->link, SCRIPT_LEASE, 1);
    redis_key_judge(reader->link, shard);
    redis_arg_text(reader->link, lease->token);
    redis_arg_text(reader->link, token);
    redis_arg_i64(reader->link, now_ms);
    redis_arg_i64(reader->link, now_ms + lease_ms);
    redis_arg_text(reader->link, keep ? "1" : "0");
    redis_end(reader->link);
    outcome = redis_await(reader->link, &reply);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    (void)redis_reply_i64(reply, 0, &code);
    (void)redis_reply_i64(reply, 1, &is_new);
    freeReplyObject(reply);
    lease->epoch = code == CODE_DONE ? redis_link_shard_epoch(reader->link, shard) : 0;
    if (code != CODE_DONE) {
        return LEDGER_LOST;
    }
    *fresh = is_new != 0;
    if (is_new != 0) {
        memcpy(lease->token, token, sizeof token);
    }
    return LEDGER_OK;
}

void
redis_unlease(struct ledger_reader *base, uint32_t shard)
{
    struct redis_reader *reader = redis_reader_of(base);

    if (redis_lease_ready(reader, shard) == LEDGER_OK) {
        redis_begin_script(reader->link, SCRIPT_UNLEASE, 1);
        redis_key_judge(reader->link, shard);
        redis_arg_text(reader->link, reader->leases[shard].token);
        redis_end(reader->link);
        /* If the answer stays out the lease ends by itself. */
        (void)redis_lease_await(reader, shard);
    }
    reader->leases[shard].epoch = 0;
}

/* ---- progress and close ---- */

/* {closed, witness, ...} */
static int
progress_parse(const redisReply *reply, struct ledger_progress *progress)
{
    uint32_t closed = 0;

    if (!view_to_u32_strict(redis_reply_text(reply, 0), &closed)) {
        return 0;
    }
    ledger_progress_start(progress, closed);
    for (size_t i = 1; i < reply->elements; i++) {
        struct redis_witness witness;
        if (!redis_witness_parse(redis_reply_text(reply, i), &witness)) {
            return 0;
        }
        ledger_progress_add(progress, witness.max_time_ms, witness.idle);
    }
    ledger_progress_end(progress);
    return 1;
}

enum ledger_outcome
redis_progress(struct ledger_reader *base, uint32_t shard, struct ledger_progress *progress)
{
    struct redis_reader *reader = redis_reader_of(base);
    redisReply *reply = NULL;

    enum ledger_outcome outcome = redis_link_open_shard(reader->link, shard);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin_script(reader->link, SCRIPT_PROGRESS, 1);
    redis_key_shard(reader->link, shard);
    redis_end(reader->link);
    outcome = redis_await(reader->link, &reply);
    if (outcome == LEDGER_OK && !progress_parse(reply, progress)) {
        log_event(LOG_ERROR, "ledger_corrupt", "shard=%u what=witness", shard);
        outcome = LEDGER_REFUSED;
    }
    freeReplyObject(reply);
    return outcome;
}

enum ledger_outcome
redis_close(struct ledger_reader *base, uint32_t shard, uint32_t bucket, int64_t watermark_ms)
{
    struct redis_reader *reader = redis_reader_of(base);
    enum ledger_outcome outcome = redis_lease_ready(reader, shard);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin_judge(reader, SCRIPT_CLOSE, shard, 0);
    redis_arg_text(reader->link, reader->leases[shard].token);
    redis_arg_i64(reader->link, bucket);
    redis_arg_i64(reader->link, watermark_ms);
    redis_end(reader->link);
    return redis_lease_await(reader, shard);
}

/* ---- state ---- */

enum ledger_outcome
redis_load(
        struct ledger_reader *base, uint32_t shard, struct view brand, struct ledger_state *state)
{
    struct redis_reader *reader = redis_reader_of(base);

    enum ledger_outcome outcome = redis_link_open_shard(reader->link, shard);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin(reader->link, "HMGET");
    redis_key_judge(reader->link, shard);
    redis_arg_format(reader->link, "ft:%.*s", (int)brand.size, brand.at);
    redis_arg_format(reader->link, "st:%.*s", (int)brand.size, brand.at);
    redis_arg_format(reader->link, "ea:%.*s", (int)brand.size, brand.at);
    redis_end(reader->link);
    freeReplyObject(reader->state);
    reader->state = NULL;
    outcome = redis_await(reader->link, &reader->state);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    struct view through = redis_reply_text(reader->state, 0);
    if (through.size > 0 && !view_to_u32_strict(through, &state->folded_through)) {
        log_event(LOG_ERROR, "ledger_corrupt", "shard=%u what=folded_through", shard);
        return LEDGER_REFUSED;
    }
    state->state = redis_reply_text(reader->state, 1);
    state->early = redis_reply_text(reader->state, 2);
    return LEDGER_OK;
}

enum ledger_outcome
redis_commit(struct ledger_reader *base, uint32_t shard, const struct ledger_commit *commit)
{
    struct redis_reader *reader = redis_reader_of(base);
    struct redis_link *link = reader->link;
    enum ledger_outcome outcome = redis_lease_ready(reader, shard);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin_judge(reader, SCRIPT_COMMIT, shard, 0);
    redis_arg_text(link, reader->leases[shard].token);
    redis_arg(link, commit->brand);
    redis_arg_i64(link, commit->before);
    redis_arg_i64(link, commit->folded_through);
    redis_arg(link, commit->state);
    redis_arg(link, commit->early);
    redis_arg_i64(link, (int64_t)commit->notice_count);
    for (size_t i = 0; i < commit->notice_count; i++) {
        redis_arg(link, commit->notices[i].key);
        redis_arg(link, commit->notices[i].json);
    }
    for (size_t i = 0; i < commit->line_count; i++) {
        struct view key = commit->lines[i].key;
        redis_arg_format(
                link, "lg:%" PRIu32 ":%.*s", commit->lines[i].bucket, (int)key.size, key.at);
        redis_arg(link, commit->lines[i].json);
    }
    for (size_t i = 0; i < commit->ring_count; i++) {
        redis_arg_ring(link, commit->brand, commit->ring[i].bucket % LEDGER_RING_BUCKETS);
        redis_arg_ring_entry(link, &commit->ring[i]);
    }
    redis_end(link);
    return redis_lease_await(reader, shard);
}
