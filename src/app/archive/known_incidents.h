/* known_incidents: the incident of a study that somebody named, and what to say when it is not there. */
#ifndef REBATO_APP_ARCHIVE_KNOWN_INCIDENTS_H
#define REBATO_APP_ARCHIVE_KNOWN_INCIDENTS_H

#include "replay/study.h"

/* NULL: not among them. */
const struct study_incident *known_incident(const struct study *study, const char *id);
/* Names those that are there. */
void known_incidents_complain(const struct study *study, const char *verb, const char *id);

#endif
