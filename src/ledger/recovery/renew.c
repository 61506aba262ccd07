/* A topic that was deleted and made again: its name gets another number, and with it fences of its own. */
#include "ledger/redis/body.h"

#include "ledger/link/bytes.h"

#include <assert.h>
#include <inttypes.h>

/* The former partitions would hold the watermark where they ended. */
static enum ledger_outcome
leave_watermark(struct redis_link *link, uint32_t shards, uint32_t topic)
{
    /* A mark that knows them would bring them back. */
    for (uint32_t shard = 0; shard < shards; shard++) {
        redis_begin(link, "HDEL");
        redis_key_judge(link, shard);
        redis_arg_text(link, "safe");
        redis_arg_text(link, "soon");
        redis_arg_text(link, "shut");
        redis_end(link);
    }
    enum ledger_outcome forgotten = redis_await_all(link, shards);
    if (forgotten != LEDGER_OK) {
        return forgotten;
    }
    for (uint32_t shard = 0; shard < shards; shard++) {
        redis_begin_script(link, SCRIPT_LEAVE, 1);
        redis_key_shard(link, shard);
        redis_arg_format(link, "%" PRIu32, topic);
        redis_end(link);
    }
    for (uint32_t shard = 0; shard < shards; shard++) {
        int64_t code = 0;
        enum ledger_outcome outcome = redis_await_code(link, &code);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
    }
    return LEDGER_OK;
}

/* The number comes last: who is interrupted before is told the same by the next claim, and does it again. Of
 * two who do it at once one finds that the name has its new number. */
enum ledger_outcome
redis_renew(struct ledger_writer *base, uint32_t number, struct view topic)
{
    struct redis_writer *writer = redis_writer_of(base);
    struct redis_link *link = writer->link;
    const struct redis_source *source = writer->sources[number];
    char field[REDIS_TOPIC_SIZE_MAX + 3] = "t:";
    int64_t code = 0;

    assert(source != NULL && source->topic != 0 && view_copy(topic, field + 2, sizeof field - 2));
    enum ledger_outcome outcome = redis_link_open_shards(link);
    if (outcome == LEDGER_OK) {
        outcome = leave_watermark(link, ledger_shard_count(base->ledger), source->topic);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin_script(link, SCRIPT_RENEW, 1);
    redis_key(link, "meta");
    redis_arg(link, (struct view){ field, topic.size + 2 });
    redis_arg_format(link, "%" PRIu32, source->topic);
    redis_end(link);
    return redis_await_code(link, &code);
}
