#include "sim/truth.h"

#include <stdlib.h>
#include <string.h>

enum fate { FATE_ON_TIME, FATE_LATE, FATE_NONE };

struct truth {
    enum fate fates[PARTITIONS][RECORDS];
    uint32_t reached[PARTITIONS][RECORDS]; /* bucket of the greatest time up to each record */
    int64_t fences[SHARDS][PARTITIONS];    /* as last seen */
    uint32_t closed[SHARDS];
    int64_t owed[SHARDS][PARTITIONS]; /* where they stood when the shard lost its counts */

    /* Of the commit going on: what was folded before it, and whether it changes that. */
    uint32_t folded_before;
    int overwrites;

    /* Of the shard looked at. */
    uint32_t on[BRANDS][BUCKETS][SERIES];
    uint32_t late[BRANDS][BUCKETS][SERIES];
    uint32_t authors[BRANDS][BUCKETS][SIGNALS];
};

struct truth *
truth_create(void)
{
    return calloc(1, sizeof(struct truth));
}

void
truth_destroy(struct truth **truth)
{
    free(*truth);
    *truth = NULL;
}

/* ---- fates: a function of the log ---- */

static int
is_sent_again(const struct log_partition *log, size_t index)
{
    for (size_t i = index; i-- > 0;) {
        if (log->records[i].offset < log->records[index].offset - DEDUPE) {
            return 0;
        }
        if (log->records[i].id == log->records[index].id) {
            return 1;
        }
    }
    return 0;
}

static int
is_out_of_bounds(const struct log_record *record)
{
    return record->time_ms > record->arrive_ms + INT64_C(300000) ||
           record->time_ms < record->arrive_ms - MAX_AGE_MS;
}

/* INT64_MIN: none before it. */
static int64_t
greatest_before(const struct log_partition *log, size_t index)
{
    int64_t greatest = INT64_MIN;

    for (size_t i = 0; i < index; i++) {
        if (!is_out_of_bounds(&log->records[i]) && log->records[i].time_ms > greatest) {
            greatest = log->records[i].time_ms;
        }
    }
    return greatest;
}

static enum fate
fate_of(const struct log_partition *log, size_t index)
{
    const struct log_record *record = &log->records[index];
    int64_t greatest = greatest_before(log, index);

    if (is_out_of_bounds(record) || is_sent_again(log, index) || record->brand >= BRANDS) {
        return FATE_NONE;
    }
    return greatest != INT64_MIN && record->time_ms < greatest - ALLOW_MS ? FATE_LATE
                                                                          : FATE_ON_TIME;
}

static void
look(struct world *world)
{
    for (uint32_t s = 0; s < world->shards; s++) {
        const struct shard_row *row = &world->store->tables.shards[s];
        world->truth->closed[s] = row->closed;
        for (uint32_t p = 0; p < world->partitions; p++) {
            world->truth->fences[s][p] = row->sources[p].known ? row->sources[p].fence : 0;
        }
    }
}

void
truth_begin(struct world *world)
{
    memset(world->truth->owed, 0, sizeof world->truth->owed);
    for (uint32_t p = 0; p < world->partitions; p++) {
        for (size_t i = 0; i < world->logs[p].count; i++) {
            int64_t reached_ms = greatest_before(&world->logs[p], i + 1);
            world->truth->fates[p][i] = fate_of(&world->logs[p], i);
            world->truth->reached[p][i] = reached_ms == INT64_MIN ? 0 : bucket_at(reached_ms);
        }
        world->tallied.late_by_log += truth_late_by_log(world, p);
    }
    look(world);
}

uint64_t
truth_late_by_log(const struct world *world, uint32_t partition)
{
    uint64_t late = 0;

    for (size_t i = 0; i < world->logs[partition].count; i++) {
        late += world->truth->fates[partition][i] == FATE_LATE;
    }
    return late;
}

/* ---- sums ---- */

static void
add_record(struct truth *truth, const struct log_record *record, uint32_t bucket, enum fate fate)
{
    uint32_t(*cells)[SERIES] =
            fate == FATE_LATE ? truth->late[record->brand] : truth->on[record->brand];

    cells[bucket][0]++;
    if (record->signal == 0) {
        return;
    }
    cells[bucket][record->signal]++;
    if (fate == FATE_ON_TIME) {
        truth->authors[record->brand][bucket][record->signal - 1] |= 1U << record->author;
    }
}

/* A late record counts where its partition had arrived, and behind what is closed to it. */
static void
replay_record(const struct world *world, uint32_t p, size_t index, uint32_t late_below)
{
    struct truth *truth = world->truth;
    const struct log_record *record = &world->logs[p].records[index];
    uint32_t reached = truth->reached[p][index];

    if (truth->fates[p][index] == FATE_ON_TIME && bucket_at(record->time_ms) > late_below) {
        add_record(truth, record, bucket_at(record->time_ms), FATE_ON_TIME);
    } else if (truth->fates[p][index] != FATE_NONE) {
        add_record(truth, record, reached > late_below ? reached : late_below + 1, FATE_LATE);
    }
}

