#include "ingest/consumer.h"

#include "core/process/clock.h"
#include "core/process/log.h"
#include "ingest/consumer/parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define CLOSE_MS      4000
#define CLOSE_STEP_MS 50

/* Which partitions that broker had nobody says. */
static void
lose_sight(struct consumer *consumer)
{
    consumer->cut = 1;
    for (uint32_t i = 0; i < consumer->assignment.count; i++) {
        consumer->assignment.sources[i].unsure = 1;
    }
}

void
consumer_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque)
{
    struct consumer *consumer = opaque;

    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        char text[CONSUMER_TEXT_SIZE];
        rd_kafka_resp_err_t cause = rd_kafka_fatal_error(kafka, text, sizeof(text));
        (void)snprintf(consumer->text, sizeof(consumer->text), "%s: %.400s",
                rd_kafka_err2name(cause), text);
        consumer->fatal_due = 1;
        rd_kafka_yield(kafka);
        return;
    }
    lose_sight(consumer);
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
            error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR__SSL ||
            error == RD_KAFKA_RESP_ERR__RESOLVE) {
        (void)snprintf(
                consumer->text, sizeof(consumer->text), "%.200s: %.200s", reason, consumer->cause);
        consumer->away_due = 1;
    } else {
        /* Of one broker; the address and the reason make the message about all of them useful. */
        (void)snprintf(consumer->cause, sizeof(consumer->cause), "%s", reason);
        return;
    }
    rd_kafka_yield(kafka);
}

static int
subscribe(struct consumer *consumer, const struct consumer_options *options, char trouble[256])
{
    rd_kafka_topic_partition_list_t *topics =
            rd_kafka_topic_partition_list_new((int)options->topic_count);

    if (topics == NULL) {
        (void)snprintf(trouble, TROUBLE_SIZE, "out of memory");
        return 0;
    }
    for (size_t i = 0; i < options->topic_count; i++) {
        rd_kafka_topic_partition_list_add(topics, options->topics[i], RD_KAFKA_PARTITION_UA);
    }
    rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer->kafka, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void)snprintf(trouble, TROUBLE_SIZE, "cannot subscribe: %s", rd_kafka_err2str(error));
        return 0;
    }
    return 1;
}

static int
connect_kafka(struct consumer *consumer, const struct consumer_options *options, char trouble[256])
{
    rd_kafka_conf_t *conf = consumer_conf_create(options, trouble);

    if (conf == NULL) {
        return 0;
    }
    rd_kafka_conf_set_opaque(conf, consumer);
    rd_kafka_conf_set_rebalance_cb(conf, consumer_rebalance);
    rd_kafka_conf_set_error_cb(conf, consumer_error);
    consumer_feed_init(consumer, conf);
    consumer->kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, trouble, TROUBLE_SIZE);
    if (consumer->kafka == NULL) {
        rd_kafka_conf_destroy(conf); /* still ours after a failure */
        return 0;
    }
    (void)rd_kafka_poll_set_consumer(consumer->kafka);
    consumer->queue = rd_kafka_queue_new(consumer->kafka);
    consumer->arena.bytes = malloc(CONSUMER_ARENA_SIZE);
    if (consumer->queue == NULL || consumer->arena.bytes == NULL) {
        (void)snprintf(trouble, TROUBLE_SIZE, "out of memory");
        return 0;
    }
    return subscribe(consumer, options, trouble);
}

struct consumer *
consumer_create(const struct consumer_options *options, char trouble[256])
{
    assert(options->brokers != NULL && options->group != NULL && options->topic_count > 0);
    struct consumer *consumer = calloc(1, sizeof(*consumer));

    if (consumer == NULL) {
        (void)snprintf(trouble, TROUBLE_SIZE, "out of memory");
        return NULL;
    }
    assignment_init(&consumer->assignment);
    consumer->start = options->start;
    consumer->start_time_ms = options->start_time_ms;
    consumer->warned_ms = INT64_MIN;
    if (!connect_kafka(consumer, options, trouble)) {
        consumer_destroy(&consumer);
    }
    return consumer;
}

/* Serves what the library wants served while it leaves. Records still come that way too, which
 * rules out rd_kafka_queue_poll_callback(). */
