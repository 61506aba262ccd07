/*
 * One poll: what is due to be told comes first, then the group's own events, then records and what
 * was said between them. How records are taken is in take.c.
 */
#include "core/process/clock.h"
#include "core/process/log.h"
#include "ingest/consumer/parts.h"

#include <assert.h>

/* A pause up to this long leaves librdkafka's queue as it is and merely takes nothing from it;
 * the group does not miss polls that soon. A longer one gives the fetchers up and polls on. */
#define PAUSE_GRACE_MS 500
/* How often the sources are looked after, and after how many polls the clock is asked for that. */
#define LOOK_AFTER_MS    1000
#define LOOK_AFTER_POLLS 64
/* The same complaint is told once a minute. */
#define WARN_EVERY_MS 60000
#define LOST_QUERY_MS 1000
/* The group is listened to this often while we wait for records. */
#define GROUP_MS 20
/* Stopping a partition takes its forwarding back, some time after the stop was asked for; so it is
 * forwarded again this often until it is heard of. */
#define FORWARD_MS 5
/* Complaints that concern no single partition of ours, and that repeat. */
static void
warn_now_and_then(struct consumer *consumer, const struct notice *notice)
{
    const int64_t now_ms = clock_monotonic_ms();
    const char *advice = "rebato goes on trying";

    consumer->strays |= notice->error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
    if (consumer->warned_ms != INT64_MIN && now_ms - consumer->warned_ms < WARN_EVERY_MS) {
        return;
    }
    consumer->warned_ms = now_ms;
    if (notice->error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        advice = "create the topic, or mend its name in input.kafka.topics";
    } else if (notice->error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
               notice->error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
        advice = "grant READ and DESCRIBE on the topic and READ on the group";
    }
    log_event(LOG_WARN, "kafka_complains", "reason=%s advice=%s", notice->reason, advice);
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
take_partition_notice(
        struct consumer *consumer, const struct notice *notice, struct consumer_event *event)
{
    struct source *source = &consumer->assignment.sources[notice->number];

    if (notice->error == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        source->heard = 1;
        source->unsure = 0;
        consumer->cut = 0;
        if (notice->offset < source->next) {
            return 0;
        }
        event->kind = CONSUMER_END;
        event->source = notice->number;
        event->offset = notice->offset;
        return 1;
    }
    if (is_lost(notice->error)) {
        if (consumer_stop_source(consumer, notice->number)) {
            assignment_lost(&consumer->assignment, notice->number);
        }
    } else if (notice->error == RD_KAFKA_RESP_ERR__BAD_MSG ||
               notice->error == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
               notice->error == RD_KAFKA_RESP_ERR_INVALID_MSG) {
        consumer_damaged(consumer, notice->number, notice->reason);
    } else {
        warn_now_and_then(consumer, notice);
    }
    return 0;
}

/* True when `event` holds something to tell. */
static int
take_notice(struct consumer *consumer, const struct notice *notice, struct consumer_event *event)
{
    if (notice->error == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED) {
        log_event(LOG_WARN, "poll_too_late", "reason=%s", notice->reason);
    } else if (notice->number != SOURCE_NONE &&
               consumer->assignment.sources[notice->number].state == SOURCE_RUNNING) {
        return take_partition_notice(consumer, notice, event);
    } else if (notice->error != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        warn_now_and_then(consumer, notice);
    }
    return 0;
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
forward_unheard(struct consumer *consumer)
{
    const int64_t now_ms = clock_monotonic_ms();

    if (now_ms - consumer->forwarded_ms < FORWARD_MS) {
        return;
    }
    consumer->forwarded_ms = now_ms;
    consumer->unheard = 0;
    for (uint32_t i = 0; i < consumer->assignment.count; i++) {
        const struct source *source = &consumer->assignment.sources[i];
        if (source->state == SOURCE_RUNNING && !source->heard) {
            consumer_forward(consumer, i);
            consumer->unheard = 1;
        }
    }
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

/* One look, waiting at most `wait_ms` for a record. True when `event` holds something to tell. */
static int
take_what_is_there(struct taking *taking, int wait_ms, struct consumer_event *event)
{
    struct consumer *consumer = taking->consumer;

    consumer_listen(taking);
    if (tell_due(consumer, event)) {
        return 1;
    }
    consumer_take(taking, wait_ms);
    const struct notice notice = taking->notice;
    taking->notice.error = 0;
    return notice.error != 0 && take_notice(consumer, &notice, event);
}

static void
wait_and_take(struct taking *taking, int64_t wait_ms, struct consumer_event *event)
{
    struct consumer *consumer = taking->consumer;
    const int64_t end_ms = wait_ms > 0 ? clock_monotonic_ms() + wait_ms : 0;
    int64_t left_ms = wait_ms;

    do {
        if (consumer->unheard) {
            forward_unheard(consumer);
        }
        const int slice_ms = (int)(left_ms < GROUP_MS ? left_ms : GROUP_MS);
        if (take_what_is_there(taking, slice_ms, event) || taking->count > 0) {
            return;
        }
        look_after_sometimes(consumer, 1);
        consumer_starved(consumer);
        left_ms = wait_ms > 0 ? end_ms - clock_monotonic_ms() : 0;
    } while (left_ms > 0);
    (void)tell_due(consumer, event);
}

size_t
consumer_poll_many(struct consumer *consumer,
        int64_t wait_ms,
        struct record *records,
        size_t capacity,
        struct consumer_event *event)
{
    struct taking taking = { .consumer = consumer, .records = records, .capacity = capacity };

    assert(capacity > 0);
    *event = (struct consumer_event){ .kind = CONSUMER_NOTHING };
    if (tell_due(consumer, event) || rest(consumer, wait_ms)) {
        return 0;
    }
    consumer_arena_clear(&consumer->arena);
    wait_and_take(&taking, wait_ms, event);
    look_after_sometimes(consumer, 0);
    consumer_fed(consumer, taking.seen, taking.bytes);
    return taking.count;
}

void
consumer_poll(struct consumer *consumer, int64_t wait_ms, struct consumer_event *event)
{
    struct record record;

    if (consumer_poll_many(consumer, wait_ms, &record, 1, event) == 1) {
        assert(event->kind == CONSUMER_NOTHING);
        event->kind = CONSUMER_RECORD;
        event->source = record.source;
        event->offset = record.offset;
        event->record = record;
    }
}

void
record_done(struct record *record)
{
    record->value = (struct view){ .at = NULL };
}

void
records_done(struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        record_done(&records[i]);
    }
}
