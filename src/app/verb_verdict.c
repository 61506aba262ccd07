/*
 * rebato verdict: what a person made of an incident, as a line of the brand's file.
 *
 * Nothing is learnt behind anybody's back, and no file is written: a YAML file that a program writes has lost its
 * comments and its order. What to put there is printed, with the place; from the next reading of the rules on it is in
 * force, in a revision that every process and every replay knows (decisions/0025).
 */
#include "app/packs.h"
#include "app/verb_settings.h"
#include "app/verbs.h"
#include "core/calendar.h"
#include "judge/judge.h"
#include "judge/verdict.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOUR_MS INT64_C(3600000)

enum { OPT_RULES, OPT_CONFIG };

static const struct cli_option options[] = {
    { "rules", 'r', "PATH",
            "rule file or folder; repeat for more (default: the settings', or the packs inside)" },
    { "config", 'c', "FILE",
            "settings of a run: its rules, and its incident log where no LOG is named" },
};

/* What is known of the incident, and where its brand stands. */
struct judged {
    const char *id;
    enum verdict verdict;
    struct settings settings;
    const struct rule_set *rules;
    const struct brand *brand;

    /* From the lines of its log. */
    size_t lines;
    char brand_id[BRAND_ID_SIZE_MAX + 1];
    enum signal signal;
    int by_rule_alone;
    int64_t onset_ms;
    int64_t end_ms;
};

/* ---- the incident log ---- */

static int64_t
time_of(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    int64_t time_ms = TIME_NONE;

    return text != NULL && calendar_parse(view_of(text), &time_ms) ? time_ms : TIME_NONE;
}

static int
text_is(json_t *object, const char *name, const char *text)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value != NULL && strcmp(value, text) == 0;
}

/* Its opening says what decided. */
static void
take_opening(struct judged *judged, json_t *line)
{
    json_t *why = json_object_get(line, "why");
    json_t *fired = json_object_get(why, "fired");
    const char *signal = json_string_value(json_object_get(why, "signal"));
    const char *brand = json_string_value(json_object_get(line, "brand"));
    const char *only = json_string_value(json_array_get(fired, 0));

    judged->signal = signal == NULL ? SIGNAL_COUNT : signal_find(view_of(signal));
    (void)view_copy(view_of(brand == NULL ? "" : brand), judged->brand_id, sizeof judged->brand_id);
    judged->by_rule_alone =
            json_array_size(fired) == 1 && only != NULL && strcmp(only, "threshold") == 0;
    judged->onset_ms = time_of(json_object_get(line, "clock"), "onset");
}

static void
take_line(struct judged *judged, struct view text)
{
    json_t *line = text.size == 0 ? NULL : json_loadb(text.at, text.size, 0, NULL);

    if (text_is(line, "id", judged->id) && text_is(line, "type", "incident")) {
        int64_t at_ms = time_of(line, "time");
        judged->end_ms = judged->lines == 0 || at_ms > judged->end_ms ? at_ms : judged->end_ms;
        if (judged->lines++ == 0 || text_is(line, "kind", "opened")) {
            take_opening(judged, line);
        }
    }
    json_decref(line);
}

static int
read_log(struct judged *judged, const char *path)
{
    int standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "rb");
    char *line = NULL;
    size_t room = 0;
    ssize_t size;

    if (file == NULL) {
        cli_complain("verdict", "name an incident log: of `rebato log`, or of a replay",
                "%s cannot be read", path);
        return 0;
    }
    while ((size = getline(&line, &room, file)) >= 0) {
        take_line(judged, (struct view){ .at = line, .size = (size_t)size });
    }
    free(line);
    if (!standard) {
        (void)fclose(file);
    }
    return 1;
}

/* As a deployment's Redis has it. */
static enum exit_code
read_ledger(struct judged *judged)
{
    struct ledger *ledger = NULL;
    enum exit_code code = verb_settings_open("verdict", &judged->settings, &ledger);
    struct ledger_reader *reader = code == EXIT_FINE ? ledger_reader_create(ledger) : NULL;

    for (uint32_t i = 0; code == EXIT_FINE && i < ledger_shard_count(ledger); i++) {
        const struct ledger_line *lines = NULL;
        size_t count = 0;
        if (ledger_lines(reader, i, &lines, &count) != LEDGER_OK) {
            cli_complain("verdict", "start Redis, or mend redis.url", "Redis does not answer");
            code = EXIT_AWAY;
        }
        for (size_t k = 0; code == EXIT_FINE && k < count; k++) {
            take_line(judged, lines[k].json);
        }
    }
    ledger_reader_destroy(&reader);
    ledger_destroy(&ledger);
    return code;
}

