/* rebato check: are the settings and the rules right? Everything that is wrong, at once, before
 * it runs. */
#include "alert/sink.h"
#include "app/packs.h"
#include "app/run/fault_report.h"
#include "app/run/probe.h"
#include "app/settings/settings.h"
#include "app/verbs.h"
#include "core/process/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPT_CONFIG, OPT_CONNECT, OPT_DENY, OPT_FORMAT };
enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF };

static const struct cli_option options[] = {
    { "config", 'c', "FILE", "settings; the rules they name are checked too" },
    { "connect", 0, NULL, "also ask Redis and Kafka; a new namespace is taken" },
    { "deny-warnings", 0, NULL, "a warning ends with exit code 1" },
    { "format", 0, "FORMAT", "text (default), json or sarif" },
};

struct check {
    struct settings settings;
    const char *config; /* NULL: rules only */
    struct fault_list *faults;
    size_t config_errors;
    const struct rule_set *rules; /* NULL: they do not compile */
};

/* The last word on the properties is the library's; which of them it minds, it says itself. */
static void
check_kafka(struct check *check)
{
    char trouble[256];
    struct fault_place place = { .file = check->config };

    if (!probe_properties(&check->settings, trouble)) {
        fault_addf(check->faults, FAULT_ERROR, place, "see input.kafka", "Kafka: %s", trouble);
    }
}

/* The last word on a channel's options is its sink's. Nothing is sent and no file is opened. */
static void
check_channel(struct check *check, const struct settings_channel *channel)
{
    struct sink_option list[SETTINGS_LIST_MAX];
    char trouble[256];
    struct fault_place place = {
        .file = check->config, .line = channel->line, .column = channel->column
    };

    for (size_t i = 0; i < channel->option_count; i++) {
        list[i] = (struct sink_option){ .name = channel->options[i].name,
            .value = channel->options[i].value };
    }
    struct sink *sink =
            sink_create(channel->name, channel->type, list, channel->option_count, trouble);
    if (sink == NULL) {
        fault_addf(
                check->faults, FAULT_ERROR, place, NULL, "channel %s: %s", channel->name, trouble);
    }
    sink_destroy(&sink);
}

static void
check_settings(struct check *check)
{
    if (settings_read(&check->settings, check->config, check->faults)) {
        if (settings_expect_input(&check->settings, check->config, check->faults)) {
            check_kafka(check);
        }
        for (size_t i = 0; i < check->settings.channel_count; i++) {
            check_channel(check, &check->settings.channels[i]);
        }
    }
    check->config_errors = fault_count(check->faults, FAULT_ERROR);
}

static void
check_rules(struct check *check, const char *const *paths, size_t count)
{
    struct fault_list *faults = fault_list_create();

    assert(faults != NULL);
    /* With a list of its own, because rules are not compiled once a list holds an error. */
    check->rules = packs_compile_with(paths, count, faults);
    for (size_t i = 0; i < fault_list_size(faults); i++) {
        const struct fault *fault = fault_at(faults, i);
        struct fault_place place = { .file = fault->file,
            .line = fault->line,
            .column = fault->column,
            .length = fault->length,
            .source = view_of(fault->source) };
        fault_add(check->faults, fault->level, place, fault->what,
                fault->advice[0] == '\0' ? NULL : fault->advice);
    }
    if (check->rules != NULL &&
            rule_set_jit_count(check->rules) < rule_set_pattern_count(check->rules)) {
        struct fault_place place = { .file = "rules" };
        fault_addf(check->faults, FAULT_WARNING, place,
                "no MemoryDenyWriteExecute= for this process; interpreted ones are six times "
                "slower",
                "%zu of %zu patterns are not compiled to machine code",
                rule_set_pattern_count(check->rules) - rule_set_jit_count(check->rules),
                rule_set_pattern_count(check->rules));
    }
    if (check->rules != NULL) {
        packs_price(check->rules, check->settings.always_max, check->faults);
    }
    fault_list_destroy(&faults);
}

