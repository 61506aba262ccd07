/*
 * verb_settings: the settings of a verb that is given -c FILE, and what they mean for the ledger.
 */
#ifndef REBATO_APP_SETTINGS_VERB_SETTINGS_H
#define REBATO_APP_SETTINGS_VERB_SETTINGS_H

#include "app/cli.h"
#include "app/settings/settings.h"
#include "ledger/ledger.h"

/* Reads over the defaults; faults go to standard error. `settings` is to be finished in any case. False when
 * there is an error, or no file was named. */
int verb_settings_read(const char *verb, const char *path, struct settings *settings);

/* The ledger that they name; strings are theirs. */
void verb_settings_ledger(const struct settings *settings, struct ledger_options *ledger);

/* Made and asked whether it is ours; NULL, with the exit code, after a complaint. What is kept in memory alone has
 * nothing to show. */
enum exit_code verb_settings_open(
        const char *verb, const struct settings *settings, struct ledger **ledger);

#endif
