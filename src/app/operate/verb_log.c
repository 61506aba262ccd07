/* rebato log: what a deployment has said, in the form in which a replay says it; and what a replay needs to say
 * the same. Reads Redis alone, takes no lease, changes nothing. */
#include "app/settings/control_options.h"
#include "app/settings/verb_settings.h"
#include "app/verbs.h"
#include "core/text/calendar.h"
#include "ledger/ledger.h"
#include "window/cell.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPT_CONFIG, OPT_UNTIL, OPT_CONTROL, OPT_THROUGH };

static const struct cli_option options[] = {
    { "config", 'c', "FILE", "settings, as of rebato run" },
    { "until", 0, "TIME", "only events before it" },
    { "control", 0, NULL, "the control log instead, as Redis has it: of the last 25 hours" },
    { "through", 0, NULL, "the time that every brand is judged up to instead, for replay --until" },
};

/* A line and where it belongs. */
struct log_line {
    int64_t time_ms;
    json_t *object;
    char *text; /* malloc'd */
};

struct log_verb {
    struct settings settings;
    struct ledger *ledger;
    struct ledger_reader *reader;
    int64_t until_ms;
    struct log_line *lines; /* malloc'd */
    size_t count, room;
};

/* ---- the incident log ---- */

/* False when the line is none of ours. */
static int
add_line(struct log_verb *verb, struct view json)
{
    json_t *object = json_loadb(json.at, json.size, 0, NULL);
    const char *time = json_string_value(json_object_get(object, "time"));
    struct log_line line = { .object = object };

    if (time == NULL || !calendar_parse(view_of(time), &line.time_ms) ||
            !json_is_string(json_object_get(object, "brand"))) {
        json_decref(object);
        return 0;
    }
    if (line.time_ms >= verb->until_ms) {
        json_decref(object);
        return 1;
    }
    if (verb->count == verb->room) {
        verb->room = verb->room == 0 ? 64 : 2 * verb->room;
        verb->lines = reallocarray(verb->lines, verb->room, sizeof *verb->lines);
        assert(verb->lines != NULL);
    }
    line.text = strndup(json.at, json.size);
    assert(line.text != NULL);
    verb->lines[verb->count++] = line;
    return 1;
}

/* As a replay prints them: by time, brand and revision. */
static int
compare_lines(const void *left, const void *right)
{
    const struct log_line *a = left;
    const struct log_line *b = right;

    if (a->time_ms != b->time_ms) {
        return a->time_ms < b->time_ms ? -1 : 1;
    }
    int order = strcmp(json_string_value(json_object_get(a->object, "brand")),
            json_string_value(json_object_get(b->object, "brand")));
    if (order != 0) {
        return order;
    }
    json_int_t x = json_integer_value(json_object_get(a->object, "revision"));
    json_int_t y = json_integer_value(json_object_get(b->object, "revision"));
    return (x > y) - (x < y);
}

static enum exit_code
read_shard(struct log_verb *verb, uint32_t shard)
{
    const struct ledger_line *lines = NULL;
    size_t count = 0;

    if (ledger_lines(verb->reader, shard, &lines, &count) != LEDGER_OK) {
        return EXIT_AWAY;
    }
    for (size_t i = 0; i < count; i++) {
        if (!add_line(verb, lines[i].json)) {
            cli_complain("log", NULL, "shard %u holds a line that is none of ours: %.*s", shard,
                    (int)lines[i].key.size, lines[i].key.at);
            return EXIT_BROKEN;
        }
    }
    return EXIT_FINE;
}

static enum exit_code
print_incidents(struct log_verb *verb)
{
    enum exit_code code = EXIT_FINE;

    for (uint32_t i = 0; code == EXIT_FINE && i < ledger_shard_count(verb->ledger); i++) {
        code = read_shard(verb, i);
    }
    if (verb->count > 0) {
        qsort(verb->lines, verb->count, sizeof *verb->lines, compare_lines);
    }
    for (size_t i = 0; code == EXIT_FINE && i < verb->count; i++) {
        puts(verb->lines[i].text);
    }
    return code;
}

/* ---- the control log ---- */

static void
print_line(char *line)
{
    puts(line);
    free(line);
}

static int
print_text(void *context, const char *key, char *line)
{
    (void)context;
    (void)key;
    if (line != NULL) {
        print_line(line);
    }
    return 1;
}

