/*
 * Rules swapped all the time while a stream is counted, judged, announced and looked at.
 *
 * A plain program for ThreadSanitizer, and for AddressSanitizer: each set is destroyed as soon as it is said to
 * be left. Two sets take turns that say the same of the brand spoken of, with other brands and rules around it,
 * so that none of its numbers stays what it was. In the end its counts are those of a run without swaps: the
 * page shows every post once, and there is one incident.
 */
#include "c11_threads.h"
#include "core/calendar.h"
#include "core/clock.h"
#include "core/log.h"
#include "ingest/broker.h"
#include "pipeline/live.h"

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
#define SWAPS_MIN   20
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

static const char *const yaml[] = {
    "schema: rebato/rules/v1\n"
    "brands:\n"
    "  - {id: acme, names: [acme], handles: [acme], official_accounts: [{handle: acme}]}\n"
    "rules:\n"
    "  - {id: down, signal: outage, match: {any: ['no va']}, tests: [{match: ['acme no va']}]}\n",
    "schema: rebato/rules/v1\n"
    "brands:\n"
    "  - {id: abba, names: [abba], handles: [abba], official_accounts: [{handle: abba}]}\n"
    "  - {id: acme, names: [acme], handles: [acme], official_accounts: [{handle: acme}]}\n"
    "  - {id: zeta, names: [zeta], handles: [zeta], official_accounts: [{handle: zeta}]}\n"
    "rules:\n"
    "  - {id: bad, signal: complaint, match: {any: ['fatal']}, tests: [{match: ['acme fatal']}]}\n"
    "  - {id: down, signal: outage, match: {any: ['no va']}, tests: [{match: ['acme no va']}]}\n",
};

/* A set and the judging by it. */
struct sway {
    const struct rule_set *rules;
    struct judge_settings judge;
    struct judge_threshold threshold;
};

struct scene {
    struct sway *now;
    struct sway *next; /* offered */
    size_t swaps;
    struct broker *broker;
    struct producer *producer;
    struct live *live;
    char path[64]; /* of the file sink */

    /* Written by the judge's thread, read after its end. */
    uint64_t opened;
};

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct scene *scene = context;

    (void)payload;
    scene->opened += event->kind == EVENT_OPENED;
}

static struct sway *
sway_create(size_t number)
{
    struct fault_list *faults = fault_list_create();
    struct rule_file file = { .name = "rules.yaml", .text = view_of(yaml[number]) };
    struct sway *sway = calloc(1, sizeof *sway);

    sway->rules = rule_set_compile(&file, 1, faults);
    fault_list_destroy(&faults);
    if (sway->rules == NULL) {
        printf("rule_swap: the rules are wrong\n");
        abort();
    }
    sway->threshold = (struct judge_threshold){ .signal = SIGNAL_OUTAGE,
        .rule = (uint32_t)rule_set_find_rule(sway->rules, VIEW("down")),
        .threshold = { .window_ms = INT64_C(60000), .min_authors = 20 },
        .severity = SEVERITY_CRITICAL };
    judge_settings_init(&sway->judge);
    sway->judge.deployment = "stress";
    sway->judge.judged = 0;
    sway->judge.thresholds = &sway->threshold;
    sway->judge.threshold_count = 1;
    return sway;
}

static void
sway_destroy(struct sway **sway)
{
    if (*sway != NULL) {
        rule_set_destroy(&(*sway)->rules);
        /* Whoever still looked at it would find nonsense. */
        memset(*sway, 0xff, sizeof **sway);
        free(*sway);
        *sway = NULL;
    }
}

static int
prepare(struct scene *scene)
{
    char trouble[256];

    scene->now = sway_create(0);
    scene->broker = broker_create(TOPIC, PARTITIONS, trouble);
    if (scene->broker == NULL) {
        return 0;
    }
    scene->producer = producer_create(broker_address(scene->broker), TOPIC, trouble);
    return scene->producer != NULL;
}

