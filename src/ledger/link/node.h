/*
 * node: one connection to one Redis server, pipelined and never blocking longer than asked.
 *
 * Our own socket; hiredis is the parser of replies and nothing else. Every script of lua/scripts.h
 * is loaded when the connection is made. Whatever goes wrong closes the connection; nothing is ever sent twice.
 *
 * Private to the link. One thread at a time.
 */
#ifndef REBATO_LEDGER_LINK_NODE_H
#define REBATO_LEDGER_LINK_NODE_H

#include "ledger/link/bytes.h"
#include "ledger/link/reply.h"
#include "ledger/lua/scripts.h"
#include "ledger/ops.h"

#define REDIS_DIGEST_SIZE  41
#define REDIS_TROUBLE_SIZE 160

/* By which scripts are called; every server computes the same ones. */
struct redis_digests {
    char at[SCRIPT_COUNT][REDIS_DIGEST_SIZE];
};

struct redis_node;

/* Connects nothing. NULL: out of memory. The ledger outlives the node. */
struct redis_node *redis_node_create(
        const struct ledger *ledger, const struct ledger_server *server);
void redis_node_destroy(struct redis_node **node);
const struct ledger_server *redis_node_server(const struct redis_node *node);

/* Connects, logs in and loads the scripts, waiting at most the ledger's timeout. `number` is the new
 * connection's, which no other had. AWAY at once when the last attempt failed only just now. */
enum ledger_outcome redis_node_open(
        struct redis_node *node, uint64_t number, struct redis_digests *digests);
/* Closes it and keeps the reason. */
enum ledger_outcome redis_node_fail(
        struct redis_node *node, enum ledger_outcome outcome, struct view reason);
void redis_node_drop(struct redis_node *node);
/* The number of the connection; 0: there is none. */
uint64_t redis_node_number(const struct redis_node *node);
const char *redis_node_trouble(const struct redis_node *node);
/* 1 when this is the first trouble since all was well: the log need not be told again. */
int redis_node_note(struct redis_node *node);
void redis_node_praise(struct redis_node *node);

/* Adds a command of `count` arguments to what is to be sent. When memory is short sending fails. */
void redis_node_put(struct redis_node *node, uint32_t count, const struct redis_bytes *arguments);
/* Sends as much as the socket takes. */
enum ledger_outcome redis_node_flush(struct redis_node *node);
/* The next `count` replies are nobody's any more. */
void redis_node_disown(struct redis_node *node, size_t count);
/* The next reply that is not disowned, errors included, waiting at most `wait_ms`. PENDING: not yet.
 * Anything but OK and PENDING: the connection is closed. */
enum ledger_outcome redis_node_receive(
        struct redis_node *node, int64_t wait_ms, redisReply **reply);
/* The same; no answer within the ledger's timeout closes the connection. */
enum ledger_outcome redis_node_await(struct redis_node *node, redisReply **reply);
/* Puts a command of plain words, ended by NULL, and awaits its reply. Of what was put before, all must be
 * answered or disowned. */
enum ledger_outcome redis_node_ask(
        struct redis_node *node, const char *const *words, redisReply **reply);

#endif
