/* The workers' half of the Redis ledger, where it waits: claims, first fences, idle. */
#include "ledger/redis/body.h"

#include "core/process/clock.h"
#include "core/process/log.h"
#include "ledger/link/bytes.h"
#include "ledger/redis/field.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct ledger_writer *
redis_writer_create(struct ledger *ledger, const struct names *names)
{
    struct redis_writer *writer = calloc(1, sizeof *writer);

    (void)names;
    if (writer == NULL) {
        return NULL;
    }
    writer->link = redis_link_create(ledger);
    if (writer->link == NULL) {
        redis_writer_destroy(&writer->base);
        return NULL;
    }
    return &writer->base;
}

void
redis_writer_destroy(struct ledger_writer *base)
{
    struct redis_writer *writer = redis_writer_of(base);

    for (uint32_t i = 0; i < PARTITIONS_MAX; i++) {
        redis_release(base, i);
    }
    redis_link_destroy(&writer->link);
    free(writer->pending);
    free(writer->pieces);
    free(writer->authors);
    free(writer);
}

void
redis_release(struct ledger_writer *base, uint32_t source)
{
    struct redis_writer *writer = redis_writer_of(base);

    free(writer->sources[source]);
    writer->sources[source] = NULL;
}

/* NULL when memory is short. */
static struct redis_source *
source_make(struct redis_writer *writer, uint32_t number)
{
    if (writer->sources[number] == NULL) {
        writer->sources[number] = calloc(1, sizeof *writer->sources[number]);
    }
    return writer->sources[number];
}

void
redis_arg_source(struct redis_link *link, char letter, const struct redis_source *source)
{
    redis_arg_format(link, "%c:%" PRIu32 ":%" PRId32, letter, source->topic, source->partition);
}

/* ---- numbers kept in meta ---- */

/* Waits for {1, number}. */
static enum ledger_outcome
await_number(struct redis_link *link, int64_t *number)
{
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_await(link, &reply);

    if (outcome == LEDGER_OK && !redis_reply_i64(reply, 1, number)) {
        outcome = LEDGER_REFUSED;
    }
    freeReplyObject(reply);
    return outcome;
}

enum ledger_outcome
redis_ask_topic(struct redis_link *link, struct view topic, uint32_t *number)
{
    char field[REDIS_TOPIC_SIZE_MAX + 3] = "t:";
    int64_t found = 0;

    if (topic.size == 0 || !view_copy(topic, field + 2, sizeof field - 2)) {
        log_event(LOG_ERROR, "topic_name", "size=%zu", topic.size);
        return LEDGER_REFUSED;
    }
    redis_begin_script(link, SCRIPT_TOPIC, 1);
    redis_key(link, "meta");
    redis_arg(link, (struct view){ field, topic.size + 2 });
    redis_end(link);
    enum ledger_outcome outcome = await_number(link, &found);
    if (outcome == LEDGER_OK && (found <= 0 || found > UINT32_MAX)) {
        outcome = LEDGER_REFUSED;
    }
    *number = outcome == LEDGER_OK ? (uint32_t)found : 0;
    return outcome;
}

/* The first offset of a partition is decided once, for all shards: a worker that dies between two of
 * them leaves the rest to another, which may have been told another beginning. */
static enum ledger_outcome
ask_start(struct redis_link *link, const struct redis_source *source, int64_t *offset)
{
    redis_begin_script(link, SCRIPT_START, 1);
    redis_key(link, "meta");
    redis_arg_source(link, 's', source);
    redis_arg_i64(link, *offset);
    redis_end(link);
    return await_number(link, offset);
}

/* ---- claims ---- */

