/*
 * audit: whether the server holds what was fed, no more and no less.
 *
 * Reads the hashes and the sets with plain commands, so that a fault of the ledger's own reader cannot
 * hide one of its writer.
 */
#ifndef REBATO_BENCH_LEDGER_AUDIT_H
#define REBATO_BENCH_LEDGER_AUDIT_H

#include "ledger/feed.h"
#include "ledger/server.h"

#define AUDIT_AUTHORS_MAX 4096 /* then a set takes no more */

struct audit {
    const struct feed *feed;
    redisContext *server;
    const char *name_space;
    uint32_t shards;
    int fenced; /* every partition's fence has to stand at its end, in every shard */
};

/* Counts have to be the same, authors too while they are fewer than AUDIT_AUTHORS_MAX. Without fences half
 * as many suffice: who does not ask the server guesses when a set is full.
 *
 * False, and what differs said on stderr, at most ten times. */
int audit_run(const struct audit *audit);
/* Puts a count wrong by one, so that a test can see whether that is noticed. */
void audit_spoil(const struct audit *audit);

#endif
