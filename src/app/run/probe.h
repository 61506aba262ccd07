/*
 * probe: do Redis and Kafka agree with these settings? For `check`.
 *
 * Kafka is asked as a member of a group of its own, named after the settings' group: joining the
 * real one would move partitions about in a running service. Nothing is read and nothing is
 * committed.
 */
#ifndef REBATO_APP_RUN_PROBE_H
#define REBATO_APP_RUN_PROBE_H

#include "app/cli.h"
#include "app/settings/settings.h"

/* Does the Kafka library take the properties? Asks nobody but the library. False and `trouble`
 * when not. */
int probe_properties(const struct settings *settings, char trouble[256]);

/* Both, each with a line on standard error; waits for about 10 s at most. */
enum exit_code probe_all(const char *verb, const struct settings *settings);

#endif
