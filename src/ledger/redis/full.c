#include "ledger/redis/full.h"

#include "core/hash.h"

#include <string.h>

/* Probes stay short; buckets that nobody asks for any more go at the next forgetting. */
#define FULL_MAX (REDIS_FULL_SLOTS / 2)

static_assert((REDIS_FULL_SLOTS & (REDIS_FULL_SLOTS - 1)) == 0, "slots are masked, not divided");

/* The slot where the set is, or the free one where it belongs. */
static size_t
slot_of(const struct redis_full *full, const struct redis_full_set *set)
{
    size_t slot = (size_t)hash_bytes(set, sizeof *set) & (REDIS_FULL_SLOTS - 1);

    while (full->slots[slot].bucket != 0 && memcmp(&full->slots[slot], set, sizeof *set) != 0) {
        slot = (slot + 1) & (REDIS_FULL_SLOTS - 1);
    }
    return slot;
}

static struct redis_full_set
set_of(const struct tally_author *author)
{
    return (struct redis_full_set){ author->brand, author->dim, author->bucket };
}

void
redis_full_forget(struct redis_full *full)
{
    if (full->count > 0) {
        memset(full, 0, sizeof *full);
    }
}

void
redis_full_learn(struct redis_full *full, uint64_t epoch, const struct tally_author *author)
{
    const struct redis_full_set set = set_of(author);

    if (full->epoch != epoch || full->count == FULL_MAX) {
        redis_full_forget(full);
        full->epoch = epoch;
    }
    size_t slot = slot_of(full, &set);
    full->count += full->slots[slot].bucket == 0 && set.bucket != 0;
    full->slots[slot] = set;
}

int
redis_full_knows(const struct redis_full *full, uint64_t epoch, const struct tally_author *author)
{
    const struct redis_full_set set = set_of(author);

    return full->epoch == epoch && set.bucket != 0 &&
           full->slots[slot_of(full, &set)].bucket == set.bucket;
}
