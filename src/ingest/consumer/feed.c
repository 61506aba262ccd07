/*
 * Keeps librdkafka's fetchers awake.
 *
 * Before 2.2 a fetcher that finds the queue full goes to sleep for a second, and nobody tells it when
 * there is room again: the worker drains the queue in a tenth of that and idles for the rest. Any request
 * to its broker ends the sleep. So when nothing has arrived while a quarter of the queue was taken, the
 * brokers are asked for something cheap, and nobody waits for the answer: below its time limit of zero
 * rd_kafka_offsets_for_times() sends and returns. From 2.2 on fetch.queue.backoff.ms does it.
 */
#include "ingest/consumer/parts.h"

#include <stdlib.h>

/* Brokers woken by one call. */
#define BROKERS_MAX 64

static size_t
number_of(const rd_kafka_conf_t *conf, const char *name)
{
    char text[32];
    size_t size = sizeof(text);

    if (rd_kafka_conf_get(conf, name, text, &size) != RD_KAFKA_CONF_OK) {
        return 0;
    }
    return strtoul(text, NULL, 10);
}

void
consumer_feed_init(struct consumer *consumer, const rd_kafka_conf_t *conf)
{
    consumer->feeding = (struct feeding){
        .naps = kafka_naps_when_full(),
        .bytes_max = number_of(conf, "queued.max.messages.kbytes") * 1024,
        .records_max = number_of(conf, "queued.min.messages"),
    };
}

void
consumer_feed_unsure(struct consumer *consumer)
{
    consumer->feeding.spell_bytes = consumer->feeding.bytes_max;
}

/* True when it was not there yet. */
static int
add_broker(int32_t *brokers, size_t *count, int32_t broker)
{
    for (size_t i = 0; i < *count; i++) {
        if (brokers[i] == broker) {
            return 0;
        }
    }
    if (*count < BROKERS_MAX) {
        brokers[(*count)++] = broker;
    }
    return 1;
}

/* One partition of each broker is enough. */
static void
wake_fetchers(struct consumer *consumer)
{
    const struct assignment *assignment = &consumer->assignment;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(BROKERS_MAX);
    int32_t brokers[BROKERS_MAX];
    size_t count = 0;

    for (uint32_t i = 0; list != NULL && i < assignment->count && count < BROKERS_MAX; i++) {
        const struct source *source = &assignment->sources[i];
        if (source->state == SOURCE_RUNNING && source->heard &&
                add_broker(brokers, &count, source->broker)) {
            rd_kafka_topic_partition_list_add(list, source->topic, source->partition)->offset =
                    RD_KAFKA_OFFSET_END;
        }
    }
    if (list != NULL && list->cnt > 0) {
        (void)rd_kafka_offsets_for_times(consumer->kafka, list, 0);
    }
    if (list != NULL) {
        rd_kafka_topic_partition_list_destroy(list);
    }
}

void
consumer_fed(struct consumer *consumer, size_t records, size_t bytes)
{
    struct feeding *feeding = &consumer->feeding;

    if (!feeding->naps) {
        return;
    }
    feeding->records += records;
    feeding->bytes += bytes;
    feeding->spell_records += records;
    feeding->spell_bytes += bytes;
    if (feeding->bytes < feeding->bytes_max / 4 && feeding->records < feeding->records_max / 4) {
        return;
    }
    const size_t length = rd_kafka_queue_length(consumer->queue);
    if (length + feeding->records <= feeding->length) {
        wake_fetchers(consumer);
    }
    feeding->length = length;
    feeding->records = 0;
    feeding->bytes = 0;
}

/* The last resort: the queue is empty. It cannot have been full since it was last empty unless as much
 * was taken as fills it; so a quiet topic costs no requests. */
void
consumer_starved(struct consumer *consumer)
{
    struct feeding *feeding = &consumer->feeding;

    if (feeding->naps && (feeding->spell_bytes >= feeding->bytes_max ||
                                 feeding->spell_records >= feeding->records_max)) {
        wake_fetchers(consumer);
    }
    feeding->spell_bytes = 0;
    feeding->spell_records = 0;
    feeding->length = 0;
}