static int
answer_parse(const redisReply *reply, struct claim_answer *answer)
{
    int64_t code = 0;

    *answer = (struct claim_answer){ .max_time_ms = INT64_MIN };
    if (!redis_reply_i64(reply, 0, &code) || code != CODE_DONE) {
        return code == CODE_NO_FENCE;
    }
    answer->known = 1;
    answer->counted = !view_equal(redis_reply_text(reply, 4), VIEW("-"));
    return redis_reply_i64(reply, 1, &answer->fence) && answer->fence >= 0 &&
           redis_time_parse(redis_reply_text(reply, 2), &answer->max_time_ms) &&
           view_to_u32_strict(redis_reply_text(reply, 3), &answer->late_below);
}

/* Pairs behind the answer. */
static int
take_lapses(struct redis_source *source, uint32_t shard, const redisReply *reply)
{
    for (size_t i = 5; i + 1 < reply->elements; i += 2) {
        struct claim_lapse lapse = { .shard = shard };
        if (!redis_reply_i64(reply, i, &lapse.from) ||
                !view_to_u32_strict(redis_reply_text(reply, i + 1), &lapse.late_below)) {
            return 0;
        }
        claim_take_lapse(&source->claim, &lapse);
    }
    return 1;
}

/* What the shard that is furthest behind has seen: below all fences. */
static void
take_seen(struct redis_source *source, const struct claim_answer *answer, const redisReply *reply)
{
    if (answer->known && (source->claim.known == 0 || answer->fence < source->claim.lowest_fence)) {
        redis_seen_parse(redis_reply_text(reply, 4), &source->seen_offset, &source->seen_stamp_ms);
    }
}

/* Takes the answers of all shards, in order. */
static enum ledger_outcome
await_shards(struct redis_writer *writer, struct redis_source *source)
{
    for (uint32_t shard = 0; shard < source->claim.shard_count; shard++) {
        redisReply *reply = NULL;
        struct claim_answer answer;
        enum ledger_outcome outcome = redis_await(writer->link, &reply);
        if (outcome == LEDGER_OK &&
                !(answer_parse(reply, &answer) && take_lapses(source, shard, reply))) {
            log_event(LOG_ERROR, "ledger_corrupt", "shard=%u topic=%u partition=%d", shard,
                    source->topic, source->partition);
            redis_link_drop(writer->link);
            outcome = LEDGER_REFUSED;
        }
        if (outcome == LEDGER_OK) {
            take_seen(source, &answer, reply);
        }
        freeReplyObject(reply);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
        claim_take(&source->claim, shard, &answer);
    }
    return LEDGER_OK;
}

static void
tell_claim(const struct redis_source *source, struct ledger_claim *out)
{
    const struct claim *claim = &source->claim;

    *out = (struct ledger_claim){ .known = 1,
        .topic = source->topic,
        .lowest_fence = claim->lowest_fence,
        .max_time_ms = claim->max_time_ms,
        .seen_offset = source->seen_offset,
        .seen_stamp_ms = source->seen_stamp_ms };
    for (uint32_t shard = 0; shard < claim->shard_count; shard++) {
        const struct claim_answer *answer = &claim->shards[shard].answer;
        out->fence[shard] = answer->fence;
        out->late_below[shard] = answer->late_below;
    }
    out->lapse_count = claim->lapse_count;
    memcpy(out->lapses, claim->lapses, claim->lapse_count * sizeof *claim->lapses);
}

static enum ledger_outcome
conclude(struct redis_writer *writer, struct redis_source *source, struct ledger_claim *out)
{
    uint64_t epoch = redis_link_epoch(writer->link);

    *out = (struct ledger_claim){ .max_time_ms = INT64_MIN, .seen_offset = -1 };
    if (epoch == 0) {
        return LEDGER_AWAY; /* a shard answered, and then its connection broke */
    }
    enum claim_verdict verdict = claim_conclude(&source->claim, epoch);
    if (verdict == CLAIM_HELD) {
        tell_claim(source, out);
        return LEDGER_OK;
    }
    enum ledger_outcome outcome = redis_remake(writer->link, source, verdict);
    if (outcome == LEDGER_REFUSED) {
        log_event(LOG_ERROR, "fences_missing", "topic=%u partition=%d shards=%u known=%u",
                source->topic, source->partition, source->claim.shard_count, source->claim.known);
    }
    return outcome;
}

