#include "app/run/probe.h"

#include "core/process/clock.h"
#include "ledger/ledger.h"

#include <assert.h>
#include <stdio.h>

/* Brokers hold a new group back for 3 s before they hand out partitions. */
#define KAFKA_WAIT_MS 10000

/* The discard port of this machine: nothing leaves it. */
#define NOBODY "127.0.0.1:9"

static enum exit_code
probe_redis(const char *verb, const struct settings *settings)
{
    struct ledger_options options;
    char trouble[160] = "";

    ledger_options_init(&options);
    options.url = settings->redis_url;
    options.name_space = settings->redis_namespace;
    options.shards = settings->redis_shards;
    options.timeout_ms = settings->redis_timeout_ms;
    struct ledger *ledger = ledger_create(&options, trouble);
    enum ledger_outcome outcome = ledger == NULL ? LEDGER_REFUSED : ledger_check(ledger, trouble);
    ledger_destroy(&ledger);
    if (outcome == LEDGER_OK) {
        fprintf(stderr, "Redis: fine\n");
        return EXIT_FINE;
    }
    cli_complain(verb, outcome == LEDGER_AWAY ? "is it running, and is redis.url right?" : NULL,
            "Redis: %s", trouble[0] == '\0' ? ledger_outcome_name(outcome) : trouble);
    return outcome == LEDGER_AWAY ? EXIT_AWAY : EXIT_USAGE;
}

/* Until a partition is given out, the brokers are found away, or the wait is over. */
static enum exit_code
watch(struct consumer *consumer, const char *verb)
{
    int64_t end_ms = clock_monotonic_ms() + KAFKA_WAIT_MS;
    struct consumer_event event = { .kind = CONSUMER_NOTHING };

    while (clock_monotonic_ms() < end_ms) {
        consumer_poll(consumer, 200, &event);
        switch (event.kind) {
        case CONSUMER_ASSIGNED:
            fprintf(stderr, "Kafka: fine\n");
            return EXIT_FINE;
        case CONSUMER_AWAY:
        case CONSUMER_FATAL:
            cli_complain(verb, "are the brokers running, and do the topics exist?", "Kafka: %s",
                    event.text == NULL ? "cannot be reached" : event.text);
            return EXIT_AWAY;
        case CONSUMER_NOTHING:
        case CONSUMER_RECORD:
        case CONSUMER_REVOKED:
        case CONSUMER_END:
        case CONSUMER_LOST:
            break;
        }
    }
    cli_complain(verb, "do the topics exist, and may this user read them?",
            "Kafka: no partition of the topics was given out within %d s", KAFKA_WAIT_MS / 1000);
    return EXIT_AWAY;
}

static struct consumer_options
options_of(const struct settings *settings, const char *brokers, const char *group)
{
    return (struct consumer_options){ .brokers = brokers,
        .group = group,
        .topics = settings->topics,
        .topic_count = settings->topic_count,
        .start = START_LATEST,
        .properties = settings->properties,
        .property_count = settings->property_count };
}

/* A member with nobody to talk to: made, looked at by the library, and gone. */
int
probe_properties(const struct settings *settings, char trouble[256])
{
    struct consumer_options options = options_of(settings, NOBODY, "check");
    struct consumer *consumer = consumer_create(&options, trouble);
    int taken = consumer != NULL;

    consumer_destroy(&consumer);
    return taken;
}

static enum exit_code
probe_kafka(const char *verb, const struct settings *settings)
{
    char group[300];
    char trouble[256];

    snprintf(group, sizeof group, "%.250s-check", settings->group);
    struct consumer_options options = options_of(settings, settings->brokers, group);
    struct consumer *consumer = consumer_create(&options, trouble);
    if (consumer == NULL) {
        cli_complain(verb, "see input.kafka in the settings", "Kafka: %s", trouble);
        return EXIT_USAGE;
    }
    enum exit_code code = watch(consumer, verb);
    consumer_destroy(&consumer);
    return code;
}

enum exit_code
probe_all(const char *verb, const struct settings *settings)
{
    enum exit_code redis = probe_redis(verb, settings);
    enum exit_code kafka = probe_kafka(verb, settings);

    return redis > kafka ? redis : kafka;
}
