/* rebato report: an incident of the past as a document: one page, Markdown or JSON. */
#include "app/archive/archive.h"
#include "app/archive/known_incidents.h"
#include "app/verbs.h"
#include "report/report.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* A chart begins so long before the onset. */
#define LEAD_MS (INT64_C(2) * 60 * 60 * 1000)

enum { OPT_ALL = ARCHIVE_OPTION_COUNT, OPT_FORMAT, OPT_LANG, OPT_OUT };

static const struct cli_option options[] = {
    ARCHIVE_OPTIONS,
    { "all", 'a', NULL, "every incident of the archive, in one document" },
    { "format", 0, "html|md|json", "default: as the name of the file ends, else html" },
    { "lang", 0, "es|en", "language of the document" },
    { "out", 'o', "FILE", "write there (default: standard output)" },
};

static void (*const renderers[])(
        FILE *, const struct report *, enum lang) = { report_html, report_markdown, report_json };

struct report_verb {
    struct archive *archive;
    struct study *study;
    struct presets *presets;
    struct holes *holes;
    struct waits *waits;
    const char *id; /* NULL: all */
    size_t format;
    enum lang lang;
    char *command;
    struct replay_summary summary;
};

static void
on_fold(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    struct report_verb *verb = context;

    study_watch(verb->study, phase, fold);
    presets_watch(verb->presets, phase, fold);
    holes_watch(verb->holes, phase, fold);
    waits_watch(verb->waits, phase, fold);
}

static void
on_talk(void *context, const struct waits_post *post)
{
    waits_hear(((struct report_verb *)context)->waits, post);
}

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    study_payload(((struct report_verb *)context)->study, event, payload);
}

static void
on_end(void *context, const struct replay_summary *summary)
{
    struct report_verb *verb = context;

    verb->summary = *summary;
    presets_finish(verb->presets, summary->closed);
    waits_finish(verb->waits, summary->closed);
}

/* ---- the document ---- */

/* All of the study, and those of it that are shown. */
static size_t
choose(const struct report_verb *verb,
        const struct study_incident **known,
        const struct study_incident **shown)
{
    size_t count = 0;

    for (size_t i = 0; i < study_count(verb->study); i++) {
        known[i] = study_at(verb->study, i);
        if (verb->id == NULL || strcmp(verb->id, known[i]->last.id) == 0) {
            shown[count++] = known[i];
        }
    }
    return count;
}

static const char *
sensitivity_asked(const struct report_verb *verb)
{
    const char *asked = cli_value(&verb->archive->values, ARCHIVE_SENSITIVITY, NULL);
    const struct settings *settings = &verb->archive->setup.settings;

    if (asked == NULL && settings->has_sensitivity) {
        return sensitivity_name(settings->sensitivity);
    }
    return asked;
}

static void
fill_report(const struct report_verb *verb, struct report *report)
{
    const struct archive *archive = verb->archive;

    report->source = (struct report_source){ .version = REBATO_VERSION,
        .command = verb->command,
        .deployment = archive->judging.settings.deployment,
        .rules_digest = rule_set_digest(archive->rules),
        .sensitivity = sensitivity_asked(verb),
        .inputs = (const char *const *)archive->setup.inputs,
        .input_count = archive->setup.input_count,
        .received = verb->summary.received,
        .fates = verb->summary.fates,
        .first_ms = verb->summary.first_ms,
        .last_ms = verb->summary.last_ms };
    report->rules = archive->rules;
    report->holes = verb->holes;
    report->waits = verb->waits;
    report->left_out = verb->id == NULL ? study_left_out(verb->study) : 0;
    for (int i = 0; i < PRESET_COUNT; i++) {
        presets_result(verb->presets, (enum sensitivity)i, &report->presets[i]);
    }
}

static enum exit_code
write_document(const struct report_verb *verb, const struct report *report)
{
    const char *path = cli_value(&verb->archive->values, OPT_OUT, NULL);
    FILE *out = path == NULL ? stdout : fopen(path, "wb");

    if (out == NULL) {
        cli_complain("report", "check folder and permissions", "cannot write %s", path);
        return EXIT_USAGE;
    }
    renderers[verb->format](out, report, verb->lang);
    if (path != NULL && (ferror(out) != 0) + (fclose(out) != 0) > 0) {
        cli_complain("report", "is the disk full?", "%s could not be written", path);
        return EXIT_BROKEN;
    }
    return EXIT_FINE;
}

