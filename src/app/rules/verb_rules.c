/* rebato rules: the rules in force, one line each; what they cost; what words are frequent. */
#include "app/input_options.h"
#include "app/packs.h"
#include "app/rules/actions.h"
#include "app/verbs.h"
#include "match/rule_test.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPT_FORMAT, OPT_ARCHIVE, OPT_LANG, OPT_SHAPE, OPT_FIELD };
enum { ACTION_LS, ACTION_BENCH, ACTION_LEARN, ACTION_COUNT };

static const struct cli_option options[] = {
    { "format", 0, "FORMAT", "text (default) or json" },
    { "archive", 'a', "FILE", "bench: measure on these mentions (default: an invented story)" },
    { "lang", 'l', "LANG", "learn: from mentions of this language alone: es" },
    { "shape", 's', "NAME", "shape of the records (default: detected)" },
    { "field", 'f', "NAME=PTR", "where a field stands, as a JSON pointer: text=/body" },
};

/* What a line says beside the rule itself. */
struct rule_facts {
    size_t patterns;
    size_t jit;
    size_t tests;
};

struct listing {
    const struct rule_set *rules;
    struct matcher *matcher;
    struct explanation patterns; /* of the rule in hand */
    size_t *tests;               /* per rule */
};

static struct rule_facts
facts_of(struct listing *listing, size_t rule)
{
    struct mention nothing = { .text = VIEW("") };
    struct rule_facts facts = { .tests = listing->tests[rule] };

    explain_rule(listing->matcher, &nothing, rule, &listing->patterns); /* for its patterns alone */
    facts.patterns = listing->patterns.item_count;
    for (size_t i = 0; i < facts.patterns; i++) {
        facts.jit += listing->patterns.items[i].jit ? 1 : 0;
    }
    return facts;
}

static void
print_text(struct listing *listing)
{
    size_t count = rule_set_rule_count(listing->rules);

    printf("%-32s %-20s %-8s %8s %5s %5s  %s\n", "RULE", "SIGNAL", "SEVERITY", "PATTERNS", "JIT",
            "TESTS", "PLACE");
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rule_set_rule(listing->rules, i);
        struct rule_facts facts = facts_of(listing, i);
        printf("%-32.*s %-20s %-8s %8zu %5zu %5zu  %s:%zu\n", (int)rule->id.size, rule->id.at,
                signal_name(rule->signal), severity_name(rule->severity), facts.patterns, facts.jit,
                facts.tests, rule->file, rule->line);
    }
    printf("%zu rules, %zu brands, %zu patterns, digest %s\n", count,
            rule_set_brand_count(listing->rules), rule_set_pattern_count(listing->rules),
            rule_set_digest(listing->rules));
}

static json_t *
view_json(struct view text)
{
    json_t *json = json_stringn(text.at == NULL ? "" : text.at, text.size);

    return json == NULL ? json_string("") : json;
}

static json_t *
rule_json(struct listing *listing, size_t index)
{
    const struct rule *rule = rule_set_rule(listing->rules, index);
    struct rule_facts facts = facts_of(listing, index);
    json_t *json = json_pack("{s:o, s:{s:o, s:o}, s:s, s:s, s:s, s:f}", "id", view_json(rule->id),
            "title", "es", view_json(rule->title[LANG_ES]), "en", view_json(rule->title[LANG_EN]),
            "signal", signal_name(rule->signal), "severity", severity_name(rule->severity),
            "sensitivity", sensitivity_name(rule->sensitivity), "weight",
            (double)rule->weight_milli / 1000);

    assert(json != NULL);
    json_object_set_new(json, "patterns", json_integer((json_int_t)facts.patterns));
    json_object_set_new(json, "jit", json_integer((json_int_t)facts.jit));
    json_object_set_new(json, "tests", json_integer((json_int_t)facts.tests));
    json_object_set_new(
            json, "playbook", rule->playbook.size == 0 ? json_null() : view_json(rule->playbook));
    json_object_set_new(json, "file", view_json(view_of(rule->file)));
    json_object_set_new(json, "line", json_integer((json_int_t)rule->line));
    return json;
}

