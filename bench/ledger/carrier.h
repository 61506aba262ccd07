/*
 * carrier: a way to bring tallies to the server.
 *
 *   fenced   the product's own ledger: author writes awaited, then applies that compare and set
 *   plain    the same additions as HINCRBY and SADD in a pipeline, answered for by nothing
 *
 * Both write the same keys and fields, plain in hashes without fences. One tally is in flight at a time.
 */
#ifndef REBATO_BENCH_LEDGER_CARRIER_H
#define REBATO_BENCH_LEDGER_CARRIER_H

#include "ledger/feed.h"

struct carrier_place {
    const char *url;
    const char *name_space;
    uint32_t shards;
};

enum carrier_news { CARRIER_IN_THE_AIR, CARRIER_LANDED, CARRIER_FAILED };

struct carrier {
    void *self;
    void (*submit)(void *self, const struct tally *tally);
    enum carrier_news (*poll)(void *self, int64_t wait_ms);
    void (*destroy)(void *self);
};

/* False, and said on stderr, when it cannot be had. */
int carrier_fenced(
        struct carrier *carrier, const struct feed *feed, const struct carrier_place *place);
int carrier_plain(
        struct carrier *carrier, const struct feed *feed, const struct carrier_place *place);

#endif
