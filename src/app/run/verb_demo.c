/*
 * rebato demo: the whole line on this machine with nothing but the binary.
 *
 *   scene ─▶ producer ─▶ embedded broker ─▶ workers ─▶ memory ledger ─▶ judge ─▶ terminal, page
 *
 * The calm days before the story pass as fast as they can; the story itself is told in fast motion.
 */
#include "app/packs.h"
#include "app/rules/judging.h"
#include "app/run/signals.h"
#include "app/scenes.h"
#include "app/verbs.h"
#include "core/process/clock.h"
#include "core/process/log.h"
#include "core/text/calendar.h"
#include "ingest/broker.h"
#include "pipeline/live/revising.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEMO_TOPIC      "mentions"
#define DEMO_PARTITIONS 4
#define DEMO_INCIDENTS  16
/* After the last post, this long for the last bucket to be judged and told. */
#define DEMO_PATIENCE_MS 15000
/* A partition without posts leaves the watermark after so long, and the last bucket closes. */
#define DEMO_IDLE_ONCE_MS 3000
#define DEMO_IDLE_MS      15000
/* This much of the calm before the story is told at the story's pace. */
#define CALM_MS (INT64_C(10) * 60 * 1000)
/* For what is in flight to the broker. */
#define FLUSH_MS 5000
/* Posts between two looks at the story's clock on a terminal. */
#define SHOWN_EVERY 256

enum { OPT_ONCE, OPT_SEED, OPT_PORT, OPT_SCENE, OPT_SPEED, OPT_LANG };

static const struct cli_option options[] = {
    { "once", '1', NULL, "tell the story fast, print a summary and end (under a minute)" },
    { "seed", 0, "N", "another stream of the same story" },
    { "port", 'p', "PORT", "of the live page (default: 8080)" },
    { "scene", 0, "NAME", "another story: see rebato scene --list (default: demo)" },
    { "speed", 0, "N", "seconds of the story per second (default: 60, with --once 720)" },
    { "lang", 0, "es|en", "language of the alerts" },
};

/* What the demo remembers of an incident, for its summary. */
struct demo_incident {
    char id[INCIDENT_ID_SIZE];
    char brand[BRAND_ID_SIZE_MAX + 1];
    int64_t onset_ms, opened_ms, answered_ms, resolved_ms;
    uint64_t authors;
    char grade;
};

struct demo {
    struct cli_values values;
    struct scene *scene;
    uint64_t seed;
    uint64_t speed;
    int once;
    enum lang lang;
    char listen[32];

    const struct rule_set *rules;
    struct judging judging;
    struct broker *broker;
    struct producer *producer;
    struct live *live;

    /* Written by the judge's thread; read by main after it has ended. */
    struct demo_incident incidents[DEMO_INCIDENTS];
    size_t incident_count;

    uint64_t sent;
    int64_t started_ms;
};

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct demo *demo = context;
    const struct incident *incident = &event->incident;
    size_t at = 0;

    (void)payload;
    while (at < demo->incident_count && strcmp(demo->incidents[at].id, incident->id) != 0) {
        at++;
    }
    if (at == DEMO_INCIDENTS) {
        return;
    }
    if (at == demo->incident_count) {
        demo->incident_count++;
    }
    struct demo_incident *to = &demo->incidents[at];
    *to = (struct demo_incident){ .onset_ms = incident->onset_ms,
        .opened_ms = incident->opened_ms,
        .answered_ms = incident->clock.answered_ms,
        .resolved_ms = incident->resolved_ms,
        .authors = incident->authors,
        .grade = incident->clock.grade };
    memcpy(to->id, incident->id, sizeof to->id);
    memcpy(to->brand, incident->brand, sizeof to->brand);
}

/* ---- starting ---- */

static int
start_broker(struct demo *demo)
{
    char trouble[256];

    demo->broker = broker_create(DEMO_TOPIC, DEMO_PARTITIONS, trouble);
    if (demo->broker != NULL) {
        demo->producer = producer_create(broker_address(demo->broker), DEMO_TOPIC, trouble);
    }
    if (demo->producer == NULL) {
        cli_complain("demo", NULL, "the embedded broker does not start: %s", trouble);
    }
    return demo->producer != NULL;
}