static void
print_json(struct listing *listing)
{
    json_t *list = json_array();

    for (size_t i = 0; i < rule_set_rule_count(listing->rules); i++) {
        json_array_append_new(list, rule_json(listing, i));
    }
    json_dumpf(list, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(list);
}

static void
list_rules(const struct rule_set *rules, int as_json)
{
    struct listing *listing = calloc(1, sizeof *listing);

    assert(listing != NULL);
    listing->rules = rules;
    listing->matcher = matcher_create(rules);
    listing->tests = calloc(rule_set_rule_count(rules) + 1, sizeof *listing->tests);
    assert(listing->matcher != NULL && listing->tests != NULL);
    for (size_t i = 0; i < rule_set_test_count(rules); i++) {
        listing->tests[rule_set_test(rules, i)->rule]++;
    }
    if (as_json) {
        print_json(listing);
    } else {
        print_text(listing);
    }
    free(listing->tests);
    matcher_destroy(&listing->matcher);
    free(listing);
}

/* ls and bench, which begin with rules. */
static enum exit_code
run_on_rules(const struct cli_values *values, int action, const struct rules_bench *wanted)
{
    enum exit_code code = EXIT_FINE;
    const struct rule_set *rules = packs_compile(
            "rules", (const char *const *)values->rest + 1, (size_t)values->rest_count - 1, &code);

    if (rules == NULL) {
        return code;
    }
    if (action == ACTION_BENCH) {
        code = rules_bench(rules, wanted);
    } else {
        list_rules(rules, wanted->format == RULES_JSON);
    }
    rule_set_destroy(&rules);
    return code;
}

static enum exit_code
run_learn(const struct cli_values *values, const struct reader_options *reader)
{
    static char standard_input[] = "-";
    static char *nothing[] = { standard_input };
    struct rules_learning wanted = { .paths = values->rest + 1,
        .path_count = (size_t)values->rest_count - 1,
        .reader = *reader,
        .lang = cli_value(values, OPT_LANG, NULL) };

    if (wanted.path_count == 0) {
        wanted.paths = nothing;
        wanted.path_count = 1;
    }
    return rules_learn(&wanted);
}

/* The action, or -1 when something was complained about. */
static int
read_options(const struct cli_values *values, struct rules_bench *wanted)
{
    static const char *const formats[] = { "text", "json" };
    static const char *const actions[] = { "ls", "bench", "learn" };
    int format = cli_choice("rules", "format", cli_value(values, OPT_FORMAT, "text"), formats, 2);

    if (format < 0 ||
            !input_option_shape("rules", cli_value(values, OPT_SHAPE, NULL), &wanted->reader)) {
        return -1;
    }
    for (size_t i = 0; i < cli_count(values, OPT_FIELD); i++) {
        if (!input_option_field("rules", values->options[OPT_FIELD].values[i], &wanted->reader)) {
            return -1;
        }
    }
    if (values->rest_count == 0) {
        cli_complain("rules", "see: rebato rules --help",
                "what about them? `ls`, `bench` or `learn` is wanted");
        return -1;
    }
    wanted->format = format == 1 ? RULES_JSON : RULES_TEXT;
    wanted->archive = cli_value(values, OPT_ARCHIVE, NULL);
    return cli_choice("rules", "action", values->rest[0], actions, ACTION_COUNT);
}

static enum exit_code
run_rules(int argc, char **argv)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;
    struct rules_bench wanted = { .archive = NULL };

    if (!cli_parse(&verb_rules, argc, argv, &values, &code)) {
        return code;
    }
    int action = read_options(&values, &wanted);
    if (action < 0) {
        return EXIT_USAGE;
    }
    return action == ACTION_LEARN ? run_learn(&values, &wanted.reader)
                                  : run_on_rules(&values, action, &wanted);
}

const struct cli_verb verb_rules = {
    .name = "rules",
    .summary = "the rules in force, what they cost, and which words are frequent",
    .usage = "ls|bench [RULES...] | learn [FILE...]",
    .examples = "  rebato rules ls                 the packs inside the binary\n"
                "  rebato rules ls my-rules.yaml --format json\n"
                "  rebato rules bench my-rules.yaml --archive mentions.ndjson.zst\n"
                "  rebato rules learn --lang es archive/ > frequency.tsv\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_rules,
};
