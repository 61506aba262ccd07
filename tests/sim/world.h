/*
 * world: what a run of the simulator consists of.
 *
 *   log ─▶ workers ─ requests ─▶ connections ─▶ store (Redis) ◀─ connections ◀─ requests ─ judges
 *
 * One seed makes one world: logs, faults, the order of every step. Nothing else goes in: no clock, no
 * thread, no address. So a seed that fails fails again, with a trace.
 *
 * Buckets are numbered from BUCKET_BASE here, so that tables are small; 0 means "none", as in the ledger.
 */
#ifndef REBATO_TESTS_SIM_WORLD_H
#define REBATO_TESTS_SIM_WORLD_H

#include "core/limits.h"
#include "core/rng.h"
#include "fence/partition.h"
#include "window/tally.h"

#include <stdint.h>
#include <stdio.h>

#define PARTITIONS 3
#define SHARDS     3
#define WORKERS    3
#define JUDGES     2
#define CLIENTS    (WORKERS + JUDGES)
#define BRANDS     4
#define BUCKETS    64
#define SERIES     3 /* total, s.x, s.y */
#define SIGNALS    2
#define AUTHORS    12
#define RECORDS    200 /* of one partition */

#define BUCKET_MS   (BUCKET_SECONDS * INT64_C(1000))
#define BUCKET_BASE UINT32_C(170000000)
#define TIME_BASE   (BUCKET_BASE * BUCKET_MS)
#define ALLOW_MS    INT64_C(10000)
#define MAX_AGE_MS  INT64_C(120000)
#define DEDUPE      6
#define LEASE_MS    INT64_C(8000)
#define IDLE_MS     INT64_C(3000)
/* Mentions of a brand in one bucket that make a notice. */
#define NOTICE_COUNT 4
/* Newest buckets of a brand that are kept beside its state, to be published again. */
#define RING 20

/* ---- what a seed decides ---- */

#define FAULTS(FAULT)                                                                              \
    FAULT(kill, "a worker ends at once and starts again")                                          \
    FAULT(rebalance, "a partition moves, and its former owner does not know")                      \
    FAULT(revoke, "a former owner is told")                                                        \
    FAULT(break_lost, "a connection breaks, its requests are lost")                                \
    FAULT(break_late, "a connection breaks, its requests are executed later")                      \
    FAULT(answer_lost, "a request is executed, its answer does not come")                          \
    FAULT(refused, "the server refuses a request: no memory, loading, read-only")                  \
    FAULT(rollback, "the server loses its last writes")                                            \
    FAULT(lose_shard, "one shard loses its counts; what the judge knows of it stays")              \
    FAULT(pause_worker, "a worker stands still")                                                   \
    FAULT(pause_judge, "a judge stands still")                                                     \
    FAULT(kill_judge, "a judge ends at once and starts again")                                     \
    FAULT(clock_skew, "a judge's wall clock is wrong")                                             \
    FAULT(silence, "a partition is silent and comes back with old records")                        \
    FAULT(resend, "a collector sends a record again")                                              \
    FAULT(gap, "offsets are missing in the log")                                                   \
    FAULT(bad_time, "a record's time is out of bounds")

enum fault {
#define FAULT(name, text) FAULT_##name,
    FAULTS(FAULT)
#undef FAULT
            FAULT_COUNT,
};

/* Faults that the protocol of today is not built for: only with --fault NAME. */
#define EXTRAS(EXTRA)                                                                              \
    EXTRA(shard_rollback, "one shard alone loses its last writes, as in a cluster")                \
    EXTRA(hidden_reconnect, "a proxy hides that the server is another one")                        \
    EXTRA(withdraw, "no fault: no notice may have been told that does not hold in the end")

enum extra {
#define EXTRA(name, text) EXTRA_##name,
    EXTRAS(EXTRA)
#undef EXTRA
            EXTRA_COUNT,
};

