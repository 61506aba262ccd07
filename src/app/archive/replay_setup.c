#include "app/archive/replay_setup.h"

#include "app/archive/replay_rulings.h"
#include "app/settings/verb_settings.h"
#include "pipeline/copies/control_store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define KAFKA_PREFIX VIEW("kafka:")

void
replay_setup_init(struct replay_setup *setup, const char *verb)
{
    *setup = (struct replay_setup){ .verb = verb };
    settings_init(&setup->settings);
}

void
replay_setup_fini(struct replay_setup *setup)
{
    for (size_t i = 0; i < CLI_REPEATS_MAX; i++) {
        free(setup->names[i]);
    }
    for (size_t i = 0; i < setup->input_count; i++) {
        free(setup->inputs[i]);
    }
    free(setup->inputs);
    replay_rulings_destroy(&setup->rulings);
    control_destroy(&setup->control);
    settings_fini(&setup->settings);
}

int
replay_setup_settings(struct replay_setup *setup, const char *path, enum exit_code *code)
{
    if (path == NULL) {
        return 1;
    }
    settings_fini(&setup->settings);
    setup->has_settings = 1;
    *code = EXIT_USAGE;
    return verb_settings_read(setup->verb, path, &setup->settings);
}

/* ---- what is read ---- */

int
replay_setup_inputs(struct replay_setup *setup, char *const *named, size_t count)
{
    const struct settings *settings = &setup->settings;

    setup->inputs = calloc(count + settings->topic_count + 1, sizeof *setup->inputs);
    assert(setup->inputs != NULL);
    for (size_t i = 0; i < count; i++) {
        setup->inputs[setup->input_count++] = strdup(named[i]);
    }
    for (size_t i = 0; count == 0 && i < settings->topic_count; i++) {
        if (settings->topics[i][0] == '^') {
            cli_complain(setup->verb, "name the topics: kafka:TOPIC...",
                    "which topics %s stands for is Kafka's to say", settings->topics[i]);
            return 0;
        }
        int size = asprintf(&setup->inputs[setup->input_count++], "kafka:%s", settings->topics[i]);
        assert(size > 0);
    }
    if (setup->input_count == 0) {
        cli_complain(setup->verb, "as in archive.ndjson.gz, or - for standard input",
                "name at least one input");
    }
    return setup->input_count > 0;
}

int
replay_setup_kafka(struct replay_setup *setup,
        const char *brokers,
        const char *const *properties,
        size_t count)
{
    const struct settings *settings = &setup->settings;

    setup->brokers = brokers == NULL ? settings->brokers : brokers;
    for (size_t i = 0; i < settings->property_count; i++) {
        setup->properties[setup->property_count++] = settings->properties[i];
    }
    for (size_t i = 0; i < count; i++) {
        const char *equals = strchr(properties[i], '=');
        if (equals == NULL) {
            cli_complain(
                    setup->verb, "write -X security.protocol=SSL", "-X %s has no =", properties[i]);
            return 0;
        }
        setup->names[i] = strndup(properties[i], (size_t)(equals - properties[i]));
        assert(setup->names[i] != NULL);
        setup->properties[setup->property_count++] =
                (struct consumer_property){ .name = setup->names[i], .value = equals + 1 };
    }
    return 1;
}

/* ---- the control log ---- */

static void
say_rest(const char *verb, size_t torn, struct control *control)
{
    size_t count = 0;

    (void)control_idles(control, &count);
    fprintf(stderr, "rebato %s: the control log tells of %zu idle close(s)%s\n", verb, count,
            torn > 0 ? "; its last line was being written, and is left out" : "");
}

int
replay_setup_control(struct replay_setup *setup,
        const char *source,
        const struct feed_kafka *kafka,
        enum exit_code *code)
{
    int is_topic = view_starts(view_of(source), KAFKA_PREFIX);
    struct control_store_options options = { .file = is_topic ? NULL : source,
        .topic = is_topic ? source + KAFKA_PREFIX.size : NULL,
        .brokers = kafka->brokers,
        .properties = kafka->properties,
        .property_count = kafka->property_count };
    char trouble[CONTROL_TROUBLE_SIZE];
    size_t torn = 0;

