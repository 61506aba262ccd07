/*
 * flight: one round: the feed into tallies, the tallies to the server, as a worker does it.
 *
 *   fill for `linger` ══ hand over ══▶ in flight, while the other tally fills
 *
 * `linger` is told by event time: a tally holds rate x linger mentions, or fewer when it is full. The
 * feed is taken as fast as it goes, or at its rate when it is paced.
 */
#ifndef REBATO_BENCH_LEDGER_FLIGHT_H
#define REBATO_BENCH_LEDGER_FLIGHT_H

#include "ledger/carrier.h"
#include "ledger/server.h"

struct flight {
    const struct feed *feed;
    const struct carrier *carrier;
    redisContext *server;
    size_t per_tally; /* mentions */
    int64_t pace_ns; /* a mention is handed over no earlier than its number times this; 0: at once */
    size_t cells_max;
    uint32_t ranges; /* the feed's partitions, or 1 */
};

/* Sums of a round. */
struct flight_result {
    double server_ns; /* CPU of the server's process */
    double main_ns;   /* of its main thread */
    double carry_ns;  /* our CPU for sending and replies */
    double fill_ns;   /* our CPU for tallies */
    double wall_ns;
    size_t tallies;
    size_t ranges;
    size_t cells;
    size_t authors;
    int64_t bytes; /* that the server read */
};

/* False when the carrier failed. */
int flight_run(const struct flight *flight, struct flight_result *result);

#endif
