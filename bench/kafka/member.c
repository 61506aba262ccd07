#include "kafka/member.h"

#include "core/process/clock.h"

#include <stdio.h>

enum { RECORDS = 256, WAIT_MS = 5 };

struct consumer *
member_create(const struct topic *topic)
{
    char group[96];
    char trouble[256];
    const char *const topics[] = { topic->name };

    (void)snprintf(group, sizeof group, "%s-%lld", topic->name, (long long)clock_monotonic_ns());
    const struct consumer_options options = { .brokers = topic->brokers,
        .group = group,
        .topics = topics,
        .topic_count = 1,
        .start = START_EARLIEST };
    struct consumer *consumer = consumer_create(&options, trouble);
    if (consumer == NULL) {
        (void)fprintf(stderr, "kafka: %s\n", trouble);
    }
    return consumer;
}

static void
handle(struct consumer *consumer, const struct consumer_event *event, struct flow *flow)
{
    if (event->kind == CONSUMER_ASSIGNED) {
        flow->failed = !consumer_begin(consumer, event->source, 0);
    } else if (event->kind == CONSUMER_END) {
        flow->ends++;
    } else if (event->kind == CONSUMER_FATAL || event->kind == CONSUMER_REVOKED ||
               event->kind == CONSUMER_LOST) {
        (void)fprintf(stderr, "kafka: the member lost its place\n");
        flow->failed = 1;
    }
}

void
member_read(struct consumer *consumer, struct flow *flow, int ends)
{
    struct record records[RECORDS];
    struct consumer_event event;

    while (flow->ends < ends && !flow->failed) {
        const uint64_t before = flow->records;
        const size_t count = consumer_poll_many(consumer, WAIT_MS, records, RECORDS, &event);

        for (size_t i = 0; i < count; i++) {
            flow_take(flow, records[i].value);
        }
        flow_looked(flow, before);
        handle(consumer, &event, flow);
    }
}
