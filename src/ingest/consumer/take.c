/*
 * What one poll takes out of librdkafka.
 *
 *   partition ─┐ forwarded                        our copy
 *   partition ─┼──────────▶ consumer->queue ─────────────────▶ records, ends
 *   partition ─┘            rd_kafka_consume_callback_queue()
 *
 *   group ─────────────────▶ rd_kafka_consumer_poll() ────────▶ assigned, revoked, fatal
 *
 * The callback form, because it takes the queue's lock once for many records and drops what is
 * outdated one by one, as a single poll does. The batch form (rd_kafka_consume_batch_queue) loses
 * records below 2.1: what a rebalance purges from a half-filled batch counts as delivered, and a
 * callback that yields throws away the record that comes next. It must not see the group's events:
 * the library aborts on a rebalance in that place. Hence two queues.
 */
#include "ingest/consumer/parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* A batch ends when its arena has less than this left. Larger records get memory of their own. */
#define ARENA_REST 32768
/* Records begin where vectors like to load. */
#define ARENA_ALIGNMENT 64

static uint32_t
find_source(struct taking *taking, const rd_kafka_message_t *message)
{
    if (message->rkt == NULL) {
        return SOURCE_NONE;
    }
    if (message->rkt != taking->topic || message->partition != taking->partition) {
        taking->topic = message->rkt;
        taking->partition = message->partition;
        taking->number = assignment_find(&taking->consumer->assignment,
                rd_kafka_topic_name(message->rkt), message->partition);
    }
    return taking->number;
}

/* The message dies with the callback it came in. NULL when out of memory. */
static char *
keep_bytes(struct arena_room *arena, const rd_kafka_message_t *message)
{
    char *at = arena->bytes + arena->used;

    if (message->len > CONSUMER_ARENA_SIZE - arena->used) {
        assert(arena->monster == NULL);
        at = malloc(message->len);
        arena->monster = at;
        arena->used = CONSUMER_ARENA_SIZE;
    } else {
        arena->used += (message->len + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    }
    if (at != NULL) {
        memcpy(at, message->payload, message->len);
    }
    return at;
}

/* What is older than what was asked for last is dropped. */
static void
take_record(struct taking *taking, uint32_t number, const rd_kafka_message_t *message)
{
    struct source *source = &taking->consumer->assignment.sources[number];
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const int64_t timestamp_ms = rd_kafka_message_timestamp(message, &type);
    struct record record = {
        .source = number,
        .offset = message->offset,
        .timestamp_ms = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp_ms,
    };

    if (message->offset < source->next) {
        return;
    }
    if (message->payload != NULL) {
        record.value.size = message->len;
        record.value.at = keep_bytes(&taking->consumer->arena, message);
        if (record.value.at == NULL) {
            taking->notice = (struct notice){ .error = RD_KAFKA_RESP_ERR__BAD_MSG,
                .number = number,
                .reason = "no memory for a record" };
            return; /* asked for again later, from `next` */
        }
    }
    source->next = message->offset + 1;
    source->heard = 1;
    source->unsure = 0;
    taking->consumer->cut = 0;
    source->damages = 0;
    source->broker = rd_kafka_message_broker_id(message);
    taking->records[taking->count++] = record;
}

/* No more of this poll: there may be no room for what comes, or something has to be looked at. */
static int
is_over(const struct taking *taking)
{
    return taking->count == taking->capacity || taking->notice.error != 0 ||
           CONSUMER_ARENA_SIZE - taking->consumer->arena.used < ARENA_REST;
}

/* librdkafka's, inside our own call. Yielding ends the call and leaves the rest in the queue. */
static void
on_message(rd_kafka_message_t *message, void *opaque)
{
    struct taking *taking = opaque;
    struct consumer *consumer = taking->consumer;
    const uint32_t number = find_source(taking, message);

    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        taking->notice = (struct notice){
            .error = message->err, .number = number, .offset = message->offset
        };
        (void)snprintf(taking->notice.reason, sizeof(taking->notice.reason), "%s",
                rd_kafka_message_errstr(message));
        rd_kafka_yield(consumer->kafka);
        return;
    }
    taking->seen++;
    taking->bytes += message->len;
    if (number != SOURCE_NONE && consumer->assignment.sources[number].state == SOURCE_RUNNING) {
        take_record(taking, number, message);
    }
    if (is_over(taking)) {
        rd_kafka_yield(consumer->kafka);
    }
}

void
consumer_listen(struct taking *taking)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(taking->consumer->kafka, 0);

    if (message != NULL) {
        on_message(message, taking);
        rd_kafka_message_destroy(message);
    }
}

void
consumer_take(struct taking *taking, int wait_ms)
{
    if (!is_over(taking)) {
        (void)rd_kafka_consume_callback_queue(taking->consumer->queue, wait_ms, on_message, taking);
    }
}

void
consumer_arena_clear(struct arena_room *arena)
{
    free(arena->monster);
    arena->monster = NULL;
    arena->used = 0;
}
