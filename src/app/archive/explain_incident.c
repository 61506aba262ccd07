#include "app/archive/explain_incident.h"

#include "app/archive/archive.h"
#include "app/archive/known_incidents.h"
#include "report/decisions.h"

enum { OPT_FORMAT = ARCHIVE_OPTION_COUNT, OPT_LANG };

static const struct cli_option options[] = {
    ARCHIVE_OPTIONS,
    { "format", 0, "text|json", "default: text" },
    { "lang", 0, "es|en", "language of the text format" },
};

struct explaining {
    struct archive *archive;
    struct study *study;
    const char *id;
    int wants_json;
    enum lang lang;
};

static void
on_fold(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    study_watch(((struct explaining *)context)->study, phase, fold);
}

static enum exit_code
explain(const struct explaining *explaining)
{
    struct decisions decisions = { .incident = known_incident(explaining->study, explaining->id),
        .judge = &explaining->archive->judging.settings,
        .rules = explaining->archive->rules };

    if (decisions.incident == NULL) {
        known_incidents_complain(explaining->study, explaining->archive->verb, explaining->id);
        return EXIT_FINDINGS;
    }
    if (explaining->wants_json) {
        decisions_json(stdout, &decisions);
    } else {
        decisions_text(stdout, &decisions, explaining->lang);
    }
    return EXIT_FINE;
}

static enum exit_code
read_archive(struct explaining *explaining)
{
    struct archive_hooks hooks = {
        .lang = explaining->lang, .on_fold = on_fold, .context = explaining
    };
    struct study_options wanted = { .brand_count = roster_room(explaining->archive->rules),
        .wanted = explaining->id };

    explaining->study = study_create(&wanted);
    enum exit_code code = archive_run(explaining->archive, &hooks);
    if (code == EXIT_FINE || code == EXIT_FINDINGS) {
        enum exit_code explained = explain(explaining);
        code = explained == EXIT_FINE ? code : explained;
    }
    study_destroy(&explaining->study);
    return code;
}

static int
read_options(struct explaining *explaining)
{
    static const char *const formats[] = { "text", "json" };
    const struct cli_values *values = &explaining->archive->values;
    int format = cli_choice(
            "explain incident", "format", cli_value(values, OPT_FORMAT, "text"), formats, 2);

    if (format < 0) {
        return 0;
    }
    explaining->wants_json = format == 1;
    explaining->lang = cli_lang(cli_value(values, OPT_LANG, NULL));
    if (values->rest_count == 0) {
        cli_complain("explain incident",
                "rebato explain incident ID archive.ndjson.gz; rebato replay prints the ids",
                "name the id of an incident");
        return 0;
    }
    explaining->id = values->rest[0];
    return 1;
}

static enum exit_code
run_explain_incident(int argc, char **argv)
{
    struct explaining explaining = { .archive = archive_create("explain incident") };
    struct cli_values *values = &explaining.archive->values;
    enum exit_code code = EXIT_FINE;

    if (cli_parse(&verb_explain_incident, argc, argv, values, &code)) {
        code = EXIT_USAGE;
        if (read_options(&explaining) && archive_prepare(explaining.archive, values->rest + 1,
                                                 (size_t)values->rest_count - 1, &code)) {
            code = read_archive(&explaining);
        }
    }
    archive_destroy(&explaining.archive);
    return code;
}

const struct cli_verb verb_explain_incident = {
    .name = "explain incident",
    .summary = "all that the decisions of an incident were taken by: counted, expected, needed",
    .usage = "ID FILE|FOLDER|-|kafka:TOPIC... [options]",
    .examples = "  rebato explain incident a606ef6ba6004ab3 2014-06.ndjson.gz\n"
                "  rebato explain incident a606ef6ba6004ab3 2014-06.ndjson.gz --format json\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_explain_incident,
};
