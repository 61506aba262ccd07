/* rebato run: the daemon. Kafka in, verdicts out, until it is asked to stop. */
#include "alert/render.h"
#include "app/run/reload.h"
#include "app/run/signals.h"
#include "app/settings/control_options.h"
#include "app/settings/verb_settings.h"
#include "app/verbs.h"
#include "core/process/clock.h"
#include "core/process/log.h"
#include "core/text/calendar.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPT_CONFIG, OPT_SINCE, OPT_RULES, OPT_LOG, OPT_WAIT };

static const struct cli_option options[] = {
    { "config", 'c', "FILE", "settings (rebato config init prints a sample)" },
    { "since", 0, "TIME",
            "where partitions start that were never counted; refused where fences stand" },
    { "rules", 'r', "PATH", "rule file or folder, instead of the settings' own" },
    { "incident-log", 0, "FILE", "append every event's canonical line there" },
    { "wait", 0, "SPAN", "wait this long for Kafka and Redis at the start (default: 10s, 0s)" },
};

/* Brokers get this long to answer at the start when --wait says nothing; Redis answers at once or not. */
#define KAFKA_WAIT_MS (10 * INT64_C(1000))
/* Counts are logged this often. */
#define COUNTS_MS (60 * INT64_C(1000))
/* The main thread's turns, and while rules are swapped. */
#define NAP_MS      50
#define NAP_SWAP_MS 1

struct run_verb {
    struct settings settings;
    struct reload reload;
    FILE *incident_log;
    int64_t wait_ms; /* -1: not said */
    char instance[128];
};

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct run_verb *verb = context;

    (void)payload;
    log_event(LOG_INFO, "incident", "id=%s brand=%s kind=%s state=%s revision=%u",
            event->incident.id, event->incident.brand, judge_event_name(event->kind),
            incident_state_name(event->incident.state), event->incident.revision);
    if (verb->incident_log != NULL) {
        char *line = render_log_line(event);
        fprintf(verb->incident_log, "%s\n", line);
        fflush(verb->incident_log);
        free(line);
    }
}

/* ---- from settings to the pipeline's options ---- */

static void
fill_worker(const struct settings *settings, struct live_options *wanted)
{
    wanted->worker.consumer = (struct consumer_options){ .brokers = settings->brokers,
        .group = settings->group,
        .topics = settings->topics,
        .topic_count = settings->topic_count,
        .start = settings->start,
        .start_time_ms = settings->start_time_ms,
        .properties = settings->properties,
        .property_count = settings->property_count };
    wanted->worker.engine.reader = settings->reader;
    wanted->worker.engine.partition.max_age_ms = settings->max_age_ms;
    wanted->worker.engine.partition.dedupe_records = settings->dedupe_records;
    wanted->worker.linger_ms = settings->linger_ms;
    wanted->worker.idle_ms = settings->idle_ms;
    wanted->worker_count = settings->workers;
}

/* False: said why. */
static int
fill_keep(const struct settings *settings, struct live_options *wanted)
{
    struct keep_property properties[SETTINGS_LIST_MAX];
    char trouble[KEEP_TROUBLE_SIZE];

    if (settings->checkpoint_file == NULL && settings->checkpoint_topic == NULL) {
        if (strcmp(settings->redis_url, "memory:") != 0) {
            log_event(LOG_WARN, "no_checkpoint", "what=%s advice=%s",
                    "all that is learnt lives in Redis alone",
                    "set checkpoint.file or checkpoint.topic");
        }
        return 1;
    }
    for (size_t i = 0; i < settings->property_count; i++) {
        properties[i] = (struct keep_property){ settings->properties[i].name,
            settings->properties[i].value };
    }
    struct keep_options place = { .file = settings->checkpoint_file,
        .topic = settings->checkpoint_topic,
        .brokers = settings->brokers,
        .properties = properties,
        .property_count = settings->property_count,
        .name_space = settings->redis_namespace,
        .deployment = settings->deployment };
    wanted->keep = keep_create(&place, trouble);
    wanted->keep_ms = settings->checkpoint_every_ms;
    wanted->keep_sharing = settings->checkpoint_topic != NULL ? KEEPER_SHARED : KEEPER_ALONE;
    if (wanted->keep == NULL) {
        cli_complain("run", NULL, "%s", trouble);
    }
    return wanted->keep != NULL;
}

