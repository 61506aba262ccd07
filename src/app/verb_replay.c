/* rebato replay: archives through the engine and the judge, as fast as they go. */
#include "alert/render.h"
#include "app/input_options.h"
#include "app/judging.h"
#include "app/learning.h"
#include "app/packs.h"
#include "app/replay_setup.h"
#include "app/ruling.h"
#include "app/verbs.h"
#include "core/calendar.h"
#include "core/clock.h"
#include "ingest/consumer.h"
#include "pipeline/read_ahead.h"
#include "pipeline/replay_run.h"
#include "replay/summary.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    OPT_RULES,
    OPT_SINCE,
    OPT_UNTIL,
    OPT_FORMAT,
    OPT_CELLS,
    OPT_LEARN,
    OPT_SENSITIVITY,
    OPT_SHAPE,
    OPT_FIELD,
    OPT_ALLOW,
    OPT_BROKERS,
    OPT_PROPERTY,
    OPT_NAME,
    OPT_LANG,
    OPT_WORKERS,
    OPT_QUIET,
    OPT_CONFIG,
    OPT_CONTROL,
};

static const struct cli_option options[] = {
    { "rules", 'r', "PATH", "rule file or folder; repeat for more (default: the packs inside)" },
    { "since", 0, "TIME", "count from here on: 2015-02-22, RFC 3339 or epoch seconds" },
    { "until", 0, "TIME", "count up to here, and let time go on to it" },
    { "format", 0, "FORMAT", "ndjson (default), log (ndjson without the summary) or text" },
    { "cells", 0, "FILE", "write every count of every bucket there, NDJSON" },
    { "learn", 0, "PLACE",
            "write what the judge has learnt there, for the first start of rebato run: the FILE of "
            "checkpoint.file, or kafka:TOPIC" },
    { "sensitivity", 0, "NAME", "fewer, balanced or more, for all rules" },
    { "shape", 's', "NAME", "shape of the records (default: detected)" },
    { "field", 'f', "NAME=PTR", "where a field stands, as a JSON pointer: text=/body" },
    { "allow", 0, "SPAN", "lateness allowed (default: 30s)" },
    { "brokers", 'b', "LIST", "Kafka brokers, for kafka:TOPIC" },
    { "property", 'X', "NAME=VALUE", "a librdkafka property, for kafka:TOPIC" },
    { "name", 0, "NAME", "deployment, part of incident ids (default: the settings', else main)" },
    { "lang", 0, "es|en", "language of the text format" },
    { "workers", 'w', "N", "threads that read and match (default: 2, or 1 on one core)" },
    { "quiet", 'q', NULL, "no progress, no closing words" },
    { "config", 'c', "FILE", "settings of a run: its rules, fields, judge, brokers and topics" },
    { "control", 0, "FILE", "or kafka:TOPIC: the control log of a run, to say what it said" },
};

/* Everything the callbacks of a run need. */
struct replay_verb {
    struct cli_values values;
    const struct rule_set *rules;
    struct judging judging;
    struct summary *summary;
    struct learning *learning; /* NULL: nothing is kept */
    FILE *cells;
    enum lang lang;
    enum { OUT_NDJSON, OUT_LOG, OUT_TEXT } format;
    int progress;
    int64_t started_ms;
    int64_t shown_ms;
    uint64_t incidents;
    uint64_t unresolved; /* of them */
    struct replay_setup setup;
};

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct replay_verb *verb = context;
    int text = verb->format == OUT_TEXT;
    char *line = text ? render_text(payload, verb->lang) : render_log_line(event);

    if (event->kind == EVENT_OPENED) {
        verb->incidents++;
    }
    verb->unresolved += event->kind == EVENT_OPENED || event->kind == EVENT_REOPENED;
    verb->unresolved -= event->kind == EVENT_RESOLVED;
    if (line != NULL) {
        fputs(line, stdout);
        fputs(text ? "\n\n" : "\n", stdout);
    }
    free(line);
}

