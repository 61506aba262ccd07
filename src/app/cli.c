#include "app/cli.h"

#include "core/text/calendar.h"

#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* getopt_long's codes for options without a letter start behind the characters. */
#define LONG_ONLY 256

void
cli_complain(const char *verb, const char *advice, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "rebato %s: ", verb);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    if (advice != NULL) {
        fprintf(stderr, "  %s\n", advice);
    }
}

void
cli_help(const struct cli_verb *verb)
{
    printf("%s\n\n%s\nUsage: rebato %s %s\n", verb->summary, verb->examples, verb->name,
            verb->usage);
    if (verb->option_count > 0) {
        printf("\nOptions:\n");
    }
    for (size_t i = 0; i < verb->option_count; i++) {
        const struct cli_option *option = &verb->options[i];
        char left[48];
        char letter[8] = "    ";
        if (option->letter != 0) {
            snprintf(letter, sizeof letter, "-%c, ", option->letter);
        }
        snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name,
                option->value == NULL ? "" : " ", option->value == NULL ? "" : option->value);
        printf("  %-30s %s\n", left, option->help);
    }
}

static size_t
add_letter(const struct cli_option *option, char *shorts)
{
    size_t size = 0;

    if (option->letter != 0) {
        shorts[size++] = option->letter;
        if (option->value != NULL) {
            shorts[size++] = ':';
        }
    }
    return size;
}

/* getopt's own tables, from ours. `shorts` begins with ':' so that getopt stays silent. */
static void
fill_tables(const struct cli_verb *verb, struct option *longs, char *shorts)
{
    size_t at = 0;

    shorts[at++] = ':';
    for (size_t i = 0; i < verb->option_count; i++) {
        const struct cli_option *option = &verb->options[i];
        longs[i] = (struct option){ .name = option->name,
            .has_arg = option->value == NULL ? no_argument : required_argument,
            .val = LONG_ONLY + (int)i };
        at += add_letter(option, shorts + at);
    }
    shorts[at++] = 'h';
    shorts[at] = '\0';
    longs[verb->option_count] = (struct option){ .name = "help", .val = 'h' };
    longs[verb->option_count + 1] = (struct option){ .name = NULL };
}

static size_t
option_index(const struct cli_verb *verb, int code)
{
    if (code >= LONG_ONLY) {
        return (size_t)(code - LONG_ONLY);
    }
    size_t index = 0;
    while (index < verb->option_count && verb->options[index].letter != code) {
        index++;
    }
    return index;
}

static int
take_option(const struct cli_verb *verb, struct cli_values *values, size_t index)
{
    assert(index < verb->option_count);
    size_t count = values->options[index].count++;
    if (count >= CLI_REPEATS_MAX) {
        cli_complain(verb->name, NULL, "--%s stands more than %d times", verb->options[index].name,
                CLI_REPEATS_MAX);
        return 0;
    }
    values->options[index].values[count] = optarg;
    return 1;
}

/* getopt leaves the code of the option in optopt, or 0 when it was a long one that it does not know. */
static void
complain_of_option(const struct cli_verb *verb, int got, char **argv)
{
    const char *advice = "see: rebato help, or the verb with --help";

    if (got == ':') {
        cli_complain(verb->name, advice, "value missing after --%s",
                verb->options[option_index(verb, optopt)].name);
    } else if (optopt > 0 && optopt < LONG_ONLY) {
        cli_complain(verb->name, advice, "unknown option -%c", optopt);
    } else {
        cli_complain(verb->name, advice, "unknown or ambiguous option %s", argv[optind - 1]);
    }
}

int
cli_parse(const struct cli_verb *verb,
        int argc,
        char **argv,
        struct cli_values *values,
        enum exit_code *code)
{
    struct option longs[CLI_OPTIONS_MAX + 2];
    char shorts[3 * CLI_OPTIONS_MAX];
    int got = 0;

    assert(verb->option_count <= CLI_OPTIONS_MAX);
    *values = (struct cli_values){ .rest = NULL };
    *code = EXIT_USAGE;
    fill_tables(verb, longs, shorts);
    optind = 0; /* 0, not 1: forget everything of a line before */
    opterr = 0;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): only main is there yet */
    while ((got = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (got == 'h' && option_index(verb, got) == verb->option_count) {
            cli_help(verb);
            *code = EXIT_FINE;
            return 0;
        }
        if (got == '?' || got == ':') {
            complain_of_option(verb, got, argv);
            return 0;
        }
        if (!take_option(verb, values, option_index(verb, got))) {
            return 0;
        }
    }
    values->rest = argv + optind;
    values->rest_count = argc - optind;
    *code = EXIT_FINE;
    return 1;
}

const char *
cli_value(const struct cli_values *values, size_t index, const char *otherwise)
{
    size_t count = values->options[index].count;

    return count == 0 ? otherwise : values->options[index].values[count - 1];
}

size_t
cli_count(const struct cli_values *values, size_t index)
{
    return values->options[index].count;
}

int
cli_choice(const char *verb,
        const char *option,
        const char *value,
        const char *const *names,
        size_t count)
{
    char known[160] = "";
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(value, names[i]) == 0) {
            return (int)i;
        }
        int added =
                snprintf(known + size, sizeof known - size, "%s%s", i == 0 ? "" : ", ", names[i]);
        size += added > 0 && size + (size_t)added < sizeof known ? (size_t)added : 0;
    }
    cli_complain(verb, NULL, "--%s is one of %s, not \"%s\"", option, known, value);
    return -1;
}

enum lang
cli_lang(const char *value)
{
    static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; value == NULL && i < sizeof variables / sizeof *variables; i++) {
        const char *text = getenv(variables[i]); /* NOLINT(concurrency-mt-unsafe): before threads */
        if (text != NULL && text[0] != '\0') {
            value = text;
        }
    }
    return value != NULL && strncmp(value, "en", 2) == 0 ? LANG_EN : LANG_ES;
}

int
cli_time(const char *verb, const char *option, const char *value, int64_t *time_ms)
{
    if (calendar_parse_point(view_of(value), time_ms)) {
        return 1;
    }
    cli_complain(verb, "write it like 2015-02-22, 2015-02-22T10:00:00Z or 1424599200",
            "--%s: \"%s\" is no point in time", option, value);
    return 0;
}

int
cli_number(const char *verb,
        const char *option,
        const char *value,
        const struct cli_range *range,
        uint64_t *number)
{
    uint64_t read = 0;

    if (view_to_u64(view_of(value), &read) && read >= range->lowest && read <= range->highest) {
        *number = read;
        return 1;
    }
    cli_complain(verb, NULL, "--%s is a number from %" PRIu64 " to %" PRIu64 ", not \"%s\"", option,
            range->lowest, range->highest, value);
    return 0;
}

int
cli_color(int descriptor)
{
    const char *none = getenv("NO_COLOR"); /* NOLINT(concurrency-mt-unsafe): before threads */

    return (none == NULL || none[0] == '\0') && isatty(descriptor);
}