static struct sink *
create_sink(const struct settings_channel *channel)
{
    struct sink_option list[SETTINGS_LIST_MAX];
    char trouble[256];

    for (size_t i = 0; i < channel->option_count; i++) {
        list[i] = (struct sink_option){ .name = channel->options[i].name,
            .value = channel->options[i].value };
    }
    struct sink *sink =
            sink_create(channel->name, channel->type, list, channel->option_count, trouble);
    if (sink == NULL) {
        cli_complain("run", "rebato config init shows a sample", "channel %s: %s", channel->name,
                trouble);
    }
    return sink;
}

static void
destroy_sinks(struct live_options *wanted)
{
    for (size_t i = 0; i < wanted->sink_count; i++) {
        sink_destroy(&wanted->sinks[i]);
    }
    free(wanted->sinks);
}

static int
fill_sinks(const struct settings *settings, struct live_options *wanted)
{
    wanted->sinks = calloc(settings->channel_count + 1, sizeof(struct sink *));
    assert(wanted->sinks != NULL);
    for (size_t i = 0; i < settings->channel_count; i++) {
        wanted->sinks[i] = create_sink(&settings->channels[i]);
        if (wanted->sinks[i] == NULL) {
            destroy_sinks(wanted);
            return 0;
        }
        wanted->sink_count++;
    }
    return 1;
}

/* ---- the run ---- */

static enum exit_code
code_of(enum live_outcome outcome)
{
    switch (outcome) {
    case LIVE_OK:
        return EXIT_FINE;
    case LIVE_AWAY:
        return EXIT_AWAY;
    case LIVE_REFUSED:
        return EXIT_USAGE;
    case LIVE_BROKEN:
        break;
    }
    return EXIT_BROKEN;
}

/* Every fate, so that a reader of the log sees them add up to the records taken. */
#define FATE_FORMAT(name, meaning) " " #name "=%" PRIu64
#define FATE_VALUE(name, meaning)  , live_fate_count(live, REBATO_FATE_##name)

static void
log_counts(const struct live *live)
{
    log_event(LOG_INFO, "counts",
            "records=%" PRIu64 REBATO_FATES(FATE_FORMAT) " notices=%" PRIu64 " through=%" PRId64,
            live_record_count(live) REBATO_FATES(FATE_VALUE), live_notices_delivered(live),
            bucket_start_ms(live_closed_bucket(live)));
}

/* Whether a broker has ever answered, and until when one may still do so for the first time. */
struct first_contact {
    int made;
    int64_t end_ms;
};

/* A Kafka that goes away later is waited for as long as it takes; one that was never there is a mistake in
 * the settings or in the order of starting, and somebody is looking. */
static int
kafka_is_missing(const struct live *live, struct first_contact *contact)
{
    enum worker_contact now = live_kafka(live);

    contact->made = contact->made || now == WORKER_CONNECTED;
    return !contact->made && now == WORKER_DISCONNECTED && clock_monotonic_ms() >= contact->end_ms;
}

/* Until somebody asks for the end. False: Kafka was never there. */
static int
watch(struct run_verb *verb, const struct live *live)
{
    int64_t said_ms = clock_monotonic_ms();
    struct first_contact contact = { .end_ms = said_ms + (verb->wait_ms < 0 ? KAFKA_WAIT_MS
                                                                            : verb->wait_ms) };

    while (signals_asked() == 0 && !live_stopping(live)) {
        if (kafka_is_missing(live, &contact)) {
            return 0;
        }
        clock_sleep_ms(reload_turn(&verb->reload) ? NAP_SWAP_MS : NAP_MS);
        if (clock_monotonic_ms() - said_ms >= COUNTS_MS) {
            said_ms = clock_monotonic_ms();
            log_counts(live);
        }
    }
    return 1;
}

