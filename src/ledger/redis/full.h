/*
 * full: author sets that are known to take no more members, so that nothing is sent to them.
 *
 * On a busy day most authors of a bucket come after its sets are full; to say so each time costs the
 * server more than the counts do. What is known holds for one connection, and until the next claim: a
 * server that lost its keys refuses the next apply, and a claim follows. Forgetting is harmless: then
 * the server is asked again.
 *
 * Private to the Redis ledger; one thread. All zero is empty.
 */
#ifndef REBATO_LEDGER_REDIS_FULL_H
#define REBATO_LEDGER_REDIS_FULL_H

#include "window/tally.h"

#define REDIS_FULL_SLOTS 4096

struct redis_full_set {
    uint32_t brand;
    uint32_t dim;
    uint32_t bucket; /* 0: a free slot; no event is so old */
};

struct redis_full {
    uint64_t epoch; /* of the connection on which it was learnt */
    struct redis_full_set slots[REDIS_FULL_SLOTS];
    size_t count;
};

void redis_full_forget(struct redis_full *full);
/* The set of this author is full. */
void redis_full_learn(struct redis_full *full, uint64_t epoch, const struct tally_author *author);
int redis_full_knows(
        const struct redis_full *full, uint64_t epoch, const struct tally_author *author);

#endif
