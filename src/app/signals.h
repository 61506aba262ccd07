/* signals: SIGINT and SIGTERM ask for an orderly end; a second one ends at once. */
#ifndef REBATO_APP_SIGNALS_H
#define REBATO_APP_SIGNALS_H

/* Main thread, before others start. */
void signals_install(void);
/* The signal that asked us to stop, or 0. */
int signals_asked(void);

#endif