/* One step: offers the other set, or destroys the one that everybody has left. */
static void
swap_on(struct scene *scene)
{
    if (scene->next == NULL) {
        scene->next = sway_create((scene->swaps + 1) % 2);
        if (!live_offer_rules(scene->live, scene->next->rules, &scene->next->judge)) {
            printf("rule_swap: out of memory\n");
            abort();
        }
    } else if (live_rules_settled(scene->live)) {
        sway_destroy(&scene->now);
        scene->now = scene->next;
        scene->next = NULL;
        scene->swaps++;
    }
}

static struct sink **
file_sink(struct scene *scene)
{
    char trouble[256];
    struct sink_option options[] = { { "path", scene->path } };
    struct sink **sinks = calloc(1, sizeof(struct sink *));

    snprintf(scene->path, sizeof scene->path, "/tmp/rebato-swap-%ld.ndjson", (long)getpid());
    if (sinks != NULL) {
        sinks[0] = sink_create("file", "file", options, 1, trouble);
    }
    return sinks;
}

static int
start(struct scene *scene)
{
    static const char *const topics[] = { TOPIC };
    char trouble[LIVE_TROUBLE_SIZE];
    struct live_options options;

    live_options_init(&options, scene->now->rules, &scene->now->judge);
    options.ledger.url = "memory:";
    options.worker.consumer = (struct consumer_options){ .brokers = broker_address(scene->broker),
        .group = "stress",
        .topics = topics,
        .topic_count = 1,
        .start = START_EARLIEST };
    options.worker.idle_ms = 2000;
    options.worker.linger_ms = 20;
    options.worker_count = 2;
    options.turn_ms = 10;
    options.http_listen = "127.0.0.1:0";
    options.sinks = file_sink(scene);
    options.sink_count = 1;
    options.on_event = on_event;
    options.context = scene;
    if (live_create(&options, &scene->live, trouble) != LIVE_OK ||
            live_start(scene->live, trouble) != LIVE_OK) {
        printf("rule_swap: %s\n", trouble);
        return 0;
    }
    return 1;
}

/* Every other post names the brand; people complain all the time, so an incident opens. */
static int
produce(struct scene *scene, int from, int to)
{
    char json[256];
    char key[16];
    char time[CALENDAR_TEXT_SIZE];

    for (int i = from; i < to; i++) {
        if (i % 16 == 0) {
            swap_on(scene);
        }
        int64_t time_ms = START_MS + (int64_t)i * 100;
        snprintf(key, sizeof key, "%d", i);
        snprintf(json, sizeof json,
                "{\"id\":\"%d\",\"created_at\":\"%s\",\"text\":\"%s no va\","
                "\"author\":{\"id\":\"u%d\",\"handle\":\"u%d\"}}",
                i, calendar_print(time_ms / 1000 * 1000, time), i % 2 == 0 ? "acme" : "nadie", i,
                i);
        if (!producer_send(scene->producer, view_of(key), view_of(json), time_ms)) {
            return 0;
        }
    }
    return producer_flush(scene->producer, PATIENCE_MS);
}

/*
 * The mock cluster of librdkafka 2.0.2 has a fault that real brokers do not have: when it answers the leader's
 * SyncGroup before another member's has come, it refuses the other's, and never completes the join that follows.
 * That worker's partitions are read by nobody, so the first posts tell whether there is a group, and the scene
 * is begun again if there is none. Once they are read nothing is tried twice.
 */
static int
group_forms(const struct scene *scene)
{
    int64_t end_ms = clock_monotonic_ms() + FORMING_MS;

    while (live_record_count(scene->live) < FIRST_POSTS && clock_monotonic_ms() < end_ms) {
        clock_sleep_ms(2);
    }
    return live_record_count(scene->live) >= FIRST_POSTS;
}

/* The whole answer; "" when there is none. malloc'd. */
static char *
get(uint16_t port, const char *path)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
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

static int
answers(const struct scene *scene, const char *path)
{
    char *text = get(live_http_port(scene->live), path);
    int fine = strncmp(text, "HTTP/1.1 200", 12) == 0;

    free(text);
    return fine;
}