/* A rule taken out of the models: each has to be noticed. */
#define MUTATIONS(MUTATION)                                                                        \
    MUTATION(high_water, "apply: whatever is above the fence, not what stands at it")              \
    MUTATION(no_to_guard, "apply: a range may end below the fence")                                \
    MUTATION(ignore_closed, "apply: closed buckets and idleness are not looked at")                \
    MUTATION(stale_queue, "consumer: records fetched before a claim are counted after it")         \
    MUTATION(authors_not_awaited, "worker: authors and applies are sent in one go")                \
    MUTATION(hidden_reconnect, "worker, judge: another server behind the same connection")         \
    MUTATION(claim_tells_nothing, "claim: a partition that was idle is not told what is closed")   \
    MUTATION(claim_leaves_no_evidence,                                                             \
            "claim: what is late because it is closed is told to nobody else")                     \
    MUTATION(close_blind, "close: partitions are not looked at again")                             \
    MUTATION(judge_unfenced, "judge: neither lease nor folded_through are compared")               \
    MUTATION(publish_unlinked, "publish: behind whatever stands there last")                       \
    MUTATION(mend_adds, "mend: what lies beyond the state stays")                                  \
    MUTATION(mend_cuts, "mend: what is missing is not put back")                                   \
    MUTATION(mark_unjudged, "mark: good at once, whatever of it is judged")                        \
    MUTATION(mark_blind, "mark: more may be judged than is closed")                                \
    MUTATION(remake_one, "remake: of the mark only the partition comes back that was claimed")     \
    MUTATION(remake_idle, "remake: who was idle at the mark is idle, and its owner is who it was") \
    MUTATION(remake_forgets, "remake: what became late since the mark is not remembered")          \
    MUTATION(found_unmarked, "found: a new partition is not entered in the marks")                 \
    MUTATION(found_early, "found: what was closed before a loss is open to a new partition")       \
    MUTATION(found_anywhere, "found: a shard that is to be made again is founded anew")            \
    MUTATION(close_lost, "close: a shard without partitions is closed")

enum mutation {
#define MUTATION(name, text) MUTATE_##name,
    MUTATIONS(MUTATION)
#undef MUTATION
            MUTATION_COUNT,
};

struct log_record {
    int64_t offset;
    int64_t arrive_ms; /* its place in the log has this wall time: also Kafka's timestamp */
    int64_t time_ms;
    uint64_t id;
    uint32_t brand;  /* BRANDS: none matched */
    uint32_t signal; /* 0: none */
    uint32_t author;
};

struct log_partition {
    struct log_record records[RECORDS];
    size_t count;
    size_t available; /* that have arrived */
    int64_t end;      /* the log's end once all have */
};

/* How often things go wrong in this world, in thousandths of a step. */
struct weather {
    uint32_t rates[FAULT_COUNT];
    uint32_t deliver; /* chance that a step belongs to the network, in hundredths */
    uint32_t fresh;   /* chance that a worker's look at the log's end is new */
    uint32_t roll_back;
    uint32_t idle;
    uint32_t signals;    /* mentions with a signal, in hundredths */
    uint32_t stragglers; /* records that come long after their time, in hundredths */
};

enum plot_kind {
    PLOT_NONE,
    PLOT_SLEEPER,
    PLOT_LATE_HAND,
    PLOT_LATE_JUDGE,
    PLOT_TAKEN_BACK,
    PLOT_NEWCOMER
};
enum plot_stage { STAGE_BEFORE, STAGE_ON, STAGE_OVER };

/* plot.h says what it is for. */
struct plot {
    enum plot_kind kind;
    enum plot_stage stage;
    struct weather weather; /* after the scene */
    uint32_t partition;

    /* The silence of a sleeper. */
    int64_t from_ms;
    int64_t to_ms;

    /* The late one: a worker, or a judge about to commit. */
    uint32_t former;
    uint64_t begin_step;
    uint64_t until_step;
    uint32_t brand;
    uint32_t through;

    /* What is taken back. */
    uint32_t after; /* enum op */
    uint32_t strikes;

    int met; /* what was waited for has happened */
};

/* ---- what happened ---- */

/* What has to be met often enough to be called tested: a run that is long enough fails when one of these
 * occurs in less than a tenth of its worlds. */
#define CORNERS(CORNER)                                                                            \
    CORNER(late_by_idleness, "a record is late because its partition was idle, and only so")       \
    CORNER(ghost_authors, "a rollback leaves authors in a set whose records are not counted")      \
    CORNER(closed_apply, "an apply that stands at its fence meets a time that is closed")          \
    CORNER(unfolded, "a rollback takes a commit back")                                             \
    CORNER(unerased, "a rollback brings back cells of folded buckets")                             \
    CORNER(left_behind, "a judge reads what was folded before and not erased")                     \
    CORNER(reclaimed, "a rollback takes a claim back")                                             \
    CORNER(reopened, "a rollback takes a close back")                                              \
    CORNER(overtaken, "a judge that was overtaken commits what it had read")                       \
    CORNER(told_again, "a notice is told twice")                                                   \
    CORNER(rewound, "a worker counts again, and its duplicate filter goes back with it")           \
    CORNER(begun_anew, "a worker goes back further than its duplicate filter reaches")             \
    CORNER(made_again, "a shard that lost its counts begins again at its mark")                    \
    CORNER(late_ahead, "a worker reaches what became late between the mark and the loss")

