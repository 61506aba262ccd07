#include "sim/plot.h"

#include "sim/judge.h"
#include "sim/network.h"
#include "sim/store.h"
#include "sim/worker.h"

#include <string.h>

/* Erased or delivered, and taken back: so often in one world. */
#define STRIKES_MAX 4
/* A judge that nobody overtakes in so many steps goes on. */
#define OVERTAKING_STEPS 1500
/* And so many more, until what it had in hand is sent. */
#define WAKING_STEPS 100

/* ---- the choice ---- */

static void
be_mild(struct world *world)
{
    struct plot *plot = &world->plot;

    plot->weather = world->weather;
    memset(world->weather.rates, 0, sizeof world->weather.rates);
    world->weather.idle = 1;
}

static void
end_scene(struct world *world)
{
    struct plot *plot = &world->plot;

    world->weather = plot->weather;
    plot->stage = STAGE_OVER;
    world_note(world, "the scene is over, plot %d", (int)plot->kind);
}

static void
make_sleeper(struct world *world)
{
    struct plot *plot = &world->plot;

    be_mild(world);
    plot->partition = rng_below(&world->rng, world->partitions);
    plot->from_ms = world->wall_ms + 15000 + (int64_t)rng_below(&world->rng, 15000);
    plot->to_ms = plot->from_ms + 70000 + (int64_t)rng_below(&world->rng, 30000);
    world->weather.fresh = 80;
}

/* A sleeper whose former owner stands still while it sleeps, and is awake before its heir has heard of what
 * returns. What it then counts has no authors: an author would tell it that the partition is claimed. */
static void
make_late_hand(struct world *world)
{
    make_sleeper(world);
    world->partitions = chance(world, 85) ? 1 : 2;
    world->plot.partition = rng_below(&world->rng, world->partitions);
    world->workers = world->workers < 2 ? 2 : world->workers;
    world->weather.signals = 1;
    world->weather.stragglers = 1;
    world->weather.fresh = 100;
}

static void
make_taken_back(struct world *world, uint32_t op)
{
    be_mild(world);
    world->plot.after = op;
    world->weather.fresh = 80;
    world->plot.strikes = 1 + rng_below(&world->rng, STRIKES_MAX);
}

static void
make_late_judge(struct world *world)
{
    be_mild(world);
    world->plot.begin_step = 100 + rng_below(&world->rng, 600);
    world->weather.fresh = 80;
}

static void
make_unerased(struct world *world)
{
    make_taken_back(world, OP_ERASE);
}

/* Of one brand so many speak that there is something to tell. */
static void
make_untold(struct world *world)
{
    world->brands = 1;
    make_taken_back(world, OP_DELIVERED);
}

/* A partition that comes later than the others, while a shard is lost: just before, when its first offset is
 * decided, or a while after its first fence was made. */
static void
make_newcomer(struct world *world)
{
    static const uint32_t ops[] = { OP_COUNT, OP_START, OP_FOUND };
    struct plot *plot = &world->plot;

    be_mild(world);
    world->partitions = world->partitions < 2 ? 2 : world->partitions;
    world->weather.fresh = 80;
    plot->partition = rng_below(&world->rng, world->partitions);
    plot->after = ops[rng_below(&world->rng, 3)];
    plot->begin_step = 900 + rng_below(&world->rng, 1500);
    plot->until_step = plot->begin_step + 20 + rng_below(&world->rng, 600);
}

/* Shares are of a hundred seeds; those that are left have no plot. */
static const struct choice {
    enum plot_kind kind;
    uint32_t share;
    void (*make)(struct world *world);
} choices[] = {
    { PLOT_SLEEPER, 6, make_sleeper },
    { PLOT_LATE_HAND, 14, make_late_hand },
    { PLOT_LATE_JUDGE, 18, make_late_judge },
    { PLOT_TAKEN_BACK, 6, make_unerased },
    { PLOT_TAKEN_BACK, 20, make_untold },
    { PLOT_NEWCOMER, 6, make_newcomer },
};

void
plot_make(struct world *world)
{
    uint32_t draw = rng_below(&world->rng, 100);
    uint32_t passed = 0;

    world->plot = (struct plot){ .kind = PLOT_NONE };
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        if (draw >= passed && draw < passed + choices[i].share) {
            world->plot.kind = choices[i].kind;
            choices[i].make(world);
        }
        passed += choices[i].share;
    }
}

int
plot_silence(struct world *world, uint32_t partition, int64_t *from_ms, int64_t *to_ms)
{
    const struct plot *plot = &world->plot;

    if ((plot->kind != PLOT_SLEEPER && plot->kind != PLOT_LATE_HAND) ||
            plot->partition != partition) {
        return 0;
    }
    *from_ms = plot->from_ms;
    *to_ms = plot->to_ms;
    return 1;
}

/* ---- the sleeper: it returns, and its time is closed ---- */

static void
step_sleeper(struct world *world)
{
    if (world->wall_ms > world->plot.to_ms + 10000) {
        end_scene(world);
    }
}

/* ---- the late hand: an apply that stands at its fence, after its time ---- */