/* As a replay counts it: from the log, and from what the shard says of late records. */
static void
replay_partition(const struct world *world, uint32_t shard, uint32_t p)
{
    const struct shard_row *row = &world->store->tables.shards[shard];
    const struct log_partition *log = &world->logs[p];
    uint32_t late_below = 0;
    int64_t offset = 0;

    for (size_t i = 0; i < log->count && row->sources[p].known &&
                       log->records[i].offset < row->sources[p].fence;
            i++) {
        for (; offset <= log->records[i].offset; offset++) {
            uint32_t raised = row->raised[p].late_below[offset];
            late_below = raised > late_below ? raised : late_below;
        }
        if (shard_of(world, log->records[i].brand) == shard) {
            replay_record(world, p, i, late_below);
        }
    }
}

/* What the fences of a shard say is counted. */
static void
sum_shard(const struct world *world, uint32_t shard)
{
    struct truth *truth = world->truth;

    memset(truth->on, 0, sizeof truth->on);
    memset(truth->late, 0, sizeof truth->late);
    memset(truth->authors, 0, sizeof truth->authors);
    for (uint32_t p = 0; p < world->partitions; p++) {
        replay_partition(world, shard, p);
    }
}

/* ---- comparing ---- */

struct difference {
    int any;
    int over;
    int under;
};

static void
compare_series(const struct world *world, uint32_t brand, uint32_t series, struct difference *found)
{
    const struct brand_row *row = &world->store->tables.brands[brand];
    const struct truth *truth = world->truth;
    uint32_t live = 0;
    uint32_t due = 0;

    for (uint32_t b = 0; b < BUCKETS; b++) {
        int open = b > row->folded_through;
        uint32_t on = row->folded.on[b][series] + (open ? row->cells.on[b][series] : 0U);
        uint32_t late = row->folded.late[b][series] + (open ? row->cells.late[b][series] : 0U);
        live += on + late;
        due += truth->on[brand][b][series] + truth->late[brand][b][series];
        found->any |= on != truth->on[brand][b][series] || late != truth->late[brand][b][series];
        if (series == 0 &&
                (on != truth->on[brand][b][series] || late != truth->late[brand][b][series])) {
            world_note(world,
                    "brand=%u bucket=%u folded_through=%u closed=%u: %u and %u late, by the log %u "
                    "and %u",
                    brand, b, row->folded_through,
                    world->store->tables.shards[shard_of(world, brand)].closed, on, late,
                    truth->on[brand][b][series], truth->late[brand][b][series]);
        }
    }
    found->over |= live > due;
    found->under |= live < due;
}

/* What is folded of a shard that was lost may be above its fences. */
static int
is_owed(const struct world *world, uint32_t shard)
{
    const struct shard_row *row = &world->store->tables.shards[shard];
    int owed = 0;

    for (uint32_t p = 0; p < world->partitions; p++) {
        int64_t fence = row->sources[p].known ? row->sources[p].fence : 0;
        owed |= fence < world->truth->owed[shard][p];
    }
    return owed;
}

void
truth_lost(struct world *world, uint32_t shard)
{
    struct truth *truth = world->truth;

    for (uint32_t p = 0; p < world->partitions; p++) {
        if (truth->fences[shard][p] > truth->owed[shard][p]) {
            truth->owed[shard][p] = truth->fences[shard][p];
        }
    }
    look(world);
}

/* folded + on time + late = what the log says, at every moment. */
static void
check_shard(struct world *world, uint32_t shard)
{
    struct difference found = { 0 };

    if (is_owed(world, shard)) {
        return;
    }
    sum_shard(world, shard);
    for (uint32_t brand = 0; brand < world->brands; brand++) {
        for (uint32_t s = 0; s < SERIES && shard_of(world, brand) == shard; s++) {
            compare_series(world, brand, s, &found);
        }
    }
    if (found.over) {
        world_violate(world, VIOLATION_OVER, "counted more than the log says");
    }
    if (found.under) {
        world_violate(world, VIOLATION_LOST, "counted less than the log says");
    }
    if (found.any && !found.over && !found.under) {
        world_violate(world, VIOLATION_SPLIT, "a replay counts other records late, or elsewhere");
    }
}

static void
check_authors(struct world *world, uint32_t brand, uint32_t from)
{
    const struct brand_row *row = &world->store->tables.brands[brand];
    int differs = 0;

    sum_shard(world, shard_of(world, brand));
    for (uint32_t b = from; b <= row->folded_through; b++) {
        for (uint32_t s = 0; s < SIGNALS; s++) {
            differs |= row->folded.authors[b][s] != world->truth->authors[brand][b][s];
        }
    }
    if (differs) {
        world_violate(world, VIOLATION_AUTHORS, "a folded set is not the log's");
    }
}

static void
check_direction(struct world *world)
{
    for (uint32_t s = 0; s < world->shards; s++) {
        const struct shard_row *row = &world->store->tables.shards[s];
        int back = row->closed < world->truth->closed[s];
        for (uint32_t p = 0; p < world->partitions; p++) {
            back |= row->sources[p].known && row->sources[p].fence < world->truth->fences[s][p];
        }
        if (back) {
            world_violate(world, VIOLATION_FENCE, "a fence or closed went back");
        }
    }
}