static enum exit_code
make_document(const struct report_verb *verb)
{
    size_t known_count = study_count(verb->study);
    const struct study_incident **known =
            calloc(2 * (known_count + 1), sizeof(struct study_incident *));
    struct report report = { .known_count = known_count };
    enum exit_code code = EXIT_FINDINGS;

    assert(known != NULL);
    report.known = known;
    report.incidents = known + known_count + 1;
    report.incident_count = choose(verb, known, known + known_count + 1);
    if (verb->id != NULL && report.incident_count == 0) {
        known_incidents_complain(verb->study, "report", verb->id);
    } else {
        fill_report(verb, &report);
        code = write_document(verb, &report);
    }
    free((void *)known);
    return code;
}

/* ---- options ---- */

/* "report.md" is Markdown, also without being told. */
static int
format_of_path(const char *path)
{
    const char *end = strrchr(path, '.');

    if (end == NULL) {
        return 0;
    }
    return strcmp(end, ".md") == 0 ? 1 : strcmp(end, ".json") == 0 ? 2 : 0;
}

static int
read_options(struct report_verb *verb)
{
    static const char *const formats[] = { "html", "md", "json" };
    const struct cli_values *values = &verb->archive->values;
    const char *path = cli_value(values, OPT_OUT, "");
    const char *named = cli_value(values, OPT_FORMAT, formats[format_of_path(path)]);
    int format = cli_choice("report", "format", named, formats, 3);

    if (format < 0) {
        return 0;
    }
    verb->format = (size_t)format;
    verb->lang = cli_lang(cli_value(values, OPT_LANG, NULL));
    if (cli_count(values, OPT_ALL) > 0) {
        return 1;
    }
    if (values->rest_count == 0) {
        cli_complain("report", "rebato report ID archive.ndjson.gz; rebato replay prints the ids",
                "name the id of an incident, or --all");
        return 0;
    }
    verb->id = values->rest[0];
    return 1;
}

/* As it was typed, for whoever wants to make the document again. */
static char *
command_line(int argc, char **argv)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    fputs("rebato", out);
    for (int i = 0; i < argc; i++) {
        int plain = argv[i][strcspn(argv[i], " \t\n\"'\\$*?;&|<>()")] == '\0' && argv[i][0] != '\0';
        fprintf(out, " %s%s%s", plain ? "" : "'", argv[i], plain ? "" : "'");
    }
    int failed = fclose(out);
    assert(failed == 0);
    return text;
}

static enum exit_code
read_archive(struct report_verb *verb)
{
    size_t brands = roster_room(verb->archive->rules);
    struct study_options wanted = { .brand_count = brands, .lead_ms = LEAD_MS, .wanted = verb->id };
    struct archive_hooks hooks = { .lang = verb->lang,
        .on_event = on_event,
        .on_fold = on_fold,
        .on_talk = on_talk,
        .on_end = on_end,
        .context = verb };

    verb->study = study_create(&wanted);
    verb->presets = presets_create(&verb->archive->judging.settings, brands);
    verb->holes = holes_create();
    verb->waits = waits_create(verb->id);
    enum exit_code code = archive_run(verb->archive, &hooks);
    if (code == EXIT_FINE || code == EXIT_FINDINGS) {
        enum exit_code made = make_document(verb);
        code = made == EXIT_FINE ? code : made;
    }
    presets_destroy(&verb->presets);
    holes_destroy(&verb->holes);
    waits_destroy(&verb->waits);
    study_destroy(&verb->study);
    return code;
}

static enum exit_code
run_report(int argc, char **argv)
{
    struct report_verb verb = { .archive = archive_create("report"),
        .command = command_line(argc, argv) };
    struct cli_values *values = &verb.archive->values;
    enum exit_code code = EXIT_FINE;

    if (cli_parse(&verb_report, argc, argv, values, &code)) {
        code = EXIT_USAGE;
        if (read_options(&verb)) {
            int skip = verb.id != NULL;
            int prepared = archive_prepare(
                    verb.archive, values->rest + skip, (size_t)(values->rest_count - skip), &code);
            code = prepared ? read_archive(&verb) : code;
        }
    }
    archive_destroy(&verb.archive);
    free(verb.command);
    return code;
}

const struct cli_verb verb_report = {
    .name = "report",
    .summary = "an incident as a document: what happened, when, to whom, and how it was answered",
    .usage = "ID|--all FILE|FOLDER|-|kafka:TOPIC... [options]",
    .examples = "  rebato report --all 2014-02.ndjson.gz -o february.html\n"
                "  rebato report a606ef6ba6004ab3 2014-06.ndjson.gz --lang en -o tweetdeck.html\n"
                "  rebato report a606ef6ba6004ab3 2014-06.ndjson.gz --format md\n"
                "  rebato report --all -c rebato.yaml --since 2014-02-22 --until 2014-02-24 "
                "--format json\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_report,
};
