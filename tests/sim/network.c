#include "sim/network.h"

#include "sim/judge.h"
#include "sim/plot.h"
#include "sim/truth.h"

#include <assert.h>
#include <stdlib.h>

struct network *
network_create(void)
{
    return calloc(1, sizeof(struct network));
}

void
network_destroy(struct network **network)
{
    free(*network);
    *network = NULL;
}

static void
forget(struct connection *connection)
{
    connection->epoch = 0;
    connection->open = 0;
    connection->first = 0;
    connection->count = 0;
    connection->reply_first = 0;
    connection->reply_count = 0;
}

void
network_reset(struct network *network)
{
    network->epochs = 0;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        forget(&network->at[i]);
    }
}

/* ---- clients ---- */

static struct connection *
open_of(const struct world *world, uint32_t client)
{
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *connection = &world->network->at[i];
        if (connection->epoch != 0 && connection->open && connection->client == client) {
            return connection;
        }
    }
    return NULL;
}

uint64_t
network_epoch(const struct world *world, uint32_t client)
{
    const struct connection *connection = open_of(world, client);

    return connection == NULL ? 0 : connection->epoch;
}

/* A free place; the oldest buffer of a broken one is given up for it. */
static struct connection *
free_place(struct network *network)
{
    struct connection *oldest = NULL;

    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *connection = &network->at[i];
        if (connection->epoch == 0) {
            return connection;
        }
        if (!connection->open && (oldest == NULL || connection->epoch < oldest->epoch)) {
            oldest = connection;
        }
    }
    assert(oldest != NULL);
    forget(oldest);
    return oldest;
}

uint64_t
network_open(struct world *world, uint32_t client)
{
    struct connection *connection = open_of(world, client);

    if (connection == NULL) {
        connection = free_place(world->network);
        connection->epoch = ++world->network->epochs;
        connection->client = client;
        connection->open = 1;
    }
    return connection->epoch;
}

static void
close_one(struct connection *connection)
{
    connection->open = 0;
    connection->reply_count = 0;
    if (connection->count == 0) {
        forget(connection);
    }
}

void
network_drop(struct world *world, uint32_t client)
{
    struct connection *connection = open_of(world, client);

    if (connection != NULL) {
        close_one(connection);
    }
}

void
network_send(struct world *world, const struct request *request)
{
    struct connection *connection = open_of(world, request->client);

    assert(connection != NULL && connection->count < IN_FLIGHT_MAX);
    connection->requests[(connection->first + connection->count++) % IN_FLIGHT_MAX] = *request;
}

int
network_receive(struct world *world, uint32_t client, struct reply *reply)
{
    struct connection *connection = open_of(world, client);

    if (connection == NULL || connection->reply_count == 0) {
        return 0;
    }
    *reply = connection->replies[connection->reply_first];
    connection->reply_first = (connection->reply_first + 1) % IN_FLIGHT_MAX;
    connection->reply_count--;
    return 1;
}

size_t
network_waiting(const struct world *world)
{
    size_t waiting = 0;

    for (size_t i = 0; i < CONNECTIONS; i++) {
        waiting += world->network->at[i].count;
    }
    return waiting;
}

/* ---- the world ---- */

static struct connection *
choose(struct world *world, int open)
{
    struct connection *found = NULL;
    uint32_t seen = 0;

    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *connection = &world->network->at[i];
        if (connection->epoch != 0 && (open ? connection->open : connection->count > 0) &&
                rng_below(&world->rng, ++seen) == 0) {
            found = connection;
        }
    }
    return found;
}

static void
trace_request(struct world *world, const struct request *request, enum code code)
{
    static const char *const ops[OP_COUNT] = { "claim", "start", "found", "remake", "authors",
        "apply", "idle", "lease", "load", "mend", "progress", "close", "read", "commit", "publish",
        "unlink", "erase", "outbox", "delivered", "mark" };
    static const char *const codes[] = { "MOVED", "done", "AHEAD", "NO FENCE", "CLOSED", "LOST",
        "ERROR" };

    if (world->trace != NULL) {
        world_note(world,
                "client %u %s shard=%u p=%u brand=%u bucket=%u expect=%lld to=%lld cells=%u: %s",
                request->client, ops[request->op], request->shard, request->partition,
                request->brand, request->bucket, (long long)request->expect, (long long)request->to,
                request->cell_count, codes[code]);
    }
}

