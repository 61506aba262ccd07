#include "ledger/link/link.h"

#include "core/process/log.h"
#include "ledger/link/private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct redis_link *
redis_link_create(const struct ledger *ledger)
{
    struct redis_link *link = calloc(1, sizeof *link);

    if (link == NULL) {
        return NULL;
    }
    link->ledger = ledger;
    link->clustered = ledger->address.clustered;
    if (!link->clustered) {
        link->nodes[0] = redis_node_create(ledger, &ledger->address.servers[0]);
        link->node_count = 1;
        if (link->nodes[0] == NULL) {
            redis_link_destroy(&link);
        }
    }
    return link;
}

void
redis_link_destroy(struct redis_link **link)
{
    if (*link == NULL) {
        return;
    }
    redis_cluster_fini(*link);
    for (uint32_t i = 0; i < (*link)->node_count; i++) {
        redis_node_destroy(&(*link)->nodes[i]);
    }
    redis_bytes_fini(&(*link)->body);
    free(*link);
    *link = NULL;
}

/* Nobody waits any more for what is due. */
static void
abandon(struct redis_link *link)
{
    if (link->clustered) {
        redis_cluster_abandon(link);
    } else if (link->due > 0) {
        if (redis_node_number(link->nodes[0]) != 0) {
            redis_node_disown(link->nodes[0], link->due);
        }
        link->due = 0;
    }
}

void
redis_link_drop(struct redis_link *link)
{
    abandon(link);
    for (uint32_t i = 0; i < link->node_count; i++) {
        redis_node_drop(link->nodes[i]);
    }
    if (link->detour != NULL) {
        redis_node_drop(link->detour);
    }
}

uint32_t
redis_link_servers(const struct redis_link *link)
{
    return link->node_count;
}

const char *
redis_link_trouble(const struct redis_link *link)
{
    return link->trouble;
}

/* ---- connections ---- */

/* NULL: no server has it. */
static struct redis_node *
shard_node(const struct redis_link *link, uint32_t shard)
{
    return link->clustered ? redis_cluster_node(link, redis_cluster_shard_slot(shard))
                           : link->nodes[0];
}

uint64_t
redis_link_shard_epoch(const struct redis_link *link, uint32_t shard)
{
    const struct redis_node *node = shard_node(link, shard);
    return node == NULL ? 0 : redis_node_number(node);
}

/* Connections are numbered as they are made, and a new map closes those of the servers between which a
 * shard has moved: so the greatest number changes whenever any does. */
uint64_t
redis_link_epoch(const struct redis_link *link)
{
    uint64_t greatest = 0;

    if (!link->clustered) {
        return redis_node_number(link->nodes[0]);
    }
    for (uint32_t shard = 0; shard < ledger_shard_count(link->ledger); shard++) {
        uint64_t epoch = redis_link_shard_epoch(link, shard);
        if (epoch == 0) {
            return 0;
        }
        greatest = epoch > greatest ? epoch : greatest;
    }
    return greatest;
}

enum ledger_outcome
redis_link_note(struct redis_link *link, struct redis_node *node, enum ledger_outcome outcome)
{
    const struct ledger_server *server = redis_node_server(node);

    snprintf(link->trouble, sizeof link->trouble, "%s", redis_node_trouble(node));
    if (redis_node_note(node)) {
        log_event(outcome == LEDGER_REFUSED ? LOG_ERROR : LOG_WARN, "redis_trouble",
                "server=%s%s%s outcome=%s reason=%s", server->host,
                server->port[0] != '\0' ? ":" : "", server->port, ledger_outcome_name(outcome),
                link->trouble);
    }
    link->stale = 1;
    return outcome;
}

enum ledger_outcome
redis_link_open_node(struct redis_link *link, struct redis_node *node)
{
    if (redis_node_number(node) != 0) {
        return LEDGER_OK;
    }
    enum ledger_outcome outcome = redis_node_open(node, link->connections + 1, &link->digests);
    if (outcome != LEDGER_OK) {
        return redis_link_note(link, node, outcome);
    }
    link->connections++;
    return LEDGER_OK;
}

enum ledger_outcome
redis_link_open(struct redis_link *link)
{
    abandon(link);
    return link->clustered ? redis_cluster_open(link) : redis_link_open_node(link, link->nodes[0]);
}