static int
fill_sinks(const struct demo *demo, struct live_options *wanted)
{
    struct sink_option list[] = { { "lang", demo->lang == LANG_ES ? "es" : "en" },
        { "stream", "stdout" } };
    char trouble[256];
    struct sink *sink = sink_create("terminal", "terminal", list, 2, trouble);

    if (sink == NULL) {
        cli_complain("demo", NULL, "%s", trouble);
        return 0;
    }
    wanted->sinks = calloc(1, sizeof(struct sink *));
    assert(wanted->sinks != NULL);
    wanted->sinks[0] = sink;
    wanted->sink_count = 1;
    return 1;
}

static int
start_live(struct demo *demo)
{
    static const char *const topics[] = { DEMO_TOPIC };
    struct live_options wanted;
    char trouble[256];

    live_options_init(&wanted, demo->rules, &demo->judging.settings);
    wanted.ledger.url = "memory:";
    wanted.worker.consumer = (struct consumer_options){ .brokers = broker_address(demo->broker),
        .group = "rebato-demo",
        .topics = topics,
        .topic_count = 1,
        .start = START_EARLIEST };
    wanted.worker.idle_ms = demo->once ? DEMO_IDLE_ONCE_MS : DEMO_IDLE_MS;
    wanted.worker.linger_ms = 50;
    wanted.turn_ms = 50;
    /* One member: the embedded broker of older librdkafka sometimes leaves the second of two without its
     * share when both join at once. */
    wanted.worker_count = 1;
    wanted.lang = demo->lang;
    wanted.http_listen = demo->listen[0] == '\0' ? NULL : demo->listen;
    wanted.on_event = on_event;
    wanted.context = demo;
    if (!fill_sinks(demo, &wanted)) {
        return 0;
    }
    if (live_create(&wanted, &demo->live, trouble) != LIVE_OK) {
        cli_complain("demo", NULL, "%s", trouble);
        return 0;
    }
    if (revising_settle(live_ledger(demo->live), demo->rules) != LEDGER_OK) {
        cli_complain("demo", NULL, "out of memory");
        return 0;
    }
    if (live_start(demo->live, trouble) != LIVE_OK) {
        cli_complain("demo", "is the port taken? --port 0 picks a free one", "%s", trouble);
        return 0;
    }
    return 1;
}

/* ---- telling ---- */

static int
stopping(const struct demo *demo)
{
    return signals_asked() != 0 || live_stopping(demo->live);
}

/* Sleeps until the story's clock has reached `time_ms`. */
static void
keep_pace(const struct demo *demo, int64_t time_ms, int64_t story_ms, int64_t begun_ms)
{
    int64_t due_ms = begun_ms + (time_ms - story_ms) / (int64_t)demo->speed;

    while (!stopping(demo) && clock_monotonic_ms() < due_ms) {
        int64_t left_ms = due_ms - clock_monotonic_ms();
        clock_sleep_ms(left_ms > 20 ? 20 : left_ms);
    }
}

static void
show_time(int64_t time_ms, uint64_t sent)
{
    char text[CALENDAR_TEXT_SIZE];

    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r\033[K  %s  %" PRIu64 " posts\r",
                calendar_print(time_ms / 60000 * 60000, text), sent);
    }
}

/* The calm before the story goes as fast as the line takes it, the story at its own pace. */
static void
await_turn(const struct demo *demo, const struct scene_post *post, int64_t *begun_ms)
{
    int64_t story_ms = scene_head(demo->scene)->story_ms - CALM_MS;

    if (post->arrived_ms < story_ms) {
        return;
    }
    if (*begun_ms == 0) {
        producer_flush(demo->producer, FLUSH_MS);
        *begun_ms = clock_monotonic_ms();
    }
    keep_pace(demo, post->arrived_ms, story_ms, *begun_ms);
}

