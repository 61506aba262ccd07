/*
 * link: the way to the ledger's Redis: one server, or the masters of a cluster.
 *
 *   redis_begin ─ redis_arg ... ─ redis_end ──▶ the key's server ──▶ redis_receive, in the same order
 *
 * Commands are lists of counted arguments, so no byte of a mention can become part of a command. In a
 * cluster the first redis_key() of a command decides where it goes; the replies come in the order of the
 * commands all the same.
 *
 * Whatever goes wrong closes the connection to the server where it went wrong: what was in flight there
 * may or may not have been done. A claim and a lease hold for the connection they were made on, and the
 * epochs below tell whether it is still that one. To have moved counts as gone wrong: when a server
 * refuses a shard's command because the shard lives elsewhere now, or is on its way, its connection is
 * closed and the map of the cluster is asked for anew. Only commands without a shard, which no claim or
 * lease protects, follow a redirection; a command that was redirected was not executed. Nothing else is
 * ever sent twice. Only masters are asked.
 *
 * One thread at a time.
 */
#ifndef REBATO_LEDGER_LINK_LINK_H
#define REBATO_LEDGER_LINK_LINK_H

#include "core/view.h"
#include "ledger/link/reply.h"
#include "ledger/lua/scripts.h"
#include "ledger/ops.h"

#include <stdint.h>

struct redis_link;

/* The ledger outlives the link. Connects nothing. NULL: out of memory. */
struct redis_link *redis_link_create(const struct ledger *ledger);
void redis_link_destroy(struct redis_link **link);

/* Every operation begins with one of these three; each waits at most the ledger's timeout for a server.
 * Replies that nobody took before are nobody's any more. */

/* The server is connected to; of a cluster, the map is there. For commands without a shard. */
enum ledger_outcome redis_link_open(struct redis_link *link);
/* And the server of the shard is connected to. */
enum ledger_outcome redis_link_open_shard(struct redis_link *link, uint32_t shard);
/* And the servers of all shards are. */
enum ledger_outcome redis_link_open_shards(struct redis_link *link);

/* Closes every connection. */
void redis_link_drop(struct redis_link *link);
/* The number of the connection to the shard's server; 0 while there is none. No two connections of a
 * link have the same. */
uint64_t redis_link_shard_epoch(const struct redis_link *link, uint32_t shard);
/* A number that changes with that of any shard; 0 while one has none. */
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
/* A key: rebato:<namespace>: and the formatted rest. What begins with "{<shard>}" is the shard's. */
void redis_key(struct redis_link *link, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
/* The hash of a shard. */
void redis_key_shard(struct redis_link *link, uint32_t shard);
void redis_begin_script(struct redis_link *link, enum script script, uint32_t key_count);
/* A command without keys for one of the servers of an open link. */
uint32_t redis_link_servers(const struct redis_link *link);
void redis_begin_at(struct redis_link *link, const char *name, uint32_t server);
void redis_end(struct redis_link *link);

/* ---- replies ---- */

/* Sends what is due and takes the next reply, waiting at most `wait_ms`. OK: *reply is the caller's to
 * free, and it is no error. PENDING: not yet. AWAY and REFUSED: an error reply or a broken connection,
 * which is closed; the replies to all other commands are nobody's any more. */
enum ledger_outcome redis_receive(struct redis_link *link, int64_t wait_ms, redisReply **reply);
/* Waits for the next reply as long as the ledger's timeout. */
enum ledger_outcome redis_await(struct redis_link *link, redisReply **reply);
/* Waits for `count` replies whose contents do not matter. */
enum ledger_outcome redis_await_all(struct redis_link *link, size_t count);
/* As redis_await(), but an error reply that starts with "ERR <text>" is OK with *reply = NULL. */
enum ledger_outcome redis_await_except(
        struct redis_link *link, const char *text, redisReply **reply);

#endif
