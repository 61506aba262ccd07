#include "app/settings/verb_settings.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

int
verb_settings_read(const char *verb, const char *path, struct settings *settings)
{
    struct fault_list *faults = fault_list_create();
    int fine = 0;

    assert(faults != NULL);
    settings_init(settings);
    if (path == NULL) {
        cli_complain(verb, "rebato config init > rebato.yaml shows a sample",
                "which settings? -c FILE is missing");
    } else {
        fine = settings_read(settings, path, faults);
        fault_print(faults, stderr, cli_color(STDERR_FILENO) ? FAULT_COLOR : FAULT_PLAIN);
    }
    fault_list_destroy(&faults);
    return fine;
}

void
verb_settings_ledger(const struct settings *settings, struct ledger_options *ledger)
{
    ledger_options_init(ledger);
    ledger->url = settings->redis_url;
    ledger->name_space = settings->redis_namespace;
    ledger->shards = settings->redis_shards;
    ledger->timeout_ms = settings->redis_timeout_ms;
    ledger->retain_10s_ms = settings->retain_10s_ms;
    ledger->retain_5m_ms = settings->retain_5m_ms;
    ledger->retain_1h_ms = settings->retain_1h_ms;
}

enum exit_code
verb_settings_open(const char *verb, const struct settings *settings, struct ledger **ledger)
{
    struct ledger_options wanted;
    char trouble[160];

    verb_settings_ledger(settings, &wanted);
    if (strcmp(wanted.url, "memory:") == 0) {
        cli_complain(verb, "use: rebato run --incident-log FILE",
                "these settings keep the counts in memory, and with them the log");
        return EXIT_USAGE;
    }
    *ledger = ledger_create(&wanted, trouble);
    enum ledger_outcome outcome = *ledger == NULL ? LEDGER_REFUSED : ledger_check(*ledger, trouble);
    if (outcome == LEDGER_OK) {
        return EXIT_FINE;
    }
    cli_complain(verb, NULL, "%s", trouble);
    ledger_destroy(ledger);
    return outcome == LEDGER_AWAY ? EXIT_AWAY : EXIT_USAGE;
}
