/*
 * One poll: what is due to be told comes first, then whatever librdkafka hands over, looked at
 * one by one.
 *
 * rd_kafka_consumer_poll() rather than its batch call: before 2.1 a batch skips offsets when
 * partitions come and go meanwhile.
 */
#include "core/clock.h"
#include "core/log.h"
#include "ingest/consumer_parts.h"

#include <assert.h>

/* A pause up to this long leaves librdkafka's queue as it is and merely takes nothing from it;
 * the group does not miss polls that soon. A longer one gives the fetchers up and polls on. */
#define PAUSE_GRACE_MS 500
/* How often the sources are looked after, and after how many records the clock is asked for
 * that. */
#define LOOK_AFTER_MS    1000
#define LOOK_AFTER_POLLS 4096
/* The same complaint is told once a minute. */
#define WARN_EVERY_MS 60000
/* Stale messages thrown away in one poll before the worker gets its turn again. */
#define STALE_MAX     10000
#define LOST_QUERY_MS 1000

/* The record becomes the event, or is dropped because it is not what was asked for last. */
static int
take_record(struct consumer *consumer,
        uint32_t number,
        rd_kafka_message_t *message,
        struct consumer_event *event)
{
    struct source *source = &consumer->assignment.sources[number];

    if (message->offset < source->next) {
        rd_kafka_message_destroy(message);
        return 0;
    }
    source->next = message->offset + 1;
    source->heard = 1;
    source->damages = 0;
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    int64_t timestamp_ms = rd_kafka_message_timestamp(message, &type);
    event->kind = CONSUMER_RECORD;
    event->source = number;
    event->offset = message->offset;
    event->record = (struct record){
        .source = number,
        .offset = message->offset,
        .timestamp_ms = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp_ms,
        .value = { .at = message->payload, .size = message->payload == NULL ? 0 : message->len },
        .handle = message,
    };
    return 1;
}

/* Complaints that concern no single partition of ours, and that repeat. */
static void
warn_now_and_then(struct consumer *consumer, const rd_kafka_message_t *message)
{
    const int64_t now_ms = clock_monotonic_ms();
    const char *advice = "rebato goes on trying";

    if (consumer->warned_ms != INT64_MIN && now_ms - consumer->warned_ms < WARN_EVERY_MS) {
        return;
    }
    consumer->warned_ms = now_ms;
    if (message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        advice = "create the topic, or mend its name in input.kafka.topics";
    } else if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
               message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
        advice = "grant READ and DESCRIBE on the topic and READ on the group";
    }
    log_event(LOG_WARN, "kafka_complains", "reason=%s advice=%s", rd_kafka_message_errstr(message),
            advice);
}

static int
is_lost(rd_kafka_resp_err_t error)
{
#if RD_KAFKA_VERSION >= 0x020100ff
    if (error == RD_KAFKA_RESP_ERR__LOG_TRUNCATION) {
        return 1;
    }
#endif
    return error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
           error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
}

/* What librdkafka says of one partition that is being read. */
static int
take_partition_error(struct consumer *consumer,
        uint32_t number,
        const rd_kafka_message_t *message,
        struct consumer_event *event)
{
    struct source *source = &consumer->assignment.sources[number];

    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        source->heard = 1;
        event->kind = CONSUMER_END;
        event->source = number;
        event->offset = message->offset;
        return message->offset >= source->next;
    }
    if (is_lost(message->err)) {
        if (consumer_stop_source(consumer, number)) {
            assignment_lost(&consumer->assignment, number);
        }
        return 0;
    }
    if (message->err == RD_KAFKA_RESP_ERR__BAD_MSG ||
            message->err == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
            message->err == RD_KAFKA_RESP_ERR_INVALID_MSG) {
        consumer_damaged(consumer, number, rd_kafka_message_errstr(message));
        return 0;
    }
    warn_now_and_then(consumer, message);
    return 0;
}

