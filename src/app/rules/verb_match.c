/* rebato match: what each mention is, one JSON object per record. For rule writers and pipes. */
#include "app/input_options.h"
#include "app/packs.h"
#include "app/verbs.h"
#include "core/limits.h"
#include "ingest/feed.h"
#include "match/matcher.h"
#include "mention/reader.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPT_RULES, OPT_SHAPE, OPT_FIELD, OPT_FORMAT, OPT_ONLY };

static const struct cli_option options[] = {
    { "rules", 'r', "PATH", "rule file or folder; repeat for more (default: the packs inside)" },
    { "shape", 's', "NAME", "shape of the records (default: detected)" },
    { "field", 'f', "NAME=PTR", "where a field stands, as a JSON pointer: text=/body" },
    { "format", 0, "FORMAT", "ndjson (default) or text" },
    { "matched", 'm', NULL, "print only what a rule matched" },
};

struct match_run {
    struct matcher *matcher;
    struct reader *reader;
    const struct rule_set *rules;
    int text;
    int only_matched;
    struct match_result result;
};

static json_t *
text_json(struct view text)
{
    json_t *json = json_stringn(text.at == NULL ? "" : text.at, text.size);

    return json == NULL ? json_string("") : json;
}

static json_t *
brands_json(const struct match_run *run)
{
    json_t *list = json_array();

    for (size_t i = 0; i < run->result.brand_count; i++) {
        json_array_append_new(
                list, text_json(rule_set_brand(run->rules, run->result.brands[i].brand)->id));
    }
    return list;
}

static json_t *
signals_json(const struct match_run *run)
{
    json_t *list = json_array();
    signal_set all = 0;

    for (size_t i = 0; i < run->result.brand_count; i++) {
        all |= run->result.brands[i].signals;
    }
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((all & SIGNAL_BIT(i)) != 0) {
            json_array_append_new(list, json_string(signal_name((enum signal)i)));
        }
    }
    return list;
}

static json_t *
hit_json(const struct match_run *run, const struct hit *hit)
{
    json_t *json = json_object();

    json_object_set_new(json, "span", json_pack("[i,i]", (int)hit->begin, (int)hit->end));
    json_object_set_new(json, "rule",
            hit->rule == NO_RULE ? json_string("brand")
                                 : text_json(rule_set_rule(run->rules, hit->rule)->id));
    json_object_set_new(json, "brand",
            hit->brand == NO_BRAND ? json_null()
                                   : text_json(rule_set_brand(run->rules, hit->brand)->id));
    return json;
}

static json_t *
facets_json(const struct match_run *run)
{
    json_t *json = json_object();

    for (size_t i = 0; i < run->result.facet_count; i++) {
        const struct facet *facet = &run->result.facets[i];
        char name[64];
        view_copy(facet->name, name, sizeof name);
        json_object_set_new(json, name, text_json(facet->value));
    }
    return json;
}

static json_t *
record_json(const struct match_run *run,
        const struct feed_record *record,
        const struct mention *mention,
        enum rebato_fate fate,
        const struct reader_trouble *trouble)
{
    json_t *json = json_object();
    json_t *hits = json_array();

    for (size_t i = 0; i < run->result.hit_count; i++) {
        json_array_append_new(hits, hit_json(run, &run->result.hits[i]));
    }
    json_object_set_new(json, "line", json_integer((json_int_t)record->line));
    json_object_set_new(json, "id", mention->id.size == 0 ? json_null() : text_json(mention->id));
    json_object_set_new(json, "fate", json_string(fate_name(fate)));
    json_object_set_new(json, "brands", brands_json(run));
    json_object_set_new(json, "signals", signals_json(run));
    json_object_set_new(json, "hits", hits);
    if (run->result.facet_count > 0) {
        json_object_set_new(json, "facets", facets_json(run));
    }
    if (trouble->what[0] != '\0') {
        json_object_set_new(json, "why", json_string(trouble->what));
    }
    return json;
}

static void
print_brand(const struct match_run *run, const struct brand_match *match)
{
    struct view id = rule_set_brand(run->rules, match->brand)->id;

    printf("\t%.*s%s", (int)id.size, id.at, match->relation == BRAND_SPEAKING ? " (official)" : "");
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((match->signals & SIGNAL_BIT(i)) != 0) {
            printf(" %s", signal_name((enum signal)i));
        }
    }
}

static void
print_text(const struct match_run *run,
        const struct feed_record *record,
        enum rebato_fate fate,
        const struct reader_trouble *trouble)
{
    printf("%" PRIu64 "\t%s", record->line, fate_name(fate));
    for (size_t i = 0; i < run->result.brand_count; i++) {
        print_brand(run, &run->result.brands[i]);
    }
    printf("%s%s\n", trouble->what[0] == '\0' ? "" : "\t", trouble->what);
}

