/* Logs and weather of a seed. */
#include "sim/plot.h"

#include <stdlib.h>

/* Worlds begin a while after TIME_BASE: late records are older than the first. */
#define START_MS (TIME_BASE + 12 * BUCKET_MS)
#define HOLDS    3

struct span {
    int64_t from_ms;
    int64_t to_ms;
};

/* How one partition fares. */
struct course {
    int64_t end_ms;
    struct span holds[HOLDS]; /* what is written then comes when it is over */
    uint32_t hold_count;
    struct span quiet; /* nothing is written */
    struct span crisis;
    uint32_t crisis_brand;
};

static uint32_t
below(struct world *world, uint32_t limit)
{
    return rng_below(&world->rng, limit);
}

static int64_t
seconds(struct world *world, uint32_t below_s)
{
    return (int64_t)below(world, below_s) * 1000;
}

static uint32_t
one_of(struct world *world, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t choices[] = { a, b, c };

    return choices[below(world, 3)];
}

static struct span
span_somewhere(struct world *world, int64_t end_ms, uint32_t longest_s)
{
    int64_t from_ms = START_MS + seconds(world, (uint32_t)((end_ms - START_MS) / 1000));

    return (struct span){ from_ms, from_ms + 10000 + seconds(world, longest_s) };
}

static int
within(const struct span *span, int64_t time_ms)
{
    return time_ms >= span->from_ms && time_ms < span->to_ms;
}

static struct course
course_make(struct world *world, uint32_t partition, int64_t end_ms)
{
    struct course course = { .end_ms = end_ms, .hold_count = below(world, HOLDS + 1) };
    struct span silence;

    for (uint32_t i = 0; i < course.hold_count; i++) {
        course.holds[i] = span_somewhere(world, end_ms, 60);
        world->tallied.faults[FAULT_silence]++;
    }
    if (plot_silence(world, partition, &silence.from_ms, &silence.to_ms)) {
        course.holds[0] = silence;
        course.hold_count = 1;
    }
    course.quiet = span_somewhere(world, end_ms, 40);
    course.crisis = span_somewhere(world, end_ms, 40);
    course.crisis_brand = below(world, world->brands);
    return course;
}

static int64_t
arrival_of(struct world *world, const struct course *course, int64_t time_ms)
{
    int64_t arrive_ms = time_ms + seconds(world, 5);

    if (chance(world, world->weather.stragglers)) {
        arrive_ms = time_ms + 20000 + seconds(world, 40);
    }
    for (uint32_t i = 0; i < course->hold_count; i++) {
        if (within(&course->holds[i], time_ms) && arrive_ms < course->holds[i].to_ms) {
            arrive_ms = course->holds[i].to_ms + seconds(world, 3);
        }
    }
    return arrive_ms;
}

static void
append(struct world *world, struct log_partition *log, struct log_record record)
{
    if (log->count == RECORDS) {
        return;
    }
    if (chance(world, 2)) {
        record.time_ms = chance(world, 50) ? record.arrive_ms + 400000 : record.arrive_ms - 200000;
        world->tallied.faults[FAULT_bad_time]++;
    }
    log->records[log->count++] = record;
}

static struct log_record
write_record(struct world *world, const struct course *course, int64_t time_ms)
{
    int crisis = within(&course->crisis, time_ms);
    struct log_record record = { .arrive_ms = arrival_of(world, course, time_ms),
        .time_ms = time_ms,
        .id = rng_next(&world->rng) | 1,
        .brand = chance(world, 5) ? BRANDS : below(world, world->brands),
        .signal = chance(world, world->weather.signals) ? 1 + below(world, SIGNALS) : 0,
        .author = below(world, AUTHORS) };

    if (crisis && chance(world, 70)) {
        record.brand = course->crisis_brand;
        record.signal = chance(world, 3 * world->weather.signals) ? 1 + below(world, SIGNALS) : 0;
    }
    return record;
}

static int
compare_records(const void *left, const void *right)
{
    const struct log_record *a = left;
    const struct log_record *b = right;

    if (a->arrive_ms != b->arrive_ms) {
        return a->arrive_ms < b->arrive_ms ? -1 : 1;
    }
    return (a->offset > b->offset) - (a->offset < b->offset);
}

