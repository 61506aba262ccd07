/*
 * The link's own structure, shared by command.c (what is said), link.c (epochs and replies) and cluster.c
 * (to whom it is said). Nobody else includes this.
 */
#ifndef REBATO_LEDGER_LINK_PRIVATE_H
#define REBATO_LEDGER_LINK_PRIVATE_H

#include "ledger/link/link.h"
#include "ledger/link/map.h"
#include "ledger/link/node.h"

#define REDIS_NO_SHARD UINT32_MAX
#define REDIS_NO_SLOT  UINT32_MAX

/* A command whose reply is due. */
struct redis_sent {
    struct redis_node *node; /* NULL: nobody has its slot */
    uint64_t number;         /* of the connection; 0: there was none, and nothing was sent */
    uint32_t shard;
    uint32_t argument_count;
    size_t at, size; /* in `kept`, of a command without a shard */
};

struct redis_link {
    /* Fixed at creation. */
    const struct ledger *ledger;
    int clustered;

    /* The servers: one, or those of the map, in its order. */
    struct redis_node *nodes[REDIS_SERVERS_MAX];
    uint32_t node_count;
    uint64_t connections; /* made so far, to whomever */
    struct redis_digests digests;
    size_t due; /* replies of the one server that nobody took yet */

    /* Of a cluster. */
    struct redis_map *map;  /* NULL: not asked yet */
    struct redis_map *next; /* while it is asked for */
    int stale;              /* something was not where the map says */
    int64_t ask_ms;         /* monotonic; the map is not asked for before */
    uint32_t asked;         /* how often it was */
    struct redis_sent *sent;
    size_t sent_first, sent_end, sent_room;
    struct redis_bytes kept;   /* what may have to be said to another server */
    struct redis_node *detour; /* who is asked where a redirection leads */

    /* The command being built. */
    struct redis_bytes body;
    uint32_t argument_count;
    uint32_t slot, shard;
    struct redis_node *aim; /* told by name */

    struct redis_node *speaker; /* of the last reply, or of its absence */
    char trouble[REDIS_TROUBLE_SIZE];
};

/* Copies the node's trouble, tells the log once per bout of it, and passes the outcome on. */
enum ledger_outcome redis_link_note(
        struct redis_link *link, struct redis_node *node, enum ledger_outcome outcome);
/* Connects to the node if need be. */
enum ledger_outcome redis_link_open_node(struct redis_link *link, struct redis_node *node);

/* ---- cluster.c ---- */

enum ledger_outcome redis_cluster_open(struct redis_link *link);
/* NULL: nobody has the slot. */
struct redis_node *redis_cluster_node(const struct redis_link *link, uint32_t slot);
uint32_t redis_cluster_shard_slot(uint32_t shard);
/* Hands the command over to the server that it is for. */
void redis_cluster_put(struct redis_link *link);
/* The next reply, errors included, but for redirections that can be followed. */
enum ledger_outcome redis_cluster_receive(
        struct redis_link *link, int64_t wait_ms, redisReply **reply);
/* Nobody waits any more for what is due. */
void redis_cluster_abandon(struct redis_link *link);
void redis_cluster_fini(struct redis_link *link);

#endif