/* It stands still from here on; what it has goes to others. */
static void
begin_late_hand(struct world *world)
{
    struct plot *plot = &world->plot;
    uint32_t heir = 0;

    plot->stage = STAGE_ON;
    plot->former = world->owner[plot->partition];
    heir = (plot->former + 1) % world->workers;
    for (uint32_t p = 0; p < world->partitions; p++) {
        if (world->owner[p] == plot->former) {
            world->owner[p] = heir;
            worker_assign(world->worker[heir], p);
        }
    }
    world_note(world, "worker %u stands still and has heirs", plot->former);
}

/* Its owner has counted all of it, and what comes next is what returns, in a while. */
static int
is_asleep(const struct world *world)
{
    const struct plot *plot = &world->plot;
    const struct log_partition *log = &world->logs[plot->partition];
    const struct log_record *next = &log->records[log->available];

    return log->available < log->count && next->arrive_ms >= plot->to_ms &&
           world->wall_ms < plot->to_ms - 30000 &&
           worker_rests(
                   world->worker[world->owner[plot->partition]], plot->partition, next->offset);
}

static void
step_late_hand(struct world *world)
{
    struct plot *plot = &world->plot;

    if (plot->stage == STAGE_BEFORE && is_asleep(world)) {
        begin_late_hand(world);
    }
    if (plot->stage == STAGE_ON && world->wall_ms < plot->to_ms + 4000) {
        worker_pause(world->worker[plot->former], world->step + 2);
    }
    if (world->wall_ms > plot->to_ms + 20000) {
        end_scene(world);
    }
}

int
plot_hears(const struct world *world, uint32_t client, uint32_t partition)
{
    const struct plot *plot = &world->plot;
    int on = plot->kind == PLOT_LATE_HAND && plot->stage == STAGE_ON && !world->calm;

    return !on || partition != plot->partition || client == plot->former ||
           world->wall_ms < plot->to_ms;
}

/* ---- the late judge: a commit that was decided before another judge took over ---- */

static void
find_late_judge(struct world *world)
{
    struct plot *plot = &world->plot;

    for (uint32_t j = 0; j < JUDGES && world->step >= plot->begin_step; j++) {
        if (judge_is_committing(world, world->judge[j], &plot->brand, &plot->through)) {
            plot->stage = STAGE_ON;
            plot->former = j;
            plot->until_step = world->step + OVERTAKING_STEPS;
            world_note(world, "judge %u stands still before its commit", j);
            return;
        }
    }
}

static void
step_late_judge(struct world *world)
{
    struct plot *plot = &world->plot;
    int overtaken = world->store->tables.brands[plot->brand].folded_through > plot->through;

    if (plot->stage == STAGE_BEFORE) {
        find_late_judge(world);
    } else if (world->step > plot->until_step) {
        end_scene(world);
    } else if (overtaken && !plot->met) {
        plot->met = 1;
        plot->until_step = world->step + WAKING_STEPS;
    } else if (!plot->met) {
        judge_pause(world->judge[plot->former], world->step + 10);
    }
}

/* ---- writes taken back, just when they were done ---- */

void
plot_note_done(struct world *world, uint32_t op)
{
    struct plot *plot = &world->plot;

    if (plot->kind == PLOT_NEWCOMER && plot->stage == STAGE_ON && op == plot->after) {
        plot->met = 1;
    }

    if (plot->kind == PLOT_TAKEN_BACK && op == plot->after) {
        plot->met = chance(world, 50);
    }
}

static void
step_taken_back(struct world *world)
{
    struct plot *plot = &world->plot;

    if (plot->met) {
        network_roll_back(world);
        plot->met = 0;
        plot->strikes--;
    }
    if (plot->strikes == 0) {
        end_scene(world);
    }
}

/* ---- the newcomer: a partition that is younger than the mark by which its shard begins again ---- */

int
plot_hides(const struct world *world, uint32_t partition)
{
    const struct plot *plot = &world->plot;
    uint64_t shown = plot->after == OP_COUNT ? plot->until_step : plot->begin_step;

    return plot->kind == PLOT_NEWCOMER && partition == plot->partition && world->step < shown &&
           !world->calm;
}

static void
step_newcomer(struct world *world)
{
    struct plot *plot = &world->plot;

    if (plot->stage == STAGE_BEFORE && world->step >= plot->begin_step) {
        plot->stage = STAGE_ON;
        plot->met = plot->after == OP_COUNT;
    }
    if (plot->met && (plot->after != OP_FOUND || world->step >= plot->until_step)) {
        plot->met = 0;
        world->tallied.faults[FAULT_lose_shard] += (uint64_t)world_lose_shard(world);
    }
    if (world->step > plot->until_step + OVERTAKING_STEPS / 2) {
        end_scene(world);
    }
}

void
plot_step(struct world *world)
{
    if (world->calm || world->plot.stage == STAGE_OVER) {
        return;
    }
    switch (world->plot.kind) {
    case PLOT_NONE:
        break;
    case PLOT_SLEEPER:
        step_sleeper(world);
        break;
    case PLOT_LATE_HAND:
        step_late_hand(world);
        break;
    case PLOT_LATE_JUDGE:
        step_late_judge(world);
        break;
    case PLOT_TAKEN_BACK:
        step_taken_back(world);
        break;
    case PLOT_NEWCOMER:
        step_newcomer(world);
        break;
    }
}
