#include "ingest/kafka_conf.h"

#include "core/process/log.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* librdkafka's levels are syslog's. */
#define SYSLOG_ERROR   3
#define SYSLOG_WARNING 4
#define SYSLOG_INFO    6

struct reserved {
    const char *name;
    const char *reason;
};

static const struct reserved reserved_properties[] = {
    { "enable.auto.commit", "offsets are committed once they are counted" },
    { "enable.auto.offset.store", "offsets are committed once they are counted" },
    { "auto.commit.interval.ms", "offsets are committed once they are counted" },
    { "auto.offset.reset", "a lost offset is a decision, not a default; see `start`" },
    { "auto.commit.enable", "offsets are committed once they are counted" },
    { "enable.partition.eof", "the end of a partition tells when it is idle" },
    { "check.crcs", "a damaged batch must be noticed" },
    { "allow.auto.create.topics", "a topic that is missing is a mistake to be told" },
    { "partition.assignment.strategy",
            "partitions are taken over one by one (cooperative-sticky)" },
    { "bootstrap.servers", "it has a setting of its own: `brokers`" },
    { "metadata.broker.list", "it has a setting of its own: `brokers`" },
    { "group.id", "it has a setting of its own: `group`" },
};

const char *
consumer_property_reserved(const char *name)
{
    assert(name != NULL);
    for (size_t i = 0; i < sizeof(reserved_properties) / sizeof(reserved_properties[0]); i++) {
        if (strcmp(reserved_properties[i].name, name) == 0) {
            return reserved_properties[i].reason;
        }
    }
    return NULL;
}

const char *
consumer_library_version(void)
{
    return rd_kafka_version_str();
}

int
kafka_naps_when_full(void)
{
    return rd_kafka_version() < 0x020200ff;
}

/* Any of librdkafka's threads. */
static void
log_library(const rd_kafka_t *kafka, int level, const char *facility, const char *text)
{
    enum log_level own = LOG_DEBUG;

    (void)kafka;
    if (strcmp(facility, "COMMITFAIL") == 0) {
        /* Every change of the group refuses some. They are for people who watch the lag; what is
         * counted is known by the ledger, and the next commit makes up for this one. */
        own = LOG_DEBUG;
    } else if (level <= SYSLOG_ERROR) {
        own = LOG_ERROR;
    } else if (level == SYSLOG_WARNING) {
        own = LOG_WARN;
    } else if (level <= SYSLOG_INFO) {
        own = LOG_INFO;
    }
    log_event(own, "kafka_library", "facility=%s text=%s", facility, text);
}

int
kafka_conf_put(rd_kafka_conf_t *conf,
        const struct kafka_setting *settings,
        size_t count,
        char trouble[TROUBLE_SIZE])
{
    for (size_t i = 0; i < count; i++) {
        rd_kafka_conf_res_t result =
                rd_kafka_conf_set(conf, settings[i].name, settings[i].value, trouble, TROUBLE_SIZE);

        if (result == RD_KAFKA_CONF_INVALID) {
            return 0;
        }
    }
    return 1;
}

rd_kafka_conf_t *
kafka_conf_create(const char *brokers, char trouble[TROUBLE_SIZE])
{
    const struct kafka_setting settings[] = {
        { "bootstrap.servers", brokers },
        { "client.id", "rebato" },
        { "log.connection.close", "false" },
        { "socket.keepalive.enable", "true" },
        { "reconnect.backoff.max.ms", "500" },
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    if (conf == NULL) {
        (void)snprintf(trouble, TROUBLE_SIZE, "out of memory");
        return NULL;
    }
    rd_kafka_conf_set_log_cb(conf, log_library);
    if (!kafka_conf_put(conf, settings, sizeof(settings) / sizeof(settings[0]), trouble)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    return conf;
}

int
kafka_property_given(const struct consumer_property *properties, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(properties[i].name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

int
kafka_conf_put_properties(rd_kafka_conf_t *conf,
        const struct consumer_property *properties,
        size_t count,
        char trouble[TROUBLE_SIZE])
{
    for (size_t i = 0; i < count; i++) {
        const char *name = properties[i].name;
        const char *reason = consumer_property_reserved(name);

        if (reason != NULL) {
            (void)snprintf(
                    trouble, TROUBLE_SIZE, "property \"%s\" cannot be set: %s", name, reason);
            return 0;
        }
        if (rd_kafka_conf_set(conf, name, properties[i].value, trouble, TROUBLE_SIZE) !=
                RD_KAFKA_CONF_OK) {
            return 0;
        }
    }
    return 1;
}

/* A process that has a place of its own in the group (static membership) has one for each of its workers: two
 * members of one name throw each other out. The first keeps the name as it was given. */
static int
name_member(rd_kafka_conf_t *conf, uint32_t place, char trouble[TROUBLE_SIZE])
{
    static const char name[] = "group.instance.id";
    char given[256];
    char own[sizeof given + 16];
    size_t size = sizeof given;

    if (place == 0 || rd_kafka_conf_get(conf, name, given, &size) != RD_KAFKA_CONF_OK ||
            given[0] == '\0') {
        return 1;
    }
    (void)snprintf(own, sizeof own, "%s-%" PRIu32, given, place);
    return rd_kafka_conf_set(conf, name, own, trouble, TROUBLE_SIZE) == RD_KAFKA_CONF_OK;
}

/*
 * Small answers and a small queue: what is fetched is read while it is in the cache, and the memory an
 * answer came in is taken again for the next. Answers of the library's normal size (1 MiB a partition)
 * cost half as much again in page faults and cache misses: see decisions/0008. A full queue is nothing to be
 * afraid of: later versions look again after fetch.queue.backoff.ms, and before 2.2 consumer/feed.c
 * wakes them.
 */
rd_kafka_conf_t *
consumer_conf_create(const struct consumer_options *options, char trouble[TROUBLE_SIZE])
{
    const struct kafka_setting settings[] = {
        { "group.id", options->group },
        { "enable.auto.commit", "false" },
        { "enable.auto.offset.store", "false" },
        { "auto.offset.reset", "error" },
        { "enable.partition.eof", "true" },
        { "check.crcs", "true" },
        { "allow.auto.create.topics", "false" },
        { "topic.metadata.refresh.interval.ms", "30000" },
        { "fetch.error.backoff.ms", "100" },
        { "fetch.queue.backoff.ms", "5" },
        { "fetch.message.max.bytes", "262144" },
        { "fetch.max.bytes", "1000000" },
        { "queued.max.messages.kbytes", "8192" },
        { "queued.min.messages", "100000" },
    };
    rd_kafka_conf_t *conf = kafka_conf_create(options->brokers, trouble);

    if (conf == NULL) {
        return NULL;
    }
    /* The newer group protocol has the brokers assign, and refuses a strategy of ours. */
    const struct kafka_setting strategy = { "partition.assignment.strategy", "cooperative-sticky" };
    const size_t strategies =
            kafka_property_given(options->properties, options->property_count, "group.protocol")
                    ? 0
                    : 1;
    if (!kafka_conf_put(conf, settings, sizeof(settings) / sizeof(settings[0]), trouble) ||
            !kafka_conf_put(conf, &strategy, strategies, trouble) ||
            !kafka_conf_put_properties(
                    conf, options->properties, options->property_count, trouble) ||
            !name_member(conf, options->place, trouble)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    return conf;
}
