#include "sim/world.h"

#include "sim/judge.h"
#include "sim/network.h"
#include "sim/plot.h"
#include "sim/truth.h"
#include "sim/worker.h"

#include <stdarg.h>
#include <string.h>

/* Steps with faults; then everybody is well, and the world has so many more to come to its end. */
#define STORM_STEPS 5000
#define CALM_STEPS  30000
/* Nor does it end before: what a rollback has taken is mended by the next judge, who waits for a lease. */
#define CALM_STEPS_MIN 2000
/* Steps between two looks of the group for partitions that nobody has. */
#define GROUP_STEPS 40
/* Wall time of one step, on average half of it. A judge's turn may well outlast its lease. */
#define STEP_MS 100
/* After the last record, until all is counted: so far goes what is closed by the wall clock. */
#define AFTER_LAST_MS 40000
/* And so far when it is over. */
#define LONG_AFTER_MS 150000

void
world_note(const struct world *world, const char *format, ...)
{
    va_list arguments;

    if (world->trace == NULL) {
        return;
    }
    fprintf(world->trace, "%6llu %7.1f s  ", (unsigned long long)world->step,
            (double)(world->wall_ms - TIME_BASE) / 1000.0);
    va_start(arguments, format);
    vfprintf(world->trace, format, arguments);
    va_end(arguments);
    fputc('\n', world->trace);
}

void
world_violate(struct world *world, enum violation violation, const char *what)
{
    world_note(world, "VIOLATION: %s", what);
    world->violations |= 1U << violation;
}

/* ---- time ---- */

static int64_t
last_arrival(const struct world *world)
{
    int64_t last = 0;

    for (uint32_t p = 0; p < world->partitions; p++) {
        const struct log_partition *log = &world->logs[p];
        if (log->count > 0 && log->records[log->count - 1].arrive_ms > last) {
            last = log->records[log->count - 1].arrive_ms;
        }
    }
    return last;
}

/* What judges close by the wall clock waits for the workers once the last record is there: a world has only so
 * many buckets, and nothing may be left to count when the last of them is closed. */
static void
pass_time(struct world *world)
{
    int64_t last = last_arrival(world) + AFTER_LAST_MS;

    world->wall_ms += rng_below(&world->rng, STEP_MS);
    world->closing_ms = world->wall_ms;
    if (world->wall_ms > last && !(world->calm && truth_is_counted(world))) {
        world->closing_ms = last;
    }
    for (uint32_t p = 0; p < world->partitions; p++) {
        struct log_partition *log = &world->logs[p];
        while (log->available < log->count &&
                log->records[log->available].arrive_ms <= world->wall_ms) {
            log->available++;
        }
    }
}

/* ---- the group ---- */

static void
tell_former_owners(struct world *world, uint32_t p)
{
    for (uint32_t w = 0; w < world->workers; w++) {
        if (w != world->owner[p] && worker_has(world->worker[w], p)) {
            worker_revoke(world->worker[w], p);
        }
    }
}

static void
give_back(struct world *world)
{
    for (uint32_t p = 0; p < world->partitions; p++) {
        if (!plot_hides(world, p) && !worker_has(world->worker[world->owner[p]], p)) {
            worker_assign(world->worker[world->owner[p]], p);
        }
        if (world->calm) {
            tell_former_owners(world, p);
        }
    }
}

static void
rebalance(struct world *world)
{
    uint32_t p = rng_below(&world->rng, world->partitions);

    if (plot_hides(world, p)) {
        return;
    }
    world->owner[p] = rng_below(&world->rng, world->workers);
    worker_assign(world->worker[world->owner[p]], p);
    world_note(world, "p=%u goes to worker %u", p, world->owner[p]);
}

static int
tell_a_former_owner(struct world *world)
{
    uint32_t p = rng_below(&world->rng, world->partitions);
    uint32_t w = rng_below(&world->rng, world->workers);

    if (world->owner[p] == w || !worker_has(world->worker[w], p)) {
        return 0;
    }
    worker_revoke(world->worker[w], p);
    return 1;
}

/* ---- faults ---- */

static uint64_t
pause_end(struct world *world)
{
    static const uint64_t lengths[] = { 20, 100, 300 };

    return world->step + lengths[rng_below(&world->rng, 3)];
}

static void
strike_worker(struct world *world, enum fault fault)
{
    uint32_t w = rng_below(&world->rng, world->workers);

    if (fault == FAULT_kill) {
        network_drop(world, w);
        worker_reset(world->worker[w], w);
    } else {
        worker_pause(world->worker[w], pause_end(world));
    }
    world_note(world, "worker %u %s", w, fault == FAULT_kill ? "is killed" : "stands still");
}

