/* rebato replay: archives through the engine and the judge, as fast as they go. */
#include "alert/render.h"
#include "app/archive/archive.h"
#include "app/archive/learning.h"
#include "app/verbs.h"
#include "replay/summary.h"
#include "window/cell.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPT_FORMAT = ARCHIVE_OPTION_COUNT, OPT_CELLS, OPT_LEARN, OPT_LANG };

static const struct cli_option options[] = {
    ARCHIVE_OPTIONS,
    { "format", 0, "FORMAT", "ndjson (default), log (ndjson without the summary) or text" },
    { "cells", 0, "FILE", "write every count of every bucket there, NDJSON" },
    { "learn", 0, "PLACE",
            "write what the judge has learnt there, for the first start of rebato run: the FILE of "
            "checkpoint.file, or kafka:TOPIC" },
    { "lang", 0, "es|en", "language of the text format" },
};

/* Everything the callbacks of a run need. */
struct replay_verb {
    struct archive *archive;
    struct summary *summary;
    struct holes *holes;
    struct surges *surges;
    struct learning *learning; /* NULL: nothing is kept */
    FILE *cells;
    enum lang lang;
    enum { OUT_NDJSON, OUT_LOG, OUT_TEXT } format;
    uint64_t incidents;
    uint64_t unresolved; /* of them */
};

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct replay_verb *verb = context;
    int text = verb->format == OUT_TEXT;
    char *line = text ? render_text(payload, verb->lang) : render_log_line(event);

    (void)surges_hear(verb->surges, event);
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
on_fold(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    holes_watch(((struct replay_verb *)context)->holes, phase, fold);
}

static void
note_holes(void *context, struct view brand, const struct hole_list *const lists[HOLE_SORTS])
{
    struct replay_verb *verb = context;

    for (size_t sort = 0; sort < HOLE_SORTS; sort++) {
        if (lists[sort] != NULL) {
            summary_hole(verb->summary, brand, (enum hole_sort)sort, lists[sort]);
        }
    }
}

static void
on_end(void *context, const struct replay_summary *result)
{
    struct replay_verb *verb = context;
    struct summary_facts facts = { .received = result->received,
        .fates = result->fates,
        .first_ms = result->first_ms,
        .last_ms = result->last_ms,
        .incidents = verb->incidents,
        .rules_digest = rule_set_digest(verb->archive->rules),
        .surges = verb->surges };

    if (verb->format == OUT_LOG) {
        return;
    }
    holes_each(verb->holes, note_holes, verb);
    if (verb->format == OUT_TEXT) {
        summary_print(verb->summary, &facts, stdout);
        return;
    }
    char *line = summary_json(verb->summary, &facts);
    assert(line != NULL);
    puts(line);
    free(line);
}

/* ---- options ---- */

static int
read_output(struct replay_verb *verb)
{
    static const char *const formats[] = { "ndjson", "log", "text" };
    const struct cli_values *values = &verb->archive->values;
    const char *path = cli_value(values, OPT_CELLS, NULL);
    int format =
            cli_choice("replay", "format", cli_value(values, OPT_FORMAT, "ndjson"), formats, 3);

    if (format < 0) {
        return 0;
    }
    verb->format = (unsigned)format;
    verb->lang = cli_lang(cli_value(values, OPT_LANG, NULL));
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
    const struct replay_setup *setup = &verb->archive->setup;
    const char *place = cli_value(&verb->archive->values, OPT_LEARN, NULL);
    struct keep_property properties[REPLAY_PROPERTIES_MAX];

    for (size_t i = 0; i < setup->property_count; i++) {
        properties[i] =
                (struct keep_property){ setup->properties[i].name, setup->properties[i].value };
    }
    struct keep_options wanted = { .brokers = setup->brokers,
        .properties = properties,
        .property_count = setup->property_count,
        .deployment = verb->archive->judging.settings.deployment };
    if (place != NULL) {
        verb->learning = learning_create(place, &wanted);
    }
    return place == NULL || verb->learning != NULL;
}

/* ---- the run ---- */

/* Half an archive is no lesson. */
static enum exit_code
write_learning(const struct replay_verb *verb)
{
    if (verb->learning == NULL) {
        return EXIT_FINE;
    }
    enum exit_code code = learning_write(verb->learning);
    if (code == EXIT_FINE && cli_count(&verb->archive->values, ARCHIVE_QUIET) == 0) {
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
replay_inputs(struct replay_verb *verb)
{
    struct archive_hooks hooks = { .lang = verb->lang,
        .on_event = on_event,
        .on_cells = on_cells,
        .on_fold = verb->format == OUT_LOG ? NULL : on_fold, /* it says nothing of holes */
        .on_state = verb->learning == NULL ? NULL : on_state,
        .on_end = on_end,
        .context = verb };
    enum exit_code code = archive_run(verb->archive, &hooks);

    if (code == EXIT_FINE) {
        code = write_learning(verb);
    }
    return code;
}

static enum exit_code
run_prepared(struct replay_verb *verb)
{
    enum exit_code code = EXIT_USAGE;

    verb->summary = summary_create();
    assert(verb->summary != NULL);
    verb->holes = holes_create();
    verb->surges = surges_create(rule_set_brand_count(verb->archive->rules));
    if (read_learning(verb) && read_output(verb)) {
        code = replay_inputs(verb);
    }
    if (verb->cells != NULL && fclose(verb->cells) != 0) {
        cli_complain("replay", "is the disk full?", "the cells could not be written");
        code = EXIT_BROKEN;
    }
    learning_destroy(&verb->learning);
    summary_destroy(&verb->summary);
    holes_destroy(&verb->holes);
    surges_destroy(&verb->surges);
    return code;
}

static enum exit_code
run_replay(int argc, char **argv)
{
    struct replay_verb verb = { .archive = archive_create("replay") };
    struct cli_values *values = &verb.archive->values;
    enum exit_code code = EXIT_FINE;

    if (cli_parse(&verb_replay, argc, argv, values, &code) &&
            archive_prepare(verb.archive, values->rest, (size_t)values->rest_count, &code)) {
        code = run_prepared(&verb);
    }
    archive_destroy(&verb.archive);
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
