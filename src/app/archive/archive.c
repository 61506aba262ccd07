#include "app/archive/archive.h"

#include "app/input_options.h"
#include "app/packs.h"
#include "app/rules/ruling.h"
#include "core/process/clock.h"
#include "core/text/calendar.h"
#include "pipeline/replay/read_ahead.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PROGRESS_EVERY_MS 100

struct archive *
archive_create(const char *verb)
{
    struct archive *archive = calloc(1, sizeof *archive);

    assert(archive != NULL);
    archive->verb = verb;
    replay_setup_init(&archive->setup, verb);
    return archive;
}

void
archive_destroy(struct archive **archive)
{
    if (*archive == NULL) {
        return;
    }
    roster_destroy(&(*archive)->roster);
    judging_fini(&(*archive)->judging);
    rule_set_destroy(&(*archive)->rules);
    replay_setup_fini(&(*archive)->setup);
    free(*archive);
    *archive = NULL;
}

/* ---- options ---- */

static int
read_times(const struct archive *archive, struct engine_options *engine)
{
    const char *since = cli_value(&archive->values, ARCHIVE_SINCE, NULL);
    const char *until = cli_value(&archive->values, ARCHIVE_UNTIL, NULL);
    const char *allow = cli_value(&archive->values, ARCHIVE_ALLOW, NULL);

    if (since != NULL && !cli_time(archive->verb, "since", since, &engine->since_ms)) {
        return 0;
    }
    if (until != NULL && !cli_time(archive->verb, "until", until, &engine->until_ms)) {
        return 0;
    }
    if (engine->since_ms >= engine->until_ms) {
        cli_complain(archive->verb, NULL, "--since is not before --until");
        return 0;
    }
    if (allow != NULL && !calendar_parse_span(view_of(allow), &engine->partition.allow_ms)) {
        cli_complain(archive->verb, "write it like 30s or 5m", "--allow: \"%s\" is no span", allow);
        return 0;
    }
    return 1;
}

static int
read_reader(const struct archive *archive, struct reader_options *reader)
{
    const struct cli_values *values = &archive->values;

    for (size_t i = 0; i < cli_count(values, ARCHIVE_FIELD); i++) {
        if (!input_option_field(archive->verb, values->options[ARCHIVE_FIELD].values[i], reader)) {
            return 0;
        }
    }
    return input_option_shape(archive->verb, cli_value(values, ARCHIVE_SHAPE, NULL), reader);
}

static int
read_workers(const struct archive *archive, struct replay_options *run)
{
    const char *text = cli_value(&archive->values, ARCHIVE_WORKERS, NULL);
    uint64_t workers = 0;

    if (text == NULL) {
        return 1;
    }
    if (!view_to_u64(view_of(text), &workers) || workers < 1 || workers > READ_AHEAD_WORKERS_MAX) {
        cli_complain(archive->verb, NULL, "--workers is 1 to %d, not \"%s\"",
                READ_AHEAD_WORKERS_MAX, text);
        return 0;
    }
    run->workers = (uint32_t)workers;
    return 1;
}

static int
read_sensitivity(struct archive *archive)
{
    const char *name = cli_value(&archive->values, ARCHIVE_SENSITIVITY, NULL);
    enum sensitivity sensitivity;

    if (name == NULL) {
        return 1;
    }
    if (!sensitivity_find(view_of(name), &sensitivity)) {
        cli_complain(archive->verb, NULL,
                "--sensitivity is one of fewer, balanced, more, not \"%s\"", name);
        return 0;
    }
    judging_set_sensitivity(&archive->judging, sensitivity);
    return 1;
}

/* The name is part of ids: that of the line, of the run whose log is to be said again, of the settings. */
static void
begin_judging(struct archive *archive)
{
    const char *name = cli_value(&archive->values, ARCHIVE_NAME, NULL);

    if (archive->setup.has_settings) {
        ruling_judging(&archive->judging, archive->rules, &archive->setup.settings);
    } else {
        judging_init(&archive->judging, archive->rules, "main");
    }
    if (archive->setup.control != NULL) {
        archive->judging.settings.deployment = control_header(archive->setup.control)->deployment;
    } else if (name != NULL) {
        archive->judging.settings.deployment = name;
    }
}

static int
read_control(struct archive *archive, enum exit_code *code)
{
    const char *source = cli_value(&archive->values, ARCHIVE_CONTROL, NULL);
    struct feed_kafka kafka = { .brokers = archive->setup.brokers,
        .properties = archive->setup.properties,
        .property_count = archive->setup.property_count };

    return source == NULL || replay_setup_control(&archive->setup, source, &kafka, code);
}

