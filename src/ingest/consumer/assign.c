/*
 * Rebalances, and who may fetch.
 *
 * In the rebalance callback nothing is given to the fetchers: where to start is the ledger's
 * answer and must not be waited for there. The group is told "taken" with an empty list;
 * consumer_begin() later adds the one partition with its offset. A rewind takes the partition
 * out and puts it in again: taking out raises the partition's version inside librdkafka before
 * it returns, so that what was fetched before can no longer come out of its queue. That holds in
 * every version since 2.0, while seeking does not (2.0.2 waits a thousandth of the time it is
 * told). Pausing is the same two steps: librdkafka's own pause forgets the offset of a start
 * that is still under way.
 *
 * Away from all brokers for longer than its session, a member is out of its group, and when they are back
 * the group takes as long again to form. Meanwhile the member goes on with what was its share: it is
 * *adrift* until the group gives out shares again (decisions/0020). Whoever is thrown out while brokers
 * answer is not: others were given its share.
 */
#include "core/process/clock.h"
#include "core/process/log.h"
#include "ingest/consumer/parts.h"

#include <assert.h>
#include <stdio.h>

/* A fetcher that reports neither record nor end for this long is started anew. */
#define SILENT_START_MS     15000
#define DAMAGE_RETRY_MS     1000
#define DAMAGE_RETRY_MAX_MS 30000
/* Records come, and the group has no place for us: so long, then the share is given up. Longer than sessions
 * usually are. */
#define ADRIFT_MAX_MS 90000

rd_kafka_topic_partition_list_t *
consumer_list_of(const struct consumer *consumer, uint32_t source, int64_t offset)
{
    assert(source < consumer->assignment.count);
    const struct source *from = &consumer->assignment.sources[source];
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

    if (list != NULL) {
        rd_kafka_topic_partition_list_add(list, from->topic, from->partition)->offset = offset;
    }
    return list;
}

/* Also when it was forwarded before: a stop takes that back, whenever the library comes round to it. */
void
consumer_forward(struct consumer *consumer, uint32_t number)
{
    const struct source *source = &consumer->assignment.sources[number];
    rd_kafka_queue_t *own =
            rd_kafka_queue_get_partition(consumer->kafka, source->topic, source->partition);

    if (own != NULL) {
        rd_kafka_queue_forward(own, consumer->queue);
        rd_kafka_queue_destroy(own);
    }
}

