#include "app/verb_settings.h"

#include "app/cli.h"

#include <assert.h>
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
