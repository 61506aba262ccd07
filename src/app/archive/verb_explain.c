/* rebato explain: why a text is, or is not, what a rule says; pattern by pattern. */
#include "app/archive/explain_incident.h"
#include "app/packs.h"
#include "app/rules/show.h"
#include "app/verbs.h"
#include "core/text/utf8.h"
#include "ingest/feed.h"
#include "match/explain.h"
#include "mention/reader.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPT_RULE, OPT_RULES, OPT_LANG, OPT_OFFICIAL, OPT_POST };

static const struct cli_option options[] = {
    { "rule", 'r', "ID", "this rule, matching or not (default: all that match)" },
    { "rules", 0, "PATH", "rule file or folder; repeat for more (default: the packs inside)" },
    { "lang", 0, "LANG", "the post's language, as in es (default: not known)" },
    { "official", 0, "BRAND", "as if an account of that brand had posted it" },
    { "post", 0, "FILE", "the first record of a file, or of - for standard input" },
};

struct explain_run {
    const struct rule_set *rules;
    struct matcher *matcher;
    struct mention mention;
    char text[TEXT_SIZE_MAX + 1];
    struct match_result result;
    struct explanation why;
};

/* ---- what is printed ---- */

static void
print_view(const char *label, struct view text)
{
    printf("%-9s ", label);
    show_text(text, stdout);
    putchar('\n');
}

static void
print_brands(const struct explain_run *run)
{
    for (size_t i = 0; i < run->result.brand_count; i++) {
        const struct brand_match *match = &run->result.brands[i];
        struct view id = rule_set_brand(run->rules, match->brand)->id;
        printf("brand     %.*s %s\n", (int)id.size, id.at,
                match->relation == BRAND_SPEAKING ? "speaks"
                : match->begin == match->end      ? "is spoken of, in what this answers or quotes"
                                                  : "is spoken of");
        if (match->begin < match->end) {
            show_span(run->mention.text, match->begin, match->end, stdout);
        }
    }
    if (run->result.brand_count == 0) {
        puts("brand     none");
    }
}

static void
print_facets(const struct explain_run *run)
{
    for (size_t i = 0; i < run->result.facet_count; i++) {
        const struct facet *facet = &run->result.facets[i];
        printf("capture   %.*s = ", (int)facet->name.size, facet->name.at);
        show_text(facet->value, stdout);
        putchar('\n');
    }
}

static void
print_item(const struct explain_run *run, const struct explain_item *item)
{
    static const char *const kinds[] = {
        [EXPLAIN_ANY] = "any", [EXPLAIN_NONE] = "none", [EXPLAIN_FACET] = "facet"
    };

    printf("    %-5s %s %.*s%s\n", kinds[item->kind], item->matched ? "[x]" : "[ ]",
            (int)item->pattern.size, item->pattern.at,
            item->jit ? "" : "   (interpreted: no JIT for it)");
    if (item->matched || item->denied) {
        show_span(run->mention.text, item->begin, item->end, stdout);
    }
    if (item->denied) {
        puts("          denied by:");
        show_span(run->mention.text, item->negator_begin, item->negator_end, stdout);
    }
}

enum detail { DETAIL_MATCHED, DETAIL_ALL };

static void
print_rule(const struct explain_run *run, size_t index, enum detail detail)
{
    const struct rule *rule = rule_set_rule(run->rules, index);

    printf("\nrule      %.*s: %s%s%s\n", (int)rule->id.size, rule->id.at,
            run->why.matched ? "matches" : "does not match",
            run->why.why_not[0] == '\0' ? "" : ": ", run->why.why_not);
    printf("          %s, %s, %s:%zu\n", signal_name(rule->signal), severity_name(rule->severity),
            rule->file, rule->line);
    uint32_t threshold = rule_set_threshold_milli(run->rules, SIZE_MAX, rule->signal);
    if (rule->weight_milli < threshold) {
        printf("          weight %.3g of %.3g: counts only together with other rules of its "
               "signal\n",
                (double)rule->weight_milli / 1000, (double)threshold / 1000);
    }
    for (size_t i = 0; i < run->why.item_count; i++) {
        if (detail == DETAIL_ALL || run->why.items[i].matched) {
            print_item(run, &run->why.items[i]);
        }
    }
}

