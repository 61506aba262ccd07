/*
 * control_options: the control log of the settings, for the verbs that write or read it.
 */
#ifndef REBATO_APP_SETTINGS_CONTROL_OPTIONS_H
#define REBATO_APP_SETTINGS_CONTROL_OPTIONS_H

#include "app/settings/settings.h"
#include "pipeline/copies/control_scribe.h"

/* Points into the settings. False when they name none. */
int control_options_fill(const struct settings *settings, struct control_scribe_options *options);
/* What the settings say of the deployment. */
void control_options_header(const struct settings *settings, struct control_header *header);

#endif
