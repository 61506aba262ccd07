#include "fence/partition.h"

#include "core/limits.h"
#include "fence/recent.h"

#include <assert.h>
#include <stdlib.h>

struct partition {
    /* Fixed at creation. */
    struct partition_options options;

    /* Moved by every record. */
    struct recent recent;
    int64_t offset_last;
    int64_t max_time_ms;

    /* Whose records these were; 0: of no log that could be gone on with. */
    uint64_t log;
};

struct partition *
partition_create(const struct partition_options *options)
{
    assert(options->allow_ms >= 0 && options->max_age_ms >= 0);

    struct partition *partition = calloc(1, sizeof *partition);
    if (partition == NULL) {
        return NULL;
    }
    partition->options = *options;
    if (!recent_init(&partition->recent, options->dedupe_records)) {
        partition_destroy(&partition);
        return NULL;
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
    recent_fini(&(*partition)->recent);
    free(*partition);
    *partition = NULL;
}

void
partition_reset(struct partition *partition, int64_t max_time_ms)
{
    recent_clear(&partition->recent, 0);
    partition->offset_last = INT64_MIN;
    partition->max_time_ms = max_time_ms;
    partition->log = 0;
}

int64_t
partition_resume(struct partition *partition, const struct partition_stand *stand)
{
    assert(stand->log != 0);
    if (stand->log != partition->log) {
        recent_clear(&partition->recent, stand->begin);
    }
    int64_t next = recent_return(&partition->recent, stand->begin, stand->offset);
    partition->offset_last = next - 1;
    partition->max_time_ms = stand->max_time_ms;
    partition->log = stand->log;
    return next;
}

int
arrival_time_impossible(int64_t ingest_ms, int64_t time_ms)
{
    return time_ms < EVENT_TIME_MIN_MS || time_ms >= EVENT_TIME_MAX_MS ||
           (ingest_ms != INGEST_UNKNOWN && time_ms > ingest_ms + EVENT_AHEAD_MAX_MS);
}

static int
time_is_bad(const struct partition *partition, int64_t ingest_ms, int64_t time_ms)
{
    if (arrival_time_impossible(ingest_ms, time_ms)) {
        return 1;
    }
    return ingest_ms != INGEST_UNKNOWN && partition->options.max_age_ms > 0 &&
           time_ms < ingest_ms - partition->options.max_age_ms;
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

    int known = recent_add(&partition->recent, arrival->offset, arrival->id_hash);
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
    recent_prefetch(&partition->recent, id_hash);
}

int64_t
partition_max_time(const struct partition *partition)
{
    return partition->max_time_ms;
}