/* Takes the message. True when `event` holds something to tell. */
static int
take_message(struct consumer *consumer, rd_kafka_message_t *message, struct consumer_event *event)
{
    const char *topic = message->rkt == NULL ? "" : rd_kafka_topic_name(message->rkt);
    uint32_t number = assignment_find(&consumer->assignment, topic, message->partition);
    const int running =
            number != SOURCE_NONE && consumer->assignment.sources[number].state == SOURCE_RUNNING;

    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && running) {
        return take_record(consumer, number, message, event);
    }
    int told = 0;
    if (message->err == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED) {
        log_event(LOG_WARN, "poll_too_late", "reason=%s", rd_kafka_message_errstr(message));
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && running) {
        told = take_partition_error(consumer, number, message, event);
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR &&
               message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        warn_now_and_then(consumer, message);
    }
    rd_kafka_message_destroy(message);
    if (!told) {
        *event = (struct consumer_event){ .kind = CONSUMER_NOTHING };
    }
    return told;
}

/* False: the broker did not say where its log begins; asked again at the next poll. */
static int
tell_lost(struct consumer *consumer, uint32_t number, struct consumer_event *event)
{
    const struct source *source = &consumer->assignment.sources[number];
    int64_t low = 0;
    int64_t high = 0;

    if (rd_kafka_query_watermark_offsets(consumer->kafka, source->topic, source->partition, &low,
                &high, LOST_QUERY_MS) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return 0;
    }
    assignment_lost_told(&consumer->assignment, number);
    event->kind = CONSUMER_LOST;
    event->source = number;
    event->offset = low;
    return 1;
}

/* What callbacks left to be told. */
static int
tell_due(struct consumer *consumer, struct consumer_event *event)
{
    uint32_t number = SOURCE_NONE;
    enum consumer_event_kind kind = assignment_due(&consumer->assignment, &number);

    if (kind == CONSUMER_LOST) {
        return tell_lost(consumer, number, event);
    }
    if (kind != CONSUMER_NOTHING) {
        event->kind = kind;
        event->source = number;
        return 1;
    }
    if (consumer->fatal_due || consumer->away_due) {
        event->kind = consumer->fatal_due ? CONSUMER_FATAL : CONSUMER_AWAY;
        event->text = consumer->text;
        consumer->fatal_due = 0;
        consumer->away_due = 0;
        return 1;
    }
    return 0;
}

/* True when this poll is over: the pause is young, and the queue is left alone. */
static int
rest(struct consumer *consumer, int64_t wait_ms)
{
    if (!consumer->paused || consumer->parked) {
        return 0;
    }
    int64_t left_ms = consumer->paused_ms + PAUSE_GRACE_MS - clock_monotonic_ms();
    if (left_ms <= 0) {
        consumer_park(consumer);
        return 0;
    }
    if (wait_ms > 0) {
        clock_sleep_ms(wait_ms < left_ms ? wait_ms : left_ms);
    }
    return 1;
}

static void
look_after_sometimes(struct consumer *consumer, int idle)
{
    if (!idle && ++consumer->polls % LOOK_AFTER_POLLS != 0) {
        return;
    }
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms - consumer->looked_ms >= LOOK_AFTER_MS) {
        consumer_look_after(consumer, now_ms);
    }
}

void
consumer_poll(struct consumer *consumer, int64_t wait_ms, struct consumer_event *event)
{
    *event = (struct consumer_event){ .kind = CONSUMER_NOTHING };
    if (tell_due(consumer, event) || rest(consumer, wait_ms)) {
        return;
    }
    for (int stale = 0; stale < STALE_MAX; stale++) {
        rd_kafka_message_t *message =
                rd_kafka_consumer_poll(consumer->kafka, stale == 0 ? (int)wait_ms : 0);

        look_after_sometimes(consumer, message == NULL);
        if (message == NULL) {
            (void)tell_due(consumer, event);
            return;
        }
        if (take_message(consumer, message, event)) {
            return;
        }
    }
}

void
record_done(struct record *record)
{
    if (record->handle != NULL) {
        rd_kafka_message_destroy(record->handle);
        record->handle = NULL;
        record->value = (struct view){ .at = NULL };
    }
}

size_t
consumer_poll_many(struct consumer *consumer,
        int64_t wait_ms,
        struct record *records,
        size_t capacity,
        struct consumer_event *event)
{
    size_t count = 0;

    assert(capacity > 0);
    do {
        consumer_poll(consumer, count == 0 ? wait_ms : 0, event);
        if (event->kind != CONSUMER_RECORD) {
            return count;
        }
        records[count++] = event->record;
    } while (count < capacity);
    *event = (struct consumer_event){ .kind = CONSUMER_NOTHING };
    return count;
}

void
records_done(struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        record_done(&records[i]);
    }
}
