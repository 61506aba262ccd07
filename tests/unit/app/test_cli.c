/* The command line: one table says what is understood, and what is said of what is not. */
#include "app/cli.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define WORDS_MAX     8

enum { OPT_RULES, OPT_FORMAT, OPT_QUIET, OPT_SINCE };

static const struct cli_option options[] = {
    { "rules", 'r', "PATH", "a file" },
    { "format", 0, "FORMAT", "a word" },
    { "quiet", 'q', NULL, "a flag" },
    { "since", 0, "TIME", "a time" },
};

static enum exit_code
run_nothing(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return EXIT_FINE;
}

static const struct cli_verb verb = {
    .name = "try",
    .summary = "tries the command line",
    .usage = "[options] FILE",
    .examples = "  rebato try x\n",
    .options = options,
    .option_count = LENGTH(options),
    .run = run_nothing,
};

static char line_copy[256];
static char *words[WORDS_MAX + 1];

/* Splits at spaces; "try" itself is put in front. */
static int
parse(const char *line, struct cli_values *values, enum exit_code *code)
{
    int count = 0;
    char *rest = line_copy;

    snprintf(line_copy, sizeof line_copy, "try %s", line);
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
        if (word[0] != '\0') {
            words[count++] = word;
        }
    }
    words[count] = NULL;
    return cli_parse(&verb, count, words, values, code);
}

struct fine_row {
    const char *line;
    const char *rules; /* the last one; NULL: not given */
    size_t rules_count;
    const char *format;
    size_t quiet;
    const char *rest; /* the first of them */
};

Test(cli, understands_long_short_joined_and_repeated_options)
{
    static const struct fine_row rows[] = {
        { "", NULL, 0, NULL, 0, NULL },
        { "x", NULL, 0, NULL, 0, "x" },
        { "--rules a x", "a", 1, NULL, 0, "x" },
        { "--rules=a x", "a", 1, NULL, 0, "x" },
        { "-r a x", "a", 1, NULL, 0, "x" },
        { "-ra x", "a", 1, NULL, 0, "x" },
        { "-qra x", "a", 1, NULL, 1, "x" },
        { "-r a -r b --rules c", "c", 3, NULL, 0, NULL },
        { "x -q --format text", NULL, 0, "text", 1, "x" },
        { "--form text", NULL, 0, "text", 0, NULL }, /* a beginning that is one option's alone */
        { "-- -q", NULL, 0, NULL, 0, "-q" },
        { "-", NULL, 0, NULL, 0, "-" },
        { "--rules= x", "", 1, NULL, 0, "x" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct cli_values values;
        enum exit_code code = EXIT_BROKEN;
        cr_assert(parse(rows[i].line, &values, &code), "%s", rows[i].line);
        const char *rules = cli_value(&values, OPT_RULES, "-");
        cr_expect_str_eq(rules, rows[i].rules == NULL ? "-" : rows[i].rules, "%s", rows[i].line);
        cr_expect_eq(cli_count(&values, OPT_RULES), rows[i].rules_count, "%s", rows[i].line);
        const char *format = cli_value(&values, OPT_FORMAT, "-");
        cr_expect_str_eq(format, rows[i].format == NULL ? "-" : rows[i].format, "%s", rows[i].line);
        cr_expect_eq(cli_count(&values, OPT_QUIET), rows[i].quiet, "%s", rows[i].line);
        cr_expect_eq(values.rest_count > 0, rows[i].rest != NULL, "%s", rows[i].line);
        if (rows[i].rest != NULL && values.rest_count > 0) {
            cr_expect_str_eq(values.rest[0], rows[i].rest, "%s", rows[i].line);
        }
    }
}

struct wrong_row {
    const char *line;
    const char *said;
};

static void
read_stderr(char *text, size_t size)
{
    FILE *from = cr_get_redirected_stderr();
    size_t got = 0;

    fflush(stderr);
    for (int c = fgetc(from); c != EOF && got + 1 < size; c = fgetc(from)) {
        text[got++] = (char)c;
    }
    text[got] = '\0';
}

/* Once a test: the end of what was redirected is the end of the stream. */
static void
expect_wrong(const char *line, const char *said)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;
    char text[1024];

    cr_redirect_stderr();
    cr_expect_not(parse(line, &values, &code));
    cr_expect_eq(code, EXIT_USAGE);
    fclose(stderr);
    read_stderr(text, sizeof text);
    cr_expect_not_null(strstr(text, said), "\"%s\" says \"%s\"", line, text);
    cr_expect_not_null(strstr(text, "rebato try: "), "%s", text);
}