static void
poll_until_closed(struct consumer *consumer, rd_kafka_queue_t *queue)
{
    const int64_t until_ms = clock_monotonic_ms() + CLOSE_MS;

    while (!rd_kafka_consumer_closed(consumer->kafka) && clock_monotonic_ms() < until_ms) {
        rd_kafka_message_t *message = rd_kafka_consume_queue(queue, CLOSE_STEP_MS);
        if (message != NULL) {
            rd_kafka_message_destroy(message);
        }
    }
}

/* Through a queue that we poll ourselves: rd_kafka_consumer_close() would wait for a coordinator
 * that may be away for ever. False when the time was not enough. */
static int
leave_group(struct consumer *consumer)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_new(consumer->kafka);

    if (queue == NULL) {
        return 1;
    }
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(consumer->kafka, queue);
    if (error != NULL) {
        rd_kafka_error_destroy(error);
        rd_kafka_queue_destroy(queue);
        return 1; /* it never joined, or is broken: nothing to wait for */
    }
    poll_until_closed(consumer, queue);
    rd_kafka_queue_destroy(queue);
    return rd_kafka_consumer_closed(consumer->kafka);
}

/*
 * Below 2.3 librdkafka aborts the process (its issue 4312) when a member is destroyed that has
 * joined a group and has not heard yet what is its share, as when two processes start and one of
 * them is stopped at once. That it has joined it may learn while it leaves, so it does not help to ask
 * for its id: only who never heard of a broker has certainly not joined.
 */
static int
may_destroy(const struct consumer *consumer)
{
    if (rd_kafka_version() >= 0x020300ff || consumer->assignment.count > 0) {
        return 1;
    }
    char *cluster = rd_kafka_clusterid(consumer->kafka, 0);
    const int heard = cluster != NULL;

    if (heard) {
        rd_kafka_mem_free(consumer->kafka, cluster);
    }
    return !heard;
}

/*
 * A broker answers one request of a connection after the other. If it holds back our answer to
 * "join" because some other member does not come, it does not hear us leave, and
 * rd_kafka_destroy() waits with it, minutes if need be. Then, and when it may not be destroyed,
 * the handle is left to the process's end, with its threads: they know nothing of our memory, as
 * every callback that does runs inside our own calls.
 */
static void
disconnect(struct consumer *consumer)
{
    /* Of a topic that was deleted under us librdkafka 2.0.2 keeps a partition, and would wait for it for
     * ever. */
    const int safe = may_destroy(consumer) && !consumer->strays;

    consumer_give_up_share(consumer);
    if (consumer->queue != NULL) {
        rd_kafka_queue_destroy(consumer->queue); /* partitions that write into it hold it, too */
    }
    if (!leave_group(consumer)) {
        log_event(LOG_WARN, "group_not_left", "reason=%s advice=%s",
                "the group's coordinator does not answer",
                "the others get its partitions when its session times out");
    } else if (safe) {
        rd_kafka_destroy_flags(consumer->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
}

void
consumer_destroy(struct consumer **consumer)
{
    struct consumer *gone = *consumer;

    if (gone == NULL) {
        return;
    }
    if (gone->kafka != NULL) {
        disconnect(gone);
    }
    assignment_fini(&gone->assignment);
    consumer_arena_clear(&gone->arena);
    free(gone->arena.bytes);
    free(gone);
    *consumer = NULL;
}

int
consumer_begin(struct consumer *consumer, uint32_t number, int64_t offset)
{
    assert(number < consumer->assignment.count && offset >= 0);
    struct source *source = &consumer->assignment.sources[number];

    if (source->state == SOURCE_GONE || !consumer_stop_source(consumer, number)) {
        return 0;
    }
    assignment_lost_told(&consumer->assignment, number);
    source->next = offset;
    if (consumer->parked) {
        source->state = SOURCE_PARKED;
        return 1;
    }
    return consumer_start_source(consumer, number);
}

int
consumer_sees_end(const struct consumer *consumer, uint32_t number)
{
    assert(number < consumer->assignment.count);
    return !consumer->assignment.sources[number].unsure;
}

void
consumer_pause(struct consumer *consumer)
{
    if (!consumer->paused) {
        consumer->paused = 1;
        consumer->paused_ms = clock_monotonic_ms();
    }
}

void
consumer_resume(struct consumer *consumer)
{
    if (consumer->parked) {
        consumer_unpark(consumer);
    }
    /* Refused (a broken group): stays paused, and the next resume tries again. */
    consumer->paused = consumer->parked;
}