static enum exit_code
serve(struct run_verb *verb, struct live *live)
{
    char trouble[LIVE_TROUBLE_SIZE];

    if (!reload_begin(&verb->reload, live)) {
        cli_complain("run", NULL, "out of memory");
        return EXIT_BROKEN;
    }
    enum live_outcome outcome = live_start(live, trouble);

    if (outcome != LIVE_OK) {
        cli_complain("run", "see web.listen in the settings", "%s", trouble);
        return code_of(outcome);
    }
    log_event(LOG_INFO, "started", "page_port=%u", live_http_port(live));
    int reached = watch(verb, live);
    outcome = live_stop(live, trouble);
    log_counts(live);
    if (!reached) {
        cli_complain("run", "start Kafka, mend input.kafka.brokers, or give --wait 5m",
                "no Kafka broker answers at %s", verb->settings.brokers);
        return EXIT_AWAY;
    }
    if (outcome != LIVE_OK) {
        cli_complain("run", NULL, "%s", trouble);
    }
    return code_of(outcome);
}

/* While it waited for Redis somebody thought better of it: that is an end like any other. */
static int
was_called_off(enum live_outcome outcome)
{
    return outcome == LIVE_AWAY && signals_asked() != 0;
}

/* Takes the sinks and the keep of `wanted` over. */
static enum exit_code
create_and_serve(struct run_verb *verb, struct live_options *wanted)
{
    struct live *live = NULL;
    char trouble[LIVE_TROUBLE_SIZE];
    enum live_outcome outcome = live_create(wanted, &live, trouble);

    if (was_called_off(outcome)) {
        return EXIT_FINE;
    }
    if (outcome != LIVE_OK) {
        cli_complain("run",
                outcome == LIVE_AWAY ? "start Redis, mend redis.url, or give --wait 1m" : NULL,
                "%s", trouble);
        return code_of(outcome);
    }
    enum exit_code code = serve(verb, live);
    reload_end(&verb->reload);
    live_destroy(&live);
    return code;
}

static enum exit_code
run_live(struct run_verb *verb)
{
    struct live_options wanted;
    char host[64] = "host";

    gethostname(host, sizeof host - 1);
    snprintf(verb->instance, sizeof verb->instance, "%s-%d", host, (int)getpid());
    const struct ruling *ruling = verb->reload.first;
    live_options_init(&wanted, ruling->rules, &ruling->judging.settings);
    fill_worker(&verb->settings, &wanted);
    verb_settings_ledger(&verb->settings, &wanted.ledger);
    wanted.allow_ms = verb->settings.allow_ms;
    wanted.wait_ms = verb->wait_ms;
    wanted.called_off = signals_asked;
    wanted.turn_ms = verb->settings.turn_ms;
    wanted.early_ms = verb->settings.early_ms;
    wanted.lang = verb->settings.lang;
    wanted.external_url = verb->settings.external_url;
    wanted.http_listen = verb->settings.web_listen;
    wanted.instance = verb->instance;
    wanted.fresh_only = verb->settings.start == START_TIME;
    struct control_scribe_options control;
    int has_control = control_options_fill(&verb->settings, &control);
    control.process = verb->instance;
    wanted.control = has_control ? &control : NULL;
    wanted.on_event = on_event;
    wanted.context = verb;
    if (!fill_sinks(&verb->settings, &wanted)) {
        return EXIT_USAGE;
    }
    if (!fill_keep(&verb->settings, &wanted)) {
        destroy_sinks(&wanted);
        return EXIT_USAGE;
    }
    return create_and_serve(verb, &wanted);
}

