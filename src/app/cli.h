/*
 * cli: the options of a verb as a table; parsing, --help and the complaint about a wrong one come from it.
 *
 * Standard output is data, standard error is talk. Exit codes are the same for all verbs.
 */
#ifndef REBATO_APP_CLI_H
#define REBATO_APP_CLI_H

#include "core/view.h"
#include "match/signal.h"

#include <stddef.h>

enum exit_code {
    EXIT_FINE = 0,
    EXIT_FINDINGS = 1, /* a failed test, an unmet expectation, a warning with --deny-warnings */
    EXIT_RULES = 2,    /* a rule file is wrong */
    EXIT_USAGE = 3,    /* settings or command line are wrong */
    EXIT_AWAY = 4,     /* Kafka or Redis cannot be reached */
    EXIT_BROKEN = 5,   /* our own fault */
};

struct cli_option {
    const char *name;  /* long name, without the dashes */
    char letter;       /* or 0 */
    const char *value; /* name of the value in the help; NULL: a flag */
    const char *help;
};

#define CLI_OPTIONS_MAX 32
#define CLI_REPEATS_MAX 64

struct cli_verb {
    const char *name;
    const char *summary;  /* one line */
    const char *usage;    /* behind "rebato <name> " */
    const char *examples; /* whole lines, shown first in the help */
    const struct cli_option *options;
    size_t option_count;
    enum exit_code (*run)(int argc, char **argv);
};

struct cli_values {
    /* Per option of the verb's table, in its order: how often given, and the values of each time. */
    struct {
        size_t count;
        const char *values[CLI_REPEATS_MAX];
    } options[CLI_OPTIONS_MAX];
    char **rest; /* what is no option */
    int rest_count;
};

/* False when the line is wrong (said already, *code = EXIT_USAGE) or --help was asked for (shown, *code =
 * EXIT_FINE). */
int cli_parse(const struct cli_verb *verb,
        int argc,
        char **argv,
        struct cli_values *values,
        enum exit_code *code);

/* The last value given of option `index`, or `otherwise`. */
const char *cli_value(const struct cli_values *values, size_t index, const char *otherwise);
size_t cli_count(const struct cli_values *values, size_t index);

void cli_help(const struct cli_verb *verb);

/* One line on standard error: "rebato <verb>: <what>", then what to do. */
void cli_complain(const char *verb, const char *advice, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* "text", "json", "ndjson": the index in `names`, or complains and returns -1. */
int cli_choice(const char *verb,
        const char *option,
        const char *value,
        const char *const *names,
        size_t count);

/* --lang's value, else LC_ALL, LC_MESSAGES, LANG; Spanish when nothing says otherwise. */
enum lang cli_lang(const char *value);

/* A point in time of a user; complains and returns 0. */
int cli_time(const char *verb, const char *option, const char *value, int64_t *time_ms);

/* Both ends included. Complains, leaves `number` alone and returns 0 outside. */
struct cli_range {
    uint64_t lowest;
    uint64_t highest;
};
int cli_number(const char *verb,
        const char *option,
        const char *value,
        const struct cli_range *range,
        uint64_t *number);

/* Is that stream a terminal that wants colours (NO_COLOR is honoured)? */
int cli_color(int descriptor);

#endif
