/*
 * network: connections between clients and the store.
 *
 * Requests of one connection are executed in their order; those of two in any order. A connection that
 * breaks loses its requests, or leaves them in a buffer from which they are executed when nobody waits any
 * more. A rollback is another server behind the same address: every connection to the old one ends, and
 * what was on its way goes with it.
 */
#ifndef REBATO_TESTS_SIM_NETWORK_H
#define REBATO_TESTS_SIM_NETWORK_H

#include "sim/store.h"

#define IN_FLIGHT_MAX 96
#define CONNECTIONS   24

struct connection {
    uint64_t epoch; /* never used twice; 0: free */
    uint32_t client;
    int open; /* the client waits for answers */
    uint32_t first;
    uint32_t count;
    uint32_t reply_first;
    uint32_t reply_count;
    struct request requests[IN_FLIGHT_MAX];
    struct reply replies[IN_FLIGHT_MAX];
};

struct network {
    uint64_t epochs;
    struct connection at[CONNECTIONS];
};

struct network *network_create(void);
void network_destroy(struct network **network);
void network_reset(struct network *network);

/* ---- clients ---- */

/* The epoch of a client's open connection; 0: none. */
uint64_t network_epoch(const struct world *world, uint32_t client);
/* Makes one when there is none. */
uint64_t network_open(struct world *world, uint32_t client);
/* The client hangs up: what it sent may still be executed. */
void network_drop(struct world *world, uint32_t client);
/* On the client's open connection. */
void network_send(struct world *world, const struct request *request);
/* The next answer; 0 when there is none. */
int network_receive(struct world *world, uint32_t client, struct reply *reply);
size_t network_waiting(const struct world *world);

/* ---- the world ---- */

/* Executes the first request of some connection. `page` of the client that waits is filled. */
void network_deliver(struct world *world);
/* One open connection breaks. */
void network_break(struct world *world, enum fault fault);
/* All of them do, and what is in flight is lost. */
void network_break_all(struct world *world);
/* The server is another one, that knows less. */
void network_roll_back(struct world *world);

#endif