static void
on_cells(void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count)
{
    struct replay_verb *verb = context;

    for (size_t i = 0; i < cell_count; i++) {
        const struct ledger_cell *cell = &cells[i];
        struct summary_cell counted = { .dim = cell->dim,
            .kind = cell->kind == CELL_LATE ? SUMMARY_LATE : SUMMARY_ON_TIME,
            .bucket = cell->bucket,
            .count = cell->count };
        summary_add(verb->summary, brand, &counted);
        if (verb->cells != NULL) {
            /* Ids and dimensions are of checked characters: nothing to escape. */
            fprintf(verb->cells,
                    "{\"brand\":\"%.*s\",\"bucket\":%" PRId64
                    ",\"dim\":\"%.*s\",\"late\":%s,\"count\":%" PRIu64 "}\n",
                    (int)brand.size, brand.at, bucket_start_ms(cell->bucket), (int)cell->dim.size,
                    cell->dim.at, cell->kind == CELL_LATE ? "true" : "false", cell->count);
        }
    }
}

static void
on_state(void *context, struct view brand, uint32_t folded_through, struct view state)
{
    learning_take(((struct replay_verb *)context)->learning, brand, folded_through, state);
}

static void
on_progress(void *context, const struct replay_progress *progress)
{
    struct replay_verb *verb = context;
    int64_t now_ms = clock_monotonic_ms();
    char at[CALENDAR_TEXT_SIZE] = "-";
    char bar[31] = "..............................";

    if (!verb->progress || now_ms - verb->shown_ms < 100) {
        return;
    }
    verb->shown_ms = now_ms;
    for (int i = 0; progress->fraction > 0 && i < 30 && i < (int)(progress->fraction * 30); i++) {
        bar[i] = '#';
    }
    if (progress->time_ms != INT64_MIN) {
        calendar_print(progress->time_ms / 1000 * 1000, at);
    }
    double seconds = (double)(now_ms - verb->started_ms) / 1000.0;
    fprintf(stderr, "\r[%s] %3.0f %%  %" PRIu64 " records  %.0f/s  %s ", bar,
            progress->fraction < 0 ? 0.0 : progress->fraction * 100, progress->records,
            (double)progress->records / (seconds > 0 ? seconds : 1), at);
}

/* ---- options ---- */

static int
read_times(const struct cli_values *values, struct engine_options *engine)
{
    const char *since = cli_value(values, OPT_SINCE, NULL);
    const char *until = cli_value(values, OPT_UNTIL, NULL);
    const char *allow = cli_value(values, OPT_ALLOW, NULL);

    if (since != NULL && !cli_time("replay", "since", since, &engine->since_ms)) {
        return 0;
    }
    if (until != NULL && !cli_time("replay", "until", until, &engine->until_ms)) {
        return 0;
    }
    if (engine->since_ms >= engine->until_ms) {
        cli_complain("replay", NULL, "--since is not before --until");
        return 0;
    }
    if (allow != NULL && !calendar_parse_span(view_of(allow), &engine->partition.allow_ms)) {
        cli_complain("replay", "write it like 30s or 5m", "--allow: \"%s\" is no span", allow);
        return 0;
    }
    return 1;
}

static int
read_reader(const struct cli_values *values, struct reader_options *reader)
{
    for (size_t i = 0; i < cli_count(values, OPT_FIELD); i++) {
        if (!input_option_field("replay", values->options[OPT_FIELD].values[i], reader)) {
            return 0;
        }
    }
    return input_option_shape("replay", cli_value(values, OPT_SHAPE, NULL), reader);
}

static int
read_output(struct replay_verb *verb)
{
    static const char *const formats[] = { "ndjson", "log", "text" };
    const char *path = cli_value(&verb->values, OPT_CELLS, NULL);
    int format = cli_choice(
            "replay", "format", cli_value(&verb->values, OPT_FORMAT, "ndjson"), formats, 3);

    if (format < 0) {
        return 0;
    }
    verb->format = (unsigned)format;
    verb->lang = cli_lang(cli_value(&verb->values, OPT_LANG, NULL));
    verb->progress = isatty(STDERR_FILENO) && cli_count(&verb->values, OPT_QUIET) == 0;
    if (path != NULL) {
        verb->cells = fopen(path, "wb");
        if (verb->cells == NULL) {
            cli_complain("replay", "check folder and permissions", "cannot write %s", path);
            return 0;
        }
    }
    return 1;
}

