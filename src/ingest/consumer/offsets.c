/*
 * Questions to the brokers about offsets. Each waits for an answer, so a worker asks when it gets a
 * partition, not while it reads one.
 */
#include "core/process/log.h"
#include "ingest/consumer/parts.h"

#include <assert.h>

#define ANSWER_MS 10000

const char *
consumer_topic(const struct consumer *consumer, uint32_t source)
{
    assert(source < consumer->assignment.count);
    return consumer->assignment.sources[source].topic;
}

int32_t
consumer_partition(const struct consumer *consumer, uint32_t source)
{
    assert(source < consumer->assignment.count);
    return consumer->assignment.sources[source].partition;
}

static int
answered(const struct source *source, rd_kafka_resp_err_t error, const char *question)
{
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return 1;
    }
    log_event(LOG_WARN, "offset_unknown", "topic=%s partition=%d question=%s reason=%s",
            source->topic, (int)source->partition, question, rd_kafka_err2str(error));
    return 0;
}

int
consumer_offsets(struct consumer *consumer, uint32_t number, int64_t *low, int64_t *high)
{
    assert(number < consumer->assignment.count);
    const struct source *source = &consumer->assignment.sources[number];

    return answered(source,
            rd_kafka_query_watermark_offsets(
                    consumer->kafka, source->topic, source->partition, low, high, ANSWER_MS),
            "watermarks");
}

int
consumer_committed(struct consumer *consumer, uint32_t number, int64_t *offset)
{
    const struct source *source = &consumer->assignment.sources[number];
    rd_kafka_topic_partition_list_t *list =
            consumer_list_of(consumer, number, RD_KAFKA_OFFSET_INVALID);

    if (list == NULL) {
        return 0;
    }
    rd_kafka_resp_err_t error = rd_kafka_committed(consumer->kafka, list, ANSWER_MS);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        error = list->elems[0].err;
    }
    *offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return answered(source, error, "committed");
}

/* The first record at or after a time; negative when there is none. */
static int
offset_at(struct consumer *consumer, uint32_t number, int64_t time_ms, int64_t *offset)
{
    const struct source *source = &consumer->assignment.sources[number];
    rd_kafka_topic_partition_list_t *list = consumer_list_of(consumer, number, time_ms);

    if (list == NULL) {
        return 0;
    }
    rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(consumer->kafka, list, ANSWER_MS);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        error = list->elems[0].err;
    }
    *offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return answered(source, error, "time");
}

int
consumer_start_offset(struct consumer *consumer, uint32_t number, int64_t *offset)
{
    int64_t low = 0;
    int64_t high = 0;
    int64_t wanted = -1;

    if (!consumer_offsets(consumer, number, &low, &high)) {
        return 0;
    }
    switch (consumer->start) {
    case START_EARLIEST:
        wanted = low;
        break;
    case START_LATEST:
        wanted = high;
        break;
    case START_COMMITTED:
        if (!consumer_committed(consumer, number, &wanted)) {
            return 0;
        }
        /* Never committed: everything there is. Offsets that the log no longer has: its first. */
        wanted = wanted < low || wanted > high ? low : wanted;
        break;
    case START_TIME:
        if (!offset_at(consumer, number, consumer->start_time_ms, &wanted)) {
            return 0;
        }
        wanted = wanted < low ? high : wanted;
        break;
    }
    *offset = wanted;
    return 1;
}

void
consumer_commit(struct consumer *consumer, uint32_t number, int64_t offset)
{
    assert(number < consumer->assignment.count && offset >= 0);
    if (consumer->assignment.sources[number].state == SOURCE_GONE || consumer->adrift) {
        return;
    }
    rd_kafka_topic_partition_list_t *list = consumer_list_of(consumer, number, offset);
    if (list != NULL) {
        (void)rd_kafka_commit(consumer->kafka, list, 1 /* asynchronously */);
        rd_kafka_topic_partition_list_destroy(list);
    }
}