/* What is counted: signals whose rules' weights together reached the threshold. */
static void
print_counted(struct view brand, signal_set signals)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((signals & SIGNAL_BIT(i)) != 0) {
            printf("counts    %.*s: %s\n", (int)brand.size, brand.at, signal_name((enum signal)i));
        }
    }
}

static void
explain_all(struct explain_run *run)
{
    size_t matched = 0;

    for (size_t i = 0; i < rule_set_rule_count(run->rules); i++) {
        explain_rule(run->matcher, &run->mention, i, &run->why);
        if (run->why.matched) {
            print_rule(run, i, DETAIL_MATCHED);
            matched++;
        }
    }
    printf("\n%zu of %zu rules match\n", matched, rule_set_rule_count(run->rules));
}

/* `only` is SIZE_MAX for all rules that match. */
static void
explain(struct explain_run *run, size_t only)
{
    (void)matcher_match(run->matcher, &run->mention, &run->result);
    print_view("text", run->mention.text);
    print_view("folded", matcher_folded(run->matcher));
    print_brands(run);
    for (size_t i = 0; i < run->result.brand_count; i++) {
        const struct brand_match *match = &run->result.brands[i];
        print_counted(rule_set_brand(run->rules, match->brand)->id, match->signals);
    }
    print_facets(run);
    if (only == SIZE_MAX) {
        explain_all(run);
    } else {
        explain_rule(run->matcher, &run->mention, only, &run->why);
        print_rule(run, only, DETAIL_ALL);
    }
}

/* ---- what is explained ---- */

/* "did you mean" among the ids of rules or brands; malloc'd names are few and short. */
static void
complain_unknown(const struct explain_run *run, const char *what, const char *name)
{
    int brands = strcmp(what, "brand") == 0;
    size_t count = brands ? rule_set_brand_count(run->rules) : rule_set_rule_count(run->rules);
    char(*ids)[NAME_SIZE_MAX] = calloc(count + 1, sizeof *ids);
    const char **known = calloc(count + 1, sizeof(char *));
    char advice[2 * NAME_SIZE_MAX] = "see: rebato rules ls";

    assert(ids != NULL && known != NULL);
    for (size_t i = 0; i < count; i++) {
        view_copy(brands ? rule_set_brand(run->rules, i)->id : rule_set_rule(run->rules, i)->id,
                ids[i], sizeof ids[i]);
        known[i] = ids[i];
    }
    const char *near = fault_nearest(view_of(name), known, count);
    if (near != NULL) {
        snprintf(advice, sizeof advice, "did you mean \"%s\"?", near);
    } else if (!brands && strchr(name, '.') != NULL) {
        snprintf(advice, sizeof advice, "a file of rules is given with --rules");
    }
    cli_complain("explain", advice, "no %s \"%s\" in these rules", what, name);
    free((void *)known);
    free(ids);
}

/* The author becomes the first account of the brand. */
static int
speak_for(struct explain_run *run, const char *name)
{
    size_t index = rule_set_find_brand(run->rules, view_of(name));

    if (index == SIZE_MAX) {
        complain_unknown(run, "brand", name);
        return 0;
    }
    const struct brand *brand = rule_set_brand(run->rules, index);
    if (brand->account_count == 0) {
        cli_complain("explain", "add official_accounts to it", "brand \"%s\" has no account", name);
        return 0;
    }
    run->mention.platform = brand->accounts[0].platform;
    run->mention.author_id = brand->accounts[0].id;
    run->mention.author_handle = brand->accounts[0].handle;
    return 1;
}

