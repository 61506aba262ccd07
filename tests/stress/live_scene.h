/*
 * What live_stress and rule_swap_stress have in common: one stream of posts through an embedded broker into two
 * workers, a judge, a file sink and the page. Each program keeps what it does to it. Included once a program.
 */
#ifndef REBATO_TESTS_STRESS_LIVE_SCENE_H
#define REBATO_TESTS_STRESS_LIVE_SCENE_H

#include "c11_threads.h"
#include "core/process/clock.h"
#include "core/process/log.h"
#include "core/text/calendar.h"
#include "ingest/broker.h"
#include "pipeline/live/revising.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define TOPIC       "mentions"
#define PARTITIONS  4
#define POSTS       4000
#define MATCHED     (POSTS / 2)
#define PATIENCE_MS 120000
#define FIRST_POSTS 64 /* some in every partition */
#define FORMING_MS  10000
#define TRIES_MAX   5
#define ANSWER_MAX  65536
#define START_MS    INT64_C(1704067200000)

/* librdkafka counts references with atomics that are not instrumented; what those order, ThreadSanitizer calls
 * a race (the destruction of a lock after its last use, for one). */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl*,readability-identifier-naming): the name is given */
const char *__tsan_default_suppressions(void);
const char *
__tsan_default_suppressions(void)
{
    return "race:librdkafka.so\n";
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl*,readability-identifier-naming) */

/* How a scene's performance ended. */
enum ending { FINE, WRONG, CANNOT_START, NO_GROUP };

struct stage {
    const char *program; /* for what is printed */
    struct broker *broker;
    struct producer *producer;
    struct live *live;
    char path[64]; /* of the file sink */

    /* Called while the main thread waits; may be NULL. */
    void (*turn)(void *context);
    void *context;

    /* Written by the judge's thread, read after its end. */
    uint64_t opened;
};

static void
stage_note_event(void *context, const struct judge_event *event, struct view payload)
{
    struct stage *stage = context;

    (void)payload;
    stage->opened += event->kind == EVENT_OPENED;
}

/* A plain threshold that complaints all the time cross. `rule` is its number in the set. */
static struct judge_threshold
stage_threshold(uint32_t rule)
{
    return (struct judge_threshold){ .signal = SIGNAL_OUTAGE,
        .rule = rule,
        .threshold = { .window_ms = INT64_C(60000), .min_authors = 20 },
        .severity = SEVERITY_CRITICAL };
}

static void
stage_settings(struct judge_settings *judge, const struct judge_threshold *threshold)
{
    judge_settings_init(judge);
    judge->deployment = "stress";
    judge->judged = 0;
    judge->thresholds = threshold;
    judge->threshold_count = 1;
}

static int
stage_open(struct stage *stage)
{
    char trouble[256];

    stage->broker = broker_create(TOPIC, PARTITIONS, trouble);
    if (stage->broker == NULL) {
        return 0;
    }
    stage->producer = producer_create(broker_address(stage->broker), TOPIC, trouble);
    return stage->producer != NULL;
}

static void
stage_close(struct stage *stage)
{
    live_destroy(&stage->live);
    producer_destroy(&stage->producer);
    broker_destroy(&stage->broker);
    unlink(stage->path);
}

static struct sink **
stage_sinks(struct stage *stage)
{
    char trouble[256];
    struct sink_option options[] = { { "path", stage->path } };
    struct sink **sinks = calloc(1, sizeof(struct sink *));

    snprintf(stage->path, sizeof stage->path, "/tmp/rebato-%s-%ld.ndjson", stage->program,
            (long)getpid());
    if (sinks != NULL) {
        sinks[0] = sink_create("file", "file", options, 1, trouble);
    }
    return sinks;
}

static int
stage_start(struct stage *stage, const struct rule_set *rules, const struct judge_settings *judge)
{
    static const char *const topics[] = { TOPIC };
    char trouble[LIVE_TROUBLE_SIZE];
    struct live_options options;

    live_options_init(&options, rules, judge);
    options.ledger.url = "memory:";
    options.worker.consumer = (struct consumer_options){ .brokers = broker_address(stage->broker),
        .group = "stress",
        .topics = topics,
        .topic_count = 1,
        .start = START_EARLIEST };
    options.worker.idle_ms = 2000;
    options.worker.linger_ms = 20;
    options.worker_count = 2;
    options.turn_ms = 10;
    options.http_listen = "127.0.0.1:0";
    options.sinks = stage_sinks(stage);
    options.sink_count = 1;
    options.on_event = stage_note_event;
    options.context = stage;
    if (live_create(&options, &stage->live, trouble) != LIVE_OK ||
            revising_settle(live_ledger(stage->live), rules) != LEDGER_OK ||
            live_start(stage->live, trouble) != LIVE_OK) {
        printf("%s: %s\n", stage->program, trouble);
        return 0;
    }
    return 1;
}

