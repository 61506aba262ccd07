#include "fence/partition.h"

#include "core/limits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct seen {
    int64_t offset;
    uint64_t id_hash;
};

/* An entry of the table below: `place` + 1 in the queue, 0 for "free", and the half of the hash that
 * decides where it stands, so that probing stays within the table. */
struct slot {
    uint32_t place;
    uint32_t tag;
};

/* Ids ahead of the queue's head that are brought into the cache: about as far as one record's work
 * takes longer than the memory. */
#define FORGET_AHEAD 8

/* The duplicate filter: a queue of the last `dedupe_records` offsets that had an id, and a table from
 * an id's hash to its newest place in the queue. */
struct partition {
    /* Fixed at creation. */
    struct partition_options options;
    size_t seen_mask;
    size_t slot_mask;
    struct seen *seen;
    struct slot *slots;

    /* Moved by every record. */
    size_t head; /* places given up and given out; both only rise, masked on use */
    size_t tail;
    int64_t offset_last;
    int64_t max_time_ms;
};

static size_t
power_of_two_above(size_t count)
{
    size_t power = 1;
    while (power < count) {
        power *= 2;
    }
    return power;
}

struct partition *
partition_create(const struct partition_options *options)
{
    assert(options->allow_ms >= 0 && options->max_age_ms >= 0);

    struct partition *partition = calloc(1, sizeof *partition);
    if (partition == NULL) {
        return NULL;
    }
    partition->options = *options;
    if (options->dedupe_records > 0) {
        size_t places = power_of_two_above(options->dedupe_records);
        partition->seen_mask = places - 1;
        partition->slot_mask = 2 * places - 1;
        partition->seen = calloc(places, sizeof *partition->seen);
        partition->slots = calloc(2 * places, sizeof *partition->slots);
        if (partition->seen == NULL || partition->slots == NULL) {
            partition_destroy(&partition);
            return NULL;
        }
    }
    partition_reset(partition, INT64_MIN);
    return partition;
}

void
partition_destroy(struct partition **partition)
{
    if (*partition == NULL) {
        return;
    }
    free((*partition)->seen);
    free((*partition)->slots);
    free(*partition);
    *partition = NULL;
}

void
partition_reset(struct partition *partition, int64_t max_time_ms)
{
    partition->head = 0;
    partition->tail = 0;
    partition->offset_last = INT64_MIN;
    partition->max_time_ms = max_time_ms;
    if (partition->slots != NULL) {
        memset(partition->slots, 0, (partition->slot_mask + 1) * sizeof *partition->slots);
    }
}

/* Ids are hashes already: their low bits are as good as any. */
static size_t
slot_home(const struct partition *partition, uint32_t tag)
{
    return (size_t)tag & partition->slot_mask;
}

static int
slot_holds(const struct partition *partition, size_t slot, uint64_t id_hash)
{
    return partition->slots[slot].tag == (uint32_t)id_hash &&
           partition->seen[partition->slots[slot].place - 1].id_hash == id_hash;
}

static size_t
slot_of(const struct partition *partition, uint64_t id_hash)
{
    size_t slot = slot_home(partition, (uint32_t)id_hash);
    while (partition->slots[slot].place != 0 && !slot_holds(partition, slot, id_hash)) {
        slot = (slot + 1) & partition->slot_mask;
    }
    return slot;
}

/* Takes a slot out and moves back what had been pushed past it, so that no probe ends too early. */
static void
slot_free(struct partition *partition, size_t slot)
{
    size_t mask = partition->slot_mask;
    size_t next = (slot + 1) & mask;

    while (partition->slots[next].place != 0) {
        size_t home = slot_home(partition, partition->slots[next].tag);
        if (((next - home) & mask) >= ((next - slot) & mask)) {
            partition->slots[slot] = partition->slots[next];
            slot = next;
        }
        next = (next + 1) & mask;
    }
    partition->slots[slot].place = 0;
}

/* Where an id's newest place stands; the table may no longer know it. */
static void
forget(struct partition *partition, size_t place)
{
    uint32_t tag = (uint32_t)partition->seen[place].id_hash;
    size_t slot = slot_home(partition, tag);

    /* A later occurrence of the same id has taken the slot over: it stays, and this one is in none. */
    while (partition->slots[slot].place != 0) {
        if (partition->slots[slot].place == place + 1) {
            slot_free(partition, slot);
            return;
        }
        slot = (slot + 1) & partition->slot_mask;
    }
}

