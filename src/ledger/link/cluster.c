/*
 * Many servers behind one link: the map that says who has what, the order in which replies are due, and
 * what becomes of a command that was sent to the wrong place.
 */
#include "ledger/link/private.h"

#include "core/process/clock.h"
#include "core/process/log.h"
#include "ledger/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Between two questions for the map: a failover takes seconds, and every command may notice it. */
#define ASK_EVERY_MS 50
/* A command that is sent on more often than this has met servers that disagree. */
#define DETOURS_MAX 5

void
redis_cluster_fini(struct redis_link *link)
{
    redis_node_destroy(&link->detour);
    redis_bytes_fini(&link->kept);
    free(link->sent);
    free(link->map);
    free(link->next);
}

struct redis_node *
redis_cluster_node(const struct redis_link *link, uint32_t slot)
{
    uint16_t index = link->map == NULL ? REDIS_NOWHERE : link->map->slots[slot];
    return index == REDIS_NOWHERE ? NULL : link->nodes[index];
}

uint32_t
redis_cluster_shard_slot(uint32_t shard)
{
    char tag[12];
    int size = snprintf(tag, sizeof tag, "%" PRIu32, shard);

    return redis_slot((struct view){ tag, (size_t)size });
}

/* ---- the map ---- */

static int
is_server(const struct redis_node *node, const struct ledger_server *server)
{
    const struct ledger_server *own = redis_node_server(node);
    return strcmp(own->host, server->host) == 0 && strcmp(own->port, server->port) == 0;
}

/* Takes the node of that server out of the list, or makes one. NULL: out of memory. */
static struct redis_node *
take_node(struct redis_link *link, const struct ledger_server *server)
{
    for (uint32_t i = 0; i < link->node_count; i++) {
        struct redis_node *node = link->nodes[i];
        if (node != NULL && is_server(node, server)) {
            link->nodes[i] = NULL;
            return node;
        }
    }
    return redis_node_create(link->ledger, server);
}

static void
drop_server(struct redis_link *link, const struct ledger_server *server)
{
    for (uint32_t i = 0; i < link->node_count; i++) {
        if (is_server(link->nodes[i], server)) {
            redis_node_drop(link->nodes[i]);
        }
    }
}

/* What is on the way to a shard's old server must not be mistaken for what goes to the new one: both
 * connections are closed, the new one's as well, so that its number changes. Returns how many moved. */
static uint32_t
close_moved(struct redis_link *link, const struct redis_map *next)
{
    uint32_t moved = 0;

    for (uint32_t shard = 0; shard < ledger_shard_count(link->ledger); shard++) {
        uint32_t slot = redis_cluster_shard_slot(shard);
        struct redis_node *from = redis_cluster_node(link, slot);
        uint16_t to = next->slots[slot];
        if (from == NULL || (to != REDIS_NOWHERE && is_server(from, &next->servers[to]))) {
            continue;
        }
        moved++;
        redis_node_drop(from);
        if (to != REDIS_NOWHERE) {
            drop_server(link, &next->servers[to]);
        }
    }
    return moved;
}

static void
forget_map(struct redis_link *link)
{
    for (uint32_t i = 0; i < link->node_count; i++) {
        redis_node_destroy(&link->nodes[i]);
    }
    link->node_count = 0;
    free(link->map);
    link->map = NULL;
}

/* Makes `next` the map. Servers that it does not name are left. */
static enum ledger_outcome
install(struct redis_link *link)
{
    struct redis_node *nodes[REDIS_SERVERS_MAX] = { NULL };
    struct redis_map *next = link->next;
    uint32_t moved = close_moved(link, next);
    int whole = 1;

    for (uint32_t i = 0; i < next->server_count; i++) {
        nodes[i] = take_node(link, &next->servers[i]);
        whole = whole && nodes[i] != NULL;
    }
    for (uint32_t i = 0; i < link->node_count; i++) {
        redis_node_destroy(&link->nodes[i]);
    }
    memcpy(link->nodes, nodes, sizeof nodes);
    link->node_count = next->server_count;
    link->next = link->map;
    link->map = next;
    link->stale = 0;
    if (!whole) {
        forget_map(link);
        return LEDGER_AWAY;
    }
    if (moved > 0) {
        log_event(LOG_INFO, "redis_map", "servers=%" PRIu32 " shards_moved=%" PRIu32,
                next->server_count, moved);
    }
    return LEDGER_OK;
}