static void
print_faults(const struct check *check, int format)
{
    if (format == FORMAT_JSON) {
        fault_report_json(check->faults, stdout);
    } else if (format == FORMAT_SARIF) {
        fault_report_sarif(check->faults, stdout);
    } else {
        fault_print(check->faults, stderr, cli_color(STDERR_FILENO) ? FAULT_COLOR : FAULT_PLAIN);
    }
}

static void
print_summary(const struct check *check)
{
    size_t errors = fault_count(check->faults, FAULT_ERROR);
    size_t warnings = fault_count(check->faults, FAULT_WARNING);
    const struct rule_set *rules = check->rules;

    if (rules != NULL) {
        size_t patterns = rule_set_pattern_count(rules);
        size_t jit = rule_set_jit_count(rules);
        char some[32];
        snprintf(some, sizeof some, "%zu", jit);
        printf("%zu rules, %zu brands, %zu patterns (%s JIT), digest %s",
                rule_set_rule_count(rules), rule_set_brand_count(rules), patterns,
                jit == patterns ? "all" : some, rule_set_digest(rules));
    }
    if (errors + warnings > 0 || rules == NULL) {
        printf("%s%zu error(s), %zu warning(s)", rules == NULL ? "" : "; ", errors, warnings);
    }
    putchar('\n');
}

static enum exit_code
verdict(const struct check *check, const struct cli_values *values)
{
    if (check->config_errors > 0) {
        return EXIT_USAGE;
    }
    if (fault_count(check->faults, FAULT_ERROR) > 0) {
        return EXIT_RULES;
    }
    enum exit_code code = EXIT_FINE;
    if (cli_count(values, OPT_CONNECT) > 0) {
        code = probe_all("check", &check->settings);
    }
    int denied = cli_count(values, OPT_DENY) > 0 && fault_count(check->faults, FAULT_WARNING) > 0;
    return code == EXIT_FINE && denied ? EXIT_FINDINGS : code;
}

static enum exit_code
check_all(struct check *check, const struct cli_values *values, int format)
{
    const struct settings *settings = &check->settings;
    const char *const *paths = (const char *const *)values->rest;
    int own = values->rest_count > 0;

    if (check->config != NULL) {
        check_settings(check);
    }
    check_rules(check, own ? paths : settings->rules,
            own ? (size_t)values->rest_count : settings->rule_count);
    print_faults(check, format);
    if (format == FORMAT_TEXT) {
        print_summary(check);
    }
    return verdict(check, values);
}

static enum exit_code
run_check(int argc, char **argv)
{
    static const char *const formats[] = { "text", "json", "sarif" };
    struct cli_values values;
    enum exit_code code = EXIT_FINE;

    if (!cli_parse(&verb_check, argc, argv, &values, &code)) {
        return code;
    }
    int format = cli_choice("check", "format", cli_value(&values, OPT_FORMAT, "text"), formats, 3);
    const char *config = cli_value(&values, OPT_CONFIG, NULL);
    if (format >= 0 && config == NULL && cli_count(&values, OPT_CONNECT) > 0) {
        cli_complain("check", "add -c FILE", "--connect: connect to what?");
        format = -1;
    }
    if (format < 0) {
        return EXIT_USAGE;
    }
    struct check *check = calloc(1, sizeof *check);
    assert(check != NULL);
    check->config = config;
    check->faults = fault_list_create();
    assert(check->faults != NULL);
    settings_init(&check->settings);
    /* What the libraries say on their way is said again, in words, as faults and complaints. */
    log_setup(LOG_ERROR, LOG_SILENT);
    code = check_all(check, &values, format);
    rule_set_destroy(&check->rules);
    settings_fini(&check->settings);
    fault_list_destroy(&check->faults);
    free(check);
    return code;
}

const struct cli_verb verb_check = {
    .name = "check",
    .summary = "are the settings and the rules right? everything wrong, at once",
    .usage = "[-c FILE] [RULES...] [--connect]",
    .examples = "  rebato check my-rules.yaml\n"
                "  rebato check -c /etc/rebato/rebato.yaml --connect\n"
                "  rebato check rules/ --deny-warnings --format sarif > check.sarif\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_check,
};
