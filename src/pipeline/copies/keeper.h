/*
 * keeper: sees to it that what the judge has learnt outlives the ledger.
 *
 *   every `every`:   images of all shards ─▶ keep          (a thread of its own; the judge never waits)
 *   a shard is lost: keep ─▶ images ─▶ ledger              (whoever finds it lost, before anybody counts)
 *
 * An image is of one moment, so it does not matter who judges a shard: any process may keep it. In a file
 * each process keeps all shards; in a topic, which they share, the ledger says whose turn it is.
 *
 * It keeps nothing of a shard without fences: what lies there from before is all there is left of it.
 */
#ifndef REBATO_PIPELINE_COPIES_KEEPER_H
#define REBATO_PIPELINE_COPIES_KEEPER_H

#include "core/process/thread.h"
#include "keep/keep.h"
#include "ledger/ledger.h"

#define KEEPER_TROUBLE_SIZE (KEEP_TROUBLE_SIZE + 160)

/* Does every process keep all, or do they take turns? */
enum keeper_sharing { KEEPER_ALONE, KEEPER_SHARED };

struct keeper_options {
    struct ledger *ledger;
    struct keep *keep; /* the keeper's from now on */
    enum keeper_sharing sharing;
    int64_t every_ms;
};

struct keeper;

/* NULL when out of memory: then the keep is destroyed, too. */
struct keeper *keeper_create(const struct keeper_options *options);
void keeper_destroy(struct keeper **keeper);

/* Main thread, before anybody counts: an empty ledger takes what was kept. REFUSED: something lies there that
 * cannot be used, and a person is looking: `trouble` says what to do. AWAY: the ledger or the place does not
 * answer. */
enum ledger_outcome keeper_begin(struct keeper *keeper, char trouble[KEEPER_TROUBLE_SIZE]);

int keeper_start(struct keeper *keeper);
/* Keeps a last time and ends the thread; harmless when it never started. */
void keeper_stop(struct keeper *keeper);

/* Any thread, on finding that a partition has no fence: brings back every shard that has none at all. OK: claim
 * again; what has no fence now never had one, or is gone for good. AWAY: try again, and found nothing. */
enum ledger_outcome keeper_rescue(struct keeper *keeper);

/* Any thread: how often it has kept something, and wall time of the last; 0: never. */
uint64_t keeper_kept_count(const struct keeper *keeper);
int64_t keeper_kept_ms(const struct keeper *keeper);

#endif
