/* The workers' half of the Redis ledger, where it waits: claims, first fences, idle. */
#include "ledger/redis_ledger.h"

#include "core/clock.h"
#include "core/log.h"
#include "ledger/redis_bytes.h"
#include "ledger/redis_field.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

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

    if (writer->sources[source] != NULL) {
        free(writer->sources[source]->shards);
        free(writer->sources[source]);
        writer->sources[source] = NULL;
    }
}

/* NULL when memory is short. */
static struct redis_source *
source_make(struct redis_writer *writer, uint32_t number)
{
    struct redis_source *source = writer->sources[number];

    if (source == NULL) {
        source = calloc(1, sizeof *source);
        struct redis_stand *shards =
                calloc(ledger_shard_count(writer->base.ledger), sizeof *shards);
        if (source == NULL || shards == NULL) {
            free(source);
            free(shards);
            return NULL;
        }
        source->shards = shards;
        writer->sources[number] = source;
    }
    return source;
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

static enum ledger_outcome
ask_topic(struct redis_link *link, struct view topic, uint32_t *number)
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

/* What one shard said. */
struct shard_claim {
    int64_t code;
    int64_t fence;
    int64_t max_time_ms;
    uint32_t late_below;
    int touched; /* something was applied since the fence was made */
};

static int
shard_claim_parse(const redisReply *reply, struct shard_claim *claim)
{
    if (!redis_reply_i64(reply, 0, &claim->code)) {
        return 0;
    }
    if (claim->code != CODE_DONE) {
        return claim->code == CODE_NO_FENCE;
    }
    claim->touched = !view_equal(redis_reply_text(reply, 4), VIEW("-"));
    return redis_reply_i64(reply, 1, &claim->fence) && claim->fence >= 0 &&
           redis_time_parse(redis_reply_text(reply, 2), &claim->max_time_ms) &&
           view_to_u32_strict(redis_reply_text(reply, 3), &claim->late_below);
}

/* Adds one shard's answer to what the worker is told. */
static void
claim_add(struct ledger_claim *claim, uint32_t shard, const struct shard_claim *part)
{
    claim->fence[shard] = part->fence;
    if (shard == 0 || part->fence < claim->lowest_fence) {
        claim->lowest_fence = part->fence;
        claim->max_time_ms = part->max_time_ms;
    }
    if (shard == 0 || part->fence > claim->highest_fence) {
        claim->highest_fence = part->fence;
    }
    if (part->late_below > claim->late_below) {
        claim->late_below = part->late_below;
    }
}

/* How the shards agree about a partition. */
struct agreement {
    uint32_t known;   /* have a fence */
    uint32_t touched; /* and counts behind it */
};

/* Takes the answers of all shards, in order. */
static enum ledger_outcome
await_shards(struct redis_writer *writer,
        struct redis_source *source,
        struct ledger_claim *claim,
        struct agreement *agreement)
{
    uint32_t shards = ledger_shard_count(writer->base.ledger);

    *claim = (struct ledger_claim){ .max_time_ms = INT64_MIN };
    for (uint32_t shard = 0; shard < shards; shard++) {
        redisReply *reply = NULL;
        struct shard_claim part = { .max_time_ms = INT64_MIN };
        enum ledger_outcome outcome = redis_await(writer->link, &reply);
        if (outcome == LEDGER_OK && !shard_claim_parse(reply, &part)) {
            log_event(LOG_ERROR, "ledger_corrupt", "shard=%u topic=%u partition=%d", shard,
                    source->topic, source->partition);
            redis_link_drop(writer->link);
            outcome = LEDGER_REFUSED;
        }
        freeReplyObject(reply);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
        agreement->known += part.code == CODE_DONE;
        agreement->touched += (uint32_t)part.touched;
        claim_add(claim, shard, &part);
        source->shards[shard] = (struct redis_stand){ part.fence, part.late_below };
    }
    return LEDGER_OK;
}

/* Fences in some shards and not in others, with counts behind one: a key was lost. Counting on would
 * hide that, so a person decides. Without counts a worker died while making the fences: make the rest. */
static enum ledger_outcome
conclude(struct redis_writer *writer,
        struct redis_source *source,
        struct ledger_claim *claim,
        const struct agreement *agreement)
{
    uint32_t shards = ledger_shard_count(writer->base.ledger);

    if (agreement->known == shards) {
        claim->known = 1;
        source->epoch = redis_link_epoch(writer->link);
        source->wake = 0;
        return LEDGER_OK;
    }
    *claim = (struct ledger_claim){ .max_time_ms = INT64_MIN };
    if (agreement->touched > 0) {
        log_event(LOG_ERROR, "fences_missing", "topic=%u partition=%d shards=%u known=%u",
                source->topic, source->partition, shards, agreement->known);
        return LEDGER_REFUSED;
    }
    return LEDGER_OK;
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
    struct agreement agreement = { 0 };

    if (source == NULL) {
        return LEDGER_AWAY;
    }
    source->epoch = 0;
    source->partition = partition;
    redis_full_forget(&writer->full); /* the last refusal may mean that the keys are gone */
    enum ledger_outcome outcome = redis_link_open(link);
    if (outcome == LEDGER_OK) {
        outcome = ask_topic(link, topic, &source->topic);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_token_make(source->token);
    for (uint32_t shard = 0; shard < ledger_shard_count(base->ledger); shard++) {
        redis_begin_script(link, SCRIPT_CLAIM, 1);
        redis_key_shard(link, shard);
        redis_arg_source(link, 'f', source);
        redis_arg_source(link, 'w', source);
        redis_arg_text(link, source->token);
        redis_arg_text(link, source->wake ? "1" : "0");
        redis_end(link);
    }
    outcome = await_shards(writer, source, claim, &agreement);
    return outcome == LEDGER_OK ? conclude(writer, source, claim, &agreement) : outcome;
}

enum ledger_outcome
redis_found(struct ledger_writer *base, uint32_t number, int64_t offset, struct ledger_claim *claim)
{
    struct redis_writer *writer = redis_writer_of(base);
    struct redis_link *link = writer->link;
    struct redis_source *source = writer->sources[number];
    struct agreement agreement = { 0 };

    assert(source != NULL && source->topic != 0); /* found only after a claim */
    enum ledger_outcome outcome = redis_link_open(link);
    if (outcome == LEDGER_OK) {
        outcome = ask_start(link, source, &offset);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    for (uint32_t shard = 0; shard < ledger_shard_count(base->ledger); shard++) {
        redis_begin_script(link, SCRIPT_FOUND, 1);
        redis_key_shard(link, shard);
        redis_arg_source(link, 'f', source);
        redis_arg_source(link, 'w', source);
        redis_arg_text(link, source->token);
        redis_arg_i64(link, offset);
        redis_arg_format(link, "%" PRIu32 ":%" PRId32, source->topic, source->partition);
        redis_end(link);
    }
    outcome = await_shards(writer, source, claim, &agreement);
    return outcome == LEDGER_OK ? conclude(writer, source, claim, &agreement) : outcome;
}

enum ledger_outcome
redis_idle(struct ledger_writer *base, uint32_t number, int64_t end_offset)
{
    struct redis_writer *writer = redis_writer_of(base);
    struct redis_link *link = writer->link;
    const struct redis_source *source = writer->sources[number];
    uint32_t shards = ledger_shard_count(base->ledger);
    int64_t clashes = 0;

    if (source == NULL || source->epoch == 0 || source->epoch != redis_link_epoch(link)) {
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
