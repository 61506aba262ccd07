/* signals: SIGINT and SIGTERM ask for an orderly end; a second one ends at once. SIGHUP asks a daemon to read
 * its rules again. */
#ifndef REBATO_APP_RUN_SIGNALS_H
#define REBATO_APP_RUN_SIGNALS_H

/* Main thread, before others start. */
void signals_install(void);
/* The signal that asked us to stop, or 0. */
int signals_asked(void);

/* Main thread, before others start: from now on SIGHUP no longer ends the process. */
void signals_install_reload(void);
/* SIGHUP has come since the last time this was asked. */
int signals_reload_asked(void);

#endif