static const struct rule_set *
compile_rules(const struct archive *archive, enum exit_code *code)
{
    const struct settings *settings = &archive->setup.settings;
    size_t count = cli_count(&archive->values, ARCHIVE_RULES);

    return count > 0 || !archive->setup.has_settings
                   ? packs_compile(archive->verb, archive->values.options[ARCHIVE_RULES].values,
                             count, code)
                   : packs_compile(archive->verb, settings->rules, settings->rule_count, code);
}

int
archive_prepare(struct archive *archive, char *const *inputs, size_t count, enum exit_code *code)
{
    const struct cli_values *values = &archive->values;
    struct replay_setup *setup = &archive->setup;

    if (!replay_setup_settings(setup, cli_value(values, ARCHIVE_CONFIG, NULL), code)) {
        return 0;
    }
    *code = EXIT_USAGE;
    if (!replay_setup_inputs(setup, inputs, count) ||
            !replay_setup_kafka(setup, cli_value(values, ARCHIVE_BROKERS, NULL),
                    values->options[ARCHIVE_PROPERTY].values,
                    cli_count(values, ARCHIVE_PROPERTY)) ||
            !read_control(archive, code)) {
        return 0;
    }
    archive->rules = compile_rules(archive, code);
    if (archive->rules == NULL) {
        return 0;
    }
    archive->roster = roster_create(archive->rules);
    *code = EXIT_USAGE;
    engine_options_init(&archive->engine, archive->rules);
    replay_setup_engine(setup, &archive->engine);
    begin_judging(archive);
    return read_times(archive, &archive->engine) && read_reader(archive, &archive->engine.reader) &&
           read_sensitivity(archive);
}

/* ---- inputs ---- */

static struct feed *
open_input(const struct archive *archive, const char *path, enum exit_code *code)
{
    const struct replay_setup *setup = &archive->setup;
    char trouble[256];
    struct feed *feed = NULL;

    *code = EXIT_USAGE;
    if (strncmp(path, "kafka:", 6) != 0) {
        feed = feed_open(path, trouble);
    } else if (setup->brokers == NULL) {
        snprintf(trouble, sizeof trouble, "%s needs --brokers", path);
    } else {
        /* By the control log of a run every record counts that it has read, however late it came. */
        int all = setup->control != NULL;
        struct feed_kafka kafka = { .brokers = setup->brokers,
            .topic = path + 6,
            .since_ms = all ? INT64_MIN : archive->engine.since_ms,
            .until_ms = all ? INT64_MAX : archive->engine.until_ms,
            .properties = setup->properties,
            .property_count = setup->property_count };
        feed = feed_open_kafka(&kafka, trouble);
        *code = EXIT_AWAY;
    }
    if (feed == NULL) {
        char advice[80];
        snprintf(advice, sizeof advice, "rebato %s --help shows how", archive->verb);
        cli_complain(archive->verb, advice, "%s", trouble);
    }
    return feed;
}

static enum exit_code
add_inputs(const struct archive *archive, struct replay *replay)
{
    enum exit_code code = EXIT_FINE;

    for (size_t i = 0; i < archive->setup.input_count; i++) {
        struct feed *feed = open_input(archive, archive->setup.inputs[i], &code);
        if (feed == NULL) {
            return code;
        }
        if (!replay_add(replay, feed)) {
            cli_complain(archive->verb, "name a folder instead", "too many inputs");
            return EXIT_USAGE;
        }
    }
    return EXIT_FINE;
}

/* ---- the run ---- */

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    const struct archive *archive = context;

    archive->hooks->on_event(archive->hooks->context, event, payload);
}

static void
on_cells(void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count)
{
    const struct archive *archive = context;

    archive->hooks->on_cells(archive->hooks->context, brand, cells, cell_count);
}

static void
on_fold(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    const struct archive *archive = context;
    struct watched_fold numbered = *fold;

    numbered.brand = roster_number(archive->roster, fold);
    if (numbered.brand != SIZE_MAX) {
        archive->hooks->on_fold(archive->hooks->context, phase, &numbered);
    }
}

static void
on_talk(void *context, const struct waits_post *post)
{
    const struct archive *archive = context;

    archive->hooks->on_talk(archive->hooks->context, post);
}

