#include "sim/store.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct store *
store_create(void)
{
    return calloc(1, sizeof(struct store));
}

void
store_destroy(struct store **store)
{
    free(*store);
    *store = NULL;
}

void
store_reset(struct store *store)
{
    memset(&store->tables, 0, sizeof store->tables);
    for (size_t i = 0; i < PARTITIONS; i++) {
        store->tables.starts[i] = -1;
    }
    for (size_t i = 0; i < NODES; i++) {
        store->histories[i].count = 0;
        store->histories[i].used = 0;
        store->histories[i].writes = 0;
    }
}

/* ---- writes, and the way back ---- */

uint32_t
store_node_of_shard(const struct world *world, uint32_t shard)
{
    return extra(world, EXTRA_shard_rollback) ? shard : 0;
}

uint32_t
store_node_of_published(const struct world *world)
{
    return world->apart || extra(world, EXTRA_shard_rollback) ? SHARDS : 0;
}

void
store_begin(struct store *store, uint32_t node)
{
    store->node = node;
    store->histories[node].writes++;
}

void
store_put(struct store *store, void *field, const void *value, size_t size)
{
    struct history *history = &store->histories[store->node];

    if (memcmp(field, value, size) == 0) {
        return;
    }
    assert(history->count < UNDO_MAX && history->used + size <= UNDO_BYTES);
    struct undo *undo = &history->undos[history->count++];
    undo->write = history->writes;
    undo->offset = (uint32_t)((unsigned char *)field - (unsigned char *)&store->tables);
    undo->size = (uint32_t)size;
    memcpy(history->bytes + history->used, field, size);
    history->used += (uint32_t)size;
    memcpy(field, value, size);
}

void
store_put_u16(struct store *store, uint16_t *field, uint32_t value)
{
    uint16_t small = (uint16_t)value;

    assert(value <= UINT16_MAX);
    store_put(store, field, &small, sizeof small);
}

void
store_put_u32(struct store *store, uint32_t *field, uint32_t value)
{
    store_put(store, field, &value, sizeof value);
}

void
store_put_u64(struct store *store, uint64_t *field, uint64_t value)
{
    store_put(store, field, &value, sizeof value);
}

void
store_put_i64(struct store *store, int64_t *field, int64_t value)
{
    store_put(store, field, &value, sizeof value);
}

void
store_roll_back(struct store *store, uint32_t node, uint32_t writes)
{
    struct history *history = &store->histories[node];
    uint32_t left = history->writes > writes ? history->writes - writes : 0;

    while (history->count > 0 && history->undos[history->count - 1].write > left) {
        const struct undo *undo = &history->undos[--history->count];
        history->used -= undo->size;
        memcpy((unsigned char *)&store->tables + undo->offset, history->bytes + history->used,
                undo->size);
    }
    history->writes = left;
}

void
store_settle(struct store *store, uint32_t node)
{
    struct history *history = &store->histories[node];

    history->count = 0;
    history->used = 0;
    history->writes = 0;
}

static int
takes_what_is_not_kept(const struct brand_row *brand,
        uint32_t closed,
        const struct published_row *is,
        const struct published_row *was)
{
    uint32_t reach = closed > brand->folded_through ? closed : brand->folded_through;
    int takes = 0;

    for (uint32_t b = 0; b + RING / 2 <= reach; b++) {
        takes |= is->there[b] && !was->there[b];
    }
    return takes;
}

/* Each write to a series has put its whole row. */
uint32_t
store_published_writes(const struct world *world, uint32_t writes)
{
    const struct tables *tables = &world->store->tables;
    const struct history *history = &world->store->histories[SHARDS];
    uint32_t used = history->used;
    uint32_t left = history->writes > writes ? history->writes - writes : 0;

    for (uint32_t i = history->count; i-- > 0 && history->undos[i].write > left;) {
        const struct undo *undo = &history->undos[i];
        uint32_t brand = (undo->offset - (uint32_t)offsetof(struct tables, published)) /
                         (uint32_t)sizeof(struct published_row);
        struct published_row was;
        used -= undo->size;
        assert(undo->size == sizeof was && brand < BRANDS);
        memcpy(&was, history->bytes + used, sizeof was);
        if (takes_what_is_not_kept(&tables->brands[brand],
                    tables->shards[shard_of(world, brand)].closed, &tables->published[brand],
                    &was)) {
            left = undo->write;
        }
    }
    return history->writes - left;
}

/* ---- requests ---- */

static void
note_refusal(struct world *world, enum code code)
{
    static const enum refusal rows[] = { [CODE_MOVED] = REFUSED_MOVED,
        [CODE_AHEAD] = REFUSED_AHEAD,
        [CODE_NO_FENCE] = REFUSED_NO_FENCE,
        [CODE_CLOSED] = REFUSED_CLOSED,
        [CODE_LOST] = REFUSED_LOST };

    if (code != CODE_DONE && code != CODE_ERROR) {
        world->tallied.refusals[rows[code]]++;
    }
}

struct reply
store_execute(struct world *world, const struct request *request, struct page *page)
{
    struct reply reply;

    switch (request->op) {
    case OP_CLAIM:
        reply = store_claim(world, request);
        break;
    case OP_START:
        reply = store_start(world, request);
        break;
    case OP_FOUND:
        reply = store_found(world, request);
        break;
    case OP_REMAKE:
        reply = store_remake(world, request);
        break;
    case OP_AUTHORS:
        reply = store_authors(world, request);
        break;
    case OP_APPLY:
        reply = store_apply(world, request);
        break;
    case OP_IDLE:
        reply = store_idle(world, request);
        break;
    case OP_LEASE:
    case OP_LOAD:
    case OP_MEND:
    case OP_PROGRESS:
    case OP_CLOSE:
    case OP_READ:
    case OP_COMMIT:
    case OP_PUBLISH:
    case OP_UNLINK:
    case OP_ERASE:
    case OP_OUTBOX:
    case OP_DELIVERED:
    case OP_MARK:
    case OP_COUNT:
    default:
        reply = store_judge(world, request, page);
        break;
    }
    reply.op = request->op;
    reply.shard = request->shard;
    note_refusal(world, reply.code);
    return reply;
}