static void
print_record(const struct match_run *run,
        const struct feed_record *record,
        const struct mention *mention,
        enum rebato_fate fate,
        const struct reader_trouble *trouble)
{
    if (run->only_matched && fate != REBATO_FATE_matched) {
        return;
    }
    if (run->text) {
        print_text(run, record, fate, trouble);
        return;
    }
    json_t *json = record_json(run, record, mention, fate, trouble);
    char *line = json_dumps(json, JSON_COMPACT);
    assert(line != NULL);
    puts(line);
    free(line);
    json_decref(json);
}

static void
match_record(struct match_run *run, const struct feed_record *record)
{
    struct mention mention = { .time_ms = 0 };
    struct reader_trouble trouble = { .field = "" };
    enum rebato_fate fate = REBATO_FATE_too_large;

    run->result.brand_count = 0;
    run->result.hit_count = 0;
    run->result.facet_count = 0;
    if (record->too_large) {
        snprintf(trouble.what, sizeof trouble.what, "more than %d bytes", RECORD_SIZE_MAX);
    } else {
        fate = reader_read(run->reader, record->bytes, &mention, &trouble);
    }
    if (fate == REBATO_FATE_unmatched && matcher_match(run->matcher, &mention, &run->result)) {
        fate = REBATO_FATE_matched;
    }
    print_record(run, record, &mention, fate, &trouble);
}

static enum exit_code
match_input(struct match_run *run, const char *path)
{
    char trouble[256];
    struct feed_record record;
    struct feed *feed = feed_open(path, trouble);
    enum feed_outcome outcome = FEED_END;

    if (feed == NULL) {
        cli_complain("match", "check the path", "%s", trouble);
        return EXIT_USAGE;
    }
    for (outcome = feed_next(feed, &record); outcome == FEED_RECORD;
            outcome = feed_next(feed, &record)) {
        match_record(run, &record);
        if (ferror(stdout)) {
            break; /* whoever read us has left */
        }
    }
    if (outcome == FEED_ERROR) {
        cli_complain("match", NULL, "%s", feed_trouble(feed));
    }
    feed_close(&feed);
    return outcome == FEED_ERROR ? EXIT_FINDINGS : EXIT_FINE;
}

static int
read_options(const struct cli_values *values, struct match_run *run, struct reader_options *reader)
{
    static const char *const formats[] = { "ndjson", "text" };
    int format = cli_choice("match", "format", cli_value(values, OPT_FORMAT, "ndjson"), formats, 2);

    run->text = format == 1;
    run->only_matched = cli_count(values, OPT_ONLY) > 0;
    /* Time decides nothing here: collections without it can be matched too. */
    reader->time_default_ms = 1;
    for (size_t i = 0; i < cli_count(values, OPT_FIELD); i++) {
        if (!input_option_field("match", values->options[OPT_FIELD].values[i], reader)) {
            return 0;
        }
    }
    return format >= 0 && input_option_shape("match", cli_value(values, OPT_SHAPE, NULL), reader);
}

static enum exit_code
match_inputs(struct match_run *run, const struct cli_values *values)
{
    enum exit_code code = EXIT_FINE;

    if (values->rest_count == 0) {
        return match_input(run, "-");
    }
    for (int i = 0; i < values->rest_count && code == EXIT_FINE; i++) {
        code = match_input(run, values->rest[i]);
    }
    return code;
}

static enum exit_code
run_match(int argc, char **argv)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;
    struct match_run run = { .text = 0 };
    struct reader_options reader = { .shape = NULL };

    if (!cli_parse(&verb_match, argc, argv, &values, &code)) {
        return code;
    }
    if (!read_options(&values, &run, &reader)) {
        return EXIT_USAGE;
    }
    run.rules = packs_compile(
            "match", values.options[OPT_RULES].values, cli_count(&values, OPT_RULES), &code);
    if (run.rules == NULL) {
        return code;
    }
    run.matcher = matcher_create(run.rules);
    run.reader = reader_create(&reader);
    assert(run.matcher != NULL && run.reader != NULL);
    code = match_inputs(&run, &values);
    matcher_destroy(&run.matcher);
    reader_destroy(&run.reader);
    rule_set_destroy(&run.rules);
    return code;
}

const struct cli_verb verb_match = {
    .name = "match",
    .summary = "what each mention is: brands, signals, spans",
    .usage = "[-r RULES]... [FILE...]        (standard input without a file)",
    .examples = "  rebato match < mentions.ndjson\n"
                "  rebato match -r my-rules.yaml --format text archive.ndjson.gz\n"
                "  rebato match --field text=/body --field time=/at --matched export.csv\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_match,
};