/* Of a link that is open. */
static enum ledger_outcome
open_shard_node(struct redis_link *link, uint32_t shard)
{
    struct redis_node *node = shard_node(link, shard);

    if (node == NULL) {
        snprintf(link->trouble, sizeof link->trouble, "no server of the cluster has shard %u",
                (unsigned)shard);
        link->stale = 1;
        return LEDGER_AWAY;
    }
    return redis_link_open_node(link, node);
}

enum ledger_outcome
redis_link_open_shard(struct redis_link *link, uint32_t shard)
{
    enum ledger_outcome outcome = redis_link_open(link);
    return outcome == LEDGER_OK ? open_shard_node(link, shard) : outcome;
}

enum ledger_outcome
redis_link_open_shards(struct redis_link *link)
{
    enum ledger_outcome outcome = redis_link_open(link);

    for (uint32_t shard = 0; shard < ledger_shard_count(link->ledger) && outcome == LEDGER_OK;
            shard++) {
        outcome = open_shard_node(link, shard);
    }
    return outcome;
}

/* ---- replies ---- */

/* As redis_receive(), but an error reply is a reply. */
static enum ledger_outcome
receive_any(struct redis_link *link, int64_t wait_ms, redisReply **reply)
{
    if (link->clustered) {
        return redis_cluster_receive(link, wait_ms, reply);
    }
    link->speaker = link->nodes[0];
    enum ledger_outcome outcome = redis_node_receive(link->speaker, wait_ms, reply);
    if (outcome == LEDGER_OK && link->due > 0) {
        link->due--;
    } else if (outcome != LEDGER_OK && outcome != LEDGER_PENDING) {
        link->due = 0;
        redis_link_note(link, link->speaker, outcome);
    }
    return outcome;
}

/* Closes the connection on which the last reply came, or did not. */
static enum ledger_outcome
fail(struct redis_link *link, enum ledger_outcome outcome, struct view reason)
{
    redis_node_fail(link->speaker, outcome, reason);
    abandon(link);
    return redis_link_note(link, link->speaker, outcome);
}

static struct view
error_text(const redisReply *reply)
{
    return (struct view){ reply->str, reply->len };
}

/* Frees an error reply and closes the connection. */
static enum ledger_outcome
fail_reply(struct redis_link *link, redisReply **reply)
{
    enum ledger_outcome outcome =
            fail(link, redis_error_outcome(error_text(*reply)), error_text(*reply));

    freeReplyObject(*reply);
    *reply = NULL;
    return outcome;
}

enum ledger_outcome
redis_receive(struct redis_link *link, int64_t wait_ms, redisReply **reply)
{
    enum ledger_outcome outcome = receive_any(link, wait_ms, reply);

    if (outcome == LEDGER_OK && (*reply)->type == REDIS_REPLY_ERROR) {
        return fail_reply(link, reply);
    }
    if (outcome == LEDGER_OK) {
        redis_node_praise(link->speaker);
    }
    return outcome;
}

static enum ledger_outcome
timed_out(struct redis_link *link)
{
    return fail(link, LEDGER_AWAY, VIEW("Redis did not answer in time"));
}

enum ledger_outcome
redis_await(struct redis_link *link, redisReply **reply)
{
    enum ledger_outcome outcome = redis_receive(link, link->ledger->options.timeout_ms, reply);
    return outcome == LEDGER_PENDING ? timed_out(link) : outcome;
}

enum ledger_outcome
redis_await_all(struct redis_link *link, size_t count)
{
    enum ledger_outcome outcome = LEDGER_OK;

    for (size_t i = 0; i < count && outcome == LEDGER_OK; i++) {
        redisReply *reply = NULL;
        outcome = redis_await(link, &reply);
        freeReplyObject(reply);
    }
    return outcome;
}

enum ledger_outcome
redis_await_except(struct redis_link *link, const char *text, redisReply **reply)
{
    enum ledger_outcome outcome = receive_any(link, link->ledger->options.timeout_ms, reply);

    if (outcome == LEDGER_PENDING) {
        return timed_out(link);
    }
    if (outcome != LEDGER_OK || (*reply)->type != REDIS_REPLY_ERROR) {
        return outcome;
    }
    struct view error = error_text(*reply);
    if (view_starts(error, VIEW("ERR ")) &&
            view_starts(view_slice(error, 4, error.size), view_of(text))) {
        freeReplyObject(*reply);
        *reply = NULL;
        return LEDGER_OK;
    }
    return fail_reply(link, reply);
}
