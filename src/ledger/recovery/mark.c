/*
 * A shard whose counts are gone while the others have theirs: one hash was deleted, one server of a cluster lost
 * its disk.
 *
 *   judged up to a bucket ─▶ redis_mark(): beside the states, fences below which all is judged
 *   a claim finds no fence ─▶ redis_remake(): fences as the mark has them; what is above is read again
 *
 * It is a rollback of the one shard to the moment of the mark: nothing of that moment is missing, for all of it is
 * judged, and what was judged since is read again and erased unjudged; what had become late since is late again, for
 * each close has left that beside the states. The other shards are not touched. Where
 * there is no mark (the states went, too) the shard begins where another one stands: what it had counted and not
 * judged is lost, which is said.
 */
#include "ledger/redis/body.h"

#include "core/process/clock.h"
#include "core/process/log.h"

#include <inttypes.h>

enum ledger_outcome
redis_mark(struct ledger_reader *base, uint32_t shard, uint32_t judged)
{
    struct redis_reader *reader = redis_reader_of(base);
    enum ledger_outcome outcome = redis_lease_ready(reader, shard);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin_judge(reader, SCRIPT_MARK, shard, 0);
    redis_arg_text(reader->link, reader->leases[shard].token);
    redis_arg_i64(reader->link, judged);
    redis_end(reader->link);
    return redis_lease_await(reader, shard);
}

/* ---- fences made again ---- */

struct remaking {
    struct redis_link *link;
    const struct redis_source *source;
    const redisReply *places; /* of another shard; NULL: by the mark alone */
    uint32_t made;            /* shards that have fences again */
    uint32_t found;           /* and that had been given them meanwhile, by another worker */
    uint32_t robbed;          /* shards that know the partition and have no fence of it */
};

static void
say_made(uint32_t shard, int marked)
{
    log_event(marked ? LOG_WARN : LOG_ERROR, marked ? "fences_made_again" : "counts_lost",
            "shard=%u what=%s", shard,
            marked ? "the shard had lost its counts: what was not judged is read again"
                   : "the shard is empty: it begins where the others stand, and what it had "
                     "counted is gone");
}

static enum ledger_outcome
remake(struct remaking *remaking, uint32_t shard)
{
    struct redis_link *link = remaking->link;
    const struct redis_source *source = remaking->source;
    redisReply *reply = NULL;
    int64_t code = CODE_NO_FENCE;
    int64_t detail = 0;

    redis_begin_script(link, SCRIPT_REMAKE, 2);
    redis_key_shard(link, shard);
    redis_key_judge(link, shard);
    redis_arg_i64(link, clock_wall_ms());
    redis_arg_format(link, "%" PRIu32 ":%" PRId32, source->topic, source->partition);
    for (size_t i = 0; remaking->places != NULL && i < remaking->places->elements; i++) {
        redis_arg(link, redis_reply_text(remaking->places, i));
    }
    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, &reply);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    (void)redis_reply_i64(reply, 0, &code);
    (void)redis_reply_i64(reply, 1, &detail);
    freeReplyObject(reply);
    if (code == CODE_DONE) {
        remaking->made++;
        say_made(shard, detail != 0);
    }
    remaking->robbed += code == CODE_MOVED && detail == 1;
    remaking->found += code == CODE_MOVED && detail == 2;
    return LEDGER_OK;
}

static enum ledger_outcome
remake_all(struct remaking *remaking)
{
    const struct claim *claim = &remaking->source->claim;
    enum ledger_outcome outcome = LEDGER_OK;

    for (uint32_t shard = 0; shard < claim->shard_count && outcome == LEDGER_OK; shard++) {
        if (!claim->shards[shard].answer.known) {
            outcome = remake(remaking, shard);
        }
    }
    return outcome;
}

/* The shard to go by: the one that is furthest behind. */
static uint32_t
find_survivor(const struct claim *claim)
{
    uint32_t found = 0;

    for (uint32_t shard = 0; shard < claim->shard_count; shard++) {
        const struct claim_answer *answer = &claim->shards[shard].answer;
        if (answer->known && answer->fence == claim->lowest_fence) {
            found = shard;
        }
    }
    return found;
}

static enum ledger_outcome
remake_by_others(struct remaking *remaking)
{
    struct redis_link *link = remaking->link;
    redisReply *places = NULL;

    redis_begin_script(link, SCRIPT_FENCES, 1);
    redis_key_shard(link, find_survivor(&remaking->source->claim));
    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, &places);
    remaking->places = places;
    outcome = outcome == LEDGER_OK ? remake_all(remaking) : outcome;
    freeReplyObject(places);
    return outcome;
}

enum ledger_outcome
redis_remake(struct redis_link *link, const struct redis_source *source, enum claim_verdict verdict)
{
    struct remaking remaking = { .link = link, .source = source };

    enum ledger_outcome outcome = remake_all(&remaking);
    if (outcome == LEDGER_OK && remaking.made + remaking.found == 0 && verdict == CLAIM_BROKEN) {
        remaking.robbed = 0;
        outcome = remake_by_others(&remaking);
    }
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    if (remaking.made + remaking.found > 0 || verdict == CLAIM_DOUBT) {
        return LEDGER_CLASH;
    }
    return remaking.robbed > 0 ? LEDGER_REFUSED : LEDGER_OK;
}