/* Before hours of reading, not behind them. */
static int
read_learning(struct replay_verb *verb)
{
    const char *place = cli_value(&verb->values, OPT_LEARN, NULL);
    struct keep_property properties[REPLAY_PROPERTIES_MAX];

    for (size_t i = 0; i < verb->setup.property_count; i++) {
        properties[i] = (struct keep_property){ verb->setup.properties[i].name,
            verb->setup.properties[i].value };
    }
    struct keep_options wanted = { .brokers = verb->setup.brokers,
        .properties = properties,
        .property_count = verb->setup.property_count,
        .deployment = verb->judging.settings.deployment };
    if (place != NULL) {
        verb->learning = learning_create(place, &wanted);
    }
    return place == NULL || verb->learning != NULL;
}

static int
read_workers(const struct cli_values *values, struct replay_options *run)
{
    const char *text = cli_value(values, OPT_WORKERS, NULL);
    uint64_t workers = 0;

    if (text == NULL) {
        return 1;
    }
    if (!view_to_u64(view_of(text), &workers) || workers < 1 || workers > READ_AHEAD_WORKERS_MAX) {
        cli_complain(
                "replay", NULL, "--workers is 1 to %d, not \"%s\"", READ_AHEAD_WORKERS_MAX, text);
        return 0;
    }
    run->workers = (uint32_t)workers;
    return 1;
}

static int
read_sensitivity(struct replay_verb *verb)
{
    const char *name = cli_value(&verb->values, OPT_SENSITIVITY, NULL);
    enum sensitivity sensitivity;

    if (name == NULL) {
        return 1;
    }
    if (!sensitivity_find(view_of(name), &sensitivity)) {
        cli_complain(
                "replay", NULL, "--sensitivity is one of fewer, balanced, more, not \"%s\"", name);
        return 0;
    }
    judging_set_sensitivity(&verb->judging, sensitivity);
    return 1;
}

/* ---- inputs ---- */

static struct feed *
open_input(struct replay_verb *verb,
        const struct engine_options *engine,
        const char *path,
        enum exit_code *code)
{
    char trouble[256];
    struct feed *feed = NULL;

    *code = EXIT_USAGE;
    if (strncmp(path, "kafka:", 6) != 0) {
        feed = feed_open(path, trouble);
    } else if (verb->setup.brokers == NULL) {
        snprintf(trouble, sizeof trouble, "%s needs --brokers", path);
    } else {
        /* By the control log of a run every record counts that it has read, however late it came. */
        int all = verb->setup.control != NULL;
        struct feed_kafka kafka = { .brokers = verb->setup.brokers,
            .topic = path + 6,
            .since_ms = all ? INT64_MIN : engine->since_ms,
            .until_ms = all ? INT64_MAX : engine->until_ms,
            .properties = verb->setup.properties,
            .property_count = verb->setup.property_count };
        feed = feed_open_kafka(&kafka, trouble);
        *code = EXIT_AWAY;
    }
    if (feed == NULL) {
        cli_complain("replay", "rebato replay --help shows how", "%s", trouble);
    }
    return feed;
}

static enum exit_code
add_inputs(struct replay_verb *verb, const struct engine_options *engine, struct replay *replay)
{
    enum exit_code code = EXIT_FINE;

    for (size_t i = 0; i < verb->setup.input_count; i++) {
        struct feed *feed = open_input(verb, engine, verb->setup.inputs[i], &code);
        if (feed == NULL) {
            return code;
        }
        if (!replay_add(replay, feed)) {
            cli_complain("replay", "name a folder instead", "too many inputs");
            return EXIT_USAGE;
        }
    }
    return EXIT_FINE;
}

/* ---- the run ---- */

