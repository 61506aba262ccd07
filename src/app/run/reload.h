/*
 * reload: the rule files read again while the daemon runs, and its line swapped over to them.
 *
 *   SIGHUP ─▶ compile (main thread; the others go on) ─▶ offer: see pipeline/live/revising.h
 *
 * Each ends in one line of the log: rules_swapped, which says from which event time on they are in force, or
 * rules_kept with the reason, after a rule_fault line for each fault. A set at fault changes nothing, and neither
 * do files that say what they said before. Only rule files are read again: settings need a restart.
 */
#ifndef REBATO_APP_RUN_RELOAD_H
#define REBATO_APP_RUN_RELOAD_H

#include "app/rules/ruling.h"
#include "pipeline/live/revising.h"

struct reload {
    const struct ruling_source *source;
    struct ruling *first;             /* until the line is there */
    struct revising *revising;        /* NULL until then */
    char on_disk[REVISION_NAME_SIZE]; /* what the files said when they were last read */
};

/* Takes `first` over. */
void reload_init(struct reload *reload, const struct ruling_source *source, struct ruling *first);
/* The line was created with the first ruling. False when out of memory. */
int reload_begin(struct reload *reload, struct live *live);
/* Before that line is destroyed, and after it. */
void reload_end(struct reload *reload);
void reload_fini(struct reload *reload);

/* Main thread, every turn: begins what a signal has asked for, goes on with what is under way. True while
 * something is, and the next turn should come soon. */
int reload_turn(struct reload *reload);

#endif