static void
forget_before(struct partition *partition, int64_t offset)
{
    while (partition->head != partition->tail) {
        size_t place = partition->head & partition->seen_mask;
        if (partition->seen[place].offset >= offset) {
            return;
        }
        size_t later = (partition->head + FORGET_AHEAD) & partition->seen_mask;
        partition_prefetch(partition, partition->seen[later].id_hash);
        forget(partition, place);
        partition->head++;
    }
}

/* Was this id among the records looked back on? From now on it is. */
static int
remember(struct partition *partition, int64_t offset, uint64_t id_hash)
{
    if (partition->slots == NULL || id_hash == 0) {
        return 0;
    }
    int64_t oldest = offset - (int64_t)partition->options.dedupe_records;
    forget_before(partition, oldest);
    int known = partition->slots[slot_of(partition, id_hash)].place != 0;

    forget_before(partition, oldest + 1); /* the next record will not look back that far */
    size_t slot = slot_of(partition, id_hash);
    size_t place = partition->tail++ & partition->seen_mask;
    assert(partition->tail - partition->head <= partition->seen_mask + 1);
    partition->seen[place] = (struct seen){ .offset = offset, .id_hash = id_hash };
    partition->slots[slot] =
            (struct slot){ .place = (uint32_t)(place + 1), .tag = (uint32_t)id_hash };
    return known;
}

static int
time_is_bad(const struct partition *partition, int64_t ingest_ms, int64_t time_ms)
{
    if (time_ms < EVENT_TIME_MIN_MS || time_ms >= EVENT_TIME_MAX_MS) {
        return 1;
    }
    if (ingest_ms == INGEST_UNKNOWN) {
        return 0;
    }
    return time_ms > ingest_ms + EVENT_AHEAD_MAX_MS ||
           (partition->options.max_age_ms > 0 &&
                   time_ms < ingest_ms - partition->options.max_age_ms);
}

/* The same numbering as window/cell.h, which is on this floor and so out of reach. */
static uint32_t
bucket_of_time(int64_t time_ms)
{
    return (uint32_t)(time_ms / (BUCKET_SECONDS * INT64_C(1000)));
}

struct admission
partition_arrive(struct partition *partition, const struct arrival *arrival)
{
    assert(arrival->offset > partition->offset_last);
    partition->offset_last = arrival->offset;

    int known = remember(partition, arrival->offset, arrival->id_hash);
    if (time_is_bad(partition, arrival->ingest_ms, arrival->time_ms)) {
        return (struct admission){ .fate = REBATO_FATE_bad_time };
    }

    struct admission admission = { .fate = REBATO_FATE_unmatched,
        .bucket = bucket_of_time(arrival->time_ms) };
    int64_t before_ms = partition->max_time_ms; /* at lower offsets: this record does not count */
    if (known) {
        admission.fate = REBATO_FATE_duplicate;
    } else if (before_ms != INT64_MIN &&
               arrival->time_ms < before_ms - partition->options.allow_ms) {
        admission.fate = REBATO_FATE_late;
    }
    if (arrival->time_ms > before_ms) {
        partition->max_time_ms = arrival->time_ms;
    }
    admission.arrived_bucket = bucket_of_time(partition->max_time_ms);
    return admission;
}

struct admission
admission_in_shard(struct admission admission, uint32_t late_below)
{
    if (late_below == 0) {
        return admission;
    }
    if (admission.fate == REBATO_FATE_unmatched && admission.bucket <= late_below) {
        admission.fate = REBATO_FATE_late;
    }
    if (admission.arrived_bucket <= late_below) {
        admission.arrived_bucket = late_below + 1;
    }
    return admission;
}

struct admission
partition_admit(struct partition *partition,
        int64_t offset,
        int64_t ingest_ms,
        const struct mention *mention)
{
    struct arrival arrival = { .offset = offset,
        .ingest_ms = ingest_ms,
        .time_ms = mention->time_ms,
        .id_hash = mention_id_hash(mention) };

    return partition_arrive(partition, &arrival);
}

void
partition_prefetch(const struct partition *partition, uint64_t id_hash)
{
    if (partition->slots != NULL) {
        __builtin_prefetch(&partition->slots[slot_home(partition, (uint32_t)id_hash)], 1);
    }
}

int64_t
partition_max_time(const struct partition *partition)
{
    return partition->max_time_ms;
}