static void
print_summary(struct replay_verb *verb, const struct replay_summary *result)
{
    struct summary_facts facts = { .received = result->received,
        .fates = result->fates,
        .first_ms = result->first_ms,
        .last_ms = result->last_ms,
        .incidents = verb->incidents,
        .rules_digest = rule_set_digest(verb->rules) };

    if (verb->format == OUT_LOG) {
        return;
    }
    if (verb->format == OUT_TEXT) {
        summary_print(verb->summary, &facts, stdout);
        return;
    }
    char *line = summary_json(verb->summary, &facts);
    assert(line != NULL);
    puts(line);
    free(line);
}

static void
say_speed(const struct replay_verb *verb, const struct replay_summary *result)
{
    double seconds = (double)(clock_monotonic_ms() - verb->started_ms) / 1000.0;

    if (verb->progress) {
        fprintf(stderr, "\r\033[K");
    }
    if (cli_count(&verb->values, OPT_QUIET) == 0) {
        fprintf(stderr, "rebato replay: %" PRIu64 " records in %.2f s (%.0f/s)\n", result->received,
                seconds, (double)result->received / (seconds > 0.001 ? seconds : 0.001));
    }
}

/* Half an archive is no lesson. */
static enum exit_code
write_learning(const struct replay_verb *verb)
{
    if (verb->learning == NULL) {
        return EXIT_FINE;
    }
    enum exit_code code = learning_write(verb->learning);
    if (code == EXIT_FINE && cli_count(&verb->values, OPT_QUIET) == 0) {
        fprintf(stderr, "rebato replay: %zu brands learnt, kept in %s\n",
                learning_brand_count(verb->learning), learning_place(verb->learning));
    }
    if (code == EXIT_FINE && verb->unresolved > 0) {
        fprintf(stderr,
                "rebato replay: %" PRIu64
                " incident(s) are open at the end and will go on in the run: "
                "with --until they can resolve\n",
                verb->unresolved);
    }
    return code;
}

static enum exit_code
replay_inputs(struct replay_verb *verb, struct engine_options *engine)
{
    char trouble[256];
    struct replay_summary result;
    struct replay_options run;

    replay_options_init(&run, verb->rules, &verb->judging.settings);
    run.engine = *engine;
    run.lang = verb->lang;
    run.on_event = on_event;
    run.on_cells = on_cells;
    run.on_progress = on_progress;
    run.on_state = verb->learning == NULL ? NULL : on_state;
    run.context = verb;
    struct replay_said said = { .deployment = cli_value(&verb->values, OPT_NAME, NULL),
        .allow_ms = cli_count(&verb->values, OPT_ALLOW) == 0 ? -1 : engine->partition.allow_ms,
        .inputs = verb->setup.inputs,
        .input_count = verb->setup.input_count,
        .rules_digest = rule_set_digest(verb->rules) };
    if (!read_workers(&verb->values, &run) || !replay_setup_fit(&verb->setup, &said, &run)) {
        return EXIT_USAGE;
    }
    struct replay *replay = replay_create(&run);

    if (replay == NULL) {
        cli_complain("replay", NULL, "out of memory");
        return EXIT_BROKEN;
    }
    enum exit_code code = add_inputs(verb, engine, replay);
    if (code == EXIT_FINE) {
        verb->started_ms = clock_monotonic_ms();
        int fine = replay_run(replay, &result, trouble);
        print_summary(verb, &result);
        say_speed(verb, &result);
        if (!fine) {
            cli_complain("replay", "what came before it is counted above", "%s", trouble);
            code = EXIT_FINDINGS;
        }
    }
    if (code == EXIT_FINE) {
        code = write_learning(verb);
    }
    replay_destroy(&replay);
    return code;
}

/* The name is part of ids: that of the line, of the run whose log is to be said again, of the settings. */
static void
begin_judging(struct replay_verb *verb)
{
    const char *name = cli_value(&verb->values, OPT_NAME, NULL);

    if (verb->setup.has_settings) {
        ruling_judging(&verb->judging, verb->rules, &verb->setup.settings);
    } else {
        judging_init(&verb->judging, verb->rules, "main");
    }
    if (verb->setup.control != NULL) {
        verb->judging.settings.deployment = control_header(verb->setup.control)->deployment;
    } else if (name != NULL) {
        verb->judging.settings.deployment = name;
    }
}