static int
read_settings(struct run_verb *verb, const struct cli_values *values)
{
    const char *path = cli_value(values, OPT_CONFIG, NULL);
    int fine = verb_settings_read("run", path, &verb->settings);

    if (fine && (verb->settings.brokers == NULL || verb->settings.topic_count == 0)) {
        cli_complain("run", "set input.kafka.brokers and input.kafka.topics",
                "%s names no Kafka to read", path);
        fine = 0;
    }
    return fine;
}

static int
read_line(struct run_verb *verb, const struct cli_values *values)
{
    const char *since = cli_value(values, OPT_SINCE, NULL);
    const char *wait = cli_value(values, OPT_WAIT, NULL);
    const char *path = cli_value(values, OPT_LOG, NULL);

    if (since != NULL) {
        verb->settings.start = START_TIME;
        if (!cli_time("run", "since", since, &verb->settings.start_time_ms)) {
            return 0;
        }
    }
    verb->wait_ms = -1;
    if (wait != NULL && !calendar_parse_span(view_of(wait), &verb->wait_ms)) {
        cli_complain("run", "write it like 30s or 5m", "--wait: \"%s\" is no span", wait);
        return 0;
    }
    if (path != NULL) {
        verb->incident_log = fopen(path, "ab");
        if (verb->incident_log == NULL) {
            cli_complain("run", "check folder and permissions", "cannot write %s", path);
            return 0;
        }
    }
    log_setup(verb->settings.log_level, verb->settings.log_format);
    return 1;
}

/* What `rebato check` says of the same rules. */
static struct ruling *
first_ruling(const struct ruling_source *source)
{
    struct fault_list *faults = fault_list_create();

    assert(faults != NULL);
    struct ruling *ruling = ruling_create(source, NULL, faults);
    if (ruling == NULL) {
        fault_print(faults, stderr, cli_color(STDERR_FILENO) ? FAULT_COLOR : FAULT_PLAIN);
        cli_complain("run", NULL, "%zu error(s) in the rules", fault_count(faults, FAULT_ERROR));
    }
    fault_list_destroy(&faults);
    return ruling;
}

static enum exit_code
run_with_settings(struct run_verb *verb, const struct cli_values *values)
{
    enum exit_code code = EXIT_RULES;
    struct ruling_source source;

    if (!read_line(verb, values)) {
        return EXIT_USAGE;
    }
    ruling_source_init(&source, &verb->settings);
    if (cli_count(values, OPT_RULES) > 0) {
        source.paths = values->options[OPT_RULES].values;
        source.path_count = cli_count(values, OPT_RULES);
    }
    struct ruling *ruling = first_ruling(&source);
    if (ruling != NULL) {
        reload_init(&verb->reload, &source, ruling);
        code = run_live(verb);
        reload_fini(&verb->reload);
    }
    ruling_source_fini(&source);
    return code;
}

static enum exit_code
run_run(int argc, char **argv)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;
    struct run_verb *verb = calloc(1, sizeof *verb);

    assert(verb != NULL);
    if (!cli_parse(&verb_run, argc, argv, &values, &code)) {
        free(verb);
        return code;
    }
    signals_install();
    signals_install_reload();
    code = read_settings(verb, &values) ? run_with_settings(verb, &values) : EXIT_USAGE;
    settings_fini(&verb->settings);
    if (verb->incident_log != NULL) {
        fclose(verb->incident_log);
    }
    free(verb);
    return code;
}

const struct cli_verb verb_run = {
    .name = "run",
    .summary = "the daemon: Kafka in, counts in Redis, verdicts out",
    .usage = "-c FILE [options]",
    .examples = "  rebato config init > rebato.yaml\n"
                "  rebato check -c rebato.yaml --connect\n"
                "  rebato run -c rebato.yaml\n"
                "  kill -HUP PID      # reads the rule files again and swaps them live; what came "
                "of it\n"
                "                     # stands in the log: rules_swapped, or rules_kept and why\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_run,
};