/* Asks one server for the map. */
static enum ledger_outcome
ask_map(struct redis_link *link, struct redis_node *node)
{
    static const char *const words[] = { "CLUSTER", "SLOTS", NULL };
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_link_open_node(link, node);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    outcome = redis_node_ask(node, words, &reply);
    if (outcome == LEDGER_OK && (!redis_map_parse(reply, redis_node_server(node), link->next) ||
                                        link->next->server_count == 0)) {
        outcome = redis_node_fail(node, LEDGER_AWAY, VIEW("CLUSTER SLOTS told of no servers"));
    } else if (outcome == LEDGER_REFUSED &&
               strstr(redis_node_trouble(node), "cluster support disabled") != NULL) {
        redis_node_fail(node, outcome, VIEW("this Redis is no cluster: write redis://"));
    }
    freeReplyObject(reply);
    return outcome == LEDGER_OK ? outcome : redis_link_note(link, node, outcome);
}

/* Those we know, connected ones first; each time another of them begins, since one may be behind. */
static enum ledger_outcome
ask_known(struct redis_link *link)
{
    const uint32_t count = link->node_count;

    for (uint32_t turn = 0; count > 0 && turn < 2 * count; turn++) {
        struct redis_node *node = link->nodes[(turn + link->asked) % count];
        int connected = redis_node_number(node) != 0;
        if (connected == (turn < count) && ask_map(link, node) == LEDGER_OK) {
            return install(link);
        }
    }
    return LEDGER_AWAY;
}

/* Those of the settings. */
static enum ledger_outcome
ask_seeds(struct redis_link *link)
{
    const struct ledger_address *address = &link->ledger->address;
    enum ledger_outcome outcome = LEDGER_AWAY;

    for (uint32_t i = 0; i < address->server_count; i++) {
        struct redis_node *node = redis_node_create(link->ledger, &address->servers[i]);
        outcome = node == NULL ? LEDGER_AWAY : ask_map(link, node);
        redis_node_destroy(&node);
        if (outcome == LEDGER_OK) {
            return install(link);
        }
    }
    return outcome;
}

enum ledger_outcome
redis_cluster_open(struct redis_link *link)
{
    int64_t now_ms = clock_monotonic_ms();

    if (link->map != NULL && (!link->stale || now_ms < link->ask_ms)) {
        return LEDGER_OK;
    }
    if (now_ms < link->ask_ms) {
        return LEDGER_AWAY;
    }
    if (link->next == NULL) {
        link->next = malloc(sizeof *link->next);
    }
    if (link->next == NULL) {
        return LEDGER_AWAY;
    }
    link->ask_ms = now_ms + ASK_EVERY_MS;
    link->asked++;
    enum ledger_outcome outcome = ask_known(link);
    outcome = outcome == LEDGER_OK ? outcome : ask_seeds(link);
    /* Who does not answer for the map may still answer for what it has. */
    return link->map != NULL ? LEDGER_OK : outcome;
}

/* ---- commands ---- */

/* Whoever is connected; the first when nobody is. */
static struct redis_node *
anybody(struct redis_link *link)
{
    for (uint32_t i = 0; i < link->node_count; i++) {
        if (redis_node_number(link->nodes[i]) != 0) {
            return link->nodes[i];
        }
    }
    return link->nodes[0];
}

static struct redis_sent *
add_sent(struct redis_link *link)
{
    void *at = link->sent;

    if (!page_grow(&at, &link->sent_room, link->sent_end, sizeof *link->sent)) {
        return NULL;
    }
    link->sent = at;
    return &link->sent[link->sent_end++];
}

void
redis_cluster_put(struct redis_link *link)
{
    struct redis_sent *sent = add_sent(link);

    if (sent == NULL) {
        redis_link_drop(link); /* what is in flight cannot be told apart any more */
        return;
    }
    struct redis_node *node = link->aim != NULL             ? link->aim
                              : link->slot == REDIS_NO_SLOT ? anybody(link)
                                                            : redis_cluster_node(link, link->slot);
    /* A shard's command never goes out on a connection that was made for it: it may have been built
     * before the last one broke. */
    if (node != NULL && link->shard == REDIS_NO_SHARD) {
        (void)redis_link_open_node(link, node);
    }
    *sent = (struct redis_sent){ .node = node,
        .number = node == NULL ? 0 : redis_node_number(node),
        .shard = link->shard,
        .argument_count = link->argument_count,
        .at = link->kept.size };
    if (sent->number != 0) {
        redis_node_put(node, link->argument_count, &link->body);
    }
    if (link->shard == REDIS_NO_SHARD) {
        redis_bytes_add(&link->kept, redis_bytes_view(&link->body));
        sent->size = link->kept.size - sent->at;
    }
}

/* ---- replies ---- */

void
redis_cluster_abandon(struct redis_link *link)
{
    for (size_t i = link->sent_first; i < link->sent_end; i++) {
        const struct redis_sent *sent = &link->sent[i];
        if (sent->number != 0 && sent->number == redis_node_number(sent->node)) {
            redis_node_disown(sent->node, 1);
        }
    }
    link->sent_first = 0;
    link->sent_end = 0;
    redis_bytes_clear(&link->kept);
}