enum ledger_outcome
redis_claim(struct ledger_writer *base,
        uint32_t number,
        struct view topic,
        int32_t partition,
        struct ledger_claim *claim)
{
    struct redis_writer *writer = redis_writer_of(base);
    struct redis_link *link = writer->link;
    struct redis_source *source = source_make(writer, number);

    if (source == NULL) {
        return LEDGER_AWAY;
    }
    claim_ask(&source->claim, ledger_shard_count(base->ledger));
    source->partition = partition;
    redis_full_forget(&writer->full); /* the last refusal may mean that the keys are gone */
    enum ledger_outcome outcome = redis_link_open_shards(link);
    if (outcome == LEDGER_OK) {
        outcome = redis_ask_topic(link, topic, &source->topic);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_token_make(source->token);
    for (uint32_t shard = 0; shard < source->claim.shard_count; shard++) {
        redis_begin_script(link, SCRIPT_CLAIM, 1);
        redis_key_shard(link, shard);
        redis_arg_source(link, 'f', source);
        redis_arg_source(link, 'w', source);
        redis_arg_text(link, source->token);
        redis_arg_text(link, source->claim.shards[shard].wake ? "1" : "0");
        redis_end(link);
    }
    outcome = await_shards(writer, source);
    return outcome == LEDGER_OK ? conclude(writer, source, claim) : outcome;
}

enum ledger_outcome
redis_found(struct ledger_writer *base, uint32_t number, int64_t offset, struct ledger_claim *claim)
{
    struct redis_writer *writer = redis_writer_of(base);
    struct redis_link *link = writer->link;
    struct redis_source *source = writer->sources[number];

    assert(source != NULL && source->topic != 0); /* found only after a claim */
    claim_ask(&source->claim, ledger_shard_count(base->ledger));
    enum ledger_outcome outcome = redis_link_open_shards(link);
    if (outcome == LEDGER_OK) {
        outcome = ask_start(link, source, &offset);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    for (uint32_t shard = 0; shard < source->claim.shard_count; shard++) {
        redis_begin_script(link, SCRIPT_FOUND, 2);
        redis_key_shard(link, shard);
        redis_key_judge(link, shard);
        redis_arg_source(link, 'f', source);
        redis_arg_source(link, 'w', source);
        redis_arg_text(link, source->token);
        redis_arg_i64(link, offset);
        redis_arg_format(link, "%" PRIu32 ":%" PRId32, source->topic, source->partition);
        redis_end(link);
    }
    outcome = await_shards(writer, source);
    return outcome == LEDGER_OK ? conclude(writer, source, claim) : outcome;
}

enum ledger_outcome
redis_idle(struct ledger_writer *base, uint32_t number, int64_t end_offset)
{
    struct redis_writer *writer = redis_writer_of(base);
    struct redis_link *link = writer->link;
    const struct redis_source *source = writer->sources[number];
    uint32_t shards = ledger_shard_count(base->ledger);
    int64_t clashes = 0;

    if (source == NULL || !claim_is_held(&source->claim, redis_link_epoch(link))) {
        return LEDGER_CLASH;
    }
    for (uint32_t shard = 0; shard < shards; shard++) {
        redis_begin_script(link, SCRIPT_IDLE, 1);
        redis_key_shard(link, shard);
        redis_arg_source(link, 'f', source);
        redis_arg_source(link, 'w', source);
        redis_arg_i64(link, end_offset);
        redis_arg_text(link, source->token);
        redis_arg_i64(link, clock_wall_ms());
        redis_end(link);
    }
    for (uint32_t shard = 0; shard < shards; shard++) {
        int64_t code = 0;
        enum ledger_outcome outcome = redis_await_code(link, &code);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
        clashes += code != CODE_DONE;
    }
    return clashes == 0 ? LEDGER_OK : LEDGER_CLASH;
}
