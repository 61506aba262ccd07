/*
 * redis_link: one connection to one Redis server, pipelined and never blocking longer than asked.
 *
 *   redis_begin ─ redis_arg ... ─ redis_end ──▶ output ──▶ socket ──▶ redis_receive, in the same order
 *
 * Our own socket; hiredis is the parser of replies and nothing else. Commands are lists of counted
 * arguments, so no byte of a mention can become part of a command. Every script of scripts.h is loaded
 * when the connection is made and called by its digest; a server that has forgotten one is treated
 * like a lost connection, since it lost other things too.
 *
 * Whatever goes wrong closes the connection: what was in flight may or may not have been done, and the
 * epoch tells the callers that they must look again. Nothing is ever sent twice by this file.
 *
 * One thread at a time.
 */
#ifndef REBATO_LEDGER_REDIS_LINK_H
#define REBATO_LEDGER_REDIS_LINK_H

#include "core/view.h"
#include "ledger/ledger_ops.h"
#include "ledger/redis_reply.h"
#include "ledger/scripts.h"

#include <stdint.h>

struct redis_link;

/* The ledger outlives the link. Connects nothing. NULL: out of memory. */
struct redis_link *redis_link_create(const struct ledger *ledger);
void redis_link_destroy(struct redis_link **link);

/* Connects when there is no connection, waiting at most the ledger's timeout. */
enum ledger_outcome redis_link_open(struct redis_link *link);
void redis_link_drop(struct redis_link *link);
/* The number of this connection, counted from 1; 0 while there is none. */
uint64_t redis_link_epoch(const struct redis_link *link);
/* What went wrong last, for a person. */
const char *redis_link_trouble(const struct redis_link *link);

/* ---- a command ---- */
void redis_begin(struct redis_link *link, const char *name);
void redis_arg(struct redis_link *link, struct view argument);
void redis_arg_text(struct redis_link *link, const char *text);
void redis_arg_i64(struct redis_link *link, int64_t number);
/* At most 511 bytes when formatted. */
void redis_arg_format(struct redis_link *link, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
/* "<head><brand>:<tail>" as one argument; the two may hold any byte. */
void redis_arg_series(
        struct redis_link *link, struct view head, struct view brand, struct view tail);
/* A key: rebato:<namespace>: and the formatted rest. */
void redis_key(struct redis_link *link, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
/* The hash of a shard. */
void redis_key_shard(struct redis_link *link, uint32_t shard);
void redis_begin_script(struct redis_link *link, enum script script, uint32_t key_count);
void redis_end(struct redis_link *link);

/* ---- replies ---- */

/* Sends what is due and takes the next reply, waiting at most `wait_ms`. OK: *reply is the caller's to
 * free, and it is no error. PENDING: not yet. AWAY and REFUSED: an error reply or a broken connection;
 * the link is closed. */
enum ledger_outcome redis_receive(struct redis_link *link, int64_t wait_ms, redisReply **reply);
/* Waits for the next reply as long as the ledger's timeout. */
enum ledger_outcome redis_await(struct redis_link *link, redisReply **reply);
/* Waits for `count` replies whose contents do not matter. */
enum ledger_outcome redis_await_all(struct redis_link *link, size_t count);
/* As redis_await(), but an error reply that starts with "ERR <text>" is OK with *reply = NULL. */
enum ledger_outcome redis_await_except(
        struct redis_link *link, const char *text, redisReply **reply);

#endif