/* Servers whose turn it is not yet get their commands meanwhile. Who breaks now is noticed in its turn. */
static void
flush_all(struct redis_link *link)
{
    for (uint32_t i = 0; i < link->node_count; i++) {
        struct redis_node *node = link->nodes[i];
        if (redis_node_number(node) != 0 && redis_node_flush(node) != LEDGER_OK) {
            redis_link_note(link, node, LEDGER_AWAY);
        }
    }
}

/* The connection to where a redirection leads. */
static enum ledger_outcome
open_detour(struct redis_link *link, const struct ledger_server *to)
{
    if (link->detour == NULL || !is_server(link->detour, to)) {
        redis_node_destroy(&link->detour);
        link->detour = redis_node_create(link->ledger, to);
    }
    link->speaker = link->detour == NULL ? link->speaker : link->detour;
    return link->detour == NULL ? LEDGER_AWAY : redis_link_open_node(link, link->detour);
}

/* Says the command to another server and awaits the answer. */
static enum ledger_outcome
say_again(struct redis_link *link,
        const struct redis_sent *sent,
        enum redis_redirect kind,
        redisReply **reply)
{
    static const char *const asking[] = { "ASKING", NULL };
    struct redis_node *node = link->detour;
    enum ledger_outcome outcome = LEDGER_OK;
    struct redis_bytes body = { .at = link->kept.at + sent->at,
        .size = sent->size,
        .short_of_memory = link->kept.short_of_memory };

    if (kind == REDIS_ASK) {
        outcome = redis_node_ask(node, asking, reply);
        freeReplyObject(*reply);
        *reply = NULL;
    }
    if (outcome == LEDGER_OK) {
        redis_node_put(node, sent->argument_count, &body);
        outcome = redis_node_await(node, reply);
    }
    return outcome == LEDGER_OK ? outcome : redis_link_note(link, node, outcome);
}

/* What a reply to a command without a shard says of another place is followed. `reply` is an error. */
static enum ledger_outcome
follow(struct redis_link *link, const struct redis_sent *sent, redisReply **reply)
{
    for (int turn = 0; turn < DETOURS_MAX; turn++) {
        struct ledger_server to;
        if (*reply == NULL || (*reply)->type != REDIS_REPLY_ERROR) {
            return LEDGER_OK;
        }
        enum redis_redirect kind =
                redis_redirect_parse((struct view){ (*reply)->str, (*reply)->len },
                        redis_node_server(link->speaker), &to);
        if (kind == REDIS_NO_REDIRECT) {
            return LEDGER_OK;
        }
        link->stale = link->stale || kind == REDIS_MOVED;
        freeReplyObject(*reply);
        *reply = NULL;
        enum ledger_outcome outcome = open_detour(link, &to);
        if (outcome == LEDGER_OK) {
            outcome = say_again(link, sent, kind, reply);
        }
        if (outcome != LEDGER_OK) {
            return outcome;
        }
    }
    return LEDGER_OK;
}

/* The answer of the server that the first command due was sent to. */
static enum ledger_outcome
receive_first(struct redis_link *link, int64_t wait_ms, redisReply **reply)
{
    const struct redis_sent *sent = &link->sent[link->sent_first];

    if (sent->number == 0 || sent->number != redis_node_number(sent->node)) {
        return LEDGER_AWAY; /* noted when the connection broke, or was not to be had */
    }
    link->speaker = sent->node;
    flush_all(link);
    enum ledger_outcome outcome = redis_node_receive(sent->node, wait_ms, reply);
    return outcome == LEDGER_OK || outcome == LEDGER_PENDING
                   ? outcome
                   : redis_link_note(link, sent->node, outcome);
}

enum ledger_outcome
redis_cluster_receive(struct redis_link *link, int64_t wait_ms, redisReply **reply)
{
    *reply = NULL;
    if (link->sent_first == link->sent_end) {
        return LEDGER_AWAY;
    }
    enum ledger_outcome outcome = receive_first(link, wait_ms, reply);
    if (outcome == LEDGER_PENDING) {
        return outcome;
    }
    const struct redis_sent *sent = &link->sent[link->sent_first++];
    if (outcome == LEDGER_OK && (*reply)->type == REDIS_REPLY_ERROR &&
            sent->shard == REDIS_NO_SHARD) {
        outcome = follow(link, sent, reply);
    }
    /* All are answered, or one failed and nobody waits for the others. */
    if (outcome != LEDGER_OK || link->sent_first == link->sent_end) {
        redis_cluster_abandon(link);
    }
    link->stale = link->stale || outcome != LEDGER_OK;
    return outcome;
}