static enum exit_code
run_with_rules(struct replay_verb *verb)
{
    struct engine_options engine;
    enum exit_code code = EXIT_USAGE;

    engine_options_init(&engine, verb->rules);
    replay_setup_engine(&verb->setup, &engine);
    begin_judging(verb);
    if (read_times(&verb->values, &engine) && read_reader(&verb->values, &engine.reader) &&
            read_sensitivity(verb) && read_learning(verb) && read_output(verb)) {
        code = replay_inputs(verb, &engine);
    }
    if (verb->cells != NULL && fclose(verb->cells) != 0) {
        cli_complain("replay", "is the disk full?", "the cells could not be written");
        code = EXIT_BROKEN;
    }
    learning_destroy(&verb->learning);
    judging_fini(&verb->judging);
    return code;
}

static int
read_control(struct replay_verb *verb, enum exit_code *code)
{
    const char *source = cli_value(&verb->values, OPT_CONTROL, NULL);
    struct feed_kafka kafka = { .brokers = verb->setup.brokers,
        .properties = verb->setup.properties,
        .property_count = verb->setup.property_count };

    return source == NULL || replay_setup_control(&verb->setup, source, &kafka, code);
}

static const struct rule_set *
compile_rules(struct replay_verb *verb, enum exit_code *code)
{
    const struct settings *settings = &verb->setup.settings;
    size_t count = cli_count(&verb->values, OPT_RULES);

    return count > 0 || !verb->setup.has_settings
                   ? packs_compile("replay", verb->values.options[OPT_RULES].values, count, code)
                   : packs_compile("replay", settings->rules, settings->rule_count, code);
}

static enum exit_code
run_with_settings(struct replay_verb *verb)
{
    enum exit_code code = EXIT_USAGE;

    const struct cli_values *values = &verb->values;

    if (!replay_setup_inputs(&verb->setup, values->rest, (size_t)values->rest_count) ||
            !replay_setup_kafka(&verb->setup, cli_value(values, OPT_BROKERS, NULL),
                    values->options[OPT_PROPERTY].values, cli_count(values, OPT_PROPERTY)) ||
            !read_control(verb, &code)) {
        return code;
    }
    verb->rules = compile_rules(verb, &code);
    if (verb->rules != NULL) {
        verb->summary = summary_create();
        assert(verb->summary != NULL);
        code = run_with_rules(verb);
        summary_destroy(&verb->summary);
        rule_set_destroy(&verb->rules);
    }
    return code;
}

static enum exit_code
run_replay(int argc, char **argv)
{
    struct replay_verb *verb = calloc(1, sizeof *verb);
    enum exit_code code = EXIT_FINE;

    assert(verb != NULL);
    if (!cli_parse(&verb_replay, argc, argv, &verb->values, &code)) {
        free(verb);
        return code;
    }
    replay_setup_init(&verb->setup);
    if (replay_setup_settings(&verb->setup, cli_value(&verb->values, OPT_CONFIG, NULL), &code)) {
        code = run_with_settings(verb);
    }
    replay_setup_fini(&verb->setup);
    free(verb);
    return code;
}

const struct cli_verb verb_replay = {
    .name = "replay",
    .summary = "past archives: what would have been said, and when",
    .usage = "FILE|FOLDER|-|kafka:TOPIC... [options], or -c FILE [options]",
    .examples =
            "  rebato replay 2014-02.ndjson.gz --format text\n"
            "  rebato replay x.ndjson bluesky.ndjson.zst --until 2014-02-24 > incidents.ndjson\n"
            "  rebato replay kafka:mentions -b broker:9092 --since 2014-02-22 --until 2014-02-23\n"
            "  rebato replay -c rebato.yaml --control kafka:rebato-control --format log\n"
            "  rebato replay --learn /var/lib/rebato/checkpoint 2014-0*.ndjson.gz > told.ndjson\n"
            "                     # before the first day: what was usual is known, rebato run is "
            "trained at once\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_replay,
};
