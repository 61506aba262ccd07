/*
 * map: which server of a cluster has which keys. Private to the Redis ledger; pure.
 *
 * A key's slot is the CRC-16 (XMODEM) of the key, or of what stands between its first '{' and the next
 * '}' when that is not nothing, modulo 16,384. All keys of a shard carry the shard's number in braces and
 * so lie in one slot; published keys have slots of their own.
 */
#ifndef REBATO_LEDGER_LINK_MAP_H
#define REBATO_LEDGER_LINK_MAP_H

#include "ledger/link/reply.h"
#include "ledger/url.h"

#define REDIS_SLOTS       16384
#define REDIS_SERVERS_MAX 128 /* masters with slots; more are refused */
#define REDIS_NOWHERE     UINT16_MAX

uint32_t redis_slot(struct view key);

struct redis_map {
    struct ledger_server servers[REDIS_SERVERS_MAX]; /* masters only */
    uint32_t server_count;
    uint16_t slots[REDIS_SLOTS]; /* a server's index, or REDIS_NOWHERE */
};

/* Reads the answer to CLUSTER SLOTS. `asked` gave it, and stands in where the answer leaves out a host.
 * 0 when it is of another shape. */
int redis_map_parse(
        const redisReply *reply, const struct ledger_server *asked, struct redis_map *map);

/* Where a refusal sends us: "MOVED <slot> <host>:<port>" or "ASK <slot> <host>:<port>". */
enum redis_redirect { REDIS_NO_REDIRECT, REDIS_MOVED, REDIS_ASK };
enum redis_redirect redis_redirect_parse(
        struct view error, const struct ledger_server *asked, struct ledger_server *to);

#endif