/* Post `i`: every other one names the brand; people complain all the time, so an incident opens. */
static int
stage_send(const struct stage *stage, int i)
{
    char json[256];
    char key[16];
    char time[CALENDAR_TEXT_SIZE];
    int64_t time_ms = START_MS + (int64_t)i * 100;

    snprintf(key, sizeof key, "%d", i);
    snprintf(json, sizeof json,
            "{\"id\":\"%d\",\"created_at\":\"%s\",\"text\":\"%s no va\","
            "\"author\":{\"id\":\"u%d\",\"handle\":\"u%d\"}}",
            i, calendar_print(time_ms / 1000 * 1000, time), i % 2 == 0 ? "acme" : "nadie", i, i);
    return producer_send(stage->producer, view_of(key), view_of(json), time_ms);
}

/*
 * The mock cluster of librdkafka 2.0.2 has a fault that real brokers do not have: when it answers the leader's
 * SyncGroup before another member's has come, it refuses the other's, and never completes the join that follows.
 * That worker's partitions are read by nobody, so the first posts tell whether there is a group, and the scene
 * is begun again if there is none. Once they are read nothing is tried twice.
 */
static int
stage_group_forms(const struct stage *stage)
{
    int64_t end_ms = clock_monotonic_ms() + FORMING_MS;

    while (live_record_count(stage->live) < FIRST_POSTS && clock_monotonic_ms() < end_ms) {
        if (stage->turn != NULL) {
            stage->turn(stage->context);
        }
        clock_sleep_ms(2);
    }
    return live_record_count(stage->live) >= FIRST_POSTS;
}

/* Is everything counted and judged? The last bucket closes when all partitions are idle. */
static int
stage_is_over(const struct stage *stage)
{
    return live_fate_count(stage->live, REBATO_FATE_matched) >= MATCHED &&
           live_closed_bucket(stage->live) >= bucket_of(START_MS + (POSTS - 1) * INT64_C(100));
}

/* The whole answer of the page; "" when there is none. malloc'd. */
static char *
stage_get(const struct stage *stage, const char *path)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_port = htons(live_http_port(stage->live)) };
    char request[256];
    char *text = calloc(1, ANSWER_MAX + 1);
    size_t size = 0;
    int handle = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int length = snprintf(request, sizeof request,
            "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    if (handle >= 0 && connect(handle, (struct sockaddr *)&address, sizeof address) == 0 &&
            send(handle, request, (size_t)length, 0) == length) {
        for (ssize_t got = 1; got > 0; size += got > 0 ? (size_t)got : 0) {
            got = recv(handle, text + size, ANSWER_MAX - size, 0);
        }
    }
    close(handle);
    return text;
}

/* Asks for one part of the page after the other; true when the answer begins with 200. */
static int
stage_answers(const struct stage *stage, size_t turn)
{
    static const char *const paths[] = { "/api/v1/brands", "/api/v1/incidents", "/metrics",
        "/readyz" };
    char *text = stage_get(stage, paths[turn % 4]);
    int fine = strncmp(text, "HTTP/1.1 200", 12) == 0;

    free(text);
    return fine;
}

static int
stage_compare(const struct stage *stage)
{
    uint64_t matched = live_fate_count(stage->live, REBATO_FATE_matched);
    uint64_t unmatched = live_fate_count(stage->live, REBATO_FATE_unmatched);

    printf("%s: %d sent, %" PRIu64 " matched, %" PRIu64 " unmatched, %" PRIu64
           " incident(s), %" PRIu64 " notice(s) delivered\n",
            stage->program, POSTS, matched, unmatched, stage->opened,
            live_notices_delivered(stage->live));
    return matched >= MATCHED && unmatched >= POSTS - MATCHED && stage->opened == 1 &&
           live_notices_delivered(stage->live) >= 1;
}

#endif