static void
strike_judge(struct world *world, enum fault fault)
{
    uint32_t j = rng_below(&world->rng, JUDGES);

    if (fault == FAULT_kill_judge) {
        network_drop(world, WORKERS + j);
        judge_reset(world, world->judge[j], j);
    } else if (fault == FAULT_pause_judge) {
        judge_pause(world->judge[j], pause_end(world));
    } else {
        judge_skew(world->judge[j], (int64_t)rng_below(&world->rng, 20000) - 10000);
    }
    world_note(world, "judge %u: fault %d", j, (int)fault);
}

/* One that has no mark would go on where the others stand, and say that counts are gone. */
int
world_lose_shard(struct world *world)
{
    uint32_t shard = rng_below(&world->rng, world->shards);

    if (!store_lose_shard(world, shard)) {
        return 0;
    }
    world_note(world, "shard %u loses its counts", shard);
    truth_lost(world, shard);
    return 1;
}

static void
strike(struct world *world, enum fault fault)
{
    switch (fault) {
    case FAULT_break_lost:
    case FAULT_break_late:
        network_break(world, fault);
        return;
    case FAULT_rollback:
        network_roll_back(world);
        return;
    case FAULT_rebalance:
        rebalance(world);
        break;
    case FAULT_lose_shard:
        if (!world_lose_shard(world)) {
            return;
        }
        break;
    case FAULT_revoke:
        if (!tell_a_former_owner(world)) {
            return;
        }
        break;
    case FAULT_kill:
    case FAULT_pause_worker:
        strike_worker(world, fault);
        break;
    case FAULT_kill_judge:
    case FAULT_pause_judge:
    case FAULT_clock_skew:
        strike_judge(world, fault);
        break;
    case FAULT_answer_lost:
    case FAULT_refused:
    case FAULT_silence:
    case FAULT_resend:
    case FAULT_gap:
    case FAULT_bad_time:
    case FAULT_COUNT:
    default:
        return; /* elsewhere: in the network, in the log */
    }
    world->tallied.faults[fault]++;
}

static void
maybe_strike(struct world *world)
{
    for (uint32_t fault = 0; fault < FAULT_COUNT && !world->calm; fault++) {
        if (rng_below(&world->rng, 1000) < world->weather.rates[fault]) {
            strike(world, (enum fault)fault);
        }
    }
}

/* ---- the run ---- */

static void
take_step(struct world *world)
{
    pass_time(world);
    maybe_strike(world);
    plot_step(world);
    if (world->step % GROUP_STEPS == 0) {
        give_back(world);
    }
    if (chance(world, world->weather.deliver)) {
        network_deliver(world);
    } else if (chance(world, 50)) {
        worker_step(world, world->worker[rng_below(&world->rng, world->workers)]);
    } else {
        judge_step(world, world->judge[rng_below(&world->rng, JUDGES)]);
    }
}

static void
begin(struct world *world)
{
    world->rng = rng_seeded(world->seed);
    world->step = 0;
    world->calm = 0;
    world->tokens = 0;
    world->violations = 0;
    world->corners = 0;
    world->rolled_back = 0;
    memset(world->told, 0, sizeof world->told);
    world_make(world);
    world->closing_ms = world->wall_ms;
    store_reset(world->store);
    network_reset(world->network);
    for (uint32_t i = 0; i < WORKERS; i++) {
        worker_reset(world->worker[i], i);
    }
    for (uint32_t i = 0; i < JUDGES; i++) {
        judge_reset(world, world->judge[i], i);
    }
    truth_begin(world);
    give_back(world);
}

/* The last buckets are closed a while after everything is counted. */
static int
is_over(const struct world *world)
{
    return world->step > STORM_STEPS + CALM_STEPS_MIN &&
           world->closing_ms > last_arrival(world) + LONG_AFTER_MS && truth_is_reached(world);
}

/* No more faults, and no clock that is wrong: two judges whose clocks are a lease apart would take a shard from
 * each other for ever. */
static void
calm_down(struct world *world)
{
    world->calm = 1;
    /* Of a brand that nobody speaks of any more only a new token mends what is published. */
    network_break_all(world);
    for (uint32_t j = 0; j < JUDGES; j++) {
        judge_skew(world->judge[j], 0);
    }
    world_note(world, "calm");
}

void
world_run(struct world *world)
{
    begin(world);
    while (world->violations == 0 && !is_over(world)) {
        if (world->step == STORM_STEPS) {
            calm_down(world);
        }
        if (world->step == STORM_STEPS + CALM_STEPS) {
            world_violate(world, VIOLATION_STUCK, "quiet, and it does not come to its end");
            break;
        }
        take_step(world);
        world->step++;
        world->tallied.steps++;
    }
    if (world->violations == 0) {
        truth_end(world);
    }
    for (uint32_t i = 0; i < CORNER_COUNT; i++) {
        world->tallied.corners[i] += world->corners >> i & 1U;
    }
}