static void
tell(struct demo *demo)
{
    struct scene_stream *stream = scene_stream_create(demo->scene, demo->seed, SCENE_STORY);
    struct scene_post post;
    int64_t begun_ms = 0;

    assert(stream != NULL);
    while (!stopping(demo) && scene_stream_next(stream, &post)) {
        await_turn(demo, &post, &begun_ms);
        if (!producer_send(demo->producer, post.key, post.json, post.arrived_ms)) {
            cli_complain("demo", NULL, "the embedded broker takes no more records");
            break;
        }
        demo->sent++;
        if (demo->sent % SHOWN_EVERY == 0) {
            show_time(post.arrived_ms, demo->sent);
        }
    }
    scene_stream_destroy(&stream);
    producer_flush(demo->producer, FLUSH_MS);
}

/* Until everything sent is counted, closed and told. */
static void
await_end(const struct demo *demo)
{
    int64_t end_ms = clock_monotonic_ms() + DEMO_PATIENCE_MS;
    uint32_t last = bucket_of(scene_head(demo->scene)->end_ms) - 2;

    while (!stopping(demo) && clock_monotonic_ms() < end_ms) {
        if (live_record_count(demo->live) >= demo->sent &&
                live_closed_bucket(demo->live) + 3600 / BUCKET_SECONDS >= last) {
            break;
        }
        clock_sleep_ms(50);
    }
    clock_sleep_ms(demo->once ? DEMO_IDLE_ONCE_MS + 500 : 0);
}

/* ---- the summary ---- */

static void
print_span(const char *what, int64_t from_ms, int64_t to_ms)
{
    if (to_ms == TIME_NONE || from_ms == TIME_NONE) {
        printf("      %-24s never\n", what);
    } else {
        printf("      %-24s %.1f min\n", what, (double)(to_ms - from_ms) / 60000.0);
    }
}

static int
print_summary(const struct demo *demo)
{
    int told = 0;
    double seconds = (double)(clock_monotonic_ms() - demo->started_ms) / 1000.0;

    printf("\nSummary\n  %" PRIu64 " posts of %.*s in %.1f s: %" PRIu64 " matched, %" PRIu64
           " unmatched, %" PRIu64 " late, %" PRIu64 " lost\n",
            demo->sent, (int)scene_head(demo->scene)->id.size, scene_head(demo->scene)->id.at,
            seconds, live_fate_count(demo->live, REBATO_FATE_matched),
            live_fate_count(demo->live, REBATO_FATE_unmatched),
            live_fate_count(demo->live, REBATO_FATE_late), live_lost_count(demo->live));
    for (size_t i = 0; i < demo->incident_count; i++) {
        const struct demo_incident *incident = &demo->incidents[i];
        printf("  incident %s  %s: %" PRIu64 " people, silence grade %c\n", incident->id,
                incident->brand, incident->authors, incident->grade);
        print_span("onset to alert", incident->onset_ms, incident->opened_ms);
        print_span("alert to public answer", incident->opened_ms, incident->answered_ms);
        print_span("alert to resolved", incident->opened_ms, incident->resolved_ms);
        told += incident->resolved_ms != TIME_NONE;
    }
    printf("  %zu incident(s), %d resolved, %" PRIu64 " alert(s) delivered\n", demo->incident_count,
            told, live_notices_delivered(demo->live));
    return told > 0;
}

/* Whatever was sent must have been read; if it was not, no figure above is worth anything. */
static int
all_counted(const struct demo *demo)
{
    uint64_t counted = live_record_count(demo->live);

    if (counted < demo->sent) {
        cli_complain("demo", "please report it, with the version that rebato version prints",
                "%" PRIu64 " of %" PRIu64 " posts were never read", demo->sent - counted,
                demo->sent);
    }
    return counted >= demo->sent;
}

/* ---- the verb ---- */

static void
introduce(const struct demo *demo)
{
    const struct scene_head *head = scene_head(demo->scene);

    printf("%.*s\n  invented posts, told %" PRIu64 "x as fast as they happened (seed %" PRIu64
           ")\n",
            (int)head->title[demo->lang].size, head->title[demo->lang].at, demo->speed, demo->seed);
    if (live_http_port(demo->live) != 0) {
        printf("  page: http://127.0.0.1:%u/\n", live_http_port(demo->live));
    }
    putchar('\n');
    fflush(stdout);
}