/* The reader and its feed keep the mention's memory, so all is done while they live. */
static enum exit_code
explain_post(struct explain_run *run, const char *path, size_t only)
{
    struct reader_options nowhere = { .time_default_ms = 1 };
    struct reader_trouble trouble = { .field = "" };
    struct feed_record record = { .line = 0 };
    char reason[256];
    struct feed *feed = feed_open(path, reason);
    enum exit_code code = EXIT_FINDINGS;

    if (feed == NULL) {
        cli_complain("explain", "check the path", "%s", reason);
        return EXIT_USAGE;
    }
    struct reader *reader = reader_create(&nowhere);
    assert(reader != NULL);
    if (feed_next(feed, &record) != FEED_RECORD || record.too_large) {
        cli_complain("explain", NULL, "%s holds no record that can be read", path);
    } else {
        struct view lang = run->mention.lang;
        enum rebato_fate fate = reader_read(reader, record.bytes, &run->mention, &trouble);
        if (lang.size > 0) {
            run->mention.lang = lang;
        }
        if (fate == REBATO_FATE_unmatched) {
            explain(run, only);
            code = EXIT_FINE;
        } else {
            cli_complain("explain", fate_meaning(fate), "the record is %s: %s", fate_name(fate),
                    trouble.what);
        }
    }
    reader_destroy(&reader);
    feed_close(&feed);
    return code;
}

static int
take_text(struct explain_run *run, const char *text)
{
    size_t repaired = 0;
    size_t size = utf8_repair(view_of(text), run->text, TEXT_SIZE_MAX, &repaired);

    run->mention.text = (struct view){ .at = run->text, .size = size };
    if (size == 0) {
        cli_complain("explain", "rebato explain 'whatsapp no funciona'", "the text is empty");
    }
    return size > 0;
}

static enum exit_code
explain_with(struct explain_run *run, const struct cli_values *values)
{
    const char *id = cli_value(values, OPT_RULE, NULL);
    const char *official = cli_value(values, OPT_OFFICIAL, NULL);
    const char *post = cli_value(values, OPT_POST, NULL);
    size_t only = SIZE_MAX;

    run->mention.lang = view_of(cli_value(values, OPT_LANG, NULL));
    if (id != NULL) {
        only = rule_set_find_rule(run->rules, view_of(id));
        if (only == SIZE_MAX) {
            complain_unknown(run, "rule", id);
            return EXIT_USAGE;
        }
    }
    if (post != NULL) {
        return explain_post(run, post, only);
    }
    if (!take_text(run, values->rest[0]) || (official != NULL && !speak_for(run, official))) {
        return EXIT_USAGE;
    }
    explain(run, only);
    return EXIT_FINE;
}

static enum exit_code
run_explain(int argc, char **argv)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;

    /* With anything behind it the word is no text. */
    if (argc > 2 && strcmp(argv[1], "incident") == 0) {
        return verb_explain_incident.run(argc - 1, argv + 1);
    }
    if (!cli_parse(&verb_explain, argc, argv, &values, &code)) {
        return code;
    }
    int posts = cli_count(&values, OPT_POST) > 0;
    if (values.rest_count != (posts ? 0 : 1)) {
        cli_complain("explain", "quote it: rebato explain 'whatsapp no funciona'",
                posts ? "either --post or a text, not both" : "one text is wanted");
        return EXIT_USAGE;
    }
    if (posts && cli_count(&values, OPT_OFFICIAL) > 0) {
        cli_complain("explain", "leave one out", "--post has an author of its own, for --official");
        return EXIT_USAGE;
    }
    struct explain_run *run = calloc(1, sizeof *run);
    assert(run != NULL);
    run->rules = packs_compile(
            "explain", values.options[OPT_RULES].values, cli_count(&values, OPT_RULES), &code);
    if (run->rules != NULL) {
        run->matcher = matcher_create(run->rules);
        assert(run->matcher != NULL);
        code = explain_with(run, &values);
        matcher_destroy(&run->matcher);
        rule_set_destroy(&run->rules);
    }
    free(run);
    return code;
}

const struct cli_verb verb_explain = {
    .name = "explain",
    .summary = "why a text is, or is not, what a rule says; why an incident was told",
    .usage = "[-r RULE] [--lang LANG] [--official BRAND] TEXT | --post FILE | incident ID "
             "ARCHIVE...",
    .examples =
            "  rebato explain 'WhatsApp NO FUNCIONA!!!'\n"
            "  rebato explain -r outage-es-not-working 'whatsapp no va nada mal'\n"
            "  rebato explain --official whatsapp 'Estamos trabajando para arreglarlo'\n"
            "  rebato explain incident a606ef6ba6004ab3 2014-06.ndjson.gz   # why it was told\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_explain,
};