/* Takes `error`. */
static int
succeeded(rd_kafka_error_t *error, const char *action)
{
    if (error == NULL) {
        return 1;
    }
    log_event(LOG_WARN, "assignment_refused", "action=%s reason=%s", action,
            rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return 0;
}

static int
add_to_fetchers(struct consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    int done =
            list != NULL && succeeded(rd_kafka_incremental_assign(consumer->kafka, list), "assign");

    if (list != NULL) {
        rd_kafka_topic_partition_list_destroy(list);
    }
    return done;
}

static int
take_from_fetchers(struct consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    int done = list != NULL &&
               succeeded(rd_kafka_incremental_unassign(consumer->kafka, list), "unassign");

    if (list != NULL) {
        rd_kafka_topic_partition_list_destroy(list);
    }
    return done;
}

static void
mark_started(struct consumer *consumer, struct source *source)
{
    consumer->unheard = 1;
    consumer_feed_unsure(consumer);
    source->state = SOURCE_RUNNING;
    source->started_ms = clock_monotonic_ms();
    source->retry_ms = 0;
    source->heard = 0;
}

int
consumer_stop_source(struct consumer *consumer, uint32_t number)
{
    struct source *source = &consumer->assignment.sources[number];

    if (source->state == SOURCE_RUNNING &&
            !take_from_fetchers(
                    consumer, consumer_list_of(consumer, number, RD_KAFKA_OFFSET_INVALID))) {
        return 0;
    }
    source->state = SOURCE_HELD;
    source->retry_ms = 0;
    return 1;
}

int
consumer_start_source(struct consumer *consumer, uint32_t number)
{
    struct source *source = &consumer->assignment.sources[number];

    assert(source->state != SOURCE_RUNNING && source->state != SOURCE_GONE);
    consumer_forward(consumer, number);
    if (!add_to_fetchers(consumer, consumer_list_of(consumer, number, source->next))) {
        return 0;
    }
    mark_started(consumer, source);
    return 1;
}

/* All sources of one state at once: a long pause costs two calls, not two for each partition. */
static rd_kafka_topic_partition_list_t *
list_of_state(const struct consumer *consumer, enum source_state state)
{
    const struct assignment *assignment = &consumer->assignment;
    rd_kafka_topic_partition_list_t *list =
            rd_kafka_topic_partition_list_new((int)assignment->count);

    for (uint32_t i = 0; list != NULL && i < assignment->count; i++) {
        const struct source *source = &assignment->sources[i];
        if (source->state == state) {
            rd_kafka_topic_partition_list_add(list, source->topic, source->partition)->offset =
                    source->next;
        }
    }
    return list;
}

void
consumer_park(struct consumer *consumer)
{
    if (!take_from_fetchers(consumer, list_of_state(consumer, SOURCE_RUNNING))) {
        return;
    }
    for (uint32_t i = 0; i < consumer->assignment.count; i++) {
        if (consumer->assignment.sources[i].state == SOURCE_RUNNING) {
            consumer->assignment.sources[i].state = SOURCE_PARKED;
        }
    }
    consumer->parked = 1;
}

void
consumer_unpark(struct consumer *consumer)
{
    if (!add_to_fetchers(consumer, list_of_state(consumer, SOURCE_PARKED))) {
        return;
    }
    for (uint32_t i = 0; i < consumer->assignment.count; i++) {
        if (consumer->assignment.sources[i].state == SOURCE_PARKED) {
            mark_started(consumer, &consumer->assignment.sources[i]);
        }
    }
    consumer->parked = 0;
}

void
consumer_damaged(struct consumer *consumer, uint32_t number, const char *reason)
{
    struct source *source = &consumer->assignment.sources[number];
    int64_t wait_ms = DAMAGE_RETRY_MS << (source->damages < 5 ? source->damages : 5);

    if (wait_ms > DAMAGE_RETRY_MAX_MS) {
        wait_ms = DAMAGE_RETRY_MAX_MS;
    }
    /* Going on behind the batch would lose it silently; so the partition waits, and says so. */
    log_event(LOG_ERROR, "batch_damaged",
            "topic=%s partition=%d offset=%lld reason=%s retry_ms=%lld", source->topic,
            (int)source->partition, (long long)source->next, reason, (long long)wait_ms);
    if (consumer_stop_source(consumer, number)) {
        source->damages++;
        source->retry_ms = clock_monotonic_ms() + wait_ms;
    }
}

/* Not for ever: somebody else may have the share. */
static void
bound_drift(struct consumer *consumer, int64_t now_ms)
{
    if (!consumer->adrift || consumer->cut) {
        return;
    }
    if (consumer->adrift_ms == 0) {
        consumer->adrift_ms = now_ms;
    } else if (now_ms - consumer->adrift_ms >= ADRIFT_MAX_MS) {
        consumer_give_up_share(consumer);
    }
}

/* A start may get lost inside librdkafka when a rebalance comes between it and the fetcher (its
 * issue 2190). As every start ends in a record or in an end-of-partition, silence is the sign. */
void
consumer_look_after(struct consumer *consumer, int64_t now_ms)
{
    consumer->looked_ms = now_ms;
    bound_drift(consumer, now_ms);
    if (consumer->paused) {
        return;
    }
    for (uint32_t i = 0; i < consumer->assignment.count; i++) {
        struct source *source = &consumer->assignment.sources[i];

        if (source->state == SOURCE_RUNNING && !source->heard &&
                now_ms - source->started_ms >= SILENT_START_MS &&
                consumer_stop_source(consumer, i)) {
            log_event(LOG_DEBUG, "start_repeated", "topic=%s partition=%d offset=%lld",
                    source->topic, (int)source->partition, (long long)source->next);
            source->retry_ms = now_ms;
        }
        if (source->state == SOURCE_HELD && source->retry_ms != 0 && now_ms >= source->retry_ms &&
                !consumer_start_source(consumer, i)) {
            source->retry_ms = now_ms + DAMAGE_RETRY_MS;
        }
    }
}

static int
is_listed(const rd_kafka_topic_partition_list_t *partitions, const struct source *source)
{
    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *at = &partitions->elems[i];
        if (at->partition == source->partition && strcmp(at->topic, source->topic) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Takes all sources but the listed ones away; NULL: all. */
static void
lose_others(struct consumer *consumer, const rd_kafka_topic_partition_list_t *kept)
{
    rd_kafka_topic_partition_list_t *running =
            rd_kafka_topic_partition_list_new((int)consumer->assignment.count);

    for (uint32_t i = 0; i < consumer->assignment.count; i++) {
        const struct source *source = &consumer->assignment.sources[i];
        if (source->state == SOURCE_GONE || (kept != NULL && is_listed(kept, source))) {
            continue;
        }
        if (running != NULL && source->state == SOURCE_RUNNING) {
            rd_kafka_topic_partition_list_add(running, source->topic, source->partition);
        }
        assignment_lose(&consumer->assignment, i);
    }
    (void)take_from_fetchers(consumer, running);
}

void
consumer_give_up_share(struct consumer *consumer)
{
    if (consumer->adrift) {
        consumer->adrift = 0;
        lose_others(consumer, NULL);
    }
}

static void
hold_running(struct consumer *consumer)
{
    for (uint32_t i = 0; i < consumer->assignment.count; i++) {
        struct source *source = &consumer->assignment.sources[i];
        if (source->state == SOURCE_RUNNING) {
            source->state = SOURCE_HELD;
            source->retry_ms = clock_monotonic_ms();
        }
    }
}

/* What is lost has to be taken out of the fetchers; consumer_look_after() soon puts it in again. */
static void
drift(struct consumer *consumer)
{
    log_event(LOG_WARN, "group_lost", "what=%s",
            "no broker answers; what was ours is read on as soon as one does");
    if (take_from_fetchers(consumer, list_of_state(consumer, SOURCE_RUNNING))) {
        hold_running(consumer);
    }
    consumer->adrift = 1;
    consumer->adrift_ms = 0;
}

/* What we had all the while stays as it is. */
static void
gain(struct consumer *consumer, const rd_kafka_topic_partition_list_t *partitions)
{
    if (consumer->adrift) {
        log_event(LOG_INFO, "group_back", "partitions=%d", partitions->cnt);
        lose_others(consumer, partitions);
    }
    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *at = &partitions->elems[i];
        uint32_t number = assignment_find(&consumer->assignment, at->topic, at->partition);
        if (consumer->adrift && number != SOURCE_NONE &&
                consumer->assignment.sources[number].state != SOURCE_GONE) {
            continue;
        }
        if (assignment_gain(&consumer->assignment, at->topic, at->partition) == SOURCE_NONE) {
            log_event(LOG_ERROR, "partition_refused", "topic=%s partition=%d reason=%s", at->topic,
                    (int)at->partition, "more partitions than one worker may hold");
        }
    }
    consumer->adrift = 0;
    (void)add_to_fetchers(consumer, rd_kafka_topic_partition_list_new(0));
}

static void
lose(struct consumer *consumer, const rd_kafka_topic_partition_list_t *partitions)
{
    rd_kafka_topic_partition_list_t *running = rd_kafka_topic_partition_list_new(partitions->cnt);

    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *at = &partitions->elems[i];
        uint32_t number = assignment_find(&consumer->assignment, at->topic, at->partition);

        if (number == SOURCE_NONE) {
            continue;
        }
        if (running != NULL && consumer->assignment.sources[number].state == SOURCE_RUNNING) {
            rd_kafka_topic_partition_list_add(running, at->topic, at->partition);
        }
        assignment_lose(&consumer->assignment, number);
    }
    (void)take_from_fetchers(consumer, running);
}

void
consumer_rebalance(rd_kafka_t *kafka,
        rd_kafka_resp_err_t error,
        rd_kafka_topic_partition_list_t *partitions,
        void *opaque)
{
    struct consumer *consumer = opaque;

    consumer_feed_unsure(consumer);
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        gain(consumer, partitions);
    } else {
        if (error != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
            log_event(LOG_WARN, "rebalance_failed", "reason=%s", rd_kafka_err2str(error));
        }
        if (consumer->cut && rd_kafka_assignment_lost(kafka) &&
                rd_kafka_fatal_error(kafka, NULL, 0) == 0) {
            drift(consumer);
        } else {
            lose(consumer, partitions);
        }
    }
    /* Ends the poll we are in: the worker should hear of it now. */
    rd_kafka_yield(kafka);
}