Test(cli, an_unknown_long_option_is_named)
{
    expect_wrong("--colour red x", "unknown or ambiguous option --colour");
}

Test(cli, an_unknown_letter_is_named_and_not_its_neighbour)
{
    expect_wrong("-qZ x", "unknown option -Z");
}

Test(cli, an_option_without_its_value_is_named)
{
    expect_wrong("x --format", "value missing after --format");
}

Test(cli, a_letter_without_its_value_is_named)
{
    expect_wrong("x -r", "value missing after --rules");
}

Test(cli, too_many_of_one_are_refused)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;
    char *many[2 * CLI_REPEATS_MAX + 8];
    char rules[] = "-ra";
    int count = 0;

    many[count++] = rules;
    for (int i = 0; i <= CLI_REPEATS_MAX; i++) {
        many[count++] = rules;
    }
    many[count] = NULL;
    cr_redirect_stderr();
    cr_expect_not(cli_parse(&verb, count, many, &values, &code));
    cr_expect_eq(code, EXIT_USAGE);
    cr_expect(cli_parse(&verb, count - 1, many, &values, &code), "one fewer is fine");
}

Test(cli, help_is_no_mistake)
{
    struct cli_values values;
    enum exit_code code = EXIT_BROKEN;

    cr_redirect_stdout();
    cr_expect_not(parse("-q --help", &values, &code));
    cr_expect_eq(code, EXIT_FINE);
    fflush(stdout);
    cr_expect_stdout_eq_str("tries the command line\n\n  rebato try x\n\n"
                            "Usage: rebato try [options] FILE\n\nOptions:\n"
                            "  -r, --rules PATH               a file\n"
                            "      --format FORMAT            a word\n"
                            "  -q, --quiet                    a flag\n"
                            "      --since TIME               a time\n");
}

struct number_row {
    const char *text;
    int fine;
};

Test(cli, numbers_lie_in_their_range_or_are_refused)
{
    static const struct number_row rows[] = { { "1", 1 }, { "100", 1 }, { "0", 0 }, { "101", 0 },
        { "", 0 }, { "-1", 0 }, { "1x", 0 }, { " 1", 0 }, { "99999999999999999999", 0 } };
    struct cli_range range = { 1, 100 };

    cr_redirect_stderr();
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint64_t number = 77;
        cr_expect_eq(cli_number("try", "speed", rows[i].text, &range, &number), rows[i].fine, "%s",
                rows[i].text);
        cr_expect(rows[i].fine || number == 77, "a refused number leaves the one before");
    }
}

Test(cli, choices_and_times_are_refused_with_what_would_be_right)
{
    static const char *const names[] = { "ndjson", "text" };
    int64_t time_ms = 0;

    cr_redirect_stderr();
    cr_expect_eq(cli_choice("try", "format", "text", names, 2), 1);
    cr_expect_eq(cli_choice("try", "format", "xml", names, 2), -1);
    cr_expect(cli_time("try", "since", "2024-01-01", &time_ms));
    cr_expect_eq(time_ms, 1704067200000);
    cr_expect_not(cli_time("try", "since", "yesterday", &time_ms));
    fflush(stderr);
    cr_expect_stderr_eq_str("rebato try: --format is one of ndjson, text, not \"xml\"\n"
                            "rebato try: --since: \"yesterday\" is no point in time\n"
                            "  write it like 2015-02-22, 2015-02-22T10:00:00Z or 1424599200\n");
}

struct lang_row {
    const char *option;
    const char *all;
    const char *lang;
    enum lang expected;
};

Test(cli, the_language_is_said_or_comes_from_the_environment_and_is_spanish_otherwise)
{
    static const struct lang_row rows[] = {
        { "en", "es_ES.UTF-8", "", LANG_EN },
        { "es", "en_GB.UTF-8", "", LANG_ES },
        { NULL, "en_GB.UTF-8", "es_ES.UTF-8", LANG_EN },
        { NULL, "", "en_US", LANG_EN },
        { NULL, "", "fr_FR", LANG_ES },
        { NULL, "", "", LANG_ES },
    };

    unsetenv("LC_MESSAGES");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        setenv("LC_ALL", rows[i].all, 1);
        setenv("LANG", rows[i].lang, 1);
        cr_expect_eq(cli_lang(rows[i].option), rows[i].expected, "row %zu", i);
    }
}