/* What is committed may add to what is there, and change nothing of it. */
void
truth_before(struct world *world, const struct request *request)
{
    const struct brand_row *row = &world->store->tables.brands[request->brand];
    struct truth *truth = world->truth;

    look(world);
    if (request->op != OP_COMMIT) {
        return;
    }
    truth->folded_before = row->folded_through;
    truth->overwrites = request->bucket < row->folded_through;
    for (uint32_t b = 0; b <= row->folded_through; b++) {
        truth->overwrites |=
                memcmp(row->folded.on[b], request->counts.on[b], sizeof row->folded.on[b]) != 0;
    }
}

static void
check_commit(struct world *world, const struct request *request)
{
    if (world->truth->overwrites) {
        world_violate(world, VIOLATION_STALE, "a judge wrote over what it had not read");
        return;
    }
    check_authors(world, request->brand, world->truth->folded_before + 1);
}

static uint32_t
left_behind(const struct brand_row *row)
{
    uint32_t left = 0;

    for (uint32_t b = 0; b <= row->folded_through; b++) {
        for (uint32_t s = 0; s < SERIES; s++) {
            left += (uint32_t)row->cells.on[b][s] + row->cells.late[b][s];
        }
    }
    return left;
}

/* A judge reads: is there anything that it must not fold? */
static void
note_left_behind(struct world *world, uint32_t shard)
{
    for (uint32_t brand = 0; brand < world->brands; brand++) {
        if (shard_of(world, brand) == shard &&
                left_behind(&world->store->tables.brands[brand]) > 0) {
            meet(world, CORNER_left_behind);
        }
    }
}

/* Whoever holds the shard has published a bucket: all below it is there. */
static void
check_published(struct world *world, const struct request *request)
{
    const struct tables *tables = &world->store->tables;
    const struct brand_row *brand = &tables->brands[request->brand];
    const struct published_row *row = &tables->published[request->brand];
    int differs = 0;

    if (tables->shards[request->shard].lease_token != request->token ||
            brand->folded_through < request->bucket) {
        return;
    }
    for (uint32_t b = 1; b <= request->bucket; b++) {
        differs |= memcmp(brand->folded.on[b], row->at.on[b], sizeof row->at.on[b]) != 0;
        differs |= memcmp(brand->folded.late[b], row->at.late[b], sizeof row->at.late[b]) != 0;
    }
    if (differs) {
        world_violate(world, VIOLATION_PUBLISHED, "an entry follows a hole");
    }
}

void
truth_after(struct world *world, const struct request *request, enum code code)
{
    if (code != CODE_DONE) {
        return;
    }
    check_direction(world);
    if (request->op == OP_READ) {
        note_left_behind(world, request->shard);
    }
    if (request->op == OP_COMMIT) {
        check_commit(world, request);
    }
    if (request->op == OP_PUBLISH) {
        check_published(world, request);
    }
    if (request->op == OP_APPLY || request->op == OP_COMMIT || request->op == OP_ERASE) {
        check_shard(world, request->shard);
    }
}

/* Authors in open sets whose records are not counted: they have to be counted before the set is folded. */
static void
note_ghosts(struct world *world, uint32_t brand)
{
    const struct brand_row *row = &world->store->tables.brands[brand];
    uint32_t ghosts = 0;

    for (uint32_t b = row->folded_through + 1; b < BUCKETS; b++) {
        for (uint32_t s = 0; s < SIGNALS; s++) {
            ghosts |= row->cells.authors[b][s] & ~world->truth->authors[brand][b][s];
        }
    }
    if (ghosts != 0) {
        meet(world, CORNER_ghost_authors);
    }
}

static void
note_brand(struct world *world, const struct tables *before, uint32_t brand)
{
    const struct brand_row *was = &before->brands[brand];
    const struct brand_row *is = &world->store->tables.brands[brand];

    note_ghosts(world, brand);
    if (is->folded_through < was->folded_through) {
        meet(world, CORNER_unfolded);
    }
    if (left_behind(is) > left_behind(was)) {
        meet(world, CORNER_unerased);
    }
}

static void
note_shard(struct world *world, const struct tables *before, uint32_t shard)
{
    const struct shard_row *was = &before->shards[shard];
    const struct shard_row *is = &world->store->tables.shards[shard];

    if (is->closed < was->closed) {
        meet(world, CORNER_reopened);
    }
    for (uint32_t p = 0; p < world->partitions; p++) {
        if (was->sources[p].known && is->sources[p].token != was->sources[p].token) {
            meet(world, CORNER_reclaimed);
        }
    }
    for (uint32_t brand = 0; brand < world->brands; brand++) {
        if (shard_of(world, brand) == shard) {
            note_brand(world, before, brand);
        }
    }
}

void
truth_rolled_back(struct world *world, const struct tables *before)
{
    look(world);
    for (uint32_t s = 0; s < world->shards; s++) {
        check_shard(world, s);
        note_shard(world, before, s);
    }
}