/* Offsets as a log gives them out: rising, with gaps where transactions ended or keys were compacted. */
static void
number_records(struct world *world, struct log_partition *log)
{
    int64_t offset = 0;

    for (size_t i = 0; i < log->count; i++) {
        log->records[i].offset = (int64_t)i; /* a stable order */
    }
    qsort(log->records, log->count, sizeof *log->records, compare_records);
    for (size_t i = 0; i < log->count; i++) {
        log->records[i].offset = offset;
        offset += 1;
        if (chance(world, 4)) {
            offset += 1 + below(world, 2);
            world->tallied.faults[FAULT_gap]++;
        }
    }
    log->end = offset;
}

static void
write_log(struct world *world, uint32_t partition, int64_t end_ms)
{
    static const int64_t pauses_ms[] = { 0, 1000, 2000, 4000, 7000, 12000 };
    struct log_partition *log = &world->logs[partition];
    struct course course = course_make(world, partition, end_ms);
    int64_t time_ms = START_MS;

    log->count = 0;
    log->available = 0;
    while (time_ms < end_ms) {
        time_ms += pauses_ms[below(world, 6)] + (int64_t)below(world, 1000);
        if (within(&course.quiet, time_ms)) {
            continue;
        }
        struct log_record record = write_record(world, &course, time_ms);
        append(world, log, record);
        if (chance(world, 7)) {
            record.arrive_ms += seconds(world, 25);
            append(world, log, record);
            world->tallied.faults[FAULT_resend]++;
        }
    }
    number_records(world, log);
}

/* Broken connections, zombies, and workers that learn late that the log goes on: what rare corners need. */
static void
make_storm(struct weather *weather)
{
    weather->rates[FAULT_break_late] = 20;
    weather->rates[FAULT_rebalance] = 30;
    weather->rates[FAULT_pause_worker] = 10;
    weather->rates[FAULT_pause_judge] = 10;
    weather->fresh = 15;
    weather->deliver = 35;
    weather->idle = 1;
}

static void
make_weather(struct world *world)
{
    struct weather *weather = &world->weather;
    uint32_t broken = one_of(world, 0, 5, 15);

    *weather = (struct weather){ .deliver = one_of(world, 35, 45, 55),
        .fresh = one_of(world, 15, 50, 80),
        .roll_back = below(world, 10) < 6,
        .idle = below(world, 10) < 9,
        .signals = 20,
        .stragglers = 7 };
    weather->rates[FAULT_kill] = one_of(world, 0, 4, 8);
    weather->rates[FAULT_rebalance] = one_of(world, 2, 6, 20);
    weather->rates[FAULT_revoke] = one_of(world, 2, 6, 20);
    weather->rates[FAULT_break_lost] = broken / 2;
    weather->rates[FAULT_break_late] = broken;
    weather->rates[FAULT_answer_lost] = one_of(world, 0, 10, 30);
    weather->rates[FAULT_refused] = one_of(world, 0, 10, 30);
    weather->rates[FAULT_rollback] = weather->roll_back ? one_of(world, 1, 4, 10) : 0;
    weather->rates[FAULT_pause_worker] = one_of(world, 0, 3, 8);
    weather->rates[FAULT_pause_judge] = one_of(world, 0, 4, 10);
    weather->rates[FAULT_kill_judge] = one_of(world, 0, 3, 8);
    weather->rates[FAULT_clock_skew] = one_of(world, 0, 1, 2);
    weather->rates[FAULT_lose_shard] = one_of(world, 0, 1, 2);
    if (chance(world, 35)) {
        make_storm(weather);
    }
}

void
world_make(struct world *world)
{
    int64_t end_ms = START_MS + (int64_t)one_of(world, 90, 140, 200) * 1000;

    world->partitions = 1 + below(world, PARTITIONS);
    world->shards = 1 + below(world, SHARDS);
    world->workers = 1 + below(world, WORKERS);
    world->brands = 1 + below(world, BRANDS);
    world->wall_ms = START_MS;
    make_weather(world);
    plot_make(world);
    world->apart = chance(world, 50);
    for (uint32_t p = 0; p < world->partitions; p++) {
        write_log(world, p, end_ms);
        world->owner[p] = below(world, world->workers);
    }
}