/* All mentions of the brand that the page knows of: the sum of its minutes, which are fewer than an hour's. */
static uint64_t
shown(const struct scene *scene)
{
    char *text = get(live_http_port(scene->live), "/api/v1/brands");
    char *at = strstr(text, "\"id\":\"acme\"");
    uint64_t sum = 0;

    at = at == NULL ? NULL : strstr(at, "\"spark\":[");
    if (at != NULL) {
        for (at += strlen("\"spark\":"); *at == '[' || *at == ',';) {
            sum += strtoull(at + 1, &at, 10);
        }
    }
    free(text);
    return sum;
}

/* Reads the page as a browser would, swapping on, until everything is counted. */
static int
watch(struct scene *scene)
{
    static const char *const paths[] = { "/api/v1/brands", "/api/v1/incidents", "/metrics",
        "/readyz" };
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    int failed = 0;

    for (size_t i = 0; clock_monotonic_ms() < end_ms; i++) {
        swap_on(scene);
        failed += !answers(scene, paths[i % 4]);
        /* The last bucket closes when all partitions are idle. */
        if (live_fate_count(scene->live, REBATO_FATE_matched) >= MATCHED &&
                live_closed_bucket(scene->live) >=
                        bucket_of(START_MS + (POSTS - 1) * INT64_C(100))) {
            break;
        }
        clock_sleep_ms(5);
    }
    uint64_t sum = shown(scene);
    printf("rule_swap: %d answers of the page failed, %" PRIu64 " posts shown\n", failed, sum);
    return failed == 0 && sum == MATCHED;
}

static int
compare(const struct scene *scene)
{
    uint64_t matched = live_fate_count(scene->live, REBATO_FATE_matched);
    uint64_t unmatched = live_fate_count(scene->live, REBATO_FATE_unmatched);

    printf("rule_swap: %d sent, %" PRIu64 " matched, %" PRIu64 " unmatched, %" PRIu64
           " incident(s), %" PRIu64 " notice(s) delivered\n",
            POSTS, matched, unmatched, scene->opened, live_notices_delivered(scene->live));
    printf("rule_swap: %zu swaps, the last held a worker up for %" PRId64 " us\n", scene->swaps,
            live_rules_taken_ns(scene->live) / 1000);
    return scene->swaps >= SWAPS_MIN && matched >= MATCHED && unmatched >= POSTS - MATCHED &&
           scene->opened == 1 && live_notices_delivered(scene->live) >= 1;
}

static void
clear(struct scene *scene)
{
    live_destroy(&scene->live);
    producer_destroy(&scene->producer);
    broker_destroy(&scene->broker);
    sway_destroy(&scene->next);
    sway_destroy(&scene->now);
    unlink(scene->path);
}

enum ending { FINE, WRONG, CANNOT_START, NO_GROUP };

static enum ending
perform(struct scene *scene)
{
    char trouble[LIVE_TROUBLE_SIZE];

    if (!prepare(scene) || !start(scene)) {
        return CANNOT_START;
    }
    int fine = produce(scene, 0, FIRST_POSTS);
    if (fine && !group_forms(scene)) {
        printf("rule_swap: the group did not form\n");
        return live_stop(scene->live, trouble) == LIVE_OK ? NO_GROUP : WRONG;
    }
    fine = fine && produce(scene, FIRST_POSTS, POSTS / 2) && produce(scene, POSTS / 2, POSTS) &&
           watch(scene);
    fine = live_stop(scene->live, trouble) == LIVE_OK && fine;
    return compare(scene) && fine ? FINE : WRONG;
}

int
main(void)
{
    enum ending ending = NO_GROUP;

    log_setup(LOG_ERROR, LOG_SILENT);
    for (int i = 0; i < TRIES_MAX && ending == NO_GROUP; i++) {
        struct scene scene = { .opened = 0 };
        ending = perform(&scene);
        clear(&scene);
    }
    return (int)ending;
}