/* What the fault of the moment makes of an answer. True when the connection has broken over it. */
static int
spoil(struct world *world, struct connection *connection)
{
    if (connection->open && !world->calm && chance(world, 1) &&
            rng_below(&world->rng, 30) < world->weather.rates[FAULT_answer_lost]) {
        world->tallied.faults[FAULT_answer_lost]++;
        close_one(connection);
        return 1;
    }
    return 0;
}

void
network_deliver(struct world *world)
{
    struct connection *connection = choose(world, 0);
    struct page *page = NULL;

    if (connection == NULL) {
        return;
    }
    const struct request *request = &connection->requests[connection->first];
    uint32_t client = connection->client;
    connection->first = (connection->first + 1) % IN_FLIGHT_MAX;
    connection->count--;
    if (client >= WORKERS && connection->open) {
        page = judge_page(world->judge[client - WORKERS]);
    }
    struct reply reply = { .op = request->op, .code = CODE_ERROR, .shard = request->shard };
    if (world->calm || rng_below(&world->rng, 1000) >= world->weather.rates[FAULT_refused]) {
        truth_before(world, request);
        reply = store_execute(world, request, page);
        truth_after(world, request, reply.code);
        if (reply.code == CODE_DONE) {
            plot_note_done(world, request->op);
        }
    } else {
        world->tallied.faults[FAULT_refused]++;
    }
    trace_request(world, request, reply.code);
    if (spoil(world, connection) || !connection->open) {
        if (connection->count == 0) {
            forget(connection);
        }
        return;
    }
    uint32_t last = (connection->reply_first + connection->reply_count++) % IN_FLIGHT_MAX;
    connection->replies[last] = reply;
}

void
network_break(struct world *world, enum fault fault)
{
    struct connection *connection = choose(world, 1);

    if (connection == NULL) {
        return;
    }
    world_note(world, "connection of client %u breaks, %u requests %s", connection->client,
            connection->count, fault == FAULT_break_lost ? "lost" : "stay");
    world->tallied.faults[fault]++;
    if (fault == FAULT_break_lost) {
        forget(connection);
    } else {
        close_one(connection);
    }
}

/* Writes that the server of the published keys loses at most. */
#define PUBLISHED_LOST_MAX 2

static uint32_t
choose_node(struct world *world)
{
    if (extra(world, EXTRA_shard_rollback)) {
        world->tallied.extras[EXTRA_shard_rollback]++;
        return chance(world, 25) ? SHARDS : rng_below(&world->rng, world->shards);
    }
    return world->apart && chance(world, 50) ? SHARDS : 0;
}

void
network_break_all(struct world *world)
{
    for (size_t i = 0; i < CONNECTIONS; i++) {
        forget(&world->network->at[i]);
    }
}

/* A server that holds no shard: nobody's claim or lease ends, and who does not publish does not notice. A ring is
 * longer than what it may lose. */
static void
roll_back_published(struct world *world, uint32_t depth)
{
    uint32_t writes = depth < PUBLISHED_LOST_MAX ? depth : PUBLISHED_LOST_MAX;

    store_roll_back(world->store, SHARDS, store_published_writes(world, writes));
}

void
network_roll_back(struct world *world)
{
    static const uint32_t depths[] = { 1, 1, 2, 3, 8, 20, 60 };
    uint32_t depth = depths[rng_below(&world->rng, sizeof depths / sizeof depths[0])];
    int hidden = mutated(world, MUTATE_hidden_reconnect) || extra(world, EXTRA_hidden_reconnect);

    world->tallied.faults[FAULT_rollback]++;
    world->tallied.extras[EXTRA_hidden_reconnect] += extra(world, EXTRA_hidden_reconnect) ? 1 : 0;
    world->rolled_back = 1;
    world_note(world, "the server loses its last %u writes", depth);
    struct tables before = world->store->tables;
    uint32_t node = choose_node(world);
    if (node == SHARDS) {
        roll_back_published(world, depth);
        return;
    }
    store_roll_back(world->store, node, depth);
    if (!hidden) {
        network_break_all(world);
    }
    truth_rolled_back(world, &before);
}