    *code = is_topic && kafka->brokers != NULL ? EXIT_AWAY : EXIT_USAGE;
    if (is_topic && kafka->brokers == NULL) {
        cli_complain(
                setup->verb, "name them, or the settings with -c", "%s needs --brokers", source);
        return 0;
    }
    setup->control = control_create();
    assert(setup->control != NULL);
    if (!control_store_load(&options, setup->control, &torn, trouble)) {
        cli_complain(setup->verb, "rebato log --control prints one", "%s", trouble);
        return 0;
    }
    if (control_header(setup->control) == NULL) {
        cli_complain(setup->verb, "is it the right one? rebato log --control prints one",
                "%s does not say whose control log it is", source);
        *code = EXIT_USAGE;
        return 0;
    }
    say_rest(setup->verb, torn, setup->control);
    return 1;
}

void
replay_setup_engine(const struct replay_setup *setup, struct engine_options *engine)
{
    if (setup->has_settings) {
        engine->reader = setup->settings.reader;
        engine->partition.allow_ms = setup->settings.allow_ms;
        engine->partition.max_age_ms = setup->settings.max_age_ms;
        engine->partition.dedupe_records = setup->settings.dedupe_records;
    }
}

/* ---- does it fit? ---- */

static int
fits_deployment(const struct replay_setup *setup,
        const struct control_header *header,
        const struct replay_said *said)
{
    const char *wanted = said->deployment;

    if (wanted == NULL && setup->has_settings) {
        wanted = setup->settings.deployment;
    }
    if (wanted != NULL && strcmp(wanted, header->deployment) != 0) {
        cli_complain(setup->verb,
                "incident ids would be others: leave --name out, or take its settings",
                "the control log is of deployment %s, not %s", header->deployment, wanted);
        return 0;
    }
    if (said->allow_ms >= 0 && said->allow_ms != header->allow_ms) {
        cli_complain(setup->verb, "leave --allow out",
                "the control log is of a run that allowed %" PRId64 " ms, not %" PRId64,
                header->allow_ms, said->allow_ms);
        return 0;
    }
    return 1;
}

/* A pattern is Kafka's: what it stands for is not looked into. */
static int
names_topic(const struct control_header *header, const char *topic)
{
    for (size_t i = 0; i < header->topic_count; i++) {
        if (header->topics[i][0] == '^' || strcmp(header->topics[i], topic) == 0) {
            return 1;
        }
    }
    return 0;
}

static int
fits_input(const char *verb, const struct control_header *header, const char *input)
{
    if (!view_starts(view_of(input), KAFKA_PREFIX)) {
        cli_complain(verb, "a control log speaks of offsets: replay the topic, kafka:TOPIC",
                "--control does not go with %s", input);
        return 0;
    }
    if (!names_topic(header, input + KAFKA_PREFIX.size)) {
        cli_complain(
                verb, NULL, "the control log is not of %s, but of %s", input, header->topics[0]);
        return 0;
    }
    return 1;
}

int
replay_setup_fit(
        struct replay_setup *setup, const struct replay_said *said, struct replay_options *options)
{
    if (setup->control == NULL) {
        return 1;
    }
    const struct control_header *header = control_header(setup->control);
    int fine = fits_deployment(setup, header, said);
    for (size_t i = 0; fine && i < said->input_count; i++) {
        fine = fits_input(setup->verb, header, said->inputs[i]);
    }
    if (!fine) {
        return 0;
    }
    if (!replay_rulings_fit(&setup->rulings, setup->control, said, options)) {
        return 0;
    }
    options->engine.shards = header->shards;
    options->engine.partition.allow_ms = header->allow_ms;
    options->engine.partition.max_age_ms = header->max_age_ms;
    options->engine.partition.dedupe_records = header->dedupe;
    options->idles = control_idles(setup->control, &options->idle_count);
    return 1;
}