static void
on_state(void *context, struct view brand, uint32_t folded_through, struct view state)
{
    const struct archive *archive = context;

    archive->hooks->on_state(archive->hooks->context, brand, folded_through, state);
}

static void
on_progress(void *context, const struct replay_progress *progress)
{
    struct archive *archive = context;
    int64_t now_ms = clock_monotonic_ms();
    char at[CALENDAR_TEXT_SIZE] = "-";
    char bar[31] = "..............................";

    if (!archive->progress || now_ms - archive->shown_ms < PROGRESS_EVERY_MS) {
        return;
    }
    archive->shown_ms = now_ms;
    for (int i = 0; progress->fraction > 0 && i < 30 && i < (int)(progress->fraction * 30); i++) {
        bar[i] = '#';
    }
    if (progress->time_ms != INT64_MIN) {
        calendar_print(progress->time_ms / 1000 * 1000, at);
    }
    double seconds = (double)(now_ms - archive->started_ms) / 1000.0;
    fprintf(stderr, "\r[%s] %3.0f %%  %" PRIu64 " records  %.0f/s  %s ", bar,
            progress->fraction < 0 ? 0.0 : progress->fraction * 100, progress->records,
            (double)progress->records / (seconds > 0 ? seconds : 1), at);
}

static void
say_speed(const struct archive *archive, const struct replay_summary *result)
{
    double seconds = (double)(clock_monotonic_ms() - archive->started_ms) / 1000.0;

    if (archive->progress) {
        fprintf(stderr, "\r\033[K");
    }
    if (cli_count(&archive->values, ARCHIVE_QUIET) == 0) {
        fprintf(stderr, "rebato %s: %" PRIu64 " records in %.2f s (%.0f/s)\n", archive->verb,
                result->received, seconds,
                (double)result->received / (seconds > 0.001 ? seconds : 0.001));
    }
}

static int
fill_options(struct archive *archive, struct replay_options *run)
{
    const struct archive_hooks *hooks = archive->hooks;

    replay_options_init(run, archive->rules, &archive->judging.settings);
    run->engine = archive->engine;
    run->lang = hooks->lang;
    run->on_event = hooks->on_event == NULL ? NULL : on_event;
    run->on_cells = hooks->on_cells == NULL ? NULL : on_cells;
    run->on_fold = hooks->on_fold == NULL ? NULL : on_fold;
    run->on_talk = hooks->on_talk == NULL ? NULL : on_talk;
    run->on_state = hooks->on_state == NULL ? NULL : on_state;
    run->on_progress = on_progress;
    run->context = archive;
    struct replay_said said = { .deployment = cli_value(&archive->values, ARCHIVE_NAME, NULL),
        .allow_ms = cli_count(&archive->values, ARCHIVE_ALLOW) == 0
                            ? -1
                            : archive->engine.partition.allow_ms,
        .inputs = archive->setup.inputs,
        .input_count = archive->setup.input_count,
        .rules_digest = rule_set_digest(archive->rules),
        .by_rules = cli_count(&archive->values, ARCHIVE_RULES) > 0 };
    return read_workers(archive, run) && replay_setup_fit(&archive->setup, &said, run);
}

static enum exit_code
read_all(struct archive *archive, struct replay *replay)
{
    char trouble[256];
    struct replay_summary result;

    archive->started_ms = clock_monotonic_ms();
    int fine = replay_run(replay, &result, trouble);
    if (archive->hooks->on_end != NULL) {
        archive->hooks->on_end(archive->hooks->context, &result);
    }
    say_speed(archive, &result);
    if (!fine) {
        cli_complain(archive->verb, "what came before it is counted above", "%s", trouble);
    }
    return fine ? EXIT_FINE : EXIT_FINDINGS;
}

enum exit_code
archive_run(struct archive *archive, const struct archive_hooks *hooks)
{
    struct replay_options run;

    archive->hooks = hooks;
    archive->progress = isatty(STDERR_FILENO) && cli_count(&archive->values, ARCHIVE_QUIET) == 0;
    if (!fill_options(archive, &run)) {
        return EXIT_USAGE;
    }
    struct replay *replay = replay_create(&run);
    if (replay == NULL) {
        cli_complain(archive->verb, NULL, "out of memory");
        return EXIT_BROKEN;
    }
    enum exit_code code = add_inputs(archive, replay);
    if (code == EXIT_FINE) {
        code = read_all(archive, replay);
    }
    replay_destroy(&replay);
    return code;
}