/* ---- may it be moved? ---- */

/* Embedded files are in no folder. */
static char *
read_brand_file(const struct judged *judged, size_t *size)
{
    struct fault_list *faults = fault_list_create();

    assert(faults != NULL);
    char *text = packs_read_file(judged->brand->file, RULE_FILE_SIZE_MAX, size, faults);
    fault_list_destroy(&faults);
    return text;
}

/* The line that an earlier verdict on the incident left; 0: there is none. */
static size_t
line_of_verdict(const struct judged *judged)
{
    size_t size = 0;
    char *text = read_brand_file(judged, &size);
    const char *found = text == NULL ? NULL : memmem(text, size, judged->id, strlen(judged->id));
    size_t line = found == NULL ? 0 : 1;

    for (const char *at = text; found != NULL && at < found; at++) {
        line += *at == '\n';
    }
    free(text);
    return line;
}

static int
find_brand(struct judged *judged)
{
    if (judged->lines == 0 || judged->signal == SIGNAL_COUNT) {
        cli_complain("verdict", "`rebato log` and `rebato replay` print them",
                "no incident %s in this log", judged->id);
        return 0;
    }
    size_t index = rule_set_find_brand(judged->rules, view_of(judged->brand_id));
    if (index == SIZE_MAX) {
        cli_complain("verdict", "name the rules of that run: -r or -c",
                "these rules have no brand %s", judged->brand_id);
        return 0;
    }
    judged->brand = rule_set_brand(judged->rules, index);
    return 1;
}

static int
may_move(const struct judged *judged)
{
    char advice[400];
    size_t line = line_of_verdict(judged);

    if (judged->by_rule_alone) {
        cli_complain("verdict", "change detect.threshold of the rule",
                "a plain threshold of a rule opened it, and no score");
        return 0;
    }
    if (line > 0) {
        snprintf(advice, sizeof advice, "take that one back first, at %.300s:%zu",
                judged->brand->file, line);
        cli_complain("verdict", advice, "%s has had its verdict", judged->id);
        return 0;
    }
    return 1;
}

/* ---- what to put there ---- */

static int32_t
offset_of(const struct judged *judged, enum signal signal)
{
    return judged->brand->score_offsets == NULL ? 0 : judged->brand->score_offsets[signal];
}

static void
print_offsets(const struct judged *judged, int32_t moved)
{
    const char *before = "";

    fputs("    score_offsets: {", stdout);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        int32_t offset = i == judged->signal ? moved : offset_of(judged, (enum signal)i);
        if (offset != 0) {
            printf("%s%s: %.1f", before, signal_name((enum signal)i), offset / 100.0);
            before = ", ";
        }
    }
    puts("}");
}

/* Whole hours around it, to be put where it will be. */
static void
print_planned(const struct judged *judged)
{
    char from[CALENDAR_TEXT_SIZE];
    char to[CALENDAR_TEXT_SIZE];

    if (judged->onset_ms == TIME_NONE || judged->end_ms == TIME_NONE) {
        return;
    }
    puts("    planned: # when it comes again: its name, its time");
    printf("      - {name: NAME, start: %s, end: %s, signals: [%s]}\n",
            calendar_print(judged->onset_ms / HOUR_MS * HOUR_MS, from),
            calendar_print((judged->end_ms / HOUR_MS + 1) * HOUR_MS, to),
            signal_name(judged->signal));
}

static void
print_verdict(const struct judged *judged, int32_t moved)
{
    printf("    # %s: %s of %s\n", verdict_name(judged->verdict), signal_name(judged->signal),
            judged->id);
    print_offsets(judged, moved);
    if (judged->verdict == VERDICT_EXPECTED) {
        print_planned(judged);
    }
}

static void
say_where(const struct judged *judged, int32_t before, int32_t moved)
{
    const struct brand *brand = judged->brand;

    fprintf(stderr,
            "%s, %s: what a score has to reach moves from %+.1f to %+.1f.\n"
            "Put these lines into the entry of %s, at %s:%zu%s, %s.\n"
            "Nothing is written: a program would lose the file's comments. Then `rebato check` it "
            "and "
            "send SIGHUP.\n",
            judged->brand_id, signal_name(judged->signal), before / 100.0, moved / 100.0,
            judged->brand_id, brand->file, brand->line,
            access(brand->file, R_OK) == 0 ? ""
                                           : " (inside rebato: in a copy of your own, see --rules)",
            brand->score_offsets == NULL ? "it has no score_offsets yet"
                                         : "in place of its line score_offsets");
    if (judged->verdict == VERDICT_EXPECTED) {
        fputs("Better than a higher threshold every day is one for the day: the last lines.\n",
                stderr);
    }
}

