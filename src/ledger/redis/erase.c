/* Removing what the last read of a shard found and a fold has taken in. */
#include "ledger/redis/body.h"

#include <assert.h>
#include <inttypes.h>

static void
arg_guard(struct redis_reader *reader, uint32_t shard, struct view brand, uint32_t through)
{
    redis_arg_text(reader->link, reader->leases[shard].token);
    redis_arg_format(reader->link, "ft:%.*s", (int)brand.size, brand.at);
    redis_arg_i64(reader->link, through);
}

/* Up to REDIS_ARGUMENTS_CHUNK leaves of one kind. */
struct chunk {
    enum redis_leaf_kind kind;
    struct view brand;
    uint32_t through;
    uint32_t count;
    const struct redis_leaf *leaves[REDIS_ARGUMENTS_CHUNK];
};

static enum ledger_outcome
erase_chunk(struct redis_reader *reader, const struct chunk *chunk)
{
    struct redis_link *link = reader->link;
    uint32_t shard = reader->read_shard;

    switch (chunk->kind) {
    case LEAF_AUTHORS:
        redis_begin_judge(reader, SCRIPT_UNLINK, shard, chunk->count);
        for (uint32_t i = 0; i < chunk->count; i++) {
            redis_key_authors(link, shard, chunk->leaves[i]);
        }
        arg_guard(reader, shard, chunk->brand, chunk->through);
        break;
    case LEAF_FIELD:
        redis_begin_judge(reader, SCRIPT_ERASE, shard, 0);
        arg_guard(reader, shard, chunk->brand, chunk->through);
        for (uint32_t i = 0; i < chunk->count; i++) {
            redis_arg(link, chunk->leaves[i]->name);
        }
        break;
    case LEAF_EXEMPLAR: /* samples: nothing exact depends on them, so nothing guards them */
        redis_begin(link, "ZREM");
        redis_key(link, "{%" PRIu32 "}:x:%.*s", shard, (int)chunk->brand.size, chunk->brand.at);
        for (uint32_t i = 0; i < chunk->count; i++) {
            redis_arg(link, chunk->leaves[i]->name);
        }
        redis_end(link);
        return redis_await_all(link, 1);
    }
    redis_end(link);
    return redis_lease_await(reader, shard);
}

static enum ledger_outcome
erase_kind(
        struct redis_reader *reader, struct view brand, uint32_t through, enum redis_leaf_kind kind)
{
    struct chunk chunk = { .kind = kind, .brand = brand, .through = through };
    enum ledger_outcome outcome = LEDGER_OK;

    for (size_t i = 0; i < reader->leaf_count && outcome == LEDGER_OK; i++) {
        const struct redis_leaf *leaf = &reader->leaves[i];
        if (leaf->kind == kind && leaf->bucket <= through && view_equal(leaf->brand, brand)) {
            chunk.leaves[chunk.count++] = leaf;
        }
        if (chunk.count == REDIS_ARGUMENTS_CHUNK) {
            outcome = erase_chunk(reader, &chunk);
            chunk.count = 0;
        }
    }
    return outcome == LEDGER_OK && chunk.count > 0 ? erase_chunk(reader, &chunk) : outcome;
}

/* A brand without anything to remove is held to the same conditions as any other. */
static enum ledger_outcome
check_guard(struct redis_reader *reader, struct view brand, uint32_t through)
{
    redis_begin_judge(reader, SCRIPT_GUARD, reader->read_shard, 0);
    arg_guard(reader, reader->read_shard, brand, through);
    redis_end(reader->link);
    return redis_lease_await(reader, reader->read_shard);
}

enum ledger_outcome
redis_erase(struct ledger_reader *base, uint32_t shard, struct view brand, uint32_t through)
{
    /* The fields go last: a cell that is left is found again by the next read, and leads to the rest; a
     * set without its cell only expires. */
    static const enum redis_leaf_kind order[] = { LEAF_EXEMPLAR, LEAF_AUTHORS, LEAF_FIELD };
    struct redis_reader *reader = redis_reader_of(base);

    assert(reader->read_shard == shard); /* what is removed is what the last read of it found */
    enum ledger_outcome outcome = redis_lease_ready(reader, shard);
    if (outcome == LEDGER_OK) {
        outcome = check_guard(reader, brand, through);
    }
    for (size_t i = 0; i < sizeof order / sizeof order[0] && outcome == LEDGER_OK; i++) {
        outcome = erase_kind(reader, brand, through, order[i]);
    }
    return outcome;
}