static enum exit_code
play(struct demo *demo)
{
    char trouble[256];

    introduce(demo);
    tell(demo);
    await_end(demo);
    if (!demo->once && !stopping(demo)) {
        printf("\nThe story is told. The page stays up; Ctrl-C ends.\n");
        fflush(stdout);
        while (!stopping(demo)) {
            clock_sleep_ms(100);
        }
    }
    int stopped_early = stopping(demo);
    enum live_outcome outcome = live_stop(demo->live, trouble);
    if (outcome != LIVE_OK) {
        cli_complain("demo", NULL, "%s", trouble);
        return EXIT_BROKEN;
    }
    int resolved = print_summary(demo);
    if (demo->once && !stopped_early && !all_counted(demo)) {
        return EXIT_BROKEN;
    }
    return resolved || !demo->once ? EXIT_FINE : EXIT_FINDINGS;
}

static enum exit_code
play_with_rules(struct demo *demo)
{
    enum exit_code code = EXIT_FINE;

    demo->rules = packs_compile("demo", NULL, 0, &code);
    if (demo->rules == NULL) {
        return code;
    }
    judging_init(&demo->judging, demo->rules, "demo");
    demo->started_ms = clock_monotonic_ms();
    code = EXIT_BROKEN;
    if (start_broker(demo) && start_live(demo)) {
        code = play(demo);
    }
    live_destroy(&demo->live);
    producer_destroy(&demo->producer);
    broker_destroy(&demo->broker);
    judging_fini(&demo->judging);
    rule_set_destroy(&demo->rules);
    return code;
}

static int
read_options(struct demo *demo)
{
    const char *seed = cli_value(&demo->values, OPT_SEED, NULL);
    const char *port_text = cli_value(&demo->values, OPT_PORT, NULL);
    const char *speed = cli_value(&demo->values, OPT_SPEED, NULL);
    struct cli_range any = { 0, UINT64_MAX };
    struct cli_range speeds = { 1, 100000 };
    struct cli_range ports = { 0, UINT16_MAX };
    uint64_t port = 8080;

    demo->once = cli_count(&demo->values, OPT_ONCE) > 0;
    demo->lang = cli_lang(cli_value(&demo->values, OPT_LANG, NULL));
    demo->seed = scene_head(demo->scene)->seed;
    demo->speed = demo->once ? 720 : 60;
    if ((seed != NULL && !cli_number("demo", "seed", seed, &any, &demo->seed)) ||
            (speed != NULL && !cli_number("demo", "speed", speed, &speeds, &demo->speed)) ||
            (port_text != NULL && !cli_number("demo", "port", port_text, &ports, &port))) {
        return 0;
    }
    /* A run that ends by itself needs no page unless one is asked for. */
    if (!demo->once || port_text != NULL) {
        snprintf(demo->listen, sizeof demo->listen, "127.0.0.1:%u", (unsigned)port);
    }
    return 1;
}

static enum exit_code
run_demo(int argc, char **argv)
{
    enum exit_code code = EXIT_FINE;
    struct demo *demo = calloc(1, sizeof *demo);

    assert(demo != NULL);
    if (!cli_parse(&verb_demo, argc, argv, &demo->values, &code)) {
        free(demo);
        return code;
    }
    signals_install();
    log_setup(LOG_ERROR, LOG_LOGFMT);
    demo->scene = scenes_open("demo", cli_value(&demo->values, OPT_SCENE, "demo"), &code);
    if (demo->scene != NULL) {
        code = read_options(demo) ? play_with_rules(demo) : EXIT_USAGE;
        scene_destroy(&demo->scene);
    }
    free(demo);
    return code;
}

const struct cli_verb verb_demo = {
    .name = "demo",
    .summary = "the whole line on this machine, nothing to install",
    .usage = "[--once] [--seed N] [--port 8080] [--scene NAME]",
    .examples = "  rebato demo --once            a day's crisis in half a minute\n"
                "  rebato demo                   the same, slower, with the live page\n"
                "  rebato demo --scene tweetdeck-2014 --once\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_demo,
};