enum corner {
#define CORNER(name, text) CORNER_##name,
    CORNERS(CORNER)
#undef CORNER
            CORNER_COUNT,
};

enum refusal {
    REFUSED_MOVED,
    REFUSED_AHEAD,
    REFUSED_NO_FENCE,
    REFUSED_CLOSED,
    REFUSED_LOST,
    REFUSAL_COUNT,
};

enum violation {
    VIOLATION_OVER,      /* counted more than the log says, or twice */
    VIOLATION_LOST,      /* counted less */
    VIOLATION_SPLIT,     /* all there, but late for on time or the reverse, or in another bucket: a
                            replay of the log with the surviving k: fields counts otherwise */
    VIOLATION_AUTHORS,   /* a folded set of authors is not the log's */
    VIOLATION_FENCE,     /* a fence or `closed` went back without a rollback */
    VIOLATION_STALE,     /* a judge wrote over what it had not read */
    VIOLATION_STUCK,     /* quiet, everybody well, and not finished */
    VIOLATION_PUBLISHED, /* published is not what was folded */
    VIOLATION_MISSED,    /* a notice nobody was told of */
    VIOLATION_REFUSED,   /* a worker gave up */
    VIOLATION_PHANTOM,   /* --fault withdraw, or a notice without any rollback that does not hold */
    VIOLATION_COUNT,
};

struct tallied {
    uint64_t steps;
    uint64_t faults[FAULT_COUNT];
    uint64_t extras[EXTRA_COUNT];
    uint64_t refusals[REFUSAL_COUNT];
    uint64_t applies;
    uint64_t folds;
    uint64_t resyncs;
    uint64_t idles;
    uint64_t late_by_log;
    uint64_t late_by_idleness;
    uint64_t corners[CORNER_COUNT]; /* worlds that met each */
    uint64_t ghost_authors;         /* author writes of ranges that were then refused */
    uint64_t notices;
    uint64_t notices_again;
};

struct store;
struct network;
struct worker;
struct judge;
struct truth;

struct world {
    struct rng rng;
    struct weather weather;
    struct plot plot;
    uint32_t mutations; /* bits of enum mutation */
    uint32_t extras;    /* bits of enum extra */
    FILE *trace;        /* NULL: none */
    uint64_t seed;

    uint32_t partitions;
    uint32_t shards;
    uint32_t workers;
    uint32_t brands;
    int64_t wall_ms;
    int64_t closing_ms; /* the wall time by which judges close: waits at the end */
    uint64_t step;
    int calm; /* no more faults: everything must come to its end now */
    uint64_t tokens;
    uint32_t owner[PARTITIONS];
    uint32_t told[BRANDS][BUCKETS]; /* notices delivered */
    int rolled_back;
    int apart; /* what is published stands on another server, that goes back alone */

    struct log_partition logs[PARTITIONS];
    struct store *store;
    struct network *network;
    struct worker *worker[WORKERS];
    struct judge *judge[JUDGES];
    struct truth *truth;

    uint32_t corners;    /* bits of enum corner: met so far */
    uint32_t violations; /* bits of enum violation */
    struct tallied tallied;
};

static inline int
mutated(const struct world *world, enum mutation mutation)
{
    return (world->mutations >> mutation & 1U) != 0;
}

static inline int
extra(const struct world *world, enum extra extra)
{
    return (world->extras >> extra & 1U) != 0;
}

static inline void
meet(struct world *world, enum corner corner)
{
    world->corners |= 1U << corner;
}

/* True in `in_hundred` of a hundred cases. */
static inline int
chance(struct world *world, uint32_t in_hundred)
{
    return rng_below(&world->rng, 100) < in_hundred;
}

static inline uint32_t
shard_of(const struct world *world, uint32_t brand)
{
    return brand % world->shards;
}

/* A time's bucket, numbered from BUCKET_BASE. Not for times out of bounds. */
static inline uint32_t
bucket_at(int64_t time_ms)
{
    return (uint32_t)((time_ms - TIME_BASE) / BUCKET_MS);
}

/* A shard loses its counts, if it can. */
int world_lose_shard(struct world *world);
void world_note(const struct world *world, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
void world_violate(struct world *world, enum violation violation, const char *what);

/* Logs and weather of the world's seed. */
void world_make(struct world *world);
/* From the first step to the last check. */
void world_run(struct world *world);

#endif
