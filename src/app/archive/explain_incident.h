/* explain_incident: `rebato explain incident ID ARCHIVE...`, all that an incident's decisions were taken by. */
#ifndef REBATO_APP_ARCHIVE_EXPLAIN_INCIDENT_H
#define REBATO_APP_ARCHIVE_EXPLAIN_INCIDENT_H

#include "app/cli.h"

extern const struct cli_verb verb_explain_incident;

#endif
