/* A Redis Cluster of the test's own: masters that share the slots in equal parts, then replicas of the
 * first masters in turn. Gone when the test is. */
#ifndef REBATO_TESTS_UNIT_LEDGER_TEST_CLUSTER_SERVERS_H
#define REBATO_TESTS_UNIT_LEDGER_TEST_CLUSTER_SERVERS_H

#include "ledger/link/map.h"
#include "ledger/link/node.h"

#include <sys/types.h>

#define CLUSTER_MEMBERS_MAX 6

struct cluster_member {
    pid_t pid; /* 0: not running */
    struct ledger_server server;
    struct redis_node *node; /* the test's own connection */
    char id[41];
};

struct cluster {
    char directory[64];
    char url[128];
    struct ledger *ledger; /* what the connections need */
    struct cluster_member members[CLUSTER_MEMBERS_MAX];
    uint32_t masters, count;
};

/* Skips the test when there is no redis-server. */
void cluster_start(struct cluster *cluster, uint32_t masters, uint32_t replicas);
void cluster_stop(struct cluster *cluster);
/* Forgets all keys of all masters. */
void cluster_flush(struct cluster *cluster);

/* A command of up to 12 words, ended by NULL; an error is no reply: NULL. */
redisReply *cluster_ask(struct cluster *cluster, uint32_t member, ...) __attribute__((sentinel));
/* The same for a command whose success is all that matters; fails the test without it. */
void cluster_tell(struct cluster *cluster, uint32_t member, ...) __attribute__((sentinel));

void cluster_tell_words(struct cluster *cluster, uint32_t member, const char *const *words);

/* The master that had the slot at the start. */
uint32_t cluster_home(const struct cluster *cluster, uint32_t slot);
/* Declares the slot to be on its way, and moves the keys it has. */
void cluster_begin_move(struct cluster *cluster, uint32_t slot, uint32_t from, uint32_t to);
void cluster_end_move(struct cluster *cluster, uint32_t slot, uint32_t from, uint32_t to);
/* Waits until the member is a master. */
void cluster_await_master(struct cluster *cluster, uint32_t member);

#endif
