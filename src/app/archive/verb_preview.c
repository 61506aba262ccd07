/* rebato preview: which alerts each sensitivity would have sent over an archive. */
#include "app/archive/archive.h"
#include "app/verbs.h"
#include "report/preview.h"

enum { OPT_FORMAT = ARCHIVE_OPTION_COUNT, OPT_LANG };

static const struct cli_option options[] = {
    ARCHIVE_OPTIONS,
    { "format", 0, "text|json", "default: text" },
    { "lang", 0, "es|en", "language of the text format" },
};

struct preview_verb {
    struct archive *archive;
    struct presets *presets;
    struct replay_summary summary;
    int wants_json;
    enum lang lang;
};

static void
on_fold(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    presets_watch(((struct preview_verb *)context)->presets, phase, fold);
}

static void
on_end(void *context, const struct replay_summary *summary)
{
    struct preview_verb *verb = context;

    verb->summary = *summary;
    presets_finish(verb->presets, summary->closed);
}

static int
read_options(struct preview_verb *verb)
{
    static const char *const formats[] = { "text", "json" };
    const struct cli_values *values = &verb->archive->values;
    int format = cli_choice("preview", "format", cli_value(values, OPT_FORMAT, "text"), formats, 2);

    if (cli_count(values, ARCHIVE_SENSITIVITY) > 0) {
        cli_complain("preview", "leave it out", "--sensitivity: all of them are tried");
        return 0;
    }
    verb->wants_json = format == 1;
    verb->lang = cli_lang(cli_value(values, OPT_LANG, NULL));
    return format >= 0;
}

static enum exit_code
read_archive(struct preview_verb *verb)
{
    const struct rule_set *rules = verb->archive->rules;
    struct archive_hooks hooks = {
        .lang = verb->lang, .on_fold = on_fold, .on_end = on_end, .context = verb
    };

    verb->presets = presets_create(&verb->archive->judging.settings, roster_room(rules));
    enum exit_code code = archive_run(verb->archive, &hooks);
    if (code == EXIT_FINE || code == EXIT_FINDINGS) {
        struct preview preview = { .presets = verb->presets,
            .rules = rules,
            .received = verb->summary.received,
            .first_ms = verb->summary.first_ms,
            .last_ms = verb->summary.last_ms };
        if (verb->wants_json) {
            preview_json(stdout, &preview);
        } else {
            preview_text(stdout, &preview, verb->lang);
        }
    }
    presets_destroy(&verb->presets);
    return code;
}

static enum exit_code
run_preview(int argc, char **argv)
{
    struct preview_verb verb = { .archive = archive_create("preview") };
    struct cli_values *values = &verb.archive->values;
    enum exit_code code = EXIT_FINE;

    if (cli_parse(&verb_preview, argc, argv, values, &code)) {
        code = EXIT_USAGE;
        if (read_options(&verb) &&
                archive_prepare(verb.archive, values->rest, (size_t)values->rest_count, &code)) {
            code = read_archive(&verb);
        }
    }
    archive_destroy(&verb.archive);
    return code;
}

const struct cli_verb verb_preview = {
    .name = "preview",
    .summary = "which alerts each sensitivity would have sent over an archive",
    .usage = "FILE|FOLDER|-|kafka:TOPIC... [options], or -c FILE [options]",
    .examples = "  rebato preview 2014-0*.ndjson.gz\n"
                "  rebato preview -r my-rules.yaml 2014-02.ndjson.gz --lang en\n"
                "  rebato preview -c rebato.yaml --since 2014-02-01 --until 2014-03-01 "
                "--format json\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_preview,
};
