/* The end of a world: nothing is left to do, and what everybody sees is what the log says. */
#include "sim/truth.h"

#include <string.h>

static int64_t
log_end(const struct log_partition *log)
{
    return log->count == 0 ? 0 : log->records[log->count - 1].offset + 1;
}

int
truth_is_counted(const struct world *world)
{
    int counted = 1;

    for (uint32_t s = 0; s < world->shards; s++) {
        for (uint32_t p = 0; p < world->partitions; p++) {
            const struct source_row *row = &world->store->tables.shards[s].sources[p];
            counted &= row->known && row->fence >= log_end(&world->logs[p]);
        }
    }
    return counted;
}

static int
is_folded(const struct world *world, uint32_t brand)
{
    const struct brand_row *row = &world->store->tables.brands[brand];
    uint32_t left = row->outbox != 0;

    for (uint32_t b = 0; b < BUCKETS; b++) {
        for (uint32_t s = 0; s < SERIES; s++) {
            left |= (uint32_t)row->cells.on[b][s] | row->cells.late[b][s];
        }
    }
    return left == 0;
}

int
truth_is_reached(const struct world *world)
{
    for (uint32_t brand = 0; brand < world->brands; brand++) {
        if (!is_folded(world, brand)) {
            return 0;
        }
    }
    return truth_is_counted(world);
}

static void
check_published(struct world *world, uint32_t brand)
{
    const struct counts *folded = &world->store->tables.brands[brand].folded;
    const struct published_row *row = &world->store->tables.published[brand];

    for (uint32_t b = 0; b < BUCKETS; b++) {
        if (memcmp(folded->on[b], row->at.on[b], sizeof folded->on[b]) != 0 ||
                memcmp(folded->late[b], row->at.late[b], sizeof folded->late[b]) != 0) {
            world_note(world, "brand=%u bucket=%u: folded %u and %u late, published %u and %u",
                    brand, b, folded->on[b][0], folded->late[b][0], row->at.on[b][0],
                    row->at.late[b][0]);
            world_violate(world, VIOLATION_PUBLISHED, "published is not what was folded");
            return;
        }
    }
}

/* A rollback may take back what was told already: that is known, and counted with --fault withdraw. */
static void
check_notices(struct world *world, uint32_t brand)
{
    const struct counts *folded = &world->store->tables.brands[brand].folded;
    int strict = !world->rolled_back || extra(world, EXTRA_withdraw);

    for (uint32_t b = 0; b < BUCKETS; b++) {
        int holds = folded->on[b][0] >= NOTICE_COUNT;
        if (holds && world->told[brand][b] == 0) {
            world_violate(world, VIOLATION_MISSED, "nobody was told");
        }
        if (!holds && world->told[brand][b] > 0 && strict) {
            world_violate(world, VIOLATION_PHANTOM, "told, and it does not hold");
        }
    }
}

/* Records that are on time by their log and were counted late, because their partition had been idle. */
static void
note_idle_late(struct world *world)
{
    uint64_t late = 0;
    uint64_t by_log = 0;

    for (uint32_t brand = 0; brand < world->brands; brand++) {
        for (uint32_t b = 0; b < BUCKETS; b++) {
            late += world->store->tables.brands[brand].folded.late[b][0];
        }
    }
    for (uint32_t p = 0; p < world->partitions; p++) {
        by_log += truth_late_by_log(world, p);
    }
    if (late > by_log) {
        world->tallied.late_by_idleness += late - by_log;
        meet(world, CORNER_late_by_idleness);
    }
}

void
truth_end(struct world *world)
{
    for (uint32_t brand = 0; brand < world->brands; brand++) {
        check_published(world, brand);
        check_notices(world, brand);
    }
    note_idle_late(world);
}
