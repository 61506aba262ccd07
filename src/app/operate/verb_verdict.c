/*
 * rebato verdict: what a person made of an incident, as a line of the brand's file.
 *
 * Nothing is learnt behind anybody's back, and no file is written: a YAML file that a program writes has lost its
 * comments and its order. What to put there is printed, with the place; from the next reading of the rules on it is in
 * force, in a revision that every process and every replay knows (decisions/0025).
 */
#include "app/operate/told_incident.h"
#include "app/packs.h"
#include "app/settings/verb_settings.h"
#include "app/verbs.h"
#include "core/text/calendar.h"
#include "judge/verdict.h"

#include <assert.h>
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

/* The incident, and where its brand stands. */
struct judged {
    enum verdict verdict;
    struct settings settings;
    const struct rule_set *rules;
    const struct brand *brand;
    struct told_incident told;
};

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
    const char *found =
            text == NULL ? NULL : memmem(text, size, judged->told.id, strlen(judged->told.id));
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
    if (judged->told.lines == 0 || judged->told.signal == SIGNAL_COUNT) {
        cli_complain("verdict", "`rebato log` and `rebato replay` print them",
                "no incident %s in this log", judged->told.id);
        return 0;
    }
    size_t index = rule_set_find_brand(judged->rules, view_of(judged->told.brand_id));
    if (index == SIZE_MAX) {
        cli_complain("verdict", "name the rules of that run: -r or -c",
                "these rules have no brand %s", judged->told.brand_id);
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

    if (judged->told.by_rule_alone) {
        cli_complain("verdict", "change detect.threshold of the rule",
                "a plain threshold of a rule opened it, and no score");
        return 0;
    }
    if (line > 0) {
        snprintf(advice, sizeof advice, "take that one back first, at %.300s:%zu",
                judged->brand->file, line);
        cli_complain("verdict", advice, "%s has had its verdict", judged->told.id);
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
        int32_t offset = i == judged->told.signal ? moved : offset_of(judged, (enum signal)i);
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

    if (judged->told.onset_ms == TIME_NONE || judged->told.end_ms == TIME_NONE) {
        return;
    }
    if (judged->brand->planned_count == 0) {
        puts("    planned:");
    }
    printf("      - {name: NAME, start: %s, end: %s, signals: [%s]} # when it comes again\n",
            calendar_print(judged->told.onset_ms / HOUR_MS * HOUR_MS, from),
            calendar_print((judged->told.end_ms / HOUR_MS + 1) * HOUR_MS, to),
            signal_name(judged->told.signal));
}

static void
print_verdict(const struct judged *judged, int32_t moved)
{
    printf("    # %s: %s of %s\n", verdict_name(judged->verdict), signal_name(judged->told.signal),
            judged->told.id);
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
            judged->told.brand_id, signal_name(judged->told.signal), before / 100.0, moved / 100.0,
            judged->told.brand_id, brand->file, brand->line,
            access(brand->file, R_OK) == 0 ? ""
                                           : " (inside rebato: in a copy of your own, see --rules)",
            brand->score_offsets == NULL ? "it has no score_offsets yet"
                                         : "in place of its line score_offsets");
    if (judged->verdict == VERDICT_EXPECTED) {
        fputs("Better than a higher threshold every day is one for the day: the last line, under "
              "`planned`, with its name and its time.\n",
                stderr);
    }
}

static void
say_stays(const struct judged *judged, int32_t before)
{
    fprintf(stderr, "%s, %s: stays at %+.1f, nothing to write.\n%s\n", judged->told.brand_id,
            signal_name(judged->told.signal), before / 100.0,
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
    int32_t before = offset_of(judged, judged->told.signal);
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
    judged->told.id = values->rest[0];
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
        return told_read_ledger(&judged->told, "verdict", &judged->settings);
    }
    for (int i = 2; i < values->rest_count; i++) {
        if (!told_read_file(&judged->told, values->rest[i])) {
            cli_complain("verdict", "name an incident log: of `rebato log`, or of a replay",
                    "%s cannot be read", values->rest[i]);
            return EXIT_USAGE;
        }
    }
    return EXIT_FINE;
}

static enum exit_code
run_verdict(int argc, char **argv)
{
    struct cli_values values;
    struct judged judged = { .rules = NULL };
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
    .examples =
            "  rebato verdict 9bfa7cfaa259b5d5 noise -c rebato.yaml\n"
            "  rebato replay 2014-02.ndjson.gz -r rules | rebato verdict -r rules "
            "9bfa7cfaa259b5d5 expected -\n"
            "noise and expected raise what the signal's score has to reach by 0.5, real takes "
            "that\n"
            "back; it stands in the brand's score_offsets, where everybody can see it. What to\n"
            "write is printed; no file is changed.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_verdict,
};
