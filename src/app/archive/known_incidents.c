#include "app/archive/known_incidents.h"

#include "app/cli.h"

#include <stdio.h>

/* Ids named when the one asked for is not there. */
#define IDS_NAMED 8

const struct study_incident *
known_incident(const struct study *study, const char *id)
{
    for (size_t i = 0; i < study_count(study); i++) {
        if (strcmp(study_at(study, i)->last.id, id) == 0) {
            return study_at(study, i);
        }
    }
    return NULL;
}

void
known_incidents_complain(const struct study *study, const char *verb, const char *id)
{
    size_t count = study_count(study);
    char advice[400];
    size_t used = (size_t)snprintf(advice, sizeof advice, "%s",
            count == 0 ? "it has none: was it another archive, other rules, another --name?"
                       : "it has");

    for (size_t i = 0; i < count && i < IDS_NAMED; i++) {
        const struct incident *last = &study_at(study, i)->last;
        used += (size_t)snprintf(advice + used, sizeof advice - used, "%s %s (%.20s)",
                i == 0 ? "" : ",", last->id, last->brand);
    }
    if (count > IDS_NAMED) {
        snprintf(advice + used, sizeof advice - used, " and %zu more", count - IDS_NAMED);
    }
    cli_complain(verb, advice, "no incident %s in this archive", id);
}