/* Those that are listed, and their rules. */
static enum exit_code
print_revisions(struct log_verb *verb)
{
    struct revisions revisions = { .count = 0 };

    if (ledger_revisions(verb->reader, 0, &revisions) != LEDGER_OK) {
        return EXIT_AWAY;
    }
    for (size_t i = 0; i < revisions.count; i++) {
        const struct revision *revision = &revisions.at[i];
        struct control_rules rules = {
            .digest = revision->name, .number = revision->number, .from = revision->from
        };
        char *text = NULL;
        size_t size = 0;
        enum ledger_outcome outcome = ledger_rules(verb->reader, revision->name, &text, &size);
        if (outcome == LEDGER_OK) {
            (void)control_text_lines(
                    revision->name, (struct view){ .at = text, .size = size }, print_text, NULL);
        }
        free(text);
        if (outcome != LEDGER_OK && outcome != LEDGER_CLASH) {
            return EXIT_AWAY;
        }
        print_line(control_rules_line(&rules));
    }
    return EXIT_FINE;
}

static enum exit_code
print_control(struct log_verb *verb)
{
    struct control_header header;

    control_options_header(&verb->settings, &header);
    print_line(control_header_line(&header));
    enum exit_code code = print_revisions(verb);
    if (code != EXIT_FINE) {
        return code;
    }
    for (uint32_t shard = 0; shard < ledger_shard_count(verb->ledger); shard++) {
        struct ledger_page page;
        if (ledger_read(verb->reader, shard, 0, &page) != LEDGER_OK) {
            return EXIT_AWAY;
        }
        for (size_t i = 0; i < page.lapse_count; i++) {
            const struct ledger_lapse *lapse = &page.lapses[i];
            struct control_idle idle = { .topic = lapse->topic,
                .partition = lapse->partition,
                .shard = shard,
                .from = lapse->offset,
                .late_below = lapse->through };
            print_line(control_idle_line(&idle));
        }
    }
    return EXIT_FINE;
}

/* ---- how far it reaches ---- */

static enum exit_code
print_through(struct log_verb *verb)
{
    uint32_t closed = UINT32_MAX;
    char text[CALENDAR_TEXT_SIZE];

    for (uint32_t shard = 0; shard < ledger_shard_count(verb->ledger); shard++) {
        struct ledger_progress progress;
        if (ledger_progress(verb->reader, shard, &progress) != LEDGER_OK) {
            return EXIT_AWAY;
        }
        closed = progress.closed < closed ? progress.closed : closed;
    }
    if (closed == 0 || closed == UINT32_MAX) {
        cli_complain("log", NULL, "nothing is closed yet");
        return EXIT_FINDINGS;
    }
    puts(calendar_print(bucket_start_ms(closed + 1), text));
    return EXIT_FINE;
}

/* ---- the verb ---- */

static enum exit_code
print_asked(struct log_verb *verb, const struct cli_values *values)
{
    enum exit_code code = EXIT_FINE;

    if (cli_count(values, OPT_CONTROL) > 0) {
        code = print_control(verb);
    } else if (cli_count(values, OPT_THROUGH) > 0) {
        code = print_through(verb);
    } else {
        code = print_incidents(verb);
    }
    if (code == EXIT_AWAY) {
        cli_complain("log", "start Redis, or mend redis.url", "Redis does not answer");
    }
    return code;
}

static enum exit_code
open_and_print(struct log_verb *verb, const struct cli_values *values)
{
    enum exit_code code = verb_settings_open("log", &verb->settings, &verb->ledger);

    if (code != EXIT_FINE) {
        return code;
    }
    verb->reader = ledger_reader_create(verb->ledger);
    assert(verb->reader != NULL);
    return print_asked(verb, values);
}

static void
close_verb(struct log_verb *verb)
{
    for (size_t i = 0; i < verb->count; i++) {
        json_decref(verb->lines[i].object);
        free(verb->lines[i].text);
    }
    free(verb->lines);
    ledger_reader_destroy(&verb->reader);
    ledger_destroy(&verb->ledger);
    settings_fini(&verb->settings);
}

static enum exit_code
run_log(int argc, char **argv)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;
    struct log_verb verb = { .until_ms = INT64_MAX };

    if (!cli_parse(&verb_log, argc, argv, &values, &code)) {
        return code;
    }
    const char *until = cli_value(&values, OPT_UNTIL, NULL);
    int fine = verb_settings_read("log", cli_value(&values, OPT_CONFIG, NULL), &verb.settings) &&
               (until == NULL || cli_time("log", "until", until, &verb.until_ms));
    code = fine ? open_and_print(&verb, &values) : EXIT_USAGE;
    close_verb(&verb);
    return code;
}

const struct cli_verb verb_log = {
    .name = "log",
    .summary = "the incident log of a deployment, as a replay would print it",
    .usage = "-c FILE [options]",
    .examples =
            "  rebato log -c rebato.yaml > live.ndjson\n"
            "  rebato log -c rebato.yaml --control > control.ndjson\n"
            "  T=$(rebato log -c rebato.yaml --through)\n"
            "  rebato replay -c rebato.yaml --control control.ndjson --until $T --format log |\n"
            "      cmp - <(rebato log -c rebato.yaml --until $T)\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_log,
};