static void
say_stays(const struct judged *judged, int32_t before)
{
    fprintf(stderr, "%s, %s: stays at %+.1f, nothing to write.\n%s\n", judged->brand_id,
            signal_name(judged->signal), before / 100.0,
            judged->verdict == VERDICT_REAL
                    ? "A real one takes back what noise has added, and no more: whoever wants to "
                      "be told earlier "
                      "says `sensitivity: more`."
                    : "Verdicts go no further: look at its posts, a rule may need a `none`.");
}

static enum exit_code
give(struct judged *judged)
{
    if (!find_brand(judged)) {
        return EXIT_USAGE;
    }
    if (!may_move(judged)) {
        return EXIT_FINDINGS;
    }
    int32_t before = offset_of(judged, judged->signal);
    int32_t moved = verdict_move(before, judged->verdict);
    if (moved == before) {
        say_stays(judged, before);
        return EXIT_FINE;
    }
    print_verdict(judged, moved);
    say_where(judged, before, moved);
    return EXIT_FINE;
}

/* ---- the verb ---- */

static int
read_values(const struct cli_values *values, struct judged *judged)
{
    static const char *const names[] = { "real", "noise", "expected" };

    if (values->rest_count < 2) {
        cli_complain("verdict", "rebato verdict 9bfa7cfaa259b5d5 noise incidents.ndjson",
                "an incident's id and a verdict are needed");
        return 0;
    }
    int verdict = cli_choice("verdict", "the verdict", values->rest[1], names, 3);
    judged->id = values->rest[0];
    judged->verdict = verdict < 0 ? VERDICT_REAL : (enum verdict)verdict;
    if (verdict >= 0 && values->rest_count == 2 && cli_count(values, OPT_CONFIG) == 0) {
        cli_complain("verdict", "name a file, - for standard input, or -c FILE for what Redis has",
                "which incident log?");
        return 0;
    }
    return verdict >= 0;
}

static const struct rule_set *
compile(const struct cli_values *values, const struct settings *settings, enum exit_code *code)
{
    if (cli_count(values, OPT_RULES) > 0) {
        return packs_compile(
                "verdict", values->options[OPT_RULES].values, cli_count(values, OPT_RULES), code);
    }
    return packs_compile("verdict", settings->rules, settings->rule_count, code);
}

static enum exit_code
read_logs(struct judged *judged, const struct cli_values *values)
{
    if (values->rest_count == 2) {
        return read_ledger(judged);
    }
    for (int i = 2; i < values->rest_count; i++) {
        if (!read_log(judged, values->rest[i])) {
            return EXIT_USAGE;
        }
    }
    return EXIT_FINE;
}

static enum exit_code
run_verdict(int argc, char **argv)
{
    struct cli_values values;
    struct judged judged = { .lines = 0 };
    enum exit_code code = EXIT_FINE;

    if (!cli_parse(&verb_verdict, argc, argv, &values, &code)) {
        return code;
    }
    if (!read_values(&values, &judged)) {
        return EXIT_USAGE;
    }
    const char *config = cli_value(&values, OPT_CONFIG, NULL);
    code = EXIT_USAGE;
    if (config == NULL) {
        settings_init(&judged.settings);
    }
    if (config == NULL || verb_settings_read("verdict", config, &judged.settings)) {
        judged.rules = compile(&values, &judged.settings, &code);
    }
    if (judged.rules != NULL) {
        code = read_logs(&judged, &values);
        code = code == EXIT_FINE ? give(&judged) : code;
    }
    rule_set_destroy(&judged.rules);
    settings_fini(&judged.settings);
    return code;
}

const struct cli_verb verb_verdict = {
    .name = "verdict",
    .summary = "what you made of an incident, as a line of its brand's file",
    .usage = "ID real|noise|expected [LOG...|-] [-c FILE] [-r PATH...]",
    .examples = "  rebato verdict 9bfa7cfaa259b5d5 noise -c rebato.yaml\n"
                "  rebato replay 2014-02.ndjson.gz -r rules | rebato verdict 9bfa7cfaa259b5d5 "
                "expected - "
                "-r rules\n"
                "noise and expected raise what the signal's score has to reach by 0.5, real lowers "
                "it; it "
                "stands in the\nbrand's score_offsets, where everybody can see it. What to write "
                "is printed; no "
                "file is changed.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_verdict,
};
