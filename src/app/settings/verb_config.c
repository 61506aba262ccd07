/* rebato config: a sample of the settings, the values in force, their JSON Schema. */
#include "app/settings/settings.h"
#include "app/verbs.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPT_CONFIG };

static const struct cli_option options[] = {
    { "config", 'c', "FILE", "the settings to show (default: what holds without a file)" },
};

static void
print_and_free(char *text)
{
    size_t size = strlen(text);

    fputs(text, stdout);
    if (size == 0 || text[size - 1] != '\n') {
        putchar('\n');
    }
    free(text);
}

static enum exit_code
show(const char *path)
{
    struct fault_list *faults = fault_list_create();
    struct settings *settings = calloc(1, sizeof *settings);
    int fine = 1;

    assert(faults != NULL && settings != NULL);
    settings_init(settings);
    if (path != NULL) {
        fine = settings_read(settings, path, faults);
        fault_print(faults, stderr, cli_color(STDERR_FILENO) ? FAULT_COLOR : FAULT_PLAIN);
    }
    if (fine) {
        print_and_free(settings_show(settings));
    }
    settings_fini(settings);
    free(settings);
    fault_list_destroy(&faults);
    return fine ? EXIT_FINE : EXIT_USAGE;
}

static enum exit_code
run_config(int argc, char **argv)
{
    static const char *const actions[] = { "init", "show", "schema" };
    struct cli_values values;
    enum exit_code code = EXIT_FINE;

    if (!cli_parse(&verb_config, argc, argv, &values, &code)) {
        return code;
    }
    if (values.rest_count != 1) {
        cli_complain(
                "config", "see: rebato config --help", "one of init, show and schema is wanted");
        return EXIT_USAGE;
    }
    switch (cli_choice("config", "action", values.rest[0], actions, 3)) {
    case 0:
        print_and_free(settings_sample());
        return EXIT_FINE;
    case 1:
        return show(cli_value(&values, OPT_CONFIG, NULL));
    case 2:
        print_and_free(settings_schema());
        return EXIT_FINE;
    default:
        return EXIT_USAGE;
    }
}

const struct cli_verb verb_config = {
    .name = "config",
    .summary = "settings: a sample, the values in force, the schema",
    .usage = "init | show [-c FILE] | schema",
    .examples = "  rebato config init > rebato.yaml\n"
                "  rebato config show -c rebato.yaml      secrets are hidden\n"
                "  rebato config schema > rebato.schema.json\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_config,
};
