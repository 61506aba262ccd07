/*
 * reload: the rule files read again while the daemon runs, and its line swapped over to them.
 *
 *   SIGHUP ─▶ compile (main thread; the others go on) ─▶ offer ─▶ all have left the former set ─▶ destroy it
 *
 * Each ends in one line of the log: rules_swapped, or rules_kept with the reason, after a rule_fault line for
 * each fault. A set at fault changes nothing, and neither does one that says the same. Only rule files are
 * read again: settings need a restart.
 */
#ifndef REBATO_APP_RELOAD_H
#define REBATO_APP_RELOAD_H

#include "app/ruling.h"
#include "pipeline/live.h"

struct reload {
    const struct ruling_source *source;
    struct live *live;
    struct ruling *now;  /* what everybody uses */
    struct ruling *next; /* offered, and not everybody's yet; NULL: nothing is under way */
    int64_t compile_ns;
    int64_t offered_ns;
};

/* Takes `now` over. */
void reload_init(struct reload *reload, const struct ruling_source *source, struct ruling *now);
/* After the end of the line that uses them. */
void reload_fini(struct reload *reload);

/* Main thread, every turn: begins what a signal has asked for, goes on with what is under way. True while
 * something is, and the next turn should come soon. */
int reload_turn(struct reload *reload);

#endif
